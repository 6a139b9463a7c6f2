package video

import (
	"math"
	"math/bits"
)

const (
	maxSymbols = 40
	maxClasses = 4
	octaves    = 22
	befores    = 8  // what the three bits before can be
	maxBody    = 96 // bits of a unit's payload that are held against the model

	// slack is what rounding can add to the bits of one unit.
	slack = 1. / 256
)

// urns are what a chain expects of its next unit: Pólya's urns, which begin with what was counted in films of
// many encoders (priors.go) and get one more of whatever is drawn. So what a chain has shown is expected
// again, and the chances of all outcomes of a draw add up to 1, given those before.
type urns struct {
	symbols [maxSymbols]float32
	sizes   [octaves]float32 // by the number of their bits
	gaps    [octaves]float32 // what lies between units, likewise
	joined  [2]float32       // nothing between them, something
	within  [maxClasses][2]float32
	body    bodies
}

// bodies are the first bits of payloads, by the class of the unit, by place and by the bits before.
type bodies [maxClasses][maxBody][befores][2]float32

// drawn is the logarithm of the chance of an outcome.
func drawn(urn []float32, outcome int) float64 {
	sum := float32(0)
	for _, n := range urn {
		sum += n
	}
	return math.Log2(float64(urn[outcome] / sum))
}

// octave is the number of a size's octave: those from 2^k to 2^(k+1).
func octave(size int) int { return bits.Len(uint(size)) - 1 }

// bits is what a unit is worth where it stands.
func (u *urns) bits(b []byte, x *unit) float64 {
	bits, _ := u.weigh(b, x, math.Inf(-1))
	return bits
}

// weigh is bits for a unit that is worth so much at least when little of its payload was looked at, and fails for others.
func (u *urns) weigh(b []byte, x *unit, least float64) (bits float64, ok bool) {
	bits = x.fixed + drawn(u.symbols[:], x.symbol) - slack
	if x.size > 0 {
		bits += drawn(u.sizes[:], octave(x.size)) - float64(octave(x.size))
	}
	if x.within != notAsked {
		bits += drawn(u.within[x.class][:], int(x.within-noUnit))
	}
	if x.within == oneUnit {
		bits += innerBits(b, x.inner)
	}
	n, body := x.bodyBits(b), &u.body[x.class]
	first := body[:min(n, firstBits)]
	head, before := draw(first, b[x.body:], 0)
	if bits += head; bits < least || n <= firstBits {
		return bits, bits >= least
	}
	rest, _ := draw(body[firstBits:n], b[x.body+firstBits/8:], before)
	return bits + rest, true
}

// firstBits of a payload tell nearly all that is none.
const firstBits = 16

// draw is the logarithm of how much likelier bits are than even odds, and the last of them.
func draw(urns [][befores][2]float32, b []byte, before int) (bits float64, last int) {
	product := 1.0
	for i := range urns {
		bit := int(b[i>>3]>>(7-i&7)) & 1
		urn := &urns[i][before]
		product *= float64(2 * urn[bit] / (urn[0] + urn[1]))
		before = (before<<1 | bit) % befores
	}
	return math.Log2(product), before
}

// learn adds what was drawn.
func (u *urns) learn(b []byte, x *unit) {
	u.symbols[x.symbol]++
	if x.size > 0 {
		learnSize(&u.sizes, x.size)
	}
	if x.within != notAsked {
		u.within[x.class][x.within-noUnit]++
	}
	if n := x.bodyBits(b); n > 0 {
		learn(u.body[x.class][:n], b[x.body:])
	}
}

func learn(urns [][befores][2]float32, b []byte) {
	before := 0
	for i := range urns {
		bit := int(b[i>>3]>>(7-i&7)) & 1
		urns[i][before][bit]++
		before = (before<<1 | bit) % befores
	}
}

// learnSize adds a size to its octave, and some of it to those beside.
func learnSize(urn *[octaves]float32, size int) {
	k := octave(size)
	urn[k] += .5
	urn[max(k-1, 0)] += .25
	urn[min(k+1, octaves-1)] += .25
}

// gap is what it costs that so many bytes lie between two units.
func (u *urns) gap(n int) float64 {
	return drawn(u.gaps[:], octave(n)) - float64(octave(n))
}
