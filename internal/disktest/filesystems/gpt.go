// Package filesystems makes what lies between a disk and its files: a partition table, an
// ext4 file system, a LUKS2 volume. Another one is a file of its own here.
package filesystems

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"unicode/utf16"
)

// Sizes of a GPT on 512-byte sectors (UEFI 2.10, section 5.3): one sector
// protective MBR, one sector header, 128 entries of 128 bytes.
const (
	sectorBytes    = 512
	gptEntries     = 128
	gptEntryBytes  = 128
	gptArray       = gptEntries * gptEntryBytes / sectorBytes
	gptHeadSectors = 2 + gptArray
	gptTailSectors = 1 + gptArray
)

// Part is one partition; Start and Length are bytes, multiples of 512.
type Part struct {
	Name   string
	Start  int64
	Length int64
	Type   GUID // zero: LinuxData
}

// GUID is a partition type or identity in the byte order it has on disk.
type GUID [16]byte

// LinuxData is the type 0FC63DAF-8483-4772-8E79-3D69D8477DE4, first three
// fields little-endian as the UEFI specification (Appendix A) wants them.
func LinuxData() GUID {
	return GUID{0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47, 0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4}
}

// GPT returns what a partitioned medium of size bytes carries at its start
// (protective MBR, header, entries: 34 sectors) and at its very end (entries,
// backup header: 33 sectors). Identities are derived from the contents, so the
// same table always has the same bytes. Partitions that do not fit between the
// two, or a size that is no multiple of 512, are a mistake of the caller and panic.
func GPT(size int64, parts []Part) (head, tail []byte) {
	sectors := size / sectorBytes
	if size%sectorBytes != 0 || sectors <= gptHeadSectors+gptTailSectors || len(parts) > gptEntries {
		panic(fmt.Sprintf("disktest: no GPT for %d bytes and %d partitions", size, len(parts)))
	}
	array := gptArrayOf(sectors, parts)
	disk := guid("disk", array)
	head = append(protectiveMBR(sectors), gptHeader(disk, array, 1, sectors-1, 2, sectors)...)
	head = append(head, array...)
	tail = append(array, gptHeader(disk, array, sectors-1, 1, sectors-gptTailSectors, sectors)...)
	return head, tail
}

func gptArrayOf(sectors int64, parts []Part) []byte {
	array := make([]byte, 0, gptArray*sectorBytes+sectorBytes)[:gptArray*sectorBytes]
	for i, p := range parts {
		first, last := p.Start/sectorBytes, (p.Start+p.Length)/sectorBytes-1
		if first < gptHeadSectors || last < first || last >= sectors-gptTailSectors {
			panic(fmt.Sprintf("disktest: partition %q does not fit the medium", p.Name))
		}
		p.encode(array[i*gptEntryBytes:], first, last)
	}
	return array
}

// encode writes the entry of UEFI table 5-6.
func (p Part) encode(e []byte, first, last int64) {
	if p.Type == (GUID{}) {
		p.Type = LinuxData()
	}
	copy(e, p.Type[:])
	binary.LittleEndian.PutUint64(e[32:], uint64(first))
	binary.LittleEndian.PutUint64(e[40:], uint64(last))
	for i, u := range utf16.Encode([]rune(p.Name)) {
		if i == 36 {
			break
		}
		binary.LittleEndian.PutUint16(e[56+2*i:], u)
	}
	id := guid("partition", e[:gptEntryBytes])
	copy(e[16:], id[:])
}

// gptHeader is UEFI table 5-5; this header lies at sector self, its twin at other.
func gptHeader(disk GUID, array []byte, self, other, arrayAt, sectors int64) []byte {
	h := make([]byte, sectorBytes)
	copy(h, "EFI PART\x00\x00\x01\x00\x5c\x00\x00\x00")
	binary.LittleEndian.PutUint64(h[24:], uint64(self))
	binary.LittleEndian.PutUint64(h[32:], uint64(other))
	binary.LittleEndian.PutUint64(h[40:], gptHeadSectors)
	binary.LittleEndian.PutUint64(h[48:], uint64(sectors-gptTailSectors-1))
	copy(h[56:], disk[:])
	binary.LittleEndian.PutUint64(h[72:], uint64(arrayAt))
	binary.LittleEndian.PutUint32(h[80:], gptEntries)
	binary.LittleEndian.PutUint32(h[84:], gptEntryBytes)
	binary.LittleEndian.PutUint32(h[88:], crc32.ChecksumIEEE(array))
	binary.LittleEndian.PutUint32(h[16:], crc32.ChecksumIEEE(h[:92]))
	return h
}

// protectiveMBR is UEFI table 5-4: one partition of type EE over everything.
func protectiveMBR(sectors int64) []byte {
	b := make([]byte, sectorBytes)
	copy(b[446:], []byte{0, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff})
	binary.LittleEndian.PutUint32(b[454:], 1)
	binary.LittleEndian.PutUint32(b[458:], uint32(min(sectors-1, 0xffffffff)))
	b[510], b[511] = 0x55, 0xaa
	return b
}

// uuid derives a version 4 identity (RFC 9562, section 5.4) from contents.
func uuid(what string, contents []byte) [16]byte {
	sum := sha256.Sum256(append([]byte(what), contents...))
	u := [16]byte(sum[:16])
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u
}

// guid is a uuid in GPT's byte order: the version's field is little-endian.
func guid(what string, contents []byte) GUID {
	u := uuid(what, contents)
	u[6], u[7] = u[7], u[6]
	return u
}
