package reports

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// names lists a folder, hidden files too.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestWriteBundle(t *testing.T) {
	id := lab(t)
	d := Build(erased(), id)
	parent := t.TempDir()
	dir := filepath.Join(parent, "erased.img")
	if err := WriteBundle(dir+"/", d, id, nil); err != nil {
		t.Fatal(err)
	}
	if got := names(t, parent); len(got) != 1 {
		t.Errorf("left beside the bundle: %v", got)
	}
	want := "findings.dfxml lab.cert.pem map.png regions.map report.dsse.json report.html report.json"
	if got := strings.Join(names(t, dir), " "); got != want {
		t.Errorf("the bundle holds %s, want %s", got, want)
	}
	// Rendering the stored document gives the stored files; the same document
	// and key give the same envelope.
	b, err := os.ReadFile(filepath.Join(dir, reportFile))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := signedFiles(stored, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again {
		if b, err := os.ReadFile(filepath.Join(dir, f.name)); err != nil || !bytes.Equal(b, f.data) {
			t.Errorf("%s differs when made again (%v)", f.name, err)
		}
	}
}

func TestWriteBundleRefuses(t *testing.T) {
	id := lab(t)
	d := Build(small(), id)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := *d
	bad.Regions = append(bad.Regions, bad.Regions...)
	for _, c := range []struct {
		name, dir string
		d         *Document
		id        Identity
		is        error
		want      string
	}{
		{"existing folder", dir, d, id, fs.ErrExist, "never overwritten"},
		{"existing file", file, d, id, fs.ErrExist, "never overwritten"},
		{"no parent", filepath.Join(dir, "no", "parent"), d, id, fs.ErrNotExist, "make the folder"},
		{"parent is a file", filepath.Join(file, "x"), d, id, syscall.ENOTDIR, "not a directory"},
		{"unwritable", "/sys/shokyo-test", d, id, nil, "may write to"},
		{"no identity", filepath.Join(dir, "a"), d, Identity{}, nil, "no identity"},
		{"other identity", filepath.Join(dir, "a"), d, lab(t), nil, "another identity"},
		{"contradiction", filepath.Join(dir, "a"), &bad, id, nil, "contradicts itself"},
	} {
		err := WriteBundle(c.dir, c.d, c.id, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
	if b, _ := os.ReadFile(file); string(b) != "mine" {
		t.Error("a file was overwritten")
	}
}

// A disk that is full at any point of the writing leaves nothing behind that
// could be taken for a bundle.
func TestDiskFull(t *testing.T) {
	id := lab(t)
	d := Build(small(), id)
	for _, room := range []string{"8k", "32k", "64k"} {
		dir := t.TempDir()
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+room); errors.Is(err, unix.EPERM) {
			t.Skip("mounting a small tmpfs needs root")
		} else if err != nil {
			t.Fatal(err)
		}
		err := WriteBundle(filepath.Join(dir, "b"), d, id, nil)
		left := names(t, dir)
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
			t.Errorf("%s: error %v", room, err)
		}
		if len(left) > 0 {
			t.Errorf("%s: left behind: %v", room, left)
		}
	}
}
