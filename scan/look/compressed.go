package look

import (
	"shokyo.dev/shokyo/scan/proof"
)

// finder looks for one kind of data in the whole of some bytes: what has need bits is
// reported, in ascending order, with its place in them.
type finder func(b []byte, need float64, report func(proof.Observation))

// findIn reports what a finder sees in what is left of the span.
func (s *segment) findIn(d Detector, find finder) {
	price := s.price(d)
	for lo, hi := range s.unmasked(0, len(s.buf)) {
		find(s.buf[lo:hi], s.Threshold+price, func(o proof.Observation) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			s.take(d, &o)
		})
	}
}

func (s *segment) findBzip2()  { s.findIn(Bzip2, s.bzip2.Find) }
func (s *segment) findBrotli() { s.findIn(Brotli, s.brotli.Find) }

// decoder is a finder that also says how what it found is decoded, and to what.
type decoder func(b []byte, need float64, report func(o proof.Observation, way string, decoded []byte))

func (s *segment) findDecoded(d Detector, find decoder) {
	s.findIn(d, func(b []byte, need float64, report func(proof.Observation)) {
		find(b, need, func(o proof.Observation, _ string, _ []byte) { report(o) })
	})
}

func (s *segment) findDeflate() { s.findDecoded(Deflate, s.deflate.Find) }
func (s *segment) findZstd()    { s.findDecoded(Zstd, s.zstd.Find) }
