package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems that are written once, as a whole.

var imageRows = slices.Concat(
	at(0, squashfs, squashfsMagics...),
	at(0, cramfs, "\x45\x3D\xCD\x28", "\x28\xCD\x3D\x45"),
	at(0, romfs, "-rom1fs-"),
)

// The magic number of squashfs in either byte order, and those of vendors who
// changed it with the compressor.
var squashfsMagics = []string{"hsqs", "sqsh", "shsq", "qshs", "sqlz", "zlqs", "hsqt", "tqsh"}

// squashfs recognises superblocks of versions 1 to 4 (kernel,
// fs/squashfs/squashfs_fs.h; squashfs-tools, squashfs_compat.h).
func squashfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 119, little)
	v.either(0, squashfsMagics...)
	if major := v.u16(28); major == 0 || major > 4 {
		v.order = big
	}
	v.Alternatives(2)
	v.within(28, 2, 1, 4)
	if v.u16(28) == 4 {
		return v.squashfs4()
	}
	return v.squashfsOld()
}

func (v *view) squashfs4() (proof.Observation, bool) {
	v.is(30, 2, 0)
	v.power(12, 4, 4096, 1<<20)
	v.log(22, 2, v.u32(12))
	v.within(20, 2, 1, 6) // compressor
	v.Want(v.u64(48) <= v.u64(40) && v.u64(64) <= v.u64(72) && v.u64(72) <= v.u64(40), 0)
	return v.found("squashfs", 96, fmt.Sprintf("squashfs superblock: %d inodes, %s, made %s",
		v.u32(4), proof.BytesOf(v.u64(40)), proof.Day(int64(v.u32(8)))))
}

// squashfsOld: version 1 has 16 bits for the size of a block, 2 and 3 have 32; only
// version 3 has sizes of 64 bits.
func (v *view) squashfsOld() (proof.Observation, bool) {
	major := v.u16(28)
	v.within(30, 2, 0, 9)
	v.within(34, 2, 9, 20)
	if v.Broken() {
		return proof.Observation{}, false
	}
	if block := uint64(1) << v.u16(34); major == 1 {
		v.is(32, 2, block)
	} else {
		v.is(51, 4, block)
	}
	used := v.u32(8)
	if major == 3 {
		used = v.u64(63)
	}
	n := [...]int{51, 63, 119}[major-1]
	return v.found("squashfs", n, fmt.Sprintf("squashfs superblock (version %d): %d inodes, %s, made %s",
		major, v.u32(4), proof.BytesOf(used), proof.Day(int64(v.u32(39)))))
}

// cramfs recognises the superblock, at byte 0 or 512 (kernel,
// include/uapi/linux/cramfs_fs.h, struct cramfs_super). Its checksum is over the
// whole image and not looked at.
func cramfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 76, little)
	v.magic(0, 4, 0x28CD3D45)
	v.zero(12, 4)
	v.text(16, "Compressed ROMFS")
	return v.found("cramfs-superblock", 76, fmt.Sprintf("cramfs superblock: %s, %d files", proof.BytesOf(v.u32(4)), v.u32(44)))
}

// romfs recognises the superblock (kernel, Documentation/filesystems/romfs.rst): the
// big endian words of the first 512 bytes add up to zero.
func romfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 64, big)
	v.text(0, "-rom1fs-")
	v.multiple(8, 4, 16)
	b, ok := v.all(int(min(max(v.u32(8), 64), sector)))
	if !ok || v.Broken() {
		return proof.Observation{}, false
	}
	var sum uint32
	for i := 0; i+4 <= len(b); i += 4 {
		sum += proof.BE32(b[i:])
	}
	v.Sealed(sum == 0, 32)
	v.padded(16, 16)
	return v.found("romfs-superblock", 32, "romfs superblock of an image of "+proof.BytesOf(v.u32(8)))
}
