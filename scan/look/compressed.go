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

func (s *segment) findDeflate() { s.decodeIn(Deflate, s.deflate.Find) }
func (s *segment) findZstd()    { s.decodeIn(Zstd, s.zstd.Find) }
