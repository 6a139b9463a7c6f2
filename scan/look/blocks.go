package look

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/entropy"
)

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
		if bits >= s.Threshold {
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
	case b.class == Unread || Severity(c) > Severity(b.class):
		b.class, b.reason = c, reason
	case b.class != c || b.reason == reason:
	case c == Pattern && (MayBeCipher(b.reason) || MayBeCipher(reason)):
		if !MayBeCipher(b.reason) {
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
		p := Piece{Extent: Extent{s.base + int64(at), int64(end - at), b.class, b.reason}}
		if x.kind == holeSector {
			p.Class, p.Reason = Unreadable, x.reason
		} else {
			p.Fill = min(b.fill, p.Length) // counted once, with the first pieces
			b.fill -= p.Fill
			p.Entropy, p.Measured = shannon, len(s.data) > 0
			p.tally, tally = tally, nil
		}
		if p.Class == Ciphertext && p.Length == int64(hi-lo) {
			if m, ok := s.rim(lo, hi); ok {
				kept := m // on the heap only where there is one
				kept.Fill = p.Fill
				p.Rim = &kept
			}
		}
		s.out.Pieces = append(s.out.Pieces, p)
		at = end
	}
}
