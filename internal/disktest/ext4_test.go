package disktest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testFiles are files of all sizes that matter to the layout.
func testFiles(large int) []File {
	files := []File{{"empty", nil}, {"a/b/c/深い/場所/メモ.txt", []byte("深い")}, {strings.Repeat("長", 85), []byte("255 bytes of name")}}
	for i, n := range []int{1, 4095, 4096, 4097, 65536, large} {
		d := make([]byte, n)
		Keystream(uint64(i)).ReadAt(d, 0)
		files = append(files, File{fmt.Sprintf("住民記録/size %d", n), d})
	}
	for i := range 300 { // a directory of several blocks
		files = append(files, File{fmt.Sprintf("many/%03d %s", i, strings.Repeat("x", i%60)), []byte{byte(i)}})
	}
	return files
}

// readBack takes the files out of an image by debugfs, without mounting it.
func readBack(t *testing.T, image string) []File {
	t.Helper()
	dir := t.TempDir()
	approve(t, "debugfs", "-R", "rdump / "+dir, image)
	var files []File
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files = append(files, File{strings.TrimPrefix(path, dir+"/"), b})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameFiles(t *testing.T, got, want []File) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d files came back of %d", len(got), len(want))
	}
	for _, w := range want {
		found := false
		for _, g := range got {
			found = found || g.Name == w.Name && bytes.Equal(g.Data, w.Data)
		}
		if !found {
			t.Errorf("%q did not come back as it was", w.Name)
		}
	}
}

func TestE2fsckAndDebugfsAcceptExt4(t *testing.T) {
	for _, c := range []struct {
		mib   int64
		large int
	}{
		{8, 100},       // one group, smaller than it could be
		{32, 20 << 20}, // one full group
		{33, 20 << 20}, // a last group too small to be one
		{94, 70 << 20}, // a file over three groups
		{292, 1 << 20}, // backups in groups 1, 3, 5, 7 and 9
	} {
		t.Run(fmt.Sprintf("%d MiB", c.mib), func(t *testing.T) {
			files := testFiles(c.large)
			image, err := Ext4(c.mib<<20, files)
			if err != nil {
				t.Fatal(err)
			}
			path := save(t, image)
			approve(t, "e2fsck", "-fn", path)
			if c.mib > 32+1 {
				approve(t, "e2fsck", "-fn", "-b", "8192", "-B", "4096", path)
			}
			sameFiles(t, readBack(t, path), files)
			again, _ := Ext4(c.mib<<20, files)
			if !bytes.Equal(image, again) {
				t.Error("made twice, it differs")
			}
		})
	}
}

func TestExt4SaysWhatDoesNotFit(t *testing.T) {
	var many []File
	for i := range 2100 {
		many = append(many, File{fmt.Sprint(i), nil})
	}
	for _, c := range []struct {
		size  int64
		files []File
		want  string
	}{
		{4 << 20, nil, "too few"},
		{32 << 20, []File{{"big", make([]byte, 40<<20)}}, "no room for 10240 more blocks"},
		{200 << 20, []File{{"big", make([]byte, 150<<20)}}, "keep files under 90 MiB"},
		{32 << 20, many, "no room for more than 2048 files"},
		{32 << 20, []File{{"", nil}}, `no file can be called ""`},
		{32 << 20, []File{{"a//b", nil}}, `no file can be called ""`},
		{32 << 20, []File{{strings.Repeat("x", 256), nil}}, "no file can be called"},
	} {
		if _, err := Ext4(c.size, c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d bytes, %d files: error %v, want %q", c.size, len(c.files), err, c.want)
		}
	}
}
