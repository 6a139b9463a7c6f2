package video

import (
	"encoding/binary"
	"math"
)

// unit is the header of a unit of a film: a NAL unit, an OBU, an element, a packet.
type unit struct {
	at     int     // its first byte
	symbol int     // what it is, as its format counts them
	class  int     // whose urns its payload is held against
	size   int     // as it says itself; 0: it does not
	fixed  float64 // bits of the header that the urns know the chances of, and of magic numbers
	body   int     // the first byte of its payload
	most   int     // bits of the payload that are looked at
	next   int     // where the next unit begins; 0: it does not say
	within within  // whether a NAL unit is all that follows
	inner  int     // where that begins, behind its length
}

// within says whether a block or a tag holds one NAL unit, with the length that is left.
type within uint8

const (
	notAsked within = iota
	noUnit
	oneUnit
)

// minInner is the least that such a unit has.
const minInner = 16

// innerBits is what the header of a NAL unit is worth that may be one of H.264, of HEVC, or of something else. It is held against
// what is expected of the first unit of a film: nothing is learned.
func innerBits(b []byte, at int) float64 {
	sum := 1. / 8
	if x := (unit{}); x.avc(b, at) {
		sum += math.Exp2(avc.prior().bits(b, &x)) / 2
	}
	if x := (unit{}); x.hevc(b, at) {
		sum += math.Exp2(hevc.prior().bits(b, &x)) * 3 / 8
	}
	return math.Log2(sum)
}

// holds looks whether all that is left of a unit, from a byte on, is one NAL unit behind its length.
func (x *unit) holds(b []byte, at int) {
	n := x.next - at - lengthBytes
	if n < minInner || at+lengthBytes+minInner > len(b) {
		return
	}
	x.within = noUnit
	if int(binary.BigEndian.Uint32(b[at:])) == n {
		x.within, x.inner, x.fixed = oneUnit, at+lengthBytes, x.fixed+8*lengthBytes
	}
}

// bodyBits is how many bits of the payload are there to look at.
func (x *unit) bodyBits(b []byte) int {
	end := len(b)
	if x.next > 0 {
		end = min(end, x.next)
	}
	return max(0, min(x.most, 8*(end-x.body)))
}

// seen is the end of what was looked at.
func (x *unit) seen(b []byte) int {
	if x.within == oneUnit {
		return x.inner + minInner
	}
	return x.body + (x.bodyBits(b)+7)/8
}

// chain is units of a film one behind the other, with gaps.
type chain struct {
	urns
	start, end int     // of what is proven
	last, from int     // where its last unit begins; behind what was looked at
	next       int     // where the next unit has to begin, if nothing is between; 0: not known
	bits, best float64 // of the units so far
	units      int
}

// begin makes the chain one that begins with a unit.
func (c *chain) begin(prior *urns, b []byte, x *unit, bits float64) {
	c.urns = *prior
	c.start, c.bits, c.best, c.units = x.at, 0, 0, 0
	c.add(b, x, bits)
}

// add takes one more unit, of which the bits are known.
func (c *chain) add(b []byte, x *unit, bits float64) {
	c.bits += bits
	c.units++
	c.last, c.next, c.from = x.at, x.next, x.seen(b)
	if c.bits >= c.best {
		c.best, c.end = c.bits, c.from
	}
	c.learn(b, x)
}

// behind is the first byte at which the next unit can begin.
func (c *chain) behind() int { return max(c.from, c.next) }

// reach is what it costs that a unit begins at a place, as the next of the chain.
func (c *chain) reach(at, most int) (bits float64, ok bool) {
	n := at - c.behind()
	switch {
	case n < 0 || n >= most:
		return 0, false
	case c.next == 0:
		return c.gap(n + 1), true
	case n == 0:
		return drawn(c.joined[:], 0), true
	}
	return drawn(c.joined[:], 1) + c.gap(n), true
}

// step is reach, and what the urns learn of it.
func (c *chain) step(at int) {
	n := at - c.behind()
	switch {
	case c.next == 0:
		learnSize(&c.gaps, n+1)
	case n == 0:
		c.joined[0]++
	default:
		c.joined[1]++
		learnSize(&c.gaps, n)
	}
}
