package sign

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"shokyo.dev/shokyo/internal/wholefile"
)

// What comes later is put into a bundle whole or not at all. It is made beside the bundle, under a
// name like that of a bundle that is being written: what a kill leaves behind is not in the bundle,
// where it would be a file that was added, and can be deleted.

// aside is a name for the unfinished file of path: beside the bundle that path lies in, or beside
// path, if that is a PDF alone.
func aside(path string) string {
	dir, of := filepath.Dir(path), filepath.Base(path)
	if _, err := os.Lstat(filepath.Join(dir, envelopeFile)); err == nil {
		if whole, err := filepath.Abs(dir); err == nil {
			dir, of = filepath.Dir(whole), filepath.Base(whole)
		}
	}
	return filepath.Join(dir, "."+of+".partial-"+rand.Text()[:8])
}

// add puts a file into a bundle that does not have it.
func add(path string, b []byte) error {
	unfinished := aside(path)
	if err := wholefile.Create(unfinished, b, 0o644); err != nil {
		return Advise(err)
	}
	defer os.Remove(unfinished)
	err := os.Link(unfinished, path) // over nothing that is there, unlike a rename
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = wholefile.Create(path, b, 0o644) // FAT has no links
	}
	if err != nil {
		return Advise(err)
	}
	return wholefile.SyncDir(filepath.Dir(path))
}

// replace puts a file in the place of one that a bundle has.
func replace(path string, b []byte) error {
	unfinished := aside(path)
	if err := wholefile.Create(unfinished, b, 0o644); err != nil {
		return Advise(err)
	}
	if err := os.Rename(unfinished, path); err != nil {
		os.Remove(unfinished)
		return Advise(err)
	}
	return wholefile.SyncDir(filepath.Dir(path))
}
