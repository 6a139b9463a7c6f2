package filesystem

import (
	"fmt"
	"hash/crc32"
	"math"
)

// XFS ("XFS Algorithms & Data Structures", 3rd edition). Big endian, but for
// the CRC-32C of version 5, which is little endian. Version 4 has no checksums.

const (
	xfsInodeMagic = 'I' | 'N'<<8
	xfsInodePad   = 12 // di_pad2
)

// xfsSum says whether the CRC-32C at hole fits b, the four bytes there taken as zero.
func xfsSum(b []byte, hole int) bool {
	t := castagnoli()
	sum := crc32.Checksum(b[:hole], t)
	sum = crc32.Update(sum, t, []byte{0, 0, 0, 0})
	return crc32.Update(sum, t, b[hole+4:]) == le32(b[hole:])
}

// xfsSealed looks for the size at which the checksum fits, among the powers of
// two from lo to hi, and pays for the looking. 0: none.
func xfsSealed(e *evidence, buf []byte, off, hole, lo, hi int) int {
	e.alternatives(8)
	for n := lo; n <= hi; n *= 2 {
		b, ok := window(buf, off, n)
		if !ok {
			break
		}
		if xfsSum(b, hole) {
			e.want(true, 32)
			return n
		}
	}
	e.broken = true
	return 0
}

// xfsSuperblock recognises the superblock of any allocation group (chapter 13,
// struct xfs_sb).
func xfsSuperblock(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "XFSB")
	block, ss := be32(b[4:]), int(be16(b[102:]))
	e.power(uint64(block), 512, 65536, 4)
	e.power(uint64(ss), 512, 32768, 2)
	e.power(uint64(be16(b[104:])), 256, 2048, 2)
	e.want(b[120] < 32 && uint64(1)<<b[120] == uint64(block), 8)
	e.want(b[121] < 32 && 1<<b[121] == ss, 8)
	version := be16(b[100:]) & 15
	e.want(version == 4 || version == 5, 3)
	if e.broken {
		return Structure{}, false
	}
	if version == 5 {
		whole, ok := window(buf, off, ss)
		e.want(ok && xfsSum(whole, 224), 32)
	}
	used := be64(b[128:]) - be64(b[136:])
	return e.found("xfs-superblock", off, off+min(ss, len(buf)-off), fmt.Sprintf(
		"XFS version %d superblock: %s in %d allocation groups, %d inodes used", version, blocksOf(be64(b[8:]), uint64(block)), be32(b[88:]), used))
}

// xfsHeader recognises the headers of an allocation group: free space (AGF),
// inodes (AGI), free list (AGFL; version 5 only has a header there).
func xfsHeader(buf []byte, off int, word uint32) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.matched(4)
	hole := 32
	if word == wordXFSAGFL {
		e.within(uint64(be32(b[4:])), 0, 1<<20-1, 4) // number of the group
	} else {
		e.is(uint64(be32(b[4:])), 1, 4) // version
		hole = 216 + 96*int(word>>24&1) // 'F' is even, 'I' is odd: 312
	}
	end := off + sector
	if word == wordXFSAGFL || le32(b[hole:]) != 0 {
		end = off + xfsSealed(&e, buf, off, hole, 512, 4096)
	} else {
		e.zero(b[hole-16 : hole]) // version 4: no UUID and no checksum
	}
	if e.broken {
		return Structure{}, false
	}
	return e.found("xfs-ag-header", off, end, fmt.Sprintf("XFS allocation group header (%s)", b[:4]))
}

// xfsBlock recognises the version 5 blocks that carry their checksum near the
// front: directories (struct xfs_dir3_blk_hdr) and the B+trees of free space
// and inodes (struct xfs_btree_block, short form).
func xfsBlock(buf []byte, off int, word uint32) (Structure, bool) {
	var e evidence
	e.matched(4)
	kind, detail, hole, block := "xfs-directory", "XFS directory block", 4, be64(buf[off+8:])
	if word != wordXFSDir5 && word != wordXFSData5 {
		kind, detail, hole, block = "xfs-btree", "node of an XFS free space or inode tree", 52, be64(buf[off+16:])
		e.within(uint64(be16(buf[off+4:])), 0, 15, 2) // level
	}
	e.within(block, 0, 1<<48-1, 8) // its own place in 512-byte sectors of the volume
	if e.broken {
		return Structure{}, false
	}
	n := xfsSealed(&e, buf, off, hole, 512, maxBlock)
	return e.found(kind, off, off+n, detail)
}

// xfsDirectory4 recognises a version 4 single-block directory by its first two
// entries, each of which ends with its own offset in the block.
func xfsDirectory4(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "XD2B")
	e.text(b[24:], "\x01.")
	e.is(uint64(be16(b[30:])), 16, 2)
	e.text(b[40:], "\x02..")
	e.is(uint64(be16(b[46:])), 32, 2)
	return e.found("xfs-directory", off, off+sector, "XFS version 4 directory block")
}

// xfsInode recognises a run of inodes (chapter 16, struct xfs_dinode_core).
func xfsInode(buf []byte, off int) (Structure, bool) {
	var first evidence
	size := xfsInodeSize(&first, buf, off)
	if size == 0 {
		return Structure{}, false
	}
	n, used := 0, 0
	for pos := off; pos < off+maxBlock; pos += size {
		var e evidence
		if pos > len(buf)-size || xfsInodeSize(&e, buf[:pos+size], pos) != size {
			break
		}
		if n++; be16(buf[pos+2:]) != 0 {
			used++
		}
	}
	return first.found("xfs-inodes", off, off+max(n, 1)*size, fmt.Sprintf("%s of XFS, %d in use", count(max(n, 1), "inode"), used))
}

// xfsInodeSize checks one inode and returns its size, 0 if it is none.
func xfsInodeSize(e *evidence, buf []byte, off int) int {
	b, ok := window(buf, off, 256)
	if !ok {
		return 0
	}
	e.text(b, "IN")
	mode := be16(b[2:]) >> 12
	e.want(mode == 0 || 1<<mode&0x1556 != 0, math.Log2(16.0/8)) // free, fifo, char, dir, block, file, link, socket
	e.within(uint64(b[5]), 0, 5, 1)                             // fork format
	e.within(uint64(b[4]), 1, 3, 1)
	if e.broken {
		return 0
	}
	if b[4] == 3 {
		e.zero(b[132 : 132+xfsInodePad])
		if e.broken {
			return 0
		}
		return xfsSealed(e, buf, off, 100, 512, 2048)
	}
	e.zero(b[24:30]) // di_pad
	e.is(uint64(be32(b[96:])), 1<<32-1, 4)
	if e.broken {
		return 0
	}
	return 256
}
