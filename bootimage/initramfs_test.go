package bootimage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/u-root/u-root/pkg/cpio"
)

func TestInitramfs(t *testing.T) {
	host := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(host, []byte("from the host"), 0o600); err != nil {
		t.Fatal(err)
	}
	var base, b bytes.Buffer
	if err := WriteInitramfs(&base, nil, []File{{Path: "/init", Data: []byte("of the base")}, {Path: "/bin/sh", Data: []byte("shell")}}); err != nil {
		t.Fatal(err)
	}
	files := []File{
		{Path: "/bin/deep/x", Host: host}, {Path: "/init", Data: []byte("init")}, {Path: "/bin/empty", Data: []byte{}, Mode: 0o644},
		{Path: "/bin/uinit", Link: "deep/x"},
	}
	if err := WriteInitramfs(&b, bytes.NewReader(base.Bytes()), files); err != nil {
		t.Fatal(err)
	}
	records, err := cpio.ReadAllRecords(cpio.Newc.Reader(bytes.NewReader(b.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	contents := make(map[string]string)
	inodes := make(map[uint64]bool)
	for _, r := range records {
		if dir := path.Dir(r.Name); dir != "." {
			if _, ok := contents[dir]; !ok {
				t.Errorf("%s before its folder", r.Name)
			}
		}
		if _, ok := contents[r.Name]; ok {
			t.Errorf("%s twice", r.Name)
		}
		if inodes[r.Ino] {
			t.Errorf("%s shares its inode", r.Name)
		}
		inodes[r.Ino] = true
		data, err := io.ReadAll(io.NewSectionReader(r, 0, int64(r.FileSize)))
		if r.ReaderAt != nil && err != nil {
			t.Fatal(err)
		}
		contents[r.Name] = string(data)
	}
	if contents["bin/deep/x"] != "from the host" || contents["init"] != "init" || contents["bin/sh"] != "shell" || contents["bin/uinit"] != "deep/x" {
		t.Error(contents)
	}
	if _, ok := contents["dev/console"]; !ok {
		t.Error("no console")
	}
	if err := WriteInitramfs(&b, nil, []File{{Path: "/x", Host: host + "-not-there"}}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := WriteInitramfs(&b, strings.NewReader(strings.Repeat("no archive", 20)), nil); err == nil {
		t.Error("a base that is no archive was taken")
	}
}

func TestCompress(t *testing.T) {
	data := bytes.Repeat([]byte("some text that is there again and again. "), 100_000)
	a, err := Compress(data)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Compress(data)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("not the same twice: %v", err)
	}
	cmd := exec.Command("zstd", "-dc", "--memory=8MiB") // as much as the kernel has
	cmd.Stdin = bytes.NewReader(a)
	out, err := cmd.Output()
	if err != nil || sha256.Sum256(out) != sha256.Sum256(data) {
		t.Errorf("zstd unpacks something else: %v", err)
	}
}
