// Package ext recognises pieces of ext2, ext3 and ext4 (kernel documentation,
// Documentation/filesystems/ext4) besides those that package filesystem knows itself: the descriptors
// of block groups, blocks of extent trees, of hashed directories and of extended attributes.
// Little endian.
package ext

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize

	looked = 2048 // bytes of a table that are held together
)

// MayBeBlock says that a block may begin as those of hashed directories and of extended
// attributes do, with zeros.
func MayBeBlock(b *[sector]byte) bool { return b[0]|b[1] == 0 && blocks.Has(b) }

// Block recognises them.
func Block(p proof.Place) (proof.Observation, bool) { return blocks.Recognize(p) }

var blocks = proof.NewTable([]proof.Row{
	{Magic: "\x00\x00\x00\x00\x00\x04\x00\x00", Parse: hashes},
	{Magic: "\x00\x00\x00\x00\x00\x08\x00\x00", Parse: hashes},
	{Magic: "\x00\x00\x00\x00\x00\x10\x00\x00", Parse: hashes},
	{Magic: "\x00\x00\x02\xEA", Parse: attributes},
})

// Rows are the blocks of extent trees.
var Rows = []proof.Row{{Magic: "\x0A\xF3", Parse: extents}}

// MayBeGroups says that two descriptors of block groups lie at the place: their two bitmaps lie
// equally far apart.
func MayBeGroups(b *[sector]byte) bool { return strides(b, 64) || strides(b, 32) }

func strides(b *[sector]byte, size int) bool {
	step := proof.LE32(b[size:]) - proof.LE32(b[0:])
	return step == proof.LE32(b[size+4:])-proof.LE32(b[4:]) && step != 0
}

// Groups recognises descriptors of block groups ("Block Group Descriptors", struct
// ext4_group_desc), of 64 bytes or 32.
func Groups(p proof.Place) (proof.Observation, bool) {
	for _, size := range []int{64, 32} {
		if o, ok := groups(p, size); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}

func groups(p proof.Place, size int) (proof.Observation, bool) {
	b := p.Buf[p.Off:min(len(p.Buf), p.Off+looked)]
	var e proof.Evidence
	e.Alternatives(2)
	n, pairs := 0, 0
	for ; len(b) >= (n+1)*size; n++ {
		d := b[n*size:][:size]
		bits, ok := group(d)
		if !ok {
			break
		}
		e.Add(bits)
		if n == 0 {
			continue
		}
		last := b[(n-1)*size:]
		e.Alternatives(2) // it goes on, or another group of groups begins
		if proof.LE32(d)-proof.LE32(last) == proof.LE32(d[4:])-proof.LE32(last[4:]) {
			e.Add(32)
			pairs++
		}
	}
	if pairs == 0 {
		return proof.Observation{}, false
	}
	return e.Found("ext-groups", p.Off, p.Off+n*size, fmt.Sprintf("%s of block groups of ext2, ext3 or ext4", proof.Count(n, "descriptor")))
}

// group holds one descriptor to its flags, of which there are three, to its bitmap of
// what is kept out of snapshots, which there is none of, and to what the upper halves of
// its numbers may be.
func group(d []byte) (bits float64, ok bool) {
	var e proof.Evidence
	bitmap, inodes, table := proof.LE32(d), proof.LE32(d[4:]), proof.LE32(d[8:])
	e.Want(bitmap != 0 && inodes != 0 && table != 0 && bitmap != inodes, 0)
	e.Mask(uint64(proof.LE16(d[18:])), 7, 2)
	e.Zero(d[20:24])
	if len(d) == 64 {
		for at := 32; at < 44; at += 4 {
			e.Mask(uint64(proof.LE32(d[at:])), 0xFF, 4) // below 4 PiB
		}
		e.Zero(d[52:56])
		e.Zero(d[60:64])
	}
	return e.Bits(), !e.Broken()
}

// extents recognises a block of an extent tree ("Extent Tree", struct ext4_extent_header,
// ext4_extent, ext4_extent_idx): a header, and entries in the order of the file.
func extents(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 2, 0xF30A)
	v.Want(blockOf(v.U16(4)) != 0, 16-3) // room for as many entries as a block has
	v.Within(2, 2, 1, max(1, v.U16(4)))
	v.Within(6, 2, 0, 4)
	v.Below(8, 4, 1) // generation
	if v.Broken() {
		return proof.Observation{}, false
	}
	n, block := int(v.U16(2)), int(blockOf(v.U16(4)))
	for i := range min(n, (sector-12)/12) {
		at := 12 * (i + 1)
		if i > 0 {
			v.Within(at, 4, v.U32(at-12)+1, 1<<32-1) // in the order of the file
		}
		if v.U16(6) == 0 {
			v.Below(at+6, 2, 4) // upper half of where it lies
		} else {
			v.Below(at+8, 2, 4)
		}
	}
	return v.Found("ext-extents", block, fmt.Sprintf("block of an extent tree of ext4: level %d, %s", v.U16(6), proof.Count(n, "entry")))
}

// blockOf is the size of the block that has room for so many entries of 12 bytes behind
// a header of 12; a checksum of four bytes fits into what is left.
func blockOf(room uint64) uint64 {
	for size := uint64(1024); size <= view.MaxBlock; size *= 2 {
		if room == (size-12)/12 {
			return size
		}
	}
	return 0
}

// hashes recognises an inner node of a hashed directory ("Hash Tree Directories", struct
// dx_node): an empty entry as long as the block, and ascending hashes.
func hashes(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Matched(8)
	v.Alternatives(3)
	block := v.U16(4)
	room := (block - 8) / 8
	v.Within(8, 2, room-1, room)
	v.Within(10, 2, 1, room)
	v.Below(12, 4, 28)
	n := int(min(v.U16(10), (sector-8)/8))
	for i := 1; i < n && !v.Broken(); i++ {
		at := 8 + 8*i
		if i > 1 {
			v.Within(at, 4, v.U32(at-8), 1<<32-1)
		}
		v.Below(at+4, 4, 28) // block of the directory
	}
	return v.Found("ext-directory", int(block), "node of a hashed directory of ext3 or ext4 with "+proof.Count(int(v.U16(10)), "entry"))
}

// attributes recognises a block of extended attributes ("Extended Attributes", struct
// ext4_xattr_header).
func attributes(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Matched(4)
	v.Within(4, 4, 1, 1024) // inodes that share it
	v.Is(8, 4, 1)
	v.Zero(20, 12)
	v.Within(33, 1, 1, 10) // what the first name begins with
	v.Zero(36, 4)          // inode of a large value
	return v.Found("ext-attributes", sector, "block of extended attributes of ext2, ext3 or ext4")
}

// MayBeList says that block numbers run on.
func MayBeList(b *[sector]byte) bool {
	return proof.LE64(b[16:])-proof.LE64(b[8:]) == 0x0000000200000002
}

const (
	listBytes = 1024 // the smallest block
	leastRuns = 64
	choice    = 1.59 // log2 3: a number is the next, none, or any
)

// List recognises the block numbers of a file of ext2 or ext3 ("Direct/Indirect Block Addressing"): most
// go up by one, and behind the last there are zeros.
func List(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(listBytes)
	if !ok {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	runs, jumps, last := 0, 0, uint32(0)
	for ; len(b) > 0; b = b[4:] {
		number := proof.LE32(b)
		switch {
		case last != 0 && number == last+1:
			e.Add(32 - choice)
			runs++
		case number == 0:
			e.Add(32 - choice)
		default:
			e.Want(number < 1<<30, 2-choice)
			jumps++
		}
		last = number
	}
	if runs < leastRuns || jumps > runs/8 {
		return proof.Observation{}, false
	}
	return e.Found("ext-block-list", p.Off, p.Off+listBytes, "block numbers of a file, as ext2 and ext3 list them")
}
