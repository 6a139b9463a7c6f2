// Package crypt knows the headers of disk, volume and file encryption. Structures that hold keys, or are the
// place that leads to them, say so; LUKS is package keys.
//
// To add a format, add rows to Rows and a function that reads like its header does.
package crypt

import (
	"bytes"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// Headers of disk, volume and file encryption. Structures that hold keys, or are the
// place that leads to them, say so; LUKS is package keys.

// Rows are the formats of this room.
var Rows = slices.Concat(
	proof.Rows(0, bitlockerMetadata, "-FVE-FS-"),
	proof.Rows(510, encryptedBoot, "\x55\xAA"),
	proof.Rows(0, geli, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00"),
	proof.Rows(20, ecryptfs, "\x00\x00\x10\x00"),
	proof.Rows(0, fscryptMetadata, "\x0A\x10", "\x0A\x20"),
)

// The GUIDs of BitLocker's metadata, as they are stored: as made by Windows, and for
// used space only (libbde, "BitLocker Drive Encryption (BDE) format").
const (
	bitlockerGUID     = "\x3B\xD6\x67\x49\x29\x2E\xD8\x4A\x83\x99\xF6\xA3\x39\xE3\xD0\x01"
	bitlockerUsedGUID = "\x3B\x4D\xA8\x92\x80\xDD\x0E\x4D\x9E\x4E\xB1\xE3\x28\x4E\xAE\xD8"
)

// bootMarks are the texts by which boot sectors of disk encryption are known: at a
// place, or at one of several (The Sleuth Kit, tsk/util/detect_encryption.c). The boot
// loader asks for the passphrase that unwraps the key, which lies in the sectors behind
// it. TrueCrypt's and VeraCrypt's, whose key lies at a known place, are package keys'.
var bootMarks = []struct {
	lo, hi int
	text   string
	maker  string
}{
	{3, 3, "-FVE-FS-", "BitLocker"},
	{0, 32, "PGPGUARD", "PGP or Symantec drive encryption"},
	{0, 32, "SafeBoot", "SafeBoot or McAfee drive encryption"},
	{0, 32, "Safeboot", "SafeBoot or McAfee drive encryption"},
	{0, 32, "PCGM", "GuardianEdge or Symantec endpoint encryption"},
	{80, 100, "Protect", "Check Point full disk encryption"},
	{110, 150, "SGM400", "Sophos SafeGuard"},
	{110, 150, "SGE400", "Sophos SafeGuard"},
	{236, 256, "WMSD", "WinMagic SecureDoc"},
	{0, 440, "BCVE", "BestCrypt volume encryption"},
}

// encryptedBoot recognises the boot sectors of disk encryption.
func encryptedBoot(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	if string(b[3:11]) == "MSWIN4.1" {
		return bitlockerToGo(p)
	}
	for _, m := range bootMarks {
		i := bytes.Index(b[m.lo:m.hi+len(m.text)], []byte(m.text))
		if i < 0 {
			continue
		}
		if m.maker == "BitLocker" {
			return bitlockerBoot(p)
		}
		if s, ok := foreignBoot(p, m.lo+i, m.hi-m.lo+1, m.text, m.maker); ok {
			return s, true
		}
	}
	return proof.Observation{}, false
}

// foreignBoot holds a sector with a maker's text to the form of a boot sector: it
// begins with a jump or clears registers, and its table has partitions as a table
// has them, or it is a volume's. Short texts are not enough without a table.
func foreignBoot(p proof.Place, where, places int, text, maker string) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(510, 2, 0xAA55)
	v.Text(where, text)
	v.Alternatives(places * len(bootMarks))
	v.Want(bytes.IndexByte([]byte("\xEB\xE9\xFA\x33\x31\xEA\x8C\xFC"), v.Bytes()[0]) >= 0, 5)
	for at := 446; at < 510; at += 16 {
		v.Alternatives(2)
		if v.Bytes()[at+4] == 0 {
			v.Zero(at, 16)
		} else {
			v.Want(v.Bytes()[at]&0x7F == 0 && v.U32(at+8) != 0 && v.U32(at+12) != 0, 7) // active or not
		}
	}
	s, ok := v.Found("encryption-boot-sector", sector, "boot sector of "+maker+", which unwraps the disk's key")
	s.Keys = ok
	return s, ok
}

// bitlockerBoot recognises the boot sector of a BitLocker volume. It says where the
// metadata with the keys are.
func bitlockerBoot(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(3, "-FVE-FS-")
	v.Is(510, 2, 0xAA55)
	v.Want(v.U8(0) == 0xEB && v.U8(2) == 0x90, 16)
	v.Power(11, 2, 512, 4096)
	v.Zero(16, 5) // what FAT counts there; BitLocker has none
	return v.Found("bitlocker-boot-sector", sector, "boot sector of a BitLocker volume")
}

// bitlockerToGo recognises the boot sector of a removable volume, made up as FAT.
func bitlockerToGo(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(3, "MSWIN4.1")
	v.Either(424, bitlockerGUID, bitlockerUsedGUID)
	return v.Found("bitlocker-boot-sector", sector, "boot sector of a BitLocker To Go volume")
}

// bitlockerMetadata recognises one of the three metadata blocks of a BitLocker
// volume: they hold the wrapped keys.
func bitlockerMetadata(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "-FVE-FS-")
	v.Within(10, 2, 1, 2)
	v.Within(64, 4, 48, view.MaxBlock) // size of the metadata behind the block's header
	s, ok := v.Found("bitlocker-metadata", sector, "metadata block of a BitLocker volume, which holds its wrapped keys")
	s.Keys = ok
	return s, ok
}

// geli recognises the metadata of FreeBSD's disk encryption, which fills the
// last sector of its provider and holds the volume key, wrapped by passphrase
// or key file (FreeBSD, sys/geom/eli/g_eli.h, struct g_eli_metadata): as long
// as it is there the ciphertext is not erased.
func geli(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00")
	v.Within(16, 4, 0, 7)
	size := 30
	if v.U32(16) == 0 { // no algorithm of authentication yet
		size = 28
	}
	v.Below(size, 8, 48)
	s, ok := v.Found("geli-metadata", sector, fmt.Sprintf("metadata of a GELI volume (version %d) of %s, which holds its wrapped keys",
		v.U32(16), proof.BytesOf(v.U64(size))))
	s.Keys = ok
	return s, ok
}

// ecryptfs recognises the header of an encrypted file (kernel, fs/ecryptfs/crypto.c,
// ecryptfs_write_headers_virt): size, a marker of two numbers, version and flags, the
// header's extent, and the packet with the file's wrapped key.
func ecryptfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Is(12, 4, v.U32(8)^0x3C81B7F5)
	v.Within(16, 1, 1, 3)
	v.Is(20, 4, 4096)
	v.Within(24, 2, 1, 16)
	v.Want(v.U8(26) == 0x8C || v.U8(26) == 0x01, 7) // tag 3 (passphrase) or tag 1 (public key)
	s, ok := v.Found("ecryptfs-header", sector, "header of a file encrypted by eCryptfs, which holds its wrapped key")
	s.Keys = ok
	return s, ok
}

// fscryptMetadata recognises the protectors and policies of the program fscrypt,
// messages of protocol buffers which hold keys wrapped by a passphrase or by each
// other (github.com/google/fscrypt, metadata/metadata.proto, ProtectorData and
// PolicyData). They begin with a descriptor of 16 or 32 hexadecimal digits; the
// source or the options follow. What the kernel keeps in an inode, the encryption
// context, has no key: a policy's identifier and a nonce, useless without it.
func fscryptMetadata(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 1, 0x0A)
	v.Want(v.U8(1) == 16 || v.U8(1) == 32, 7)
	if v.Broken() {
		return proof.Observation{}, false
	}
	n := int(v.U8(1))
	for _, c := range v.Bytes()[2 : 2+n] {
		v.Want(c >= '0' && c <= '9' || c >= 'a' && c <= 'f', 4)
	}
	what := "protector"
	if v.U8(2+n) == 0x12 { // options, a message
		what = "policy"
		v.Within(3+n, 1, 2, 32)
	} else {
		v.Is(2+n, 1, 0x10) // source: login, passphrase or key file
		v.Within(3+n, 1, 1, 3)
	}
	v.Alternatives(2)
	s, ok := v.Found("fscrypt-metadata", sector, what+" of fscrypt, which holds a wrapped key")
	s.Keys = ok
	return s, ok
}
