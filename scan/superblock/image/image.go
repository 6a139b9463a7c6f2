// Package image knows what is written once or seldom: file systems for flash (flash.go), compressed
// images (image.go), discs (optical.go).
//
// To add a format, add rows to the table of its medium and a function that reads like its structure in the document cited.
package image

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// File systems that are written once, as a whole.

// Compressed are file systems that are made as one image.
var Compressed = slices.Concat(
	proof.Rows(0, squashfs, squashfsMagics...),
	proof.Rows(0, cramfs, "\x45\x3D\xCD\x28", "\x28\xCD\x3D\x45"),
	proof.Rows(0, romfs, "-rom1fs-"),
)

// The magic number of squashfs in either byte order, and those of vendors who
// changed it with the compressor.
var squashfsMagics = []string{"hsqs", "sqsh", "shsq", "qshs", "sqlz", "zlqs", "hsqt", "tqsh"}

// squashfs recognises superblocks of versions 1 to 4 (kernel,
// fs/squashfs/squashfs_fs.h; squashfs-tools, squashfs_compat.h).
func squashfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 119, view.Little)
	v.Either(0, squashfsMagics...)
	if major := v.U16(28); major == 0 || major > 4 {
		v.Order = view.Big
	}
	v.Alternatives(2)
	v.Within(28, 2, 1, 4)
	if v.U16(28) == 4 {
		return squashfs4(v)
	}
	return squashfsOld(v)
}

func squashfs4(v *view.View) (proof.Observation, bool) {
	v.Is(30, 2, 0)
	v.Power(12, 4, 4096, 1<<20)
	v.Log(22, 2, v.U32(12))
	v.Within(20, 2, 1, 6) // compressor
	v.Want(v.U64(48) <= v.U64(40) && v.U64(64) <= v.U64(72) && v.U64(72) <= v.U64(40), 0)
	return v.Found("squashfs", 96, fmt.Sprintf("squashfs superblock: %d inodes, %s, made %s",
		v.U32(4), proof.BytesOf(v.U64(40)), proof.Day(int64(v.U32(8)))))
}

// squashfsOld: version 1 has 16 bits for the size of a block, 2 and 3 have 32; only
// version 3 has sizes of 64 bits.
func squashfsOld(v *view.View) (proof.Observation, bool) {
	major := v.U16(28)
	v.Within(30, 2, 0, 9)
	v.Within(34, 2, 9, 20)
	if v.Broken() {
		return proof.Observation{}, false
	}
	if block := uint64(1) << v.U16(34); major == 1 {
		v.Is(32, 2, block)
	} else {
		v.Is(51, 4, block)
	}
	used := v.U32(8)
	if major == 3 {
		used = v.U64(63)
	}
	n := [...]int{51, 63, 119}[major-1]
	return v.Found("squashfs", n, fmt.Sprintf("squashfs superblock (version %d): %d inodes, %s, made %s",
		major, v.U32(4), proof.BytesOf(used), proof.Day(int64(v.U32(39)))))
}

// cramfs recognises the superblock, at byte 0 or 512 (kernel,
// include/uapi/linux/cramfs_fs.h, struct cramfs_super). Its checksum is over the
// whole image and not looked at.
func cramfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 76, view.Little)
	v.Magic(0, 4, 0x28CD3D45)
	v.Zero(12, 4)
	v.Text(16, "Compressed ROMFS")
	return v.Found("cramfs-superblock", 76, fmt.Sprintf("cramfs superblock: %s, %d files", proof.BytesOf(v.U32(4)), v.U32(44)))
}

// romfs recognises the superblock (kernel, Documentation/filesystems/romfs.rst): the
// big endian words of the first 512 bytes add up to zero.
func romfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 64, view.Big)
	v.Text(0, "-rom1fs-")
	v.Multiple(8, 4, 16)
	b, ok := v.All(int(min(max(v.U32(8), 64), sector)))
	if !ok || v.Broken() {
		return proof.Observation{}, false
	}
	var sum uint32
	for i := 0; i+4 <= len(b); i += 4 {
		sum += proof.BE32(b[i:])
	}
	v.Sealed(sum == 0, 32)
	v.Padded(16, 16)
	return v.Found("romfs-superblock", 32, "romfs superblock of an image of "+proof.BytesOf(v.U32(8)))
}
