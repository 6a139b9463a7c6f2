// Package btrfs recognises the tree blocks of Btrfs (btrfs documentation, On-disk format,
// "Header"; kernel, include/uapi/linux/btrfs_tree.h, struct btrfs_header, btrfs_item,
// btrfs_key_ptr): leaves with items and nodes with pointers of all its trees, wherever
// they lie. They have no magic number. Little endian.
package btrfs

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize

	headerBytes  = 101
	itemBytes    = 25
	pointerBytes = 33
	least, most  = 4096, 65536 // bytes of a block
	looked       = 16          // items that are held to each other
)

// MayBe says that the version of back references is 1, the block's address is below 2^48 and its
// level below 8, which a random sector has once in 2^29 times.
func MayBe(b *[sector]byte) bool { return b[63] == 1 && b[100] < 8 && b[54]|b[55] == 0 }

// trees are the numbers of the trees that every volume has.
var trees = map[uint64]string{1: "the root tree", 2: "the extent tree", 3: "the chunk tree", 4: "the device tree", 5: "the file tree",
	7: "the checksum tree", 8: "the quota tree", 9: "the UUID tree", 10: "the free space tree", 11: "the block group tree"}

// Recognize recognises a tree block.
func Recognize(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Zero(54, 2)
	v.Multiple(48, 8, 4096) // its own address
	v.Below(56, 1, 2)       // written, relocated
	v.Zero(57, 6)
	v.Is(63, 1, 1)
	v.Zero(86, 2) // generation
	owner := v.U64(88)
	v.Want(owner != 0 && owner < 1<<48 || owner > 1<<64-1<<8, 15)
	v.Within(96, 4, 1, (most-headerBytes)/itemBytes)
	v.Below(100, 1, 3)
	if v.Broken() {
		return proof.Observation{}, false
	}
	size := 0
	if v.U8(100) == 0 {
		size = leaf(v)
	} else {
		pointers(v)
	}
	size = sealed(v, size)
	return v.Found("btrfs-node", size, fmt.Sprintf("block of Btrfs: level %d of %s, %s, generation %d", v.U8(100), tree(owner),
		proof.Count(int(v.U32(96)), "item"), v.U64(80)))
}

func tree(owner uint64) string {
	if name := trees[owner]; name != "" {
		return name
	}
	if owner >= 256 && owner < 1<<63 {
		return "a subvolume"
	}
	return "another tree"
}

// leaf holds the items to each other: their data lie from the block's end down, one behind
// the other. It returns the size of the block that follows.
func leaf(v *view.View) int {
	n := int(min(v.U32(96), looked, (sector-headerBytes)/itemBytes))
	end := headerBytes + v.U32(headerBytes+17) + v.U32(headerBytes+21)
	v.Want(end >= least && end <= most && end&(end-1) == 0, 32-2.4)
	for i := 1; i < n; i++ {
		at := headerBytes + i*itemBytes
		v.Want(v.U32(at+17)+v.U32(at+21) == v.U32(at-itemBytes+17), 32)
	}
	return int(min(end, most))
}

// pointers holds those of a node to places of blocks, of a generation no younger than
// the node's own.
func pointers(v *view.View) {
	n := int(min(v.U32(96), looked, (sector-headerBytes)/pointerBytes))
	for i := range n {
		at := headerBytes + i*pointerBytes
		v.Multiple(at+17, 8, 4096)
		v.Below(at+17, 8, 48)
		v.Below(at+25, 8, 48)
		v.Want(v.U64(at+25) <= v.U64(80), 0)
	}
}

// sealed looks for the size at which the CRC-32C fits, if it is one: the other kinds of
// checksums fill more than four bytes.
func sealed(v *view.View, size int) int {
	if b := v.Bytes(); v.Broken() || !proof.AllZero(b[4:32]) {
		return max(size, least)
	}
	v.Zero(4, 28)
	v.Alternatives(2) // the kinds of checksums
	lo, hi := size, size
	if size == 0 {
		lo, hi = least, most
	}
	return max(size, least, v.SealedAt(lo, hi, 32, 0))
}
