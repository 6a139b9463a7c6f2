package look

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
)

// findSignatures looks for the beginnings of files, also in the context before
// the segment: what was validated there may reach into it.
func (s *segment) findSignatures() {
	price := s.price(detector.Signatures)
	s.files = s.files[:0]
	for off := 0; off < s.hi; off += SectorBytes {
		if s.sectors[off/SectorBytes].kind != dataSector {
			continue
		}
		if o, ok := s.signature.At(s.buf, off); ok && o.Bits-price >= s.Threshold {
			o.Bits -= price
			s.take(detector.Signatures, &o)
			s.files = append(s.files, file{o.Start, o.End})
		}
	}
}

// file is the place of one that was found.
type file struct{ start, end int }

// findEmbedded looks for the beginnings of files at all other bytes, outside of those that were found.
func (s *segment) findEmbedded() {
	price := s.price(detector.Embedded)
	for lo, hi := range s.searched(detector.Embedded) {
		known := s.files
		outside := func(at int) bool {
			at += lo
			for len(known) > 0 && known[0].end <= at {
				known = known[1:]
			}
			return at%SectorBytes != 0 && (len(known) == 0 || at < known[0].start)
		}
		s.signature.Embedded(s.buf[lo:hi], s.Threshold+price, outside, func(o proof.Observation) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			s.take(detector.Embedded, &o)
		})
	}
}
