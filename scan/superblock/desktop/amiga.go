package desktop

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// File systems of the Amiga.

// Amiga are those of the Amiga.
var Amiga = slices.Concat(
	proof.Rows(0, amigaBlock, "\x00\x00\x00\x02"),
	proof.Rows(0, amigaSFS, "SFS\x00"),
)

var amigaBlocks = map[uint64]string{1: "root", 2: "directory", 3: "soft link", 4: "hard link to a directory", 1<<32 - 3: "file", 1<<32 - 4: "hard link to a file"}

// amigaBlock recognises the root, directories and files of AmigaDOS' file systems,
// OFS and FFS, in blocks of 512 bytes (kernel, fs/affs/amigaffs.h, struct affs_head,
// affs_root_head, affs_tail): the words of a block add up to zero.
func amigaBlock(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Is(0, 4, 2)
	what, ok := amigaBlocks[v.U32(508)]
	v.Want(ok, 29)
	var sum uint32
	for i := 0; i+4 <= len(v.Bytes()); i += 4 {
		sum += proof.BE32(v.Bytes()[i:])
	}
	v.Want(sum == 0, 32)
	if v.U32(508) == 1 {
		v.Is(4, 4, 0)
		v.Is(12, 4, 72) // entries of the hash table
	}
	return v.Found("amiga-block", sector, "block of an AmigaDOS file system: "+what)
}

// amigaSFS recognises the root block of the Smart File System (SFS, blocks/base.h,
// struct fsRootBlock).
func amigaSFS(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "SFS\x00")
	v.Within(12, 2, 3, 4)
	v.Zero(21, 3)
	v.Zero(24, 8)
	v.Power(52, 4, 512, 65536)
	return v.Found("sfs-rootblock", sector, v.Size("root block of an Amiga SFS volume", v.U32(48), v.U32(52)))
}
