// Package flash recognises pieces of F2FS (kernel, include/linux/f2fs_fs.h; little endian,
// blocks of 4096 bytes): nodes, directories, checkpoints, and the tables of nodes and
// segments. Its superblock is package superblock's.
package flash

import (
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize
	block  = 4096

	footerAt = block - 24 // struct node_footer
)

// MayBeInode says that the upper halves of three times are zero, and that there is a type.
func MayBeInode(b *[sector]byte) bool {
	return b[1] != 0 && proof.LE32(b[36:])|proof.LE32(b[44:])|proof.LE32(b[52:]) == 0
}

// Inode recognises an inode (struct f2fs_inode): a node whose footer names the same inode and
// node.
func Inode(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, block, view.Little)
	v.Want(proof.FileMode(uint16(v.U16(0))), 1.1)
	v.Within(12, 4, 0, 1<<16-1) // links
	v.Zero(22, 2)               // size
	v.Zero(28, 4)               // blocks
	for _, at := range []int{32, 40, 48} {
		v.Seconds(v.U64(at), 8)
	}
	for _, at := range []int{56, 60, 64} {
		v.Within(at, 4, 0, 999_999_999)
	}
	v.Within(88, 4, 0, 255) // length of the name
	v.Want(v.U32(footerAt) != 0, 0)
	v.Is(footerAt+4, 4, v.U32(footerAt))
	return v.Found("f2fs-node", block, "inode of F2FS")
}

// MayBeAddresses says that block numbers run on.
func MayBeAddresses(b *[sector]byte) bool {
	return proof.LE64(b[16:])-proof.LE64(b[8:]) == 0x0000000200000002
}

// Addresses recognises a node with a file's block numbers (struct direct_node): the
// numbers run on, and the footer names a node, its inode, and which of its nodes it is.
func Addresses(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, block, view.Little)
	v.Within(footerAt, 4, 4, 1<<28)
	v.Within(footerAt+4, 4, 3, 1<<28)
	v.Want(v.U32(footerAt) != v.U32(footerAt+4), 0)
	v.Within(footerAt+8, 4, 1<<3, 1<<24)
	if v.Broken() {
		return proof.Observation{}, false
	}
	links := 0
	for at := 4; at < footerAt && v.U32(at) == v.U32(at-4)+1; at += 4 {
		v.Add(32)
		links++
	}
	for at := footerAt; at < block && links > 0; at += 4 {
		if v.U32(at) == v.U32(at-4)+1 {
			links = 0 // a list that goes on to its end is another system's
		}
	}
	v.Want(links >= 4, 0)
	return v.Found("f2fs-node", block, "node of F2FS with a file's block numbers")
}

// MayBeCheckpoint says that two of the segments are not in use.
func MayBeCheckpoint(b *[sector]byte) bool { return proof.LE64(b[48:]) == 1<<64-1 && b[8] != 0xFF }

// Checkpoint recognises the head or the tail of a checkpoint pack (struct f2fs_checkpoint).
func Checkpoint(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, block, view.Little)
	for _, at := range []int{48, 96} {
		for i := range 5 {
			v.Is(at+4*i, 4, 1<<32-1) // five of eight segments each are not in use
		}
	}
	v.Below(8, 8, 40)
	v.Within(16, 8, 0, v.U64(8)) // blocks that are valid
	sum := v.U32(164)
	v.Within(164, 4, 192, block-4)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32(0xF2F52010, v.Bytes()[:sum]) == proof.LE32(v.Bytes()[sum:]), 32)
	return v.Found("f2fs-checkpoint", block, fmt.Sprintf("checkpoint of F2FS, version %d", v.U64(0)))
}

// MayBeSegments says that the upper halves of the times of two segments are zero, and not all of
// the first.
func MayBeSegments(b *[sector]byte) bool {
	return proof.LE32(b[70:])|proof.LE32(b[144:]) == 0 && proof.LE16(b[:])|proof.LE16(b[66:]) != 0
}

const segmentBytes = 74

// Segments recognises a block of the table of segments (struct f2fs_sit_block): of each
// the number of valid blocks, which is the number of bits in its map, and a time.
func Segments(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, block, view.Little)
	if v.Broken() {
		return proof.Observation{}, false
	}
	used, n := 0, 0
	for at := 0; at+segmentBytes <= block; at += segmentBytes {
		s := v.Bytes()[at : at+segmentBytes]
		count := 0
		for i := 2; i < 66; i += 8 {
			count += bits.OnesCount64(proof.LE64(s[i:]))
		}
		if int(proof.LE16(s)&0x3FF) != count || proof.LE16(s)>>10 > 6 || proof.LE32(s[70:]) != 0 {
			break
		}
		if n++; count > 0 && count < 512 {
			used++
		}
		v.Add(16 - 2.9 + 32) // one number of valid blocks and seven types, whatever the map is
	}
	if used < 2 {
		return proof.Observation{}, false
	}
	return v.Found("f2fs-table", n*segmentBytes, fmt.Sprintf("table of %s of F2FS", proof.Count(n, "segment")))
}

const nodeEntryBytes = 9

// MayBeNodes says that four entries of the table of nodes have an inode below 2^24, and not none.
func MayBeNodes(b *[sector]byte) bool {
	return b[4]|b[4+nodeEntryBytes]|b[4+2*nodeEntryBytes]|b[4+3*nodeEntryBytes] == 0 && proof.LE16(b[1+3*nodeEntryBytes:]) != 0
}

// Nodes recognises a block of the table of nodes (struct f2fs_nat_block): of each a version, its
// inode and its block. What is not in use is zero. The node of an inode has its
// number, so that most go up by one.
func Nodes(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(block)
	if !ok {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	n, next, last := 0, 0, uint32(0)
	for at := 0; at+nodeEntryBytes <= len(b); at += nodeEntryBytes {
		inode, where := proof.LE32(b[at+1:]), proof.LE32(b[at+5:])
		const choice = 1.59 // log2 3: not in use, the next inode, any
		switch {
		case inode == 0 && where <= 1:
			e.Add(63 - choice)
		case inode == last+1 && where < 1<<28:
			e.Add(32 + 4 - choice)
			next++
		case inode < 1<<28 && where < 1<<28:
			e.Add(4 + 4 - choice)
		default:
			at = len(b)
			continue
		}
		if inode != 0 {
			last = inode
		}
		n++
	}
	if next < 4 {
		return proof.Observation{}, false
	}
	return e.Found("f2fs-table", p.Off, p.Off+n*nodeEntryBytes, fmt.Sprintf("table of %s of F2FS", proof.Count(n, "node")))
}

// MayBeDirectory says that the three bytes behind a directory's map are zero, and that the first
// entry has a length and a type.
func MayBeDirectory(b *[sector]byte) bool {
	return b[27]|b[28]|b[29]|b[39] == 0 && b[40] < 8 && b[0]&1 != 0
}

const (
	dirEntries    = 214 // of a block
	dirEntryBytes = 11
	dirEntriesAt  = 30
)

// Directory recognises a block of a directory (struct f2fs_dentry_block): a map of the entries
// in use, and of each its inode, the length of its name and its type.
func Directory(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, block, view.Little)
	v.Zero(27, 3)
	v.Below(26, 1, dirEntries%8)
	if v.Broken() {
		return proof.Observation{}, false
	}
	n := 0
	for i := 0; i < dirEntries; i++ {
		if v.Bytes()[i/8]>>(i%8)&1 == 0 {
			continue
		}
		at := dirEntriesAt + i*dirEntryBytes
		v.Below(at+4, 4, 28)
		v.Within(at+8, 2, 1, 255)
		v.Within(at+10, 1, 1, 7)
		n++
		i += int(v.U16(at+8)-1) / 8 // a long name takes the places of further entries
	}
	return v.Found("f2fs-directory", block, "directory of F2FS with "+proof.Count(n, "entry"))
}

// MayBeSummary says that four entries of a summary name nodes below 2^24, and not none.
func MayBeSummary(b *[sector]byte) bool {
	return b[3]|b[10]|b[17]|b[24] == 0 && proof.LE16(b[3*summaryBytes:]) != 0
}

const (
	summaries    = 512 // of a block
	summaryBytes = 7
)

// Summary recognises a block of the summary of a segment (struct f2fs_summary_block): to which
// node each block belongs, and as which of its blocks. Both go up by one mostly.
func Summary(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(block)
	if !ok {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	e.Within(uint64(b[block-5]), 0, 1, 1) // of data or of nodes
	b = b[:summaries*summaryBytes]
	n, runs := 0, 0
	for ; len(b) > 0; b = b[summaryBytes:] {
		last := p.Buf[p.Off+max(0, n-1)*summaryBytes:]
		node, of := proof.LE32(b), proof.LE16(b[5:])
		const choice = 2 // the next block, the next node, none, any
		switch {
		case n > 0 && node == proof.LE32(last) && of == proof.LE16(last[5:])+1, n > 0 && node == proof.LE32(last)+1 && of == 0:
			e.Add(48 - choice)
			runs++
		case node == 0 && of == 0:
			e.Add(48 - choice)
		case node < 1<<24 && of < 1<<10:
			e.Add(8 + 6 - choice)
		default:
			e.Fail()
		}
		n++
	}
	if runs < 8 {
		return proof.Observation{}, false
	}
	return e.Found("f2fs-table", p.Off, p.Off+n*summaryBytes, "summary of a segment of F2FS")
}
