// Package unix knows the superblocks of older Unix systems and their kin (Minix, System V, BeOS, QNX,
// IRIX) and, in bsd.go, of the BSDs and of ZFS.
//
// To add a format, add rows to Rows or BSD and a function that reads like its structure in the system's header file.
package unix

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// File systems of Minix, System V and what came of it, QNX, SGI, Veritas, Be.

// Rows are the formats of this room.
var Rows = slices.Concat(
	proof.Rows(16, minix, "\x7F\x13", "\x8F\x13", "\x13\x7F", "\x13\x8F", "\x68\x24", "\x78\x24", "\x24\x68", "\x24\x78"),
	proof.Rows(24, minix3, "\x5A\x4D", "\x4D\x5A"),
	proof.Rows(504, sysv, "\x20\x7E\x18\xFD", "\xFD\x18\x7E\x20"),
	proof.Rows(504, xenix, "\x44\x55\x2B\x00", "\x00\x2B\x55\x44"),
	proof.Rows(0, vxfs, "\xF5\xFC\x01\xA5", "\xA5\x01\xFC\xF5"),
	proof.Rows(32, befs, "1SFB", "BFS1"),
	proof.Rows(0, scoBFS, "\xCE\xFA\xAD\x1B"),
	proof.Rows(0, qnx4, "/\x00\x00\x00"),
	proof.Rows(0, qnx6, "\x22\x11\x19\x68", "\x68\x19\x11\x22"),
	proof.Rows(28, efs, "\x00\x07\x29\x59", "\x00\x07\x29\x5A"),
)

// minix recognises the superblock of versions 1 and 2, 1 KiB into the volume, of
// either byte order (kernel, include/uapi/linux/minix_fs.h, struct
// minix_super_block). Most of its fields follow from the number of inodes and zones.
func minix(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Order = view.Big
	for _, magic := range []uint64{0x137F, 0x138F, 0x2468, 0x2478} {
		if uint64(proof.LE16(v.Bytes()[16:])) == magic {
			v.Order = view.Little
		}
	}
	v.Matched(2)
	v.Alternatives(8)
	magic := v.U16(16)
	inodes, zones, perBlock := v.U16(0), v.U16(2), uint64(32)
	if magic == 0x2468 || magic == 0x2478 {
		zones, perBlock = v.U32(20), 16
	}
	maps := v.U16(4) + v.U16(6)
	minixMap(v, 4, inodes, 8192)
	minixMap(v, 6, zones, 8192)
	v.Within(8, 2, 2+maps+inodes/perBlock, 3+maps+inodes/perBlock) // first zone of data
	v.Within(10, 2, 0, 4)                                          // log2 of blocks in a zone
	v.Below(18, 2, 2)                                              // state
	v.Want(inodes != 0 && zones != 0, 0)
	return v.Found("minix-superblock", 24, v.Size("Minix superblock of a volume", zones, 1024))
}

// minixMap holds a bitmap to the number of blocks that it needs, or one more.
func minixMap(v *view.View, at int, things, perBlock uint64) {
	need := max(1, (things+perBlock)/perBlock)
	v.Within(at, 2, need-min(1, need-1), need+1)
}

// minix3 recognises the superblock of version 3 (struct minix3_super_block).
func minix3(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(24, 2, 0x4D5A)
	v.Zero(4, 2)
	v.Zero(14, 2)
	v.Zero(26, 2)
	v.Power(28, 2, 1024, 16384)
	v.Within(12, 2, 0, 4)
	if v.Broken() {
		return proof.Observation{}, false
	}
	minixMap(v, 6, v.U32(0), 8*v.U16(28))
	minixMap(v, 8, v.U32(20), 8*v.U16(28))
	return v.Found("minix-superblock", 32, v.Size("Minix version 3 superblock of a volume", v.U32(20), v.U16(28)))
}

// sysv recognises the superblock of System V releases 2 and 4, whose fields differ
// by padding (kernel, include/linux/sysv_fs.h, struct sysv2_super_block,
// sysv4_super_block).
func sysv(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(504, 4, 0xFD187E20)
	v.Within(508, 4, 1, 3) // log2 of the block's size less 8
	v.Alternatives(2)
	free, inodes := 8, 212
	if v.U16(free) > 50 || v.U16(inodes) > 100 {
		free, inodes = 6, 208
	}
	v.Within(free, 2, 0, 50)
	v.Within(inodes, 2, 0, 100)
	return v.Found("sysv-superblock", sector, fmt.Sprintf("System V superblock, blocks of %d bytes", 256<<(v.U32(508)&3)))
}

// xenix recognises the superblock, of which the place is the second sector (struct
// xenix_super_block).
func xenix(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 512, 1024, view.Little)
	v.Magic(1016, 4, 0x2B5544)
	v.Within(1020, 4, 1, 3)
	v.Within(6, 2, 0, 100)
	v.Within(408, 2, 0, 100)
	return v.Found("xenix-superblock", 1024, "Xenix superblock")
}

// vxfs recognises the superblock of Veritas' file system (kernel,
// fs/freevxfs/vxfs.h, struct vxfs_sb).
func vxfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(0, 4, 0xA501FCF5)
	v.Within(4, 4, 1, 32)
	v.Power(32, 4, 1024, 65536)
	return v.Found("vxfs-superblock", sector, v.Size("VxFS superblock of a volume", v.U32(36), v.U32(32)))
}

// befs recognises the superblock of BeOS and Haiku (kernel, fs/befs/befs_fs_types.h,
// befs_super_block).
func befs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 132, view.Little)
	v.Magic(32, 4, 0x42465331)
	v.Is(36, 4, 0x42494745)
	v.Power(40, 4, 1024, 8192)
	v.Log(44, 4, v.U32(40))
	v.Is(68, 4, 0xDD121031)
	v.Is(112, 4, 0x15B6830E)
	return v.Found("befs-superblock", 132, v.Size("BeFS superblock of a volume", v.U64(48), v.U32(40)))
}

// scoBFS recognises the superblock of UnixWare's boot file system (kernel,
// include/uapi/linux/bfs_fs.h, struct bfs_super_block). The four places of an
// unfinished compaction are unused, or inside the volume.
func scoBFS(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 0x1BADFACE)
	v.Multiple(4, 4, 64)
	v.Below(4, 4, 16)
	for at := 12; at < 28; at += 4 {
		place := v.U32(at)
		v.Want(place == 1<<32-1 || place <= v.U32(8) && place < 1<<29, 2)
		if place == 1<<32-1 {
			v.Add(29)
		}
		v.Alternatives(2)
	}
	return v.Found("bfs-superblock", sector, v.Size("UnixWare BFS superblock of a volume", v.U32(8)+1, 1))
}

// qnx4 recognises the superblock: the entries of the root and of the file of inodes
// (kernel, include/uapi/linux/qnx4_fs.h, struct qnx4_super_block).
func qnx4(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "/\x00\x00\x00")
	v.Zero(4, 12)
	v.Text(64, ".inodes")
	return v.Found("qnx4-superblock", 256, "QNX4 superblock")
}

// qnx6 recognises the superblock (kernel, fs/qnx6/qnx6.h, struct qnx6_super_block).
// Its checksum is the unreflected CRC-32, always big endian arithmetic.
func qnx6(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(0, 4, 0x68191122)
	v.Power(48, 4, 512, 4096)
	v.Within(56, 4, 0, v.U32(52))
	v.Within(64, 4, 0, v.U32(60))
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.BigCRC(32, 0x04C11DB7, v.Bytes()[8:]) == uint32(v.U32(4)), 32)
	return v.Found("qnx6-superblock", sector, v.Size("QNX6 superblock of a volume", v.U32(60), v.U32(48)))
}

// efs recognises the superblock of SGI's older file system (kernel,
// include/uapi/linux/efs_fs_sb.h, struct efs_super).
func efs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 92, view.Big)
	v.Within(28, 4, 0x072959, 0x07295A)
	v.Zero(68, 20) // "must be zero"
	v.Within(4, 4, 1, v.U32(0))
	return v.Found("efs-superblock", 92, v.Size("EFS superblock of a volume", v.U32(0), sector))
}
