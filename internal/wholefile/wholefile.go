// Package wholefile reads and writes files whole or not at all: reading is bounded,
// whatever the path leads to, and what was written is on the disk when it returns.
//
// What the appliance saves on its stick is not written here: a stick has neither a
// journal, nor can it be trusted to keep what it took (appliance/stick/save).
package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrTooLong is what the error of a file that is longer than allowed is.
var ErrTooLong = errors.New("longer than allowed")

type tooLong struct {
	path  string
	limit int64
}

func (e tooLong) Error() string      { return fmt.Sprintf("%s is longer than %d bytes", e.path, e.limit) }
func (tooLong) Is(target error) bool { return target == ErrTooLong }

// Read reads a file that is no longer than limit. What a path leads to is not asked:
// files of /proc have no size, and /dev/zero has no end. With an error there is
// nothing, so that no part is taken for all.
func Read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = tooLong{path, limit}
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Create writes a file that must not exist, and brings it to the disk; its name is
// there for good after SyncDir.
func Create(path string, b []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(path)
	}
	return err
}

// Replace puts a file in the place of what path names, if anything: a crash leaves
// the one or the other. The file is made under the name unfinished, which must not
// exist and lies in the same folder.
func Replace(path, unfinished string, b []byte, mode fs.FileMode) error {
	if err := Create(unfinished, b, mode); err != nil {
		return err
	}
	if err := os.Rename(unfinished, path); err != nil {
		os.Remove(unfinished)
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir brings the names in a folder to the disk. Some file systems (FAT,
// network shares) cannot and say so; there is nothing more to be done there.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
