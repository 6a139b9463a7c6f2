// Package md knows what Linux software RAID writes on its members.
//
// To add a kind, add a row to Rows.
package md

import (
	"encoding/binary"
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: mdMagic, Parse: mdRAID},
	{Magic: mdMagicBig, Parse: mdRAIDBig},
	{Magic: "bitm", Parse: mdBitmap},
}

// Linux software RAID (kernel, include/uapi/linux/raid/md_p.h; mdadm, super0.c,
// super1.c, bitmap.h): superblocks 0.90 in either byte order and 1.x, which is
// little endian always, and the write-intent bitmap.

const (
	mdMagic    = "\xFC\x4E\x2B\xA9" // a92b4efc
	mdMagicBig = "\xA9\x2B\x4E\xFC"

	mdOldBytes = 4096
	mdOldDisks = 27   // descriptors in a 0.90 superblock
	mdMaxRoles = 1920 // of 2 bytes, behind 256 bytes in 4 KiB
)

// mdRAID recognises a superblock in little endian order.
func mdRAID(p proof.Place) (proof.Observation, bool) {
	if proof.LE32(p.Sector()[4:]) == 0 {
		return mdOld(label.Open(p), 0)
	}
	l := label.Open(p)
	l.Is(mdMagic)
	l.LE32(1, 1)
	l.Mask(uint64(proof.LE32(l.Next(4))), 0xFFF, 4) // features
	l.Zero(4)
	l.Number(16) // UUID
	l.Text(32)
	made := l.Number(8)                   // made
	level := int32(proof.LE32(l.Next(4))) // -4 (multipath) to 10; a container is -100
	l.UpTo(uint64(uint32(level+128)), 0, 256, 4)
	l.Number(4 + 8 + 4) // layout, size, chunk
	disks := l.LE32(0, 0xFF00)
	l.Number(4 + 4 + 8 + 4*4)           // bitmap's place; reshaping
	l.Number(8 * 4)                     // places of data and superblock, recovery
	l.Number(4 + 4 + 16)                // device: number, corrected reads, UUID
	l.Mask(uint64(l.Next(1)[0]), 3, 1)  // mostly written, fails fast
	l.Number(1 + 2 + 4)                 // bad block log
	l.Number(8 * 3)                     // changed, events, resynchronised
	l.Number(4)                         // checksum
	roles := int(l.LE32(1, mdMaxRoles)) // clamped below: the sum needs it
	l.Zero(32)                          // pad3
	fit, n := true, min(roles, mdMaxRoles)
	for range n { // a place, or journal, faulty, spare
		fit = uint32(proof.LE16(l.Next(2))+3) < min(disks, 0xFF00)+3 && fit
	}
	l.Hold(fit, float64(n)*(16-math.Log2(float64(min(disks, 0xFF00)+3))))
	sb := l.Seen()
	l.Sum(len(sb) > 256 && mdSum(sb, 216) == proof.LE32(sb[216:]), 32)
	l.Zero((sector - l.Size()%sector) % sector) // md writes whole sectors
	return l.Found("md-raid-superblock", fmt.Sprintf("Linux RAID 1.x superblock: level %d, %d devices, made %s",
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
	return mdOld(label.Over(turned), p.Off)
}

// mdOld reads a superblock 0.90, all of it words; shift is where the label's
// buffer begins in the place's.
func mdOld(l *label.Reader, shift int) (proof.Observation, bool) {
	l.Is(mdMagic)
	l.LE32(0, 0)
	l.LE32(90, 91)
	l.LE32(0, 9)          // patch level
	l.LE32(0, 1024)       // words in this section: 0
	l.Number(4)           // UUID
	made := l.Number(4)   // time
	level := l.Number(4)  // small, or minus 1 to 5
	l.Number(4)           // size of a member
	l.LE32(0, mdOldDisks) // disks
	l.LE32(0, mdOldDisks) // of them in a whole array
	l.LE32(0, 1<<20)      // minor number
	l.LE32(0, 1)          // not persistent
	l.Number(12)          // UUID
	l.Zero(4 * 16)
	l.Number(4)      // changed
	l.LE32(0, 0xFFF) // state
	for range 4 {    // active, working, failed, spare
		l.LE32(0, mdOldDisks)
	}
	l.Number(4 * 12) // checksum, events, recovery, reshaping
	l.Zero(4 * 14)
	l.Number(4 * 2) // layout, chunk
	l.LE32(0, 0)    // root's volume
	l.LE32(0, 0)
	l.Zero(4 * 60)
	for range mdOldDisks + 1 { // the last one is this disk
		l.LE32(0, 256)     // number
		l.LE32(0, 1<<20)   // major
		l.LE32(0, 1<<20)   // minor
		l.Number(4)        // role
		l.LE32(0, 1<<19-1) // state
		l.Zero(4 * 27)
	}
	sb := l.Seen()
	if len(sb) < mdOldBytes {
		return proof.Observation{}, false
	}
	l.Sum(mdSum(sb, 152) == proof.LE32(sb[152:]), 32)
	s, ok := l.Found("md-raid-superblock", fmt.Sprintf("Linux RAID 0.90 superblock: level %d, made %s",
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
	l := label.Open(p)
	l.Is("bitm")
	l.LE32(3, 5)
	l.Number(16 + 8 + 8) // UUID, events
	size := l.LE64(0, 1<<55)
	l.LE32(0, 0xFFFF) // state
	chunk := l.LE32(512, 1<<31)
	l.Hold(chunk&(chunk-1) == 0, 26)
	l.LE32(0, 86400)  // seconds between flushes
	l.LE32(0, 65536)  // writes behind
	l.LE32(0, 1<<24)  // sectors reserved
	l.LE32(0, 256)    // nodes
	l.Text(64)        // cluster
	l.Zero(256 - 136) // pad
	l.Bitmap(int64(size*512/uint64(max(chunk, 512))/8 + 1))
	return l.Found("md-bitmap", fmt.Sprintf("write-intent bitmap of a Linux RAID array of %s, one bit for %s",
		proof.BlocksOf(size, 512), proof.BytesOf(uint64(chunk))))
}
