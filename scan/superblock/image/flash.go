package image

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// File systems and volumes of bare flash memory. Their nodes lie anywhere; those at
// the start of a sector are seen.

// Flash are file systems of flash.
var Flash = slices.Concat(
	proof.Rows(0, ubi, "UBI#\x01", "UBI!\x01"),
	proof.Rows(0, ubifs, "\x31\x18\x10\x06"),
	proof.Rows(0, jffs2, "\x85\x19", "\x19\x85"),
	proof.Rows(8, yaffs, "\xFF\xFF"),
	proof.Rows(24, logfs, "\x7A\x3A\x8E\x5C\xB9\xD5\xBF\x67"),
)

// ubi recognises the two headers of an erase block: how often it was erased, and of
// which volume it is part (kernel, drivers/mtd/ubi/ubi-media.h, struct ubi_ec_hdr,
// ubi_vid_hdr).
func ubi(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 64, view.Big)
	which := v.Either(0, "UBI#\x01", "UBI!\x01")
	kind, detail := "ubi-erase-counter", "UBI header of an erase block"
	if which == "UBI#\x01" {
		v.Zero(5, 3)
		v.Below(8, 8, 31)
		v.Zero(28, 32)
	} else {
		kind, detail = "ubi-volume-id", "UBI header of a piece of a volume"
		v.Within(5, 1, 1, 2)
		v.Within(6, 1, 0, 1)
		v.Zero(16, 4)
		v.Zero(36, 4)
		v.Zero(48, 12)
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32(1<<32-1, v.Bytes()[:60]) == uint32(v.U32(60)), 32)
	return v.Found(kind, 64, detail)
}

var ubifsNodes = [...]string{"inode", "data", "directory entry", "extended attribute", "truncation", "padding", "superblock",
	"master", "reference", "index", "commit start", "orphan", "authentication", "signature"}

// ubifs recognises a node by its common header (kernel, fs/ubifs/ubifs-media.h,
// struct ubifs_ch).
func ubifs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 24, view.Little)
	v.Is(0, 4, 0x06101831)
	v.Within(16, 4, 24, 128<<10)
	v.Within(20, 1, 0, uint64(len(ubifsNodes)-1))
	v.Within(21, 1, 0, 2)
	v.Zero(22, 2)
	if v.Broken() {
		return proof.Observation{}, false
	}
	n := 24
	if b, ok := v.All(int(v.U32(16))); ok {
		v.Sealed(proof.RawCRC32(1<<32-1, b[8:]) == uint32(v.U32(4)), 32)
		n = len(b)
	}
	return v.Found("ubifs-node", n, "UBIFS node: "+ubifsNodes[v.U8(20)])
}

// jffs2 recognises a node by its header (kernel, include/uapi/linux/jffs2.h, struct
// jffs2_unknown_node), whose checksum starts from zero.
func jffs2(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 12, view.Little)
	v.Magic(0, 2, 0x1985)
	what := map[uint64]string{0xE001: "directory entry", 0xE002: "inode", 0x2003: "clean marker", 0x2004: "padding",
		0x2006: "summary", 0xE008: "extended attribute", 0xE009: "reference to an extended attribute"}[v.U16(2)]
	v.Want(what != "", 13)
	v.Within(4, 4, 12, 256<<10)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Want(proof.RawCRC32(0, v.Bytes()[:8]) == uint32(v.U32(8)), 32)
	return v.Found("jffs2-node", int(v.U32(4)), "JFFS2 node: "+what)
}

// yaffs recognises the header of an object: type, parent, an old checksum that is all
// ones, and a name filled up with zeros (yaffs2, yaffs_guts.h, struct yaffs_obj_hdr).
func yaffs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	if v.U32(0) > 5 {
		v.Order = view.Big
	}
	v.Alternatives(2)
	v.Within(0, 4, 1, 5)
	v.Within(4, 4, 0, 1<<18)
	v.Is(8, 2, 0xFFFF)
	v.Padded(10, 256)
	return v.Found("yaffs-object", sector, fmt.Sprintf("header of a YAFFS object (type %d)", v.U32(0)))
}

// logfs recognises the superblock (kernel up to 4.9, fs/logfs/logfs_abi.h, struct
// logfs_disk_super).
func logfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(24, "\x7A\x3A\x8E\x5C\xB9\xD5\xBF\x67")
	return v.Found("logfs-superblock", sector, "LogFS superblock")
}
