package filesystem

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"

	"shokyo.dev/shokyo/scan/proof"
)

// Superblocks and headers of further formats, each with the document that its
// offsets were taken from.

const (
	wordBtrfs = '_' | 'B'<<8 | 'H'<<16 | 'R'<<24 // at byte 64
	wordNXSB  = 'N' | 'X'<<8 | 'S'<<16 | 'B'<<24 // at byte 32
	wordAPSB  = 'A' | 'P'<<8 | 'S'<<16 | 'B'<<24
)

// btrfs recognises the superblock and its mirrors (btrfs documentation, On-disk
// format, "Superblock"). CRC-32C and SHA-256 sums are checked; the two other
// kinds (xxHash, BLAKE2) are not.
func btrfs(buf []byte, off int) (proof.Structure, bool) {
	b, ok := proof.Window(buf, off, 4096)
	if !ok {
		return proof.Structure{}, false
	}
	var e proof.Evidence
	e.Text(b[64:], "_BHRfS_M")
	e.Is(proof.LE64(b[128:]), 6, 8)                          // root directory object
	e.Power(uint64(proof.LE32(b[144:])), 4096, 65536, 4)     // sector size
	e.Power(uint64(proof.LE32(b[148:])), 4096, 65536, 4)     // node size
	e.Within(uint64(proof.LE16(b[196:])), 0, 3, 2)           // kind of checksum
	e.Within(proof.LE64(b[120:]), 0, proof.LE64(b[112:]), 8) // bytes used
	switch proof.LE16(b[196:]) {
	case 0:
		e.Want(crc32.Checksum(b[32:], castagnoli()) == proof.LE32(b), 32)
		e.Zero(b[4:32])
	case 2:
		e.Want(sha256.Sum256(b[32:]) == [32]byte(b[:32]), 256)
	}
	return e.Found("btrfs-superblock", off, off+4096, fmt.Sprintf("btrfs superblock: %s on %d devices, %s used, generation %d",
		proof.BytesOf(proof.LE64(b[112:])), proof.LE64(b[136:]), proof.BytesOf(proof.LE64(b[120:])), proof.LE64(b[72:])))
}

// f2fs recognises the superblock 1024 bytes into the volume or its second block
// (kernel, include/linux/f2fs_fs.h, struct f2fs_super_block).
func f2fs(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Matched(4)
	e.Is(uint64(proof.LE16(b[4:])), 1, 2)
	e.Within(uint64(proof.LE32(b[8:])), 9, 12, 4)   // log2 of sector size
	e.Within(uint64(proof.LE32(b[12:])), 0, 5, 4)   // log2 of sectors per block
	e.Within(uint64(proof.LE32(b[16:])), 12, 16, 4) // log2 of block size
	e.Is(uint64(proof.LE32(b[20:])), 9, 4)          // log2 of blocks per segment
	if e.Broken() {
		return proof.Structure{}, false
	}
	return e.Found("f2fs-superblock", off, off+sector,
		"F2FS superblock of a volume of "+proof.BlocksOf(proof.LE64(b[36:]), 1<<proof.LE32(b[16:])))
}

// squashfs recognises a version 4 superblock (kernel, fs/squashfs/squashfs_fs.h).
func squashfs(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "hsqs")
	e.Is(uint64(proof.LE32(b[28:])), 4, 4) // major 4, minor 0
	e.Power(uint64(proof.LE32(b[12:])), 4096, 1<<20, 4)
	e.Want(b[22] < 32 && uint32(1)<<b[22] == proof.LE32(b[12:]) && b[23] == 0, 16)
	e.Within(uint64(proof.LE16(b[20:])), 1, 6, 2) // compressor
	e.Want(proof.LE64(b[48:]) <= proof.LE64(b[40:]) && proof.LE64(b[64:]) <= proof.LE64(b[72:]) && proof.LE64(b[72:]) <= proof.LE64(b[40:]), 0)
	return e.Found("squashfs", off, off+96, fmt.Sprintf("squashfs superblock: %d inodes, %s, made %s",
		proof.LE32(b[4:]), proof.BytesOf(proof.LE64(b[40:])), proof.Day(int64(proof.LE32(b[8:])))))
}

// iso9660 recognises the primary volume descriptor (ECMA-119 §8.4), whose
// numbers stand there in both byte orders.
func iso9660(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "\x01CD001\x01\x00")
	e.Zero(b[72:80])
	e.Zero(b[88:120])
	e.Want(proof.LE32(b[80:]) == proof.BE32(b[84:]), 32)
	e.Want(proof.LE16(b[128:]) == proof.BE16(b[130:]), 16)
	return e.Found("iso9660", off, off+sector, "ISO 9660 volume descriptor: "+proof.BlocksOf(uint64(proof.LE32(b[80:])), uint64(proof.LE16(b[128:]))))
}

// udf recognises the start of the volume recognition sequence (ECMA-167 part 2
// §9.2, part 3 §9.1): BEA01, then NSR02 or NSR03, in sectors of 2048 bytes.
func udf(buf []byte, off int) (proof.Structure, bool) {
	b, ok := proof.Window(buf, off, 4096)
	if !ok {
		return proof.Structure{}, false
	}
	var e proof.Evidence
	e.Text(b, "\x00BEA01\x01")
	e.Zero(b[7:2048])
	e.Want(string(b[2048:2054]) == "\x00NSR02" || string(b[2048:2054]) == "\x00NSR03", 47)
	return e.Found("udf", off, off+4096, "UDF volume recognition sequence")
}

// hfsPlus recognises the volume header (Apple Technical Note TN1150, "Volume
// Header"); big endian.
func hfsPlus(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Matched(4) // signature and version
	block := proof.BE32(b[40:])
	e.Power(uint64(block), 512, 65536, 4)
	e.Within(uint64(proof.BE32(b[48:])), 0, uint64(proof.BE32(b[44:])), 4) // free blocks
	for _, c := range b[8:12] {                                            // who mounted it last: four characters
		e.Want(c >= ' ' && c < 0x7F, 1.4)
	}
	if e.Broken() {
		return proof.Structure{}, false
	}
	e.Want(proof.BE32(b[56:])%block == 0 && proof.BE32(b[60:])%block == 0, 18) // clump sizes
	e.Zero(b[112+4 : 112+6])                                                   // allocation file: far below 2^48 bytes
	return e.Found("hfs-plus", off, off+sector, fmt.Sprintf("HFS Plus volume header: %s, %d files",
		proof.BlocksOf(uint64(proof.BE32(b[44:])), uint64(block)), proof.BE32(b[32:])))
}

// apfs recognises the superblocks of containers and volumes (Apple File System
// Reference, obj_phys_t, nx_superblock_t, apfs_superblock_t).
func apfs(buf []byte, off int, word uint32) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Matched(4)
	detail, kind := "APFS volume superblock", uint16(0xD)
	lo, hi := 4096, maxBlock
	if word == wordNXSB {
		size := proof.LE32(b[36:])
		detail, kind = "APFS container superblock: "+proof.BlocksOf(proof.LE64(b[40:]), uint64(size)), 1
		e.Power(uint64(size), 4096, maxBlock, 4)
		lo, hi = int(size), int(size)
	}
	e.Is(uint64(proof.LE16(b[24:])), uint64(kind), 2)
	if e.Broken() {
		return proof.Structure{}, false
	}
	e.Alternatives(5)
	for n := lo; n <= hi; n *= 2 {
		if whole, ok := proof.Window(buf, off, n); ok && fletcher64(whole[8:]) == proof.LE64(whole) {
			e.Want(true, 63) // either residue may stand for zero
			return e.Found("apfs-superblock", off, off+n, detail)
		}
	}
	return proof.Structure{}, false
}

// fletcher64 is APFS's variant ("obj_phys_t, o_cksum"): two sums of 32-bit
// words modulo 2^32-1, stored so that the sums over block and checksum vanish.
// Blocks have at most 2^14 words, so the sums stay below 2^60.
func fletcher64(b []byte) uint64 {
	const m = 1<<32 - 1
	var s1, s2 uint64
	for ; len(b) >= 4; b = b[4:] {
		s1 += uint64(proof.LE32(b))
		s2 += s1
	}
	low := m - (s1+s2)%m
	high := m - (s1+low)%m
	return high<<32 | low
}

// mdRAID recognises the superblocks of Linux software RAID (kernel,
// include/uapi/linux/raid/md_p.h): 1.x with its sum of words, and 0.90. Below
// LUKS a 1.x superblock is book-keeping like a partition table: its checksum
// vouches for it, so it is explained if its padding is zero and its roles are
// roles. 0.90 is older than all of that and not read so closely.
func mdRAID(buf []byte, off int) (proof.Structure, bool) {
	b, ok := proof.Window(buf, off, 4096)
	if !ok {
		return proof.Structure{}, false
	}
	var e proof.Evidence
	e.Matched(4)
	major := proof.LE32(b[4:])
	if major == 0 {
		e.Zero(b[4:8])
		e.Is(uint64(proof.LE32(b[8:])), 90, 4)
		return e.Found("md-raid-superblock", off, off+4096, fmt.Sprintf("Linux RAID 0.90 superblock: level %d, made %s",
			int32(proof.LE32(b[28:])), proof.Day(int64(proof.LE32(b[24:])))))
	}
	e.Is(uint64(major), 1, 4)
	e.Mask(uint64(proof.LE32(b[8:])), 0xFFF, 4)
	e.Zero(b[12:16])
	members := int(min(proof.LE32(b[220:]), 4096))
	e.Within(uint64(members), 1, (4096-256)/2, 4)
	if e.Broken() {
		return proof.Structure{}, false
	}
	end := 256 + 2*members
	e.Want(mdSum(b[:end]) == proof.LE32(b[216:]), 32)
	s, ok := e.Found("md-raid-superblock", off, off+end, fmt.Sprintf("Linux RAID 1.x superblock: level %d, %d devices, made %s",
		int32(proof.LE32(b[72:])), proof.LE32(b[92:]), proof.Day(int64(proof.LE64(b[64:])&(1<<40-1)))))
	s.Explained = ok && mdTidy(b[:end])
	return s, ok
}

// mdTidy holds what the checksum covers but nobody reads: the array's name is
// text and then zeros, pad3 is zero, and each role is the place of a device, or
// one of the last three values (journal, faulty, spare).
func mdTidy(b []byte) bool {
	name := bytes.TrimRight(b[32:64], "\x00")
	for _, c := range name {
		if c < ' ' || c > '~' {
			return false
		}
	}
	for at := 256; at < len(b); at += 2 {
		if role := proof.LE16(b[at:]); uint32(role) >= proof.LE32(b[92:]) && role < 0xFFFD {
			return false
		}
	}
	return proof.AllZero(b[224:256])
}

// geli recognises the metadata of FreeBSD's disk encryption, which fills the
// last sector of its provider and holds the volume key, wrapped by passphrase
// or key file (FreeBSD, sys/geom/eli/g_eli.h, struct g_eli_metadata): as long
// as it is there the ciphertext is not erased.
func geli(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00")
	version := proof.LE32(b[16:])
	e.Within(uint64(version), 0, 7, 4)
	at := 30
	if version == 0 { // no algorithm of authentication yet
		at = 28
	}
	e.Zero(b[at+6 : at+8]) // a provider below 2^48 bytes
	return e.Found("geli-metadata", off, off+sector, fmt.Sprintf(
		"metadata of a GELI volume (version %d) of %s, which holds its wrapped keys", version, proof.BytesOf(proof.LE64(b[at:]))))
}

// mdSum adds up the little endian words with sb_csum (byte 216) as zero and
// folds the carry (kernel, drivers/md/md.c, calc_sb_1_csum).
func mdSum(b []byte) uint32 {
	var sum uint64
	at := 0
	for ; at+4 <= len(b); at += 4 {
		if at != 216 {
			sum += uint64(proof.LE32(b[at:]))
		}
	}
	if at+2 <= len(b) {
		sum += uint64(proof.LE16(b[at:]))
	}
	return uint32(sum) + uint32(sum>>32)
}

// swapSpace recognises a swap area by the end of its first page of 4 KiB
// (util-linux, include/swapheader.h); off is the page's last sector.
func swapSpace(buf []byte, off int) (proof.Structure, bool) {
	b, ok := proof.Window(buf, off+sector-4096, 4096)
	if !ok {
		return proof.Structure{}, false
	}
	var e proof.Evidence
	e.Text(b[4086:], "SWAPSPACE2")
	e.Is(uint64(proof.LE32(b[1024:])), 1, 4)
	e.Within(uint64(proof.LE32(b[1032:])), 0, 637, 4) // bad pages
	e.Zero(b[1068:1536])
	start := off + sector - 4096 + 1024
	return e.Found("swap", start, off+sector, "Linux swap area of "+proof.BlocksOf(uint64(proof.LE32(b[1028:]))+1, 4096))
}

// refs recognises a ReFS boot sector (as read by libfsrefs).
func refs(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "\x00\x00\x00ReFS\x00\x00\x00\x00")
	e.Text(b[16:], "FSRS")
	e.Power(uint64(proof.LE32(b[32:])), 512, 4096, 4)
	return e.Found("refs-boot-sector", off, off+sector, "boot sector of a ReFS volume of "+proof.BlocksOf(proof.LE64(b[24:]), uint64(proof.LE32(b[32:]))))
}

// zfsUberblock recognises one entry of a label's ring of uberblocks (OpenZFS,
// include/sys/uberblock_impl.h), as little endian machines write it.
func zfsUberblock(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Is(proof.LE64(b), wordZFS, 8)
	version := proof.LE64(b[8:])
	e.Want(version >= 1 && version <= 28 || version == 5000, 59)
	e.Within(proof.LE64(b[16:]), 0, 1<<48-1, 8)
	return e.Found("zfs-uberblock", off, off+sector, fmt.Sprintf("ZFS uberblock, transaction group %d, written %s",
		proof.LE64(b[16:]), proof.Day(int64(proof.LE64(b[32:])&(1<<40-1)))))
}

// bitlockerBoot recognises the boot sector of a BitLocker volume (libbde,
// "BitLocker Drive Encryption format").
func bitlockerBoot(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b[3:], "-FVE-FS-")
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	e.Want(b[0] == 0xEB && b[2] == 0x90, 16)
	e.Power(uint64(proof.LE16(b[11:])), 512, 4096, 2)
	e.Zero(b[16:21]) // what FAT counts there; BitLocker has none
	return e.Found("bitlocker-boot-sector", off, off+sector, "boot sector of a BitLocker volume")
}

// bitlockerMetadata recognises one of the three metadata blocks of a BitLocker
// volume: they hold the wrapped keys.
func bitlockerMetadata(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "-FVE-FS-")
	e.Within(uint64(proof.LE16(b[10:])), 1, 2, 2)
	e.Within(uint64(proof.LE32(b[64:])), 48, 64<<10, 4) // size of the metadata behind the block header
	return e.Found("bitlocker-metadata", off, off+sector, "metadata block of a BitLocker volume, which holds its wrapped keys")
}
