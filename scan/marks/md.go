package marks

import (
	"encoding/binary"
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

// Linux software RAID (kernel, include/uapi/linux/raid/md_p.h; mdadm, super0.c,
// super1.c, bitmap.h): superblocks 0.90 in either byte order and 1.x, which is
// little endian always, and the write-intent bitmap.

const (
	mdMagic    = "\xFC\x4E\x2B\xA9" // a92b4efc
	mdMagicBig = "\xA9\x2B\x4E\xFC"

	mdOldBytes = 4096
	mdOldDisks = 27   // descriptors in a 0.90 superblock
	mdMaxRoles = 1920 // of 2 bytes, behind 256 bytes in 4 KiB

	// maxBits bounds the bytes of a bitmap that are neither 00 nor FF. They are
	// free data: more of them could hide something, and are judged as data.
	maxBits = 512
)

// mdRAID recognises a superblock in little endian order.
func mdRAID(p proof.Place) (proof.Observation, bool) {
	if proof.LE32(p.Sector()[4:]) == 0 {
		return mdOld(open(p), 0)
	}
	l := open(p)
	l.is(mdMagic)
	l.le32(1, 1)
	l.mask(uint64(proof.LE32(l.next(4))), 0xFFF, 4) // features
	l.zero(4)
	l.number(16) // UUID
	l.text(32)
	made := l.number(8)                   // made
	level := int32(proof.LE32(l.next(4))) // -4 (multipath) to 10; a container is -100
	l.upTo(uint64(uint32(level+128)), 0, 256, 4)
	l.number(4 + 8 + 4) // layout, size, chunk
	disks := l.le32(0, 0xFF00)
	l.number(4 + 4 + 8 + 4*4)           // bitmap's place; reshaping
	l.number(8 * 4)                     // places of data and superblock, recovery
	l.number(4 + 4 + 16)                // device: number, corrected reads, UUID
	l.mask(uint64(l.next(1)[0]), 3, 1)  // mostly written, fails fast
	l.number(1 + 2 + 4)                 // bad block log
	l.number(8 * 3)                     // changed, events, resynchronised
	l.number(4)                         // checksum
	roles := int(l.le32(1, mdMaxRoles)) // clamped below: the sum needs it
	l.zero(32)                          // pad3
	fit, n := true, min(roles, mdMaxRoles)
	for range n { // a place, or journal, faulty, spare
		fit = uint32(proof.LE16(l.next(2))+3) < min(disks, 0xFF00)+3 && fit
	}
	l.hold(fit, float64(n)*(16-math.Log2(float64(min(disks, 0xFF00)+3))))
	sb := l.buf[l.start:l.at]
	l.sum(len(sb) > 256 && mdSum(sb, 216) == proof.LE32(sb[216:]), 32)
	l.zero((sector - l.size()%sector) % sector) // md writes whole sectors
	return l.found("md-raid-superblock", fmt.Sprintf("Linux RAID 1.x superblock: level %d, %d devices, made %s",
		level, disks, proof.Day(int64(proof.LE64(made)&(1<<40-1)))))
}

// mdRAIDBig recognises a 0.90 superblock that a big endian machine wrote: its
// words are turned round.
func mdRAIDBig(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(mdOldBytes)
	if !ok {
		return proof.Observation{}, false
	}
	turned := make([]byte, mdOldBytes)
	for at := 0; at < mdOldBytes; at += 4 {
		binary.LittleEndian.PutUint32(turned[at:], proof.BE32(b[at:]))
	}
	return mdOld(&label{buf: turned}, p.Off)
}

// mdOld reads a superblock 0.90, all of it words; shift is where the label's
// buffer begins in the place's.
func mdOld(l *label, shift int) (proof.Observation, bool) {
	l.is(mdMagic)
	l.le32(0, 0)
	l.le32(90, 91)
	l.le32(0, 9)          // patch level
	l.le32(0, 1024)       // words in this section: 0
	l.number(4)           // UUID
	made := l.number(4)   // time
	level := l.number(4)  // small, or minus 1 to 5
	l.number(4)           // size of a member
	l.le32(0, mdOldDisks) // disks
	l.le32(0, mdOldDisks) // of them in a whole array
	l.le32(0, 1<<20)      // minor number
	l.le32(0, 1)          // not persistent
	l.number(12)          // UUID
	l.zero(4 * 16)
	l.number(4)      // changed
	l.le32(0, 0xFFF) // state
	for range 4 {    // active, working, failed, spare
		l.le32(0, mdOldDisks)
	}
	l.number(4 * 12) // checksum, events, recovery, reshaping
	l.zero(4 * 14)
	l.number(4 * 2) // layout, chunk
	l.le32(0, 0)    // root's volume
	l.le32(0, 0)
	l.zero(4 * 60)
	for range mdOldDisks + 1 { // the last one is this disk
		l.le32(0, 256)     // number
		l.le32(0, 1<<20)   // major
		l.le32(0, 1<<20)   // minor
		l.number(4)        // role
		l.le32(0, 1<<19-1) // state
		l.zero(4 * 27)
	}
	sb := l.buf[l.start:l.at]
	if len(sb) < mdOldBytes {
		return proof.Observation{}, false
	}
	l.sum(mdSum(sb, 152) == proof.LE32(sb[152:]), 32)
	s, ok := l.found("md-raid-superblock", fmt.Sprintf("Linux RAID 0.90 superblock: level %d, made %s",
		int32(proof.LE32(level)), proof.Day(int64(proof.LE32(made)))))
	s.Start, s.End = s.Start+shift, s.End+shift
	return s, ok
}

// mdSum adds up the little endian words with the checksum's own as zero and
// folds the carry (kernel, drivers/md/md.c, calc_sb_1_csum).
func mdSum(b []byte, own int) uint32 {
	var sum uint64
	at := 0
	for ; at+4 <= len(b); at += 4 {
		if at != own {
			sum += uint64(proof.LE32(b[at:]))
		}
	}
	if at+2 <= len(b) {
		sum += uint64(proof.LE16(b[at:]))
	}
	return uint32(sum) + uint32(sum>>32)
}

// mdBitmap recognises a write-intent bitmap: a superblock of 256 bytes, then one
// bit for each chunk of the array (struct bitmap_super_s).
func mdBitmap(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("bitm")
	l.le32(3, 5)
	l.number(16 + 8 + 8) // UUID, events
	size := l.le64(0, 1<<55)
	l.le32(0, 0xFFFF) // state
	chunk := l.le32(512, 1<<31)
	l.hold(chunk&(chunk-1) == 0, 26)
	l.le32(0, 86400)  // seconds between flushes
	l.le32(0, 65536)  // writes behind
	l.le32(0, 1<<24)  // sectors reserved
	l.le32(0, 256)    // nodes
	l.text(64)        // cluster
	l.zero(256 - 136) // pad
	l.bitmap(int64(size*512/uint64(max(chunk, 512))/8 + 1))
	return l.found("md-bitmap", fmt.Sprintf("write-intent bitmap of a Linux RAID array of %s, one bit for %s",
		proof.BlocksOf(size, 512), proof.BytesOf(uint64(chunk))))
}

// bitmap takes at most n bytes of bits, as far as the last sector of them that is
// not fill: bits of whole regions are alike.
func (l *label) bitmap(n int64) {
	past := (int64(l.size()) + n) % sector // it is written in whole sectors
	n = min(n+(sector-past)%sector, int64(len(l.buf)-l.at))
	b := l.buf[l.at : l.at+int(n)]
	for len(b) > 0 {
		from := max(0, (l.size()+len(b)-1)/sector*sector-l.size()) // of the last sector
		if last := b[from:]; count(last, last[0]) < len(last) || last[0] != 0 && from == 0 {
			break
		}
		b = b[:from]
	}
	l.need(proof.NotFill(l.number(len(b))) <= maxBits)
}
