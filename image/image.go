// Package image serves image files as if they were the medium they were taken
// from, and reads what lies where on a medium: its partitions.
//
// Raw images pass through. Split raw images (x.001, x.002, …) are joined; what
// looks like one part of an image split in another way is refused.
// Images compressed with gzip (RFC 1952) or zstd (RFC 8878) are decoded while
// they are read. Everything else that is known to be no raw image (qcow2,
// VMDK, E01, …) is refused: read as raw bytes, a compressed container looks
// like ciphertext, and an examination of it would prove nothing.
package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Source is bytes at offsets. ReadAt must be safe for concurrent use.
type Source interface {
	io.ReaderAt
	Size() int64
}

// Opener opens one file of an image for reading. If what it gives is an
// io.Closer, Image.Close closes it.
type Opener func(path string) (Source, error)

// Formats, as Image.Format names them.
const (
	Raw      = "raw"
	SplitRaw = "split raw"
	Gzip     = "gzip"
	Zstd     = "zstd"
)

// Image is an open image. Its methods are safe for concurrent use.
type Image struct {
	content Source  // what the image holds, decoded and laid out
	stream  *stream // what decodes it; nil if nothing does
	format  string
	paths   []string
	files   []Source // as opened, one for each of paths
	notes   []string
	defect  error
}

// Open opens the image that path names: a device, a file, or any part of a
// split image. A compressed image is decoded once to learn its size and
// whether it is whole; progress, unless nil, is told how many of its
// compressed bytes are done. Memory is bounded (see stream) whatever the image
// says of itself.
func Open(ctx context.Context, path string, open Opener, progress func(done, total int64)) (*Image, error) {
	i := &Image{format: Raw}
	err := i.open(ctx, path, open, progress)
	if err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

func (i *Image) open(ctx context.Context, path string, open Opener, progress func(done, total int64)) error {
	if isDevice(path) {
		return i.join([]string{path}, open)
	}
	if err := refuseName(path); err != nil {
		return err
	}
	paths, whole, err := parts(path)
	if err != nil {
		return err
	}
	if err := i.join(paths, open); err != nil {
		return err
	}
	if len(paths) == 1 {
		i.notes = append(i.notes, loneFirst(path)...)
	}
	return i.decode(ctx, whole, progress)
}

// join opens the files and puts them end to end.
func (i *Image) join(paths []string, open Opener) error {
	i.paths = paths
	for _, p := range paths {
		src, err := open(p)
		if err != nil {
			return err
		}
		i.files = append(i.files, src)
	}
	if len(paths) == 1 {
		i.content = i.files[0]
		return nil
	}
	i.format = SplitRaw
	joined, err := newJoined(paths, i.files)
	if err != nil {
		return err
	}
	i.content = joined
	i.defect = shortPart(paths, i.files)
	i.notes = append(i.notes, longParts(paths, i.files)...)
	return nil
}

// decode looks at what the joined bytes are, by name and by content. Only a
// file named .gz or .zst is decoded: a raw image may hold anything.
func (i *Image) decode(ctx context.Context, name string, progress func(done, total int64)) error {
	head, err := firstBytes(i.content)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	c := codecByName(name)
	if c == nil {
		i.notes = append(i.notes, oddBeginning(head)...)
		return refuseContent(name, head)
	}
	if !strings.HasPrefix(string(head), c.magic) && !(c.format == Zstd && isSkippable(head)) {
		return fmt.Errorf("%s is not %s data, whatever its name says: if it is a raw image, rename it to end in .raw", name, c.format)
	}
	i.format = c.format
	s, defect, err := newStream(ctx, name, i.content, c, progress)
	if err != nil {
		return err
	}
	i.content, i.stream = s, s
	if i.defect == nil { // of a part that is too short, which explains the other
		i.defect = defect
	}
	return nil
}

// Lay takes the checksums of an array disk out of what the image shows from now
// on. It must not be called while the image is being read.
func (i *Image) Lay(l Layout) (*Laid, error) {
	laid, err := l.Apply(i.content)
	if err != nil {
		return nil, err
	}
	i.content = laid
	i.notes = append(i.notes, laid.Notes()...)
	return laid, nil
}

// ReadAt implements io.ReaderAt. On a compressed image it is fast in ascending
// order, give or take 32 MiB, and slow otherwise.
func (i *Image) ReadAt(p []byte, off int64) (int, error) { return i.content.ReadAt(p, off) }

// Size is the number of bytes the image holds, decoded.
func (i *Image) Size() int64 { return i.content.Size() }

// Format is Raw, SplitRaw, Gzip or Zstd. A split image may be compressed as a
// whole: then it is Gzip or Zstd with several Parts.
func (i *Image) Format() string { return i.format }

// Parts are the paths of the files that make the image, in order.
func (i *Image) Parts() []string { return i.paths }

// Notes are oddities that a report should mention, one sentence each.
func (i *Image) Notes() []string { return i.notes }

// Defect is not nil when something of the medium is not in the image: a
// compressed image ends early or is damaged, or a part of a split one is too
// short. What is there is served; the error says where the rest is lost.
func (i *Image) Defect() error { return i.defect }

// Sequential says that reading in any other than ascending order is slow.
func (i *Image) Sequential() bool { return i.format == Gzip || i.format == Zstd }

// Alignment is what the one file of a plain image prefers (its method
// Alignment() int), otherwise 512.
func (i *Image) Alignment() int {
	if a, ok := i.content.(interface{ Alignment() int }); ok {
		return a.Alignment()
	}
	return 512
}

// withHoles is a source that knows where nothing is stored, as devices.Medium does.
type withHoles interface {
	Stored(off int64) (end int64, stored bool)
}

// Stored says whether the image stores anything at off, and behind off the end of
// the stretch for which that holds. What is decoded or laid out is taken for stored.
func (i *Image) Stored(off int64) (end int64, stored bool) {
	if s, ok := i.content.(withHoles); ok {
		return s.Stored(off)
	}
	return i.Size(), true
}

// Close closes every file that was opened.
func (i *Image) Close() error {
	var errs []error
	if i.stream != nil {
		errs = append(errs, i.stream.Close())
	}
	for _, f := range i.files {
		if c, ok := f.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// isDevice: the bytes of a device are the medium, whatever its name or they
// look like. What can not be looked at is left to the opener to complain of.
func isDevice(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode()&fs.ModeDevice != 0
}

func firstBytes(src Source) ([]byte, error) {
	b := make([]byte, min(512, src.Size()))
	n, err := src.ReadAt(b, 0)
	if n == len(b) || errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}

// extension is the last extension of a path in lower case, with its dot.
func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }
