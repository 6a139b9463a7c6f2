// Package save brings files and folders onto the stick whole or not at all, and reads
// them back. FAT has no journal, and a stick can be pulled at any moment, be worn, or be
// smaller than it claims. Nothing that is there is ever replaced, but the log of the
// same start: a name that is taken gets a number behind it.
package save

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Where things are on the evidence partition.
const (
	ReportsDir = "reports"
	LogDir     = "log"
	ReadmeName = "README.txt"
)

// partial marks what is being written. What carries it is not finished, and is
// removed at the next attempt: a name without it is whole.
const partial = ".partial-"

// Folder copies a folder to dir/name whole or not at all: under another name
// at first, then everything to the medium, then read back from it and compared,
// then renamed, then the name to the medium. FAT has no journal, so each step must
// be down before the next; the whole file system each time, for how much of its tables
// wholefile.SyncDir brings down differs from driver to driver.
func Folder(from, dir, name string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unfinished, final := filepath.Join(dir, partial+name), filepath.Join(dir, name)
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if _, err := os.Lstat(final); err == nil {
		return fmt.Errorf("%s is there already: nothing is overwritten", final)
	}
	err := copyFolder(from, unfinished)
	if err == nil {
		err = syncAll(dir)
	}
	if err == nil {
		err = compareFolders(from, unfinished)
	}
	if err != nil {
		os.RemoveAll(unfinished) // it would take the room that the next attempt needs
		return err
	}
	if err := os.Rename(unfinished, final); err != nil {
		return err
	}
	return syncAll(dir)
}

// File writes one file in the same way; an earlier one of that name is replaced.
func File(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unfinished := filepath.Join(dir, partial+filepath.Base(path))
	if err := writeFile(unfinished, bytes.NewReader(data)); err != nil {
		os.Remove(unfinished)
		return err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	return syncAll(dir)
}

// RemoveUnfinished removes what an earlier start could not finish.
func RemoveUnfinished(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, partial+"*"))
	for _, path := range old {
		os.RemoveAll(path)
	}
}

func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Mkdir(filepath.Join(to, rel), 0o755)
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no file: a bundle has none of that", path)
		}
		return copyFile(path, filepath.Join(to, rel))
	})
}

func copyFile(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return writeFile(to, f)
}

// writeFile makes a file and returns when its bytes are on the medium.
func writeFile(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncAll writes out the file system that dir lies on, folders and allocation
// tables too, and tells if that failed.
func syncAll(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := unix.Syncfs(int(d.Fd())); err != nil {
		return fmt.Errorf("write out %s: %w", dir, err)
	}
	return nil
}

// compareFolders reads the copy back: sticks that are worn, or smaller than they
// claim, take every write and lose it.
func compareFolders(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return compareFile(path, filepath.Join(to, rel))
	})
}

func compareFile(want, path string) error {
	a, err := os.Open(want)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := os.Open(path)
	if err != nil {
		return err
	}
	defer b.Close()
	// From the medium, not from the kernel's memory.
	unix.Fadvise(int(b.Fd()), 0, 0, unix.FADV_DONTNEED)
	same, err := sameBytes(a, b)
	if err == nil && !same {
		err = fmt.Errorf("%s reads back otherwise than it was written: use another stick", path)
	}
	return err
}

func sameBytes(a, b io.Reader) (bool, error) {
	bufA, bufB := make([]byte, 1<<20), make([]byte, 1<<20)
	for {
		n, errA := io.ReadFull(a, bufA)
		m, errB := io.ReadFull(b, bufB)
		if !bytes.Equal(bufA[:n], bufB[:m]) {
			return false, nil
		}
		endA, endB := ended(errA), ended(errB)
		switch {
		case errA != nil && !endA:
			return false, errA
		case errB != nil && !endB:
			return false, errB
		case endA && endB:
			return true, nil
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// maxNames ends the search for a free name on a stick that answers anything.
const maxNames = 1000

// Beside saves a folder under its name, or with a number behind it if
// that is taken: a computer whose clock has no battery starts every day at the same
// second. If what has the name is this folder, because the stick was pulled right
// after it got it, there is nothing more to do but to write it out.
func Beside(from, dir, name string) (string, error) {
	free := name
	for n := 2; n < maxNames; n++ {
		final := filepath.Join(dir, free)
		if _, err := os.Lstat(final); err != nil {
			break // the name is free, or Folder says what is wrong
		}
		if compareFolders(from, final) == nil {
			return free, syncAll(dir)
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free, Folder(from, dir, free)
}

// Unused gives a name that no file has yet, with a number behind it if need be.
func Unused(dir, name, ending string) string {
	free := name
	for n := 2; n < maxNames; n++ {
		if _, err := os.Lstat(filepath.Join(dir, free+ending)); err != nil {
			break
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// Stamp is a time as part of a file's name.
func Stamp(t time.Time) string { return t.UTC().Format("20060102-150405") }

// AtOnce writes a note that another start of this program may read, over the one before:
// it is there by half never. It lies in memory, so there is no disk to bring it to, as
// wholefile.Replace does.
func AtOnce(path string, b []byte) error {
	unfinished := path + ".part"
	if err := os.WriteFile(unfinished, b, 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, path)
}
