package filesystem

import (
	"math"
	"math/bits"
)

// evidence adds up what the checked fields of one candidate say, in bits, and
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
type evidence struct {
	bits   float64
	broken bool
}

// want takes a condition that random bytes meet with chance 2^-bits at most.
func (e *evidence) want(ok bool, bits float64) {
	if !ok {
		e.broken = true
		return
	}
	e.bits += bits
}

// is holds a field of the given number of bytes to one value.
func (e *evidence) is(got, want uint64, bytes int) { e.want(got == want, float64(8*bytes)) }

// matched pays for bytes that the dispatch has compared already.
func (e *evidence) matched(bytes int) { e.want(true, float64(8*bytes)) }

// text holds bytes to a string.
func (e *evidence) text(b []byte, s string) {
	e.want(len(b) >= len(s) && string(b[:min(len(s), len(b))]) == s, float64(8*len(s)))
}

// zero holds reserved bytes to zero.
func (e *evidence) zero(b []byte) { e.want(allZero(b), float64(8*len(b))) }

// within holds a field of the given number of bytes to lo…hi: hi-lo+1 values
// out of 2^(8·bytes).
func (e *evidence) within(v, lo, hi uint64, bytes int) {
	if lo > hi || v < lo || v > hi {
		e.broken = true
		return
	}
	e.bits += max(0, float64(8*bytes)-math.Log2(float64(hi-lo)+1))
}

// power holds a field to a power of two from lo to hi (powers of two themselves).
func (e *evidence) power(v, lo, hi uint64, bytes int) {
	n := bits.Len64(hi) - bits.Len64(lo) + 1
	e.want(n > 0 && v >= lo && v <= hi && v&(v-1) == 0, float64(8*bytes)-math.Log2(float64(max(n, 1))))
}

// mask holds a field to zero in the bits that no version of the format uses.
func (e *evidence) mask(v, used uint64, bytes int) {
	width := uint64(1)<<(8*bytes) - 1 // 8 bytes: the shift gives 0, minus 1 all ones
	e.want(v&^used&width == 0, float64(8*bytes-bits.OnesCount64(used&width)))
}

// alternatives pays for having been one of n forms that were tried.
func (e *evidence) alternatives(n int) { e.bits -= math.Log2(float64(n)) }

// strength is what may be claimed after paying for all the kinds asked about.
func (e *evidence) strength() float64 { return e.bits - kindBits }

// strong says whether the candidate is a structure.
func (e *evidence) strong() bool { return !e.broken && e.strength() >= MinBits }

// found makes the structure, if the evidence carries it.
func (e *evidence) found(kind string, start, end int, detail string) (Structure, bool) {
	if !e.strong() {
		return Structure{}, false
	}
	return Structure{Kind: kind, Start: start, End: end, Bits: e.strength(), Detail: detail}, true
}

// allZero says that b holds nothing but zeros.
func allZero(b []byte) bool {
	for len(b) >= 8 {
		if le64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
