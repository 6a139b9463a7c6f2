// Package walk reads the bits of one candidate, from a fixed byte on, and keeps the evidence.
//
// # The bound
//
// M is the product over the fields of Q/P: P is the chance of what stands there among uniform bits, 2^-n for n
// bits, and Q what a model says that is fixed by the fields before and normalised (its chances sum to 1 or less).
// No bit is weighed twice. So M is a supermartingale that starts at 1, and by Ville's inequality its maximum ever
// reaches 2^s with chance at most 2^-s: the best moment may be chosen after looking, and reading may stop
// anywhere. A wrong model costs power, never the bound.
package walk

import (
	"encoding/binary"
	"math"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

// Budget is the work that may be done, in fields.
type Budget struct {
	Short int     // by candidates, in a stretch of the buffer
	Long  int     // by those that are believed, in all of it
	Need  float64 // bits with which one is believed
	Spent int     // in all
}

// Walk is a candidate that is read. It is dead once a field did not fit, or where the bytes end; what it had is kept.
type Walk struct {
	b       []byte
	at      int     // in bits
	m, best float64 // M and its maximum, in units of 2^scale
	scale   int
	end     int // in bits: where M was highest
	budget  *Budget
	long    bool // it is believed
}

// From begins at a byte of b.
func From(b []byte, at int, budget *Budget) Walk {
	return Walk{b: b, at: 8 * at, m: 1, best: 1, end: 8 * at, budget: budget}
}

// Spend takes from the budget; nothing is left: the walk ends.
func (w *Walk) Spend(fields int) {
	w.budget.Spent += fields
	left := &w.budget.Short
	if w.long {
		left = &w.budget.Long
	}
	if *left -= fields; *left >= 0 {
		return
	}
	if !w.long && w.Bits() >= w.budget.Need {
		w.long = true
		return
	}
	w.m = 0
}

// Alive says that everything fitted so far.
func (w *Walk) Alive() bool { return w.m > 0 }

// Fail ends the walk.
func (w *Walk) Fail() { w.m = 0 }

// Pos is where the walk is, in bits.
func (w *Walk) Pos() int { return w.at }

// Bytes is all that is walked in.
func (w *Walk) Bytes() []byte { return w.b }

// Peek is the next n bits, at most 57, where they are all there.
func (w *Walk) Peek(n int) uint64 { return bitstream.High(w.b, w.at) >> (64 - n) }

// Take passes n bits, at most 57, and gives them. They are worth nothing as yet.
func (w *Walk) Take(n int) uint64 {
	if i := w.at >> 3; i+8 <= len(w.b) && w.m > 0 && !w.long && w.budget.Short > 0 { // nearly always, so as one
		v := binary.BigEndian.Uint64(w.b[i:]) << (w.at & 7) >> (64 - n)
		w.at += n
		w.budget.Spent++
		w.budget.Short--
		return v
	}
	v := w.Peek(n)
	w.Skip(n)
	w.Spend(1)
	return v
}

// Skip passes n bits that decide nothing. Where they are not there it stays where it is, dead.
func (w *Walk) Skip(n int) {
	if w.at+n > 8*len(w.b) {
		w.m = 0
	}
	if w.m > 0 {
		w.at += n
	}
}

// To goes on at a byte, never back.
func (w *Walk) To(at int) {
	if 8*at < w.at {
		w.m = 0
	}
	w.Skip(8*at - w.at)
}

// Weigh says what the model gave n bits that were taken.
func (w *Walk) Weigh(n int, q float64) { w.Odds(q * powers[n]) }

// powers are those of two.
var powers = func() (p [65]float64) {
	for i := range p {
		p[i] = math.Ldexp(1, i)
	}
	return p
}()

// Odds multiplies M by Q/P.
func (w *Walk) Odds(ratio float64) {
	if w.m *= ratio; w.m <= w.best {
		return
	}
	w.best, w.end = w.m, w.at
	if w.m > huge {
		w.m, w.best, w.scale = w.m/huge, w.best/huge, w.scale+hugeBits
	}
}

const (
	hugeBits = 300
	huge     = 1 << hugeBits
)

// Is wants n bits to be a value.
func (w *Walk) Is(n int, want uint64) {
	if w.Take(n) != want {
		w.m = 0
	}
	w.Weigh(n, 1)
}

// Mostly takes n bits that are a value with chance q, and else any other.
func (w *Walk) Mostly(n int, usual uint64, q float64) (v uint64) {
	if v = w.Take(n); v != usual {
		q = (1 - q) / (powers[n] - 1)
	}
	w.Weigh(n, q)
	return v
}

// OneOf takes n bits, of which the model gives each value its chance.
func (w *Walk) OneOf(n int, q []float64) (v int) {
	v = int(w.Take(n))
	w.Weigh(n, q[v])
	return v
}

// Bits is the score: log2 of the maximum of M.
func (w *Walk) Bits() float64 { return math.Log2(w.best) + float64(w.scale) }

// Under says that the score is below so many bits, Sunk that M itself is, sooner than these are known.
func (w *Walk) Under(bits int) bool { return w.scale == 0 && w.best < powers[bits] }
func (w *Walk) Sunk(bits int) bool  { return w.scale == 0 && w.m < powers[bits] }

// Now is log2 of M itself; -∞: the walk is dead.
func (w *Walk) Now() float64 { return math.Log2(w.m) + float64(w.scale) }

// End is the byte behind what gives the score.
func (w *Walk) End() int { return (w.end + 7) / 8 }
