// Package unix knows the disk labels of the BSDs, Sun, SGI, SCO, DEC and IBM's AIX.
//
// To add a label, add a row to Rows and a function that accounts for every byte of it.
package unix

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the labels of this room, but for AIX's.
var Rows = []proof.Row{
	{At: 0, Magic: "\x0B\xE5\xA9\x41", Parse: sgiLabel},
	{At: 508, Magic: "\xDA\xBE", Parse: sunLabel},
	{At: 12, Magic: "\xEE\xDE\x0D\x60", Parse: solarisVTOC},
	{At: 4, Magic: "\x0D\x60\x5E\xCA", Parse: unixware},
	{At: 0, Magic: "\x57\x45\x56\x82", Parse: bsdAt(0, binary.LittleEndian)},
	{At: 64, Magic: "\x57\x45\x56\x82", Parse: bsdAt(64, binary.LittleEndian)},
	{At: 0, Magic: "\x82\x56\x45\x57", Parse: bsdAt(0, binary.BigEndian)},
	{At: 64, Magic: "\x82\x56\x45\x57", Parse: bsdAt(64, binary.BigEndian)},
	{At: 128, Magic: "\x82\x56\x45\x57", Parse: bsdAt(128, binary.BigEndian)},
	{At: ultrixAt, Magic: "\x57\x29\x03\x00", Parse: ultrixLabel},
}

// The disklabel of the BSDs: struct disklabel of <sys/disklabel.h>, in the byte
// order of the machine, 148 bytes and 16 for each partition. FreeBSD and i386
// keep it in sector 1 of the slice or the medium, Alpha and others in sector 0,
// behind some code. OpenBSD uses the same skeleton and gives some fields that
// others leave unused a meaning (its own <sys/disklabel.h>, D_VERSION 1).
const (
	bsdMagic         = 0x82564557
	bsdHeader        = 148
	bsdEntry         = 16
	bsdMaxPartitions = 22
	bsdAlphaSum      = 504 // of the sector: the sum of what stands before (Alpha's SRM console)
)

func bsdAt(at int, order binary.ByteOrder) func(proof.Place) (proof.Observation, bool) {
	return func(p proof.Place) (proof.Observation, bool) { return bsdLabel(p, at, order) }
}

func bsdLabel(p proof.Place, at int, order binary.ByteOrder) (proof.Observation, bool) {
	sectorBytes := p.Sector()
	b := sectorBytes[at:]
	var l label.Label
	l.Is(uint64(order.Uint32(b)), bsdMagic, 4)
	l.Is(uint64(order.Uint32(b[132:])), bsdMagic, 4)
	count := int(order.Uint16(b[138:]))
	end := bsdHeader + bsdEntry*count
	l.Want(count <= bsdMaxPartitions && end <= len(b), 11)
	if l.Broken() {
		return proof.Observation{}, false
	}
	// Alpha's firmware has a sum of its own at the end of the sector. GNU Parted
	// writes that, and not always the other one.
	alpha := at+end <= bsdAlphaSum && proof.LE64(sectorBytes[bsdAlphaSum:]) == proof.LESum64(sectorBytes[:bsdAlphaSum])
	l.Want(proof.XOR16(b[:end]) == 0 || alpha, 16-1)
	bsdGeometry(&l, b, order)
	for i := range count {
		bsdPartition(&l, b[bsdHeader+bsdEntry*i:][:bsdEntry], order)
	}
	l.Unused(sectorBytes[:at])
	if alpha {
		l.Unused(sectorBytes[at+end : bsdAlphaSum])
	} else {
		l.Unused(sectorBytes[at+end:])
	}
	inPlace := p.BehindStart(sector) && at == 0 || p.BehindStart(0) || p.BehindStart(2*sector)
	return l.Found("bsd-label", p.Off, p.Off+sector, inPlace,
		fmt.Sprintf("BSD disklabel with %s, checksum right", proof.Count(count, "entry")))
}

// bsdGeometry holds the fields of the header to their form.
func bsdGeometry(l *label.Label, b []byte, order binary.ByteOrder) {
	l.FreeText(b[8:24], "SCSI disk", "ESDI/IDE disk", "vnd device", "fictitious", "unknown")
	l.FreeText(b[24:40], "fictitious", "default label", "amnesiac", "unknown")
	word := func(at int) uint64 { return uint64(order.Uint32(b[at:])) }
	size := word(40)
	l.Fits(size >= 512 && size <= 16384 && bits.OnesCount64(size) == 1, 29)
	l.Fits(word(56) == word(44)*word(48), 32) // a cylinder is tracks by sectors
	openBSD := order.Uint16(b[114:]) == 1     // d_version
	if openBSD {
		l.Unused(b[92:112]) // d_spare4
		l.Unused(b[116:132])
		l.Clean(order.Uint16(b[112:]) == 0) // 2^32 sectors and more
	} else {
		l.Clean(order.Uint16(b[64:]) <= 255 && order.Uint16(b[66:]) <= 255) // spares a track, a cylinder
		l.Unused(b[92:132])                                                 // d_drivedata, d_spare
	}
}

// bsdPartition: size, offset, fragment, type, fragments a block, cylinders a group.
// An entry without a size is empty.
func bsdPartition(l *label.Label, b []byte, order binary.ByteOrder) {
	if order.Uint32(b) == 0 {
		l.Unused(b)
		return
	}
	l.Clean(uint64(order.Uint32(b))+uint64(order.Uint32(b[4:])) <= 1<<32)
	l.Clean(b[12] <= 64) // FS_UNUSED … the highest that any BSD gives
}

// The label of Ultrix ends the last sector of the superblock's 16 KiB: a magic
// number, 1, and eight partitions (struct pt of <sys/fs.h>).
const ultrixAt = 440

func ultrixLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.LE32(b[ultrixAt:])), 0x032957, 4)
	l.Is(uint64(proof.LE32(b[ultrixAt+4:])), 1, 4)
	used := 0
	for at := ultrixAt + 8; at < sector; at += 8 {
		blocks, first := proof.LE32(b[at:]), proof.LE32(b[at+4:])
		l.Clean(uint64(blocks)+uint64(first) <= 1<<32)
		if blocks == 0 {
			l.Unused(b[at : at+8])
		} else {
			used++
		}
	}
	l.Unused(b[:ultrixAt])
	return l.Found("ultrix-label", p.Off, p.Off+sector, p.BehindStart(31*sector),
		"Ultrix disk label with "+proof.Count(used, "partition"))
}
