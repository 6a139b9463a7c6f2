package superblock

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems of Linux besides those of package filesystem.

var linuxRows = slices.Concat(
	at(0, jfs, "JFS1"),
	at(0, jfsLog, "\x21\x43\x65\x87"),
	at(52, reiserfs, "ReIsErFs", "ReIsEr2Fs", "ReIsEr3Fs"),
	at(52, reiser4Format, "ReIsEr40FoRmAt"),
	at(0, reiser4, "ReIsEr4\x00"),
	at(6, nilfs2, "\x34\x34"),
	at(24, bcachefs, bcachefsMagic, bcacheMagic),
	at(64, btrfs, "_BHRfS_M"),
	at(0, f2fs, "\x10\x20\xF5\xF2"),
	at(0, erofs, "\xE2\xE1\xF5\xE0"),
	at(0, zonefs, "SFOZ"),
	at(0, exfs, "EXFS"),
	at(0, xfsLog, "\xFE\xED\xBA\xBE"),
)

// jfs recognises the superblock, at 32 KiB, and its copy (kernel,
// fs/jfs/jfs_superblock.h, struct jfs_superblock).
func jfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 184, little)
	v.text(0, "JFS1")
	v.within(4, 4, 1, 2)
	v.power(16, 4, 512, 4096)
	v.log(20, 2, v.u32(16))
	v.power(24, 4, 512, 4096)
	v.log(28, 2, v.u32(24))
	v.is(22, 2, v.u16(20)-v.u16(28)) // log2 of the sectors of a block
	return v.found("jfs-superblock", 184, v.size("JFS superblock of a volume", v.u64(8), v.u32(24)))
}

// jfsLog recognises the log's superblock (fs/jfs/jfs_logmgr.h, struct logsuper).
func jfsLog(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 68, little)
	v.is(0, 4, 0x87654321)
	v.is(4, 4, 1)
	v.power(16, 4, 512, 4096)
	v.log(20, 4, v.u32(16))
	v.within(28, 4, 0, 4)
	return v.found("jfs-log", 68, v.size("JFS log", v.u32(12), v.u32(16)))
}

// reiserfs recognises the superblock of 3.5, 3.6 and with a relocated journal
// (kernel, fs/reiserfs/reiserfs.h, struct reiserfs_super_block).
func reiserfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 204, little)
	v.either(52, "ReIsErFs", "ReIsEr2Fs", "ReIsEr3Fs")
	v.power(44, 2, 512, 8192)
	v.within(4, 4, 0, v.u32(0)) // free blocks
	v.within(8, 4, 0, v.u32(0)) // the root's block
	v.within(50, 2, 1, 2)       // unmounted cleanly or not
	return v.found("reiserfs-superblock", 204, v.size("reiserfs superblock of a volume", v.u32(0), v.u16(44)))
}

// reiser4 recognises the master superblock, and reiser4Format the one behind it
// (reiser4progs, include/reiser4/master.h and plugin/format/format40/format40.h).
func reiser4(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 52, little)
	v.text(0, "ReIsEr4")
	v.zero(7, 9)
	v.power(18, 2, 512, 32768)
	return v.found("reiser4-superblock", 52, "reiser4 master superblock")
}

func reiser4Format(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 72, little)
	v.text(52, "ReIsEr40FoRmAt")
	v.within(8, 8, 0, v.u64(0))
	return v.found("reiser4-superblock", 72, fmt.Sprintf("reiser4 superblock of a volume of %d blocks", v.u64(0)))
}

// nilfs2 recognises the superblock and its copy near the end (kernel,
// include/uapi/linux/nilfs2_ondisk.h, struct nilfs_super_block).
func nilfs2(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 2)
	v.text(6, "\x34\x34")
	v.within(8, 2, 200, sector)
	v.within(20, 4, 0, 6)
	v.within(52, 4, 0, 100)
	v.below(116, 2, 3)
	v.within(132, 4, 0, 4)
	v.power(144, 2, 128, 1024)
	if v.Broken() {
		return proof.Observation{}, false
	}
	sum := proof.RawCRC32(uint32(v.u32(12)), v.b[:16])
	sum = proof.RawCRC32(sum, []byte{0, 0, 0, 0})
	v.Sealed(proof.RawCRC32(sum, v.b[20:v.u16(8)]) == uint32(v.u32(16)), 32)
	return v.found("nilfs2-superblock", int(v.u16(8)), v.size("NILFS2 superblock of a volume", v.u64(32), 1))
}

const (
	bcacheMagic   = "\xC6\x85\x73\xF6\x4E\x1A\x45\xCA\x82\x65\xF5\x7F\x48\xBA\x6D\x81"
	bcachefsMagic = "\xC6\x85\x73\xF6\x66\xCE\x90\xA9\xD9\x6A\x60\xCF\x80\x3D\xF7\xEF"

	bcachefsHeader = 752 // bytes before the fields
)

// bcachefs recognises the superblock and its copies (kernel,
// fs/bcachefs/bcachefs_format.h, struct bch_sb). Early volumes have the magic
// number of bcache, but no version of bcache is as high. The field of type 2 holds
// the volume's key, wrapped by a passphrase (struct bch_sb_field_crypt).
func bcachefs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, bcachefsHeader, little)
	v.either(24, bcachefsMagic, bcacheMagic)
	v.Want(v.u16(16) > 6, 0)
	v.within(123, 1, 1, 64)
	v.within(122, 1, 0, v.u8(123))
	v.power(120, 2, 1, 128)
	n := bcachefsHeader + 8*int(min(v.u32(124), maxBlock/8))
	whole, ok := v.all(n)
	if v.Broken() || !ok {
		whole, n = v.b, bcachefsHeader
	}
	if ok && v.u8(144)>>2 == 1 { // flags: kind of checksum, CRC-32C
		v.Sealed(proof.CRC32C(whole[16:]) == uint32(v.u32(0)), 32)
	}
	s, found := v.found("bcachefs-superblock", n, fmt.Sprintf("bcachefs superblock of device %d of %d", v.u8(122)+1, v.u8(123)))
	if found && bcachefsKey(whole) {
		s.Keys = true
		s.Detail += ", which holds the volume's wrapped key"
	}
	return s, found
}

// bcachefsKey walks the fields of a superblock: their length in words of 8 bytes and
// their type.
func bcachefsKey(b []byte) bool {
	for at := bcachefsHeader; at+8 <= len(b); {
		words := int(proof.LE32(b[at:]))
		if words == 0 || words > (len(b)-at)/8 {
			return false
		}
		if proof.LE32(b[at+4:]) == 2 {
			return true
		}
		at += 8 * words
	}
	return false
}

// erofs recognises the superblock, 1 KiB into the volume (kernel,
// fs/erofs/erofs_fs.h, struct erofs_super_block).
func erofs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 128, little)
	v.is(0, 4, 0xE0F5E1E2)
	v.below(8, 4, 8) // compatible features
	v.within(12, 1, 9, 16)
	v.below(24, 8, 40)
	v.within(32, 4, 0, 999_999_999)
	v.below(80, 4, 12) // incompatible features
	if v.Broken() {
		return proof.Observation{}, false
	}
	block := 1 << v.u8(12)
	covered := block
	if block > 1024 {
		covered -= 1024
	}
	if b, ok := v.all(covered); ok && v.u32(8)&1 != 0 {
		v.Sealed(^proof.HoledCRC32C(b, 4) == uint32(v.u32(4)), 32)
	}
	return v.found("erofs-superblock", 128, v.size("EROFS superblock of a volume", v.u32(36), uint64(block))+", made "+proof.Day(int64(v.u64(24))))
}

// zonefs recognises the superblock of a zoned device (kernel, fs/zonefs/zonefs.h,
// struct zonefs_super).
func zonefs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 4096, little)
	v.text(0, "SFOZ")
	v.below(88, 8, 16)  // features, behind label and UUID
	v.below(104, 4, 12) // permissions
	v.zero(108, 4096-108)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(^proof.HoledCRC32(v.b, 4) == uint32(v.u32(4)), 32)
	return v.found("zonefs-superblock", 108, "zonefs superblock")
}

// exfs recognises the superblock of HPE's file system, laid out like that of XFS
// (util-linux, libblkid/src/superblocks/exfs.c).
func exfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.text(0, "EXFS")
	v.power(4, 4, 512, 65536)
	v.power(102, 2, 512, 32768)
	v.power(104, 2, 256, 2048)
	v.log(120, 1, v.u32(4))
	v.log(121, 1, v.u16(102))
	v.log(122, 1, v.u16(104))
	return v.found("exfs-superblock", sector, v.size("EXFS superblock of a volume", v.u64(8), v.u32(4)))
}

// xfsLog recognises the header of a record of XFS' log, inside the volume or on a
// device of its own (XFS Algorithms & Data Structures, 3rd edition, chapter 15, struct
// xlog_rec_header).
func xfsLog(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.is(0, 4, 0xFEEDBABE)
	v.within(8, 4, 1, 2)        // version
	v.within(12, 4, 0, 256<<10) // length
	v.within(300, 4, 1, 3)      // format: byte order of the machine
	return v.found("xfs-log", sector, fmt.Sprintf("record of %d bytes in a log of XFS", v.u32(12)))
}

// btrfs recognises the superblock and its mirrors (btrfs documentation, On-disk
// format, "Superblock"). CRC-32C and SHA-256 sums are checked; the two other
// kinds (xxHash, BLAKE2) are not.
func btrfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 4096, little)
	v.text(64, "_BHRfS_M")
	v.is(128, 8, 6)                 // root directory object
	v.power(144, 4, 4096, 65536)    // sector size
	v.power(148, 4, 4096, 65536)    // node size
	v.within(196, 2, 0, 3)          // kind of checksum
	v.within(120, 8, 0, v.u64(112)) // bytes used
	if v.Broken() {
		return proof.Observation{}, false
	}
	switch v.u16(196) {
	case 0:
		v.Sealed(proof.CRC32C(v.b[32:]) == uint32(v.u32(0)) && proof.AllZero(v.b[4:32]), 256)
	case 2:
		v.Sealed(sha256.Sum256(v.b[32:]) == [32]byte(v.b[:32]), 256)
	}
	return v.found("btrfs-superblock", 4096, fmt.Sprintf("btrfs superblock: %s on %d devices, %s used, generation %d",
		proof.BytesOf(v.u64(112)), v.u64(136), proof.BytesOf(v.u64(120)), v.u64(72)))
}

// f2fs recognises the superblock 1024 bytes into the volume or its second block
// (kernel, include/linux/f2fs_fs.h, struct f2fs_super_block).
func f2fs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 0xF2F52010)
	v.is(4, 2, 1)
	v.within(8, 4, 9, 12)   // log2 of sector size
	v.within(12, 4, 0, 5)   // log2 of sectors per block
	v.within(16, 4, 12, 16) // log2 of block size
	v.is(20, 4, 9)          // log2 of blocks per segment
	if v.Broken() {
		return proof.Observation{}, false
	}
	// struct f2fs_super_block is 3072 bytes; with the feature sb_chksum its place
	// for the checksum is not zero.
	n := sector
	if b, ok := v.all(3072); ok && v.u32(32) == 3068 {
		v.Sealed(proof.RawCRC32(0xF2F52010, b[:3068]) == proof.LE32(b[3068:]), 32)
		n = 3072
	}
	return v.found("f2fs-superblock", n, v.size("F2FS superblock of a volume", v.u64(36), 1<<v.u32(16)))
}
