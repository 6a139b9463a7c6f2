// Package label holds a partition table or disk label to its format: what makes it one, and whether
// every byte of it is accounted for, are kept apart. The rooms below package partitions read with
// it; a condition that several of them hold a field to is added here.
package label

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// Label is a table or label that is being read. Two questions are kept apart: is it
// one (the evidence), and is every byte of it accounted for (clean). What is one and
// not clean is residue under its name.
type Label struct {
	proof.Evidence
	Dirty bool     // some byte of it is not accounted for
	Texts []string // that anybody could have chosen
}

// Fits is a condition that every sound label meets and that random bytes meet with
// chance 2^-bits. A label that does not is not explained, and still is one: the
// model of the evidence is half "it fits", half "anything", which costs one bit and
// is an e-value again.
func (l *Label) Fits(ok bool, bits float64) {
	l.Dirty = l.Dirty || !ok
	if ok && bits > 1 {
		l.Add(bits - 1)
	} else if bits > 1 {
		l.Add(-1)
	}
}

// Unused holds reserved bytes to zero, piece by piece: what is hidden in one of them
// does not make the label unknown.
func (l *Label) Unused(b []byte) {
	for piece := range slices.Chunk(b, 64) {
		l.Fits(proof.AllZero(piece), float64(8*len(piece)))
	}
}

// Clean holds a field to its form without counting that as evidence.
func (l *Label) Clean(ok bool) { l.Dirty = l.Dirty || !ok }

// FreeText reads a field of free text: printable ASCII, then blanks or zeros to the end.
// What is not one of the known names, which programs give, is handed on.
func (l *Label) FreeText(b []byte, known ...string) {
	s, rest, _ := strings.Cut(string(b), "\x00")
	l.Clean(strings.Trim(rest, "\x00") == "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }))
	s = strings.TrimSpace(s)
	if s != "" && !slices.Contains(known, s) && !l.Dirty {
		l.Texts = append(l.Texts, s)
	}
}

// Found makes the structure. It is explained where it is clean, and in a place
// where a system looks for it.
func (l *Label) Found(kind string, start, end int, inPlace bool, detail string) (proof.Observation, bool) {
	switch {
	case l.Dirty:
		detail += ", with bytes that do not belong there"
	case !inPlace:
		detail += ", in a place where no system looks for it: a disk image, or the remains of one"
	}
	s, ok := l.Evidence.Found(kind, start, end, detail)
	s.Explained = ok && inPlace && !l.Dirty
	if s.Explained {
		s.Texts = l.Texts
	}
	return s, ok
}
