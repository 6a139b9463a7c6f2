package filesystem

import (
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

// XFS ("XFS Algorithms & Data Structures", 3rd edition). Big endian, but for
// the CRC-32C of version 5, which is little endian. Version 4 has no checksums.

const (
	xfsInodePad = 12 // di_pad2
)

// xfsSum says whether the CRC-32C at hole fits b, the four bytes there taken as zero.
func xfsSum(b []byte, hole int) bool {
	return proof.HoledCRC32C(b, hole) == proof.LE32(b[hole:])
}

// xfsSealed looks for the size at which the checksum fits, among the powers of
// two from lo to hi, and pays for the looking. 0: none, it is damaged.
func xfsSealed(e *proof.Evidence, buf []byte, off, hole, lo, hi int) int {
	size := 0
	for n := lo; n <= hi && size == 0; n *= 2 {
		if b, ok := proof.Window(buf, off, n); ok && xfsSum(b, hole) {
			size = n
		}
	}
	e.Sealed(size > 0, 32-3) // at most eight sizes
	return size
}

// xfsSuperblock recognises the superblock of any allocation group (chapter 13,
// struct xfs_sb).
func xfsSuperblock(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "XFSB")
	block, ss := proof.BE32(b[4:]), int(proof.BE16(b[102:]))
	e.Power(uint64(block), 512, 65536, 4)
	e.Power(uint64(ss), 512, 32768, 2)
	e.Power(uint64(proof.BE16(b[104:])), 256, 2048, 2)
	e.Want(b[120] < 32 && uint64(1)<<b[120] == uint64(block), 8)
	e.Want(b[121] < 32 && 1<<b[121] == ss, 8)
	version := proof.BE16(b[100:]) & 15
	e.Want(version == 4 || version == 5, 3)
	if e.Broken() {
		return proof.Observation{}, false
	}
	if version == 5 {
		if whole, ok := proof.Window(buf, off, ss); ok {
			e.Sealed(xfsSum(whole, 224), 32)
		}
	}
	used := proof.BE64(b[128:]) - proof.BE64(b[136:])
	return e.Found("xfs-superblock", off, off+min(ss, len(buf)-off), fmt.Sprintf(
		"XFS version %d superblock: %s in %d allocation groups, %d inodes used", version, proof.BlocksOf(proof.BE64(b[8:]), uint64(block)), proof.BE32(b[88:]), used))
}

// xfsHeader recognises the headers of an allocation group: free space (AGF),
// inodes (AGI), free list (AGFL; version 5 only has a header there).
func xfsHeader(buf []byte, off int) (proof.Observation, bool) {
	b, word := buf[off:off+sector], string(buf[off:off+4])
	var e proof.Evidence
	e.Matched(4)
	hole := 32
	if word == "XAFL" {
		e.Within(uint64(proof.BE32(b[4:])), 0, 1<<20-1, 4) // number of the group
	} else {
		e.Is(uint64(proof.BE32(b[4:])), 1, 4)              // version
		e.Within(uint64(proof.BE32(b[8:])), 0, 1<<20-1, 4) // number of the group
		if hole = 216; word == "XAGI" {
			hole = 312
		}
	}
	end := off + sector
	if word == "XAFL" || proof.LE32(b[hole:]) != 0 {
		end = off + max(sector, xfsSealed(&e, buf, off, hole, 512, 4096))
	} else {
		e.Zero(b[hole-16 : hole]) // version 4: no UUID and no checksum
	}
	if e.Broken() {
		return proof.Observation{}, false
	}
	return e.Found("xfs-ag-header", off, end, fmt.Sprintf("XFS allocation group header (%s)", b[:4]))
}

// xfsBlock recognises the version 5 blocks that carry their checksum near the
// front: directories (struct xfs_dir3_blk_hdr) and the B+trees of free space
// and inodes (struct xfs_btree_block, short form).
func xfsBlock(buf []byte, off int) (proof.Observation, bool) {
	word := string(buf[off : off+4])
	var e proof.Evidence
	e.Matched(4)
	kind, detail, hole, block := "xfs-directory", "XFS directory block", 4, proof.BE64(buf[off+8:])
	if word != "XDB3" && word != "XDD3" {
		kind, detail, hole, block = "xfs-btree", "node of an XFS free space or inode tree", 52, proof.BE64(buf[off+16:])
		e.Within(uint64(proof.BE16(buf[off+4:])), 0, 15, 2) // level
	}
	e.Within(block, 0, 1<<48-1, 8) // its own place in 512-byte sectors of the volume
	if e.Broken() {
		return proof.Observation{}, false
	}
	n := xfsSealed(&e, buf, off, hole, 512, maxBlock)
	return e.Found(kind, off, off+max(sector, n), detail)
}

// xfsDirectory4 recognises a version 4 single-block directory by its first two
// entries, each of which ends with its own offset in the block.
func xfsDirectory4(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "XD2B")
	e.Text(b[24:], "\x01.")
	e.Is(uint64(proof.BE16(b[30:])), 16, 2)
	e.Text(b[40:], "\x02..")
	e.Is(uint64(proof.BE16(b[46:])), 32, 2)
	return e.Found("xfs-directory", off, off+sector, "XFS version 4 directory block")
}

// xfsInode recognises a run of inodes (chapter 16, struct xfs_dinode_core).
func xfsInode(buf []byte, off int) (proof.Observation, bool) {
	var first proof.Evidence
	size := xfsInodeSize(&first, buf, off)
	if size == 0 {
		return proof.Observation{}, false
	}
	n, used := 0, 0
	for pos := off; pos < off+maxBlock; pos += size {
		var e proof.Evidence
		if pos > len(buf)-size || xfsInodeSize(&e, buf[:pos+size], pos) != size {
			break
		}
		if n++; proof.BE16(buf[pos+2:]) != 0 {
			used++
		}
	}
	return first.Found("xfs-inodes", off, off+max(n, 1)*size, fmt.Sprintf("%s of XFS, %d in use", proof.Count(max(n, 1), "inode"), used))
}

// xfsInodeSize checks one inode and returns its size, 0 if it is none.
func xfsInodeSize(e *proof.Evidence, buf []byte, off int) int {
	b, ok := proof.Window(buf, off, 256)
	if !ok {
		return 0
	}
	e.Text(b, "IN")
	mode := proof.BE16(b[2:])
	e.Want(mode>>12 == 0 || proof.FileMode(mode), math.Log2(16.0/8)) // or free
	e.Within(uint64(b[5]), 0, 5, 1)                                  // fork format
	e.Within(uint64(b[4]), 1, 3, 1)
	if e.Broken() {
		return 0
	}
	if b[4] == 3 {
		e.Zero(b[132 : 132+xfsInodePad])
		if e.Broken() {
			return 0
		}
		return xfsSealed(e, buf, off, 100, 512, 2048)
	}
	e.Zero(b[24:30]) // di_pad
	e.Is(uint64(proof.BE32(b[96:])), 1<<32-1, 4)
	if e.Broken() {
		return 0
	}
	return 256
}
