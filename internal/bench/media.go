package main

import (
	"io"
	"os"
	"path/filepath"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
)

// hole is the size of the sparse medium, and sparse that of the one a sample of is planned.
const (
	hole   = 64 << 30
	sparse = 15 << 40 // ext4 has files of 16 TiB at most
)

// makeMedia writes the media, ciphertext and zeros of the full size and documents of a sixteenth, for they take long.
func (b *bench) makeMedia() error {
	for name, bytes := range map[string]struct {
		from io.Reader
		size int64
	}{
		"ciphertext": {io.NewSectionReader(disktest.Keystream(1), 0, b.size), b.size},
		"zeros":      {zeros{}, b.size},
		"documents":  {&documents{}, b.size / 16},
	} {
		f, err := os.Create(b.medium(name))
		if err != nil {
			return err
		}
		if _, err := io.CopyN(f, bytes.from, bytes.size); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	for name, size := range map[string]int64{"hole": hole, "sparse": sparse} {
		f, err := os.Create(b.medium(name))
		if err != nil {
			return err
		}
		if err := f.Truncate(size); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(b.dir, "scalpel.conf"), scalpelTypes, 0o644)
}

func (b *bench) medium(name string) string { return filepath.Join(b.dir, name+".img") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// documents are files of many kinds, as a file system lays them: from the start of a block on, with zeros behind them.
type documents struct{ rest []byte }

func (d *documents) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		for _, f := range files.Documents() {
			d.rest = append(d.rest, f.Data...)
			d.rest = append(d.rest, make([]byte, -len(d.rest)&4095)...)
		}
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// scalpelTypes are the kinds of files that scalpel comes without, as it does with all: its own configuration is nothing but comments.
var scalpelTypes = []byte(`gif y 5000000 \x47\x49\x46\x38\x37\x61 \x00\x3b
jpg y 200000000 \xff\xd8\xff\xe0\x00\x10 \xff\xd9
png y 20000000 \x50\x4e\x47? \xff\xfc\xfd\xfe
doc y 10000000 \xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00 \xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00 NEXT
htm n 50000 <html </html>
pdf y 5000000 %PDF %EOF\x0d REVERSE
zip y 10000000 PK\x03\x04 \x3c\xac
`)
