package brotli

import "math"

// evidence is what was read from one bit on.
type evidence struct {
	bitReader
	bits   float64 // log2, of what was read so far
	best   float64 // the most that it ever was
	end    int     // bit behind what gave the most
	unless float64 // less is no news: what is read behind a meta-block may be anything
	need   float64 // less than that is nothing
	worked int     // of all chains in these bytes
}

// twoReadings: a bit may begin a stream or a meta-block.
const twoReadings = 1

func (e *evidence) start(at int) {
	e.at, e.end, e.unless = at, at, 0
	e.bits, e.best = -twoReadings, -twoReadings
}

// add adds what was read up to here is worth.
func (e *evidence) add(bits float64) bool {
	if e.ended() {
		return false
	}
	if e.bits += bits; e.bits > e.best && e.bits >= e.unless {
		e.best, e.end, e.unless = e.bits, e.at, 0
	}
	return true
}

// want takes a condition that random bits meet with a chance of 2^-bits.
func (e *evidence) want(ok bool, bits float64) bool { return ok && e.add(bits) }

// field is one that is expected to be zero, with a chance of 3/4.
type field struct {
	width       int
	zero, other float64 // bits
}

func fieldOf(width int) field {
	const plainly = 3. / 4
	p := math.Ldexp(1, -width)
	return field{width, math.Log2(plainly / p), math.Log2((1 - plainly) / (1 - p))}
}

// read passes a field.
func (e *evidence) read(f *field) (v int, ok bool) {
	if v = e.take(f.width); v == 0 {
		return v, e.add(f.zero)
	}
	return v, e.add(f.other)
}

// work says whether n more units may be done. What may not is not done, and takes nothing from what
// lies behind: how much a command asks for is up to the bytes.
func (e *evidence) work(n int) bool {
	if e.worked+n > workUpTo(e.at/8) {
		return false
	}
	e.worked += n
	return true
}
