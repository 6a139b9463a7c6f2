package uki

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// header tells where in a PE32+ program the fields are that matter here
// (Microsoft, "PE Format": the MS-DOS stub's offset 0x3c points to the
// signature; the COFF file header follows, then the optional header, then the
// section table).
type header struct {
	coff     int // COFF file header
	optional int // optional header
	table    int // section table
	sections []section
}

// section is an entry of the section table. Each has 40 bytes: name 8,
// VirtualSize 4, VirtualAddress 4, SizeOfRawData 4, PointerToRawData 4, and
// more that UEFI does not look at, up to Characteristics at 36.
type section struct {
	name                                  string
	virtualSize, address, rawSize, rawPos uint32
}

const sectionHeaderSize = 40

// Offsets in the optional header of PE32+.
const (
	sizeOfInitializedData = 8
	sectionAlignment      = 32
	fileAlignment         = 36
	sizeOfImage           = 56
	sizeOfHeaders         = 60
	checksum              = 64
	certificateTable      = 112 + 4*8 // data directory 4: file offset and size
	optionalHeaderMinimum = certificateTable + 8
)

// parsePE reads the headers of a PE32+ program.
func parsePE(b []byte) (h header, err error) {
	if len(b) < 0x40 || b[0] != 'M' || b[1] != 'Z' {
		return h, errors.New("not a PE program: no MZ header")
	}
	signature := int64(binary.LittleEndian.Uint32(b[0x3c:]))
	if signature+24+optionalHeaderMinimum > int64(len(b)) || string(b[signature:signature+4]) != "PE\x00\x00" {
		return h, errors.New("not a PE program: no PE header")
	}
	h.coff = int(signature) + 4
	h.optional = h.coff + 20
	if magic := binary.LittleEndian.Uint16(b[h.optional:]); magic != 0x20b {
		return h, fmt.Errorf("optional header has magic %#x, want PE32+", magic)
	}
	count := int(binary.LittleEndian.Uint16(b[h.coff+2:]))
	optionalSize := int(binary.LittleEndian.Uint16(b[h.coff+16:]))
	h.table = h.optional + optionalSize
	if optionalSize < optionalHeaderMinimum || h.table+count*sectionHeaderSize > len(b) {
		return h, errors.New("PE headers end early")
	}
	for i := range count {
		s, err := parseSection(b, h.table+i*sectionHeaderSize)
		if err != nil {
			return h, err
		}
		h.sections = append(h.sections, s)
	}
	return h, nil
}

func parseSection(b []byte, at int) (section, error) {
	e := b[at : at+sectionHeaderSize]
	name := e[:8]
	for len(name) > 0 && name[len(name)-1] == 0 {
		name = name[:len(name)-1]
	}
	le := binary.LittleEndian
	s := section{string(name), le.Uint32(e[8:]), le.Uint32(e[12:]), le.Uint32(e[16:]), le.Uint32(e[20:])}
	if s.rawSize > 0 && int64(s.rawPos)+int64(s.rawSize) > int64(len(b)) {
		return s, fmt.Errorf("section %s lies outside of the file", s.name)
	}
	return s, nil
}

// field reads 32 bits of the optional header.
func (h header) field(b []byte, offset int) uint32 {
	return binary.LittleEndian.Uint32(b[h.optional+offset:])
}

// put changes 32 bits of the optional header.
func (h header) put(b []byte, offset int, value uint32) {
	binary.LittleEndian.PutUint32(b[h.optional+offset:], value)
}

// end is the first byte after the last section, in memory and in the file.
func (h header) end() (address, raw uint32) {
	for _, s := range h.sections {
		address = max(address, s.address+s.virtualSize)
		if s.rawSize > 0 {
			raw = max(raw, s.rawPos+s.rawSize)
		}
	}
	return address, raw
}
