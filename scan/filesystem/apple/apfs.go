package apple

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// apfsBlock is the size of blocks that every volume has that Apple's systems make.
const apfsBlock = 4096

// apfsTypes are the types of objects (Apple File System Reference, "Object Types"). Superblocks
// are package superblock's.
var apfsTypes = map[uint64]string{2: "root of a tree", 3: "node of a tree", 5: "space manager", 6: "space manager's chunk addresses",
	7: "space manager's chunks", 8: "space manager's free queue", 9: "extent list", 0xB: "object map", 0xC: "checkpoint map", 0x11: "reaper",
	0x12: "reaper's list", 0x14: "EFI driver", 0x16: "fusion write-back cache", 0x17: "fusion write-back list", 0x18: "encryption state",
	0x19: "general bitmap", 0x1A: "tree of general bitmaps", 0x1B: "block of a general bitmap", 0x1E: "snapshot metadata", 0x1F: "integrity metadata", 0x20: "file-extents tree"}

// MayBeAPFS says that type, identifier and transaction of an object have zeros where they
// have them, which a random sector has once in 2^53 times.
func MayBeAPFS(b *[sector]byte) bool {
	return proof.LE32(b[24:])&0x07FFFFC0 == 0 && b[24] != 0 && b[14]|b[15]|b[22]|b[23] == 0
}

// APFS recognises an object by its header (obj_phys_t) and its checksum.
func APFS(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Below(8, 8, 48)  // identifier
	v.Below(16, 8, 48) // transaction
	v.Want(v.U64(8) != 0 && v.U64(16) != 0, 0)
	what, known := apfsTypes[v.U16(24)]
	v.Want(known, 16-4.5)
	v.Mask(26, 2, 0xF800) // how it is kept
	v.Below(28, 4, 6)     // subtype
	if what = "APFS " + what; known && v.U16(24) <= 3 {
		what += apfsNode(v)
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	b, ok := v.All(apfsBlock)
	v.Want(ok && proof.Fletcher64(b[8:]) == proof.LE64(b), 62) // either residue may stand for zero
	return v.Found("apfs-object", apfsBlock, fmt.Sprintf("%s, transaction %d", what, v.U64(16)))
}

// apfsNode holds a tree's node to its header (btree_node_phys_t): flags, level and the
// space for the table of contents.
func apfsNode(v *view.View) string {
	v.Below(32, 2, 4)
	v.Within(34, 2, 0, 15)
	v.Within(36, 4, 0, apfsBlock/4)
	for at := 40; at < 44; at += 2 {
		v.Within(at, 2, 0, apfsBlock)
	}
	return fmt.Sprintf(": level %d, %s", v.U16(34), proof.Count(int(v.U32(36)), "record"))
}
