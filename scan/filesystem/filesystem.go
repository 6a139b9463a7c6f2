// Package filesystem recognises the book-keeping structures of disks and file
// systems: partition tables, superblocks, directory blocks, inodes, file
// records, volume labels. It looks at one 512-aligned offset at a time and asks
// "which structure begins here", so it finds a lone directory block in the
// middle of ciphertext as well as a whole file system.
//
// # What counts as recognised
//
// A magic number is a hint: any 4-byte magic turns up 32 times on 64 TB of
// ciphertext probed at every sector. So after the magic every further field is
// checked that the format's own specification constrains (checksums, reserved
// zeros, powers of two, ranges, places that a structure gives for itself), and
// each check is paid in bits: -log2 of the chance that a uniform random field
// passes it, given the fields before it. See [proof.Evidence] for the proof. Less
// than 56 bits in all is no structure. One bit changed in a field under a
// checksum is no structure either: what is left of it is for other detectors.
//
// # Explained or residue
//
// Erasure of the contents leaves the partition table where it was, and with LVM
// and Linux RAID their labels and descriptions, earlier ones included; a
// forensic examiner expects them and so does this package: they are explained. A superblock, a directory block or a file
// record in clear is what erasure should have removed: residue. A wrong
// "explained" hides data, so an explained range covers only bytes whose
// meaning was checked down to the reserved zeros, and a partition table in a
// place where no firmware would look for it is residue (of a disk image, say).
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
	wordGELI      = 'G' | 'E'<<8 | 'O'<<16 | 'M'<<24
	wordLVMArea   = ' ' | 'L'<<8 | 'V'<<16 | 'M'<<24 // at byte 4
	wordLVMLabel  = 'L' | 'A'<<8 | 'B'<<16 | 'E'<<24
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
	wordMD        = 0xA92B4EFC // md writes it in host order, little endian everywhere that matters
	wordF2FS      = 0xF2F52010
	wordSquash    = 'h' | 's'<<8 | 'q'<<16 | 's'<<24
	wordFVE       = '-' | 'F'<<8 | 'V'<<16 | 'E'<<24
	wordZFS       = 0x00BAB10C
	wordISO       = 1 | 'C'<<8 | 'D'<<16 | '0'<<24
	wordUDF       = 0 | 'B'<<8 | 'E'<<16 | 'A'<<24
	wordReFS      = 'R' << 24
	wordHFSPlus   = 'H' | '+'<<8 | 4<<24
	wordHFSX      = 'H' | 'X'<<8 | 5<<24
)

// Recognize says which structure sits at buf[off:]. off is a multiple of 512,
// and buf[0] lies at byte base of the medium, so that structures which give
// their own place (a GPT header's MyLBA) can be held to it. It may look at the
// whole of buf, on both sides of off.
//
// It is called at every sector of a medium, so nearly all of its time is spent
// saying no: a few loads and compares that random bytes fail at once.
func Recognize(buf []byte, off int, base int64) (proof.Structure, bool) {
	if off < 0 || off > len(buf)-sector {
		return proof.Structure{}, false
	}
	b := (*[sector]byte)(buf[off:]) // an array: constant indices need no bounds checks
	if openings[b[0]] && seconds[b[1]] {
		if s, ok := byFirstWord(buf, off, proof.LE32(b[:])); ok {
			return s, true
		}
	}
	if tail := proof.LE16(b[510:]); tail == 0xAA55 || tail == 'E'|'2'<<8 {
		if s, ok := bySectorEnd(buf, off, tail); ok {
			return s, true
		}
	}
	if w := proof.LE32(b[32:]); proof.LE32(b[4:]) == wordLVMArea || proof.LE16(b[0x38:]) == extMagic || w == wordNXSB || w == wordAPSB || proof.LE16(b[0x30:]) == 0 {
		if s, ok := byLaterWord(buf, off); ok {
			return s, true
		}
	}
	if mayBeDirectory(b) || mayBeInode(b) || mayBeText(b) || mayBeFAT(b) {
		return withoutMagic(buf, off)
	}
	return proof.Structure{}, false
}

// openings and seconds mark the first two bytes of all the words above, of XFS
// inodes ("IN") and of exFAT directory entries, whose second byte is a small
// number: two lookups turn 98 % of random sectors away.
var openings = [256]bool{
	'L': true, 'R': true, '.': true, 'F': true, 'I': true, 'X': true,
	'A': true, 0xC0: true, 0xFC: true, 0x10: true, 'h': true, '-': true, 0x0C: true,
	1: true, 0: true, 'H': true, 'G': true,
	0x81: true, 0x82: true, 0x83: true, 0x85: true, 0x05: true,
}

var seconds = [256]bool{
	'F': true, 'A': true, 'R': true, ' ': true, 'I': true, 'N': true, 'S': true, 'C': true, 'D': true,
	'B': true, 'E': true, 0x3B: true, 's': true, 0xB1: true, '+': true, 'X': true,
	0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true,
	10: true, 11: true, 12: true, 13: true, 14: true, 15: true, 16: true, 17: true, 18: true,
}

// byFirstWord dispatches on the word that most formats put first.
func byFirstWord(buf []byte, off int, word uint32) (proof.Structure, bool) {
	switch word {
	case wordLVMLabel:
		return lvmLabel(buf, off)
	case wordFATInfo:
		return fatInfo(buf, off)
	case wordFATDot:
		return fatDotDirectory(buf, off)
	case wordNTFSFile, wordNTFSIndex, wordNTFSRstr, wordNTFSRcrd:
		return ntfsRecord(buf, off, word)
	case wordXFSSuper:
		return xfsSuperblock(buf, off)
	case wordXFSAGF, wordXFSAGI, wordXFSAGFL:
		return xfsHeader(buf, off, word)
	case wordXFSDir4:
		return xfsDirectory4(buf, off)
	case wordXFSDir5, wordXFSData5, wordXFSBno, wordXFSCnt, wordXFSIno, wordXFSFino:
		return xfsBlock(buf, off, word)
	case wordJournal:
		return extJournal(buf, off)
	case wordMD:
		return mdRAID(buf, off)
	case wordF2FS:
		return f2fs(buf, off)
	case wordGELI:
		return geli(buf, off)
	case wordSquash:
		return squashfs(buf, off)
	case wordFVE:
		return bitlockerMetadata(buf, off)
	case wordZFS:
		return zfsUberblock(buf, off)
	case wordISO:
		return iso9660(buf, off)
	case wordUDF:
		return udf(buf, off)
	case wordReFS:
		return refs(buf, off)
	case wordHFSPlus, wordHFSX:
		return hfsPlus(buf, off)
	}
	if uint16(word) == xfsInodeMagic {
		return xfsInode(buf, off)
	}
	if exfatOpening(byte(word)) {
		return exfatDirectory(buf, off)
	}
	return proof.Structure{}, false
}

// bySectorEnd looks at sectors that end in 55 AA (boot sectors) or in the last
// two letters of SWAPSPACE2.
func bySectorEnd(buf []byte, off int, tail uint16) (proof.Structure, bool) {
	if tail != 0xAA55 {
		return swapSpace(buf, off)
	}
	b := buf[off : off+sector]
	switch string(b[3:11]) {
	case "EXFAT   ":
		return exfatBoot(buf, off)
	case "NTFS    ":
		return ntfsBoot(buf, off)
	case "-FVE-FS-":
		return bitlockerBoot(buf, off)
	}
	return fatBoot(buf, off)
}

// byLaterWord tries the formats whose magic number is not in the first word.
func byLaterWord(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	if proof.LE32(b[4:]) == wordLVMArea {
		if s, ok := lvmHeader(buf, off); ok {
			return s, true
		}
	}
	if proof.LE16(b[0x38:]) == extMagic {
		if s, ok := extSuperblock(buf, off); ok {
			return s, true
		}
	}
	if w := proof.LE32(b[32:]); w == wordNXSB || w == wordAPSB {
		if s, ok := apfs(buf, off, w); ok {
			return s, true
		}
	}
	if proof.LE32(b[64:]) == wordBtrfs { // behind its own place, a multiple of 64 KiB, at 0x30
		return btrfs(buf, off)
	}
	return proof.Structure{}, false
}

// What has no magic number, directories and inode tables, is held to a few
// bytes before anything is counted: about one random sector in 60 passes.

// Record length a multiple of 4 below 4096, a name, a known type.
func mayBeDirectory(b *[sector]byte) bool { return proof.LE32(b[4:])&0xF800F003 == 0 && b[6] != 0 }

// Links from 1 to 255, a size below 2^48.
func mayBeInode(b *[sector]byte) bool {
	return b[0x1B] == 0 && b[0x1A] != 0 && proof.LE16(b[0x6E:]) == 0
}

// Eight ASCII bytes.
func mayBeText(b *[sector]byte) bool { return proof.LE64(b[:])&0x8080808080808080 == 0 && b[0] > ' ' }

// Attributes and the byte behind them as short and long names have them.
func mayBeFAT(b *[sector]byte) bool { return proof.LE16(b[11:])&0xE7C0 == 0 && b[11] != 0 }

func withoutMagic(buf []byte, off int) (proof.Structure, bool) {
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
	if mayBeText(b) {
		if s, ok := lvmText(buf, off); ok {
			return s, true
		}
	}
	if mayBeFAT(b) {
		return fatDirectory(buf, off)
	}
	return proof.Structure{}, false
}
