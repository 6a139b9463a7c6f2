package superblock

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems of the Amiga.

var amigaRows = slices.Concat(
	at(0, amigaBlock, "\x00\x00\x00\x02"),
	at(0, amigaSFS, "SFS\x00"),
)

var amigaBlocks = map[uint64]string{1: "root", 2: "directory", 3: "soft link", 4: "hard link to a directory", 1<<32 - 3: "file", 1<<32 - 4: "hard link to a file"}

// amigaBlock recognises the root, directories and files of AmigaDOS' file systems,
// OFS and FFS, in blocks of 512 bytes (kernel, fs/affs/amigaffs.h, struct affs_head,
// affs_root_head, affs_tail): the words of a block add up to zero.
func amigaBlock(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.is(0, 4, 2)
	what, ok := amigaBlocks[v.u32(508)]
	v.Want(ok, 29)
	var sum uint32
	for i := 0; i+4 <= len(v.b); i += 4 {
		sum += proof.BE32(v.b[i:])
	}
	v.Want(sum == 0, 32)
	if v.u32(508) == 1 {
		v.is(4, 4, 0)
		v.is(12, 4, 72) // entries of the hash table
	}
	return v.found("amiga-block", sector, "block of an AmigaDOS file system: "+what)
}

// amigaSFS recognises the root block of the Smart File System (SFS, blocks/base.h,
// struct fsRootBlock).
func amigaSFS(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.text(0, "SFS\x00")
	v.within(12, 2, 3, 4)
	v.zero(21, 3)
	v.zero(24, 8)
	v.power(52, 4, 512, 65536)
	return v.found("sfs-rootblock", sector, v.size("root block of an Amiga SFS volume", v.u32(48), v.u32(52)))
}
