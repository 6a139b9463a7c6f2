package filesystems

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/disktest/judge"
	"shokyo.dev/shokyo/internal/tooltest"
)

// testFiles are files of all sizes that matter to the layout.
func testFiles(large int) []files.File {
	all := []files.File{{Name: "empty"}, {Name: "a/b/c/深い/場所/メモ.txt", Data: []byte("深い")}, {Name: strings.Repeat("長", 85), Data: []byte("255 bytes of name")}}
	for i, n := range []int{1, 4095, 4096, 4097, 65536, large} {
		d := make([]byte, n)
		disktest.Keystream(uint64(i)).ReadAt(d, 0)
		all = append(all, files.File{Name: fmt.Sprintf("住民記録/size %d", n), Data: d})
	}
	for i := range 300 { // a directory of several blocks
		all = append(all, files.File{Name: fmt.Sprintf("many/%03d %s", i, strings.Repeat("x", i%60)), Data: []byte{byte(i)}})
	}
	return all
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
			path := tooltest.Save(t, image)
			tooltest.Output(t, "e2fsck", "-fn", path)
			if c.mib > 32+1 {
				tooltest.Output(t, "e2fsck", "-fn", "-b", "8192", "-B", "4096", path)
			}
			judge.SameFiles(t, judge.ReadBack(t, path), files)
			again, _ := Ext4(c.mib<<20, files)
			if !bytes.Equal(image, again) {
				t.Error("made twice, it differs")
			}
		})
	}
}

func TestExt4SaysWhatDoesNotFit(t *testing.T) {
	var many []files.File
	for i := range 2100 {
		many = append(many, files.File{Name: fmt.Sprint(i)})
	}
	for _, c := range []struct {
		size  int64
		files []files.File
		want  string
	}{
		{4 << 20, nil, "too few"},
		{32 << 20, []files.File{{Name: "big", Data: make([]byte, 40<<20)}}, "no room for 10240 more blocks"},
		{200 << 20, []files.File{{Name: "big", Data: make([]byte, 150<<20)}}, "keep files under 90 MiB"},
		{32 << 20, many, "no room for more than 2048 files"},
		{32 << 20, []files.File{{Name: ""}}, `no file can be called ""`},
		{32 << 20, []files.File{{Name: "a//b"}}, `no file can be called ""`},
		{32 << 20, []files.File{{Name: strings.Repeat("x", 256)}}, "no file can be called"},
	} {
		if _, err := Ext4(c.size, c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d bytes, %d files: error %v, want %q", c.size, len(c.files), err, c.want)
		}
	}
}
