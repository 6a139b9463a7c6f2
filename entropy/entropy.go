// Package entropy asks of bytes one question: how much better than "uniform
// random" does some other description fit them? It does no I/O and keeps no state
// but the scratch of a Meter.
//
// # Scores are bits of evidence
//
// Well encrypted data, read without the key, is uniform: every sequence of n
// bytes has probability P(x) = 256^-n. Let Q be any other probability
// distribution on sequences of n bytes, fixed before the bytes are seen. The likelihood
// ratio E(x) = Q(x)/P(x) has mean 1 on uniform bytes,
//
//	Σ_x P(x) · Q(x)/P(x) = Σ_x Q(x) = 1,
//
// and a non-negative quantity with mean at most 1 is called an e-value. By Markov's
// inequality it is seldom large:
//
//	P(E ≥ 2^s) ≤ 2^-s.
//
// So log2 E is a score in bits that carries its own false-alarm rate, for every n from one
// byte to a whole disk, with no approximation for large numbers. (The p-value of a chi-square
// test is such an approximation, and on 512 bytes a bad one: it gives scores of 15 bits
// twice as often as it says.)
//
// Three rules follow and are all that this package uses:
//
//   - An average of e-values, with fixed weights that sum to at most 1, is an e-value:
//     several models may be tried, at a price of log2(1/weight) bits.
//   - Replacing an e-value by a smaller number keeps the bound: where a cheap look says that
//     a model cannot have won, it is counted as 0 and not worked out.
//   - Models may share bytes. Averaging, unlike multiplying, asks for no independence.
//
// The weights and the number of bytes must not depend on the bytes. Leaving out bytes that
// other detectors have spoken for is harmless as long as this hardly ever happens on uniform
// bytes: the probability that it does is to be added to the bound.
//
// The bound says nothing about power. How often compressed files, pictures and
// programs are told from ciphertext is measured, in docs/detection.md.
//
// # The models
//
// Three describe the histogram, which is read as a tree of coins (histogram.go), one
// describes what follows a byte FF in a JPEG stream (stuffing.go), some predict each bit
// from the bits before it (history.go). These learn from the bytes; lanes (lanes.go) know beforehand
// how the bytes of a format follow each other (learned.go).
package entropy

import (
	"bytes"
	"math"
)

// symbols is the number of values of a byte.
const symbols = 256

// Tally is what one pass over bytes counts. Tallies of separate pieces add up, so
// that weak evidence does too. The zero value is ready for use.
type Tally struct {
	Bytes     [symbols]uint64 // how often each value occurs
	FF        uint64          // bytes FF that have a follower in the same piece
	StuffedFF uint64          // of these, how many are followed by 00
}

// Add counts the bytes of one piece. A Meter does the same, faster per block.
func (t *Tally) Add(b []byte) {
	for _, c := range b {
		t.Bytes[c]++
	}
	if len(b) > 0 {
		t.FF += uint64(bytes.Count(b[:len(b)-1], []byte{0xFF}))
		t.StuffedFF += countStuffed(b)
	}
}

// Merge adds what o has counted.
func (t *Tally) Merge(o *Tally) {
	add(t, &o.Bytes, o.FF, o.StuffedFF)
}

func add[T uint32 | uint64](t *Tally, h *[symbols]T, ff, stuffed uint64) {
	for c, n := range h {
		t.Bytes[c] += uint64(n)
	}
	t.FF += ff
	t.StuffedFF += stuffed
}

// N is the number of bytes counted.
func (t *Tally) N() (n uint64) {
	for _, v := range t.Bytes {
		n += v
	}
	return n
}

// Weights of the average in Bits. Stuffing gets less because where it
// applies it gives eight bits for every FF: it can afford the price.
const (
	uniformWeight  = 0.75
	stuffingWeight = 0.25
)

// Bits is log2 of the average of the e-values of UniformBits and StuffingBits: the score
// of everything that was counted, with P(Bits ≥ s) ≤ 2^-s on uniform bytes.
func (t *Tally) Bits() float64 {
	var score average
	score.add(uniformWeight, t.UniformBits())
	score.add(stuffingWeight, t.StuffingBits())
	return score.bits()
}

// average adds up weighted e-values that are given as bits, without overflow.
// The zero value is the empty sum.
type average struct {
	top float64 // the sum is sum · 2^top
	sum float64
}

func (a *average) add(weight, bits float64) {
	if bits > a.top {
		a.sum *= math.Exp2(a.top - bits)
		a.top = bits
	}
	a.sum += float64(weight * math.Exp2(bits-a.top)) // not fused: the same on all machines
}

func (a *average) bits() float64 { return a.top + math.Log2(a.sum) }
