package filesystem

import (
	"bytes"
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

// ext2, ext3 and ext4 (kernel documentation, Documentation/filesystems/ext4).
// All numbers are little endian but for the journal, which is big endian.

const (
	extMagic         = 0xEF53
	extSuperBytes    = 1024
	extJournalDevice = 0x8   // s_feature_incompat: journal_dev
	extMetadataSum   = 0x400 // s_feature_ro_compat: metadata_csum
)

// extSuperblock recognises the superblock and its copies at the start of block
// groups ("The Super Block", table struct ext4_super_block).
func extSuperblock(buf []byte, off int) (proof.Observation, bool) {
	b, ok := proof.Window(buf, off, extSuperBytes)
	if !ok {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	e.Is(uint64(proof.LE16(b[0x38:])), extMagic, 2)
	logBlock := proof.LE32(b[0x18:])
	e.Within(uint64(logBlock), 0, 6, 4)
	e.Within(uint64(proof.LE32(b[0x1C:])), 0, 20, 4)
	e.Within(uint64(proof.LE16(b[0x3A:])), 0, 7, 2) // s_state
	e.Within(uint64(proof.LE16(b[0x3C:])), 0, 3, 2) // s_errors
	e.Within(uint64(proof.LE32(b[0x48:])), 0, 4, 4) // s_creator_os
	e.Within(uint64(proof.LE32(b[0x4C:])), 0, 1, 4) // s_rev_level
	e.Within(uint64(proof.LE32(b[0x14:])), 0, 1, 4) // s_first_data_block
	e.Want(proof.LE32(b[0x04:]) != 0, 0)
	if proof.LE32(b[0x60:])&extJournalDevice == 0 {
		e.Within(uint64(proof.LE32(b[0x28:])), 1, 1<<19, 4) // s_inodes_per_group: a bitmap in one block
		e.Want(proof.LE32(b[0x00:]) != 0, 0)
	}
	if proof.LE32(b[0x4C:]) == 1 {
		e.Power(uint64(proof.LE16(b[0x58:])), 128, 4096, 2) // s_inode_size
	}
	sealed := proof.LE32(b[0x64:])&extMetadataSum != 0
	if sealed {
		e.Sealed(ext4Sum(b[:0x3FC]) == proof.LE32(b[0x3FC:]), 32)
	}
	if e.Broken() {
		return proof.Observation{}, false
	}
	return e.Found("ext-superblock", off, off+extSuperBytes, extDescribe(b, uint64(1024)<<logBlock))
}

// ext4Sum is ext4's crc32c: start value all ones, no final inversion.
func ext4Sum(b []byte) uint32 { return proof.RawCRC32C(1<<32-1, b) }

func extDescribe(b []byte, block uint64) string {
	if proof.LE32(b[0x60:])&extJournalDevice != 0 {
		return "superblock of a journal of ext3 or ext4 on a device of its own"
	}
	name := "ext2 or ext3"
	if proof.LE32(b[0x60:])&0x2C0 != 0 { // incompat: extents, 64bit, flex_bg
		name = "ext4"
	}
	if lustreTarget(b[0x78:0x88]) {
		name += " (a target of Lustre)"
	}
	if proof.LE32(b[0x60:])&0x10000 != 0 { // incompat: encrypt
		name += " with encrypted folders"
	}
	which := "superblock"
	if group := proof.LE16(b[0x5A:]); group != 0 {
		which = fmt.Sprintf("superblock copy of block group %d", group)
	}
	blocks := uint64(proof.LE32(b[4:]))
	if proof.LE32(b[0x60:])&0x80 != 0 {
		blocks |= uint64(proof.LE32(b[0x150:])) << 32
	}
	return fmt.Sprintf("%s %s: %s in blocks of %d bytes, %d of %d inodes free, last written %s",
		name, which, proof.BlocksOf(blocks, block), block, proof.LE32(b[0x10:]), proof.LE32(b), proof.Day(int64(proof.LE32(b[0x30:]))))
}

// lustreTarget tells the label that Lustre gives its targets: name of the file
// system and OST or MDT with a number, or MGS.
func lustreTarget(label []byte) bool {
	return bytes.Contains(label, []byte("-OST0")) || bytes.Contains(label, []byte("-MDT0")) || bytes.HasPrefix(label, []byte("MGS\x00"))
}

// extDirectory recognises a directory block by its chain of entries ("Linear
// Directories", struct ext4_dir_entry_2), with or without "." and "..".
func extDirectory(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	e.Alternatives(2)
	what, entries, pos := "ext2, ext3 or ext4 directory block", 0, off
	if second := extDots(&e, buf[off:off+24]); second > 0 {
		what, entries, pos = what+" (first of its directory)", 2, off+12+second
	}
	for pos < off+maxBlock && pos <= len(buf)-12 {
		step := extEntry(&e, buf[pos:])
		if step == 0 {
			break
		}
		if proof.LE32(buf[pos:]) != 0 {
			entries++
		}
		pos += step
	}
	if entries < 2 {
		return proof.Observation{}, false
	}
	return e.Found("ext-directory", off, min(pos, len(buf)), what+" with "+proof.Count(entries, "entry"))
}

// extDots checks the two entries that every directory begins with and returns
// the length of the second, which in an indexed directory (htree) spans the block.
func extDots(sum *proof.Evidence, b []byte) int {
	var e proof.Evidence
	e.Text(b[4:], "\x0C\x00\x01\x02.\x00\x00\x00")
	e.Text(b[18:], "\x02\x02..\x00\x00")
	length := int(proof.LE16(b[16:]))
	e.Want(length >= 12 && length <= 1<<15 && length%4 == 0, 3)
	if e.Broken() {
		return 0
	}
	sum.Add(e.Bits())
	return length
}

// extEntry checks one entry and returns its length, 0 if it is none. It adds
// to the evidence only when the entry passes.
//
// Bits of an entry whose name has n bytes: type 1–7 of 256; record length
// either exactly what the name needs (paid 15 of 16 bits) or any multiple of 4
// up to 4096 (5 of 6); names either graphic ASCII (94 of 256 values per byte,
// one bit for choosing) or anything but NUL and slash.
func extEntry(e *proof.Evidence, b []byte) int {
	length, n, kind := int(proof.LE16(b[4:])), int(b[6]), b[7]
	if length == 12 && n == 0 && kind == 0xDE && proof.LE32(b) == 0 {
		e.Want(true, 55) // struct ext4_dir_entry_tail, without its checksum
		return length
	}
	need := (8 + n + 3) &^ 3
	if length%4 != 0 || length < need || length > 4096 || length > len(b) {
		return 0
	}
	if proof.LE32(b) == 0 { // deleted, the first of its block
		return length
	}
	if n == 0 || kind == 0 || kind > 7 {
		return 0
	}
	graphic, ok := nameBytes(b[8:8+n], '/')
	if !ok {
		return 0
	}
	e.Want(true, 5.1) // log2(256/7) is 5.19; the rest pays for the tail
	if length == need {
		e.Want(true, 15)
	} else {
		e.Want(true, 5)
	}
	if graphic {
		e.Want(true, math.Log2(256.0/94)*float64(n)-1)
	} else {
		e.Alternatives(2)
	}
	return length
}

// nameBytes: ok if no byte is NUL or the separator, graphic if all are ASCII
// that leaves a mark.
func nameBytes(name []byte, separator byte) (graphic, ok bool) {
	graphic = true
	for _, c := range name {
		if c == 0 || c == separator {
			return false, false
		}
		graphic = graphic && c > ' ' && c < 0x7F
	}
	return graphic, true
}

// extInodes recognises a run of inodes in an inode table ("Index Nodes",
// struct ext4_inode). 256 bytes is what mke2fs makes since 2008, 128 before.
func extInodes(buf []byte, off int) (proof.Observation, bool) {
	for _, size := range []int{256, 128} {
		var e proof.Evidence
		e.Alternatives(2)
		n, mapped := 0, false
		for pos := off; pos < off+maxBlock && pos <= len(buf)-size; pos += size {
			if proof.AllZero(buf[pos : pos+size]) {
				break // never used; others may follow, this run is enough
			}
			extents, ok := extInode(&e, buf[pos:pos+128])
			if !ok {
				break
			}
			mapped = mapped || extents
			n++
		}
		if mapped || n >= 2 {
			detail := proof.Count(n, "inode") + " of an ext2, ext3 or ext4 file system" + extEncrypted(buf[off:off+n*size], size)
			if s, ok := e.Found("ext-inodes", off, off+n*size, detail); ok {
				return s, true
			}
		}
	}
	return proof.Observation{}, false
}

// extEncrypted counts the inodes that fscrypt encrypts (flag EXT4_ENCRYPT_FL). Their
// encryption context is no key: the identifier of one, which is kept elsewhere, and a
// nonce (kernel, Documentation/filesystems/fscrypt.rst, "Encryption context").
func extEncrypted(b []byte, size int) string {
	n := 0
	for ; len(b) >= size; b = b[size:] {
		if proof.LE32(b[0x20:])&0x800 != 0 {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them encrypted by fscrypt", n)
}

// extInode checks the 128 bytes that all versions have in common and adds to
// the evidence only when they fit. extents says that the file is mapped by an
// extent tree, which has a magic number of its own.
func extInode(sum *proof.Evidence, b []byte) (extents, ok bool) {
	var e proof.Evidence
	mode, flags, links := proof.LE16(b), proof.LE32(b[0x20:]), proof.LE16(b[0x1A:])
	e.Want(proof.FileMode(mode), math.Log2(16.0/7))
	e.Within(uint64(links), 0, 255, 2)
	dtime := proof.LE32(b[0x14:])
	e.Want(dtime == 0 || links == 0, 0)
	if links != 0 {
		e.Is(uint64(dtime), 0, 4)
	}
	for _, at := range []int{8, 0xC, 0x10} { // atime, ctime, mtime: 1990 to 2045, or none
		t := proof.LE32(b[at:])
		e.Want(t == 0 || t > 631152000 && t < 2366841600, 1.3)
	}
	e.Mask(uint64(flags), 0x72FFFFFF, 4)
	e.Within(uint64(proof.LE32(b[0x6C:])), 0, 1<<16-1, 4) // size, upper half
	e.Zero(b[0x70:0x74])                                  // obsolete fragment address
	e.Within(uint64(proof.LE16(b[0x76:])), 0, 255, 2)     // file ACL, upper half
	if extents = flags&0x80000 != 0; extents {
		e.Is(uint64(proof.LE16(b[0x28:])), 0xF30A, 2) // "Extent Tree", struct ext4_extent_header
		e.Is(uint64(proof.LE16(b[0x2C:])), 4, 2)
		e.Within(uint64(proof.LE16(b[0x2A:])), 0, 4, 2)
		e.Within(uint64(proof.LE16(b[0x2E:])), 0, 5, 2)
	}
	if e.Broken() {
		return false, false
	}
	sum.Add(e.Bits())
	return extents, true
}

// extJournal recognises blocks of jbd2, the journal of ext3 and ext4
// ("Journal (jbd2)"; big endian): superblock, descriptor, commit, revocation.
func extJournal(buf []byte, off int) (proof.Observation, bool) {
	b, ok := proof.Window(buf, off, 1024)
	if !ok {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	e.Is(uint64(proof.BE32(b)), 0xC03B3998, 4)
	kind := proof.BE32(b[4:])
	e.Within(uint64(kind), 1, 5, 4)
	what, end := "", off+sector
	switch kind {
	case 1: // descriptor: the flags of the first tag, version 3 or older, are below 16
		what = "descriptor block"
		e.Want(proof.BE32(b[16:]) < 16 || proof.BE16(b[18:]) < 16, 11)
	case 2: // commit: checksum type and size, padding, time of the commit
		what = "commit block, written " + proof.Day(int64(proof.BE64(b[48:])&(1<<40-1)))
		e.Within(uint64(b[12]), 0, 4, 1)
		e.Within(uint64(b[13]), 0, 32, 1)
		e.Zero(b[14:16])
		e.Within(proof.BE64(b[48:]), 0, 1<<34, 8)
		e.Within(uint64(proof.BE32(b[56:])), 0, 999999999, 4)
	case 3, 4:
		what, end = "superblock of a journal of "+proof.BlocksOf(uint64(proof.BE32(b[16:])), uint64(proof.BE32(b[12:]))), off+1024
		e.Power(uint64(proof.BE32(b[12:])), 1024, 65536, 4)
		e.Within(uint64(proof.BE32(b[20:])), 0, uint64(proof.BE32(b[16:])), 4)
	case 5:
		what = "revocation block"
		e.Within(uint64(proof.BE32(b[12:])), 16, maxBlock, 4)
	}
	if e.Broken() {
		return proof.Observation{}, false
	}
	return e.Found("jbd2-journal", off, end, "ext3 or ext4 journal: "+what)
}
