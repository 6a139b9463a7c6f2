package filesystem

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// Every structure written field by field, and every field that the format constrains at the limits of
// what it may be and one beyond.

// le and be are a number, or several, as bytes.
func le(v any) string { return encoded(binary.LittleEndian, v) }
func be(v any) string { return encoded(binary.BigEndian, v) }

func encoded(order binary.AppendByteOrder, v any) string {
	b, err := binary.Append(nil, order.(binary.ByteOrder), v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// A change is a field set to something, and what becomes of the structure.
type change struct {
	field string
	at    int
	value string
	want  outcome
}

type outcome string

const (
	kept      outcome = "kept"
	gone      outcome = "gone"
	damaged   outcome = "damaged"
	otherwise outcome = "described otherwise" // a chain that ends sooner, a block that is not the first
)

// structure is one of them, whole; seal renews the checksums behind a change.
type structure struct {
	kind, detail string // the detail contains this
	end          int
	bits         float64 // what is claimed, to a hundredth: no payment changes unnoticed
	make         func() []byte
	seal         func(b []byte)
	changes      []change
}

func extSuper() []byte {
	b := random(40, 1024)
	put(b, 0, []uint32{1376, 5000, 250, 4000, 1300, 1, 2, 2, 8192, 8192, 1376, 0, 1700000000})
	put(b, 0x38, []uint16{extMagic, 1, 1, 0})
	put(b, 0x48, []uint32{0, 1})
	put(b, 0x58, []uint16{256, 0})
	put(b, 0x60, []uint32{0x2C2, 0x46B})
	put(b, 0x150, uint32(0))
	clear(b[0x78:0x88])
	return b
}

func sealExt(b []byte) { put(b, 0x3FC, ext4Sum(b[:0x3FC])) }

// extFolder is a directory of three names behind "." and "..".
func extFolder() []byte {
	b := make([]byte, 1024)
	put(b, 0, uint32(2))
	copy(b[4:], "\x0C\x00\x01\x02.")
	put(b, 12, uint32(2))
	copy(b[16:], "\x0C\x00\x02\x02..")
	at := 24
	for i, name := range []string{"letters", "accounts.ods", "写真.jpg"} {
		need := (8 + len(name) + 3) &^ 3
		if i == 2 {
			need = 1024 - at
		}
		put(b, at, uint32(11+i))
		put(b, at+4, uint16(need))
		b[at+6], b[at+7] = byte(len(name)), 1
		copy(b[at+8:], name)
		at += need
	}
	return b
}

func extTable() []byte {
	b := make([]byte, 1024)
	for at := 0; at < 512; at += 256 {
		copy(b[at+28:], random(41, 4)) // blocks
		put(b, at, uint16(0x81A4))
		put(b, at+8, []uint32{1700000000, 1700000000, 1700000000, 0})
		put(b, at+0x1A, uint16(1))
		put(b, at+0x20, uint32(0x80000))
		put(b, at+0x28, []uint16{0xF30A, 1, 4, 0})
	}
	return b
}

func journal(kind uint32, fields ...uint32) []byte {
	b := make([]byte, 1024)
	big(b, 0, append([]uint32{0xC03B3998, kind, 77}, fields...))
	return b
}

func fat32() []byte {
	b := random(42, 512)
	copy(b, "\xEB\x58\x90mkfs.fat")
	put(b, 11, uint16(512))
	b[13], b[16], b[21] = 8, 2, 0xF8
	put(b, 14, uint16(32))
	put(b, 17, []uint16{0, 0})
	put(b, 22, uint16(0))
	put(b, 32, uint32(1<<20))
	put(b, 42, uint16(0))
	b[66] = 0x29
	copy(b[82:], "FAT32   \x0E")
	copy(b[510:], "\x55\xAA")
	return b
}

func fatFolder() []byte {
	b := make([]byte, 1024)
	for i, name := range []string{".          \x10", "..         \x10", "LETTER  TXT\x20", "PHOTO   JPG\x20", "BUDGET  XLS\x21"} {
		e := b[32*i:]
		copy(e, name)
		put(e, 14, []uint16{0x6C20, 0x5821, 0x5821, 0, 0x6C20, 0x5821, uint16(3 + i)})
		if i > 1 {
			put(e, 28, uint32(1000*i))
		}
	}
	return b
}

func exfatSuper() []byte {
	b := make([]byte, 12*512)
	copy(b, "\xEB\x76\x90EXFAT   ")
	put(b, 72, uint64(32768))
	put(b, 80, []uint32{128, 64, 256, 4000, 5, 0x1234ABCD})
	b[108], b[109], b[110] = 9, 3, 1
	copy(b[510:], "\x55\xAA")
	sealExFAT(b)
	return b
}

func sealExFAT(b []byte) {
	sum := exfatBootSum(b[:11*512])
	for at := 11 * 512; at < len(b); at += 4 {
		put(b, at, sum)
	}
}

func ntfsSuper() []byte {
	b := random(43, 512)
	copy(b, "\xEB\x52\x90NTFS    ")
	put(b, 11, uint16(512))
	b[13] = 8
	clear(b[14:24])
	put(b, 0x28, []uint64{32767, 4, 16})
	copy(b[510:], "\x55\xAA")
	return b
}

// ntfsFileOrIndex is a record of two sectors with its update sequence at 0x30.
func ntfsFileOrIndex(magic string, size int, header func(b []byte)) []byte {
	b := random(44, size)
	copy(b, magic)
	put(b, 4, []uint16{0x30, uint16(size/512 + 1)})
	header(b)
	for end := 510; end < size; end += 512 {
		put(b, end, proof.LE16(b[0x30:]))
	}
	return b
}

func xfsSuper(version uint16) []byte {
	b := random(45, 512)
	copy(b, "XFSB")
	big(b, 4, uint32(4096))
	big(b, 8, uint64(65536))
	big(b, 88, uint32(4))
	big(b, 100, []uint16{0xB4A0 | version, 512, 512})
	b[120], b[121] = 12, 9
	big(b, 128, []uint64{64, 3})
	return b
}

func sealXFS(hole int) func(b []byte) {
	return func(b []byte) { put(b, hole, proof.HoledCRC32C(b, hole)) }
}

func xfsGroup(magic string, at int) []byte {
	b := random(46, 512)
	copy(b, magic)
	if at == 8 {
		big(b, 4, uint32(1))
	}
	big(b, at, uint32(3))
	return b
}

func xfsNode(magic string) []byte {
	b := random(47, 4096)
	copy(b, magic)
	big(b, 4, []uint16{1, 100})
	big(b, map[bool]int{true: 8, false: 16}[magic[:2] == "XD"], uint64(1<<30))
	return b
}

func xfsFile() []byte {
	b := random(48, 512)
	copy(b, "IN\x81\xA4\x03\x02")
	clear(b[132:144])
	return b
}

var structures = []structure{
	{"ext-superblock", "ext4 superblock: 19.5 MiB in blocks of 4096 bytes, 1300 of 1376 inodes free", 1024, 240.89, extSuper, sealExt, []change{
		{"magic", 0x38, "\x53\xEE", gone}, {"block of 64 KiB", 0x18, le(uint32(6)), kept}, {"block of 128 KiB", 0x18, le(uint32(7)), gone},
		{"cluster", 0x1C, le(uint32(20)), kept}, {"cluster beyond", 0x1C, le(uint32(21)), gone}, {"state", 0x3A, le(uint16(7)), kept}, {"state beyond", 0x3A, le(uint16(8)), gone},
		{"errors", 0x3C, le(uint16(3)), kept}, {"errors beyond", 0x3C, le(uint16(4)), gone}, {"creator", 0x48, le(uint32(4)), kept}, {"creator beyond", 0x48, le(uint32(5)), gone},
		{"revision beyond", 0x4C, le(uint32(2)), gone}, {"first block beyond", 0x14, le(uint32(2)), gone}, {"no blocks", 4, le(uint32(0)), gone}, {"no inodes", 0, le(uint32(0)), gone},
		{"no inodes a group", 0x28, le(uint32(0)), gone}, {"most inodes a group", 0x28, le(uint32(1 << 19)), kept}, {"more inodes a group", 0x28, le(uint32(1<<19 + 1)), gone},
		{"inode of 128", 0x58, le(uint16(128)), kept}, {"inode of 64", 0x58, le(uint16(64)), gone}, {"inode of 192", 0x58, le(uint16(192)), gone}, {"inode of 8192", 0x58, le(uint16(8192)), gone}}},
	{"ext-directory", "(first of its directory) with 5 entries", 1024, 180.76, extFolder, nil, []change{
		{"dot", 8, "x", otherwise}, {"type of dot", 7, "\x01", otherwise}, {"dots", 20, "x", otherwise}, {"length of dots", 16, le(uint16(13)), gone}, {"slash in a name", 24 + 9, "/", otherwise},
		{"NUL in a name", 24 + 9, "\x00", otherwise}, {"type", 24 + 7, "\x07", kept}, {"type beyond", 24 + 7, "\x08", otherwise}, {"no type", 24 + 7, "\x00", otherwise}, {"no name", 24 + 6, "\x00", otherwise},
		{"length of an entry", 24 + 4, le(uint16(18)), otherwise}, {"shorter than its name", 24 + 4, le(uint16(12)), otherwise}, {"longer than the block", 24 + 4, le(uint16(4100)), otherwise}, {"deleted", 24, le(uint32(0)), otherwise}}},
	{"ext-inodes", "2 inodes of an ext2, ext3 or ext4 file system", 512, 319.37, extTable, nil, []change{
		{"block device", 0, le(uint16(0x61A4)), kept}, {"no type", 0, le(uint16(0x31A4)), gone}, {"no links", 0x1A, le(uint16(256)), gone}, {"deleted and linked", 0x14, le(uint32(1700000000)), gone},
		{"times of 1980", 8, le(uint32(315532800)), gone}, {"times of 2046", 0x10, le(uint32(2400000000)), gone}, {"no time", 0xC, le(uint32(0)), kept}, {"flags", 0x20, le(uint32(0x81000000 | 0x80000)), gone},
		{"size beyond", 0x6C, le(uint32(1 << 16)), gone}, {"fragment", 0x70, "\x01", gone}, {"upper half of the ACL", 0x76, le(uint16(256)), gone}, {"extents", 0x28, "\x0A\xF4", gone},
		{"room for extents", 0x2C, le(uint16(5)), gone}, {"extents in use", 0x2A, le(uint16(5)), gone}, {"depth", 0x2E, le(uint16(5)), kept}, {"depth beyond", 0x2E, le(uint16(6)), gone}}},
	{"jbd2-journal", "superblock of a journal of 64.0 MiB", 1024, 100.87, func() []byte { return journal(4, 4096, 16384, 1) }, nil, []change{
		{"magic", 0, "\xC1", gone}, {"kind", 4, be(uint32(3)), kept}, {"no kind", 4, be(uint32(6)), gone}, {"block of 512", 12, be(uint32(512)), gone}, {"block of 64 KiB", 12, be(uint32(65536)), kept},
		{"first at the end", 20, be(uint32(16384)), kept}, {"first behind the end", 20, be(uint32(16385)), gone}}},
	{"jbd2-journal", "commit block, written 2023-11-14", 512, 110.41, journalCommit, nil, []change{
		{"checksum type", 12, "\x05", gone}, {"checksum size", 13, "\x21", gone}, {"padding", 15, "\x01", gone}, {"time", 48, be(uint64(1<<34 + 1)), gone}, {"nanoseconds", 56, be(uint32(1e9)), gone}}},
	{"fat-boot-sector", "boot sector of a FAT32 volume of 512.0 MiB, clusters of 4.0 KiB", 512, 142.83, fat32, nil, []change{
		{"jump", 0, "\xE9", kept}, {"no jump", 0, "\xEA", gone}, {"nop", 2, "\x91", gone}, {"sector of 256", 11, le(uint16(256)), gone}, {"sector of 4096", 11, le(uint16(4096)), kept}, {"sector of 8192", 11, le(uint16(8192)), gone},
		{"cluster of 3", 13, "\x03", gone}, {"cluster of 128", 13, "\x80", kept}, {"no reserved sectors", 14, le(uint16(0)), gone}, {"three tables", 16, "\x03", gone}, {"floppy", 21, "\xF0", kept}, {"medium", 21, "\xF7", gone},
		{"root entries", 17, "\x01", gone}, {"version", 43, "\x01", gone}, {"type", 82, "FAT64", gone}, {"end", 510, "\x55\xAB", gone}}},
	{"fat-fsinfo", "FAT32 FSInfo sector, 1000 free clusters", 512, 4024, func() []byte {
		b := make([]byte, 512)
		copy(b, "RRaA")
		copy(b[484:], "rrAa"+le(uint32(1000)))
		copy(b[510:], "\x55\xAA")
		return b
	}, nil, []change{{"reserved", 200, "\x01", gone}, {"second signature", 484, "R", gone}, {"behind it", 500, "\x01", gone}, {"end", 511, "\xAB", gone}, {"unknown", 488, "\xFF\xFF\xFF\xFF", kept}}},
	{"fat-directory", "FAT directory with 5 entries", 160, 240.12, fatFolder, nil, []change{
		{"dot", 0, "x", gone}, {"dots", 33, " ", gone}, {"attribute of dots", 32 + 11, "\x20", gone}, {"small letter", 64 + 2, "t", otherwise}, {"blank first", 64, " ", otherwise}, {"05 for E5", 64, "\x05", kept},
		{"attribute", 64 + 11, "\x40", otherwise}, {"label and directory", 64 + 11, "\x18", otherwise}, {"case", 64 + 12, "\x20", otherwise}, {"hundredths", 64 + 13, "\xC7", kept}, {"too many hundredths", 64 + 13, "\xC8", otherwise},
		{"month 13", 64 + 16, le(uint16(13<<5 | 1)), otherwise}, {"day 0", 64 + 18, le(uint16(1 << 5)), otherwise}, {"hour 24", 64 + 22, le(uint16(24 << 11)), otherwise}, {"minute 60", 64 + 14, le(uint16(60 << 5)), otherwise},
		{"cluster", 64 + 21, "\x10", otherwise}, {"directory with a size", 96 + 11, "\x10", otherwise}, {"end of the directory", 96, "\x00", otherwise}}},
	{"exfat-boot-sector", "boot sector of an exFAT volume of 16.0 MiB, 4000 clusters of 4.0 KiB", 12 * 512, 567.91, exfatSuper, sealExFAT, []change{
		{"name", 3, "e", gone}, {"zeros", 30, "\x01", gone}, {"end", 510, "\x54", gone}, {"sector of 256", 108, "\x08", gone}, {"sectors of a cluster", 109, "\x10", kept}, {"too many", 109, "\x11", gone},
		{"no table", 110, "\x00", gone}, {"two tables", 110, "\x02", kept}, {"three tables", 110, "\x03", gone}, {"root at 1", 96, le(uint32(1)), gone}, {"root at the end", 96, le(uint32(4001)), kept}, {"root behind", 96, le(uint32(4002)), gone}}},
	{"ntfs-boot-sector", "boot sector of an NTFS volume of 16.0 MiB", 512, 193, ntfsSuper, nil, []change{
		{"name", 3, "n", gone}, {"sector", 11, le(uint16(513)), gone}, {"cluster of 3", 13, "\x03", gone}, {"cluster of 2^16", 13, "\xF0", kept}, {"no cluster", 13, "\x00", gone}, {"reserved", 14, "\x01", gone},
		{"table", 22, "\x01", gone}, {"MFT far away", 0x36, "\x01", gone}, {"its copy", 0x3F, "\x01", gone}, {"end", 511, "\xA9", gone}}},
	{"ntfs-index", "node of an NTFS directory", 4096, 214.1, func() []byte {
		return ntfsFileOrIndex("INDX", 4096, func(b []byte) { put(b, 0x18, []uint32{40, 200, 4072}); b[0x24] = 0 })
	}, nil, []change{
		{"sectors", 6, le(uint16(2)), gone}, {"sectors, no power of two", 6, le(uint16(8)), gone}, {"update sequence in the header", 4, le(uint16(0x1C)), gone}, {"at an odd place", 4, le(uint16(0x31)), gone},
		{"used beyond", 0x1C, le(uint32(4073)), gone}, {"room less than used", 0x20, le(uint32(199)), gone}, {"leaf or not", 0x24, "\x02", gone}, {"half written", 1022, "\x00\x00", damaged}}},
	{"ntfs-file-record", "NTFS file record 7, directory in use, 1 attributes", 1024, 140.08, func() []byte {
		return ntfsFileOrIndex("FILE", 1024, func(b []byte) {
			put(b, 0x14, []uint16{0x38, 3})
			put(b, 0x18, []uint32{0x80, 1024})
			put(b, 0x2C, uint32(7))
			put(b, 0x38, []uint32{0x10, 64})
			put(b, 0x78, uint32(1<<32-1))
		})
	}, nil, []change{
		{"allocated", 0x1C, le(uint32(2048)), gone}, {"used beyond", 0x18, le(uint32(1025)), gone}, {"used less", 0x18, le(uint32(0x2F)), gone}, {"flags", 0x16, le(uint16(16)), gone},
		{"first attribute", 0x14, le(uint16(0x39)), gone}, {"behind the record", 0x14, le(uint16(1024)), gone}, {"half written", 1022, "\x01\x02", damaged}}},
	{"xfs-superblock", "XFS version 5 superblock: 256.0 MiB in 4 allocation groups, 61 inodes used", 512, 130.19, func() []byte { return xfsSuper(5) }, sealXFS(224), []change{
		{"block of 256", 4, be(uint32(256)), gone}, {"block of another size", 4, be(uint32(8192)), gone}, {"sector", 102, be(uint16(256)), gone}, {"inode of 2048", 104, be(uint16(2048)), kept}, {"inode of 4096", 104, be(uint16(4096)), gone},
		{"log of the block", 120, "\x0D", gone}, {"log of the sector", 121, "\x0A", gone}, {"log beyond", 120, "\x2C", gone}, {"version", 100, be(uint16(0xB4A3)), gone}}},
	{"xfs-superblock", "XFS version 4 superblock", 512, 99.19, func() []byte { return xfsSuper(4) }, nil, []change{{"log of the block", 120, "\x0B", gone}}},
	{"xfs-ag-header", "(XAGF)", 512, 96, func() []byte { return xfsGroup("XAGF", 8) }, sealXFS(216), []change{
		{"version", 4, be(uint32(2)), gone}, {"last group", 8, be(uint32(1<<20 - 1)), kept}, {"group beyond", 8, be(uint32(1 << 20)), gone}}},
	{"xfs-ag-header", "(XAGI)", 512, 96, func() []byte { return xfsGroup("XAGI", 8) }, sealXFS(312), []change{{"version", 4, be(uint32(0)), gone}, {"group beyond", 8, be(uint32(1 << 21)), gone}}},
	{"xfs-ag-header", "(XAFL)", 512, 64, func() []byte { return xfsGroup("XAFL", 4) }, sealXFS(32), []change{{"group beyond", 4, be(uint32(1 << 20)), gone}}},
	{"xfs-ag-header", "(XAGI)", 512, 196, func() []byte { b := xfsGroup("XAGI", 8); clear(b[296:316]); return b }, nil, []change{{"no UUID", 296, "\x01", gone}}},
	{"xfs-directory", "XFS directory block", 4096, 68, func() []byte { return xfsNode("XDB3") }, sealXFS(4), []change{{"place beyond", 8, "\x00\x01", gone}}},
	{"xfs-btree", "node of an XFS", 4096, 80, func() []byte { return xfsNode("AB3B") }, sealXFS(52), []change{{"level", 4, be(uint16(16)), gone}, {"place beyond", 16, "\x00\x01", gone}}},
	{"xfs-inodes", "1 inode of XFS, 1 in use", 512, 144.83, xfsFile, sealXFS(100), []change{
		{"type", 2, "\x30", gone}, {"free", 2, "\x00\x00", kept}, {"fork", 5, "\x06", gone}, {"version", 4, "\x04", gone}, {"padding", 143, "\x01", gone}}},
	{"xfs-inodes", "16 inodes of XFS", 4096, 100.83, func() []byte { return bytes.Repeat(xfsOldInode()[:256], 16) }, nil, []change{
		{"padding", 29, "\x01", gone}, {"next unlinked", 99, "\x00", gone}, {"type", 2, "\xB1", gone}}},
}

func TestFields(t *testing.T) {
	for i, s := range slices.Concat(structures, pieceStructures) {
		whole := s.make()
		if s.seal != nil {
			s.seal(whole)
		}
		o, ok := Recognize(proof.Place{Buf: whole})
		if math.Abs(o.Bits-s.bits) > 0.0051 {
			t.Errorf("%d %s: %.2f bits, want %v", i, s.kind, o.Bits, s.bits)
		}
		if !ok || o.Kind != s.kind || o.Start != 0 || o.End != s.end || !strings.Contains(o.Detail, s.detail) || strings.Contains(o.Detail, "damaged") || o.Explained {
			t.Errorf("%d %s: %v %+v", i, s.kind, ok, o)
			continue
		}
		for _, c := range s.changes {
			b := s.make()
			copy(b[c.at:], c.value)
			if s.seal != nil {
				s.seal(b) // what is changed is the field, not the checksum
			}
			o, ok := Recognize(proof.Place{Buf: b})
			got := gone
			if ok && o.Kind == s.kind {
				if got = kept; strings.Contains(o.Detail, "damaged") {
					got = damaged
				}
			}
			if c.want == otherwise && got == kept && !strings.Contains(o.Detail, s.detail) {
				got = otherwise
			}
			if got != c.want {
				t.Errorf("%d %s, %s: %s, want %s: %+v", i, s.kind, c.field, got, c.want, o)
			}
		}
	}
}

// TestSealedFields: a structure under a checksum is damaged by any bit of it, and costs two bits more
// than it would give.
func TestSealedFields(t *testing.T) {
	for i, s := range slices.Concat(structures, pieceStructures) {
		if s.seal == nil {
			continue
		}
		b := s.make()
		s.seal(b)
		whole, _ := Recognize(proof.Place{Buf: b})
		weaker := 0
		for at := 0; at < s.end; at += 3 {
			b[at] ^= 0x04
			o, ok := Recognize(proof.Place{Buf: b})
			if ok && o.Kind == s.kind && !strings.Contains(o.Detail, "damaged") && (s.kind != "exfat-boot-sector" || at != 106 && at != 107 && at != 112 && at < 11*512) {
				t.Errorf("%d %s: whole with byte %d changed: %+v", i, s.kind, at, o)
			}
			if ok && o.Kind == s.kind && o.Bits <= whole.Bits-28 {
				weaker++
			}
			b[at] ^= 0x04
		}
		// XFS's blocks have too little besides their checksum to keep a name without it.
		if named := s.kind == "ext-superblock" || s.kind == "xfs-superblock" || s.kind == "exfat-boot-sector"; named && weaker == 0 {
			t.Errorf("%d %s: nothing is left of it when it is damaged", i, s.kind)
		}
	}
}

// TestStrength: nothing claims more bits than the bytes that decide it have.
func TestStrength(t *testing.T) {
	for i, s := range slices.Concat(structures, pieceStructures) {
		b := s.make()
		if s.seal != nil {
			s.seal(b)
		}
		whole, _ := Recognize(proof.Place{Buf: b})
		decide := 0
		for at := 0; at < len(b) && float64(decide) < whole.Bits; at++ {
			for bit := range 8 {
				b[at] ^= 1 << bit
				if o, ok := Recognize(proof.Place{Buf: b}); !ok || o.Kind != whole.Kind || o.Bits != whole.Bits {
					decide++
				}
				b[at] ^= 1 << bit
			}
		}
		if float64(decide) < whole.Bits {
			t.Errorf("%d %s: %.0f bits claimed, %d decide", i, s.kind, whole.Bits, decide)
		}
	}
}
