package partitions

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	grubFiles     = "/usr/lib/grub/i386-pc"
	syslinuxFiles = "/usr/lib/syslinux/mbr"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("reads files of Debian packages; not with -short")
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v: make test installs it", err)
	}
	return b
}

// TestLoaders: boot code as packages have it is explained with its table, and not with
// any one byte of it changed.
func TestLoaders(t *testing.T) {
	tests := []struct {
		file string
		free [][2]int // bytes that an installation may set to something else
	}{
		{grubFiles + "/boot.img", [][2]int{{0x5C, 0x65}}},
		{grubFiles + "/boot_hybrid.img", [][2]int{{0x64, 0x65}, {0x1B0, 0x1B8}}},
		{syslinuxFiles + "/mbr.bin", nil},
		{syslinuxFiles + "/gptmbr.bin", nil},
		{syslinuxFiles + "/altmbr.bin", [][2]int{{439, 440}}},
		{syslinuxFiles + "/extra/mbr_c.bin", nil},
		{syslinuxFiles + "/extra/mbr_f.bin", nil},
		{syslinuxFiles + "/extra/gptmbr_c.bin", nil},
		{syslinuxFiles + "/extra/gptmbr_f.bin", nil},
	}
	for _, tt := range tests {
		b := record()
		code := file(t, tt.file)
		copy(b[:440], code[:min(len(code), 440)])
		if strings.Contains(tt.file, "altmbr") {
			b[439] = 1
		}
		s, ok := Recognize(proof.Place{Buf: b})
		if !ok || !s.Explained || s.Start != 0 || s.End != sector || len(s.Texts) > 0 {
			t.Errorf("%s: %+v", tt.file, s)
			continue
		}
		for i := range mbrSignature {
			if slices.ContainsFunc(tt.free, func(f [2]int) bool { return i >= f[0] && i < f[1] }) {
				continue
			}
			b[i] ^= 0x10
			if s, _ := Recognize(proof.Place{Buf: b}); s.Explained && s.Start == 0 {
				t.Errorf("%s: explained with byte %#x changed", tt.file, i)
			}
			b[i] ^= 0x10
		}
	}
}

// TestLoaderMatches: of boot code every byte counts but those that are set, and behind
// it there is nothing.
func TestLoaderMatches(t *testing.T) {
	code := make([]byte, mbrSignature)
	copy(code, random(50, 300))
	clear(code[100:104])
	r := loader{size: 300, set: [][2]int{{100, 104}, {430, 432}}, sum: halfSum(code[:300])}
	for i := range code {
		b := slices.Clone(code)
		b[i] ^= 0x40
		if set := i >= 100 && i < 104 || i == 430 || i == 431; r.matches(b) != set {
			t.Errorf("byte %d changed: %v", i, !set)
		}
	}
	if !r.matches(code) {
		t.Error("does not match itself")
	}
}

// TestForms: the bytes that an installation sets.
func TestForms(t *testing.T) {
	tests := []struct {
		name string
		form func(l *label, code []byte)
		at   int
		set  string
		ok   bool
	}{
		{"ISOLINUX's block", isoForm, 432, "\x34\x12\x00\x00", true},
		{"ISOLINUX's block, behind any disc", isoForm, 432, "\x34\x12\x00\x01", false},
		{"partition 1", altForm, 439, "\x01", true},
		{"partition 0", altForm, 439, "\x00", false},
		{"Windows 95, never started", windows95Form, 0xDA, "\x00\x00\x00\x00\x00\x00", true},
		{"Windows 95, started at 12:34:56", windows95Form, 0xDA, "\x00\x00\x80\x38\x22\x0C", true},
		{"Windows 95, at 12:99:56", windows95Form, 0xDA, "\x00\x00\x80\x38\x63\x0C", false},
		{"Windows 95, at 25:00:00", windows95Form, 0xDA, "\x00\x00\x80\x00\x00\x19", false},
		{"Windows 95, drive 20", windows95Form, 0xDA, "\x00\x00\x20\x00\x00\x00", false},
		{"Windows 95, something else", windows95Form, 0xDA, "\x01\x00\x80\x00\x00\x00", false},
		{"GRUB", grubForm, 0x5C, "\x01\x00\x00\x00\x00\x00\x00\x00\xFF\xFA\xEB\x05", true},
		{"GRUB, workaround", grubForm, 0x5C, "\x01\x00\x00\x00\x00\x00\x00\x00\x80\xFA\x90\x90", true},
		{"GRUB, something for the workaround", grubForm, 0x5C, "\x01\x00\x00\x00\x00\x00\x00\x00\x80\xFA\x91\x90", false},
		{"GRUB, drive 20", grubForm, 0x5C, "\x01\x00\x00\x00\x00\x00\x00\x00\x20\xFA\xEB\x05", false},
		{"GRUB, core image nowhere", grubForm, 0x5C, "\x00\x00\x00\x00\x00\x00\x00\x00\xFF\xFA\xEB\x05", false},
		{"GRUB, text for a BPB", grubForm, 0x50, "meet me here\x01\x00\x00\x00\x00\x00\x00\x00\xFF\xFA\xEB\x05", false},
		{"hybrid GRUB", hybridForm, 0x64, "\xFF\xFA\xEB\x05", true},
	}
	for _, tt := range tests {
		var l label
		code := make([]byte, mbrSignature)
		copy(code[tt.at:], tt.set)
		if tt.form(&l, code); l.dirty == tt.ok {
			t.Errorf("%s: %v", tt.name, !tt.ok)
		}
	}
}

// TestGRUBForm: what an installation sets in GRUB's boot code.
func TestGRUBForm(t *testing.T) {
	parted := tooltest.Blank(t, 1)
	tooltest.Run(t, "", "parted", "-s", parted, "mklabel", "msdos")
	tests := []struct {
		name     string
		change   func(b []byte)
		explains bool
	}{
		{"workaround for a drive that is not told", func(b []byte) { copy(b[0x66:], "\x90\x90") }, true},
		{"drive 81", func(b []byte) { b[0x64] = 0x81 }, true},
		{"drive 20", func(b []byte) { b[0x64] = 0x20 }, false},
		{"core image at 2048", func(b []byte) { put(b, 0x5C, uint64(2048)) }, true},
		{"core image nowhere", func(b []byte) { put(b, 0x5C, uint64(0)) }, false},
		{"behind parted's code", func(b []byte) { copy(b[3:0x5A], file(t, parted)[3:]) }, true},
		{"text where a BPB was", func(b []byte) { copy(b[10:], "meet me at noon") }, false},
	}
	for _, tt := range tests {
		b := record()
		copy(b[:440], file(t, grubFiles+"/boot.img"))
		tt.change(b)
		if s, ok := Recognize(proof.Place{Buf: b}); !ok || s.Explained != tt.explains {
			t.Errorf("%s: %+v", tt.name, s)
		}
	}
}

// TestWindowsMessages: the part of Windows' code that differs from language to
// language. The code before it is not ours to copy; its hash stands in the table.
func TestWindowsMessages(t *testing.T) {
	const first = 0x63
	german := "Ung\x81ltige Partitionstabelle\x00Fehler beim Laden\x00Betriebssystem fehlt\x00"
	tests := []struct {
		name, messages, table string
		explains              bool
		texts                 int
	}{
		{"English", windowsMessages, "\x63\x7b\x9a", true, 0},
		{"another language", german, "\x63\x7f\x91", true, 3},
		{"table that does not fit", windowsMessages, "\x63\x7b\x9b", false, 0},
		{"something behind", windowsMessages + "\x00x", "\x63\x7b\x9a", false, 0},
		{"two messages", "a\x00b\x00", "\x63\x65\x67", true, 3},
		{"no end", strings.Repeat("a", 82), "\x63\x65\x67", false, 0},
		{"control character", "a\x01\x00b\x00c\x00", "\x63\x66\x68", false, 3},
	}
	for _, tt := range tests {
		var l label
		b := make([]byte, 0x1B5-0x163)
		copy(b, tt.messages)
		l.windowsMessages(b, []byte(tt.table), first)
		if l.dirty == tt.explains || len(l.texts) != tt.texts {
			t.Errorf("%s: dirty %v, texts %q", tt.name, l.dirty, l.texts)
		}
	}
}

const grubConfig = "search.fs_uuid 0a1b2c3d-1111-2222-3333-444455556666 root hd0,msdos1\nset prefix=($root)'/boot/grub'\n"

// grubDisk is the start of a disk with GRUB in the gap behind its MBR, as
// grub-bios-setup writes it without redundancy: the core image behind the boot code,
// whose list of sectors begins with the next one.
func grubDisk(t testing.TB, prefix, config string, at int64, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	core := filepath.Join(dir, "core.img")
	args = append(args, "-O", "i386-pc", "-o", core, "-p", prefix)
	if config != "" {
		name := filepath.Join(dir, "load.cfg")
		if err := os.WriteFile(name, []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-c", name)
	}
	tooltest.Run(t, "", "grub-mkimage", append(args, "biosdisk", "part_msdos", "part_gpt", "ext2", "search_fs_uuid", "normal")...)
	disk := make([]byte, 2<<20)
	copy(disk, record())
	copy(disk, file(t, grubFiles+"/boot.img")[:440])
	put(disk, 0x5C, uint64(at/sector))
	img := file(t, core)
	copy(disk[at:], img)
	put(disk[at:], grubListAt, uint64(at/sector+1))
	put(disk[at:], grubListAt+8, uint16((len(img)-1)/sector))
	return disk
}

func TestGRUBCore(t *testing.T) {
	memdisk := filepath.Join(t.TempDir(), "letters")
	if err := os.WriteFile(memdisk, bytes.Repeat([]byte("a letter "), 300), 0o644); err != nil {
		t.Fatal(err)
	}
	const packed = sector + 2848 // where the compressed stream begins
	tests := []struct {
		name     string
		disk     func() []byte
		change   func(core []byte)
		explains bool
		texts    []string
	}{
		{"as made", func() []byte { return grubDisk(t, "(,msdos1)/boot/grub", grubConfig, 512) }, nil, true, nil},
		{"in a BIOS boot partition", func() []byte { return grubDisk(t, "(,gpt2)/boot/grub", "", 1<<20) }, nil, true, nil},
		{"names of its own", func() []byte { return grubDisk(t, "(hd0,msdos1)/home/jane", "echo 'call 555-1234'\n", 512) }, nil, true,
			[]string{"echo 'call 555-1234'", "(hd0,msdos1)/home/jane"}},
		{"files of the user in it", func() []byte { return grubDisk(t, "/boot/grub", "", 512, "-m", memdisk) }, nil, false, nil},
		{"list of another place", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { put(b, grubListAt, uint64(3)) }, false, nil},
		{"list too short", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { put(b, grubListAt+8, uint16(9)) }, false, nil},
		{"hidden before the list", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { b[0x1A0] = 1 }, false, nil},
		{"code of the first sector", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { b[0x80] ^= 1 }, false, nil},
		{"code of the decompressor", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { b[sector+0x300] ^= 1 }, false, nil},
		{"size packed", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { b[sector+8]-- }, false, nil},
		{"size unpacked", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { b[sector+12]-- }, false, nil},
		{"size without end", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { put(b, sector+12, uint32(1<<32-1)) }, false, nil},
		{"stream", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { copy(b[packed+20000:], "something else") }, false, nil},
	}
	for _, tt := range tests {
		disk := tt.disk()
		at := int64(binary.LittleEndian.Uint64(disk[0x5C:]) * sector)
		if tt.change != nil {
			tt.change(disk[at:])
		}
		s, ok := Recognize(proof.Place{Buf: disk, Off: int(at), Size: 1 << 30})
		if !ok || s.Kind != "grub-core" || s.Explained != tt.explains || !slices.Equal(s.Texts, tt.texts) {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
		if tt.explains && !proof.AllZero(disk[s.End:at+1<<19]) {
			t.Errorf("%s: ends at %d, before the image does", tt.name, s.End)
		}
		// The same image elsewhere, as a file that was copied.
		if s, _ := Recognize(proof.Place{Buf: disk, Off: int(at), Base: 1 << 30, Size: 2 << 30}); s.Explained {
			t.Errorf("%s: explained in another place", tt.name)
		}
	}
}

// TestGRUBModules: one field each of what a core image unpacks to.
func TestGRUBModules(t *testing.T) {
	elf := file(t, grubFiles+"/part_msdos.mod")
	module, body := grubModuleBytes, grubBodyBytes
	hidden := slices.Concat(elf, []byte("hidden"))
	tests := []struct {
		name     string
		body     []byte
		explains bool
	}{
		{"module, prefix", body(module(0, elf), module(3, []byte("(,gpt2)/boot/grub\x00\x00\x00"))), true},
		{"prefix that is none", body(module(3, []byte("/boot\x00letter"))), false},
		{"bytes behind a module", body(module(0, hidden)), false},
		{"public key", body(module(4, []byte("key"))), false},
		{"text for a module", body(module(0, []byte(strings.Repeat("text", 50)))), false},
		{"length that leads out", append(body(module(0, elf))[:84], 0xFF, 0xFF, 0xFF, 0x7F), false},
		{"no kernel", body(module(0, elf))[72:], false},
		{"empty", nil, false},
	}
	for _, tt := range tests {
		var l label
		if _, ok := l.grubBody(tt.body); ok != tt.explains {
			t.Errorf("%s: %v", tt.name, ok)
		}
	}
}

// grubModuleBytes and grubBodyBytes make what a core image unpacks to.
func grubModuleBytes(kind uint32, b []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, kind)
	return append(binary.LittleEndian.AppendUint32(out, uint32(8+len(b))), b...)
}

func grubBodyBytes(modules ...[]byte) []byte {
	rest := slices.Concat(modules...)
	out := append(make([]byte, 64), "GRUB\x00\x00\x00\x00mimg"...)
	out = binary.LittleEndian.AppendUint32(out, 12)
	return append(binary.LittleEndian.AppendUint32(out, uint32(12+len(rest))), rest...)
}

// smallELF is an object with one section of 4 bytes and an empty one.
func smallELF() []byte {
	b := make([]byte, 52+16+2*40)
	copy(b, "\x7fELF\x01\x01\x01")
	put(b, 16, []uint16{1, 3})
	put(b, 32, uint32(68))
	put(b, 46, []uint16{40, 2})
	copy(b[52:], "LICENSE=GPLv3+\x00")
	put(b, 68+40+4, uint32(1))
	put(b, 68+40+16, []uint32{52, 16})
	return b
}

// TestGRUBELF: every byte of a module belongs to its header or to a section.
func TestGRUBELF(t *testing.T) {
	tests := []struct {
		name   string
		change func(b []byte) []byte
		ok     bool
	}{
		{"as made", func(b []byte) []byte { return b }, true},
		{"zeros behind", func(b []byte) []byte { return append(b, 0, 0) }, true},
		{"bytes behind", func(b []byte) []byte { return append(b, 0, 1) }, false},
		{"a byte that no section covers", func(b []byte) []byte { b[52+15] = 1; put(b, 68+40+20, uint32(15)); return b }, false},
		{"section that leads out", func(b []byte) []byte { put(b, 68+40+20, uint32(1<<32-1)); return b }, false},
		{"sections that lead out", func(b []byte) []byte { put(b, 48, uint16(9)); return b }, false},
		{"section table that leads out", func(b []byte) []byte { put(b, 32, uint32(1<<32-1)); return b }, false},
		{"executable", func(b []byte) []byte { b[16] = 2; return b }, false},
		{"another processor", func(b []byte) []byte { b[18] = 62; return b }, false},
		{"no licence", func(b []byte) []byte { b[52] = 'l'; return b }, false},
		{"short", func(b []byte) []byte { return b[:51] }, false},
	}
	for _, tt := range tests {
		if grubELF(tt.change(smallELF())) != tt.ok {
			t.Errorf("%s: %v", tt.name, !tt.ok)
		}
	}
}

// FuzzGRUB is the parser of what a core image unpacks to.
func FuzzGRUB(f *testing.F) {
	f.Add(grubBodyBytes(grubModuleBytes(0, smallELF()), grubModuleBytes(3, []byte("(,gpt2)/boot/grub\x00"))))
	f.Add(grubBodyBytes(grubModuleBytes(2, []byte(grubConfig))))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l label
		if _, ok := l.grubBody(b); ok && l.Broken() {
			t.Fatal("broken, and right")
		}
	})
}
