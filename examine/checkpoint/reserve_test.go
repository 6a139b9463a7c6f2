package checkpoint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTake: one holder at a time, and nothing is touched that may be somebody else's.
func TestTake(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x"+Suffix)
	r, err := Take(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != reserveBytes {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := Take(path); err == nil || !strings.Contains(err.Error(), "another examination is writing to "+filepath.Join(dir, "x")+":") {
		t.Error(err)
	}
	r.Release()
	r.Release()
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := Take(path); err == nil {
		t.Error("released, it is still held")
	}
	r.Close()
	if _, err := os.Lstat(path); err == nil {
		t.Error("it is left behind")
	}
	evidence := filepath.Join(dir, "evidence")
	if err := os.WriteFile(evidence, []byte("evidence"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]func(string, string) error{"a link": os.Symlink, "another name": os.Link} {
		if err := link(evidence, path); err != nil {
			t.Fatal(err)
		}
		if _, err := Take(path); err == nil {
			t.Errorf("%s: it is taken", name)
		}
		if b, err := os.ReadFile(evidence); err != nil || string(b) != "evidence" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		os.Remove(path)
	}
	if _, err := Take(filepath.Join(dir, "missing", "x")); err == nil || !strings.Contains(err.Error(), "write to the output folder") {
		t.Error(err)
	}
}
