package look

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/inside"
	"shokyo.dev/shokyo/scan/proof"
)

// decoder is a finder that also says how what it found is decoded, one step of a path, and
// to what. Without a step nothing was decoded. What was is valid until report returns.
type decoder func(b []byte, need float64, report func(o proof.Observation, way string, decoded []byte))

// decodeIn reports what a decoder sees in what is left of the span, and what is in that: it has
// the finding's place and bits, and the way into it as further steps of its path.
func (s *segment) decodeIn(d detector.ID, find decoder) {
	price := s.price(d)
	for lo, hi := range s.searched(d) {
		find(s.buf[lo:hi], s.Threshold+price, func(o proof.Observation, way string, decoded []byte) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			if s.takeUnlessPlain(d, &o) && o.End > s.lo && o.Start < s.hi {
				s.inside.Look(way, decoded, s.Threshold+s.price(detector.Deflate), func(t inside.Thing) { s.describe(&o, t) })
			}
		})
	}
}

// describe lists what is inside a finding. What of the finding is wanted is its place.
func (s *segment) describe(of *proof.Observation, t inside.Thing) {
	o := proof.Observation{Kind: t.Kind, Start: max(of.Start, s.lo), End: min(of.End, s.hi), Bits: of.Bits, Detail: t.Detail, Keys: t.Keys}
	s.list(detector.Decoded.Reports(&o), &o, t.Way)
}
