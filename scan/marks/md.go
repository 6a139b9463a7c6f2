package marks

import (
	"bytes"
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
)

const wordMD = 0xA92B4EFC // md writes it in host order, little endian everywhere that matters

// mdRAID recognises the superblocks of Linux software RAID (kernel,
// include/uapi/linux/raid/md_p.h): 1.x with its sum of words, and 0.90. Below
// LUKS a 1.x superblock is book-keeping like a partition table: its checksum
// vouches for it, so it is explained if its padding is zero and its roles are
// roles. 0.90 is older than all of that and not read so closely.
func mdRAID(buf []byte, off int) (proof.Structure, bool) {
	b, ok := proof.Window(buf, off, 4096)
	if !ok {
		return proof.Structure{}, false
	}
	var e proof.Evidence
	e.Matched(4)
	major := proof.LE32(b[4:])
	if major == 0 {
		e.Zero(b[4:8])
		e.Is(uint64(proof.LE32(b[8:])), 90, 4)
		return e.Found("md-raid-superblock", off, off+4096, fmt.Sprintf("Linux RAID 0.90 superblock: level %d, made %s",
			int32(proof.LE32(b[28:])), proof.Day(int64(proof.LE32(b[24:])))))
	}
	e.Is(uint64(major), 1, 4)
	e.Mask(uint64(proof.LE32(b[8:])), 0xFFF, 4)
	e.Zero(b[12:16])
	members := int(min(proof.LE32(b[220:]), 4096))
	e.Within(uint64(members), 1, (4096-256)/2, 4)
	if e.Broken() {
		return proof.Structure{}, false
	}
	end := 256 + 2*members
	e.Want(mdSum(b[:end]) == proof.LE32(b[216:]), 32)
	s, ok := e.Found("md-raid-superblock", off, off+end, fmt.Sprintf("Linux RAID 1.x superblock: level %d, %d devices, made %s",
		int32(proof.LE32(b[72:])), proof.LE32(b[92:]), proof.Day(int64(proof.LE64(b[64:])&(1<<40-1)))))
	s.Explained = ok && mdTidy(b[:end])
	return s, ok
}

// mdTidy holds what the checksum covers but nobody reads: the array's name is
// text and then zeros, pad3 is zero, and each role is the place of a device, or
// one of the last three values (journal, faulty, spare).
func mdTidy(b []byte) bool {
	name := bytes.TrimRight(b[32:64], "\x00")
	for _, c := range name {
		if c < ' ' || c > '~' {
			return false
		}
	}
	for at := 256; at < len(b); at += 2 {
		if role := proof.LE16(b[at:]); uint32(role) >= proof.LE32(b[92:]) && role < 0xFFFD {
			return false
		}
	}
	return proof.AllZero(b[224:256])
}

// mdSum adds up the little endian words with sb_csum (byte 216) as zero and
// folds the carry (kernel, drivers/md/md.c, calc_sb_1_csum).
func mdSum(b []byte) uint32 {
	var sum uint64
	at := 0
	for ; at+4 <= len(b); at += 4 {
		if at != 216 {
			sum += uint64(proof.LE32(b[at:]))
		}
	}
	if at+2 <= len(b) {
		sum += uint64(proof.LE16(b[at:]))
	}
	return uint32(sum) + uint32(sum>>32)
}
