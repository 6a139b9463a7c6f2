package marks

import (
	"fmt"
	"slices"

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
	l.is(imsmMagic)
	l.letters(6, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' }, 4.5)
	l.zero(2)
	l.number(4) // checksum
	l.le32(216, imsmMaxBytes)
	l.number(4 + 4) // family, generation
	errors := l.le32(0, 1<<20)
	l.number(4) // attributes
	disks := l.byte8(1, imsmMaxDisks)
	volumes := l.byte8(0, 16)
	l.number(1) // error log's place
	l.zero(1)
	l.le32(0, 1<<24) // cache, in MB
	l.number(4 + 4)  // first family, power cycles
	bad := l.le32(0, 2040)
	l.number(2) // volumes made
	l.zero(2)
	l.number(8) // made
	l.zero(32 * 4)
	for range min(disks, imsmMaxDisks) {
		l.imsmDisk()
	}
	for range min(volumes, 16) {
		l.imsmVolume()
	}
	if bad > 0 {
		l.imsmBadBlocks(int(bad))
	}
	l.zero(max(0, size-l.size()))
	sum := l.size() == size && imsmSum(l.buf[:size]) == proof.LE32(l.buf[32:])
	l.sum(sum, 32)
	if rest := len(l.buf) - l.at; errors > 0 {
		l.unknown(rest) // the beginning of a log of errors
	} else {
		l.zero(rest)
	}
	l.need(fromEnd(p, 2))
	l.overrun()
	s, ok := l.found("intel-rst", fmt.Sprintf("Intel RST RAID label: %s, %s",
		proof.Count(int(disks), "disk"), proof.Count(int(volumes), "volume")))
	s.Start, s.End = p.Off-before, p.Off-before+len(l.buf)
	return s, ok
}

// imsmAnchor puts together the anchor's sector and what continues it: the sectors
// right before it, or its own rest where sectors have 4096 bytes.
func imsmAnchor(p proof.Place) (l *label, before, size int) {
	size = int(min(proof.LE32(p.Sector()[36:]), imsmMaxBytes))
	if at := p.Base + int64(p.Off); p.Size%4096 == 0 && at == p.Size-2*4096 && p.Size > 0 {
		if b, ok := p.Window(4096); ok {
			return &label{buf: b}, 0, size
		}
	}
	before = max(0, (size+sector-1)/sector-1) * sector
	head, ok := proof.Window(p.Buf, p.Off-before, before)
	if !ok {
		before = 0
	}
	return &label{buf: slices.Concat(p.Sector(), head)}, before, size
}

func (l *label) imsmDisk() {
	l.text(16)                                          // serial number
	l.number(4 + 4)                                     // blocks, SCSI identity
	l.mask(uint64(proof.LE32(l.next(4))), 0x2FFFFFF, 4) // state
	l.number(4 + 4)                                     // owner, blocks' high word
	l.zero(3 * 4)
}

func (l *label) imsmVolume() {
	l.text(16)      // name
	l.number(8 + 4) // size, state
	l.number(4 + 4) // reserved blocks; priority, subvolumes, target, master
	l.number(4)     // cache, clone and go
	l.number(4)     // number, cache on NVM
	l.number(4 + 2)
	l.byte8(0, 6) // write hole
	l.text(16)    // serial number of the journal's drive
	l.zero(1 + 3*4)
	l.number(4 + 4) // migration
	migrating := l.byte8(0, 1)
	l.byte8(0, 5)
	l.byte8(0, 3)
	l.number(1 + 2 + 2 + 4)
	l.zero(3 * 4)
	for range 1 + min(migrating, 1) {
		l.imsmMap()
	}
}

func (l *label) imsmMap() {
	l.number(4*3 + 2) // place, blocks, stripes, strip
	l.byte8(0, 3)     // state
	level := l.next(1)[0]
	l.hold(level <= 2 || level == 5 || level == 8 || level == 10 || level == 255, 5)
	members := l.byte8(1, imsmMaxDisks)
	l.number(3)
	l.number(3 * 4)
	l.zero(4 * 4)
	for range min(members, imsmMaxDisks) {
		l.mask(uint64(proof.LE32(l.next(4))), 0xFF0000FF, 4) // flags, and a disk's number
	}
}

// imsmBadBlocks is the log of bad blocks: entries of 8 bytes, the rest zero.
func (l *label) imsmBadBlocks(n int) {
	l.is(imsmBBMMagic)
	entries := l.le32(0, 254)
	used := min(int(entries)*8, n-8)
	l.number(max(0, used))
	l.zero(max(0, n-8-max(0, used)))
}

func imsmSum(b []byte) (sum uint32) {
	for at := 0; at+4 <= len(b); at += 4 {
		if at != 32 {
			sum += proof.LE32(b[at:])
		}
	}
	return sum
}
