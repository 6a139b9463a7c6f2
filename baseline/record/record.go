// Package record keeps a baseline: a sealed folder with what was drawn, of which medium, and what is expected of it.
package record

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"shokyo.dev/shokyo/baseline"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
)

const (
	// Kind is what the seal of a baseline says that it is.
	Kind = "https://shokyo.dev/baseline/v1"
	// File is the record in the sealed folder.
	File = "baseline.json"

	maxFile = 32 << 20 // more than MaxBlocks take

	// clocks may differ by this much before what they say is called yet to come.
	clocks = 5 * time.Minute
)

// Medium is what tells a medium from others.
type Medium struct {
	Path   string `json:"path"` // when it was recorded
	Model  string `json:"model,omitempty"`
	Serial string `json:"serial,omitempty"`
	WWN    string `json:"wwn,omitempty"`
	Bytes  int64  `json:"size_bytes"`
}

// Record is a baseline as it is written. Blocks and key are in hexadecimal digits.
type Record struct {
	Schema     string          `json:"schema"`
	ID         string          `json:"id"`
	Tool       string          `json:"tool"`
	Case       string          `json:"case,omitempty"`
	Made       time.Time       `json:"made"`
	Expect     baseline.Expect `json:"expect_after"`
	Medium     Medium          `json:"medium"`
	BlockBytes int64           `json:"block_bytes"`
	Wanted     int             `json:"wanted_blocks"`
	Fill       int64           `json:"fill_places"`
	Unreadable int64           `json:"unreadable_places"`
	Key        string          `json:"key"`
	Blocks     []writtenBlock  `json:"blocks"`
}

type writtenBlock struct {
	Offset int64  `json:"offset"`
	MAC    string `json:"hmac_sha256"`
}

// Take makes what was drawn a part of the record.
func (r *Record) Take(d *baseline.Drawn) {
	r.Schema, r.BlockBytes = Kind, baseline.BlockBytes
	r.Fill, r.Unreadable, r.Key = d.Fill, d.Unreadable, hex.EncodeToString(d.Key[:])
	r.Blocks = make([]writtenBlock, 0, len(d.Blocks))
	for _, b := range d.Blocks {
		r.Blocks = append(r.Blocks, writtenBlock{b.Offset, hex.EncodeToString(b.MAC[:])})
	}
}

// Write makes the folder dir, which must not exist, and seals it.
func Write(dir string, r *Record, id identity.Identity) error {
	if _, _, err := r.check(); err != nil {
		return fmt.Errorf("baseline %s: %w", dir, err)
	}
	if err := sealed.Write(id, dir, Kind, File, canonical.Document(r), true); err != nil {
		return fmt.Errorf("write the baseline %s: %w", dir, sign.Advise(err))
	}
	return nil
}

// Opened is a record with who sealed it, and what is compared.
type Opened struct {
	*Record
	Signer reports.IdentityFacts
	SHA256 string // of the seal

	key    []byte
	blocks []baseline.Block
}

// Keyed is the key and the blocks, as Compare takes them.
func (o *Opened) Keyed() ([]byte, []baseline.Block) { return o.key, o.blocks }

// Open reads a sealed baseline; with trusted, only of that certificate's key.
func Open(dir string, trusted *x509.Certificate) (*Opened, error) {
	o, err := open(dir, trusted)
	if err != nil {
		return nil, fmt.Errorf("baseline %s: %w", dir, err)
	}
	return o, nil
}

func open(dir string, trusted *x509.Certificate) (*Opened, error) {
	b, seal, err := sealed.ReadFile(dir, Kind, File, maxFile, trusted)
	if err != nil {
		return nil, err
	}
	r := new(Record)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%s: %w", File, err)
	}
	key, blocks, err := r.check()
	return &Opened{r, seal.Signer, seal.SHA256, key, blocks}, err
}

// check holds what readers rely on: whoever sealed it need not be honest.
func (r *Record) check() (key []byte, blocks []baseline.Block, err error) {
	switch {
	case r.Schema != Kind:
		return nil, nil, fmt.Errorf("%s is not of the format %s", File, Kind)
	case r.Expect != baseline.Changed && r.Expect != baseline.Same:
		return nil, nil, fmt.Errorf("expect_after is %.20q: it has to be changed or same", r.Expect)
	case r.BlockBytes != baseline.BlockBytes || r.Medium.Bytes < baseline.BlockBytes:
		return nil, nil, errors.New("the size of its blocks, or of its medium, is none that is known")
	case time.Until(r.Made) > clocks:
		return nil, nil, fmt.Errorf("it was made at %s, which is yet to come: is the clock of this machine right?", r.Made.Format(time.RFC3339))
	case len(r.Blocks) > baseline.MaxBlocks:
		return nil, nil, fmt.Errorf("it has %d blocks, at most %d are allowed", len(r.Blocks), baseline.MaxBlocks)
	}
	if key, err = hex.DecodeString(r.Key); err != nil || len(key) != sha256.Size {
		return nil, nil, errors.New("its key is none")
	}
	last := int64(-1)
	for _, w := range r.Blocks {
		mac, err := hex.DecodeString(w.MAC)
		if err != nil || len(mac) != sha256.Size || w.Offset <= last || w.Offset%baseline.BlockBytes != 0 || w.Offset > r.Medium.Bytes-baseline.BlockBytes {
			return nil, nil, errors.New("one of its blocks is none, or not in its place")
		}
		last = w.Offset
		blocks = append(blocks, baseline.Block{Offset: w.Offset, MAC: [sha256.Size]byte(mac)})
	}
	return key, blocks, nil
}

// ErrOther is what the error of a medium is that the baseline is not of.
var ErrOther = errors.New("the baseline is of another medium")

// Of says whether the record is of a medium, by what both are known by: an [ErrOther] names what differs.
func (r *Record) Of(m Medium) error {
	switch {
	case r.Medium.Bytes != m.Bytes:
		return fmt.Errorf("%w: that one has %d bytes, this one %d", ErrOther, r.Medium.Bytes, m.Bytes)
	case r.Medium.Serial != "" && m.Serial != "" && r.Medium.Serial != m.Serial:
		return fmt.Errorf("%w: its serial number is %q, of this one %q", ErrOther, r.Medium.Serial, m.Serial)
	case r.Medium.WWN != "" && m.WWN != "" && r.Medium.WWN != m.WWN:
		return fmt.Errorf("%w: its WWN is %q, of this one %q", ErrOther, r.Medium.WWN, m.WWN)
	}
	return nil
}
