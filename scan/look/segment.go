package look

import (
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// sector is what is known of 512 bytes before any statistics.
type sector struct {
	kind   sectorKind
	period int         // of fill (1) and pattern (2…64, or of the unit that all around it is made of)
	reason string      // of a hole: the error; of metadata: the explanation
	tail   int         // bytes at the end that are explained or fill while the rest is judged; 0: none
	head   int         // bytes of fill at the start while the rest is judged
	seam   bool        // head or tail is fill
	by     detector.ID // of residue
	text   int         // bytes of it that are text
}

type sectorKind uint8

const (
	dataSector sectorKind = iota
	fillSector
	patternSector
	holeSector
	explainedSector
	residueSector
)

// wipePeriod is the longest period that is taken for an overwriting pattern
// even if its bytes happen to be printable: 55 AA, the three-byte patterns of
// DoD 5220.22-M and Gutmann, a four-byte word. A longer one that reads as text
// is text that was repeated.
const wipePeriod = 4

// examine classifies every block of the wanted part and reports what was seen.
func (s *segment) examine(holes []Hole) {
	s.classifySectors(holes)
	s.last, s.weighed = proof.Observation{}, false
	s.inside.NewPage()
	if !s.onlyFill() {
		s.ask()
	}
	for lo := s.lo; lo < s.hi; {
		if end := lo + int(seen.WindowSizes[0]); s.calm(lo, end) {
			s.addCalm(lo, end)
			lo = end
			continue
		}
		unit := s.BlockBytes
		hi := min(s.hi, lo+unit-int((s.base+int64(lo))%int64(unit)))
		s.classifyBlock(lo, hi)
		lo = hi
	}
}

// ask asks all detectors but those of blocks.
func (s *segment) ask() {
	s.findStructures()
	for d := range ways {
		r := &ways[d]
		if r.before != nil {
			r.before(s)
		}
		if r.sweep != nil && !(s.Quick && r.dear) {
			r.sweep(s)
		}
	}
	if s.Quick {
		s.askDear()
	}
}

// onlyFill says that there is nothing in the buffer that a detector would look at.
func (s *segment) onlyFill() bool {
	return !slices.ContainsFunc(s.sectors, func(x sector) bool { return x.kind != fillSector && x.kind != holeSector })
}

func (s *segment) sector(i int) []byte {
	return s.buf[i*SectorBytes : min(len(s.buf), (i+1)*SectorBytes)]
}

func (s *segment) classifySectors(holes []Hole) {
	s.sectors = slices.Grow(s.sectors[:0], len(s.buf)/SectorBytes+1)[:(len(s.buf)+SectorBytes-1)/SectorBytes]
	for i := range s.sectors {
		p := entropy.Period(s.sector(i))
		s.sectors[i] = sector{period: p}
		switch {
		case p == 1:
			s.sectors[i].kind = fillSector
		case p > 1:
			s.sectors[i].kind = patternSector
		}
	}
	for _, h := range holes {
		s.mark(h.Lo, h.Hi, sector{kind: holeSector, reason: h.Reason})
	}
}

// mark gives a kind to every sector that the bytes [lo, hi) of buf touch.
// Holes stay holes: what was not read cannot be anything else. Keys stay keys: so what else is seen in them knows.
func (s *segment) mark(lo, hi int, as sector) {
	lo, hi = max(lo, 0), min(hi, len(s.buf))
	for i := lo / SectorBytes; i*SectorBytes < hi; i++ {
		if x := &s.sectors[i]; x.kind != holeSector && !(x.kind == residueSector && x.by.HoldsKeys()) {
			x.kind, x.reason, x.by = as.kind, as.reason, as.by
		}
	}
}

// condemn makes residue of every sector that a detector found something in.
func (s *segment) condemn(d detector.ID, lo, hi int) {
	s.found++
	s.mark(lo, hi, sector{kind: residueSector, by: d})
}

// explain gives [lo, hi) the kind explained, but a sector that holds anything
// besides the structure and zeros keeps its own: nothing hides behind a header.
// What stands before the structure in its first sector is judged without it.
func (s *segment) explain(lo, hi int, reason string) {
	for i := lo / SectorBytes; i*SectorBytes < hi && i < len(s.sectors); i++ {
		b, x := s.sector(i), &s.sectors[i]
		from, to := max(0, lo-i*SectorBytes), min(len(b), hi-i*SectorBytes)
		switch {
		case x.kind == holeSector || x.kind == residueSector:
		case proof.AllZero(b[:from]) && proof.AllZero(b[to:]):
			x.kind, x.reason = explainedSector, reason
		case to == len(b): // a partition table behind boot code
			x.tail = to - from
		}
	}
}

// wanted says whether an offset of buf belongs to this segment, not its context.
func (s *segment) wanted(off int) bool { return off >= s.lo && off < s.hi }

// addFinding reports an observation that paid. One that starts in the context belongs to
// the neighbour; those that join are cut at the edges instead, and joined again when
// the pages are folded.
func (s *segment) addFinding(d detector.ID, o *proof.Observation) { s.list(d, o, nil) }

// mostBits is more than any score means, and a number that every format can write.
const mostBits = 1 << 20

// list is addFinding of what lies inside what is there, behind further steps.
func (s *segment) list(d detector.ID, o *proof.Observation, inside medium.Path) {
	lo, hi := o.Start, o.End
	if d.Joins() {
		lo, hi = max(lo, s.lo), min(hi, s.hi)
	}
	if lo >= hi || !s.wanted(lo) {
		return
	}
	off := s.base + int64(lo)
	s.out.Findings = append(s.out.Findings, seen.Finding{
		Offset: off, Length: int64(hi - lo), Detector: d, Kind: o.Kind,
		Path: append(medium.PathOf(s.Places, off), inside...), Bits: min(o.Bits, mostBits), Preview: explained.Hush(o.Detail, o.Texts),
	})
}

func (s *segment) addExplanation(o *proof.Observation) {
	if off := s.base + int64(o.Start); s.wanted(o.Start) {
		s.out.Explained.Free += int64(o.Free)
		s.out.Explained.Add(explained.Explanation{Offset: off, Length: int64(o.End - o.Start), Kind: o.Kind, Path: medium.PathOf(s.Places, off), Text: o.Detail}, o.Texts)
	}
}
