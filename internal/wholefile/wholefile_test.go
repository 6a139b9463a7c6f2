package wholefile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("1234"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := Read(path, 4); err != nil || !bytes.Equal(b, []byte("1234")) {
		t.Errorf("%q, %v", b, err)
	}
	for _, bad := range []string{path, "/dev/zero"} {
		b, err := Read(bad, 3)
		if b != nil || !errors.Is(err, ErrTooLong) || err.Error() != bad+" is longer than 3 bytes" {
			t.Errorf("%s: %q, %v", bad, b, err)
		}
	}
	for _, bad := range []string{path + "-none", filepath.Dir(path)} {
		if b, err := Read(bad, 3); b != nil || err == nil || errors.Is(err, ErrTooLong) {
			t.Errorf("%s: %q, %v", bad, b, err)
		}
	}
	if b, err := Read(os.DevNull, 0); b == nil || err != nil {
		t.Errorf("an empty file, which is not none: %v, %v", b, err)
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := Create(path, []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("2"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over: %v", err)
	}
	want(t, path, "1", 0o600)
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path, unfinished := filepath.Join(dir, "x"), filepath.Join(dir, "x.new")
	for _, text := range []string{"first", "2nd"} {
		if err := Replace(path, unfinished, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		want(t, path, text, 0o644)
	}
	if err := os.WriteFile(unfinished, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, unfinished, []byte("3rd"), 0o644); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another's unfinished file: %v", err)
	}
	want(t, path, "2nd", 0o644)
	os.Remove(unfinished)
	if err := os.Mkdir(path+"d", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path+"d", unfinished, []byte("3rd"), 0o644); err == nil {
		t.Error("a folder is replaced")
	}
	if _, err := os.Lstat(unfinished); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what could not be renamed is left: %v", err)
	}
}

// want checks what a file holds, and that nobody may do more with it than was said.
func want(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || string(b) != text {
		t.Errorf("%q, %v", b, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&^mode != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestSyncDir(t *testing.T) {
	if err := SyncDir(t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := SyncDir(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there")
	}
	if err := SyncDir("/proc"); err != nil { // cannot be synced, and says EINVAL
		t.Error(err)
	}
}
