package guest

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

// File is a file of the guest: bytes, or a file of the host.
type File struct {
	Path string // absolute, in the guest
	Mode uint32 // 0 means 0755
	Data []byte
	Host string // copied if Data is nil
}

// writeInitramfs writes files, and the folders they lie in, as a cpio archive
// in the "newc" format (kernel: Documentation/driver-api/early-userspace/
// buffer-format.rst). It is not compressed: emulated processors unpack slowly.
func writeInitramfs(w io.Writer, files []File) error {
	records := make([]cpio.Record, 0, len(files))
	for _, f := range files {
		r, err := f.record()
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	records = append(records, folders(records)...)
	// The kernel does not make folders: each must stand before what lies in it.
	slices.SortFunc(records, func(a, b cpio.Record) int { return cmp.Compare(a.Name, b.Name) })
	archive := cpio.Newc.Writer(w)
	for i, r := range records {
		r.Ino = uint64(i + 1) // else all would be links to one file
		if err := archive.WriteRecord(cpio.MakeReproducible(r)); err != nil {
			return fmt.Errorf("initramfs: %s: %w", r.Name, err)
		}
	}
	return cpio.WriteTrailer(archive)
}

func (f File) record() (cpio.Record, error) {
	data := f.Data
	if data == nil {
		b, err := os.ReadFile(f.Host)
		if err != nil {
			return cpio.Record{}, fmt.Errorf("initramfs: %w", err)
		}
		data = b
	}
	info := cpio.Info{Name: strings.TrimPrefix(path.Clean(f.Path), "/"), Mode: cpio.S_IFREG | uint64(cmp.Or(f.Mode, 0o755))}
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
