package look

import (
	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// Overwriting need not begin and end where sectors do. The sector in which ciphertext ends and fill goes on is
// neither: together they look like structure. At such a seam the two are judged apart, the fill as fill, what is
// left as ciphertext. But files end within a sector as well, with zeros behind them, and
// that is often all that shows a file without a header. So a seam is taken for one only
// in the place where overwriting leaves it, and only a few of them on one medium
// (docs/decisions/0004-partly-overwritten-sectors.md).

const (
	// seamRun is the shortest run of one byte value that is taken for fill. Uniform bytes end or begin a
	// sector with one with probability 2·256^-7; below that the run is too short to
	// look like anything, also where the sector is alone in its block.
	seamRun = 8

	// seamBits is the score, in statistics, at which what is beside the fill is not taken for ciphertext. It is
	// low, for few bytes prove little: of all that are let pass on a medium the chance is the budget once more.
	seamBits = 23
)

// findSeams looks for the sectors in which data end and fill goes on, or the other way round.
func (s *segment) findSeams() {
	for i := range s.sectors {
		if head, tail := s.seamAt(i); head+tail > 0 {
			x := &s.sectors[i]
			x.head, x.tail, x.seam = head, tail, true
		}
	}
}

// seamAt is how many bytes of a sector are fill at its start or at its end, where it is a seam.
func (s *segment) seamAt(i int) (head, tail int) {
	if x := &s.sectors[i]; x.kind != dataSector || x.tail > 0 {
		return 0, 0
	}
	b := s.sector(i)
	if n := entropy.RunAtEnd(b); n >= seamRun && s.seam(i-1, i+1, b[len(b)-1]) && s.plainSeam(b[:len(b)-n]) {
		return 0, n
	}
	if n := entropy.RunAtStart(b); n >= seamRun && s.seam(i+1, i-1, b[0]) && s.plainSeam(b[n:]) {
		return n, 0
	}
	return 0, 0
}

const (
	asideBytes = 64 << 10 // what is copied around a seam, to be changed
	asideTimes = 64       // how often in a span; what comes then is believed

	// ownBytes is how many bytes beside the fill a structure must depend on: by chance they are as it wants them
	// once in 2^32 seams.
	ownBytes = 4
)

// standsAlone says whether a structure that seems to begin in a sector is more than the fill, where the
// sector is a seam: two bytes of ciphertext by accident would be one for the zeros behind them. It has to
// depend on bytes beside the fill, too: with another value in their place it is none, or weaker. The buffer itself is left
// as it is, for its digest is still to be made. What holds keys is always believed.
func (s *segment) standsAlone(d detector.ID, at proof.Place, o *proof.Observation) bool {
	head, tail := s.seamAt(at.Off / SectorBytes)
	if head+tail == 0 || d.HoldsKeys() || o.Keys || s.asides >= asideTimes {
		return true
	}
	s.asides++
	lo, hi := max(0, at.Off-asideBytes), min(len(s.buf), at.Off+SectorBytes+asideBytes)
	s.aside = append(s.aside[:0], s.buf[lo:hi]...)
	at.Buf, at.Base, at.Off = s.aside, at.Base+int64(lo), at.Off-lo
	beside, own := at.Sector()[head:SectorBytes-tail], 0
	for i := 0; i < len(beside) && own < ownBytes; i++ {
		b := beside[i]
		beside[i] = ^b
		if changed, ok := ways[d].at(at); !ok || changed.Bits < o.Bits {
			own++
		}
		beside[i] = b
	}
	return own == ownBytes
}

// seam says whether a sector lies between one of data and one of fill, or the medium's end.
func (s *segment) seam(data, fill int, value byte) bool {
	if data < 0 || data >= len(s.sectors) || !s.sectors[data].whole() {
		return false
	}
	switch {
	case fill < 0:
		return s.base == 0
	case fill >= len(s.sectors):
		return s.base+int64(len(s.buf)) == s.Size
	}
	return s.sectors[fill].kind == fillSector && s.sector(fill)[0] == value
}

// whole says that a sector is data from end to end.
func (x *sector) whole() bool { return x.kind == dataSector && x.head+x.tail == 0 }

func (s *segment) plainSeam(b []byte) bool { return s.meter.Block(b, nil) < seamBits }

// rim gives the rim of a block of ciphertext; false: it is data from end to end.
func (s *segment) rim(lo, hi int) (seen.Rim, bool) {
	first, last := lo/SectorBytes, (hi-1)/SectorBytes
	for first < last && s.sectors[first].kind == fillSector {
		first++
	}
	for last > first && s.sectors[last].kind == fillSector {
		last--
	}
	start := first*SectorBytes + s.sectors[first].head
	end := min(hi, (last+1)*SectorBytes)
	if s.sectors[last].seam {
		end -= s.sectors[last].tail
	}
	m := seen.Rim{Start: s.base + int64(start), End: s.base + int64(end), Lo: s.base + int64(lo), Hi: s.base + int64(hi)}
	for _, x := range s.sectors[first : last+1] {
		if x.seam {
			m.Bits = max(m.Bits, 8*float64(x.head+x.tail-1)-1-s.priceOf(proof.EverySector)-detector.Statistics.Row().Share)
		}
	}
	return m, m.Bits > 0 || start > lo || end < hi
}
