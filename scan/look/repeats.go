package look

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
)

// findRepeats reports 16-byte units that occur twice, one finding per block.
func (s *segment) findRepeats() {
	unit := int64(s.BlockBytes)
	first, last := -1, -1
	flush := func() {
		if first >= 0 {
			s.take(Repeats, &proof.Observation{Kind: "repeated-16-byte-units", Start: first, End: last + repeats.Unit, Bits: unitBits()})
		}
	}
	lo := s.lo / SectorBytes
	skip := func(i int) bool { x := s.sectors[lo+i]; return x.kind != dataSector || x.head+x.tail > 0 }
	var offs []int
	s.repeats.Find(s.buf[s.lo:s.hi], skip, func(off int) { offs = append(offs, s.lo+off) })
	slices.Sort(offs)
	for _, off := range offs {
		if first >= 0 && (s.base+int64(first))/unit != (s.base+int64(off))/unit {
			flush()
			first = -1
		}
		if first < 0 {
			first = off
		}
		last = off
	}
	flush()
}
