package filesystem

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
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
func btrfs(buf []byte, off int) (Structure, bool) {
	b, ok := window(buf, off, 4096)
	if !ok {
		return Structure{}, false
	}
	var e evidence
	e.text(b[64:], "_BHRfS_M")
	e.is(le64(b[128:]), 6, 8)                      // root directory object
	e.power(uint64(le32(b[144:])), 4096, 65536, 4) // sector size
	e.power(uint64(le32(b[148:])), 4096, 65536, 4) // node size
	e.within(uint64(le16(b[196:])), 0, 3, 2)       // kind of checksum
	e.within(le64(b[120:]), 0, le64(b[112:]), 8)   // bytes used
	switch le16(b[196:]) {
	case 0:
		e.want(crc32.Checksum(b[32:], castagnoli()) == le32(b), 32)
		e.zero(b[4:32])
	case 2:
		e.want(sha256.Sum256(b[32:]) == [32]byte(b[:32]), 256)
	}
	return e.found("btrfs-superblock", off, off+4096, fmt.Sprintf("btrfs superblock: %s on %d devices, %s used, generation %d",
		bytesOf(le64(b[112:])), le64(b[136:]), bytesOf(le64(b[120:])), le64(b[72:])))
}

// f2fs recognises the superblock 1024 bytes into the volume or its second block
// (kernel, include/linux/f2fs_fs.h, struct f2fs_super_block).
func f2fs(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.matched(4)
	e.is(uint64(le16(b[4:])), 1, 2)
	e.within(uint64(le32(b[8:])), 9, 12, 4)   // log2 of sector size
	e.within(uint64(le32(b[12:])), 0, 5, 4)   // log2 of sectors per block
	e.within(uint64(le32(b[16:])), 12, 16, 4) // log2 of block size
	e.is(uint64(le32(b[20:])), 9, 4)          // log2 of blocks per segment
	if e.broken {
		return Structure{}, false
	}
	return e.found("f2fs-superblock", off, off+sector,
		"F2FS superblock of a volume of "+blocksOf(le64(b[36:]), 1<<le32(b[16:])))
}

// squashfs recognises a version 4 superblock (kernel, fs/squashfs/squashfs_fs.h).
func squashfs(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "hsqs")
	e.is(uint64(le32(b[28:])), 4, 4) // major 4, minor 0
	e.power(uint64(le32(b[12:])), 4096, 1<<20, 4)
	e.want(b[22] < 32 && uint32(1)<<b[22] == le32(b[12:]) && b[23] == 0, 16)
	e.within(uint64(le16(b[20:])), 1, 6, 2) // compressor
	e.want(le64(b[48:]) <= le64(b[40:]) && le64(b[64:]) <= le64(b[72:]) && le64(b[72:]) <= le64(b[40:]), 0)
	return e.found("squashfs", off, off+96, fmt.Sprintf("squashfs superblock: %d inodes, %s, made %s",
		le32(b[4:]), bytesOf(le64(b[40:])), day(int64(le32(b[8:])))))
}

// iso9660 recognises the primary volume descriptor (ECMA-119 §8.4), whose
// numbers stand there in both byte orders.
func iso9660(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "\x01CD001\x01\x00")
	e.zero(b[72:80])
	e.zero(b[88:120])
	e.want(le32(b[80:]) == be32(b[84:]), 32)
	e.want(le16(b[128:]) == be16(b[130:]), 16)
	return e.found("iso9660", off, off+sector, "ISO 9660 volume descriptor: "+blocksOf(uint64(le32(b[80:])), uint64(le16(b[128:]))))
}

// udf recognises the start of the volume recognition sequence (ECMA-167 part 2
// §9.2, part 3 §9.1): BEA01, then NSR02 or NSR03, in sectors of 2048 bytes.
func udf(buf []byte, off int) (Structure, bool) {
	b, ok := window(buf, off, 4096)
	if !ok {
		return Structure{}, false
	}
	var e evidence
	e.text(b, "\x00BEA01\x01")
	e.zero(b[7:2048])
	e.want(string(b[2048:2054]) == "\x00NSR02" || string(b[2048:2054]) == "\x00NSR03", 47)
	return e.found("udf", off, off+4096, "UDF volume recognition sequence")
}

// hfsPlus recognises the volume header (Apple Technical Note TN1150, "Volume
// Header"); big endian.
func hfsPlus(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.matched(4) // signature and version
	block := be32(b[40:])
	e.power(uint64(block), 512, 65536, 4)
	e.within(uint64(be32(b[48:])), 0, uint64(be32(b[44:])), 4) // free blocks
	for _, c := range b[8:12] {                                // who mounted it last: four characters
		e.want(c >= ' ' && c < 0x7F, 1.4)
	}
	if e.broken {
		return Structure{}, false
	}
	e.want(be32(b[56:])%block == 0 && be32(b[60:])%block == 0, 18) // clump sizes
	e.zero(b[112+4 : 112+6])                                       // allocation file: far below 2^48 bytes
	return e.found("hfs-plus", off, off+sector, fmt.Sprintf("HFS Plus volume header: %s, %d files",
		blocksOf(uint64(be32(b[44:])), uint64(block)), be32(b[32:])))
}

// apfs recognises the superblocks of containers and volumes (Apple File System
// Reference, obj_phys_t, nx_superblock_t, apfs_superblock_t).
func apfs(buf []byte, off int, word uint32) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.matched(4)
	detail, kind := "APFS volume superblock", uint16(0xD)
	lo, hi := 4096, maxBlock
	if word == wordNXSB {
		size := le32(b[36:])
		detail, kind = "APFS container superblock: "+blocksOf(le64(b[40:]), uint64(size)), 1
		e.power(uint64(size), 4096, maxBlock, 4)
		lo, hi = int(size), int(size)
	}
	e.is(uint64(le16(b[24:])), uint64(kind), 2)
	if e.broken {
		return Structure{}, false
	}
	e.alternatives(5)
	for n := lo; n <= hi; n *= 2 {
		if whole, ok := window(buf, off, n); ok && fletcher64(whole[8:]) == le64(whole) {
			e.want(true, 63) // either residue may stand for zero
			return e.found("apfs-superblock", off, off+n, detail)
		}
	}
	return Structure{}, false
}

// fletcher64 is APFS's variant ("obj_phys_t, o_cksum"): two sums of 32-bit
// words modulo 2^32-1, stored so that the sums over block and checksum vanish.
// Blocks have at most 2^14 words, so the sums stay below 2^60.
func fletcher64(b []byte) uint64 {
	const m = 1<<32 - 1
	var s1, s2 uint64
	for ; len(b) >= 4; b = b[4:] {
		s1 += uint64(le32(b))
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
func mdRAID(buf []byte, off int) (Structure, bool) {
	b, ok := window(buf, off, 4096)
	if !ok {
		return Structure{}, false
	}
	var e evidence
	e.matched(4)
	major := le32(b[4:])
	if major == 0 {
		e.zero(b[4:8])
		e.is(uint64(le32(b[8:])), 90, 4)
		return e.found("md-raid-superblock", off, off+4096, fmt.Sprintf("Linux RAID 0.90 superblock: level %d, made %s",
			int32(le32(b[28:])), day(int64(le32(b[24:])))))
	}
	e.is(uint64(major), 1, 4)
	e.mask(uint64(le32(b[8:])), 0xFFF, 4)
	e.zero(b[12:16])
	members := int(min(le32(b[220:]), 4096))
	e.within(uint64(members), 1, (4096-256)/2, 4)
	if e.broken {
		return Structure{}, false
	}
	end := 256 + 2*members
	e.want(mdSum(b[:end]) == le32(b[216:]), 32)
	s, ok := e.found("md-raid-superblock", off, off+end, fmt.Sprintf("Linux RAID 1.x superblock: level %d, %d devices, made %s",
		int32(le32(b[72:])), le32(b[92:]), day(int64(le64(b[64:])&(1<<40-1)))))
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
		if role := le16(b[at:]); uint32(role) >= le32(b[92:]) && role < 0xFFFD {
			return false
		}
	}
	return allZero(b[224:256])
}

// geli recognises the metadata of FreeBSD's disk encryption, which fills the
// last sector of its provider and holds the volume key, wrapped by passphrase
// or key file (FreeBSD, sys/geom/eli/g_eli.h, struct g_eli_metadata): as long
// as it is there the ciphertext is not erased.
func geli(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00")
	version := le32(b[16:])
	e.within(uint64(version), 0, 7, 4)
	at := 30
	if version == 0 { // no algorithm of authentication yet
		at = 28
	}
	e.zero(b[at+6 : at+8]) // a provider below 2^48 bytes
	return e.found("geli-metadata", off, off+sector, fmt.Sprintf(
		"metadata of a GELI volume (version %d) of %s, which holds its wrapped keys", version, bytesOf(le64(b[at:]))))
}

// mdSum adds up the little endian words with sb_csum (byte 216) as zero and
// folds the carry (kernel, drivers/md/md.c, calc_sb_1_csum).
func mdSum(b []byte) uint32 {
	var sum uint64
	at := 0
	for ; at+4 <= len(b); at += 4 {
		if at != 216 {
			sum += uint64(le32(b[at:]))
		}
	}
	if at+2 <= len(b) {
		sum += uint64(le16(b[at:]))
	}
	return uint32(sum) + uint32(sum>>32)
}

// swapSpace recognises a swap area by the end of its first page of 4 KiB
// (util-linux, include/swapheader.h); off is the page's last sector.
func swapSpace(buf []byte, off int) (Structure, bool) {
	b, ok := window(buf, off+sector-4096, 4096)
	if !ok {
		return Structure{}, false
	}
	var e evidence
	e.text(b[4086:], "SWAPSPACE2")
	e.is(uint64(le32(b[1024:])), 1, 4)
	e.within(uint64(le32(b[1032:])), 0, 637, 4) // bad pages
	e.zero(b[1068:1536])
	start := off + sector - 4096 + 1024
	return e.found("swap", start, off+sector, "Linux swap area of "+blocksOf(uint64(le32(b[1028:]))+1, 4096))
}

// refs recognises a ReFS boot sector (as read by libfsrefs).
func refs(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "\x00\x00\x00ReFS\x00\x00\x00\x00")
	e.text(b[16:], "FSRS")
	e.power(uint64(le32(b[32:])), 512, 4096, 4)
	return e.found("refs-boot-sector", off, off+sector, "boot sector of a ReFS volume of "+blocksOf(le64(b[24:]), uint64(le32(b[32:]))))
}

// zfsUberblock recognises one entry of a label's ring of uberblocks (OpenZFS,
// include/sys/uberblock_impl.h), as little endian machines write it.
func zfsUberblock(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.is(le64(b), wordZFS, 8)
	version := le64(b[8:])
	e.want(version >= 1 && version <= 28 || version == 5000, 59)
	e.within(le64(b[16:]), 0, 1<<48-1, 8)
	return e.found("zfs-uberblock", off, off+sector, fmt.Sprintf("ZFS uberblock, transaction group %d, written %s",
		le64(b[16:]), day(int64(le64(b[32:])&(1<<40-1)))))
}

// bitlockerBoot recognises the boot sector of a BitLocker volume (libbde,
// "BitLocker Drive Encryption format").
func bitlockerBoot(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b[3:], "-FVE-FS-")
	e.is(uint64(le16(b[510:])), 0xAA55, 2)
	e.want(b[0] == 0xEB && b[2] == 0x90, 16)
	e.power(uint64(le16(b[11:])), 512, 4096, 2)
	e.zero(b[16:21]) // what FAT counts there; BitLocker has none
	return e.found("bitlocker-boot-sector", off, off+sector, "boot sector of a BitLocker volume")
}

// bitlockerMetadata recognises one of the three metadata blocks of a BitLocker
// volume: they hold the wrapped keys.
func bitlockerMetadata(buf []byte, off int) (Structure, bool) {
	b := buf[off : off+sector]
	var e evidence
	e.text(b, "-FVE-FS-")
	e.within(uint64(le16(b[10:])), 1, 2, 2)
	e.within(uint64(le32(b[64:])), 48, 64<<10, 4) // size of the metadata behind the block header
	return e.found("bitlocker-metadata", off, off+sector, "metadata block of a BitLocker volume, which holds its wrapped keys")
}
