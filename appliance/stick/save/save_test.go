package save

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The stick can be pulled between the new name of a report and the word that it is
// on the medium.
func TestSavedBeforeItWasSaid(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "bundle"), filepath.Join(dir, "reports")
	write(t, filepath.Join(from, "report.json"), "{}")
	for range 2 {
		if name, err := Beside(from, to, "x"); name != "x" || err != nil {
			t.Error(name, err)
		}
	}
	write(t, filepath.Join(from, "report.json"), "{ }")
	for range 2 {
		if name, err := Beside(from, to, "x"); name != "x-2" || err != nil {
			t.Error(name, err)
		}
	}
}

func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err == nil && !d.IsDir() {
			rel += "=" + read(t, path)
		}
		names = append(names, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names[1:]
}

func TestSaveFolder(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "sda"), filepath.Join(t.TempDir(), "reports")
	write(t, filepath.Join(from, "report.json"), "{}")
	write(t, filepath.Join(from, "deep", "map.png"), strings.Repeat("x", 3<<20))
	write(t, filepath.Join(from, "empty"), "")
	write(t, filepath.Join(to, ".partial-a", "old"), "of an earlier attempt")
	if err := Folder(from, to, "a"); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, to), append([]string{"a"}, prefixed("a/", tree(t, from))...); !slices.Equal(got, want) {
		t.Errorf("%.200q", got)
	}
	if err := Folder(from, to, "a"); err == nil || !strings.Contains(err.Error(), "nothing is overwritten") {
		t.Error(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	if err := Folder(from, to, "b"); err == nil {
		t.Error("a link was followed")
	}
	if got := tree(t, to); len(got) != len(tree(t, from)) {
		t.Error("something is left of it: ", got)
	}
}

func prefixed(p string, names []string) (out []string) {
	for _, n := range names {
		out = append(out, p+n)
	}
	return out
}

// A stick that loses what it took is noticed.
func TestCompareFolders(t *testing.T) {
	for change, want := range map[string]bool{"same": true, "": false, "sane": false, "same and more": false} {
		a, b := t.TempDir(), t.TempDir()
		write(t, filepath.Join(a, "x/f"), "same")
		write(t, filepath.Join(b, "x/f"), change)
		if err := compareFolders(a, b); (err == nil) != want {
			t.Errorf("%q: %v", change, err)
		}
	}
	a := t.TempDir()
	write(t, filepath.Join(a, "f"), "")
	if err := compareFolders(a, t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	broken := io.MultiReader(strings.NewReader("a"), errorReader{})
	if _, err := sameBytes(broken, strings.NewReader("a")); err != unix.EIO {
		t.Error(err)
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, unix.EIO }

func TestSaveFile(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"one", "two"} {
		if err := File(filepath.Join(dir, "log", "x.txt"), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := tree(t, dir); !slices.Equal(got, []string{"log", "log/x.txt=two"}) {
		t.Error(got)
	}
	write(t, filepath.Join(dir, ".partial-y/z"), "")
	RemoveUnfinished(dir)
	if got := tree(t, dir); len(got) != 2 {
		t.Error(got)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
