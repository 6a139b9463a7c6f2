// Package foreign knows the files that are no raw image: compressed, encrypted,
// or a medium in a format of its own. Read as if they were a medium, the first
// two look like what erasure leaves, and an examination would call them clean;
// the third is called dirty for its own headers. So they are refused, each with
// what makes a raw image of it.
//
// kinds is the one table of them: what it is, by which names and bytes it is
// told, what to do. A new kind is a new row.
//
// A row's signs are bounded: random bytes, which a truly erased medium begins and
// ends with, show any one of them with probability 2^-32 at most, and all
// together with 2^-25 (TestChance adds them up). A magic of n bytes is worth 8n
// bits; where that is too little, the structure behind it is checked.
//
// What has neither a magic nor a name cannot be told from ciphertext: brotli and
// raw deflate under another name, ccrypt, openssl enc -nosalt, VeraCrypt.
package foreign

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Kind is one kind of file.
type Kind struct {
	Name string // with its article
	nature
	tool  string   // the command that undoes it, if there is one
	names []string // extensions that mean only this, in small letters
	signs []sign
}

// nature is what becomes of a medium in such a file, and so what undoes it.
type nature int

const (
	container nature = iota
	compressed
	encrypted
)

func (n nature) undo() string { return [...]string{"convert", "unpack", "decrypt"}[n] }

// Opaque says that the file looks like ciphertext behind its header: taken for a
// medium it would be called clean.
func (k *Kind) Opaque() bool { return k.nature != container }

// Advice is what to do about it.
func (k *Kind) Advice() string {
	if k.tool == "" {
		return k.undo() + " it first"
	}
	return fmt.Sprintf("%s it first (%s)", k.undo(), k.tool)
}

// Objection is why a file is not taken for a medium, and what to do about it. It
// is a refusal, unless the caller insists (image.Options.Raw): then it is a note.
type Objection struct{ What, Cure string }

func (o *Objection) Error() string { return o.What + ": " + o.Cure }

// Refusal is nil for no objection.
func (o *Objection) Refusal() error {
	if o == nil {
		return nil
	}
	return fmt.Errorf("%w; if this really is a medium: --format raw", o)
}

// sign is bytes by which a kind is told.
type sign struct {
	at    int // from the beginning; if negative, from the end
	magic string
	also  func(*Ends) bool // what must hold besides; nil: nothing
	bits  int              // random bytes pass also with probability 2^-bits at most
}

// Ends are the two ends of a file, where its kind is told.
type Ends struct {
	Head []byte // up to HeadBytes
	Tail []byte // up to TailBytes; may overlap the head
	Size int64
}

const (
	HeadBytes = 8192 // OpenPGP: the session key for up to 14 recipients with RSA-4096
	TailBytes = 512  // UDIF and VHD end with a block of so many
)

// ReadEnds reads them. What cannot be read at the end is left out.
func ReadEnds(r io.ReaderAt, size int64) (*Ends, error) {
	e := &Ends{Head: make([]byte, min(HeadBytes, size)), Tail: make([]byte, min(TailBytes, size)), Size: size}
	n, err := r.ReadAt(e.Head, 0)
	if n < len(e.Head) && err != nil && err != io.EOF {
		return nil, err
	}
	e.Head = e.Head[:n]
	if n, _ := r.ReadAt(e.Tail, size-int64(len(e.Tail))); n < len(e.Tail) {
		e.Tail = nil
	}
	return e, nil
}

// Add takes in the next bytes of a file that is read once, in order.
func (e *Ends) Add(b []byte) {
	e.Size += int64(len(b))
	e.Head = append(e.Head, b[:min(len(b), HeadBytes-len(e.Head))]...)
	e.Tail = append(e.Tail, b[max(0, len(b)-TailBytes):]...)
	e.Tail = e.Tail[max(0, len(e.Tail)-TailBytes):]
}

// ByName gives the kind that the last extension of a name means; nil if it may
// mean a raw image as well.
func ByName(name string) *Kind {
	ext := strings.ToLower(filepath.Ext(name))
	for i := range kinds {
		if slices.Contains(kinds[i].names, ext) {
			return &kinds[i]
		}
	}
	return nil
}

// ByContent gives the kind whose bytes these are; nil if they may be a medium's.
func ByContent(e *Ends) *Kind {
	for i := range kinds {
		for _, s := range kinds[i].signs {
			if s.fits(e) {
				return &kinds[i]
			}
		}
	}
	return nil
}

func (s *sign) fits(e *Ends) bool {
	b, at := e.Head, s.at
	if at < 0 {
		b, at = e.Tail, len(e.Tail)+at
	}
	return at >= 0 && at <= len(b) && bytes.HasPrefix(b[at:], []byte(s.magic)) && (s.also == nil || s.also(e))
}
