package look

import (
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/reused"
)

// findRepeats reports 16-byte units that occur twice, one finding per block.
func (s *segment) findRepeats() {
	unit := int64(s.BlockBytes)
	first, last := -1, -1
	flush := func() {
		if first >= 0 {
			s.take(detector.Repeats, &proof.Observation{Kind: "repeated-16-byte-units", Start: first, End: last + repeats.Unit, Bits: unitBits()})
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

// findKeystreams reports blocks of ciphertext whose keystream was used for others as well. What statistics see in
// the block alone is not ciphertext: it is theirs.
func (s *segment) findKeystreams() {
	if !s.weighed {
		s.findKeystreamsIn(0, len(s.buf))
		return
	}
	for lo, hi := range s.searched(detector.Keystreams) { // a sector that is data in part is not used anyway
		s.findKeystreamsIn((lo+SectorBytes-1)/SectorBytes*SectorBytes, hi/SectorBytes*SectorBytes)
	}
}

// findKeystreamsIn is that for the wanted blocks of a part of the buffer, which are held against all of the part.
func (s *segment) findKeystreamsIn(from, to int) {
	if from >= to {
		return
	}
	price := s.price(detector.Keystreams)
	span := reused.Span{Buf: s.buf[from:to], Base: s.base + int64(from), Lo: max(s.lo-from, 0), Hi: min(s.hi, to) - from, Block: s.BlockBytes,
		Use: func(lo, hi int) bool { return hi <= to-from && s.untouched(from+lo, from+hi) }}
	s.reused.Find(span, s.Threshold+price, func(o, other proof.Observation) {
		if s.meter.Cheaply(span.Buf[o.Start:o.End], nil)-s.price(detector.Statistics) >= s.Threshold {
			return
		}
		for _, o := range []proof.Observation{o, other} {
			if o.Bits -= price; o.End > 0 {
				o.Start, o.End = o.Start+from, o.End+from
				s.take(detector.Keystreams, &o)
			}
		}
	})
}

// untouched says that all of [lo, hi) is data of which nothing is known yet.
func (s *segment) untouched(lo, hi int) bool {
	if hi > len(s.buf) {
		return false
	}
	return !slices.ContainsFunc(s.sectors[lo/SectorBytes:(hi+SectorBytes-1)/SectorBytes], func(x sector) bool { return !x.whole() })
}
