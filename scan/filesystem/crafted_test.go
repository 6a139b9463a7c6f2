package filesystem

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	diskfs "github.com/diskfs/go-diskfs"
	"github.com/diskfs/go-diskfs/disk"
	fs "github.com/diskfs/go-diskfs/filesystem"

	"shokyo.dev/shokyo/scan/proof"
)

// Structures that no tool of the test machine makes without a kernel driver,
// written here field by field from their documents.

type craft struct {
	kind      string
	buf       []byte
	off, base int
	explained bool
}

func crafted(t testing.TB) []craft {
	return []craft{
		{kind: "exfat-directory", buf: exfatFolder(0x80), off: 0},
		{kind: "exfat-directory", buf: exfatFolder(0), off: 0},
		{kind: "ntfs-log", buf: ntfsLogPage(), off: 0},
		{kind: "jbd2-journal", buf: journalCommit(), off: 0},
		{kind: "xfs-directory", buf: xfsOldDirectory(), off: 0},
		{kind: "xfs-inodes", buf: xfsOldInode(), off: 0},
	}
}

func TestCrafted(t *testing.T) {
	for _, c := range crafted(t) {
		s, ok := Recognize(proof.Place{Buf: c.buf, Off: c.off})
		if !ok || s.Kind != c.kind || s.Explained != c.explained {
			t.Errorf("%s at %d: %v %+v", c.kind, c.off, ok, s)
			continue
		}
		checkHits(t, c.buf, []hit{{c.off, s}})
		t.Logf("%-22s %7.1f bits  %s", s.Kind, s.Bits, s.Detail)
	}
}

// exfatFolder is a cluster with two files, in use (0x80) or deleted (0). Their
// checksums are from when they were in use.
func exfatFolder(inUse byte) []byte {
	b := make([]byte, 4096)
	at := 0
	for i, name := range []string{"report 2024 (final version).docx", "写真.jpg"} {
		units := utf16.Encode([]rune(name))
		n := 2 + (len(units)+14)/15
		set := b[at : at+n*32]
		set[0], set[1] = 0x85, byte(n-1)
		put(set, 4, uint16(0x20))
		put(set, 8, []uint32{0x58A12345, 0x58A12345, 0x58A12345})
		s := set[32:]
		s[0], s[1], s[3] = 0xC0, 3, byte(len(units))
		put(s, 8, uint64(1000*i))
		put(s, 20, uint32(10+i))
		put(s, 24, uint64(1000*i))
		for k := 2; k < n; k++ {
			set[k*32] = 0xC1
			for j := 0; j < 15 && (k-2)*15+j < len(units); j++ {
				put(set, k*32+2+2*j, units[(k-2)*15+j])
			}
		}
		put(set, 2, exfatSetSum(set))
		for k := range n {
			set[k*32] = set[k*32]&0x7F | inUse
		}
		at += n * 32
	}
	return b
}

// TestFATDirectories: go-diskfs writes the files, long Japanese names among them.
func TestFATDirectories(t *testing.T) {
	img := filepath.Join(t.TempDir(), "fat.img")
	d, err := diskfs.Create(img, 48<<20, diskfs.SectorSize512)
	if err != nil {
		t.Fatal(err)
	}
	vol, err := d.CreateFilesystem(disk.FilesystemSpec{Partition: 0, FSType: fs.TypeFat32})
	if err != nil {
		t.Fatal(err)
	}
	if err := vol.Mkdir("/folder"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/a.txt", "/folder/a rather long name.docx", "/folder/meeting notes, second draft.txt", "/folder/photo.jpeg"} {
		f, err := vol.OpenFile(name, os.O_CREATE|os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	buf, hits := scanFile(t, img)
	checkHits(t, buf, hits)
	if places := at(hits, "fat-directory"); len(places) < 1 || !slices.ContainsFunc(hits, func(h hit) bool { return h.Kind == "fat-boot-sector" && h.at == 0 }) {
		t.Errorf("%s", kinds(hits))
	}
	// A piece out of the middle of a directory, without "." and "..".
	i := bytes.Index(buf, []byte("..         \x10"))
	piece := make([]byte, 4096)
	copy(piece, buf[i+32:i+512])
	if s, ok := Recognize(proof.Place{Buf: piece}); !ok || s.Kind != "fat-directory" {
		t.Errorf("piece of a directory: %v %+v", ok, s)
	}
}

func ntfsLogPage() []byte {
	b := random(26, 4096)
	copy(b, "RCRD")
	put(b, 4, []uint16{0x28, 9})
	for i := range 8 {
		put(b, i*512+510, proof.LE16(b[0x28:]))
	}
	return b
}

func journalCommit() []byte {
	b := make([]byte, 1024)
	big(b, 0, []uint32{0xC03B3998, 2, 77})
	big(b, 48, uint64(1700000000))
	return b
}

func xfsOldDirectory() []byte {
	b := random(27, 4096)
	copy(b, "XD2B")
	copy(b[24:], "\x01.")
	big(b, 30, uint16(16))
	copy(b[40:], "\x02..")
	big(b, 46, uint16(32))
	return b
}

func xfsOldInode() []byte {
	b := make([]byte, 4096)
	copy(b, "IN\x81\xA4\x02\x02")
	big(b, 96, uint32(1<<32-1))
	return b
}

// efsRecord is a file record of NTFS with a resident attribute $EFS.
func efsRecord() []byte {
	b := random(30, 1024)
	copy(b, "FILE")
	put(b, 4, []uint16{0x30, 3})
	put(b, 0x14, []uint16{0x38, 1})
	put(b, 0x18, []uint32{0x38 + 72, 1024})
	a := b[0x38:]
	put(a, 0, []uint32{0x100, 64})
	a[8], a[9] = 0, 4
	put(a, 10, uint16(24))
	copy(a[24:], "$\x00E\x00F\x00S\x00")
	put(a, 64, uint32(1<<32-1))
	for end := 510; end < 1024; end += 512 {
		put(b, end, proof.LE16(b[0x30:]))
	}
	return b
}

// TestKeysOfWindows: a file that Windows encrypts keeps its wrapped key in its record.
func TestKeysOfWindows(t *testing.T) {
	b := efsRecord()
	s, ok := Recognize(proof.Place{Buf: b})
	if !ok || s.Kind != "ntfs-file-record" || !s.Keys || !strings.Contains(s.Detail, "EFS") {
		t.Errorf("%v %+v", ok, s)
	}
	b[0x38+24] = '%'
	if s, ok := Recognize(proof.Place{Buf: b}); !ok || s.Keys {
		t.Errorf("with another name: %v %+v", ok, s)
	}
	b[510] ^= 1
	if s, ok := Recognize(proof.Place{Buf: b}); !ok || !strings.Contains(s.Detail, "damaged") {
		t.Errorf("half written: %v %+v", ok, s)
	}
}

// TestExtSays: encrypted inodes, a target of Lustre and encrypted folders are named.
func TestExtSays(t *testing.T) {
	inode := make([]byte, 4096)
	for at := 0; at < 1024; at += 256 {
		put(inode, at, uint16(0x81A4))
		put(inode, at+8, []uint32{1700000000, 1700000000, 1700000000})
		put(inode, at+0x1A, uint16(1))
		put(inode, at+0x20, uint32(0x80000|0x800))
		put(inode, at+0x28, []uint16{0xF30A, 1, 4, 0})
	}
	if s, ok := Recognize(proof.Place{Buf: inode}); !ok || s.Kind != "ext-inodes" || !strings.HasSuffix(s.Detail, ", 4 of them encrypted by fscrypt") || s.Keys {
		t.Errorf("%v %+v", ok, s)
	}
	super := make([]byte, 1024)
	put(super, 0, []uint32{1376, 5000, 0, 0, 0, 1, 2, 2})
	put(super, 0x28, uint32(1376))
	put(super, 0x38, []uint16{extMagic, 1, 1, 0})
	put(super, 0x4C, uint32(1))
	put(super, 0x58, uint16(256))
	put(super, 0x60, uint32(0x10040))
	copy(super[0x78:], "data-OST0001")
	s, ok := Recognize(proof.Place{Buf: super})
	if !ok || !strings.HasPrefix(s.Detail, "ext4 (a target of Lustre) with encrypted folders") {
		t.Errorf("%v %+v", ok, s)
	}
}

// TestRows: a structure of every row is looked at: the lookup before the rows knows its
// magic number.
func TestRows(t *testing.T) {
	for _, r := range rows {
		b := random(77, sector)
		copy(b[r.At:], r.Magic)
		if !table.Has((*[sector]byte)(b)) {
			t.Errorf("%q at %d is never looked at", r.Magic, r.At)
		}
	}
	for _, o := range exfatOpenings {
		for second := range 256 {
			b := make([]byte, 4096)
			b[0], b[1] = o.kind, byte(second)
			if o.kind != 0x83 {
				b[20], b[24] = 2, 1 // first cluster and length
			}
			var e proof.Evidence
			if exfatSet(&e, b) > 0 && (byte(second) < o.least || byte(second) > o.most) {
				t.Errorf("an entry %#x with %d behind its type is never looked at", o.kind, second)
			}
		}
	}
}

// TestOldFAT: a volume of DOS 3 says neither FAT12 nor FAT16.
func TestOldFAT(t *testing.T) {
	floppy := func() []byte {
		b := random(31, 512)
		copy(b, "\xEB\x34\x90IBM  3.3")
		put(b, 11, uint16(512))
		b[13], b[16], b[21] = 2, 2, 0xFD
		put(b, 14, uint16(1))
		put(b, 17, []uint16{112, 720})
		put(b, 22, uint16(2))
		b[38], b[66] = 0, 0 // no extended signature
		b[510], b[511] = 0x55, 0xAA
		return b
	}
	if s, ok := Recognize(proof.Place{Buf: floppy()}); !ok || s.Kind != "fat-boot-sector" || s.Detail != "boot sector of a FAT volume of 360.0 KiB, clusters of 1.0 KiB" {
		t.Errorf("%v %+v", ok, s)
	}
	for _, at := range []int{0, 11, 13, 14, 15, 16, 18, 21, 23, 510} {
		b := floppy()
		b[at] ^= 0x40
		if s, ok := Recognize(proof.Place{Buf: b}); ok && s.Kind == "fat-boot-sector" {
			t.Errorf("byte %d: %+v", at, s)
		}
	}
}

// TestFATSpellings: volumes that tools write and the specification does not foresee.
func TestFATSpellings(t *testing.T) {
	boot := func(at int, kind string, sectors, table uint16) []byte {
		b := make([]byte, 512)
		copy(b, "\xEB\x3C\x90MSWIN4.1")
		put(b, 11, uint16(512))
		b[13], b[16], b[21] = 8, 2, 0xF8
		put(b, 14, uint16(1))
		put(b, 19, sectors)
		put(b, 22, table)
		put(b, 32, uint32(429489))
		b[at-16] = 0x29
		copy(b[at:], kind)
		b[510], b[511] = 0x55, 0xAA
		return b
	}
	for name, c := range map[string]struct {
		b    []byte
		want bool
	}{
		"FAT16":                    {boot(54, "FAT16   ", 0, 210), true},
		"padded with zeros":        {boot(54, "FAT16", 0, 210), true},
		"FAT":                      {boot(54, "FAT", 0, 210), true},
		"another type":             {boot(54, "FAT99   ", 0, 210), false},
		"FAT32 of few sectors":     {boot(82, "FAT32   ", 2880, 0), true},
		"FAT32 with a root of old": {func() []byte { b := boot(82, "FAT32   ", 0, 0); b[17] = 64; return b }(), false},
	} {
		if s, ok := Recognize(proof.Place{Buf: c.b}); ok != c.want || ok && s.Kind != "fat-boot-sector" {
			t.Errorf("%s: %v %+v", name, ok, s)
		}
	}
}
