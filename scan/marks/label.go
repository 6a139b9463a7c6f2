package marks

import (
	"math/bits"
	"unicode/utf8"

	"shokyo.dev/shokyo/scan/proof"
)

// A label is read from its first byte to its last: each call accounts for the
// next bytes and says what they may be, so that none is passed over. Two things
// come of it. Whether all of them are what the format has there: only then is the
// label explained. And evidence, in bits, that this is such a label at all, which
// a few wrong bytes do not end: a damaged label, or one with foreign bytes in it,
// is residue under its name.
//
// Claim: on uniform bytes P(evidence ≥ s) ≤ 2^-s. A field that holds with chance
// p = 2^-b multiplies the evidence by (1-ε)/p if it holds and by ε if not: mean
// at most 1-ε + ε(1-p) ≤ 1 given the fields before it (Markov). ε is 1/64: what
// holds costs 0.023 bits, what does not 6.
type label struct {
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
)

// open begins to read a label whose magic number the dispatch has compared.
func open(p proof.Place) *label { return &label{buf: p.Buf, start: p.Off, at: p.Off} }

// hold takes a condition that uniform bytes meet with chance 2^-bits at most.
func (l *label) hold(ok bool, bits float64) {
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

// need takes a condition that says nothing about uniform bytes: of a place, or of
// fields that were paid for.
func (l *label) need(ok bool) { l.unfit = l.unfit || !ok }

// next accounts for n bytes. Behind the end of the buffer it gives zeros, which
// count for nothing.
func (l *label) next(n int) []byte {
	if l.cut || n < 0 || n > len(l.buf)-l.at {
		l.cut = true
		return make([]byte, max(0, min(n, 1<<16)))
	}
	l.at += n
	return l.buf[l.at-n : l.at : l.at]
}

// size is how many bytes were accounted for.
func (l *label) size() int { return l.at - l.start }

// is holds the next bytes to a string: a magic number.
func (l *label) is(s string) { l.hold(string(l.next(len(s))) == s, float64(8*len(s))) }

// fill holds the next n bytes to one value, byte by byte.
func (l *label) fill(n int, value byte) { l.same(l.next(n), value) }

func (l *label) same(b []byte, value byte) {
	for _, c := range b {
		l.hold(c == value, 8)
	}
}

// zero holds reserved bytes to zero.
func (l *label) zero(n int) { l.fill(n, 0) }

// pad holds reserved bytes to zeros or to FF, whichever are more of them: some
// makers write the one, some the other.
func (l *label) pad(n int) {
	b, value := l.next(n), byte(0)
	if count(b, 0) < count(b, 0xFF) {
		value = 0xFF
	}
	l.e.Alternatives(2)
	l.same(b, value)
}

func count(b []byte, value byte) (n int) {
	for _, c := range b {
		if c == value {
			n++
		}
	}
	return n
}

// number takes n bytes that can have any value by the format: sizes, times,
// identifiers.
func (l *label) number(n int) []byte {
	b := l.next(n)
	l.free = append(l.free, b...)
	return b
}

// unknown takes n bytes that the makers wrote and nobody has documented.
func (l *label) unknown(n int) { l.private(l.number(n)) }

// private counts them. That much of them is fill says something, too: three ways
// of looking at it are paid for.
func (l *label) private(b []byte) {
	if l.cut {
		return
	}
	zeros, ones := count(b, 0), count(b, 0xFF)
	l.opaque += len(b) - zeros - ones
	fill := max(zeros, ones)
	l.e.Add(max(0, float64(fill)*(8-held)-float64(len(b)-fill)*missed) - 1.6)
}

// upTo holds a number of some bytes to lo…hi.
func (l *label) upTo(v, lo, hi uint64, bytes int) {
	var e proof.Evidence
	if e.Within(v, lo, hi, bytes); e.Broken() {
		l.hold(false, 0)
		return
	}
	l.hold(true, e.Bits())
}

// byte8 holds a byte to lo…hi and gives it.
func (l *label) byte8(lo, hi byte) byte {
	v := l.next(1)[0]
	l.upTo(uint64(v), uint64(lo), uint64(hi), 1)
	return v
}

// le16, le32, le64, be16, be32 and be64 hold a number to lo…hi and give it.
func (l *label) le16(lo, hi uint16) uint16 { return within(l, proof.LE16(l.next(2)), lo, hi, 2) }
func (l *label) le32(lo, hi uint32) uint32 { return within(l, proof.LE32(l.next(4)), lo, hi, 4) }
func (l *label) le64(lo, hi uint64) uint64 { return within(l, proof.LE64(l.next(8)), lo, hi, 8) }
func (l *label) be16(lo, hi uint16) uint16 { return within(l, proof.BE16(l.next(2)), lo, hi, 2) }
func (l *label) be32(lo, hi uint32) uint32 { return within(l, proof.BE32(l.next(4)), lo, hi, 4) }
func (l *label) be64(lo, hi uint64) uint64 { return within(l, proof.BE64(l.next(8)), lo, hi, 8) }

func within[T uint16 | uint32 | uint64](l *label, v, lo, hi T, bytes int) T {
	l.upTo(uint64(v), uint64(lo), uint64(hi), bytes)
	return v
}

// mask holds a number to the bits that a version of the format uses.
func (l *label) mask(v, used uint64, bytes int) {
	l.hold(v&^used == 0, float64(8*bytes-bits.OnesCount64(used)))
}

// text takes n bytes of text that ends in zeros, blanks or FF; it is handed on.
func (l *label) text(n int) string {
	b := trimPad(l.next(n))
	l.need(printable(b))
	l.texts = appendText(l.texts, b)
	return string(b)
}

// scraps takes n bytes of text behind whose NUL an older, longer text shows.
func (l *label) scraps(n int) {
	b := l.next(n)
	for len(b) > 0 {
		i := 0
		for i < len(b) && b[i] != 0 {
			i++
		}
		l.need(printable(b[:i]))
		l.texts = appendText(l.texts, b[:i])
		b = b[min(len(b), i+1):]
	}
}

// mixed takes n bytes that some makers fill with text and others with numbers: a
// GUID, a path. What reads as text in it is handed on.
func (l *label) mixed(n int) {
	b := l.next(n)
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

// vendor takes n bytes that belong to the maker: text and then fill, or bytes
// without a known meaning.
func (l *label) vendor(n int) {
	b := l.next(n)
	end := 0
	for end < len(b) && b[end] >= ' ' && b[end] <= '~' {
		end++
	}
	rest := b[end:]
	if end > 0 && len(rest) > 0 && rest[0] == 0 {
		rest = rest[1:]
	}
	if end >= minText && (count(rest, 0) == len(rest) || count(rest, 0xFF) == len(rest)) {
		l.texts = appendText(l.texts, b[:end])
		return
	}
	l.free = append(l.free, b...)
	l.private(b)
}

// letters holds n bytes to the letters that an alphabet has.
func (l *label) letters(n int, ok func(byte) bool, bitsEach float64) {
	for _, c := range l.next(n) {
		l.hold(ok(c), bitsEach)
	}
}

func hexDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func trimPad(b []byte) []byte {
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

// sum takes a checksum of some bits, which was computed over the whole label.
func (l *label) sum(ok bool, bits float64) { l.hold(ok, bits) }

// overrun says that a label which has an end of its own would go on behind it.
func (l *label) overrun() {
	l.unfit, l.cut = l.unfit || l.cut, false
}

// found makes the structure, if the evidence carries it.
func (l *label) found(kind, detail string) (proof.Observation, bool) {
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

// fromEnd says that the place is n sectors before the end of the medium, in
// sectors of 512 or 4096 bytes, or that nobody knows its size.
func fromEnd(p proof.Place, n int64) bool {
	at := p.Base + int64(p.Off)
	return p.Size == 0 || at == (p.Size/sector-n)*sector || at == (p.Size/4096-n)*4096
}
