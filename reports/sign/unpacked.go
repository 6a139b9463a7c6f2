package sign

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// unpacked is a folder of files that lie in another file.
type unpacked map[string][]byte

func (m unpacked) Open(name string) (fs.File, error) {
	data, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &unpackedFile{*bytes.NewReader(data), name}, nil
}

// ReadDir lists the files, whatever their names are.
func (m unpacked) ReadDir(string) ([]fs.DirEntry, error) {
	var list []fs.DirEntry
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, fs.FileInfoToDirEntry(&unpackedFile{*bytes.NewReader(m[name]), name}))
	}
	return list, nil
}

// unpackedFile is a file and what is known of it.
type unpackedFile struct {
	bytes.Reader
	name string
}

func (f *unpackedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *unpackedFile) Close() error               { return nil }
func (f *unpackedFile) Name() string               { return f.name }
func (f *unpackedFile) Mode() fs.FileMode          { return 0o444 }
func (f *unpackedFile) ModTime() time.Time         { return time.Time{} }
func (f *unpackedFile) IsDir() bool                { return false }
func (f *unpackedFile) Sys() any                   { return nil }
