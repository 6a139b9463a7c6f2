// Package image serves image files as if they were the medium they were taken from.
//
// Raw images pass through. Virtual disks are served as what the machine saw whose disks they were (image/container). Split raw images (x.001, x.002, …) are joined; what
// looks like one part of an image split in another way is refused (image/split).
// Images compressed with gzip (RFC 1952) or zstd (RFC 8878) are decoded while
// they are read. Everything else that is known to be no raw image is refused
// (package foreign): read as raw bytes, a compressed or encrypted file looks like
// ciphertext, and an examination of it would prove nothing. A device is never
// refused for what it holds, and neither is a file of which the caller says that
// its bytes are the medium (Options.Raw).
package image

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/container"
	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/image/split"
	"shokyo.dev/shokyo/words/medium"
)

// Source is what an image is read from, and what it is read as.
type Source = source.Source

// Opener opens one file of an image for reading. If what it gives is an
// io.Closer, Image.Close closes it.
type Opener func(path string) (Source, error)

// Formats, as Image.Format names them.
const (
	Raw      = "raw"
	SplitRaw = "split raw"
	Gzip     = codec.Gzip
	Zstd     = codec.Zstd
)

// Options say how an image is opened.
type Options struct {
	Open     Opener
	Progress func(done, total int64) // compressed bytes decoded; may be nil
	Raw      bool                    // the one file is the medium, whatever it is called or looks like
	Backing  []string                // what a virtual disk rests on, layer by layer
	Together []string                // media examined beside this one: no parts of it
}

// Image is an open image. Its methods are safe for concurrent use.
type Image struct {
	content Source        // what the image holds, decoded and laid out
	stream  *codec.Stream // what decodes it; nil if nothing does
	format  string
	paths   []string
	files   []Source // as opened, one for each of paths
	notes   []string
	defect  error
	open    bool // more parts may be missing
}

// Open opens the image that path names: a device, a file, or any part of a
// split image. A compressed image is decoded once to learn its size and
// whether it is whole. Memory is bounded (see codec.Stream) whatever the image says of
// itself.
func Open(ctx context.Context, path string, o Options) (*Image, error) {
	i := &Image{format: Raw}
	err := i.take(ctx, path, &o)
	if err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

func (i *Image) take(ctx context.Context, path string, o *Options) error {
	switch {
	case isDevice(path):
		return i.join([]string{path}, o.Open)
	case o.Raw:
		return i.takeRaw(path, o)
	}
	paths, whole, err := split.Parts(path)
	if err != nil {
		return err
	}
	if len(paths) == 1 {
		if done, err := i.takeContainer(path, o); done || err != nil {
			return err
		}
	}
	if err := i.object(path, whole, o).Refusal(); err != nil {
		return err
	}
	if err := i.join(paths, o.Open); err != nil {
		return err
	}
	i.open = split.OpenEnded(paths, i.files)
	return i.decode(ctx, whole, o.Progress)
}

// takeContainer opens a virtual disk, by what the file holds. Names that mean a medium byte for byte are taken at their word.
func (i *Image) takeContainer(path string, o *Options) (done bool, err error) {
	if ext := extension(path); ext == ".raw" || ext == ".dd" {
		return false, nil
	}
	file, err := o.Open(path)
	if err != nil {
		return false, err
	}
	i.files, i.paths = []Source{file}, []string{path}
	ends, err := foreign.ReadEnds(file, file.Size())
	if err != nil {
		return false, fmt.Errorf("read %s: %w", path, err)
	}
	if !container.Is(ends) {
		return false, nil
	}
	d, err := container.Open(&disk.Opening{Path: path, File: file, Backing: o.Backing, Open: func(path string) (Source, error) {
		file, err := o.Open(path)
		if err == nil {
			i.files = append(i.files, file)
		}
		return file, err
	}})
	if err != nil {
		return false, fmt.Errorf("%w; if this really is a medium: --format raw", err)
	}
	if len(d.Paths) == 0 && len(o.Backing) > 0 {
		return false, fmt.Errorf("%s rests on no other file: leave out --backing", path)
	}
	i.content, i.format, i.defect = d, d.Format, d.Defect
	i.paths, i.notes = append(i.paths, d.Paths...), append(i.notes, d.Notes...)
	return true, nil
}

// object says what speaks against a file by its name and those beside it. Of
// x.001, x.002, … they were all found.
func (i *Image) object(path, whole string, o *Options) *foreign.Objection {
	kind := objectName(whole)
	if whole != path {
		return kind
	}
	if o := split.ObjectCompressed(path); o != nil {
		return o
	}
	part, err := split.ObjectPart(path, o.Together)
	if err != nil {
		i.notes = append(i.notes, medium.PartsUnseen.Say(path, err).EN)
	}
	if kind != nil && part != nil { // what undoes it also joins it
		return &foreign.Objection{What: kind.What + "; " + part.What, Cure: kind.Cure}
	}
	return cmp.Or(kind, part)
}

// takeRaw takes one file as it is, and notes what else would have been thought.
func (i *Image) takeRaw(path string, o *Options) error {
	if err := i.join([]string{path}, o.Open); err != nil {
		return err
	}
	ends, err := foreign.ReadEnds(i.content, i.content.Size())
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	note := medium.TakenRaw.Say(path).EN
	part, _ := split.ObjectPart(path, o.Together)
	if others := slices.DeleteFunc(split.Numbered(path), func(p string) bool { return p == path }); len(others) > 0 {
		part = split.ObjectBeside(path, filepath.Base(others[0]), true)
	}
	for _, b := range []*foreign.Objection{objectName(path), part, objectContent("it is", "", ends)} {
		if b != nil {
			note += "; " + b.What
		}
	}
	i.notes = append(i.notes, note)
	return nil
}

// join opens the files and puts them end to end.
func (i *Image) join(paths []string, open Opener) error {
	if len(paths) == 1 && len(i.files) == 1 { // it was opened to look what it is
		i.content = i.files[0]
		return nil
	}
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
	joined, err := split.Join(paths, i.files)
	if err != nil {
		return err
	}
	i.content = joined
	i.defect = split.Short(paths, i.files)
	i.notes = append(i.notes, split.Long(paths, i.files)...)
	return nil
}

// decode looks at what the joined bytes are, by name and by content. Only a
// file named .gz or .zst is decoded: a raw image may hold anything.
func (i *Image) decode(ctx context.Context, name string, progress func(done, total int64)) error {
	ends, err := foreign.ReadEnds(i.content, i.content.Size())
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	c := codec.ByName(name)
	if c == nil {
		return i.joinFirst(objectContent(name+" is", name, ends)).Refusal()
	}
	if !c.Begins(ends.Head) {
		o := &foreign.Objection{What: fmt.Sprintf("%s is not %s data, whatever its name says", name, c.Format), Cure: "look what it is (file " + name + ")"}
		return i.joinFirst(o).Refusal()
	}
	i.format = c.Format
	s, defect, err := codec.Open(ctx, name, i.content, c, progress)
	if err != nil {
		return err
	}
	i.content, i.stream = s, s
	if i.defect == nil { // of a part that is too short, which explains the other
		i.defect = defect
	}
	if len(i.paths) > 1 {
		i.open = false // the format says where it ends
	}
	return objectContent(name+" holds", c.Trim(name), s.Ends()).Refusal()
}

// joinFirst: --format raw takes one file, so several must be made one.
func (i *Image) joinFirst(o *foreign.Objection) *foreign.Objection {
	if o == nil || len(i.paths) == 1 {
		return o
	}
	return &foreign.Objection{What: o.What, Cure: o.Cure + "; or join its parts into one file (cat)"}
}

// Lay takes the checksums of an array disk out of what the image shows from now
// on. It must not be called while the image is being read.
func (i *Image) Lay(l layout.Layout) (*layout.Laid, error) {
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

// OpenEnded says that the medium may go on: all parts are of one full size, or
// the name is one part's, and nothing in the files says that no more were left
// behind. A partition table may.
func (i *Image) OpenEnded() bool { return i.open }

// Defect is not nil when something of the medium is not in the image: a
// compressed image ends early or is damaged, or a part of a split one is too
// short. What is there is served; the error says where the rest is lost.
func (i *Image) Defect() error { return i.defect }

// Sequential says that reading in any other than ascending order is slow.
func (i *Image) Sequential() bool { return i.format == Gzip || i.format == Zstd }

// Alignment is what the one file of a plain image prefers (its method
// Alignment() int), otherwise 512.
func (i *Image) Alignment() int {
	return source.Alignment(i.content, 512)
}

// Stored says whether the image stores anything at off, and behind off the end of
// the stretch for which that holds. What is decoded or laid out is taken for stored.
func (i *Image) Stored(off int64) (end int64, stored bool) {
	return source.Stored(i.content, off)
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
