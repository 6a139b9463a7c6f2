package image

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A part of an image that is split in another way never passes for all of it.
func TestOtherParts(t *testing.T) {
	for _, test := range []struct{ open, beside string }{
		{"disk.img.aa", "disk.img.ab"}, {"disk.img.ab", "disk.img.aa"}, {"d.az", "d.ba"}, {"d.ba", "d.az"},
		{"d.aaa", "d.aab"}, {"d.zaaa", "d.zaab"},
		{"d.00", "d.01"}, {"d.01", "d.02"}, {"d.02", "d.01"}, {"d.0", "d.1"}, {"d.1", "d.2"},
		{"d.9", "d.10"}, {"d.10", "d.9"}, {"d.99", "d.100"}, {"d.0001", "d.0002"}, {"d.0002", "d.0001"},
		{"xaa", "xab"}, {"xab", "xaa"}, {"x00", "x01"},
		{"d.part1", "d.part2"}, {"d.part2", "d.part1"}, {"d.part01", "d.part02"}, {"d.Part9", "d.Part10"}, {"d.partaa", "d.partab"},
		{"d.img.aa.gz", "d.img.ab.gz"}, {"d.gz.aa", "d.gz.ab"}, {"d.1.zst", "d.2.zst"},
	} {
		dir := put(t, map[string][]byte{test.open: {1}, test.beside: {2}})
		path := filepath.Join(dir, test.open)
		_, err := Open(context.Background(), path, openPlain, nil)
		want := path + " seems to be one part of a split image (" + test.beside + " lies beside it): give the parts names ending in .001, .002, … and name the first; "
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s beside %s: %v", test.open, test.beside, err)
		}
		if _, err := Open(context.Background(), filepath.Join(dir, test.open+".missing"), openPlain, nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing: %v", err)
		}
	}
	dir := put(t, map[string][]byte{"d.0001": {1}, "d.1000": {2}, "d.1001": {3}})
	if _, err := Open(context.Background(), filepath.Join(dir, "d.1001"), openPlain, nil); err == nil || !strings.Contains(err.Error(), "(d.1000 lies beside it)") {
		t.Errorf("part 1001: %v", err)
	}
}

// Names that number something else, or nothing, are images as they are.
func TestNoParts(t *testing.T) {
	for _, test := range []struct{ open, beside string }{
		{"d.aa", "d.ac"}, {"d.aa", "e.ab"}, {"d.1", "d.3"}, {"d.1", "d1.2"}, {"d.1", "d.2.txt"}, {"d.2024", "d.2025"}, {"d.20240101", "d.20240102"},
		{"disk1.img", "disk2.img"}, {"disk.raw", "disk.dd"}, {"aa", "ab"}, {"x1", "x2"}, {"d.a", "d.b"}, {"d.AA", "d.AB"}, {"d.part", "d.part1"},
		{"d.sda1", "d.sda2"}, {".aa", ".ab"}, {"xaa.raw", "xab.raw"},
	} {
		i := mustOpen(t, filepath.Join(put(t, map[string][]byte{test.open: {1}, test.beside: {2}}), test.open))
		if i.Format() != Raw || len(i.Notes()) != 0 || i.Defect() != nil {
			t.Errorf("%s beside %s: %s, %q, %v", test.open, test.beside, i.Format(), i.Notes(), i.Defect())
		}
	}
	dir := put(t, map[string][]byte{"d.1": {1}})
	if err := os.Mkdir(filepath.Join(dir, "d.2"), 0o700); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, filepath.Join(dir, "d.1"))
}

// A device is the medium, whatever is called like it.
func TestDeviceIsNoPart(t *testing.T) {
	dir := put(t, map[string][]byte{"d.2": {2}, "d.002": {2}})
	for _, name := range []string{"d.1", "d.001"} {
		path := filepath.Join(dir, name)
		if err := os.Symlink("/dev/null", path); err != nil {
			t.Fatal(err)
		}
		open := func(string) (Source, error) { return bytesSource{1}, nil }
		i, err := Open(context.Background(), path, open, nil)
		if err != nil || len(i.Parts()) != 1 || len(i.Notes()) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A part that is cut off makes the image defective: something was not examined.
func TestShortPart(t *testing.T) {
	content := testBytes(3000, 2)
	gz := gzipped(t, testBytes(100_000, 3))
	for _, test := range []struct {
		name, want string
		files      map[string][]byte
	}{
		{"x.001", "x.002 holds 500 bytes where 1000 are expected", map[string][]byte{"x.001": content[:1000], "x.002": content[:500], "x.003": content[:1000]}},
		{"x.001", "(1 more parts are too short)", map[string][]byte{"x.001": content[:1000], "x.002": content[:500], "x.003": content[:999], "x.004": nil}},
		{"x.gz.001", "x.gz.002 holds 9 bytes where 10000 are expected", map[string][]byte{"x.gz.001": gz[:10_000], "x.gz.002": gz[10_000:10_009], "x.gz.003": gz[10_009:11_000]}},
	} {
		i := mustOpen(t, filepath.Join(put(t, test.files), test.name))
		if i.Defect() == nil || !strings.Contains(i.Defect().Error(), test.want) || len(i.Notes()) != 0 {
			t.Errorf("defect %v, notes %q; want %q", i.Defect(), i.Notes(), test.want)
		}
	}
	i := mustOpen(t, filepath.Join(put(t, map[string][]byte{"x.001": content[:1000], "x.002": content[:1000], "x.003": {1}}), "x.001"))
	if i.Defect() != nil || len(i.Notes()) != 0 {
		t.Errorf("the last part may be short: %v, %q", i.Defect(), i.Notes())
	}
}
