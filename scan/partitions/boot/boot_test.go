package boot

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/partitions/label"
)

const grubFiles = "/usr/lib/grub/i386-pc"

const grubConfig = "search.fs_uuid 0a1b2c3d-1111-2222-3333-444455556666 root hd0,msdos1\nset prefix=($root)'/boot/grub'\n"

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

func put(b []byte, at int, v any) {
	if _, err := binary.Encode(b[at:], binary.LittleEndian, v); err != nil {
		panic(err)
	}
}

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// TestLoaderMatches: of boot code every byte counts but those that are set, and behind
// it there is nothing.
func TestLoaderMatches(t *testing.T) {
	code := make([]byte, CodeBytes)
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
		form func(l *label.Label, code []byte)
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
		var l label.Label
		code := make([]byte, CodeBytes)
		copy(code[tt.at:], tt.set)
		if tt.form(&l, code); l.Dirty == tt.ok {
			t.Errorf("%s: %v", tt.name, !tt.ok)
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
		var l label.Label
		b := make([]byte, 0x1B5-0x163)
		copy(b, tt.messages)
		heldMessages(&l, b, []byte(tt.table), first)
		if l.Dirty == tt.explains || len(l.Texts) != tt.texts {
			t.Errorf("%s: dirty %v, texts %q", tt.name, l.Dirty, l.Texts)
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
		var l label.Label
		if _, ok := grubBody(&l, tt.body); ok != tt.explains {
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
		var l label.Label
		if _, ok := grubBody(&l, b); ok && l.Broken() {
			t.Fatal("broken, and right")
		}
	})
}
