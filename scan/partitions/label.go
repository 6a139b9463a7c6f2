package partitions

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// label is a table or label that is being read. Two questions are kept apart: is it
// one (the evidence), and is every byte of it accounted for (clean). What is one and
// not clean is residue under its name.
type label struct {
	proof.Evidence
	dirty bool
	texts []string // that anybody could have chosen
}

// fits is a condition that every sound label meets and that random bytes meet with
// chance 2^-bits. A label that does not is not explained, and still is one: the
// model of the evidence is half "it fits", half "anything", which costs one bit and
// is an e-value again.
func (l *label) fits(ok bool, bits float64) {
	l.dirty = l.dirty || !ok
	if ok && bits > 1 {
		l.Add(bits - 1)
	} else if bits > 1 {
		l.Add(-1)
	}
}

// zero holds reserved bytes to zero, piece by piece: what is hidden in one of them
// does not make the label unknown.
func (l *label) zero(b []byte) {
	for piece := range slices.Chunk(b, 64) {
		l.fits(proof.AllZero(piece), float64(8*len(piece)))
	}
}

// clean holds a field to its form without counting that as evidence.
func (l *label) clean(ok bool) { l.dirty = l.dirty || !ok }

// text reads a field of free text: printable ASCII, then blanks or zeros to the end.
// What is not one of the known names, which programs give, is handed on.
func (l *label) text(b []byte, known ...string) {
	s, rest, _ := strings.Cut(string(b), "\x00")
	l.clean(strings.Trim(rest, "\x00") == "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }))
	s = strings.TrimSpace(s)
	if s != "" && !slices.Contains(known, s) && !l.dirty {
		l.texts = append(l.texts, s)
	}
}

// found makes the structure. It is explained where it is clean, and in a place
// where a system looks for it.
func (l *label) found(kind string, start, end int, inPlace bool, detail string) (proof.Observation, bool) {
	switch {
	case l.dirty:
		detail += ", with bytes that do not belong there"
	case !inPlace:
		detail += ", in a place where no system looks for it: a disk image, or the remains of one"
	}
	s, ok := l.Found(kind, start, end, detail)
	s.Explained = ok && inPlace && !l.dirty
	if s.Explained {
		s.Texts = l.texts
	}
	return s, ok
}

// behindStart says whether a place lies n bytes behind the start of the medium or of
// a partition.
func behindStart(p proof.Place, n int64) bool {
	at := p.Base + int64(p.Off) - n
	return at == 0 || slices.Contains(p.Starts, at)
}

// xor16 is the exclusive or of all words of two bytes, in any byte order.
func xor16(b []byte) (sum uint16) {
	for ; len(b) >= 2; b = b[2:] {
		sum ^= proof.LE16(b)
	}
	return sum
}

// sum32 is the sum of all words of four bytes, most significant byte first.
func sum32(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += proof.BE32(b)
	}
	return sum
}
