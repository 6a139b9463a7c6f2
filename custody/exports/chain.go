package exports

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"regexp"
	"strings"
)

// Chain says how the records of a log are chained: each has a hash, over itself and the hash of the one before, so
// that none can be changed, taken out or put in without all that follow being made anew.
type Chain struct {
	Hash      []string `toml:"hash"`      // of the record, as it states it
	Previous  []string `toml:"previous"`  // of the one before, likewise; none: records do not state it
	Over      string   `toml:"over"`      // what is hashed: "{time}|{user}"; {} is the hash of the record before. Empty: only links are followed
	Start     string   `toml:"start"`     // stands for the hash before the first record; empty: the first is taken as it is
	Algorithm string   `toml:"algorithm"` // sha256 (if empty), sha384, sha512

	hash  func() hash.Hash
	parts []part
}

// part is text as it stands, or a field.
type part struct {
	text  string
	field string
	last  bool // the hash of the record before
}

var hashes = map[string]func() hash.Hash{"": sha256.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func (c *Chain) compile() error {
	if len(c.Hash) == 0 {
		if len(c.Previous) > 0 || c.Over != "" {
			return errors.New("[chain] hash: say which field has the hash of a record")
		}
		return nil
	}
	if len(c.Previous) == 0 && !strings.Contains(c.Over, "{}") {
		return errors.New(`[chain]: nothing ties a record to the one before: give previous, or {} in over`)
	}
	if c.hash = hashes[c.Algorithm]; c.hash == nil {
		return fmt.Errorf("[chain] algorithm = %.20q: use sha256, sha384 or sha512", c.Algorithm)
	}
	rest := c.Over
	for _, at := range placeholder.FindAllString(c.Over, -1) {
		before, after, _ := strings.Cut(rest, at)
		c.parts = append(c.parts, part{text: before}, part{field: at[1 : len(at)-1], last: at == "{}"})
		rest = after
	}
	c.parts = append(c.parts, part{text: rest})
	return nil
}

// digest is the hash that a record should have, behind one with the hash last.
func (c *Chain) digest(r *record, last string) []byte {
	h := c.hash()
	for _, p := range c.parts {
		switch {
		case p.last:
			h.Write([]byte(last))
		case p.field != "":
			h.Write([]byte(r.value([]string{p.field})))
		default:
			h.Write([]byte(p.text))
		}
	}
	return h.Sum(nil)
}

// same says whether a text is these bytes, in hexadecimal digits or in base64.
func same(text string, sum []byte) bool {
	return strings.EqualFold(text, hex.EncodeToString(sum)) || text == base64.StdEncoding.EncodeToString(sum)
}

// chain holds a record against the one before, and notes where it does not hold. What comes after is held against the
// hash that stands there, so that each place is named once.
func (t *taker) chain(r *record) {
	c := &t.m.Chain
	if len(c.Hash) == 0 {
		return
	}
	hash := r.value(c.Hash)
	if len(hash) > maxValue {
		hash = ""
	}
	holds := hash != ""
	last, first := t.hash, t.out.Chained == 0
	if first {
		last = c.Start
	}
	known := !first || c.Start != ""
	if known && len(c.Previous) > 0 {
		holds = holds && strings.EqualFold(r.value(c.Previous), last)
	}
	if c.Over != "" && (known || len(c.Previous) > 0) {
		if len(c.Previous) > 0 {
			last = r.value(c.Previous)
		}
		holds = holds && same(hash, c.digest(r, last))
	}
	t.out.Chained++
	if !holds {
		t.out.Broken++
		if len(t.out.ChainBreaks) < maxBreaks {
			t.out.ChainBreaks = append(t.out.ChainBreaks, r.at)
		}
	}
	t.hash, t.out.ChainHead = hash, hash
}
