package container

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// acquire has ewfacquire make an image of a file.
func acquire(t testing.TB, from, to string, args ...string) {
	t.Helper()
	tooltest.Run(t, "", "ewfacquire", append(append([]string{"-q", "-u", "-t", to, "-C", "c", "-D", "d", "-E", "x", "-e", "e 試", "-N", "n", "-m", "fixed", "-M", "physical"}, args...), from)...)
}

// Every format and size that ewfacquire writes shows the medium that was acquired.
func TestMadeByEwfacquire(t *testing.T) {
	dir := t.TempDir()
	want := content(t, 13<<20+512)
	flat := write(t, filepath.Join(dir, "disk.raw"), want)
	for name, args := range map[string][]string{
		"encase6":           {"-f", "encase6", "-c", "deflate:fast"},
		"not-compressed":    {"-f", "encase6", "-c", "deflate:none"},
		"best":              {"-f", "encase5", "-c", "deflate:best", "-b", "128"},
		"empty-blocks":      {"-f", "encase6", "-c", "deflate:empty-block"},
		"ftk":               {"-f", "ftk", "-c", "deflate:fast"},
		"encase1":           {"-f", "encase1", "-c", "deflate:fast"},
		"encase7":           {"-f", "encase7", "-c", "deflate:fast"},
		"linen":             {"-f", "linen6", "-c", "deflate:fast"},
		"large-chunks":      {"-f", "encase6", "-c", "deflate:fast", "-b", "4096"},
		"smart":             {"-f", "smart", "-c", "deflate:fast"},
		"ewf":               {"-f", "ewf", "-c", "deflate:fast"},
		"encase3":           {"-f", "encase3", "-c", "deflate:fast"},
		"segments":          {"-f", "encase6", "-c", "deflate:none", "-S", "1048576"},
		"segments-deflated": {"-f", "encase6", "-c", "deflate:fast", "-S", "1048576"},
	} {
		acquire(t, flat, filepath.Join(dir, name), args...)
		ext := map[string]string{"smart": ".s01", "ewf": ".e01"}[name]
		d, err := open(t, filepath.Join(dir, name+cmp.Or(ext, ".E01")))
		if err != nil || d.Defect != nil || d.Format != "E01" {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		if d.Size() != int64(len(want)) {
			t.Errorf("%s: %d bytes", name, d.Size())
		}
		like(t, name, d, want)
		if strings.HasPrefix(name, "segments") && len(d.Paths) < 3 {
			t.Errorf("%s: %q", name, d.Paths)
		}
		for _, want := range []string{"MD5 ", `examiner "e `, `case "c"`} {
			if said := strings.Join(d.Notes, " "); !strings.Contains(said, want) || name == "encase6" && !strings.Contains(said, "e 試") {
				t.Errorf("%s: %q lacks %s", name, said, want)
			}
		}
	}
}

// A segment that is not there, or a byte that is not as it was written, is said: never zeros.
func TestDamagedEvidence(t *testing.T) {
	dir := t.TempDir()
	want := content(t, 11<<20)
	flat := write(t, filepath.Join(dir, "disk.raw"), want)
	acquire(t, flat, filepath.Join(dir, "x"), "-f", "encase6", "-c", "deflate:none", "-S", "1048576")
	if err := os.Remove(filepath.Join(dir, "x.E03")); err != nil {
		t.Fatal(err)
	}
	d, err := open(t, filepath.Join(dir, "x.E01"))
	if err != nil || d.Defect == nil || !strings.Contains(d.Defect.Error(), "x.E03") {
		t.Fatalf("%+v, %v", d, err)
	}
	buf := make([]byte, 4096)
	if _, err := d.ReadAt(buf, 5<<20); err == nil {
		t.Error("what a missing segment has was read")
	}
	if _, err := d.ReadAt(buf, 0); err != nil || !bytes.Equal(buf, want[:4096]) {
		t.Error(err)
	}
	for _, args := range [][]string{{"-c", "deflate:none"}, {"-c", "deflate:best"}} {
		name := filepath.Join(dir, strings.TrimPrefix(args[1], "deflate:"))
		acquire(t, flat, name, append(args, "-f", "encase6")...)
		whole, err := os.ReadFile(name + ".E01")
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{40, 500, 4000, 70_000, len(whole) / 3, len(whole) - 200} {
			b := bytes.Clone(whole)
			b[at] ^= 0x10
			d, err := Open(&Opening{Path: "x.E01", File: memory(b)})
			if err != nil || d.Defect != nil {
				continue
			}
			got := make([]byte, len(want))
			if n, err := d.ReadAt(got, 0); (err == nil || errors.Is(err, io.EOF)) && !bytes.Equal(got[:n], want[:n]) {
				t.Errorf("%s: byte %d is changed, and other bytes are served", args, at)
			}
		}
	}
}

func TestSegmentName(t *testing.T) {
	for n, want := range map[int]string{1: "a/x.E01", 2: "a/x.E02", 99: "a/x.E99", 100: "a/x.EAA", 101: "a/x.EAB", 126: "a/x.EBA", 775: "a/x.EZZ", 776: "a/x.FAA"} {
		if got := segmentName("a/x.E01", n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := segmentName("x.e01", 100); got != "x.eaa" {
		t.Error(got)
	}
}
