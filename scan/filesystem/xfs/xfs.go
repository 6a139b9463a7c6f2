// Package xfs recognises blocks of XFS ("XFS Algorithms & Data Structures", 3rd edition; kernel,
// fs/xfs/libxfs/xfs_format.h, xfs_da_format.h) besides those that package filesystem knows itself:
// the B+trees of version 4 and of a file's extents, leaves and inner nodes of directories and
// of attributes, and what version 5 gives a checksum. Big endian, but for the CRC-32C.
package xfs

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// Rows are the blocks by their magic number.
var Rows = slices.Concat(
	proof.Rows(0, shortTree, "ABTB", "ABTC", "IABT", "FIBT"),
	proof.Rows(0, longTree, "BMAP"),
	proof.Rows(0, sealed("xfs-btree", "node of an XFS tree of a file's extents", 24, 64), "BMA3"),
	proof.Rows(0, sealed("xfs-btree", "node of an XFS tree of owners of space", 16, 52), "RMB3"),
	proof.Rows(0, sealed("xfs-btree", "node of an XFS tree of shared space", 16, 52), "R3FC"),
	proof.Rows(0, sealed("xfs-directory", "XFS directory: free space", 8, 4), "XDF3"),
	proof.Rows(0, sealed("xfs-attributes", "XFS symbolic link", 40, 12), "XSLM"),
	proof.Rows(0, sealed("xfs-attributes", "value of an XFS attribute", 40, 12), "XARM"),
	proof.Rows(0, entries, "XD2D"),
)

// MayBeTree says that the two bytes behind the magic number of a tree of hashes are zero.
func MayBeTree(b *[sector]byte) bool { return b[10]|b[11] == 0 && trees.Has(b) }

// Tree recognises leaves and inner nodes of directories and attributes.
func Tree(p proof.Place) (proof.Observation, bool) { return trees.Recognize(p) }

var trees = proof.NewTable(slices.Concat(
	proof.Rows(8, sealed("xfs-directory", "leaf of an XFS directory", 16, 12), "\x3D\xF1\x00\x00", "\x3D\xFF\x00\x00"),
	proof.Rows(8, sealed("xfs-directory", "inner node of an XFS directory or attributes", 16, 12), "\x3E\xBE\x00\x00"),
	proof.Rows(8, sealed("xfs-attributes", "leaf of XFS attributes", 16, 12), "\x3B\xEE\x00\x00"),
	proof.Rows(8, hashed, "\xD2\xF1\x00\x00", "\xD2\xFF\x00\x00", "\xFE\xBE\x00\x00", "\xFB\xEE\x00\x00"),
))

// sealed recognises a block of version 5 by its place, which is at block, and its checksum, at
// hole.
func sealed(kind, what string, block, hole int) func(proof.Place) (proof.Observation, bool) {
	return func(p proof.Place) (proof.Observation, bool) {
		v := view.Open(p, 0, sector, view.Big)
		v.Matched(4)
		v.Below(block, 8, 48) // in 512-byte sectors of the volume
		n := v.SealedAt(sector, view.MaxBlock, 0, hole)
		return v.Found(kind, max(sector, n), what)
	}
}

// shortTree recognises a node of a tree of an allocation group, of version 4 (struct
// xfs_btree_sblock): its level, its neighbours, and records or keys in their order.
func shortTree(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	tree := v.Either(0, "ABTB", "ABTC", "IABT", "FIBT")
	v.Within(4, 2, 0, 8)
	v.Within(6, 2, 0, (view.MaxBlock-16)/8)
	neighbour(v, 8, 4)
	neighbour(v, 12, 4)
	if v.Broken() {
		return proof.Observation{}, false
	}
	width, count := 8, 4 // of a record: its first block, and how many
	if tree == "IABT" || tree == "FIBT" {
		width, count = 16, 0
	}
	if v.U16(4) > 0 {
		width, count = 4, 0
		if tree[0] == 'A' {
			width, count = 8, 4
		}
	}
	for at := 16; at+width <= min(sector, 16+int(v.U16(6))*width); at += width {
		v.Below(at, 4, 31)
		if count > 0 {
			v.Below(at+count, 4, 31)
		}
		if width == 16 {
			v.Within(at+4, 4, 0, 64) // free inodes of 64
		}
	}
	return v.Found("xfs-btree", sector, "node of an XFS free space or inode tree (version 4)")
}

// neighbour holds the number of a neighbour to none, or to one that a volume can have.
func neighbour(v *view.View, at, size int) {
	v.Alternatives(2)
	if v.U32(at+size-4) == 1<<32-1 {
		v.Is(at, size, 1<<(8*size-1)<<1-1)
		return
	}
	v.Below(at, size, 8*size-8)
}

// longTree recognises a node of the tree of a file's extents, of version 4 (struct xfs_btree_lblock).
func longTree(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "BMAP")
	v.Within(4, 2, 0, 8)
	v.Within(6, 2, 1, (view.MaxBlock-24)/16)
	neighbour(v, 8, 8)
	neighbour(v, 16, 8)
	return v.Found("xfs-btree", sector, "node of an XFS tree of a file's extents (version 4)")
}

// hashed recognises leaves and inner nodes of directories and attributes of version 4 (struct
// xfs_da_blkinfo): their neighbours, and hashes in their order.
func hashed(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Matched(4)
	v.Below(0, 4, 28)
	v.Below(4, 4, 28)
	n, at := int(v.U16(12)), 16
	v.Within(12, 2, 1, view.MaxBlock/8)
	if v.U16(8) == 0xFBEE {
		at = 32 // behind the map of free space
	}
	for i := range min(n, (sector-at)/8) {
		if i > 0 {
			v.Within(at, 4, v.U32(at-8), 1<<32-1)
		}
		at += 8
	}
	return v.Found("xfs-directory", sector, "leaf or inner node of an XFS directory or attributes (version 4)")
}

// entries recognises a block of a directory of version 4 with several blocks (struct
// xfs_dir2_data_hdr): the free space, and entries that end with their own offset.
func entries(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "XD2D")
	n, at := 0, 16
	for at+12 <= sector {
		if v.U16(at) == 0xFFFF { // free: its length, and its offset at its end
			length := int(v.U16(at + 2))
			if length%8 != 0 || length < 8 || at+length > sector || v.U16(at+length-2) != uint64(at) {
				break
			}
			v.Add(16 + 3 - 1)
			at += length
			continue
		}
		length := entryBytes(v, at)
		if length == 0 {
			break
		}
		v.Add(16 + 8 - 1)
		n, at = n+1, at+length
	}
	return v.Found("xfs-directory", sector, "XFS directory block (version 4) with "+proof.Count(n, "entry"))
}

// entryBytes is the length of an entry whose offset stands at its end, with a type of
// the file before it or without, or 0.
func entryBytes(v *view.View, at int) int {
	name := int(v.U8(at + 8))
	if name == 0 || v.U8(at) != 0 {
		return 0
	}
	for _, kind := range []int{0, 1} {
		length := (8 + 1 + name + kind + 2 + 7) &^ 7
		if at+length <= sector && v.U16(at+length-2) == uint64(at) {
			return length
		}
	}
	return 0
}
