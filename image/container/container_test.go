package container

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/internal/tooltest"
)

func open(t testing.TB, path string, backing ...string) (*disk.Opened, error) {
	t.Helper()
	f, err := imagetest.Opener(t)(path)
	if err != nil {
		t.Fatal(err)
	}
	return Open(&disk.Opening{Path: path, File: f, Open: imagetest.Opener(t), Backing: backing})
}

func write(t testing.TB, path string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every kind that qemu-img makes shows the disk that it was made of, and says what is not stored.
func TestMadeByQemu(t *testing.T) {
	const size = 24 << 20
	dir := t.TempDir()
	want := imagetest.Content(t, size)
	flat := write(t, filepath.Join(dir, "disk.raw"), want)
	for name, c := range map[string]struct {
		args   []string
		format string
		sparse bool
	}{
		"qcow2":                   {[]string{"-O", "qcow2"}, "qcow2", true},
		"qcow2, version 2":        {[]string{"-O", "qcow2", "-o", "compat=0.10"}, "qcow2", true},
		"qcow2, 512 bytes":        {[]string{"-O", "qcow2", "-o", "cluster_size=512"}, "qcow2", true},
		"qcow2, 2 MiB":            {[]string{"-O", "qcow2", "-o", "cluster_size=2M"}, "qcow2", true},
		"qcow2, zlib":             {[]string{"-c", "-O", "qcow2"}, "qcow2", true},
		"qcow2, zstd":             {[]string{"-c", "-O", "qcow2", "-o", "compression_type=zstd"}, "qcow2", true},
		"qcow2, extended":         {[]string{"-O", "qcow2", "-o", "extended_l2=on,cluster_size=128k"}, "qcow2", true},
		"qcow2, extended, zlib":   {[]string{"-c", "-O", "qcow2", "-o", "extended_l2=on"}, "qcow2", true},
		"qcow2, preallocated":     {[]string{"-O", "qcow2", "-o", "preallocation=metadata"}, "qcow2", false},
		"VDI":                     {[]string{"-O", "vdi"}, "VDI", true},
		"VDI, static":             {[]string{"-O", "vdi", "-o", "static=on"}, "VDI", false},
		"VHD":                     {[]string{"-O", "vpc"}, "VHD", true},
		"VHD, forced size":        {[]string{"-O", "vpc", "-o", "force_size=on"}, "VHD", true},
		"VHD, fixed":              {[]string{"-O", "vpc", "-o", "subformat=fixed"}, "VHD", false},
		"VHDX":                    {[]string{"-O", "vhdx"}, "VHDX", false},
		"VHDX, fixed":             {[]string{"-O", "vhdx", "-o", "subformat=fixed"}, "VHDX", false},
		"VHDX, 1 MiB":             {[]string{"-O", "vhdx", "-o", "block_size=1M"}, "VHDX", true},
		"VHDX, zeros not present": {[]string{"-O", "vhdx", "-o", "block_state_zero=off,block_size=1M"}, "VHDX", true},
		"VMDK":                    {[]string{"-O", "vmdk"}, "VMDK", true},
		"VMDK, stream":            {[]string{"-O", "vmdk", "-o", "subformat=streamOptimized"}, "VMDK", true},
		"VMDK, flat":              {[]string{"-O", "vmdk", "-o", "subformat=monolithicFlat"}, "VMDK", false},
		"VMDK, split":             {[]string{"-O", "vmdk", "-o", "subformat=twoGbMaxExtentSparse"}, "VMDK", true},
		"VMDK, split and flat":    {[]string{"-O", "vmdk", "-o", "subformat=twoGbMaxExtentFlat"}, "VMDK", false},
		"VMDK, zeroed grains":     {[]string{"-O", "vmdk", "-o", "zeroed_grain=on"}, "VMDK", true},
	} {
		path := filepath.Join(dir, strings.Map(func(r rune) rune {
			if r == ' ' || r == ',' {
				return '-'
			}
			return r
		}, name)+".img")
		tooltest.Run(t, "", "qemu-img", append(append([]string{"convert", "-f", "raw"}, c.args...), flat, path)...)
		d, err := open(t, path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Format != c.format || d.Defect != nil {
			t.Errorf("%s: %s, %v", name, d.Format, d.Defect)
		}
		imagetest.Like(t, name, d, want)
		if end, stored := d.Stored(16 << 20); c.sparse && (stored || end <= 17<<20) {
			t.Errorf("%s: at 16 MiB stored: %v, up to %d", name, stored, end)
		}
	}
}

// What rests on other files is whole with them, and only with them.
func TestBacking(t *testing.T) {
	const size = 16 << 20
	dir := t.TempDir()
	base := write(t, filepath.Join(dir, "base.img"), imagetest.Content(t, 12<<20)) // shorter than what rests on it
	middle, top := filepath.Join(dir, "middle.qcow2"), filepath.Join(dir, "top.qcow2")
	tooltest.Run(t, "", "qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", middle, "16M")
	tooltest.Run(t, "", "qemu-io", "-c", "write -P 0x5a 1M 64k", "-c", "write -z 2M 64k", middle)
	tooltest.Run(t, "", "qemu-img", "create", "-q", "-f", "qcow2", "-b", middle, "-F", "qcow2", top)
	tooltest.Run(t, "", "qemu-io", "-c", "write -P 0x33 14M 4k", top)
	flat := filepath.Join(dir, "flat")
	tooltest.Run(t, "", "qemu-img", "convert", "-O", "raw", top, flat)
	want, err := os.ReadFile(flat)
	if err != nil || len(want) != size {
		t.Fatal(len(want), err)
	}
	whole, err := open(t, top, middle, base)
	if err != nil || whole.Defect != nil || len(whole.Paths) != 2 {
		t.Fatalf("%+v, %v", whole, err)
	}
	imagetest.Like(t, "whole", whole, want)
	for name, list := range map[string][]string{"neither": nil, "one": {middle}} {
		d, err := open(t, top, list...)
		if err != nil || d.Defect == nil || !strings.Contains(d.Defect.Error(), "--backing") {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if _, err := open(t, top, filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a file that is not there")
	}
	// A circle ends with what is named.
	if d, err := open(t, top, top, top, top); err != nil || d.Defect == nil {
		t.Errorf("in a circle: %+v, %v", d, err)
	}

	child := filepath.Join(dir, "child.vmdk")
	parent := filepath.Join(dir, "parent.vmdk")
	tooltest.Run(t, "", "qemu-img", "convert", "-O", "vmdk", flat, parent)
	tooltest.Run(t, "", "qemu-img", "create", "-q", "-f", "vmdk", "-b", parent, "-F", "vmdk", child)
	tooltest.Run(t, "", "qemu-io", "-c", "write -P 0x77 3M 64k", child)
	copy(want[3<<20:], bytes.Repeat([]byte{0x77}, 64<<10))
	d, err := open(t, child, parent)
	if err != nil || d.Defect != nil {
		t.Fatalf("%+v, %v", d, err)
	}
	imagetest.Like(t, "VMDK", d, want)
	if d, err := open(t, child); err != nil || d.Defect == nil {
		t.Errorf("without its parent: %+v, %v", d, err)
	}
}

// What a container holds besides the disk is said.
func TestUnseen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s.qcow2")
	tooltest.Run(t, "", "qemu-img", "create", "-q", "-f", "qcow2", path, "8M")
	tooltest.Run(t, "", "qemu-io", "-c", "write -P 0x5a 1M 64k", path)
	tooltest.Run(t, "", "qemu-img", "snapshot", "-c", "before", path)
	d, err := open(t, path)
	if err != nil || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "snapshots: 1") {
		t.Errorf("%+v, %v", d, err)
	}
}

// A file cut short, or with any byte of its head changed, is an error or a defect, or shows what it can; nothing else.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	flat := write(t, filepath.Join(dir, "disk.raw"), imagetest.Content(t, 12<<20))
	for format, args := range map[string][]string{"qcow2": {"-O", "qcow2"}, "vdi": {"-O", "vdi"}, "vpc": {"-O", "vpc"}, "vmdk": {"-O", "vmdk"}, "stream": {"-O", "vmdk", "-o", "subformat=streamOptimized"}} {
		path := filepath.Join(dir, format)
		tooltest.Run(t, "", "qemu-img", append(append([]string{"convert", "-f", "raw"}, args...), flat, path)...)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cut, failed := b[:len(b)/2], false
		d, err := Open(&disk.Opening{Path: path, File: imagetest.Memory(cut)})
		if err != nil || d.Defect != nil {
			failed = true
		} else {
			buf := make([]byte, 1<<20)
			for at := int64(0); at < d.Size(); at += int64(len(buf)) {
				if _, err := d.ReadAt(buf, at); err != nil && !errors.Is(err, io.EOF) {
					failed = true
				}
			}
		}
		if !failed {
			t.Errorf("%s: half of it is as good as all of it", format)
		}
	}
}

// Whatever a file says of itself, opening and reading it ends, within imagetest.Memory, and gives as much as was asked for.
func FuzzOpen(f *testing.F) {
	for _, b := range [][]byte{qcow2With(nil), differing(), []byte(vmdkDescriptor + "\nRW 16 ZERO\nRW 4 FLAT \"f\" 0\n"), sparseVMDK(), smallVDI()} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := imagetest.Memory(b)
		ends, err := foreign.ReadEnds(m, m.Size())
		if err != nil || !Is(ends) {
			return
		}
		d, err := Open(&disk.Opening{Path: "x", File: m, Open: func(string) (source.Source, error) { return nil, os.ErrNotExist }})
		if err != nil {
			return
		}
		if d.Size() < 0 {
			t.Fatal(d.Size())
		}
		buf := make([]byte, 64<<10)
		for _, at := range []int64{0, 4096, d.Size() / 2, d.Size() - 10} {
			if at < 0 || at >= d.Size() {
				continue
			}
			n, err := d.ReadAt(buf, at)
			if err == nil && n != len(buf) || n > len(buf) {
				t.Fatalf("%d bytes at %d", n, at)
			}
			if end, _ := d.Stored(at); end <= at || end > d.Size() {
				t.Fatalf("stored from %d to %d of %d", at, end, d.Size())
			}
		}
	})
}
