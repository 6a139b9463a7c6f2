package sign

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/wholefile"
)

// maxOneFile is more than a bundle has that is one file.
const maxOneFile = 256 << 20

// oneFile is how a bundle is checked that is one file: what it is, its beginning says, and
// its name where that was changed.
func oneFile(name string, b []byte) (way, error) {
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")), strings.EqualFold(filepath.Ext(name), ".pdf"):
		return func(c *check, trusted *x509.Certificate) (*Verified, error) { return c.pdf(b, trusted) }, nil
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), strings.EqualFold(filepath.Ext(name), ".zip"):
		return func(c *check, trusted *x509.Certificate) (*Verified, error) { return c.zip(b, trusted) }, nil
	}
	return nil, fmt.Errorf("%s is not a folder, and no PDF or ZIP either: give the folder of a bundle, its ZIP, or report.pdf", name)
}

// zip checks a bundle in a ZIP. What a file unpacks to is bounded before it is read, by
// what the envelope pins, as in a folder.
func (c *check) zip(b []byte, trusted *x509.Certificate) (*Verified, error) {
	folder, err := unzip(b)
	if err != nil {
		c.add("", "envelope", "%v", err)
		return nil, nil
	}
	c.folder = folder
	return c.run(trusted)
}

// unzip reads the files of a bundle. They may lie in one folder of the ZIP.
func unzip(b []byte) (unpacked, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("the ZIP is damaged: %w", err)
	}
	const mostFiles = 64
	if len(z.File) > mostFiles {
		return nil, fmt.Errorf("the ZIP has %d files, a bundle has fewer", len(z.File))
	}
	out, top, left := unpacked{}, "", int64(maxOneFile)
	for i, f := range z.File {
		dir, name := path.Split(f.Name)
		if i == 0 {
			top = dir
		}
		_, twice := out[name]
		switch {
		case dir != top || strings.Count(top, "/") > 1:
			return nil, errors.New("the ZIP has more than one folder")
		case name == "":
			continue
		case twice:
			return nil, fmt.Errorf("%.80q is twice in the ZIP", name)
		case !f.Mode().IsRegular():
			return nil, fmt.Errorf("%.80q in the ZIP is not a regular file", name)
		}
		if out[name], err = unpack(f, min(left, mostOf(name))); err != nil {
			return nil, err
		}
		left -= int64(len(out[name]))
	}
	return out, nil
}

// mostOf is the bound of a file of a bundle. One that does not belong to it is refused later,
// by its name, whatever its bytes are.
func mostOf(name string) int64 {
	if f := fileOf(name); f != nil {
		return f.most
	}
	return 0
}

func unpack(f *zip.File, most int64) ([]byte, error) {
	if fileOf(f.FileInfo().Name()) == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > uint64(most) {
		return nil, fmt.Errorf("%.80q in the ZIP unpacks to %d bytes, at most %d were expected", f.Name, f.UncompressedSize64, most)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%.80q in the ZIP: %w", f.Name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%.80q in the ZIP: %w", f.Name, err)
	case int64(len(b)) > most:
		return nil, fmt.Errorf("%.80q in the ZIP unpacks to more than %d bytes", f.Name, most)
	}
	return b, nil
}

// Zip makes one file of a valid bundle, as Verify takes it. The same bundle gives the same
// bytes. Its files lie in a folder of its name.
func Zip(dir string) ([]byte, error) {
	name := filepath.Base(filepath.Clean(dir))
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		b, err := wholefile.Read(filepath.Join(dir, f.name), f.most)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		// DOS times begin in 1980, and a report's own time stands in it.
		w, err := z.CreateHeader(&zip.FileHeader{Name: path.Join(name, f.name), Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
