package scan

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/tooltest"
)

// TestErasedDisksWithLabels: a disk of ciphertext that still has its label, made by
// the tool that people use, is clean, and what is explained is listed; one byte
// where none belongs, and it is not.
func TestErasedDisksWithLabels(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Debian tools; not with -short")
	}
	const size = 24 << 20
	parted := func(args ...string) func(img string) {
		return func(img string) { tooltest.Run(t, "", "parted", append([]string{"-s", img, "mklabel"}, args...)...) }
	}
	fdisk := func(script string) func(img string) {
		return func(img string) { tooltest.Run(t, script, "fdisk", img) }
	}
	tests := []struct {
		kind   string
		make   func(img string)
		hidden int64 // a byte that has no meaning
	}{
		{"mbr", parted("msdos"), 300},
		{"mbr", fdisk("o\nw\n"), 445},
		{"gpt", parted("gpt"), 512 + 200},
		{"gpt", fdisk("g\nw\n"), 1024 + 5},
		{"sun-label", parted("sun"), 300},
		{"sun-label", fdisk("s\nw\n"), 60},
		{"sgi-label", parted("dvh"), 60},
		{"sgi-label", fdisk("G\nw\n"), 508},
		{"bsd-label", parted("bsd"), 300},
		{"apm", parted("mac"), 512 + 300},
		{"amiga-rdb", parted("amiga"), 1024 + 400},
		{"atari-ahdi", parted("atari"), 40},
		{"pc98", parted("pc98"), 200},
		{"parted-loop", parted("loop"), 100},
		{"grub-core", func(img string) { withGRUB(t, img) }, 512 + 0x1A0},
	}
	for _, tt := range tests {
		img := filepath.Join(t.TempDir(), "x.img")
		if err := os.WriteFile(img, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(img, size); err != nil {
			t.Fatal(err)
		}
		tt.make(img)
		b, err := os.ReadFile(img)
		if err != nil {
			t.Fatal(err)
		}
		m := disktest.New(size, 7)
		// The label and what is zero around it; then ciphertext to the backup.
		m.Plant(0, b[:1<<17])
		m.Plant(size-33*SectorBytes, b[size-33*SectorBytes:])
		p := planOver(size, Full)
		r := examine(t, p, m, Options{})
		v := Decide(p, r)
		listed := false
		for _, e := range r.Explanations {
			listed = listed || e.Kind == tt.kind
		}
		if v.Outcome != NoResidue || !listed {
			t.Errorf("%s: %v %+v, explained %+v, found %+v", tt.kind, v.Outcome, v.Reasons, r.Explanations, r.Findings)
		}
		m.Plant(tt.hidden, []byte{b[tt.hidden] ^ 0x5A})
		if r := examine(t, p, m, Options{}); Decide(p, r).Outcome == NoResidue {
			t.Errorf("%s: a byte at %d goes unseen: %+v", tt.kind, tt.hidden, r.Explanations)
		}
	}
}

// withGRUB lays boot code and core image behind a partition table, as
// grub-bios-setup does.
func withGRUB(t *testing.T, img string) {
	t.Helper()
	tooltest.Run(t, "o\nn\np\n1\n\n\nw\n", "fdisk", img)
	core := filepath.Join(t.TempDir(), "core.img")
	tooltest.Run(t, "", "grub-mkimage", "-O", "i386-pc", "-o", core, "-p", "(,msdos1)/boot/grub", "biosdisk", "part_msdos", "ext2", "normal")
	boot, err := os.ReadFile("/usr/lib/grub/i386-pc/boot.img")
	if err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(core)
	if err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint16(image[500+8:], uint16((len(image)-1)/512))
	f, err := os.OpenFile(img, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, b := range map[int64][]byte{0: boot[:440], 512: image} {
		if _, err := f.WriteAt(bytes.Clone(b), at); err != nil {
			t.Fatal(err)
		}
	}
}
