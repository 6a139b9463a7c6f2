package proof

import (
	"math"
	"math/bits"
)

// Evidence adds up what the checked fields of one candidate say, in bits, and
// breaks at the first field that does not fit.
//
// Claim: on uniform random bytes P(bits ≥ s and not broken) ≤ 2^-s. Fields are
// checked one after the other, none twice. A field that passes with
// probability p_i given the fields before it multiplies the product
// M = Π 1/p_i, and one that fails makes M zero: M is a nonnegative martingale
// that starts at 1, so by Ville's inequality the chance that it ever reaches
// 2^s is at most 2^-s. That also covers chains (directory entries, inodes)
// which go on until an entry fails: what had been added up before the failure
// counts, the running maximum is what Ville bounds. Where one of several forms
// is accepted, each form is paid with the bits of choosing it.
type Evidence struct {
	bits    float64
	broken  bool
	damaged bool
}

// Want takes a condition that random bytes meet with chance 2^-bits at most.
func (e *Evidence) Want(ok bool, bits float64) {
	if !ok {
		e.Fail()
		return
	}
	e.bits += bits
}

// Is holds a field of the given number of bytes to one value.
func (e *Evidence) Is(got, want uint64, bytes int) { e.Want(got == want, float64(8*bytes)) }

// Matched pays for bytes that the dispatch has compared already.
func (e *Evidence) Matched(bytes int) { e.Want(true, float64(8*bytes)) }

// Text holds bytes to a string.
func (e *Evidence) Text(b []byte, s string) {
	e.Want(len(b) >= len(s) && string(b[:min(len(s), len(b))]) == s, float64(8*len(s)))
}

// Zero holds reserved bytes to zero.
func (e *Evidence) Zero(b []byte) { e.Want(AllZero(b), float64(8*len(b))) }

// Within holds a field of the given number of bytes to lo…hi: hi-lo+1 values
// out of 2^(8·bytes).
func (e *Evidence) Within(v, lo, hi uint64, bytes int) {
	if lo > hi || v < lo || v > hi {
		e.Fail()
		return
	}
	e.bits += max(0, float64(8*bytes)-math.Log2(float64(hi-lo)+1))
}

// Power holds a field to a power of two from lo to hi (powers of two themselves).
func (e *Evidence) Power(v, lo, hi uint64, bytes int) {
	n := bits.Len64(hi) - bits.Len64(lo) + 1
	e.Want(n > 0 && v >= lo && v <= hi && v&(v-1) == 0, float64(8*bytes)-math.Log2(float64(max(n, 1))))
}

// Mask holds a field to zero in the bits that no version of the format uses.
func (e *Evidence) Mask(v, used uint64, bytes int) {
	width := uint64(1)<<(8*bytes) - 1 // 8 bytes: the shift gives 0, minus 1 all ones
	e.Want(v&^used&width == 0, float64(8*bytes-bits.OnesCount64(used&width)))
}

// Alternatives pays for having been one of n forms that were tried.
func (e *Evidence) Alternatives(n int) { e.bits -= math.Log2(float64(n)) }

// Sealed takes a checksum of the given number of bits. One that does not fit breaks
// nothing: the structure is damaged, and if its other fields carry it it is named as
// such. That makes two forms, each paid with one bit: the mean of ½·2^bits·1(fits)
// + ½ over random bytes is 1.
func (e *Evidence) Sealed(fits bool, bits float64) {
	e.bits--
	if fits {
		e.bits += bits
	} else {
		e.damaged = true
	}
}

// Damaged says that a checksum did not fit.
func (e *Evidence) Damaged() bool { return e.damaged }

// Add takes what was added up elsewhere, in bits: of a chain's entry, once all
// of it fits. A negative number pays for a choice.
func (e *Evidence) Add(bits float64) { e.bits += bits }

// Bits is what was added up so far.
func (e *Evidence) Bits() float64 { return e.bits }

// Fail breaks the evidence: what follows can no longer make it good.
func (e *Evidence) Fail() { e.broken = true }

// Broken says that a field did not fit.
func (e *Evidence) Broken() bool { return e.broken }

// Strength is what may be claimed after paying for all the kinds asked about.
func (e *Evidence) Strength() float64 { return e.bits - kindBits }

// Strong says whether the candidate is a structure.
func (e *Evidence) Strong() bool { return !e.broken && e.Strength() >= MinBits }

// Found makes the structure, if the evidence carries it.
func (e *Evidence) Found(kind string, start, end int, detail string) (Observation, bool) {
	if !e.Strong() {
		return Observation{}, false
	}
	if e.damaged {
		detail += "; damaged: its checksum does not fit"
	}
	return Observation{Kind: kind, Start: start, End: end, Bits: e.Strength(), Detail: detail}, true
}
