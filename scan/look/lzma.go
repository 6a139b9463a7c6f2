package look

import (
	"shokyo.dev/shokyo/scan/compressed/lzma"
	"shokyo.dev/shokyo/scan/proof"
)

// findLZMA looks for chains of chunks, also at the rims of the span.
func (s *segment) findLZMA() {
	price := s.price(LZMA)
	for lo, hi := range s.searched(LZMA) {
		at := s.base + int64(lo)
		s.lzma.FindAtRims(s.buf[lo:hi], s.lo-lo, s.hi-lo, s.Threshold+price, func(o proof.Observation) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			s.takeUnlessPlain(LZMA, &o)
		}, func(e lzma.Edge) {
			s.out.Edges = append(s.out.Edges, Edge{LZMA, e.Kind, at + int64(e.Start), at + int64(e.End), at + int64(e.Next), e.Bits, e.Head, e.Tail})
		})
	}
}
