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

import "shokyo.dev/shokyo/scan/proof"

const (
	sector = 512

	maxBlock = 64 << 10 // no file system here has larger metadata blocks
)

// The words at the start of a sector that begin a structure, as little endian
// numbers whatever the byte order of the format.
const (
	wordFATInfo   = 'R' | 'R'<<8 | 'a'<<16 | 'A'<<24
	wordFATDot    = '.' | ' '<<8 | ' '<<16 | ' '<<24
	wordNTFSFile  = 'F' | 'I'<<8 | 'L'<<16 | 'E'<<24
	wordNTFSIndex = 'I' | 'N'<<8 | 'D'<<16 | 'X'<<24
	wordNTFSRstr  = 'R' | 'S'<<8 | 'T'<<16 | 'R'<<24
	wordNTFSRcrd  = 'R' | 'C'<<8 | 'R'<<16 | 'D'<<24
	wordXFSSuper  = 'X' | 'F'<<8 | 'S'<<16 | 'B'<<24
	wordXFSAGF    = 'X' | 'A'<<8 | 'G'<<16 | 'F'<<24
	wordXFSAGI    = 'X' | 'A'<<8 | 'G'<<16 | 'I'<<24
	wordXFSAGFL   = 'X' | 'A'<<8 | 'F'<<16 | 'L'<<24
	wordXFSDir4   = 'X' | 'D'<<8 | '2'<<16 | 'B'<<24
	wordXFSDir5   = 'X' | 'D'<<8 | 'B'<<16 | '3'<<24
	wordXFSData5  = 'X' | 'D'<<8 | 'D'<<16 | '3'<<24
	wordXFSBno    = 'A' | 'B'<<8 | '3'<<16 | 'B'<<24
	wordXFSCnt    = 'A' | 'B'<<8 | '3'<<16 | 'C'<<24
	wordXFSIno    = 'I' | 'A'<<8 | 'B'<<16 | '3'<<24
	wordXFSFino   = 'F' | 'I'<<8 | 'B'<<16 | '3'<<24
	wordJournal   = 0x98393BC0 // C0 3B 39 98
)

// firstWords are the parsers by the first word of a sector.
var firstWords = map[uint32]func(buf []byte, off int) (proof.Observation, bool){
	wordFATInfo:   fatInfo,
	wordFATDot:    fatDotDirectory,
	wordNTFSFile:  ntfsRecord,
	wordNTFSIndex: ntfsRecord,
	wordNTFSRstr:  ntfsRecord,
	wordNTFSRcrd:  ntfsRecord,
	wordXFSSuper:  xfsSuperblock,
	wordXFSAGF:    xfsHeader,
	wordXFSAGI:    xfsHeader,
	wordXFSAGFL:   xfsHeader,
	wordXFSDir4:   xfsDirectory4,
	wordXFSDir5:   xfsBlock,
	wordXFSData5:  xfsBlock,
	wordXFSBno:    xfsBlock,
	wordXFSCnt:    xfsBlock,
	wordXFSIno:    xfsBlock,
	wordXFSFino:   xfsBlock,
	wordJournal:   extJournal,
}

// Recognize says which structure sits at buf[off:]. off is a multiple of 512. It
// may look at the whole of buf, on both sides of off.
//
// It is called at every sector of a medium, so nearly all of its time is spent
// saying no: a few loads and compares that random bytes fail at once.
func Recognize(buf []byte, off int) (proof.Observation, bool) {
	if off < 0 || off > len(buf)-sector {
		return proof.Observation{}, false
	}
	b := (*[sector]byte)(buf[off:]) // an array: constant indices need no bounds checks
	if openings[b[0]] && seconds[b[1]] {
		if s, ok := byFirstWord(buf, off, proof.LE32(b[:])); ok {
			return s, true
		}
	}
	if proof.LE16(b[510:]) == 0xAA55 {
		if s, ok := bootSector(buf, off); ok {
			return s, true
		}
	}
	if proof.LE16(b[0x38:]) == extMagic {
		if s, ok := extSuperblock(buf, off); ok {
			return s, true
		}
	}
	if mayBeDirectory(b) || mayBeInode(b) || mayBeFAT(b) {
		return withoutMagic(buf, off)
	}
	return proof.Observation{}, false
}

// openings and seconds mark the first two bytes of all the words above, of XFS
// inodes ("IN") and of exFAT directory entries, whose second byte is a small
// number: two lookups turn 98 % of random sectors away.
var openings, seconds = leadingBytes()

func leadingBytes() (first, second [256]bool) {
	for word := range firstWords {
		first[byte(word)], second[byte(word>>8)] = true, true
	}
	first[xfsInodeMagic&0xFF], second[xfsInodeMagic>>8] = true, true
	for c := range 256 {
		first[c] = first[c] || exfatOpening(byte(c))
		second[c] = second[c] || c <= 18 // entries that follow the first of a file
	}
	return first, second
}

// byFirstWord dispatches on the word that most formats put first.
func byFirstWord(buf []byte, off int, word uint32) (proof.Observation, bool) {
	if parse := firstWords[word]; parse != nil {
		return parse(buf, off)
	}
	if uint16(word) == xfsInodeMagic {
		return xfsInode(buf, off)
	}
	if exfatOpening(byte(word)) {
		return exfatDirectory(buf, off)
	}
	return proof.Observation{}, false
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
