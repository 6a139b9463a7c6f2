// Package desktop knows the superblocks of Apple's systems, of Windows and what was near it (OS/2, NetWare, game
// consoles), and of the Amiga.
//
// To add a format, add rows to the table of its system and a function that reads like its structure in the document cited.
package desktop

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// Apple's file systems and disk encryption.

// Apple are the formats of Apple's systems.
var Apple = slices.Concat(
	proof.Rows(0, hfs, "BD"),
	proof.Rows(0, hfsPlus, "H+\x00\x04", "HX\x00\x05"),
	proof.Rows(32, apfs, "NXSB", "APSB"),
	proof.Rows(88, coreStorage, "CS"),
	proof.Rows(0, encryptedImage, "encrcdsa"),
)

// hfs recognises the master directory block, 1 KiB into the volume, and its copy
// (Inside Macintosh: Files, "Master Directory Blocks"). In a wrapper it names the HFS
// Plus volume inside (Technical Note TN1150, "HFS Wrapper").
func hfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 162, view.Big)
	v.Text(0, "BD")
	v.Within(14, 2, 2, 64)                               // the bitmap's first sector
	for _, at := range []int{20, 24, 74, 78, 130, 146} { // block, clumps, sizes of the two trees
		v.Multiple(at, 4, 512)
		v.Below(at, 4, 31)
	}
	v.Want(v.U32(20) != 0, 0)
	v.Within(34, 2, 0, v.U16(18)) // free blocks
	v.Within(36, 1, 1, 27)        // length of the name
	v.Below(30, 4, 31)
	v.Below(84, 4, 28)
	detail := v.Size("HFS volume", v.U16(18), v.U32(20)) + fmt.Sprintf(", %d files", v.U32(84))
	if embedded := string(v.Bytes()[min(124, len(v.Bytes())):min(126, len(v.Bytes()))]); embedded == "H+" || embedded == "HX" {
		detail = "HFS wrapper of an HFS Plus volume"
	}
	return v.Found("hfs-mdb", 162, detail)
}

// hfsPlus recognises the volume header (Technical Note TN1150, "Volume Header").
func hfsPlus(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Matched(4) // signature and version
	v.Alternatives(2)
	v.Power(40, 4, 512, 65536)
	v.Within(48, 4, 0, v.U32(44)) // free blocks
	for at := 8; at < 12; at++ {  // who mounted it last: four characters
		v.Within(at, 1, ' ', '~')
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Want(v.U32(56)%v.U32(40) == 0 && v.U32(60)%v.U32(40) == 0, 18) // clump sizes
	v.Zero(112, 2)                                                   // allocation file: far below 2^48 bytes
	return v.Found("hfs-plus", sector, fmt.Sprintf("HFS Plus volume header: %s, %d files",
		proof.BlocksOf(v.U32(44), v.U32(40)), v.U32(32)))
}

// apfs recognises the superblocks of containers and volumes (Apple File System
// Reference, obj_phys_t, nx_superblock_t, apfs_superblock_t). A container that names
// a key bag keeps the wrapped keys of its volumes there, encrypted only with the UUID
// that stands in this superblock (nx_keylocker).
func apfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 1312, view.Little)
	which := v.Either(32, "NXSB", "APSB")
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Is(28, 4, 0) // subtype
	if which == "APSB" {
		v.Is(24, 2, 0xD)
		v.Within(36, 4, 0, 99) // its index in the container
		return apfsFound(v, 4096, view.MaxBlock, "APFS volume superblock")
	}
	v.Is(24, 2, 1)
	v.Power(36, 4, 4096, view.MaxBlock)
	if v.Broken() {
		return proof.Observation{}, false
	}
	size := int(v.U32(36))
	s, ok := apfsFound(v, size, size, "APFS container superblock: "+proof.BlocksOf(v.U64(40), uint64(size)))
	if bag := v.U64(1304); ok && bag > 0 && bag <= 256 && v.U64(1296) > 0 {
		s.Keys = true
		s.Detail += ", with a bag of wrapped keys"
	}
	return s, ok
}

// apfsFound looks for the size at which the checksum fits, among those allowed.
func apfsFound(v *view.View, lo, hi int, detail string) (proof.Observation, bool) {
	sealed, size := false, min(lo, v.Left())
	for n := lo; n <= hi && !sealed; n *= 2 {
		whole, ok := v.All(n)
		if sealed = ok && proof.Fletcher64(whole[8:]) == proof.LE64(whole); sealed {
			size = n
		}
	}
	if _, ok := v.All(lo); ok {
		v.Sealed(sealed, 60) // five sizes, and either residue may stand for zero
	}
	return v.Found("apfs-superblock", size, detail)
}

// coreStorage recognises the header of a CoreStorage physical volume, in its first
// and last sector (libfvde, "FileVault Drive Encryption (FVDE) format", "Core Storage
// volume header"). With FileVault 2 it holds the key of the encrypted metadata, which
// hold the wrapped volume keys.
func coreStorage(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(88, "CS")
	v.Is(8, 2, 1)
	v.Is(10, 2, 0x10)
	v.Is(90, 4, 1) // CRC-32C
	v.Power(96, 4, 512, 65536)
	v.Below(64, 8, 48)
	v.Zero(336, 176)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32C(uint32(v.U32(4)), v.Bytes()[8:]) == uint32(v.U32(0)), 32)
	if v.U32(168) == 16 && v.U32(172) == 2 { // length of the key, AES-XTS
		s, ok := v.Found("filevault2-corestorage", sector, "header of a FileVault 2 (CoreStorage) volume of "+
			proof.BytesOf(v.U64(64))+", which holds the key of its metadata, where the wrapped volume keys are")
		s.Keys = ok
		return s, ok
	}
	return v.Found("corestorage", sector, "header of a CoreStorage volume of "+proof.BytesOf(v.U64(64)))
}

// encryptedImage recognises the header of an encrypted disk image of macOS, FileVault
// 1's among them (version 2; libmodi, "Mac OS disk image types", "Encrypted disk image"):
// it holds the wrapped keys.
func encryptedImage(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "encrcdsa")
	v.Is(8, 4, 2)
	v.Power(12, 4, 8, 32)      // bytes of an initial vector
	v.Power(52, 4, 512, 65536) // bytes of a block
	s, ok := v.Found("encrypted-disk-image", sector, "header of an encrypted disk image of macOS, which holds its wrapped keys")
	s.Keys = ok
	return s, ok
}
