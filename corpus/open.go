package corpus

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"syscall"

	"shokyo.dev/shokyo/reports/sign/sealed"

	"shokyo.dev/shokyo/corpus/filter"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
)

// Corpus is one that was opened. It may be asked by several goroutines at once.
type Corpus struct {
	Description
	SHA256 string // of the seal
	Signer reports.IdentityFacts

	keys    *keys
	entries entries
	files   table
	filter  *filter.Set
	maps    [][]byte
}

// ErrNothingToFind: a search for it would find nothing on any medium.
var ErrNothingToFind = errors.New("none of its sectors is probative (all are fill, say too little, or occur in several files), so nothing could be found: that is no evidence of an erasure; make a corpus of other files, or of canaries")

// Open opens a corpus and checks every byte of it: what was damaged could not be found. With trusted, that
// certificate's key must have signed it. The files are mapped: they must stay as they are until it is closed.
func Open(dir string, trusted *x509.Certificate) (*Corpus, error) {
	c, err := open(dir, trusted)
	if err != nil {
		return nil, fmt.Errorf("corpus %s: %w", dir, err)
	}
	return c, nil
}

func open(dir string, trusted *x509.Certificate) (*Corpus, error) {
	seal, err := sealed.Open(dir, Kind, trusted, fileNames...)
	if err != nil {
		return nil, err
	}
	c := &Corpus{SHA256: seal.SHA256, Signer: seal.Signer}
	parts := map[string][]byte{}
	for _, name := range fileNames {
		b, err := c.mapFile(filepath.Join(dir, name), seal.Bytes(name))
		if err == nil {
			err = seal.Check(name, b)
		}
		if err != nil {
			c.Close()
			return nil, err
		}
		parts[name] = b
	}
	if err = c.load(parts); err == nil {
		err = c.unlock(dir)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// mapFile maps a file of the length that was sealed. A mapped file is read where it is asked, and the
// memory that it takes can be had back at any time.
func (c *Corpus) mapFile(path string, size int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() != size || size > math.MaxInt {
		return nil, fmt.Errorf("%s has %d bytes, sealed were %d: it was damaged or changed", filepath.Base(path), info.Size(), size)
	}
	if size == 0 {
		return nil, nil
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	c.maps = append(c.maps, b)
	return b, nil
}

// load checks what the files say. Whoever has a key can sign anything.
func (c *Corpus) load(parts map[string][]byte) (err error) {
	if len(parts[descriptionFile]) > maxDescription {
		return fmt.Errorf("%s is too long", descriptionFile)
	}
	if err := canonical.Open(parts[descriptionFile]); err != nil {
		return fmt.Errorf("%s: %w", descriptionFile, err)
	}
	if err := json.Unmarshal(parts[descriptionFile], &c.Description); err != nil {
		return fmt.Errorf("%s: %w", descriptionFile, err)
	}
	if err := c.Description.check(); err != nil {
		return fmt.Errorf("%s: %w", descriptionFile, err)
	}
	c.files = table{parts[filesFile], parts[namesFile]}
	own, err := c.files.check(c.Sectors)
	if err != nil {
		return fmt.Errorf("%s: %w", filesFile, err)
	}
	c.entries = parts[sectorsFile]
	if err := c.entries.check(c.Sectors); err != nil {
		return fmt.Errorf("%s: %w", sectorsFile, err)
	}
	if c.filter, err = filter.Open(parts[filterFile]); err != nil {
		return fmt.Errorf("%s: %w", filterFile, err)
	}
	if own != c.Probative || int64(c.files.len()) != c.Files || int64(c.entries.len()) != c.Probative+c.Shared {
		return errors.New("its tables do not add up to what its description says")
	}
	if c.Probative == 0 {
		return ErrNothingToFind
	}
	return nil
}

const (
	maxDescription = 64 << 10
	maxSectors     = 1 << 45 // 16 PiB of files
)

func (d *Description) check() error {
	switch {
	case d.Schema != Kind:
		return fmt.Errorf("schema %q is not %q", d.Schema, Kind)
	case d.Names != NamesHashed && d.Names != NamesPlain:
		return fmt.Errorf("names are %q: neither hashed nor plain", d.Names)
	case d.ID == "" || len(d.ID) > 64 || d.Name == "" || len(d.Name) > 200:
		return errors.New("it has no id or no name, or one that is too long")
	}
	for _, n := range []int64{d.Files, d.Copies, d.Skipped, d.Bytes, d.Sectors, d.Fill, d.Poor, d.Common, d.Repeated, d.Shared, d.Probative} {
		if n < 0 || n > maxSectors*SectorBytes || d.Sectors > maxSectors {
			return errors.New("a count is negative or too large")
		}
	}
	return nil
}

func (c *Corpus) unlock(dir string) error {
	secret, err := readKey(KeyFile(dir))
	if err != nil {
		return err
	}
	if c.keys = newKeys(secret); c.keys.id != c.KeyID {
		return fmt.Errorf("%s is the key of another corpus", KeyFile(dir))
	}
	return nil
}

// Close lets go of the files; it must not be asked any more.
func (c *Corpus) Close() {
	for _, b := range c.maps {
		syscall.Munmap(b)
	}
	c.maps, c.entries, c.files, c.filter = nil, nil, table{}, nil
}

// Find says whether a sector is one of the corpus, and at which of its places; -1: several files
// share it.
//
// On uniform bytes a given sector is found with probability at most Entries·2^-128: the proof of one is 128 bits of
// HMAC-SHA-256, and the gate before it only says no.
func (c *Corpus) Find(sector []byte) (place int64, ok bool) {
	gate := c.keys.gateOf(sector)
	if !c.filter.MayHave(gate) {
		return 0, false
	}
	p, ok := c.entries.find(gate, func() [proofBytes]byte { return c.keys.proofOf(sector) })
	return int64(p), ok // noFile is -1
}

// Entries is how many sectors can be found.
func (c *Corpus) Entries() int64 { return int64(c.entries.len()) }

// FileAt is the file that has a place, and its number.
func (c *Corpus) FileAt(place int64) (int, File, bool) {
	i, ok := c.files.of(place)
	if !ok {
		return 0, File{}, false
	}
	return i, c.files.file(i), true
}

// Identity tells the corpus from all others: the digest of its seal.
func (c *Corpus) Identity() string { return c.SHA256 }
