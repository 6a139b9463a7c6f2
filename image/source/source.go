// Package source says what a medium, or a part of one, is to code that reads it,
// and holds what all such code needs.
package source

import (
	"errors"
	"io"
)

// Source is bytes at offsets. ReadAt must be safe for concurrent use.
type Source interface {
	io.ReaderAt
	Size() int64
}

// Alignment is what a source prefers of offsets and lengths (its method Alignment()
// int, as a device has it); otherwise what is given.
func Alignment(src Source, otherwise int) int {
	if a, ok := src.(interface{ Alignment() int }); ok {
		return a.Alignment()
	}
	return otherwise
}

// Stored says whether a source stores anything at off, and behind off the end of the
// stretch for which that holds. One that does not tell holes apart (its method
// Stored, as devices.Medium has it) stores all of it.
func Stored(src Source, off int64) (end int64, stored bool) {
	if s, ok := src.(interface {
		Stored(off int64) (end int64, stored bool)
	}); ok {
		return s.Stored(off)
	}
	return src.Size(), true
}

// ReadFull reads all of p or says why not; a source that ends is no error to
// be guessed from a count.
func ReadFull(src Source, p []byte, off int64) error {
	n, err := src.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
