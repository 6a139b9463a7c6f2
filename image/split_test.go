package image

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/imagetest"
)

// openBeside opens one of the files that are made in a folder.
func openBeside(t *testing.T, name string, together []string, beside ...string) (*Image, error) {
	t.Helper()
	content := map[string][]byte{name: {1}}
	for _, b := range append(beside, together...) {
		content[b] = []byte{2}
	}
	dir := imagetest.Put(t, content)
	o := Options{Open: openPlain, Together: []string{filepath.Join(dir, name)}}
	for _, other := range together {
		o.Together = append(o.Together, filepath.Join(dir, other))
	}
	i, err := Open(context.Background(), filepath.Join(dir, name), o)
	if err == nil {
		i.Close()
	}
	return i, err
}

// A part of an image that is split in another way never passes for all of it,
// whichever of the two is named.
func TestOtherParts(t *testing.T) {
	for _, pair := range [][2]string{
		// split(1)
		{"disk.img.aa", "disk.img.ab"}, {"d.az", "d.ba"}, {"d.aaa", "d.aab"}, {"d.zaaa", "d.zaab"}, {"d.aa", "d.ac"},
		{"d.00", "d.01"}, {"d.01", "d.02"}, {"d.0", "d.1"}, {"d.1", "d.2"}, {"d.9", "d.10"}, {"d.0001", "d.0002"},
		{"xaa", "xab"}, {"x00", "x01"}, {"x1", "x2"}, {"x.a", "x.b"}, {"diskaa", "diskab"}, {"aa", "ab"}, {"img.AA", "img.AB"}, {"IMGAA", "IMGAB"},
		{"disk_aa.dd", "disk_ab.dd"}, {"diskaa.img", "diskab.img"}, {"xaa.raw", "xab.raw"}, {"disk00000", "disk00001"}, {"x.0a", "x.0b"}, {"diska", "diskb"},
		// imagers
		{"disk_001.img", "disk_002.img"}, {"disk-001.dd", "disk-003.dd"}, {"disk001.img", "disk002.img"}, {"disk.001.img", "disk.002.img"}, {"disk.005.bin", "disk.009.bin"},
		{"image.r00", "image.r01"}, {"x.c00", "x.c01"}, {"IMAGE.F001", "IMAGE.F002"}, {"disk.img.000001", "disk.img.000002"}, {"disk (1).img", "disk (2).img"},
		{"disk-s001.img", "disk-s002.img"}, {"disk1", "disk2"}, {"disk1.img", "disk2.img"}, {"disk_1.img", "disk_2.img"}, {"hdd9.img", "hdd10.img"}, {"disk-A.img", "disk-B.img"}, {"diskA.img", "diskB.img"},
		// people
		{"d.part1", "d.part2"}, {"d.part01", "d.part02"}, {"d.Part9", "d.Part10"}, {"d.partaa", "d.partab"}, {"disk.PART1.img", "disk.part2.img"}, {"disk part 3.img", "disk part 7.img"},
		{"disk-seg3.dd", "disk-seg5.dd"}, {"disk.1.part", "disk.2.part"}, {"disk_分割1.img", "disk_分割2.img"}, {"disk１.img", "disk２.img"}, {"disk.1", "disk.3"},
		{"2024-01-05_001.img", "2024-01-05_002.img"}, {"case12024-01-05.img", "case12024-01-06.img"}, {"Z1D5F0AA3.part", "Z1D5F0AA4.part"}, {"WD-WCC4E1234567_01.dd", "WD-WCC4E1234567_02.dd"}, {"sda.1.img", "sda.2.img"}, {"disk1-part2.img", "disk1-part1.img"},
		// compressed, each by itself
		{"d.img.aa.gz", "d.img.ab.gz"}, {"d.gz.aa", "d.gz.ab"}, {"d.1.zst", "d.2.zst"}, {"d_1.img.gz", "d_2.img.gz"},
	} {
		for k := range pair {
			open, beside := pair[k], pair[1-k]
			_, err := openBeside(t, open, nil, beside)
			want := open + " seems to be one part of a split image (" + beside + " lies beside it): give the parts names ending in .001, .002, … and name the first"
			if err == nil || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), "if this really is a medium: --format raw") {
				t.Errorf("%s beside %s: %v", open, beside, err)
			}
		}
	}
	for _, test := range []struct{ open, beside, more string }{
		{"d.1001", "d.1000", "d.0001"}, {"d.99", "d.100", "d.98x"}, {"disk_1001.img", "disk_1000.img", "disk_0000.img"}, {"diskad", "diskac", "diskaa"},
	} {
		if _, err := openBeside(t, test.open, nil, test.beside, test.more); err == nil || !strings.Contains(err.Error(), "("+test.beside+" lies beside it)") {
			t.Errorf("%s: %v", test.open, err)
		}
	}
	if _, err := Open(context.Background(), filepath.Join(imagetest.Put(t, map[string][]byte{"d.1": {1}}), "d.2"), Options{Open: openPlain}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

// The first part of a row may have no number, and a part may name the whole.
func TestOddRows(t *testing.T) {
	for _, test := range []struct{ open, beside, want string }{
		{"disk.img", "disk.002.imgpart", "(disk.002.imgpart lies beside it)"}, {"disk.img", "disk_002.img", "(disk_002.img lies beside it)"},
		{"Disk", "Disk.002", "(Disk.002 lies beside it)"}, {"disk.img", "disk.img.02", "(disk.img.02 lies beside it)"},
		{"disk.part1of2", "x", "by its name (1 of 2)"}, {"disk-1of4.dd", "x", "by its name (1 of 4)"}, {"disk (2 of 3).img", "x", "by its name (2 of 3)"}, {"Disk_2_OF_3", "x", "by its name (2 of 3)"},
		{"disk.dmg", "disk.002.dmgpart", "disk.dmg is an Apple disk image (UDIF), not a raw image; "}, {"disk.dmg", "disk.002.dmgpart", "(disk.002.dmgpart lies beside it): convert it first (dmg2img"}, {"vdisk-f001.vmdk", "vdisk-f002.vmdk", "(vdisk-f002.vmdk lies beside it): convert it first (qemu-img"},
		{"x.001.gz", "x", "one part of a split image, compressed by itself"},
	} {
		if _, err := openBeside(t, test.open, nil, test.beside); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s beside %s: %v", test.open, test.beside, err)
		}
	}
}

// Names that number something else, or nothing, are images as they are.
func TestNoParts(t *testing.T) {
	for _, pair := range [][2]string{
		{"d.aa", "e.ab"}, {"d.1", "d1.2"}, {"d.1", "d.2.txt"}, {"d.2024", "d.2025"}, {"d.20240101", "d.20240102"},
		{"disk.raw", "disk.dd"}, {"d.part", "d.part1"}, {"d.sda1", "d.sda2"}, {"sda.img", "sdb.img"}, {"sda1.img", "sda2.img"}, {"nvme0n1p1.img", "nvme0n1p2.img"}, {"vdb.dd", "vda.dd"},
		{"disk-2024-01-05.img", "disk-2024-01-06.img"}, {"disk-2024-01-01.img", "disk-2024-01-02.img"}, {"disk_05.01.2024.img", "disk_06.01.2024.img"}, {"d_20240101_1015.img", "d_20240101_1016.img"}, {"d-2024-01-05_10-15-30.img", "d-2024-01-05_10-15-31.img"},
		{"WD-WCC4E1234567.img", "WD-WCC4E1234568.img"}, {"S3Z9NB0K123.img", "S3Z9NB0K124.img"}, {"Z1D5F0AA.img", "Z1D5F0AB.img"}, {"ubuntu-22.04.img", "ubuntu-24.04.img"}, {"disk.ext3", "disk.ext4"}, {"luks1.img", "luks2.img"}, {"disk-v1.img", "disk-v2.img"},
		{"a.img", "b.img"}, {"x.img", "y.img"}, {"C.img", "D.img"}, {"drive_c.img", "drive_d.img"}, {"data.img", "date.img"}, {"disk.img", "disk.img.gz"}, {"disk1.img", "disk1.img.sha256"}, {"disk.img", "disk (2).img"}, {"tokyo.img", "osaka.img"}, {"img_to.dd", "img_tp.dd"}, {"disk12.img", "disk47.img"},
		{"case-2023-0137.dd", "case-2024-0137.dd"}, {"1of1.img", "1of2.txt"},
	} {
		for k := range pair {
			i, err := openBeside(t, pair[k], nil, pair[1-k])
			if err != nil && codec.ByName(pair[k]) == nil && !strings.HasSuffix(pair[k], ".txt") {
				t.Errorf("%s beside %s: %v", pair[k], pair[1-k], err)
			} else if err == nil && (i.Format() != Raw || len(i.Notes()) != 0 || i.Defect() != nil) {
				t.Errorf("%s beside %s: %s, %q, %v", pair[k], pair[1-k], i.Format(), i.Notes(), i.Defect())
			}
		}
	}
	if i, err := openBeside(t, "disk.img", nil, "disk.img.001", "disk.img.002"); err != nil || i.OpenEnded() {
		t.Errorf("a whole beside its parts: %v", err)
	}
	dir := imagetest.Put(t, map[string][]byte{"d.1": {1}})
	if err := os.Mkdir(filepath.Join(dir, "d.2"), 0o700); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, filepath.Join(dir, "d.1"))
}

// Whole media that are called alike are examined in one call; what is named as a
// part is none of them.
func TestTogether(t *testing.T) {
	for _, test := range []struct {
		names []string
		whole bool
	}{
		{[]string{"disk1.img", "disk2.img"}, true}, {[]string{"disk_001.img", "disk_002.img", "disk_003.img"}, true}, {[]string{"disk-a.img", "disk-b.img"}, true}, {[]string{"disk.img", "disk_002.img"}, true},
		{[]string{"disk.part1", "disk.part2"}, false}, {[]string{"disk.aa", "disk.ab"}, false}, {[]string{"disk.1", "disk.2"}, false}, {[]string{"disk-1of2.dd", "disk-2of2.dd"}, false},
	} {
		for _, name := range test.names {
			others := slices.DeleteFunc(slices.Clone(test.names), func(n string) bool { return n == name })
			if _, err := openBeside(t, name, others); (err == nil) != test.whole {
				t.Errorf("%s of %q: %v", name, test.names, err)
			}
		}
	}
	if _, err := openBeside(t, "disk1.img", []string{"disk2.img"}, "disk3.img"); err == nil || !strings.Contains(err.Error(), "(disk3.img lies beside it)") {
		t.Errorf("one of three is not in the call: %v", err)
	}
}

// A link to a part is a part.
func TestLinkToPart(t *testing.T) {
	dir := imagetest.Put(t, map[string][]byte{"d.aa": {1}, "d.ab": {2}})
	link := filepath.Join(dir, "whole.img")
	if err := os.Symlink("d.aa", link); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), link, Options{Open: openPlain}); err == nil || !strings.Contains(err.Error(), "(d.ab lies beside it)") {
		t.Errorf("got %v", err)
	}
}

// The way out of every refusal, and what the report then says.
func TestRaw(t *testing.T) {
	content := imagetest.Mixed(100_000, 3)
	for _, test := range []struct{ open, beside, want string }{
		{"x.img", "y", ""}, {"x.gpg", "y", "x.gpg is an OpenPGP message"}, {"d.aa", "d.ab", "(d.ab lies beside it)"}, {"x.001", "x.002", "(x.002 lies beside it)"}, {"x.002", "x.001", "(x.001 lies beside it)"},
		{"x.003", "x.001", "(x.001 lies beside it)"}, {"x.001.gz", "y", ""}, {"d1of2", "y", "1 of 2"}, {"x.gz", "y", ""},
	} {
		dir := imagetest.Put(t, map[string][]byte{test.open: content, test.beside: {1}})
		path := filepath.Join(dir, test.open)
		i, err := Open(context.Background(), path, Options{Open: openPlain, Raw: true})
		if err != nil {
			t.Errorf("%s: %v", test.open, err)
			continue
		}
		if i.Format() != Raw || len(i.Parts()) != 1 || i.Sequential() || i.Size() != int64(len(content)) || i.OpenEnded() || len(i.Notes()) != 1 ||
			!strings.HasPrefix(i.Notes()[0], path+" was taken for the medium as it is, as the call said (--format raw)") || !strings.Contains(i.Notes()[0], test.want) {
			t.Errorf("%s: %s, %q, notes %q", test.open, i.Format(), i.Parts(), i.Notes())
		}
		i.Close()
	}
	gz := imagetest.Gzip(t, content)
	i, err := Open(context.Background(), filepath.Join(imagetest.Put(t, map[string][]byte{"x.gz": gz}), "x.gz"), Options{Open: openPlain, Raw: true})
	if err != nil || i.Size() != int64(len(gz)) || !strings.Contains(i.Notes()[0], "it is a gzip file") {
		t.Errorf("gzip taken as it is: %v", err)
	}
}

// Whether the end may be missing: every part is a full one.
func TestOpenEnded(t *testing.T) {
	gz := imagetest.Gzip(t, imagetest.Mixed(100_000, 3))
	for _, test := range []struct {
		open  string
		files map[string][]byte
		want  bool
	}{
		{"x.001", map[string][]byte{"x.001": make([]byte, 9), "x.002": make([]byte, 9)}, true},
		{"x.001", map[string][]byte{"x.001": make([]byte, 9), "x.002": make([]byte, 10)}, true},
		{"x.002", map[string][]byte{"x.001": make([]byte, 9), "x.002": make([]byte, 8)}, false},
		{"x.001", map[string][]byte{"x.001": {1}}, true}, {"x.000", map[string][]byte{"x.000": {1}, "x.002.txt": nil}, true},
		{"x.part1", map[string][]byte{"x.part1": {1}}, true}, {"x.aa", map[string][]byte{"x.aa": {1}}, true}, {"x.00", map[string][]byte{"x.00": {1}}, true}, {"disk.part01.img", map[string][]byte{"disk.part01.img": {1}}, true},
		{"x.img", map[string][]byte{"x.img": {1}}, false}, {"disk1.img", map[string][]byte{"disk1.img": {1}}, false}, {"x.1", map[string][]byte{"x.1": {1}}, false}, {"x.dd", map[string][]byte{"x.dd": {1}}, false}, {"x.2024", map[string][]byte{"x.2024": {1}}, false},
		{"x.gz.001", map[string][]byte{"x.gz.001": gz[:len(gz)/2], "x.gz.002": gz[len(gz)/2:]}, false},
	} {
		if i := mustOpen(t, filepath.Join(imagetest.Put(t, test.files), test.open)); i.OpenEnded() != test.want {
			t.Errorf("%s of %d: %v", test.open, len(test.files), i.OpenEnded())
		}
	}
}

// A device is the medium, whatever is called like it.
func TestDeviceIsNoPart(t *testing.T) {
	dir := imagetest.Put(t, map[string][]byte{"d.2": {2}, "d.002": {2}})
	for _, name := range []string{"d.1", "d.001"} {
		path := filepath.Join(dir, name)
		if err := os.Symlink("/dev/null", path); err != nil {
			t.Fatal(err)
		}
		open := func(string) (Source, error) { return imagetest.Bytes{1}, nil }
		i, err := Open(context.Background(), path, Options{Open: open})
		if err != nil || len(i.Parts()) != 1 || len(i.Notes()) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A part that is cut off makes the image defective: something was not examined.
func TestShortPart(t *testing.T) {
	content := imagetest.Mixed(3000, 2)
	gz := imagetest.Gzip(t, imagetest.Mixed(100_000, 3))
	for _, test := range []struct {
		name, want string
		files      map[string][]byte
	}{
		{"x.001", "x.002 holds 500 bytes where 1000 are expected", map[string][]byte{"x.001": content[:1000], "x.002": content[:500], "x.003": content[:1000]}},
		{"x.001", "(1 more parts are too short)", map[string][]byte{"x.001": content[:1000], "x.002": content[:500], "x.003": content[:999], "x.004": nil}},
		{"x.gz.001", "x.gz.002 holds 9 bytes where 10000 are expected", map[string][]byte{"x.gz.001": gz[:10_000], "x.gz.002": gz[10_000:10_009], "x.gz.003": gz[10_009:11_000]}},
	} {
		i := mustOpen(t, filepath.Join(imagetest.Put(t, test.files), test.name))
		if i.Defect() == nil || !strings.Contains(i.Defect().Error(), test.want) || len(i.Notes()) != 0 {
			t.Errorf("defect %v, notes %q; want %q", i.Defect(), i.Notes(), test.want)
		}
	}
	i := mustOpen(t, filepath.Join(imagetest.Put(t, map[string][]byte{"x.001": content[:1000], "x.002": content[:1000], "x.003": {1}}), "x.001"))
	if i.Defect() != nil || len(i.Notes()) != 0 {
		t.Errorf("the last part may be short: %v, %q", i.Defect(), i.Notes())
	}
}
