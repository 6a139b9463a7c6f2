package raid

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

// Intel Rapid Storage Technology, or Matrix Storage Manager (mdadm,
// super-intel.c; dmraid, format/ataraid/isw.h): an anchor in the second to last
// sector of the disk, and what of it is more than a sector right before that. A
// sum of words stands over all of it.

const (
	imsmMagic    = "Intel Raid ISM Cfg Sig. "
	imsmMaxBytes = 16 << 10
	imsmMaxDisks = 64
	imsmBBMMagic = "\x0C\xB1\xAD\xAB" // ABADB10C
)

func intelRST(p proof.Place) (proof.Observation, bool) {
	l, before, size := imsmAnchor(p)
	l.Is(imsmMagic)
	l.Letters(6, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' }, 4.5)
	l.Zero(2)
	l.Number(4) // checksum
	l.LE32(216, imsmMaxBytes)
	l.Number(4 + 4) // family, generation
	errors := l.LE32(0, 1<<20)
	l.Number(4) // attributes
	disks := l.Byte8(1, imsmMaxDisks)
	volumes := l.Byte8(0, 16)
	l.Number(1) // error log's place
	l.Zero(1)
	l.LE32(0, 1<<24) // cache, in MB
	l.Number(4 + 4)  // first family, power cycles
	bad := l.LE32(0, 2040)
	l.Number(2) // volumes made
	l.Zero(2)
	l.Number(8) // made
	l.Zero(32 * 4)
	for range min(disks, imsmMaxDisks) {
		imsmDisk(l)
	}
	for range min(volumes, 16) {
		imsmVolume(l)
	}
	if bad > 0 {
		imsmBadBlocks(l, int(bad))
	}
	l.Zero(max(0, size-l.Size()))
	sum := l.Size() == size && imsmSum(l.Seen()) == proof.LE32(l.Seen()[32:])
	l.Sum(sum, 32)
	if rest := l.Left(); errors > 0 {
		l.Unknown(rest) // the beginning of a log of errors
	} else {
		l.Zero(rest)
	}
	l.Need(p.FromEnd(2))
	l.Overrun()
	s, ok := l.Found("intel-rst", fmt.Sprintf("Intel RST RAID label: %s, %s",
		proof.Count(int(disks), "disk"), proof.Count(int(volumes), "volume")))
	s.Start, s.End = p.Off-before, p.Off-before+l.Size()+l.Left()
	return s, ok
}

// imsmAnchor puts together the anchor's sector and what continues it: the sectors
// right before it, or its own rest where sectors have 4096 bytes.
func imsmAnchor(p proof.Place) (l *label.Reader, before, size int) {
	size = int(min(proof.LE32(p.Sector()[36:]), imsmMaxBytes))
	if at := p.Base + int64(p.Off); p.Size%4096 == 0 && at == p.Size-2*4096 && p.Size > 0 {
		if b, ok := p.Window(4096); ok {
			return label.Over(b), 0, size
		}
	}
	before = max(0, (size+sector-1)/sector-1) * sector
	head, ok := proof.Window(p.Buf, p.Off-before, before)
	if !ok {
		before = 0
	}
	return label.Over(slices.Concat(p.Sector(), head)), before, size
}

func imsmDisk(l *label.Reader) {
	l.Text(16)                                          // serial number
	l.Number(4 + 4)                                     // blocks, SCSI identity
	l.Mask(uint64(proof.LE32(l.Next(4))), 0x2FFFFFF, 4) // state
	l.Number(4 + 4)                                     // owner, blocks' high word
	l.Zero(3 * 4)
}

func imsmVolume(l *label.Reader) {
	l.Text(16)      // name
	l.Number(8 + 4) // size, state
	l.Number(4 + 4) // reserved blocks; priority, subvolumes, target, master
	l.Number(4)     // cache, clone and go
	l.Number(4)     // number, cache on NVM
	l.Number(4 + 2)
	l.Byte8(0, 6) // write hole
	l.Text(16)    // serial number of the journal's drive
	l.Zero(1 + 3*4)
	l.Number(4 + 4) // migration
	migrating := l.Byte8(0, 1)
	l.Byte8(0, 5)
	l.Byte8(0, 3)
	l.Number(1 + 2 + 2 + 4)
	l.Zero(3 * 4)
	for range 1 + min(migrating, 1) {
		imsmMap(l)
	}
}

func imsmMap(l *label.Reader) {
	l.Number(4*3 + 2) // place, blocks, stripes, strip
	l.Byte8(0, 3)     // state
	level := l.Next(1)[0]
	l.Hold(level <= 2 || level == 5 || level == 8 || level == 10 || level == 255, 5)
	members := l.Byte8(1, imsmMaxDisks)
	l.Number(3)
	l.Number(3 * 4)
	l.Zero(4 * 4)
	for range min(members, imsmMaxDisks) {
		l.Mask(uint64(proof.LE32(l.Next(4))), 0xFF0000FF, 4) // flags, and a disk's number
	}
}

// imsmBadBlocks is the log of bad blocks: entries of 8 bytes, the rest zero.
func imsmBadBlocks(l *label.Reader, n int) {
	l.Is(imsmBBMMagic)
	entries := l.LE32(0, 254)
	used := min(int(entries)*8, n-8)
	l.Number(max(0, used))
	l.Zero(max(0, n-8-max(0, used)))
}

func imsmSum(b []byte) (sum uint32) {
	for at := 0; at+4 <= len(b); at += 4 {
		if at != 32 {
			sum += proof.LE32(b[at:])
		}
	}
	return sum
}
