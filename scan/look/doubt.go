package look

import (
	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/seen"
)

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

	// doubtBlock is the score of a block above which there is doubt, doubtWhole that of all of a stretch. The dear detectors
	// take five times as long as all others together, so they may look at few stretches of uniform bytes: one in 43
	// (docs/detection.md has what other gates would let pass).
	doubtBlock = 3
	doubtWhole = 0

	// The lanes, which take longer than the histograms, are asked about one sector of eight: what they know is seen in
	// sixteen sectors of a stretch as well as in all of them.
	laneEvery = 8
)

// glance is what the look for doubt saw of a block. Where there was none, that stands (segment.calm): nothing is counted
// twice.
type glance struct{ bits, entropy float64 }

// askDear asks the dear detectors where there is doubt.
func (s *segment) askDear() {
	s.findDoubts()
	for d := range ways {
		r := &ways[d]
		if !r.dear || r.sweep == nil {
			continue
		}
		listed, edges, found := len(s.out.Findings), len(s.out.Edges), s.found
		if r.sweep(s); s.found > found && s.weighed {
			s.out.Findings, s.out.Edges = s.out.Findings[:listed], s.out.Edges[:edges]
			s.weighed = false
			s.inside.NewPage()
			r.sweep(s)
		}
	}
}

// findDoubts weighs every stretch that the buffer touches.
func (s *segment) findDoubts() {
	s.doubts = s.doubts[:0]
	s.counted = append(s.counted[:0], make([]entropy.Tally, s.windowOf(len(s.buf)-1)+1)...)
	s.glances = append(s.glances[:0], make([]glance, s.blockOf(len(s.buf)-1)+1)...)
	for lo := 0; lo < len(s.buf); {
		hi := min(len(s.buf), lo+doubtStretch-int((s.base+int64(lo))%doubtStretch))
		s.doubts = append(s.doubts, s.besideResidue(lo, hi) || s.odd(lo, hi))
		lo = hi
	}
	s.weighed = true
}

// windowOf and blockOf number the smallest windows and the blocks that the buffer touches.
func (s *segment) windowOf(at int) int {
	return int((s.base+int64(at))/seen.WindowSizes[0] - s.base/seen.WindowSizes[0])
}
func (s *segment) blockOf(at int) int {
	unit := int64(s.BlockBytes)
	return int((s.base+int64(at))/unit - s.base/unit)
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
	var lanes entropy.Lanes
	for from, to := range s.unmasked(lo, hi) {
		for end := from; from < to; from = end {
			end = min(to, from+s.BlockBytes-int((s.base+int64(from))%int64(s.BlockBytes)))
			if s.oddBlock(from, end, &lanes) {
				return true
			}
		}
	}
	all := entropy.Window{Lanes: lanes, History: entropy.History{Lacks: true}}
	for w := s.windowOf(lo); w <= s.windowOf(hi-1); w++ {
		all.Tally.Merge(&s.counted[w])
	}
	return !s.meter.Below(&all, doubtWhole) && all.Bits() > doubtWhole
}

// oddBlock is that for a block, or what is data of it, and adds what is seen of it to what is known of all.
func (s *segment) oddBlock(lo, hi int, lanes *entropy.Lanes) bool {
	bits := s.meter.Cheaply(s.buf[lo:hi], &s.counted[s.windowOf(lo)])
	s.glances[s.blockOf(lo)] = glance{bits, s.meter.Shannon()}
	if bits > doubtBlock {
		return true
	}
	for at := lo; at < hi; at += SectorBytes {
		if n := (s.base + int64(at)) / SectorBytes; n%laneEvery == n/laneEvery*3%laneEvery {
			lanes.Add(s.buf[at:min(hi, at+SectorBytes)])
		}
	}
	return false
}

// asks says whether a detector looks at what lies at an offset of buf.
func (s *segment) asks(d detector.ID, at int) bool { return !ways[d].dear || s.doubtful(at) }

// doubtful says whether the dear detectors look at an offset of buf: everywhere, unless
// doubts were weighed.
func (s *segment) doubtful(at int) bool {
	return !s.weighed || s.doubts[(s.base+int64(at))/doubtStretch-s.base/doubtStretch]
}
