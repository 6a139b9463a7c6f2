// Package judge asks the programs of others what they make of a test medium: whether they
// find no fault, what files are on it, whether a passphrase opens it.
package judge

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/tooltest"
)

// ReadBack takes the files out of an image by debugfs, without mounting it.
func ReadBack(t *testing.T, image string) []files.File {
	t.Helper()
	dir := t.TempDir()
	tooltest.Output(t, "debugfs", "-R", "rdump / "+dir, image)
	var found []files.File
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = append(found, files.File{Name: strings.TrimPrefix(path, dir+"/"), Data: b})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// SameFiles fails the test unless the files are those that were wanted, byte for byte.
func SameFiles(t *testing.T, got, want []files.File) {
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

// Opens asks cryptsetup whether a passphrase opens the volume.
func Opens(t *testing.T, image, passphrase string) bool {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(passphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := tooltest.Command(t, "cryptsetup", "open", "--test-passphrase", "--disable-locks", "--key-file", key, image).CombinedOutput()
	if out := string(b); err != nil && !strings.Contains(out, "No key available") && !strings.Contains(out, "No usable keyslot") {
		t.Fatalf("cryptsetup does not say no, it fails: %s", out)
	}
	return err == nil
}

// Dump is what cryptsetup says of a volume's header.
func Dump(t *testing.T, image string) string {
	t.Helper()
	return string(tooltest.Output(t, "cryptsetup", "luksDump", "--disable-locks", image))
}
