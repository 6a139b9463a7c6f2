package signature

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// A proof reads the bytes of one candidate and adds up what each passed check
// is worth. It is a cursor: it only moves forward, so the bytes that decide a
// check have decided nothing before. On uniform random bytes they are then
// uniform whatever came before, and a check that lets a fraction p of them
// through is worth log2(1/p) bits.
//
// Failing is sticky, and so is running out of bytes: every later step is a
// no-op that returns zero. A parser is therefore a plain list of steps, and
// only loops have to ask alive(). What counts is the state at the last call of
// found or mark.
type proof struct {
	b    []byte
	at   int
	bits float64
	debt float64 // what a choice has cost that is not taken off yet
	dead bool

	kind   string
	detail string
	length int     // of the confirmed part; 0 until found
	score  float64 // bits of the confirmed part

	work *workspace
}

func (p *proof) alive() bool { return !p.dead }

// fail ends the proof; what was marked before stays.
func (p *proof) fail() { p.dead = true }

// rest is what lies ahead of the cursor.
func (p *proof) rest() []byte {
	if p.dead {
		return nil
	}
	return p.b[p.at:]
}

// has says that n more bytes are there, and ends the proof when they are not.
func (p *proof) has(n int) bool {
	if n < 0 || n > len(p.b)-p.at {
		p.dead = true
	}
	return !p.dead
}

// found says that the kind is established. A proof that ends before it is no
// match; one that ends after it is a match of what was marked last.
func (p *proof) found(format string, args ...any) {
	if p.alive() {
		p.detail = fmt.Sprintf(format, args...)
		p.mark()
	}
}

// mark extends the confirmed part up to the cursor.
func (p *proof) mark() {
	if p.alive() {
		p.length, p.score = p.at, p.bits-p.debt
	}
}

// check is a test that the caller has computed, worth the given bits.
func (p *proof) check(ok bool, bits float64) {
	switch {
	case p.dead:
	case !ok:
		p.dead = true
	default:
		p.bits += bits - p.debt
		p.debt = 0
	}
}

// pay takes off what a choice between n ways on has cost: each way may then
// award its own checks in full.
func (p *proof) pay(n int) {
	if p.alive() {
		p.debt += math.Log2(float64(n))
	}
}

// skip passes n bytes that decide nothing.
func (p *proof) skip(n int) {
	if p.has(n) {
		p.at += n
	}
}

// seek moves on to an offset from the start, never back.
func (p *proof) seek(off int64) {
	if off < int64(p.at) || off > int64(len(p.b)) {
		p.dead = true
	}
	if p.alive() {
		p.at = int(off)
	}
}

// lit wants exactly these bytes: 8 bits each.
func (p *proof) lit(s string) {
	if !p.has(len(s)) {
		return
	}
	p.check(string(p.b[p.at:p.at+len(s)]) == s, 8*float64(len(s)))
	p.at += len(s)
}

// zeros wants n bytes of zero.
func (p *proof) zeros(n int) {
	if !p.has(n) {
		return
	}
	for _, c := range p.b[p.at : p.at+n] {
		if c != 0 {
			p.fail()
			return
		}
	}
	p.check(true, 8*float64(n))
	p.at += n
}

// fold wants these bytes, ASCII letters in either case: 7 bits a letter.
// s is in lower case.
func (p *proof) fold(s string) {
	if !p.has(len(s)) {
		return
	}
	for i := range len(s) {
		c, bits := p.b[p.at+i], 8.0
		if s[i] >= 'a' && s[i] <= 'z' {
			c, bits = c|0x20, 7
		}
		p.check(c == s[i], bits)
	}
	p.at += len(s)
}

// oneOf wants one of the given strings, none of them a prefix of a later one,
// and returns its index. By the union bound it is worth -log2 of the sum of
// 2^-8·length.
func (p *proof) oneOf(list ...string) int {
	sum, hit := 0.0, -1
	for i, s := range list {
		sum += math.Ldexp(1, -8*len(s))
		if hit < 0 && hasPrefix(p.rest(), s) {
			hit = i
		}
	}
	if p.check(hit >= 0, -math.Log2(sum)); p.alive() {
		p.at += len(list[hit])
	}
	return max(hit, 0)
}

// maybe passes s if it is there. Either way costs one bit, so that the two
// ways on together keep the bound.
func (p *proof) maybe(s string) bool {
	if p.dead {
		return false
	}
	p.debt++
	if hasPrefix(p.b[p.at:], s) {
		p.lit(s)
		return true
	}
	return false
}

func hasPrefix(b []byte, s string) bool {
	return len(b) >= len(s) && string(b[:len(s)]) == s
}

// in wants one byte out of set, which has no byte twice.
func (p *proof) in(set string) byte {
	if !p.has(1) {
		return 0
	}
	c := p.b[p.at]
	for i := range len(set) {
		if set[i] == c {
			p.check(true, 8-math.Log2(float64(len(set))))
			p.at++
			return c
		}
	}
	p.fail()
	return 0
}

// masked wants a byte whose bits under mask are want: one bit each.
func (p *proof) masked(mask, want byte) byte {
	if !p.has(1) {
		return 0
	}
	c := p.b[p.at]
	n := 0
	for m := mask; m != 0; m &= m - 1 {
		n++
	}
	p.check(c&mask == want, float64(n))
	p.at++
	return c
}

// u8, le and be want an unsigned number of the given number of bytes (at most
// 8) with lo ≤ x ≤ hi, and are worth 8·bytes - log2(hi-lo+1).
func (p *proof) u8(lo, hi int64) int64            { return p.number(1, little, lo, hi) }
func (p *proof) le(bytes int, lo, hi int64) int64 { return p.number(bytes, little, lo, hi) }
func (p *proof) be(bytes int, lo, hi int64) int64 { return p.number(bytes, big, lo, hi) }

// leOneOf and beOneOf want one of a few values.
func (p *proof) leOneOf(bytes int, values ...int64) int64 {
	return p.numberOneOf(bytes, little, values)
}
func (p *proof) beOneOf(bytes int, values ...int64) int64 { return p.numberOneOf(bytes, big, values) }

// leAny and beAny read a number that may be anything: worth nothing.
func (p *proof) leAny(bytes int) int64 { return p.pass(bytes, p.peek(bytes, little)) }
func (p *proof) beAny(bytes int) int64 { return p.pass(bytes, p.peek(bytes, big)) }

type endian bool

const (
	little endian = false
	big    endian = true
)

func (p *proof) number(bytes int, order endian, lo, hi int64) int64 {
	v := p.peek(bytes, order)
	p.check(lo <= v && v <= hi, 8*float64(bytes)-math.Log2(float64(hi-lo)+1))
	return p.pass(bytes, v)
}

func (p *proof) numberOneOf(bytes int, order endian, values []int64) int64 {
	v := p.peek(bytes, order)
	p.check(slices.Contains(values, v), 8*float64(bytes)-math.Log2(float64(len(values))))
	return p.pass(bytes, v)
}

// pass moves behind a number and returns it, or zero when the proof is dead.
func (p *proof) pass(bytes int, v int64) int64 {
	if p.skip(bytes); p.dead {
		return 0
	}
	return v
}

// peek looks at a number without passing it. A number of 8 bytes above 2^63
// comes out negative, which no range accepts.
func (p *proof) peek(bytes int, order endian) int64 {
	if !p.has(bytes) {
		return 0
	}
	var v uint64
	for i := range bytes {
		if order == big {
			v = v<<8 | uint64(p.b[p.at+i])
		} else {
			v |= uint64(p.b[p.at+i]) << (8 * i)
		}
	}
	return int64(v)
}

// le32 reads at an absolute offset without moving: for checksums that stand
// before what they cover. The checksum's own bytes are passed by skip, so that
// they decide one check only. Zero when out of range.
func (p *proof) le32(off int) uint32 {
	if p.dead || off < 0 || off+4 > len(p.b) {
		return 0
	}
	return binary.LittleEndian.Uint32(p.b[off:])
}

// span is b[from:to], or nil when that is not all there; the proof ends then.
func (p *proof) span(from, to int) []byte {
	if p.dead || from < 0 || to < from || to > len(p.b) {
		p.fail()
		return nil
	}
	return p.b[from:to]
}

// A charset is a set of byte values and what one byte out of it is worth.
type charset struct {
	has  [256]bool
	bits float64
}

// newCharset reads ranges like "a-z"; a minus sign stands first or last.
func newCharset(ranges string) *charset {
	c := new(charset)
	for i := 0; i < len(ranges); i++ {
		lo, hi := ranges[i], ranges[i]
		if i+2 < len(ranges) && ranges[i+1] == '-' {
			hi = ranges[i+2]
			i += 2
		}
		for x := int(lo); x <= int(hi); x++ {
			c.has[x] = true
		}
	}
	n := 0
	for _, has := range c.has {
		if has {
			n++
		}
	}
	c.bits = 8 - math.Log2(float64(n))
	return c
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Sets that several formats use. Nobody writes to them.
var (
	printable    = newCharset(" -~")
	text         = newCharset("\t\n\f\r -~\x80-\xff") // several such lines
	asciiText    = newCharset("\t\n\f\r -~")          // the same in plain ASCII
	letters      = newCharset("A-Za-z")               // chunk types of PNG
	upperCase    = newCharset("A-Z0-9")               // frame names of ID3
	fourCC       = newCharset("A-Za-z0-9 ._/\xa9-")   // box, chunk and table names
	base64set    = newCharset("A-Za-z0-9+/")          // RFC 4648 §4, without padding
	hexDigit     = newCharset("0-9A-Fa-f")
	digit        = newCharset("0-9")
	digitOrColon = newCharset("0-9:")
	octalOrNo    = newCharset("0-7 \x00")          // tar's numbers and their padding
	digitOrNo    = newCharset("0-9 ")              // ar's numbers and their padding
	nameOrEnd    = newCharset("\x00 -~\x80-\xff")  // the same with the zero that ends them
	fileName     = newCharset(" -~\x80-\xff")      // names in archives: no controls
	fieldName    = newCharset("A-Za-z0-9:-")       // header fields of mail, with the colon that ends them
	wordOrEnd    = newCharset("A-Za-z0-9+./ _\n-") // interpreter line of a script, with its end
)

// each wants n bytes out of a set.
func (p *proof) each(n int, set *charset) {
	if !p.has(n) {
		return
	}
	for _, c := range p.b[p.at : p.at+n] {
		if !set.has[c] {
			p.fail()
			return
		}
	}
	p.check(true, float64(n)*set.bits)
	p.at += n
}

// until wants bytes of a set up to and with an end byte, which is in the set
// too: the choice to go on or to end is then paid for with every byte. It
// returns what stands before the end, of min to max bytes.
func (p *proof) until(end byte, min, max int, set *charset) []byte {
	for i, c := range p.rest() {
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
		p.check(true, float64(i+1)*set.bits)
		p.at += i + 1
		return s
	}
	p.fail()
	return nil
}
