// Package uki makes the one program that firmware starts, a unified kernel image: a PE
// program to which sections are appended, its hash and signature for Secure Boot, and what
// a TPM will have measured of it (predict.go).
package uki

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Kernel is what goes into a unified kernel image (UAPI Group
// Specifications, UAPI.5 "Unified Kernel Image").
type Kernel struct {
	Stub        []byte // systemd's linuxx64.efi.stub
	OSRelease   string // os-release(5)
	CommandLine string // of the kernel
	Release     string // of the kernel, as uname -r says
	Initrd      []byte
	Linux       []byte // a bzImage, which is a PE program itself
}

// piece is a section to be appended.
type piece struct {
	name string
	data []byte
}

// stubVersion is in the section .sdmagic of the one stub of which it is known what
// it measures (Predict). Another one would boot, and then be called another system.
const stubVersion = "#### LoaderInfo: systemd-stub 252."

// Build returns the PE program.
func (u Kernel) Build() ([]byte, error) {
	program, err := appendSections(u.Stub, u.pieces())
	if err == nil && !bytes.Contains(u.Stub, []byte(stubVersion)) {
		err = errors.New("boot stub: it is not that of systemd 252 (Debian 12): what another one measures into the TPM is not known here")
	}
	if err != nil {
		return nil, err
	}
	return program, nil
}

// pieces are in the order they have in the file. It does not matter to the
// stub; the kernel comes last because it unpacks itself over what follows it
// where firmware loads it in place.
func (u Kernel) pieces() []piece {
	return []piece{
		{".osrel", []byte(u.OSRelease)},
		{".cmdline", []byte(u.CommandLine)},
		{".uname", []byte(u.Release)},
		{".initrd", u.Initrd},
		{".linux", u.Linux},
	}
}

// pageSize: the stub's own SectionAlignment is 512, which firmware takes for
// the whole image, but sections of ours begin with a page so that newer
// firmware can protect them one by one.
const pageSize = 4096

// readOnlyData is IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ.
const readOnlyData = 0x40000040

// appendSections appends sections to a PE program. What the file had after its
// last section (symbols) is cut off: sbsign cannot sign a file with gaps.
func appendSections(program []byte, pieces []piece) ([]byte, error) {
	h, err := parsePE(program)
	if err != nil {
		return nil, fmt.Errorf("boot stub: %w", err)
	}
	count := len(h.sections) + len(pieces)
	room := h.field(program, sizeOfHeaders)
	if int64(h.table+count*sectionHeaderSize) > int64(room) {
		return nil, fmt.Errorf("boot stub: no room for %d sections in headers of %d bytes", count, room)
	}
	align := h.field(program, fileAlignment)
	if align < 512 || align > 64<<10 || align&(align-1) != 0 { // what the format allows
		return nil, fmt.Errorf("boot stub: sections in the file aligned to %d", align)
	}
	address, end := h.end()
	if end < room {
		return nil, errors.New("boot stub: its sections end before its headers")
	}
	out := pad(append([]byte(nil), program[:end]...), align)
	initialized := h.field(out, sizeOfInitializedData)
	for i, p := range pieces {
		if int64(len(out))+int64(len(p.data)) > math.MaxInt32 {
			return nil, fmt.Errorf("unified kernel image: %s makes it too large", p.name)
		}
		address = roundUp(address, pageSize)
		start := len(out)
		out = pad(append(out, p.data...), align)
		raw := uint32(len(out) - start)
		putSection(out[h.table+(len(h.sections)+i)*sectionHeaderSize:], section{p.name, uint32(len(p.data)), address, raw, uint32(start)})
		address += uint32(len(p.data))
		initialized += raw
	}
	binary.LittleEndian.PutUint16(out[h.coff+2:], uint16(count))
	binary.LittleEndian.PutUint32(out[h.coff+8:], 0)  // PointerToSymbolTable: cut off
	binary.LittleEndian.PutUint32(out[h.coff+12:], 0) // NumberOfSymbols
	h.put(out, sizeOfImage, roundUp(address, pageSize))
	h.put(out, sizeOfInitializedData, initialized)
	h.put(out, checksum, 0) // UEFI does not look at it
	return out, nil
}

func putSection(entry []byte, s section) {
	clear(entry[:sectionHeaderSize])
	copy(entry[:8], s.name)
	le := binary.LittleEndian
	le.PutUint32(entry[8:], s.virtualSize)
	le.PutUint32(entry[12:], s.address)
	le.PutUint32(entry[16:], s.rawSize)
	le.PutUint32(entry[20:], s.rawPos)
	le.PutUint32(entry[36:], readOnlyData)
}

func roundUp(n, to uint32) uint32 { return (n + to - 1) / to * to }

// pad appends zeros up to a multiple of align.
func pad(b []byte, align uint32) []byte {
	return append(b, make([]byte, roundUp(uint32(len(b)), align)-uint32(len(b)))...)
}
