package batch

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/envelope"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
)

// The files of a batch, beside the bundles it lists. On a stick, where many batches lie, each has a
// name of its own in place of "batch": what they have in common is called the stem.
const (
	stem = "batch"

	File        = stem + ending
	CSV         = stem + ".csv"
	Page        = stem + ".html"
	certificate = stem + ".pem"
	seal        = stem + ".dsse"

	ending = ".json"
)

// signed are the files that the seal pins, in its order. The certificate is the last.
var signed = []string{File, CSV, Page, certificate}

// Files are all files of a batch in the order in which they are written: where the seal is, all are.
func Files() []string { return append(slices.Clone(signed), seal) }

// IsFile says whether a name in the folder of a batch is that of one of its files.
func IsFile(name string) bool { return slices.Contains(Files(), name) }

// Write writes the files of a batch into dir, each whole or not at all. What lies there under these
// names is replaced: whether it may be is for the caller to know.
func Write(dir string, b *Batch, by identity.Identity) error {
	var table bytes.Buffer
	if err := b.WriteCSV(&table); err != nil {
		return err
	}
	data := map[string][]byte{File: b.Encode(), CSV: table.Bytes(), Page: b.HTML(), certificate: by.PEM()}
	var pins []envelope.Pinned
	for _, name := range signed {
		pins = append(pins, envelope.Pin(name, data[name]))
	}
	var err error
	if data[seal], err = sealed.Sign(by, Schema, pins); err != nil {
		return fmt.Errorf("sign the summary of the batch: %w", err)
	}
	for _, name := range Files() {
		// Two runs may write here at the same time, and each its own.
		path, unfinished := filepath.Join(dir, name), filepath.Join(dir, "."+name+".partial-"+rand.Text()[:8])
		if err := wholefile.Replace(path, unfinished, data[name], 0o644); err != nil {
			return fmt.Errorf("write %s: %w", path, sign.Advise(err))
		}
	}
	return nil
}

// Signed is a batch whose files are as they were signed.
type Signed struct {
	*Batch
	Certificate *x509.Certificate // of who signed: whose it is, is for the caller to ask
}

// ErrNoSeal: nobody signed the batch, or somebody took the signature away.
var ErrNoSeal = errors.New("nobody signed it: rows can have been taken out or changed")

// most a file of a batch has, in bytes.
const most = 256 << 20

// Open reads the batch in a file that is called batch.json, or with something before that. An error
// that is [ErrNoSeal] comes with the batch; every other says that it is not as it was signed, or could
// not be read. The page of a batch that self made has to be the one that self makes of it.
func Open(path string, self reports.Tool) (*Signed, error) {
	data := map[string][]byte{}
	base := strings.TrimSuffix(path, ending)
	var missing []error
	for _, name := range Files() {
		b, err := wholefile.Read(base+filepath.Ext(name), most)
		if err != nil {
			missing = append(missing, err)
		}
		data[name] = b
	}
	b, err := decode(data[File])
	switch {
	case err != nil:
		return nil, errors.Join(append(missing, fmt.Errorf("%s: %w", path, err))...)
	case data[seal] == nil:
		return &Signed{Batch: b}, ErrNoSeal
	case len(missing) > 0:
		return nil, errors.Join(missing...)
	}
	s, err := sealed.Read(data[seal], data[certificate], Schema, signed...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", base+filepath.Ext(seal), err)
	}
	for _, name := range signed {
		if err := s.Check(name, data[name]); err != nil {
			return nil, err
		}
	}
	switch {
	case b.Identity != s.Signer:
		return nil, fmt.Errorf("%s names another signer than its seal", File)
	case maker.Same(b.Tool, self) && !bytes.Equal(b.HTML(), data[Page]):
		return nil, fmt.Errorf("%s does not say what %s says", Page, File)
	}
	return &Signed{b, s.Certificate}, nil
}

func decode(data []byte) (*Batch, error) {
	b := new(Batch)
	if err := json.Unmarshal(data, b); err != nil {
		return nil, fmt.Errorf("not the summary of a batch: %w", err)
	}
	if b.Schema != Schema {
		return nil, fmt.Errorf("not of the format %s", Schema)
	}
	return b, nil
}

// Around gives the summaries of batches that lie in a folder, by their names.
func Around(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(escaped(dir), "*"+stem+"*"+ending)) // the pattern is right
	return slices.DeleteFunc(found, func(path string) bool {
		if filepath.Base(path) == File {
			return false // whatever is wrong with it is to be said
		}
		b, err := wholefile.Read(path, most)
		if err == nil {
			_, err = decode(b)
		}
		return err != nil
	})
}

// escaped keeps a folder's name from being taken for a pattern.
var escape = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

func escaped(dir string) string { return escape.Replace(dir) }
