// Package linux knows the superblocks of file systems that Linux brought up or keeps, and what it
// leaves in swap areas (swap.go). ext and XFS, whose insides are known too, are package filesystem.
//
// To add a format, add rows to Rows and a function that reads like its structure in the kernel's header file.
package linux

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// File systems of Linux besides those of package filesystem.

// Rows are the formats of this room.
var Rows = slices.Concat(
	proof.Rows(0, jfs, "JFS1"),
	proof.Rows(0, jfsLog, "\x21\x43\x65\x87"),
	proof.Rows(52, reiserfs, "ReIsErFs", "ReIsEr2Fs", "ReIsEr3Fs"),
	proof.Rows(52, reiser4Format, "ReIsEr40FoRmAt"),
	proof.Rows(0, reiser4, "ReIsEr4\x00"),
	proof.Rows(6, nilfs2, "\x34\x34"),
	proof.Rows(24, bcachefs, bcachefsMagic, bcacheMagic),
	proof.Rows(64, btrfs, "_BHRfS_M"),
	proof.Rows(0, f2fs, "\x10\x20\xF5\xF2"),
	proof.Rows(0, erofs, "\xE2\xE1\xF5\xE0"),
	proof.Rows(0, zonefs, "SFOZ"),
	proof.Rows(0, exfs, "EXFS"),
	proof.Rows(0, xfsLog, "\xFE\xED\xBA\xBE"),
)

// jfs recognises the superblock, at 32 KiB, and its copy (kernel,
// fs/jfs/jfs_superblock.h, struct jfs_superblock).
func jfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 184, view.Little)
	v.Text(0, "JFS1")
	v.Within(4, 4, 1, 2)
	v.Power(16, 4, 512, 4096)
	v.Log(20, 2, v.U32(16))
	v.Power(24, 4, 512, 4096)
	v.Log(28, 2, v.U32(24))
	v.Is(22, 2, v.U16(20)-v.U16(28)) // log2 of the sectors of a block
	return v.Found("jfs-superblock", 184, v.Size("JFS superblock of a volume", v.U64(8), v.U32(24)))
}

// jfsLog recognises the log's superblock (fs/jfs/jfs_logmgr.h, struct logsuper).
func jfsLog(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 68, view.Little)
	v.Is(0, 4, 0x87654321)
	v.Is(4, 4, 1)
	v.Power(16, 4, 512, 4096)
	v.Log(20, 4, v.U32(16))
	v.Within(28, 4, 0, 4)
	return v.Found("jfs-log", 68, v.Size("JFS log", v.U32(12), v.U32(16)))
}

// reiserfs recognises the superblock of 3.5, 3.6 and with a relocated journal
// (kernel, fs/reiserfs/reiserfs.h, struct reiserfs_super_block).
func reiserfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 204, view.Little)
	v.Either(52, "ReIsErFs", "ReIsEr2Fs", "ReIsEr3Fs")
	v.Power(44, 2, 512, 8192)
	v.Within(4, 4, 0, v.U32(0)) // free blocks
	v.Within(8, 4, 0, v.U32(0)) // the root's block
	v.Within(50, 2, 1, 2)       // unmounted cleanly or not
	return v.Found("reiserfs-superblock", 204, v.Size("reiserfs superblock of a volume", v.U32(0), v.U16(44)))
}

// reiser4 recognises the master superblock, and reiser4Format the one behind it
// (reiser4progs, include/reiser4/master.h and plugin/format/format40/format40.h).
func reiser4(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 52, view.Little)
	v.Text(0, "ReIsEr4")
	v.Zero(7, 9)
	v.Power(18, 2, 512, 32768)
	return v.Found("reiser4-superblock", 52, "reiser4 master superblock")
}

func reiser4Format(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 72, view.Little)
	v.Text(52, "ReIsEr40FoRmAt")
	v.Within(8, 8, 0, v.U64(0))
	return v.Found("reiser4-superblock", 72, fmt.Sprintf("reiser4 superblock of a volume of %d blocks", v.U64(0)))
}

// nilfs2 recognises the superblock and its copy near the end (kernel,
// include/uapi/linux/nilfs2_ondisk.h, struct nilfs_super_block).
func nilfs2(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 2)
	v.Text(6, "\x34\x34")
	v.Within(8, 2, 200, sector)
	v.Within(20, 4, 0, 6)
	v.Within(52, 4, 0, 100)
	v.Below(116, 2, 3)
	v.Within(132, 4, 0, 4)
	v.Power(144, 2, 128, 1024)
	if v.Broken() {
		return proof.Observation{}, false
	}
	sum := proof.RawCRC32(uint32(v.U32(12)), v.Bytes()[:16])
	sum = proof.RawCRC32(sum, []byte{0, 0, 0, 0})
	v.Sealed(proof.RawCRC32(sum, v.Bytes()[20:v.U16(8)]) == uint32(v.U32(16)), 32)
	return v.Found("nilfs2-superblock", int(v.U16(8)), v.Size("NILFS2 superblock of a volume", v.U64(32), 1))
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
	v := view.Open(p, 0, bcachefsHeader, view.Little)
	v.Either(24, bcachefsMagic, bcacheMagic)
	v.Want(v.U16(16) > 6, 0)
	v.Within(123, 1, 1, 64)
	v.Within(122, 1, 0, v.U8(123))
	v.Power(120, 2, 1, 128)
	n := bcachefsHeader + 8*int(min(v.U32(124), view.MaxBlock/8))
	whole, ok := v.All(n)
	if v.Broken() || !ok {
		whole, n = v.Bytes(), bcachefsHeader
	}
	if ok && v.U8(144)>>2 == 1 { // flags: kind of checksum, CRC-32C
		v.Sealed(proof.CRC32C(whole[16:]) == uint32(v.U32(0)), 32)
	}
	s, found := v.Found("bcachefs-superblock", n, fmt.Sprintf("bcachefs superblock of device %d of %d", v.U8(122)+1, v.U8(123)))
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
	v := view.Open(p, 0, 128, view.Little)
	v.Is(0, 4, 0xE0F5E1E2)
	v.Below(8, 4, 8) // compatible features
	v.Within(12, 1, 9, 16)
	v.Below(24, 8, 40)
	v.Within(32, 4, 0, 999_999_999)
	v.Below(80, 4, 12) // incompatible features
	if v.Broken() {
		return proof.Observation{}, false
	}
	block := 1 << v.U8(12)
	covered := block
	if block > 1024 {
		covered -= 1024
	}
	if b, ok := v.All(covered); ok && v.U32(8)&1 != 0 {
		v.Sealed(^proof.HoledCRC32C(b, 4) == uint32(v.U32(4)), 32)
	}
	return v.Found("erofs-superblock", 128, v.Size("EROFS superblock of a volume", v.U32(36), uint64(block))+", made "+proof.Day(int64(v.U64(24))))
}

// zonefs recognises the superblock of a zoned device (kernel, fs/zonefs/zonefs.h,
// struct zonefs_super).
func zonefs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 4096, view.Little)
	v.Text(0, "SFOZ")
	v.Below(88, 8, 16)  // features, behind label and UUID
	v.Below(104, 4, 12) // permissions
	v.Zero(108, 4096-108)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(^proof.HoledCRC32(v.Bytes(), 4) == uint32(v.U32(4)), 32)
	return v.Found("zonefs-superblock", 108, "zonefs superblock")
}

// exfs recognises the superblock of HPE's file system, laid out like that of XFS
// (util-linux, libblkid/src/superblocks/exfs.c).
func exfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "EXFS")
	v.Power(4, 4, 512, 65536)
	v.Power(102, 2, 512, 32768)
	v.Power(104, 2, 256, 2048)
	v.Log(120, 1, v.U32(4))
	v.Log(121, 1, v.U16(102))
	v.Log(122, 1, v.U16(104))
	return v.Found("exfs-superblock", sector, v.Size("EXFS superblock of a volume", v.U64(8), v.U32(4)))
}

// xfsLog recognises the header of a record of XFS' log, inside the volume or on a
// device of its own (XFS Algorithms & Data Structures, 3rd edition, chapter 15, struct
// xlog_rec_header).
func xfsLog(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Is(0, 4, 0xFEEDBABE)
	v.Within(8, 4, 1, 2)        // version
	v.Within(12, 4, 0, 256<<10) // length
	v.Within(300, 4, 1, 3)      // format: byte order of the machine
	return v.Found("xfs-log", sector, fmt.Sprintf("record of %d bytes in a log of XFS", v.U32(12)))
}

// btrfs recognises the superblock and its mirrors (btrfs documentation, On-disk
// format, "Superblock"). CRC-32C and SHA-256 sums are checked; the two other
// kinds (xxHash, BLAKE2) are not.
func btrfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 4096, view.Little)
	v.Text(64, "_BHRfS_M")
	v.Is(128, 8, 6)                 // root directory object
	v.Power(144, 4, 4096, 65536)    // sector size
	v.Power(148, 4, 4096, 65536)    // node size
	v.Within(196, 2, 0, 3)          // kind of checksum
	v.Within(120, 8, 0, v.U64(112)) // bytes used
	if v.Broken() {
		return proof.Observation{}, false
	}
	switch v.U16(196) {
	case 0:
		v.Sealed(proof.CRC32C(v.Bytes()[32:]) == uint32(v.U32(0)) && proof.AllZero(v.Bytes()[4:32]), 256)
	case 2:
		v.Sealed(sha256.Sum256(v.Bytes()[32:]) == [32]byte(v.Bytes()[:32]), 256)
	}
	return v.Found("btrfs-superblock", 4096, fmt.Sprintf("btrfs superblock: %s on %d devices, %s used, generation %d",
		proof.BytesOf(v.U64(112)), v.U64(136), proof.BytesOf(v.U64(120)), v.U64(72)))
}

// f2fs recognises the superblock 1024 bytes into the volume or its second block
// (kernel, include/linux/f2fs_fs.h, struct f2fs_super_block).
func f2fs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 0xF2F52010)
	v.Is(4, 2, 1)
	v.Within(8, 4, 9, 12)   // log2 of sector size
	v.Within(12, 4, 0, 5)   // log2 of sectors per block
	v.Within(16, 4, 12, 16) // log2 of block size
	v.Is(20, 4, 9)          // log2 of blocks per segment
	if v.Broken() {
		return proof.Observation{}, false
	}
	// struct f2fs_super_block is 3072 bytes; with the feature sb_chksum its place
	// for the checksum is not zero.
	n := sector
	if b, ok := v.All(3072); ok && v.U32(32) == 3068 {
		v.Sealed(proof.RawCRC32(0xF2F52010, b[:3068]) == proof.LE32(b[3068:]), 32)
		n = 3072
	}
	return v.Found("f2fs-superblock", n, v.Size("F2FS superblock of a volume", v.U64(36), 1<<v.U32(16)))
}
