package partitions

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

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
	var l label
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
	alpha := at+end <= bsdAlphaSum && proof.LE64(sectorBytes[bsdAlphaSum:]) == sum64(sectorBytes[:bsdAlphaSum])
	l.Want(xor16(b[:end]) == 0 || alpha, 16-1)
	l.bsdGeometry(b, order)
	for i := range count {
		l.bsdPartition(b[bsdHeader+bsdEntry*i:][:bsdEntry], order)
	}
	l.zero(sectorBytes[:at])
	if alpha {
		l.zero(sectorBytes[at+end : bsdAlphaSum])
	} else {
		l.zero(sectorBytes[at+end:])
	}
	inPlace := behindStart(p, sector) && at == 0 || behindStart(p, 0) || behindStart(p, 2*sector)
	return l.found("bsd-label", p.Off, p.Off+sector, inPlace,
		fmt.Sprintf("BSD disklabel with %s, checksum right", proof.Count(count, "entry")))
}

// sum64 is the sum of the words of eight bytes, least significant byte first.
func sum64(b []byte) (sum uint64) {
	for ; len(b) >= 8; b = b[8:] {
		sum += proof.LE64(b)
	}
	return sum
}

// bsdGeometry holds the fields of the header to their form.
func (l *label) bsdGeometry(b []byte, order binary.ByteOrder) {
	l.text(b[8:24], "SCSI disk", "ESDI/IDE disk", "vnd device", "fictitious", "unknown")
	l.text(b[24:40], "fictitious", "default label", "amnesiac", "unknown")
	word := func(at int) uint64 { return uint64(order.Uint32(b[at:])) }
	size := word(40)
	l.fits(size >= 512 && size <= 16384 && bits.OnesCount64(size) == 1, 29)
	l.fits(word(56) == word(44)*word(48), 32) // a cylinder is tracks by sectors
	openBSD := order.Uint16(b[114:]) == 1     // d_version
	if openBSD {
		l.zero(b[92:112]) // d_spare4
		l.zero(b[116:132])
		l.clean(order.Uint16(b[112:]) == 0) // 2^32 sectors and more
	} else {
		l.clean(order.Uint16(b[64:]) <= 255 && order.Uint16(b[66:]) <= 255) // spares a track, a cylinder
		l.zero(b[92:132])                                                   // d_drivedata, d_spare
	}
}

// bsdPartition: size, offset, fragment, type, fragments a block, cylinders a group.
// An entry without a size is empty.
func (l *label) bsdPartition(b []byte, order binary.ByteOrder) {
	if order.Uint32(b) == 0 {
		l.zero(b)
		return
	}
	l.clean(uint64(order.Uint32(b))+uint64(order.Uint32(b[4:])) <= 1<<32)
	l.clean(b[12] <= 64) // FS_UNUSED … the highest that any BSD gives
}

// The label of Ultrix ends the last sector of the superblock's 16 KiB: a magic
// number, 1, and eight partitions (struct pt of <sys/fs.h>).
const ultrixAt = 440

func ultrixLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label
	l.Is(uint64(proof.LE32(b[ultrixAt:])), 0x032957, 4)
	l.Is(uint64(proof.LE32(b[ultrixAt+4:])), 1, 4)
	used := 0
	for at := ultrixAt + 8; at < sector; at += 8 {
		blocks, first := proof.LE32(b[at:]), proof.LE32(b[at+4:])
		l.clean(uint64(blocks)+uint64(first) <= 1<<32)
		if blocks == 0 {
			l.zero(b[at : at+8])
		} else {
			used++
		}
	}
	l.zero(b[:ultrixAt])
	return l.found("ultrix-label", p.Off, p.Off+sector, behindStart(p, 31*sector),
		"Ultrix disk label with "+proof.Count(used, "partition"))
}
