package disks

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestBlockDevice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := OpenBlockDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	b := make([]byte, 4)
	if n, err := d.ReadAt(b, 2); n != 4 || err != nil || string(b) != "2345" {
		t.Error(n, err, b)
	}
	if n, err := d.ReadAt(b, 8); n != 2 || err != io.ErrUnexpectedEOF {
		t.Error(n, err)
	}
	if _, err := OpenBlockDevice(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
