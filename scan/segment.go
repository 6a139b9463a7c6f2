package scan

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/filesystem"
	"shokyo.dev/shokyo/scan/keys"
	"shokyo.dev/shokyo/scan/marks"
	"shokyo.dev/shokyo/scan/partitions"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/signature"
	"shokyo.dev/shokyo/scan/superblock"
	"shokyo.dev/shokyo/scan/text"
)

// sector is what is known of 512 bytes before any statistics.
type sector struct {
	kind   sectorKind
	period int    // of fill (1) and pattern (2…64, or of the unit that all around it is made of)
	reason string // of a hole: the error; of residue: the detector; of metadata: the explanation
	tail   int    // bytes at the end that are explained or fill while the rest is judged; 0: none
	head   int    // bytes of fill at the start while the rest is judged
	seam   bool   // head or tail is fill
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

// detectors are the families with their working memory; one set per worker.
type detectors struct {
	meter     entropy.Meter
	text      text.Finder
	repeats   repeats.Finder
	unit      unitFinder
	signature signature.Finder
}

// segment is a wanted span of the medium in a buffer with its context.
type segment struct {
	*detectors
	plan      *Plan
	threshold float64
	size      int64   // of the medium
	starts    []int64 // of its partitions
	base      int64   // offset of buf[0] on the medium; a multiple of 512
	buf       []byte
	lo, hi    int // the wanted part of buf
	sectors   []sector
	positions float64           // start positions tried for each wanted byte; above 1 with context
	last      proof.Observation // the last residue structure that was reported
	data      []byte            // scratch: the data sectors of one block
	tally     entropy.Tally

	out segmentResult
}

// segmentResult is what one look at a segment gave. Its memory is used again.
type segmentResult struct {
	pieces    []piece
	findings  []Finding
	explained explained
	tallies   []entropy.Tally // of ciphertext, one for each window of the smallest size
	window    int64           // number of the last of these
	unit      repetition
}

// piece is a block, or a part of one that could be read.
type piece struct {
	Extent
	entropy  float64
	measured bool
	fill     int64          // bytes of fill and patterns in it
	tally    *entropy.Tally // of the ciphertext in the window that begins with this piece
	rim      *rim           // of a whole block of ciphertext that is not data from end to end
}

func (r *segmentResult) reset() {
	r.pieces, r.findings, r.explained, r.unit = r.pieces[:0], nil, explained{}, repetition{}
	r.tallies = slices.Grow(r.tallies[:0], int(PageBytes/windowSizes[0])) // never moves: pieces point into it
}

// gather adds the tally of a ciphertext block to that of its smallest window. It
// gives the window's when this is the first block of it.
func (r *segmentResult) gather(t *entropy.Tally, off int64) *entropy.Tally {
	window := off / windowSizes[0]
	if n := len(r.tallies); n > 0 && r.window == window {
		r.tallies[n-1].Merge(t)
		return nil
	}
	r.window = window
	r.tallies = append(r.tallies, *t)
	return &r.tallies[len(r.tallies)-1]
}

// examine classifies every block of the wanted part and reports what was seen.
func (s *segment) examine(holes []hole) {
	s.classifySectors(holes)
	s.last = proof.Observation{}
	s.findStructures()
	s.findSignatures()
	s.findSeams()
	s.findText()
	s.findUnit()
	s.findRepeats()
	for lo := s.lo; lo < s.hi; {
		unit := s.plan.BlockBytes
		hi := min(s.hi, lo+unit-int((s.base+int64(lo))%int64(unit)))
		s.classifyBlock(lo, hi)
		lo = hi
	}
}

func (s *segment) sector(i int) []byte {
	return s.buf[i*SectorBytes : min(len(s.buf), (i+1)*SectorBytes)]
}

func (s *segment) classifySectors(holes []hole) {
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
		s.mark(h.lo, h.hi, holeSector, h.reason)
	}
}

// mark gives a kind to every sector that the bytes [lo, hi) of buf touch.
// Holes stay holes: what was not read cannot be anything else.
func (s *segment) mark(lo, hi int, kind sectorKind, reason string) {
	lo, hi = max(lo, 0), min(hi, len(s.buf))
	for i := lo / SectorBytes; i*SectorBytes < hi; i++ {
		if s.sectors[i].kind != holeSector {
			s.sectors[i].kind, s.sectors[i].reason = kind, reason
		}
	}
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
		case zero(b[:from]) && zero(b[to:]):
			x.kind, x.reason = explainedSector, reason
		case to == len(b): // a partition table behind boot code
			x.tail = to - from
		}
	}
}

func zero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

// wanted says whether an offset of buf belongs to this segment, not its context.
func (s *segment) wanted(off int) bool { return off >= s.lo && off < s.hi }

// findStructures looks for partition tables, file systems and key headers at
// every sector, also in the context: a header there can explain what is here.
func (s *segment) findStructures() {
	cost := s.sectorCost()
	for off := 0; off+SectorBytes <= len(s.buf); off += SectorBytes {
		// A key header has 62 bits of magic and is never dismissed: on 100 TB of
		// random bytes one turns up with probability 4e-8, inside the budget.
		if v, ok := keys.ParseLUKS(s.buf, off, s.base); ok {
			s.addVolume(&v, v.Bits-cost-keysShare)
		}
		at := proof.Place{Buf: s.buf, Off: off, Base: s.base, Size: s.size, Starts: s.starts}
		if s.sectors[off/SectorBytes].kind == dataSector {
			if st, ok := keys.Recognize(at); ok {
				s.weighStructure(&st, cost, keysShare)
			}
		}
		s.findStructure(at, cost)
	}
}

// findStructure asks the families that know structures by their fields; the first
// that answers counts. They nearly always say no, so no answer is handed around
// before it is known to be one.
func (s *segment) findStructure(at proof.Place, cost float64) {
	if st, ok := superblock.Recognize(at); ok { // before a boot sector is taken for FAT's
		s.weighStructure(&st, cost, superblockShare)
	} else if st, ok := filesystem.Recognize(at.Buf, at.Off); ok {
		s.weighStructure(&st, cost, filesystemShare)
	} else if st, ok := partitions.Recognize(at); ok {
		s.weighStructure(&st, cost, partitionsShare)
	} else if st, ok := marks.Recognize(at); ok {
		s.weighStructure(&st, cost, marksShare)
	}
}

// weighStructure lets one count that has the threshold after paying for the sectors
// tried and its family's share of the budget.
func (s *segment) weighStructure(st *proof.Observation, cost, share float64) {
	if bits := st.Bits - cost - share; bits >= s.threshold {
		s.addStructure(st, bits)
	}
}

// sectorCost is what a detector pays, in bits, that tries every sector: the
// sectors of a block, and its part of those of the context.
func (s *segment) sectorCost() float64 {
	return math.Log2(float64(s.plan.BlockBytes) / SectorBytes * s.positions)
}

func (s *segment) addStructure(st *proof.Observation, bits float64) {
	if st.Explained {
		s.explain(st.Start, st.End, st.Kind)
		s.addExplanation(st.Start, st.End, st.Kind, st.Detail, st.Texts, st.Free)
		return
	}
	detector := "filesystem"
	if st.Keys {
		detector = "keys"
	}
	s.mark(st.Start, st.End, residueSector, detector)
	if st.Kind == s.last.Kind && st.Start >= s.last.Start && st.Start < s.last.End {
		return // the rest of a table that was reported from its beginning
	}
	s.last = *st
	s.addFinding(st.Start, st.End, detector, st.Kind, bits, hush(st.Detail, st.Texts))
}

// addVolume judges a LUKS header. Only one that is whole and lists no key slot
// is explained.
func (s *segment) addVolume(v *keys.Volume, bits float64) {
	if v.Live == 0 && !v.Damaged {
		kind := v.Kind + "-wiped"
		s.explain(v.Start, v.End, kind)
		s.addExplanation(v.Start, v.End, kind, v.Detail, v.Texts, v.Free)
		return
	}
	s.mark(v.Start, v.End, residueSector, "keys")
	detail := hush(v.Detail, v.Texts)
	switch {
	case v.Foreign:
		s.addFinding(v.Start, v.End, "keys", v.Kind+"-foreign-token", bits, detail)
	case v.Damaged:
		s.addFinding(v.Start, v.End, "keys", v.Kind+"-damaged", bits, detail)
	}
	var live []string
	for _, slot := range v.Slots {
		if slot.Live {
			live = append(live, strconv.Itoa(slot.Index))
		}
	}
	if len(live) > 0 {
		s.addFinding(v.Start, v.End, "keys", LiveKeySlot, bits, fmt.Sprintf("%s, live key slots: %s", v.Kind, strings.Join(live, ", ")))
	}
}

// findSignatures looks for the beginnings of files, also in the context before
// the segment: what was validated there may reach into it.
func (s *segment) findSignatures() {
	cost := s.sectorCost() + signatureShare
	for off := 0; off < s.hi; off += SectorBytes {
		if s.sectors[off/SectorBytes].kind != dataSector {
			continue
		}
		if m, ok := s.signature.At(s.buf[off:]); ok && m.Bits-cost >= s.threshold {
			s.mark(off, off+m.Length, residueSector, "signature")
			s.addFinding(off, off+m.Length, "signature", m.Kind, m.Bits-cost, m.Detail)
		}
	}
}

// findText reports printable runs. Bytes that are explained or overwritten do
// not count towards a run; each part that is left must stand on its own.
func (s *segment) findText() {
	for _, r := range s.textRuns(0, len(s.buf)) {
		for lo, hi := range s.unmasked(r.Start, r.End) {
			if lo == r.Start && hi == r.End {
				s.addText(r)
				continue
			}
			for _, part := range s.textRuns(lo, hi) {
				s.addText(part)
			}
		}
	}
}

// textRuns lists the runs in [lo, hi) of buf that are strong enough.
func (s *segment) textRuns(lo, hi int) (runs []text.Run) {
	s.text.Find(s.buf[lo:hi], s.threshold+s.textCost(), func(r text.Run) {
		r.Start, r.End = r.Start+lo, r.End+lo
		runs = append(runs, r)
	})
	return runs
}

// textCost is what a run pays: for the bytes of a block it may start at, and
// its share of the block's budget.
func (s *segment) textCost() float64 {
	return math.Log2(float64(s.plan.BlockBytes)*s.positions) + textShare
}

func (s *segment) addText(r text.Run) {
	if keys.InText(s.buf[r.Start:r.End]) && !s.holdsKeys(r.Start, r.End) {
		s.mark(r.Start, r.End, residueSector, "keys")
		s.addFinding(r.Start, r.End, "keys", "luks2-metadata", r.Bits-s.textCost(), "part of the metadata of LUKS2 without their header")
	}
	s.mark(r.Start, r.End, residueSector, "text")
	s.addFinding(r.Start, r.End, "text", r.Encoding.String(), r.Bits-s.textCost(), text.Mask(s.buf[r.Start:r.End], r.Encoding, 48))
}

// holdsKeys says whether any of [lo, hi) was named as keys already.
func (s *segment) holdsKeys(lo, hi int) bool {
	return slices.ContainsFunc(s.sectors[lo/SectorBytes:(hi-1)/SectorBytes+1], func(x sector) bool {
		return x.kind == residueSector && x.reason == "keys"
	})
}

// unmasked cuts [lo, hi) of buf into the parts in which nothing is masked.
func (s *segment) unmasked(lo, hi int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for lo < hi {
			masked, end := s.maskedUntil(lo)
			for same := true; end < hi && same; {
				m, next := s.maskedUntil(end)
				if same = m == masked; same {
					end = next
				}
			}
			if end = min(end, hi); !masked && !yield(lo, end) {
				return
			}
			lo = end
		}
	}
}

// maskedUntil says whether the byte at an offset is masked, and up to where the same
// holds at least.
func (s *segment) maskedUntil(at int) (masked bool, end int) {
	i := at / SectorBytes
	x, end := &s.sectors[i], i*SectorBytes+len(s.sector(i))
	switch start := i * SectorBytes; {
	case !x.seam:
		return s.masked(i), end
	case at < start+x.head:
		return true, start + x.head
	case at < end-x.tail:
		return false, end - x.tail
	}
	return true, end
}

// masked sectors are not text, whatever their bytes look like.
func (s *segment) masked(i int) bool {
	x := s.sectors[i]
	switch x.kind {
	case fillSector, holeSector, explainedSector:
		return true
	case patternSector:
		return x.period <= wipePeriod
	}
	return false
}

// findRepeats reports 16-byte units that occur twice, one finding per block.
func (s *segment) findRepeats() {
	unit := int64(s.plan.BlockBytes)
	first, last := -1, -1
	flush := func() {
		if first >= 0 {
			s.mark(first, last+repeats.Unit, residueSector, "repeats")
			s.addFinding(first, last+repeats.Unit, "repeats", "repeated-16-byte-units", unitBits, "")
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

// classifyBlock gives the block [lo, hi) of buf its class and its statistics.
// Unreadable sectors keep a class of their own; the rest of the block has one.
func (s *segment) classifyBlock(lo, hi int) {
	s.patternsBesideData(lo, hi)
	b := blockSummary{}
	s.data = s.data[:0]
	for i := lo / SectorBytes; i*SectorBytes < hi; i++ {
		x := &s.sectors[i]
		b.see(*x, s.sector(i))
		if x.kind == dataSector || x.kind == residueSector {
			b := s.sector(i)
			s.data = append(s.data, b[x.head:len(b)-x.tail]...)
		}
	}
	s.tally = entropy.Tally{}
	shannon := 0.0
	if len(s.data) > 0 {
		bits := s.meter.Block(s.data, &s.tally) - statisticsShare
		shannon = s.meter.Shannon()
		if bits >= s.threshold {
			b.worsen(Residue, "statistics")
			s.addFinding(lo, hi, "statistics", "byte-distribution", bits, fmt.Sprintf("entropy %.2f bits/byte", shannon))
		}
	}
	var tally *entropy.Tally
	if b.class == Ciphertext {
		tally = s.out.gather(&s.tally, s.base+int64(lo))
	}
	s.addPieces(lo, hi, &b, shannon, tally)
}

// blockSummary gathers the class of a block from its sectors.
type blockSummary struct {
	class  Class
	reason string
	fill   int64 // bytes of sectors that are fill or pattern, whatever the block is
}

func (b *blockSummary) see(x sector, bytes []byte) {
	switch x.kind {
	case fillSector:
		b.worsen(Fill, hex.EncodeToString(bytes[:1]))
		b.fill += int64(len(bytes))
	case patternSector:
		b.worsen(Pattern, patternName(bytes, x.period))
		b.fill += int64(len(bytes))
	case dataSector:
		b.worsen(Ciphertext, "")
		if x.seam {
			b.fill += int64(x.head + x.tail)
		}
	case explainedSector:
		b.worsen(Metadata, x.reason)
	case residueSector:
		b.worsen(Residue, x.reason)
	}
}

// worsen keeps the class that a reader must miss least.
func (b *blockSummary) worsen(c Class, reason string) {
	switch {
	case b.class == Unread || severity(c) > severity(b.class):
		b.class, b.reason = c, reason
	case b.class != c || b.reason == reason:
	case c == Pattern && (mayBeCipher(b.reason) || mayBeCipher(reason)):
		if !mayBeCipher(b.reason) {
			b.reason = reason
		}
	case c == Fill || c == Pattern:
		b.reason = "mixed"
	}
}

// patternName is the period in hex, turned to its smallest rotation so that the
// name does not depend on where in the pattern a sector begins; of a long one its
// length.
func patternName(b []byte, period int) string {
	if period > 8 {
		return fmt.Sprint(periodReason, period)
	}
	p := b[:period]
	best := p
	for i := 1; i < len(p); i++ {
		if r := slices.Concat(p[i:], p[:i]); bytes.Compare(r, best) < 0 {
			best = r
		}
	}
	return hex.EncodeToString(best)
}

// addPieces records the block, split where sectors could not be read.
func (s *segment) addPieces(lo, hi int, b *blockSummary, shannon float64, tally *entropy.Tally) {
	for at := lo; at < hi; {
		x := s.sectors[at/SectorBytes]
		end := at
		for end < hi && (s.sectors[end/SectorBytes].kind == holeSector) == (x.kind == holeSector) &&
			(x.kind != holeSector || s.sectors[end/SectorBytes].reason == x.reason) {
			end = min(hi, (end/SectorBytes+1)*SectorBytes)
		}
		p := piece{Extent: Extent{s.base + int64(at), int64(end - at), b.class, b.reason}}
		if x.kind == holeSector {
			p.Class, p.Reason = Unreadable, x.reason
		} else {
			p.fill = min(b.fill, p.Length) // counted once, with the first pieces
			b.fill -= p.fill
			p.entropy, p.measured = shannon, len(s.data) > 0
			p.tally, tally = tally, nil
		}
		if p.Class == Ciphertext && p.Length == int64(hi-lo) {
			if m, ok := s.rim(lo, hi); ok {
				kept := m // on the heap only where there is one
				kept.Fill = p.fill
				p.rim = &kept
			}
		}
		s.out.pieces = append(s.out.pieces, p)
		at = end
	}
}

// addFinding reports bytes [lo, hi) of buf. A finding that starts in the
// context belongs to the neighbour; text, statistics and repeats are cut at the
// edges instead, and joined again when the pages are folded.
func (s *segment) addFinding(lo, hi int, detector, kind string, bits float64, preview string) {
	if joins(detector) {
		lo, hi = max(lo, s.lo), min(hi, s.hi)
	}
	if lo >= hi || !s.wanted(lo) {
		return
	}
	off := s.base + int64(lo)
	s.out.findings = append(s.out.findings, Finding{
		Offset: off, Length: int64(hi - lo), Detector: detector, Kind: kind,
		Path: s.plan.path(off), Bits: bits, Preview: preview,
	})
}

func (s *segment) addExplanation(lo, hi int, kind, sentence string, texts []string, free int) {
	if off := s.base + int64(lo); s.wanted(lo) {
		s.out.explained.Free += int64(free)
		s.out.explained.add(Explanation{off, int64(hi - lo), kind, s.plan.path(off), sentence}, texts)
	}
}

// path names the place an offset lies in.
func (p *Plan) path(off int64) string {
	for _, g := range p.Places {
		if off >= g.Start && off-g.Start < g.Length {
			return g.Name
		}
	}
	return ""
}
