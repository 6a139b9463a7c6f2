package proof

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Cursor reads the bytes of one candidate from its first on. It only moves forward,
// so the bytes that decide a check have decided nothing before, and a check that lets a
// fraction p of them through is worth log2(1/p) bits (see the package comment).
//
// Failing is sticky, and so is running out of bytes: every later step is a
// no-op that returns zero. A parser is therefore a plain list of steps, and
// only loops have to ask Alive. What counts is the state at the last call of
// Found or Mark.
type Cursor struct {
	ledger
	b  []byte // the medium from the candidate's first byte on
	at int

	Kind   string // the first of the format's unless the parser says otherwise
	Keys   bool   // as of an observation
	detail string
	length int     // of the confirmed part; 0 until Found
	score  float64 // bits of the confirmed part
}

// Alive says that every check has passed so far.
func (p *Cursor) Alive() bool { return !p.broken }

// Confirmed says that Found was reached.
func (p *Cursor) Confirmed() bool { return p.length > 0 }

// Pos is where the cursor stands, in bytes from the candidate's first.
func (p *Cursor) Pos() int { return p.at }

// Bytes is all there is from the candidate's first byte on, for a look that moves nothing.
func (p *Cursor) Bytes() []byte { return p.b }

// Rest is what lies ahead of the cursor.
func (p *Cursor) Rest() []byte {
	if p.broken {
		return nil
	}
	return p.b[p.at:]
}

// Ahead says that these bytes come next.
func (p *Cursor) Ahead(s string) bool { return hasPrefix(p.Rest(), s) }

// has says that n more bytes are there, and breaks the evidence when they are not.
func (p *Cursor) has(n int) bool {
	if n < 0 || n > len(p.b)-p.at {
		p.broken = true
	}
	return !p.broken
}

// Found says that the kind is established. A candidate that breaks before it is nothing;
// one that breaks after it is what was marked last.
func (p *Cursor) Found(format string, args ...any) {
	if p.Alive() {
		p.detail = fmt.Sprintf(format, args...)
		p.Mark()
	}
}

// Mark extends the confirmed part up to the cursor.
func (p *Cursor) Mark() {
	if p.Alive() {
		p.length, p.score = p.at, p.bits
	}
}

// Skip passes n bytes that decide nothing.
func (p *Cursor) Skip(n int) {
	if p.has(n) {
		p.at += n
	}
}

// SkipTo moves on to an offset from the start, never back.
func (p *Cursor) SkipTo(off int64) {
	if off < int64(p.at) || off > int64(len(p.b)) {
		p.broken = true
	}
	if p.Alive() {
		p.at = int(off)
	}
}

// Lit wants exactly these bytes: 8 bits each.
func (p *Cursor) Lit(s string) {
	if !p.has(len(s)) {
		return
	}
	p.Want(string(p.b[p.at:p.at+len(s)]) == s, 8*float64(len(s)))
	p.at += len(s)
}

// Zeros wants n bytes of zero.
func (p *Cursor) Zeros(n int) {
	if !p.has(n) {
		return
	}
	for _, c := range p.b[p.at : p.at+n] {
		if c != 0 {
			p.Fail()
			return
		}
	}
	p.Want(true, 8*float64(n))
	p.at += n
}

// Fold wants these bytes, ASCII letters in either case: 7 bits a letter.
// s is in lower case.
func (p *Cursor) Fold(s string) {
	if !p.has(len(s)) {
		return
	}
	for i := range len(s) {
		c, bits := p.b[p.at+i], 8.0
		if s[i] >= 'a' && s[i] <= 'z' {
			c, bits = c|0x20, 7
		}
		p.Want(c == s[i], bits)
	}
	p.at += len(s)
}

// OneOf wants one of the given strings, none of them a prefix of a later one,
// and returns its index. By the union bound it is worth -log2 of the sum of
// 2^-8·length.
func (p *Cursor) OneOf(list ...string) int {
	sum, hit := 0.0, -1
	for i, s := range list {
		sum += math.Ldexp(1, -8*len(s))
		if hit < 0 && hasPrefix(p.Rest(), s) {
			hit = i
		}
	}
	if p.Want(hit >= 0, -math.Log2(sum)); p.Alive() {
		p.at += len(list[hit])
	}
	return max(hit, 0)
}

// Maybe passes s if it is there. Either way costs one bit, so that the two
// ways on together keep the bound.
func (p *Cursor) Maybe(s string) bool {
	if p.broken {
		return false
	}
	p.Alternatives(2)
	if hasPrefix(p.b[p.at:], s) {
		p.Lit(s)
		return true
	}
	return false
}

func hasPrefix(b []byte, s string) bool {
	return len(b) >= len(s) && string(b[:len(s)]) == s
}

// In wants one byte out of set, which has no byte twice.
func (p *Cursor) In(set string) byte {
	if !p.has(1) {
		return 0
	}
	c := p.b[p.at]
	for i := range len(set) {
		if set[i] == c {
			p.Want(true, 8-math.Log2(float64(len(set))))
			p.at++
			return c
		}
	}
	p.Fail()
	return 0
}

// Masked wants a byte whose bits under mask are want: one bit each.
func (p *Cursor) Masked(mask, want byte) byte {
	if !p.has(1) {
		return 0
	}
	c := p.b[p.at]
	n := 0
	for m := mask; m != 0; m &= m - 1 {
		n++
	}
	p.Want(c&mask == want, float64(n))
	p.at++
	return c
}

// U8, LE and BE want an unsigned number of the given number of bytes (at most
// 8) with lo ≤ x ≤ hi, and are worth 8·bytes - log2(hi-lo+1).
func (p *Cursor) U8(lo, hi int64) int64            { return p.Number(1, Little, lo, hi) }
func (p *Cursor) LE(bytes int, lo, hi int64) int64 { return p.Number(bytes, Little, lo, hi) }
func (p *Cursor) BE(bytes int, lo, hi int64) int64 { return p.Number(bytes, Big, lo, hi) }

// LEOneOf and BEOneOf want one of a few values.
func (p *Cursor) LEOneOf(bytes int, values ...int64) int64 {
	return p.NumberOneOf(bytes, Little, values...)
}
func (p *Cursor) BEOneOf(bytes int, values ...int64) int64 {
	return p.NumberOneOf(bytes, Big, values...)
}

// LEAny and BEAny read a number that may be anything: worth nothing.
func (p *Cursor) LEAny(bytes int) int64 { return p.NumberAny(bytes, Little) }
func (p *Cursor) BEAny(bytes int) int64 { return p.NumberAny(bytes, Big) }

// Endian is the order of a number's bytes.
type Endian bool

const (
	Little Endian = false
	Big    Endian = true
)

// Number is LE or BE in an order that the format says itself.
func (p *Cursor) Number(bytes int, order Endian, lo, hi int64) int64 {
	v := p.Peek(bytes, order)
	p.Want(lo <= v && v <= hi, rangeBits(float64(hi-lo), bytes))
	return p.pass(bytes, v)
}

// NumberOneOf is LEOneOf or BEOneOf in an order that the format says itself.
func (p *Cursor) NumberOneOf(bytes int, order Endian, values ...int64) int64 {
	v := p.Peek(bytes, order)
	p.Want(slices.Contains(values, v), 8*float64(bytes)-math.Log2(float64(len(values))))
	return p.pass(bytes, v)
}

// NumberAny is LEAny or BEAny in an order that the format says itself.
func (p *Cursor) NumberAny(bytes int, order Endian) int64 {
	return p.pass(bytes, p.Peek(bytes, order))
}

// pass moves behind a number and returns it, or zero when the evidence is broken.
func (p *Cursor) pass(bytes int, v int64) int64 {
	if p.Skip(bytes); p.broken {
		return 0
	}
	return v
}

// Peek looks at a number without passing it. A number of 8 bytes above 2^63
// comes out negative, which no range accepts.
func (p *Cursor) Peek(bytes int, order Endian) int64 {
	if !p.has(bytes) {
		return 0
	}
	var v uint64
	for i := range bytes {
		if order == Big {
			v = v<<8 | uint64(p.b[p.at+i])
		} else {
			v |= uint64(p.b[p.at+i]) << (8 * i)
		}
	}
	return int64(v)
}

// LE32At reads at an absolute offset without moving: for checksums that stand
// before what they cover. The checksum's own bytes are passed by Skip, so that
// they decide one check only. Zero when out of range.
func (p *Cursor) LE32At(off int) uint32 {
	if p.broken || off < 0 || off+4 > len(p.b) {
		return 0
	}
	return binary.LittleEndian.Uint32(p.b[off:])
}

// Span is the bytes from one offset to another, or nil when they are not all there;
// that breaks the evidence.
func (p *Cursor) Span(from, to int) []byte {
	if p.broken || from < 0 || to < from || to > len(p.b) {
		p.Fail()
		return nil
	}
	return p.b[from:to]
}

// Each wants n bytes out of a set.
func (p *Cursor) Each(n int, set *Charset) {
	if !p.has(n) {
		return
	}
	for _, c := range p.b[p.at : p.at+n] {
		if !set.has[c] {
			p.Fail()
			return
		}
	}
	p.Want(true, float64(n)*set.bits)
	p.at += n
}

// Until wants bytes of a set up to and with an end byte, which is in the set
// too: the choice to go on or to end is then paid for with every byte. It
// returns what stands before the end, of min to max bytes.
func (p *Cursor) Until(end byte, min, max int, set *Charset) []byte {
	for i, c := range p.Rest() {
		if i > max || !set.has[c] {
			break
		}
		if c != end {
			continue
		}
		if i < min {
			break
		}
		s := p.b[p.at : p.at+i]
		p.Want(true, float64(i+1)*set.bits)
		p.at += i + 1
		return s
	}
	p.Fail()
	return nil
}
