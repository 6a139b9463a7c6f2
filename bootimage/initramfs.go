package bootimage

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/u-root/u-root/pkg/cpio"
)

// File is a file to be put into an initramfs or a file system: bytes, or a
// file of this computer, or a link.
type File struct {
	Path string // absolute, where it is to be
	Mode uint32 // 0 means 0755
	Data []byte
	Host string // copied if Data is nil
	Link string // a symbolic link to this path; only in an initramfs
}

// Contents are the bytes of a file.
func (f File) Contents() ([]byte, error) {
	if f.Data != nil {
		return f.Data, nil
	}
	return os.ReadFile(f.Host)
}

// WriteInitramfs writes files, the folders they lie in, and what is in the base
// archive (nil: nothing) as a cpio archive in the "newc" format (kernel:
// Documentation/driver-api/early-userspace/buffer-format.rst). Files come
// before the base's of the same name. Owners, times and inode numbers do not
// depend on the files of this computer.
func WriteInitramfs(w io.Writer, base io.ReaderAt, files []File) error {
	records := make([]cpio.Record, 0, len(files))
	for _, f := range files {
		r, err := f.record()
		if err != nil {
			return fmt.Errorf("initramfs: %w", err)
		}
		records = append(records, r)
	}
	if base != nil {
		more, err := cpio.ReadAllRecords(cpio.Newc.Reader(base))
		if err != nil {
			return fmt.Errorf("initramfs: read the base archive: %w", err)
		}
		records = append(records, more...)
	}
	records = append(records, folders(records)...)
	// The kernel does not make folders: each must stand before what lies in it.
	slices.SortStableFunc(records, func(a, b cpio.Record) int { return cmp.Compare(a.Name, b.Name) })
	records = slices.CompactFunc(records, func(a, b cpio.Record) bool { return a.Name == b.Name })
	archive := cpio.Newc.Writer(w)
	for i, r := range records {
		r = cpio.MakeReproducible(r)
		r.Ino = uint64(i + 1) // else all would be links to one file
		if err := archive.WriteRecord(r); err != nil {
			return fmt.Errorf("initramfs: %s: %w", r.Name, err)
		}
	}
	return cpio.WriteTrailer(archive)
}

func (f File) record() (cpio.Record, error) {
	name := strings.TrimPrefix(path.Clean(f.Path), "/")
	if f.Link != "" {
		return cpio.Symlink(name, f.Link), nil
	}
	data, err := f.Contents()
	if err != nil {
		return cpio.Record{}, err
	}
	info := cpio.Info{Name: name, Mode: cpio.S_IFREG | uint64(cmp.Or(f.Mode, 0o755))}
	return cpio.StaticRecord(data, info), nil
}

// folders are all parents of the records, and the console: the kernel opens it
// as the init's standard streams before anything is mounted.
func folders(records []cpio.Record) []cpio.Record {
	out := []cpio.Record{cpio.Directory("dev", 0o755), cpio.CharDev("dev/console", 0o600, 5, 1)}
	made := map[string]bool{"dev": true}
	for _, r := range records {
		for dir := path.Dir(r.Name); dir != "." && !made[dir]; dir = path.Dir(dir) {
			made[dir] = true
			out = append(out, cpio.Directory(dir, 0o755))
		}
	}
	return out
}
