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
		for i := range 440 {
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
	put(disk[at:], 0x1F4, uint64(at/sector+1))
	put(disk[at:], 0x1F4+8, uint16((len(img)-1)/sector))
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
		{"list of another place", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { put(b, 0x1F4, uint64(3)) }, false, nil},
		{"list too short", func() []byte { return grubDisk(t, "/boot/grub", "", 512) }, func(b []byte) { put(b, 0x1F4+8, uint16(9)) }, false, nil},
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
