// Package label reads the labels of arrays and volume managers from their first byte to their
// last, so that none is passed over. The rooms below package marks are lists of its steps that
// read like the structure in the format's document; a step that several of them need is
// added here.
package label

import (
	"math/bits"
	"unicode/utf8"

	"shokyo.dev/shokyo/scan/proof"
)

// Reader reads a label. It is read from its first byte to its last: each call accounts for the
// Next bytes and says what they may be, so that none is passed over. Two things
// come of it. Whether all of them are what the format has there: only then is the
// label explained. And evidence, in bits, that this is such a label at all, which
// a few wrong bytes do not end: a damaged label, or one with foreign bytes in it,
// Is residue under its name.
//
// Claim: on uniform bytes P(evidence ≥ s) ≤ 2^-s. A field that holds with chance
// p = 2^-b multiplies the evidence by (1-ε)/p if it holds and by ε if not: mean
// at most 1-ε + ε(1-p) ≤ 1 given the fields before it (Markov). ε is 1/64: what
// holds costs 0.023 bits, what does not 6.
type Reader struct {
	buf   []byte
	start int // in buf
	at    int // the next byte that is to be accounted for
	e     proof.Evidence

	unfit  bool   // something is not what the format has there
	cut    bool   // the buffer ends within the label
	free   []byte // numbers and bytes without a known meaning, one field after the other
	opaque int    // of these, bytes without a known meaning that are not fill
	texts  []string
}

const (
	held   = 0.023
	missed = 6

	// maxOpaque bounds the bytes of a label whose meaning no public document
	// tells, maxRun how much of its numbers may read as text: a UUID of 16 bytes
	// does by chance once in 7 million.
	maxOpaque = 128
	maxRun    = 16
	minText   = 4 // letters in a row are text rather than a number

	// maxBits bounds the bytes of a bitmap that are neither 00 nor FF. They are
	// free data: more of them could hide something, and are judged as data.
	maxBits = 512

	sector = proof.SectorSize
)

// Open begins to read a label whose magic number the dispatch has compared.
func Open(p proof.Place) *Reader { return &Reader{buf: p.Buf, start: p.Off, at: p.Off} }

// Bounded is Open for a label that cannot go on behind n bytes; the place has them.
func Bounded(p proof.Place, n int) *Reader {
	l := Open(p)
	l.buf = p.Buf[: p.Off+n : p.Off+n]
	return l
}

// Over reads a label out of bytes that were put together.
func Over(b []byte) *Reader { return &Reader{buf: b} }

// Seen is the label's bytes that were accounted for: what checksums are taken over.
func (l *Reader) Seen() []byte { return l.buf[l.start:l.at] }

// Ahead is the next n bytes, or as many as there are, and accounts for none.
func (l *Reader) Ahead(n int) []byte { return l.buf[l.at:min(l.at+n, len(l.buf))] }

// Left is how many bytes there are that were not accounted for.
func (l *Reader) Left() int { return len(l.buf) - l.at }

// Cut says that the buffer ended within the label.
func (l *Reader) Cut() bool { return l.cut }

// Alternatives pays for one of n forms.
func (l *Reader) Alternatives(n int) { l.e.Alternatives(n) }

// Hold takes a condition that uniform bytes meet with chance 2^-bits at most.
func (l *Reader) Hold(ok bool, bits float64) {
	if l.cut {
		return // these are no bytes of the medium
	}
	if ok {
		l.e.Add(max(0, bits-held))
		return
	}
	l.unfit = true
	l.e.Add(-missed)
}

// Need takes a condition that says nothing about uniform bytes: of a place, or of
// fields that were paid for.
func (l *Reader) Need(ok bool) { l.unfit = l.unfit || !ok }

// Next accounts for n bytes. Behind the end of the buffer it gives zeros, which
// count for nothing.
func (l *Reader) Next(n int) []byte {
	if l.cut || n < 0 || n > len(l.buf)-l.at {
		l.cut = true
		return make([]byte, max(0, min(n, 1<<16)))
	}
	l.at += n
	return l.buf[l.at-n : l.at : l.at]
}

// Size is how many bytes were accounted for.
func (l *Reader) Size() int { return l.at - l.start }

// Is holds the next bytes to a string: a magic number.
func (l *Reader) Is(s string) { l.Hold(string(l.Next(len(s))) == s, float64(8*len(s))) }

// Fill holds the next n bytes to one value, byte by byte.
func (l *Reader) Fill(n int, value byte) { l.Same(l.Next(n), value) }

func (l *Reader) Same(b []byte, value byte) {
	for _, c := range b {
		l.Hold(c == value, 8)
	}
}

// Zero holds reserved bytes to zero.
func (l *Reader) Zero(n int) { l.Fill(n, 0) }

// Pad holds reserved bytes to zeros or to FF, whichever are more of them: some
// makers write the one, some the other.
func (l *Reader) Pad(n int) {
	b, value := l.Next(n), byte(0)
	if Count(b, 0) < Count(b, 0xFF) {
		value = 0xFF
	}
	l.e.Alternatives(2)
	l.Same(b, value)
}

func Count(b []byte, value byte) (n int) {
	for _, c := range b {
		if c == value {
			n++
		}
	}
	return n
}

// Number takes n bytes that can have any value by the format: sizes, times,
// identifiers.
func (l *Reader) Number(n int) []byte {
	b := l.Next(n)
	l.free = append(l.free, b...)
	return b
}

// Unknown takes n bytes that the makers wrote and nobody has documented.
func (l *Reader) Unknown(n int) { l.Private(l.Number(n)) }

// Private counts them. That much of them is fill says something, too: three ways
// of looking at it are paid for.
func (l *Reader) Private(b []byte) {
	if l.cut {
		return
	}
	zeros, ones := Count(b, 0), Count(b, 0xFF)
	l.opaque += len(b) - zeros - ones
	fill := max(zeros, ones)
	l.e.Add(max(0, float64(fill)*(8-held)-float64(len(b)-fill)*missed) - 1.6)
}

// UpTo holds a number of some bytes to lo…hi.
func (l *Reader) UpTo(v, lo, hi uint64, bytes int) {
	var e proof.Evidence
	if e.Within(v, lo, hi, bytes); e.Broken() {
		l.Hold(false, 0)
		return
	}
	l.Hold(true, e.Bits())
}

// Byte8 holds a byte to lo…hi and gives it.
func (l *Reader) Byte8(lo, hi byte) byte {
	v := l.Next(1)[0]
	l.UpTo(uint64(v), uint64(lo), uint64(hi), 1)
	return v
}

// LE16, le32, le64, be16, be32 and be64 hold a number to lo…hi and give it.
func (l *Reader) LE16(lo, hi uint16) uint16 { return within(l, proof.LE16(l.Next(2)), lo, hi, 2) }
func (l *Reader) LE32(lo, hi uint32) uint32 { return within(l, proof.LE32(l.Next(4)), lo, hi, 4) }
func (l *Reader) LE64(lo, hi uint64) uint64 { return within(l, proof.LE64(l.Next(8)), lo, hi, 8) }
func (l *Reader) BE16(lo, hi uint16) uint16 { return within(l, proof.BE16(l.Next(2)), lo, hi, 2) }
func (l *Reader) BE32(lo, hi uint32) uint32 { return within(l, proof.BE32(l.Next(4)), lo, hi, 4) }
func (l *Reader) BE64(lo, hi uint64) uint64 { return within(l, proof.BE64(l.Next(8)), lo, hi, 8) }

func within[T uint16 | uint32 | uint64](l *Reader, v, lo, hi T, bytes int) T {
	l.UpTo(uint64(v), uint64(lo), uint64(hi), bytes)
	return v
}

// Mask holds a number to the bits that a version of the format uses.
func (l *Reader) Mask(v, used uint64, bytes int) {
	l.Hold(v&^used == 0, float64(8*bytes-bits.OnesCount64(used)))
}

// Text takes n bytes of text that ends in zeros, blanks or FF; it is handed on.
func (l *Reader) Text(n int) string {
	b := TrimPad(l.Next(n))
	l.Need(printable(b))
	l.texts = appendText(l.texts, b)
	return string(b)
}

// Scraps takes n bytes of text behind whose NUL an older, longer text shows.
func (l *Reader) Scraps(n int) {
	b := l.Next(n)
	for len(b) > 0 {
		i := 0
		for i < len(b) && b[i] != 0 {
			i++
		}
		l.Need(printable(b[:i]))
		l.texts = appendText(l.texts, b[:i])
		b = b[min(len(b), i+1):]
	}
}

// Mixed takes n bytes that some makers fill with text and others with numbers: a
// GUID, a path. What reads as text in it is handed on.
func (l *Reader) Mixed(n int) {
	b := l.Next(n)
	for len(b) > 0 {
		i := 0
		for i < len(b) && b[i] >= ' ' && b[i] <= '~' {
			i++
		}
		if i >= minText {
			l.texts = appendText(l.texts, b[:i])
		} else {
			i = min(len(b), i+1)
			l.free = append(l.free, b[:i]...)
		}
		b = b[i:]
	}
}

// Vendor takes n bytes that belong to the maker: text and then fill, or bytes
// without a known meaning.
func (l *Reader) Vendor(n int) {
	b := l.Next(n)
	end := 0
	for end < len(b) && b[end] >= ' ' && b[end] <= '~' {
		end++
	}
	rest := b[end:]
	if end > 0 && len(rest) > 0 && rest[0] == 0 {
		rest = rest[1:]
	}
	if end >= minText && (Count(rest, 0) == len(rest) || Count(rest, 0xFF) == len(rest)) {
		l.texts = appendText(l.texts, b[:end])
		return
	}
	l.free = append(l.free, b...)
	l.Private(b)
}

// Bitmap takes at most n bytes of bits, as far as the last sector of them that is
// not fill: bits of whole regions are alike.
func (l *Reader) Bitmap(n int64) {
	past := (int64(l.Size()) + n) % sector // it is written in whole sectors
	n = min(n+(sector-past)%sector, int64(l.Left()))
	b := l.Ahead(int(n))
	for len(b) > 0 {
		from := max(0, (l.Size()+len(b)-1)/sector*sector-l.Size()) // of the last sector
		if last := b[from:]; Count(last, last[0]) < len(last) || last[0] != 0 && from == 0 {
			break
		}
		b = b[:from]
	}
	rest := maxBits // asked before they are kept: random bytes have more at once
	for at := 0; at < len(b) && rest >= 0; at += sector {
		rest -= proof.NotFill(b[at:min(len(b), at+sector)])
	}
	if rest < 0 {
		l.Need(false)
		l.Next(len(b))
		return
	}
	l.Number(len(b))
}

// Letters holds n bytes to the letters that an alphabet has.
func (l *Reader) Letters(n int, ok func(byte) bool, bitsEach float64) {
	for _, c := range l.Next(n) {
		l.Hold(ok(c), bitsEach)
	}
}

func HexDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func TrimPad(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == 0 || b[n-1] == 0xFF) {
		n--
	}
	for n > 0 && b[n-1] == ' ' {
		n--
	}
	return b[:n]
}

func appendText(texts []string, b []byte) []string {
	if len(b) == 0 || len(texts) >= 256 || !printable(b) {
		return texts
	}
	return append(texts, string(b))
}

// printable: UTF-8 without control characters.
func printable(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError || r < ' ' || r >= 0x7F && r < 0xA0 {
			return false
		}
		b = b[n:]
	}
	return true
}

// HandOn takes a text, if it is one, among those that anybody could have chosen.
func (l *Reader) HandOn(b []byte) { l.texts = appendText(l.texts, b) }

// Sum takes a checksum of some bits, which was computed over the whole label.
func (l *Reader) Sum(ok bool, bits float64) { l.Hold(ok, bits) }

// Overrun says that a label which has an end of its own would go on behind it.
func (l *Reader) Overrun() {
	l.unfit, l.cut = l.unfit || l.cut, false
}

// Found makes the structure, if the evidence carries it.
func (l *Reader) Found(kind, detail string) (proof.Observation, bool) {
	if l.cut {
		return proof.Observation{}, false
	}
	explained := !l.unfit && l.opaque <= maxOpaque && !readable(l.free)
	if !explained {
		detail += ", not in every byte what its format has there"
	}
	s, ok := l.e.Found(kind, l.start, l.at, detail)
	if ok {
		s.Explained, s.Free = explained, proof.NotFill(l.free)
		s.Texts = append(l.texts, proof.Words(l.free)...)
	}
	return s, ok
}

// readable says that maxRun bytes in a row are ASCII text, or as many UTF-16 ones.
func readable(b []byte) bool {
	run, wide := 0, 0
	for i, c := range b {
		ascii := c >= ' ' && c <= '~'
		if run++; !ascii {
			run = 0
		}
		switch {
		case ascii && i >= 2 && b[i-1] == 0 && b[i-2] >= ' ' && b[i-2] <= '~':
			wide++
		case c != 0:
			wide = 0
		}
		if run >= maxRun || wide >= maxRun/2 {
			return true
		}
	}
	return false
}
