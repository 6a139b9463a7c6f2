package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems and volumes of bare flash memory. Their nodes lie anywhere; those at
// the start of a sector are seen.

var flashRows = slices.Concat(
	at(0, ubi, "UBI#\x01", "UBI!\x01"),
	at(0, ubifs, "\x31\x18\x10\x06"),
	at(0, jffs2, "\x85\x19", "\x19\x85"),
	at(8, yaffs, "\xFF\xFF"),
	at(24, logfs, "\x7A\x3A\x8E\x5C\xB9\xD5\xBF\x67"),
)

// ubi recognises the two headers of an erase block: how often it was erased, and of
// which volume it is part (kernel, drivers/mtd/ubi/ubi-media.h, struct ubi_ec_hdr,
// ubi_vid_hdr).
func ubi(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 64, big)
	which := v.either(0, "UBI#\x01", "UBI!\x01")
	kind, detail := "ubi-erase-counter", "UBI header of an erase block"
	if which == "UBI#\x01" {
		v.zero(5, 3)
		v.below(8, 8, 31)
		v.zero(28, 32)
	} else {
		kind, detail = "ubi-volume-id", "UBI header of a piece of a volume"
		v.within(5, 1, 1, 2)
		v.within(6, 1, 0, 1)
		v.zero(16, 4)
		v.zero(36, 4)
		v.zero(48, 12)
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32(1<<32-1, v.b[:60]) == uint32(v.u32(60)), 32)
	return v.found(kind, 64, detail)
}

var ubifsNodes = [...]string{"inode", "data", "directory entry", "extended attribute", "truncation", "padding", "superblock",
	"master", "reference", "index", "commit start", "orphan", "authentication", "signature"}

// ubifs recognises a node by its common header (kernel, fs/ubifs/ubifs-media.h,
// struct ubifs_ch).
func ubifs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 24, little)
	v.is(0, 4, 0x06101831)
	v.within(16, 4, 24, 128<<10)
	v.within(20, 1, 0, uint64(len(ubifsNodes)-1))
	v.within(21, 1, 0, 2)
	v.zero(22, 2)
	if v.Broken() {
		return proof.Observation{}, false
	}
	n := 24
	if b, ok := v.all(int(v.u32(16))); ok {
		v.Sealed(proof.RawCRC32(1<<32-1, b[8:]) == uint32(v.u32(4)), 32)
		n = len(b)
	}
	return v.found("ubifs-node", n, "UBIFS node: "+ubifsNodes[v.u8(20)])
}

// jffs2 recognises a node by its header (kernel, include/uapi/linux/jffs2.h, struct
// jffs2_unknown_node), whose checksum starts from zero.
func jffs2(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 12, little)
	v.magic(0, 2, 0x1985)
	what := map[uint64]string{0xE001: "directory entry", 0xE002: "inode", 0x2003: "clean marker", 0x2004: "padding",
		0x2006: "summary", 0xE008: "extended attribute", 0xE009: "reference to an extended attribute"}[v.u16(2)]
	v.Want(what != "", 13)
	v.within(4, 4, 12, 256<<10)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Want(proof.RawCRC32(0, v.b[:8]) == uint32(v.u32(8)), 32)
	return v.found("jffs2-node", int(v.u32(4)), "JFFS2 node: "+what)
}

// yaffs recognises the header of an object: type, parent, an old checksum that is all
// ones, and a name filled up with zeros (yaffs2, yaffs_guts.h, struct yaffs_obj_hdr).
func yaffs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	if v.u32(0) > 5 {
		v.order = big
	}
	v.Alternatives(2)
	v.within(0, 4, 1, 5)
	v.within(4, 4, 0, 1<<18)
	v.is(8, 2, 0xFFFF)
	v.padded(10, 256)
	return v.found("yaffs-object", sector, fmt.Sprintf("header of a YAFFS object (type %d)", v.u32(0)))
}

// logfs recognises the superblock (kernel up to 4.9, fs/logfs/logfs_abi.h, struct
// logfs_disk_super).
func logfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.text(24, "\x7A\x3A\x8E\x5C\xB9\xD5\xBF\x67")
	return v.found("logfs-superblock", sector, "LogFS superblock")
}
