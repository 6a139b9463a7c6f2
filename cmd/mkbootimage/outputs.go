package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// outputs are the files of the folder -out. Each is written beside its place, as
// NAME.part, and when all are complete they are moved: half an image must not be
// taken for a whole one, nor a new one for that of an older manifest.
type outputs struct {
	dir   string
	names []string // in the order in which they are moved: the manifest is the last
}

func (o *outputs) path(name string) string { return filepath.Join(o.dir, name) }
func (o *outputs) part(name string) string { return o.path(name) + ".part" }

// add lets write make a file. One that a killed run has left goes first.
func (o *outputs) add(name string, write func(path string) error) error {
	if err := removeIfThere(o.part(name)); err != nil {
		return err
	}
	o.names = append(o.names, name)
	return write(o.part(name))
}

func (o *outputs) addBytes(name string, data []byte) error {
	return o.add(name, func(path string) error { return os.WriteFile(path, data, 0o644) })
}

// publish moves the files to their places. The old manifest goes before the
// first, so that whatever happens in between, none stands beside files that are
// not its own.
func (o *outputs) publish() error {
	for _, name := range o.names {
		if info, err := os.Lstat(o.path(name)); err == nil && info.IsDir() {
			return fmt.Errorf("write %s: a folder has that name, and nothing was changed: remove it", o.path(name))
		}
	}
	if err := removeIfThere(o.path(manifestName)); err != nil {
		return err
	}
	for _, name := range o.names {
		if err := os.Rename(o.part(name), o.path(name)); err != nil {
			return fmt.Errorf("%w: the files in %s are of two builds, and without a manifest: build again", err, o.dir)
		}
	}
	return nil
}

// discard removes what was not moved.
func (o *outputs) discard() (err error) {
	for _, name := range o.names {
		err = errors.Join(err, removeIfThere(o.part(name)))
	}
	return err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
