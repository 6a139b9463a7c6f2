// Package filesystem recognises the book-keeping structures of file systems whose
// insides it knows, ext, FAT, exFAT, NTFS and XFS: superblocks, directory blocks,
// inodes, file records. (Package superblock knows the superblocks of many more.) It
// looks at one 512-aligned offset at a time and asks "which structure begins here",
// so it finds a lone directory block in the middle of ciphertext as well as a whole
// file system.
//
// # What counts as recognised
//
// A magic number is a hint: any 4-byte magic turns up 32 times on 64 TB of
// ciphertext probed at every sector. So after the magic every further field is
// checked that the format's own specification constrains (checksums, reserved
// zeros, powers of two, ranges, places that a structure gives for itself), and
// each check is paid in bits: -log2 of the chance that a uniform random field
// passes it, given the fields before it. See [proof.Evidence] for the proof. Less
// than 56 bits in all is no structure. A checksum that does not fit makes a damaged
// one, if the other fields carry it.
//
// All of it is residue: a superblock, a directory block or a file record in clear is
// what erasure should have removed. What it legitimately leaves is known by packages
// partitions and marks.
//
// # Why no library parses here
//
// go-diskfs reads GPT, MBR, FAT, ext4, iso9660 and squashfs, but only whole and
// healthy volumes: its ext4 and FAT readers need the superblock and everything
// behind it, so they see none of the remnants this package is for, and on
// hostile input they panic (0.8 % of mutated ext4 images), hang or run out of
// memory. A second opinion that can end the process is none. go-exfat is
// used as the schema of exFAT's structures, fenced, in exfat.go.
package filesystem

import (
	"slices"

	"shokyo.dev/shokyo/scan/filesystem/apple"
	"shokyo.dev/shokyo/scan/filesystem/btrfs"
	"shokyo.dev/shokyo/scan/filesystem/ext"
	"shokyo.dev/shokyo/scan/filesystem/fat"
	"shokyo.dev/shokyo/scan/filesystem/flash"
	"shokyo.dev/shokyo/scan/filesystem/linux"
	"shokyo.dev/shokyo/scan/filesystem/optical"
	"shokyo.dev/shokyo/scan/filesystem/unix"
	"shokyo.dev/shokyo/scan/filesystem/windows"
	"shokyo.dev/shokyo/scan/filesystem/xfs"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	sector = proof.SectorSize

	maxBlock = 64 << 10 // no file system here has larger metadata blocks
)

// rows are the structures that a magic number tells, in the order in which they are
// asked. What has none is held to a few bytes first, below.
var rows = slices.Concat([]proof.Row{
	{Magic: "RRaA", Parse: proof.At(fatInfo)},
	{Magic: ".   ", Parse: proof.At(fatDotDirectory)},
	{Magic: "FILE", Parse: proof.At(ntfsRecord)},
	{Magic: "INDX", Parse: proof.At(ntfsRecord)},
	{Magic: "RSTR", Parse: proof.At(ntfsRecord)},
	{Magic: "RCRD", Parse: proof.At(ntfsRecord)},
	{Magic: "XFSB", Parse: proof.At(xfsSuperblock)},
	{Magic: "XAGF", Parse: proof.At(xfsHeader)},
	{Magic: "XAGI", Parse: proof.At(xfsHeader)},
	{Magic: "XAFL", Parse: proof.At(xfsHeader)},
	{Magic: "XD2B", Parse: proof.At(xfsDirectory4)},
	{Magic: "XDB3", Parse: proof.At(xfsBlock)},
	{Magic: "XDD3", Parse: proof.At(xfsBlock)},
	{Magic: "AB3B", Parse: proof.At(xfsBlock)},
	{Magic: "AB3C", Parse: proof.At(xfsBlock)},
	{Magic: "IAB3", Parse: proof.At(xfsBlock)},
	{Magic: "FIB3", Parse: proof.At(xfsBlock)},
	{Magic: "IN", Parse: proof.At(xfsInode)},
	{Magic: "\xC0\x3B\x39\x98", Parse: proof.At(extJournal)},
}, exfatRows(), []proof.Row{
	{At: 510, Magic: "\x55\xAA", Parse: proof.At(bootSector)},
	{At: 0x38, Magic: "\x53\xEF", Parse: proof.At(extSuperblock)},
}, ext.Rows, fat.Rows, optical.Rows, xfs.Rows, linux.Rows, windows.Rows)

var table = proof.NewTable(rows)

// Recognize says which structure sits at a place.
//
// It is called at every sector of a medium, so nearly all of its time is spent
// saying no: a few loads and compares that random bytes fail at once.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector {
		return proof.Observation{}, false
	}
	b := (*[sector]byte)(p.Buf[p.Off:]) // an array: constant indices need no bounds checks
	if table.Has(b) {
		if s, ok := proof.Recognize(rows, p); ok {
			return s, true
		}
	}
	if mayBeDirectory(b) || mayBeInode(b) || mayBeFAT(b) {
		if s, ok := withoutMagic(p.Buf, p.Off); ok {
			return s, true
		}
	}
	return pieces(p, b)
}

// pieces asks the rooms for what has no magic number either. Each is held to some 30 bits
// first, so that random bytes never come to a parser.
func pieces(p proof.Place, b *[sector]byte) (s proof.Observation, ok bool) {
	if btrfs.MayBe(b) {
		s, ok = btrfs.Recognize(p)
	}
	if !ok && fat.MayBe(b) {
		s, ok = fat.Recognize(p)
	}
	if !ok && ext.MayBeGroups(b) {
		s, ok = ext.Groups(p)
	}
	if !ok && ext.MayBeBlock(b) {
		s, ok = ext.Block(p)
	}
	if !ok && xfs.MayBeTree(b) {
		s, ok = xfs.Tree(p)
	}
	if !ok && apple.MayBeAPFS(b) {
		s, ok = apple.APFS(p)
	}
	if !ok && apple.MayBeHFS(b) {
		s, ok = apple.HFS(p)
	}
	if !ok && optical.MayBeDirectory(b) {
		s, ok = optical.Directory(p)
	}
	if !ok && flash.MayBeCheckpoint(b) {
		s, ok = flash.Checkpoint(p)
	}
	if !ok && flash.MayBeInode(b) {
		s, ok = flash.Inode(p)
	}
	if !ok && flash.MayBeAddresses(b) {
		s, ok = flash.Addresses(p)
	}
	if !ok && ext.MayBeList(b) {
		s, ok = ext.List(p)
	}
	if !ok && flash.MayBeSegments(b) {
		s, ok = flash.Segments(p)
	}
	if !ok && flash.MayBeNodes(b) {
		s, ok = flash.Nodes(p)
	}
	if !ok && flash.MayBeDirectory(b) {
		s, ok = flash.Directory(p)
	}
	if !ok && flash.MayBeSummary(b) {
		s, ok = flash.Summary(p)
	}
	if !ok && windows.MayBeChanges(b) {
		s, ok = windows.Changes(p)
	}
	if !ok && unix.MayBeInodes(b) {
		s, ok = unix.Inodes(p)
	}
	if !ok && unix.MayBeDirectory(b) {
		s, ok = unix.Directory(p)
	}
	if !ok && unix.MayBeDots(b) {
		s, ok = unix.Dots(p)
	}
	if !ok && linux.MayBe(b) {
		s, ok = linux.Recognize(p)
	}
	return s, ok
}

// bootSector looks at sectors that end in 55 AA.
func bootSector(buf []byte, off int) (proof.Observation, bool) {
	switch string(buf[off+3 : off+11]) {
	case "EXFAT   ":
		return exfatBoot(buf, off)
	case "NTFS    ":
		return ntfsBoot(buf, off)
	}
	return fatBoot(buf, off)
}

// What has no magic number, directories and inode tables, is held to a few
// bytes before anything is counted: about one random sector in 60 passes.

// Record length a multiple of 4 below 4096, a name, a known type.
func mayBeDirectory(b *[sector]byte) bool { return proof.LE32(b[4:])&0xF800F003 == 0 && b[6] != 0 }

// Links from 1 to 255, a size below 2^48.
func mayBeInode(b *[sector]byte) bool {
	return b[0x1B] == 0 && b[0x1A] != 0 && proof.LE16(b[0x6E:]) == 0
}

// Attributes and the byte behind them as short and long names have them.
func mayBeFAT(b *[sector]byte) bool { return proof.LE16(b[11:])&0xE7C0 == 0 && b[11] != 0 }

func withoutMagic(buf []byte, off int) (proof.Observation, bool) {
	b := (*[sector]byte)(buf[off:])
	if mayBeDirectory(b) {
		if s, ok := extDirectory(buf, off); ok {
			return s, true
		}
	}
	if mayBeInode(b) {
		if s, ok := extInodes(buf, off); ok {
			return s, true
		}
	}
	if mayBeFAT(b) {
		return fatDirectory(buf, off)
	}
	return proof.Observation{}, false
}
