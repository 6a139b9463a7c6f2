// Package linux recognises pieces of JFS, reiserfs, NILFS2 and EROFS. Their superblocks are
// package superblock's. Little endian.
package linux

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize

	jfsPage = 4096
)

// Rows are the leaves of reiserfs.
var Rows = []proof.Row{{Magic: "\x01\x00", Parse: reiserfsLeaf}}

// MayBe says that one of the rest may be here: two log pages' reserved bytes, the number of the set of
// files, the magic number of a segment, or what is reserved in inodes.
func MayBe(b *[sector]byte) bool {
	return b[4]|b[5] == 0 && b[7] < jfsPage>>8 && b[6]|b[7] != 0 || proof.LE32(b[4:]) == 16 || proof.LE32(b[8:]) == nilfs2Magic ||
		b[11]|b[23] == 0 && b[10]-1 < 7 && b[22]-1 < 7 ||
		b[1] == 0 && proof.LE16(b[4:]) != 0 && (proof.LE32(b[12:])|proof.LE32(b[28:]) == 0 || proof.LE64(b[48:])|proof.LE64(b[56:]) == 0)
}

// Recognize recognises them.
func Recognize(p proof.Place) (proof.Observation, bool) {
	for _, parse := range []func(proof.Place) (proof.Observation, bool){jfsInodes, jfsLog, nilfs2Segment, erofsInodes, erofsDirectory} {
		if o, ok := parse(p); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}

// jfsLog recognises a page of the log (kernel, fs/jfs/jfs_logmgr.h, struct logpage): its number and
// where its last record ends stand at its start and at its end.
func jfsLog(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, jfsPage, view.Little)
	v.Within(0, 4, 1, 1<<24)
	v.Zero(4, 2)
	v.Within(6, 2, 8, jfsPage-8)
	v.Multiple(6, 2, 4)
	v.Is(jfsPage-8, 8, v.U64(0))
	v.Want(v.U64(0) != v.U64(8) && v.U64(0) != v.U64(jfsPage-16), 0) // no pattern
	return v.Found("jfs-log", jfsPage, "page of the log of JFS")
}

const jfsInodeBytes = 512

// jfsInodes recognises inodes (fs/jfs/jfs_dinode.h, struct dinode) of the set of files, which is
// number 16.
func jfsInodes(p proof.Place) (proof.Observation, bool) {
	var e proof.Evidence
	n := 0
	for b := p.Buf[p.Off:]; len(b) >= jfsInodeBytes && n < 32; b = b[jfsInodeBytes:] {
		bits, ok := jfsInode(b)
		if !ok {
			break
		}
		e.Add(bits)
		n++
	}
	return e.Found("jfs-inodes", p.Off, p.Off+n*jfsInodeBytes, proof.Count(n, "inode")+" of JFS")
}

func jfsInode(b []byte) (float64, bool) {
	var e proof.Evidence
	e.Is(uint64(proof.LE32(b[4:])), 16, 4)
	e.Want(proof.FileMode(proof.LE16(b[52:])), 1.1)
	e.Within(proof.LE64(b[24:]), 0, 1<<48, 8)           // size
	e.Within(proof.LE64(b[32:]), 0, 1<<40, 8)           // blocks
	e.Within(uint64(proof.LE32(b[40:])), 0, 1<<16-1, 4) // links
	for at := 60; at <= 84; at += 8 {
		e.Within(uint64(proof.LE32(b[at:])), 0, 999_999_999, 4)
	}
	return e.Bits(), !e.Broken()
}

const (
	reiserfsHead = 24 // of a block, and of an item
	reiserfsLook = 16
)

// reiserfsLeaf recognises a leaf (kernel, fs/reiserfs/reiserfs.h, struct block_head, item_head): the
// bodies of its items lie from the block's end down, one behind the other, and what is left
// between them and their heads is free.
func reiserfsLeaf(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Matched(2)
	v.Within(2, 2, 1, view.MaxBlock/reiserfsHead)
	n := int(v.U16(2))
	size := v.U16(reiserfsHead+18) + v.U16(reiserfsHead+20)
	v.Want(size >= 512 && size <= 1<<15 && size&(size-1) == 0, 16-3)
	for i := range min(n, reiserfsLook) {
		at := reiserfsHead * (i + 1)
		if i > 0 {
			v.Want(v.U16(at+18)+v.U16(at+20) == v.U16(at-reiserfsHead+20), 16)
		}
		v.Within(at+22, 2, 0, 2) // version
	}
	if n <= reiserfsLook {
		v.Is(4, 2, v.U16(reiserfsHead*n+20)-uint64(reiserfsHead*(n+1))) // free space
	}
	return v.Found("reiserfs-node", int(size), "leaf of reiserfs with "+proof.Count(n, "item"))
}

const nilfs2Magic = 0x1EAFFA11

// nilfs2Segment recognises the summary of a segment (kernel, include/uapi/linux/nilfs2_ondisk.h,
// struct nilfs_segment_summary).
func nilfs2Segment(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(8, 4, nilfs2Magic)
	v.Within(12, 2, 56, sector)
	v.Below(14, 2, 6)
	v.Below(16, 8, 40)
	v.Below(24, 8, 40)
	v.Below(32, 8, 48)
	return v.Found("nilfs2-segment", sector, fmt.Sprintf("summary of a segment of NILFS2 of %d blocks, written %s", v.U32(40), proof.Day(int64(v.U64(24)))))
}

// erofsInodes recognises inodes (kernel, fs/erofs/erofs_fs.h, struct erofs_inode_compact,
// erofs_inode_extended), of 32 or 64 bytes one behind the other.
func erofsInodes(p proof.Place) (proof.Observation, bool) {
	b := p.Buf[p.Off:min(len(p.Buf), p.Off+jfsPage)]
	var e proof.Evidence
	n, at := 0, 0
	for len(b)-at >= 64 {
		e.Alternatives(2)
		bits, size := erofsInode(b[at:])
		if size == 0 {
			break
		}
		e.Add(bits)
		n, at = n+1, at+size
	}
	if at < 64 { // one short inode is too little to name it
		return proof.Observation{}, false
	}
	return e.Found("erofs-inodes", p.Off, p.Off+at, proof.Count(n, "inode")+" of EROFS")
}

func erofsInode(b []byte) (bits float64, size int) {
	var e proof.Evidence
	e.Want(proof.LE16(b) < 16 && proof.LE16(b)>>1 <= 4, 16-3.4) // form and layout
	e.Within(uint64(proof.LE16(b[2:])), 0, 255, 2)              // extended attributes
	e.Want(proof.FileMode(proof.LE16(b[4:])), 1.1)
	if b[0]&1 == 0 {
		e.Zero(b[12:16])
		e.Zero(b[28:32])
		size = 32
	} else {
		e.Within(proof.LE64(b[8:]), 0, 1<<48, 8) // size
		e.Seconds(proof.LE64(b[32:]), 8)
		e.Within(uint64(proof.LE32(b[40:])), 0, 999_999_999, 4)
		e.Within(uint64(proof.LE32(b[44:])), 1, 1<<16-1, 4) // links
		e.Zero(b[48:64])
		size = 64
	}
	if e.Broken() {
		return 0, 0
	}
	return e.Bits(), size
}

const erofsEntryBytes = 12

// erofsDirectory recognises a block of a directory (struct erofs_dirent): entries, then their names,
// so that where the first name begins is their number.
func erofsDirectory(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	names := v.U16(8)
	n := int(names) / erofsEntryBytes
	v.Within(8, 2, 2*erofsEntryBytes, jfsPage)
	v.Want(int(names) == n*erofsEntryBytes, 3.5)
	for i := range min(n, sector/erofsEntryBytes) {
		at := i * erofsEntryBytes
		v.Below(at, 8, 40)
		if i > 0 {
			v.Within(at+8, 2, v.U16(at-4)+1, jfsPage)
		}
		v.Within(at+10, 1, 1, 7)
		v.Zero(at+11, 1)
	}
	return v.Found("erofs-directory", sector, "directory of EROFS with "+proof.Count(n, "entry"))
}
