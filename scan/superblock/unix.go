package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems of Minix, System V and what came of it, QNX, SGI, Veritas, Be.

var unixRows = slices.Concat(
	at(16, minix, "\x7F\x13", "\x8F\x13", "\x13\x7F", "\x13\x8F", "\x68\x24", "\x78\x24", "\x24\x68", "\x24\x78"),
	at(24, minix3, "\x5A\x4D", "\x4D\x5A"),
	at(504, sysv, "\x20\x7E\x18\xFD", "\xFD\x18\x7E\x20"),
	at(504, xenix, "\x44\x55\x2B\x00", "\x00\x2B\x55\x44"),
	at(0, vxfs, "\xF5\xFC\x01\xA5", "\xA5\x01\xFC\xF5"),
	at(32, befs, "1SFB", "BFS1"),
	at(0, scoBFS, "\xCE\xFA\xAD\x1B"),
	at(0, qnx4, "/\x00\x00\x00"),
	at(0, qnx6, "\x22\x11\x19\x68", "\x68\x19\x11\x22"),
	at(28, efs, "\x00\x07\x29\x59", "\x00\x07\x29\x5A"),
)

// minix recognises the superblock of versions 1 and 2, 1 KiB into the volume, of
// either byte order (kernel, include/uapi/linux/minix_fs.h, struct
// minix_super_block). Most of its fields follow from the number of inodes and zones.
func minix(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.order = big
	for _, magic := range []uint64{0x137F, 0x138F, 0x2468, 0x2478} {
		if uint64(proof.LE16(v.b[16:])) == magic {
			v.order = little
		}
	}
	v.Matched(2)
	v.Alternatives(8)
	magic := v.u16(16)
	inodes, zones, perBlock := v.u16(0), v.u16(2), uint64(32)
	if magic == 0x2468 || magic == 0x2478 {
		zones, perBlock = v.u32(20), 16
	}
	maps := v.u16(4) + v.u16(6)
	v.minixMap(4, inodes, 8192)
	v.minixMap(6, zones, 8192)
	v.within(8, 2, 2+maps+inodes/perBlock, 3+maps+inodes/perBlock) // first zone of data
	v.within(10, 2, 0, 4)                                          // log2 of blocks in a zone
	v.below(18, 2, 2)                                              // state
	v.Want(inodes != 0 && zones != 0, 0)
	return v.found("minix-superblock", 24, v.size("Minix superblock of a volume", zones, 1024))
}

// minixMap holds a bitmap to the number of blocks that it needs, or one more.
func (v *view) minixMap(at int, things, perBlock uint64) {
	need := max(1, (things+perBlock)/perBlock)
	v.within(at, 2, need-min(1, need-1), need+1)
}

// minix3 recognises the superblock of version 3 (struct minix3_super_block).
func minix3(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.magic(24, 2, 0x4D5A)
	v.zero(4, 2)
	v.zero(14, 2)
	v.zero(26, 2)
	v.power(28, 2, 1024, 16384)
	v.within(12, 2, 0, 4)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.minixMap(6, v.u32(0), 8*v.u16(28))
	v.minixMap(8, v.u32(20), 8*v.u16(28))
	return v.found("minix-superblock", 32, v.size("Minix version 3 superblock of a volume", v.u32(20), v.u16(28)))
}

// sysv recognises the superblock of System V releases 2 and 4, whose fields differ
// by padding (kernel, include/linux/sysv_fs.h, struct sysv2_super_block,
// sysv4_super_block).
func sysv(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.magic(504, 4, 0xFD187E20)
	v.within(508, 4, 1, 3) // log2 of the block's size less 8
	v.Alternatives(2)
	free, inodes := 8, 212
	if v.u16(free) > 50 || v.u16(inodes) > 100 {
		free, inodes = 6, 208
	}
	v.within(free, 2, 0, 50)
	v.within(inodes, 2, 0, 100)
	return v.found("sysv-superblock", sector, fmt.Sprintf("System V superblock, blocks of %d bytes", 256<<(v.u32(508)&3)))
}

// xenix recognises the superblock, of which the place is the second sector (struct
// xenix_super_block).
func xenix(p proof.Place) (proof.Observation, bool) {
	v := look(p, 512, 1024, little)
	v.magic(1016, 4, 0x2B5544)
	v.within(1020, 4, 1, 3)
	v.within(6, 2, 0, 100)
	v.within(408, 2, 0, 100)
	return v.found("xenix-superblock", 1024, "Xenix superblock")
}

// vxfs recognises the superblock of Veritas' file system (kernel,
// fs/freevxfs/vxfs.h, struct vxfs_sb).
func vxfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.magic(0, 4, 0xA501FCF5)
	v.within(4, 4, 1, 32)
	v.power(32, 4, 1024, 65536)
	return v.found("vxfs-superblock", sector, v.size("VxFS superblock of a volume", v.u32(36), v.u32(32)))
}

// befs recognises the superblock of BeOS and Haiku (kernel, fs/befs/befs_fs_types.h,
// befs_super_block).
func befs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 132, little)
	v.magic(32, 4, 0x42465331)
	v.is(36, 4, 0x42494745)
	v.power(40, 4, 1024, 8192)
	v.log(44, 4, v.u32(40))
	v.is(68, 4, 0xDD121031)
	v.is(112, 4, 0x15B6830E)
	return v.found("befs-superblock", 132, v.size("BeFS superblock of a volume", v.u64(48), v.u32(40)))
}

// scoBFS recognises the superblock of UnixWare's boot file system (kernel,
// include/uapi/linux/bfs_fs.h, struct bfs_super_block). The four places of an
// unfinished compaction are unused, or inside the volume.
func scoBFS(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 0x1BADFACE)
	v.multiple(4, 4, 64)
	v.below(4, 4, 16)
	for at := 12; at < 28; at += 4 {
		place := v.u32(at)
		v.Want(place == 1<<32-1 || place <= v.u32(8) && place < 1<<29, 2)
		if place == 1<<32-1 {
			v.Add(29)
		}
		v.Alternatives(2)
	}
	return v.found("bfs-superblock", sector, v.size("UnixWare BFS superblock of a volume", v.u32(8)+1, 1))
}

// qnx4 recognises the superblock: the entries of the root and of the file of inodes
// (kernel, include/uapi/linux/qnx4_fs.h, struct qnx4_super_block).
func qnx4(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "/\x00\x00\x00")
	v.zero(4, 12)
	v.text(64, ".inodes")
	return v.found("qnx4-superblock", 256, "QNX4 superblock")
}

// qnx6 recognises the superblock (kernel, fs/qnx6/qnx6.h, struct qnx6_super_block).
// Its checksum is the unreflected CRC-32, always big endian arithmetic.
func qnx6(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.magic(0, 4, 0x68191122)
	v.power(48, 4, 512, 4096)
	v.within(56, 4, 0, v.u32(52))
	v.within(64, 4, 0, v.u32(60))
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(bigCRC(32, 0x04C11DB7, v.b[8:]) == uint32(v.u32(4)), 32)
	return v.found("qnx6-superblock", sector, v.size("QNX6 superblock of a volume", v.u32(60), v.u32(48)))
}

// efs recognises the superblock of SGI's older file system (kernel,
// include/uapi/linux/efs_fs_sb.h, struct efs_super).
func efs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 92, big)
	v.within(28, 4, 0x072959, 0x07295A)
	v.zero(68, 20) // "must be zero"
	v.within(4, 4, 1, v.u32(0))
	return v.found("efs-superblock", 92, v.size("EFS superblock of a volume", v.u32(0), sector))
}
