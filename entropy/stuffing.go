package entropy

import (
	"bytes"
	"math"
)

// In the entropy-coded segments of a JPEG stream a byte FF is always followed
// by a stuffed 00 (ITU-T T.81, B.1.1.5 and F.1.2.3), but for restart markers FF D0 … FF D7, so that a
// decoder cannot take data for a marker. In uniform bytes one follower in 256 is 00.

// Prior of the fraction of stuffed followers: Beta(4, ½), near 1 with a
// heavy tail below, because of restart markers and of windows that are JPEG in part.
const (
	stuffedPrior = 4
	otherPrior   = 0.5
)

// StuffingBits is the score of JPEG's byte stuffing: log2 of the e-value
//
//	E = B(4+s, ½+f-s) / B(4, ½) · 256^s · (256/255)^(f-s)
//
// for f bytes FF with s followers 00: about eight bits for each stuffed FF, less a few for learning the
// fraction.
//
// Why it is an e-value although f is not fixed but comes out of the data: go through the bytes
// in order and hold M = 1. A byte that does not follow FF leaves M as it is. One that does
// multiplies it by Q(00)/(1/256) if it is 00 and by (1-Q(00))/(255/256) if not, where
// Q(00) = (4+s)/(4½+f) with the s and f so far. Given all that came before, the next byte is uniform, so the
// mean of the factor is Q(00) + 1 - Q(00) = 1: M is a martingale, and its mean after the last byte is 1,
// whatever f has become. A binomial tail "s or more of f" has no such licence: it takes f as
// given, while a run such as FF FF 00 makes the number of trials depend on their results.
func (t *Tally) StuffingBits() float64 {
	return stuffingBits(t.FF, t.StuffedFF)
}

func stuffingBits(ff, stuffed uint64) float64 {
	return coin(stuffed, ff-stuffed, stuffedPrior, otherPrior, 1./symbols) / math.Ln2
}

// countStuffedGeneric counts the bytes FF that are followed by 00. (Two such pairs
// cannot overlap.)
func countStuffedGeneric(b []byte) uint64 {
	return uint64(bytes.Count(b, []byte{0xFF, 0x00}))
}
