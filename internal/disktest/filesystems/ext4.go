package filesystems

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"strings"

	"shokyo.dev/shokyo/internal/disktest/files"
)

// An ext4 file system, written once, in order. The layout is that of the
// kernel documentation (filesystems/ext4: "Super Block", "Block Group
// Descriptors", "Index Nodes", "Directory Entries", "Journal"). Chosen from
// it: 4 KiB blocks, groups of 32 MiB so that a small disk has backup
// superblocks too, extents, a clean journal, linear directories, checksums on
// all metadata. Nothing else, and no block is ever freed.
const (
	extBlock          = 4096
	extGroupBlocks    = 8192
	extGroupInodes    = 2048
	extInodeBytes     = 256
	extTableBlocks    = extGroupInodes * extInodeBytes / extBlock
	extDescBytes      = 32
	extJournalBlocks  = 1024 // the least that jbd2 accepts
	extMaxExtentLen   = 32768
	extRoot           = 2
	extJournal        = 8
	extLostFound      = 11
	extFirstFreeInode = 11
)

// Ext4 returns an ext4 file system of at most size bytes (a tail too small for
// a block group stays zero) that holds files. It fails when they do not fit.
func Ext4(size int64, files []files.File) ([]byte, error) {
	image := make([]byte, size)
	return image, Ext4Into(image, files)
}

// Ext4Into writes the file system over image, which must be all zero.
func Ext4Into(image []byte, files []files.File) error {
	v, err := newExtVolume(image)
	if err != nil {
		return err
	}
	root := v.directory(extRoot, nil, "/")
	v.writeJournal()
	v.directory(extLostFound, root, "lost+found")
	for _, f := range files {
		v.writeFile(v.folderOf(root, f.Name), f)
	}
	for _, d := range v.dirs {
		v.writeDirectory(d)
	}
	if v.err == nil {
		v.finish()
	}
	return v.err
}

type extVolume struct {
	image     []byte
	blocks    uint32 // of the whole volume
	groups    uint32
	uuid      [16]byte
	seed      uint32 // of all metadata checksums
	next      uint32 // first block not yet handed out
	nextInode uint32
	dirs      []*extDirectory
	err       error // the first thing that did not fit; nothing is written after it
}

// fail keeps the first complaint.
func (v *extVolume) fail(format string, a ...any) {
	if v.err == nil {
		v.err = fmt.Errorf("ext4: "+format, a...)
	}
}

type extDirectory struct {
	inode, parent uint32
	name          string
	children      []*extDirectory
	entries       []extEntry
}

type extEntry struct {
	inode uint32
	kind  byte // 1 file, 2 directory
	name  string
}

func newExtVolume(image []byte) (*extVolume, error) {
	blocks := uint32(len(image) / extBlock)
	// A last group must hold its own bitmaps and inode table (mke2fs drops it, too).
	if rest := blocks % extGroupBlocks; rest < extTableBlocks+64 {
		blocks -= rest
	}
	if blocks < extJournalBlocks+extTableBlocks+64 || int64(len(image)) > 64<<30 {
		return nil, fmt.Errorf("ext4: %d bytes are too few or too many: use 8 MiB to 64 GiB", len(image))
	}
	v := &extVolume{image: image, blocks: blocks, groups: (blocks + extGroupBlocks - 1) / extGroupBlocks}
	v.uuid = uuid("ext4", binary.LittleEndian.AppendUint32(nil, blocks))
	v.seed = extChecksum(^uint32(0), v.uuid[:])
	v.next, v.nextInode = v.overhead(0), extFirstFreeInode+1
	return v, nil
}

// extChecksum is the kernel's crc32c, which leaves out the two inversions.
func extChecksum(crc uint32, b []byte) uint32 {
	return ^crc32.Update(^crc, crc32.MakeTable(crc32.Castagnoli), b)
}

func (v *extVolume) block(n uint32) []byte {
	return v.image[int64(n)*extBlock : (int64(n)+1)*extBlock]
}

// hasSuper is the sparse_super rule: backups in groups 1 and powers of 3, 5, 7.
func (v *extVolume) hasSuper(group uint32) bool {
	if group <= 1 {
		return true
	}
	for _, base := range []uint32{3, 5, 7} {
		n := base
		for n < group {
			n *= base
		}
		if n == group {
			return true
		}
	}
	return false
}

// superBlocks is how many blocks superblock and descriptors take in a group.
func (v *extVolume) superBlocks(group uint32) uint32 {
	if !v.hasSuper(group) {
		return 0
	}
	return 1 + (v.groups*extDescBytes+extBlock-1)/extBlock
}

// overhead is where the data of a group begins, counted from its first block:
// [superblock, descriptors,] block bitmap, inode bitmap, inode table.
func (v *extVolume) overhead(group uint32) uint32 {
	return v.superBlocks(group) + 2 + extTableBlocks
}

func (v *extVolume) groupBlocks(group uint32) uint32 {
	return min(extGroupBlocks, v.blocks-group*extGroupBlocks)
}

type extExtent struct{ logical, length, start uint32 }

// allocate hands out the next n free blocks, skipping the metadata at the
// start of each group.
func (v *extVolume) allocate(n uint32) []extExtent {
	var extents []extExtent
	for done := uint32(0); done < n; {
		group := v.next / extGroupBlocks
		if v.next%extGroupBlocks == 0 {
			v.next += v.overhead(group)
		}
		if v.next >= v.blocks {
			v.fail("no room for %d more blocks in a volume of %d", n, v.blocks)
			return nil
		}
		if len(extents) == 4 { // what an inode holds
			v.fail("a file of %d blocks reaches over too many groups: keep files under 90 MiB", n)
			return nil
		}
		run := min(n-done, group*extGroupBlocks+v.groupBlocks(group)-v.next, extMaxExtentLen)
		extents = append(extents, extExtent{done, run, v.next})
		v.next, done = v.next+run, done+run
	}
	return extents
}

// store lays data over its extents.
func (v *extVolume) store(extents []extExtent, data []byte) {
	for _, e := range extents {
		from := int64(e.logical) * extBlock
		to := min(from+int64(e.length)*extBlock, int64(len(data)))
		copy(v.image[int64(e.start)*extBlock:], data[from:to])
	}
}

func (v *extVolume) newInode() uint32 {
	if v.nextInode > v.groups*extGroupInodes {
		v.fail("no room for more than %d files", v.groups*extGroupInodes)
		return extFirstFreeInode
	}
	v.nextInode++
	return v.nextInode - 1
}

// inodeBytes is the place of inode n (numbered from 1) in its group's table.
func (v *extVolume) inodeBytes(n uint32) []byte {
	group, index := (n-1)/extGroupInodes, (n-1)%extGroupInodes
	table := group*extGroupBlocks + v.superBlocks(group) + 2
	at := int64(table)*extBlock + int64(index)*extInodeBytes
	return v.image[at : at+extInodeBytes]
}

// inodeSeed begins every checksum that belongs to an inode; its generation is 0.
func (v *extVolume) inodeSeed(n uint32) uint32 {
	return extChecksum(v.seed, binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, n), 0))
}

func (v *extVolume) writeInode(n uint32, mode uint16, links int, size int64, extents []extExtent) {
	if v.err != nil {
		return
	}
	b, le := v.inodeBytes(n), binary.LittleEndian
	le.PutUint16(b[0x00:], mode)
	le.PutUint32(b[0x04:], uint32(size))
	for _, at := range []int{0x08, 0x0c, 0x10, 0x90} { // accessed, changed, modified, created
		le.PutUint32(b[at:], files.Written)
	}
	le.PutUint16(b[0x1a:], uint16(links))
	le.PutUint32(b[0x20:], 0x80000) // EXT4_EXTENTS_FL
	var blocks uint32
	le.PutUint16(b[0x28:], 0xf30a) // extent header: magic, entries, room, depth 0
	le.PutUint16(b[0x2a:], uint16(len(extents)))
	le.PutUint16(b[0x2c:], 4)
	for i, e := range extents {
		x := b[0x34+12*i:]
		le.PutUint32(x[0:], e.logical)
		le.PutUint16(x[4:], uint16(e.length))
		le.PutUint32(x[8:], e.start)
		blocks += e.length
	}
	le.PutUint32(b[0x1c:], blocks*(extBlock/512))
	le.PutUint32(b[0x6c:], uint32(size>>32))
	le.PutUint16(b[0x80:], 32) // i_extra_isize
	sum := extChecksum(v.inodeSeed(n), b)
	le.PutUint16(b[0x7c:], uint16(sum))
	le.PutUint16(b[0x82:], uint16(sum>>16))
}

func (v *extVolume) writeFile(dir *extDirectory, f files.File) {
	n := v.newInode()
	extents := v.allocate(uint32((len(f.Data) + extBlock - 1) / extBlock))
	v.store(extents, f.Data)
	v.writeInode(n, 0o100644, 1, int64(len(f.Data)), extents)
	dir.entries = append(dir.entries, extEntry{n, 1, f.Name[strings.LastIndexByte(f.Name, '/')+1:]})
}

func (v *extVolume) directory(inode uint32, parent *extDirectory, name string) *extDirectory {
	d := &extDirectory{inode: inode, parent: inode, name: name}
	if parent != nil {
		d.parent = parent.inode
		parent.children = append(parent.children, d)
		parent.entries = append(parent.entries, extEntry{inode, 2, name})
	}
	v.dirs = append(v.dirs, d)
	return d
}

// folderOf finds, or makes, the folder that a path leads to.
func (v *extVolume) folderOf(root *extDirectory, path string) *extDirectory {
	d := root
	steps := strings.Split(path, "/")
	for _, step := range steps[:len(steps)-1] {
		d = v.child(d, step)
	}
	return d
}

func (v *extVolume) child(d *extDirectory, name string) *extDirectory {
	for _, c := range d.children {
		if c.name == name {
			return c
		}
	}
	return v.directory(v.newInode(), d, name)
}

// extTail is the room at the end of a directory block for its checksum.
const extTail = 12

func (v *extVolume) writeDirectory(d *extDirectory) {
	entries := append([]extEntry{{d.inode, 2, "."}, {d.parent, 2, ".."}}, d.entries...)
	var data []byte
	for len(entries) > 0 && v.err == nil {
		var b []byte
		b, entries = v.directoryBlock(d.inode, entries)
		data = append(data, b...)
	}
	extents := v.allocate(uint32(len(data) / extBlock))
	v.store(extents, data)
	v.writeInode(d.inode, 0o40755, 2+len(d.children), int64(len(data)), extents)
}

// directoryBlock packs as many entries as fit; the last one's length reaches
// up to the checksum ("Linear (Classic) Directories").
func (v *extVolume) directoryBlock(inode uint32, entries []extEntry) (block []byte, rest []extEntry) {
	b, le := make([]byte, extBlock), binary.LittleEndian
	at, last := 0, 0
	for len(entries) > 0 {
		e := entries[0]
		need := (8 + len(e.name) + 3) &^ 3
		if len(e.name) == 0 || len(e.name) > 255 {
			v.fail("no file can be called %q", e.name)
			return nil, nil
		}
		if at+need > extBlock-extTail {
			break
		}
		le.PutUint32(b[at:], e.inode)
		le.PutUint16(b[at+4:], uint16(need))
		b[at+6], b[at+7] = byte(len(e.name)), e.kind
		copy(b[at+8:], e.name)
		last, at, entries = at, at+need, entries[1:]
	}
	le.PutUint16(b[last+4:], uint16(extBlock-extTail-last))
	tail := b[extBlock-extTail:]
	le.PutUint16(tail[4:], extTail)
	tail[7] = 0xde
	le.PutUint32(tail[8:], extChecksum(v.inodeSeed(inode), b[:extBlock-extTail]))
	return b, entries
}

// writeJournal makes an empty journal: only its superblock, big-endian, says
// that there is nothing to replay ("Journal (jbd2)": Super Block).
func (v *extVolume) writeJournal() {
	extents := v.allocate(extJournalBlocks)
	b, be := v.block(extents[0].start), binary.BigEndian
	be.PutUint32(b[0x00:], 0xc03b3998)
	be.PutUint32(b[0x04:], 4) // superblock v2
	be.PutUint32(b[0x0c:], extBlock)
	be.PutUint32(b[0x10:], extJournalBlocks)
	be.PutUint32(b[0x14:], 1) // first block of log information
	be.PutUint32(b[0x18:], 1) // first commit id expected; start stays 0: clean
	copy(b[0x30:], v.uuid[:])
	be.PutUint32(b[0x40:], 1) // one file system uses it
	v.writeInode(extJournal, 0o100600, 1, extJournalBlocks*extBlock, extents)
}

// finish writes bitmaps, descriptors and superblocks, now that it is known
// what is used: every block below next, every inode below nextInode.
func (v *extVolume) finish() {
	table := make([]byte, v.groups*extDescBytes)
	var free uint32
	for g := range v.groups {
		d := table[g*extDescBytes : (g+1)*extDescBytes]
		v.writeGroup(g, d)
		free += uint32(binary.LittleEndian.Uint16(d[0x0c:]))
	}
	super := v.superblock(free)
	for g := range v.groups {
		if v.hasSuper(g) {
			v.writeSuper(g, super, table)
		}
	}
}

// writeGroup fills the two bitmaps of group g and its descriptor d.
func (v *extVolume) writeGroup(g uint32, d []byte) {
	le, first := binary.LittleEndian, g*extGroupBlocks
	bitmap := first + v.superBlocks(g)
	used := v.overhead(g)
	if v.next > first {
		used = max(used, min(v.next-first, v.groupBlocks(g)))
	}
	inodes := min(max(v.nextInode-1, g*extGroupInodes)-g*extGroupInodes, extGroupInodes)
	setBits(v.block(bitmap), 0, used)
	setBits(v.block(bitmap), v.groupBlocks(g), extBlock*8)
	setBits(v.block(bitmap+1), 0, inodes)
	setBits(v.block(bitmap+1), extGroupInodes, extBlock*8)

	le.PutUint32(d[0x00:], bitmap)
	le.PutUint32(d[0x04:], bitmap+1)
	le.PutUint32(d[0x08:], bitmap+2)
	le.PutUint16(d[0x0c:], uint16(v.groupBlocks(g)-used))
	le.PutUint16(d[0x0e:], uint16(extGroupInodes-inodes))
	le.PutUint16(d[0x10:], v.directoriesIn(g))
	le.PutUint16(d[0x12:], 4) // EXT4_BG_INODE_ZEROED
	le.PutUint16(d[0x18:], uint16(extChecksum(v.seed, v.block(bitmap)[:extGroupBlocks/8])))
	le.PutUint16(d[0x1a:], uint16(extChecksum(v.seed, v.block(bitmap + 1)[:extGroupInodes/8])))
	// The descriptor's checksum covers itself as zero, and the group's number.
	le.PutUint16(d[0x1e:], uint16(extChecksum(extChecksum(v.seed, le.AppendUint32(nil, g)), d)))
}

func (v *extVolume) directoriesIn(group uint32) (n uint16) {
	for _, d := range v.dirs {
		if (d.inode-1)/extGroupInodes == group {
			n++
		}
	}
	return n
}

func setBits(b []byte, from, to uint32) {
	for ; from < to; from++ {
		b[from/8] |= 1 << (from % 8)
	}
}

// superblock is the one of group 0; s_block_group_nr and the checksum are
// added for each copy.
func (v *extVolume) superblock(free uint32) []byte {
	s, le := make([]byte, 1024), binary.LittleEndian
	for _, f := range []struct{ at, value uint32 }{
		{0x00, v.groups * extGroupInodes},
		{0x04, v.blocks},
		{0x0c, free},
		{0x10, v.groups*extGroupInodes - (v.nextInode - 1)},
		{0x18, uint32(bits.TrailingZeros(extBlock / 1024))}, // block size
		{0x1c, uint32(bits.TrailingZeros(extBlock / 1024))}, // cluster size
		{0x20, extGroupBlocks},
		{0x24, extGroupBlocks},
		{0x28, extGroupInodes},
		{0x30, files.Written},  // last written
		{0x34, 0xffff << 16},   // never mounted; no check forced by mount count
		{0x38, 0xef53 | 1<<16}, // magic; state clean
		{0x3c, 1},              // on errors: continue
		{0x40, files.Written},  // last checked
		{0x4c, 1},              // revision: dynamic inode sizes
		{0x54, extFirstFreeInode},
		{0x58, extInodeBytes},
		{0x5c, 0x0004},          // compatible: has_journal
		{0x60, 0x0002 | 0x0040}, // incompatible: filetype, extents
		// read-only compatible: sparse_super, large_file, dir_nlink, extra_isize, metadata_csum
		{0x64, 0x0001 | 0x0002 | 0x0020 | 0x0040 | 0x0400},
		{0xe0, extJournal},
		{0xfc, 0x01 | 0x01<<8}, // default directory hash half MD4; s_jnl_backup_type 1
		{0x108, files.Written}, // made
		{0x15c, 32 | 32<<16},   // extra inode bytes wanted and needed
		{0x160, 1},             // signed directory hash, never used here
	} {
		le.PutUint32(s[f.at:], f.value)
	}
	copy(s[0x68:], v.uuid[:])
	copy(s[0x78:], "resident-records")
	v.backUpJournalInode(s[0x10c:0x150])
	s[0x175] = 1 // s_checksum_type: crc32c
	return s
}

// backUpJournalInode keeps the journal's block map in the superblock: i_block,
// then the high and the low half of its size.
func (v *extVolume) backUpJournalInode(b []byte) {
	inode := v.inodeBytes(extJournal)
	copy(b, inode[0x28:0x28+60])
	copy(b[64:], inode[0x04:0x08])
}

// writeSuper puts superblock and descriptors at the start of group g. In group
// 0 the first 1024 bytes are left to a boot loader.
func (v *extVolume) writeSuper(g uint32, super, table []byte) {
	at := int64(g) * extGroupBlocks * extBlock
	copy(v.image[at+extBlock:], table)
	if g == 0 {
		at += 1024
	}
	s, le := v.image[at:at+1024], binary.LittleEndian
	copy(s, super)
	le.PutUint16(s[0x5a:], uint16(g))
	le.PutUint32(s[0x3fc:], extChecksum(^uint32(0), s[:0x3fc]))
}
