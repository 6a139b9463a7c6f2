package sign

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/sign/zipped"
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
	folder, err := zipped.Read(b, maxOneFile, mostOf)
	if err != nil {
		c.wrong("", "envelope", err)
		return nil, nil
	}
	c.folder, c.lies = unpacked(folder), inZIP
	return c.run(trusted)
}

// mostOf is the bound of a file of a bundle. One that does not belong to it is refused later,
// by its name, whatever its bytes are.
func mostOf(name string) int64 {
	if f := fileOf(name); f != nil {
		return f.most
	}
	return 0
}

// Zip makes one file of a valid bundle, as Verify takes it. The same bundle gives the same
// bytes. Its files lie in a folder of its name.
func Zip(dir string) ([]byte, error) {
	var list []zipped.File
	for _, f := range files {
		b, err := wholefile.Read(filepath.Join(dir, f.name), f.most)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, zipped.File{Name: f.name, Data: b})
	}
	return zipped.Write(filepath.Base(filepath.Clean(dir)), list)
}
