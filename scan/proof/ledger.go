package proof

import "math"

const (
	// MinBits is the strength below which nothing is called anything.
	MinBits = 56

	// kindBits pays for asking about all kinds of a family at one offset
	// (Bonferroni over at most MaxKinds tests): it is taken off every score.
	kindBits = 8
	MaxKinds = 1 << kindBits
)

// ledger is where the bits of one candidate are added up, whatever way its fields are
// read: log2 of M in the package comment. Breaking is for good: what follows adds nothing.
type ledger struct {
	bits   float64
	broken bool
}

// Want takes a condition that random bytes meet with chance 2^-bits at most, given
// everything that was looked at before.
func (l *ledger) Want(ok bool, bits float64) {
	if !ok {
		l.broken = true
	}
	l.Add(bits)
}

// Alternatives pays for having been one of n forms that were tried.
func (l *ledger) Alternatives(n int) { l.Add(-math.Log2(float64(n))) }

// Add takes what was added up elsewhere, in bits: of a chain's entry, once all
// of it fits. A negative number pays for a choice.
func (l *ledger) Add(bits float64) {
	if !l.broken {
		l.bits += bits
	}
}

// Bits is what was added up so far.
func (l *ledger) Bits() float64 { return l.bits }

// Fail breaks the evidence: what follows can no longer make it good.
func (l *ledger) Fail() { l.broken = true }

// Broken says that a check failed.
func (l *ledger) Broken() bool { return l.broken }

// Strength is what may be claimed after paying for all the kinds asked about.
func (l *ledger) Strength() float64 { return l.bits - kindBits }

// Strong says whether the candidate is what it was taken for.
func (l *ledger) Strong() bool { return !l.broken && l.Strength() >= MinBits }

// rangeBits is what a number of the given number of bytes is worth that may have
// width+1 values.
func rangeBits(width float64, bytes int) float64 {
	return 8*float64(bytes) - math.Log2(width+1)
}
