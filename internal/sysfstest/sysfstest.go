// Package sysfstest makes folders that look like the kernel's sysfs, for tests of what
// reads it: disks and their partitions come and go as a test says.
package sysfstest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Tree is a sysfs.
type Tree struct {
	t   *testing.T
	Dir string
}

// New makes an empty one in dir, or goes on with the one that is there.
func New(t *testing.T, dir string) *Tree {
	t.Helper()
	for _, d := range []string{"block", "class/block"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return &Tree{t, dir}
}

// Attach adds a disk with partitions of those names. The kernel numbers media as they
// appear: seq.
func (s *Tree) Attach(disk string, seq int, partitions ...string) {
	s.t.Helper()
	s.Attribute(disk, "", "diskseq", fmt.Sprint(seq))
	s.Attribute(disk, "", "queue/logical_block_size", "512")
	for i, name := range partitions {
		part := fmt.Sprintf("%s%d", disk, i+1)
		s.Attribute(disk, part, "partition", fmt.Sprint(i+1))
		s.Attribute(disk, part, "uevent", "MAJOR=8\nDEVTYPE=partition\nPARTN=1\nPARTNAME="+name)
	}
}

// Attribute sets a file of a disk, or of a partition of it.
func (s *Tree) Attribute(disk, part, file, value string) {
	s.t.Helper()
	dir := filepath.Join(s.Dir, "block", disk, part)
	s.Write(filepath.Join("block", disk, part, file), value+"\n")
	link := filepath.Join(s.Dir, "class/block", filepath.Base(dir))
	if err := os.Symlink(dir, link); err != nil && !errors.Is(err, os.ErrExist) {
		s.t.Fatal(err)
	}
}

// Write writes any file.
func (s *Tree) Write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.Dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		s.t.Fatal(err)
	}
}

// Pull takes a disk away.
func (s *Tree) Pull(disk string) {
	s.t.Helper()
	if err := os.RemoveAll(filepath.Join(s.Dir, "block", disk)); err != nil {
		s.t.Fatal(err)
	}
}
