// Package casefile reads case.toml: what a laboratory states of itself, the customer, the
// order, the item, the erasure and the people (docs/case-file.md). The rule is that of a
// work order: what is not understood is refused, with line and key and what is expected, and
// nothing is guessed. It decides nothing; reports.Order and reports.Assignment take it over.
//
// A key is a row in keys.go. The file comes from outside: [shape] bounds what the decoder
// sees, and logo.go what a picture may be.
package casefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // names of zones, also where the system has none
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/encoding/japanese"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// MaxBytes is more than any case needs.
const MaxBytes = 64 << 10

// Case is what a case file says. What was not stated is empty.
type Case struct {
	Assignment reports.Assignment
	Zone       *time.Location // of the laboratory; nil: not stated
	order      reports.Order
	items      []item
	logo       string // its file
	zone       string
}

// item is a medium of the case.
type item struct {
	line   int
	medium string // serial number or name of the source; empty: whichever is examined
	reports.Item
	certificate, processing string
}

// Load reads a case file and the logo that it names, which lies beside it or where its
// path leads from there.
func Load(path string) (*Case, error) {
	b, err := wholefile.Read(path, MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("read the case file: %w", err)
	}
	c, err := Parse(b)
	if err == nil && c.logo != "" {
		c.order.Lab.Logo, err = loadLogo(beside(path, c.logo))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func beside(path, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(path), name)
}

// Parse reads a case file; its logo is not looked at.
func Parse(b []byte) (*Case, error) {
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	entries, err := shape(text)
	if err != nil {
		return nil, err
	}
	var values map[string]any
	if _, err := toml.Decode(text, &values); err != nil {
		return nil, syntax(err)
	}
	sum := sha256.Sum256(b)
	c := &Case{}
	c.order.CaseSHA256 = hex.EncodeToString(sum[:])
	for _, e := range entries {
		if err := c.take(e, values); err != nil {
			return nil, err
		}
	}
	return c, c.check()
}

// syntax says what is wrong with a file that is no TOML, and where.
func syntax(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("line %d: %s", parse.Position.Line, parse.Message)
	}
	return err
}

// decode wants UTF-8, and names what it gets instead. A file with a byte order mark as
// Windows' Notepad writes it is UTF-8.
func decode(b []byte) (string, error) {
	switch {
	case len(b) > MaxBytes:
		return "", fmt.Errorf("has %d bytes, at most %d are allowed", len(b), MaxBytes)
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return "", errors.New("begins with the byte order mark of UTF-16: save it as UTF-8")
	case bytes.Contains(b, []byte("\x1b$")):
		return "", errors.New("is in ISO-2022-JP (JIS): save it as UTF-8")
	case bytes.IndexByte(b, 0) >= 0:
		return "", errors.New("holds zero bytes: it is UTF-16, or no text: save it as UTF-8")
	case utf8.Valid(b):
		return strings.TrimPrefix(string(b), "\ufeff"), nil
	}
	line := 1 + bytes.Count(b[:invalid(b)], []byte("\n"))
	if text, err := japanese.ShiftJIS.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
		return "", fmt.Errorf("line %d: the file is in Shift_JIS: save it as UTF-8", line)
	}
	if text, err := japanese.EUCJP.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
		return "", fmt.Errorf("line %d: the file is in EUC-JP: save it as UTF-8", line)
	}
	return "", fmt.Errorf("line %d: is not UTF-8: save it as UTF-8", line)
}

// invalid is where the first bytes are that are not UTF-8.
func invalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// check holds what goes together.
func (c *Case) check() error {
	seen := map[string]int{}
	for i := range c.items {
		x := &c.items[i]
		if x.medium == "" && len(c.items) > 1 {
			return fmt.Errorf("line %d: medium is missing in [[item]]: with several items each names its medium, by serial number or by the name of its file", x.line)
		}
		if first := seen[x.medium]; first > 0 {
			return fmt.Errorf("line %d: medium = %q stands in line %d already", x.line, x.medium, first)
		}
		seen[x.medium] = x.line
	}
	for i, x := range c.order.ExternalResults {
		if x.Provider == "" || x.Result == "" {
			return fmt.Errorf("[[external_result]] %d: give provider and result: a report says whose each result is", i+1)
		}
	}
	if c.zone == "" {
		return nil
	}
	var err error
	c.Zone, err = zone(c.zone)
	return err
}

// zone is a zone by its name, or by its offset.
func zone(s string) (*time.Location, error) {
	if t, err := time.Parse("-07:00", s); err == nil {
		_, offset := t.Zone()
		return time.FixedZone("", offset), nil
	}
	z, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		return nil, fmt.Errorf("timezone = %q in [lab]: write a name such as \"Asia/Tokyo\", or an offset such as \"+09:00\"", s)
	}
	return z, nil
}

// Fits refuses a case whose one item would be said of several media.
func (c *Case) Fits(sources int) error {
	if sources > 1 && len(c.items) == 1 && c.items[0].medium == "" {
		return fmt.Errorf("line %d: [[item]] describes one medium, and there are %d: give each an [[item]] with medium = \"its serial number\", or the name of its file", c.items[0].line, sources)
	}
	return nil
}

// Order is what is stated of one medium, which is known by the serial number it gives, or by
// its path. Of one that no item is for nothing is stated but what holds for all.
func (c *Case) Order(path, serial string) reports.Order {
	o := c.order
	i := slices.IndexFunc(c.items, func(x item) bool {
		return x.medium == "" || x.medium == strings.TrimSpace(serial) || x.medium == path || x.medium == filepath.Base(path)
	})
	if i < 0 {
		return o
	}
	x := &c.items[i]
	o.Item = x.Item
	for _, p := range []struct {
		to   *string
		from string
	}{{&o.Erasure.Certificate, x.certificate}, {&o.Erasure.ProcessingNumber, x.processing}} {
		if p.from != "" {
			*p.to = p.from
		}
	}
	return o
}
