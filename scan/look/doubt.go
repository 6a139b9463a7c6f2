package look

import "shokyo.dev/shokyo/entropy"

// At quick depth the dear detectors look only where a cheap look leaves doubt: in the
// stretches whose bytes some model of the statistics finds likelier than chance, and
// beside what was found already. The rest of a page is theirs as soon as one of them
// found something in it, so that what is found ends where it ends at full depth.
//
// The bound stays: what a dear detector claims is 1[doubt]·E, and E[1[doubt]·E] ≤ E[E] ≤ 1;
// of a tail, P(doubt and score ≥ s) ≤ P(score ≥ s) ≤ 2^-s. Doubt may depend on the same
// bytes in whatever way. Where nobody looked the e-value is 0, not 1: it is no factor that
// may be left out of a product over a larger window (entropy.History.Lacks).
//
// Doubt follows from the bytes of the page with its context alone.

const (
	// doubtStretch is what is looked at or not, aligned on the medium.
	doubtStretch = 64 << 10

	// doubtBits is the score above which there is doubt. One stretch of uniform bytes in
	// eight has it, so that the dear detectors cost an eighth; at 2 bits it were one in 23,
	// and some 10 points of power less at 16 KiB (docs/detection.md).
	doubtBits = 0
)

// askDear asks the dear detectors where there is doubt.
func (s *segment) askDear() {
	s.findDoubts()
	for d := range table {
		r := &table[d]
		if !r.dear || r.sweep == nil {
			continue
		}
		listed, found := len(s.out.Findings), s.found
		if r.sweep(s); s.found > found && s.weighed {
			s.out.Findings = s.out.Findings[:listed]
			s.weighed = false
			s.inside.NewPage()
			r.sweep(s)
		}
	}
}

// findDoubts weighs every stretch that the buffer touches.
func (s *segment) findDoubts() {
	s.doubts = s.doubts[:0]
	for lo := 0; lo < len(s.buf); {
		hi := min(len(s.buf), lo+doubtStretch-int((s.base+int64(lo))%doubtStretch))
		s.doubts = append(s.doubts, s.besideResidue(lo, hi) || s.odd(lo, hi))
		lo = hi
	}
	s.weighed = true
}

// besideResidue says whether something was found in [lo, hi) of buf or within a stretch of it.
func (s *segment) besideResidue(lo, hi int) bool {
	first, end := max(0, lo-doubtStretch)/SectorBytes, min(len(s.buf), hi+doubtStretch)
	for i := first; i*SectorBytes < end; i++ {
		if s.sectors[i].kind == residueSector {
			return true
		}
	}
	return false
}

// odd says whether a block of [lo, hi) of buf, or all of it, looks likelier under some
// model of the statistics than by chance.
func (s *segment) odd(lo, hi int) bool {
	var all entropy.Window
	for from, to := range s.unmasked(lo, hi) {
		for ; from < to; from += s.BlockBytes {
			if s.meter.WithoutHistory(s.buf[from:min(to, from+s.BlockBytes)], &all.Tally) > doubtBits {
				return true
			}
			all.Lanes.Merge(s.meter.Lanes())
		}
	}
	return all.Bits() > doubtBits
}

// asks says whether a detector looks at what lies at an offset of buf.
func (s *segment) asks(d Detector, at int) bool { return !table[d].dear || s.doubtful(at) }

// doubtful says whether the dear detectors look at an offset of buf: everywhere, unless
// doubts were weighed.
func (s *segment) doubtful(at int) bool {
	return !s.weighed || s.doubts[(s.base+int64(at))/doubtStretch-s.base/doubtStretch]
}
