package look

import (
	"shokyo.dev/shokyo/scan/compressed/lzma"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// findLZMA looks for chains of chunks, also at the rims of the span.
func (s *segment) findLZMA() {
	price := s.price(detector.LZMA)
	for lo, hi := range s.searched(detector.LZMA) {
		at := s.base + int64(lo)
		s.lzma.FindAtRims(s.buf[lo:hi], s.lo-lo, s.hi-lo, s.Threshold+price, func(o proof.Observation) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			s.takeUnlessPlain(detector.LZMA, &o)
		}, func(e lzma.Edge) {
			s.out.Edges = append(s.out.Edges, seen.Edge{Detector: detector.LZMA, Kind: e.Kind,
				Start: at + int64(e.Start), End: at + int64(e.End), Next: at + int64(e.Next), Bits: e.Bits, Head: e.Head, Tail: e.Tail})
		})
	}
}
