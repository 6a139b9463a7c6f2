package look

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/proof"
)

// block gathers the class of a block from its sectors.
type block struct {
	lo, hi  int // in buf
	class   Class
	reason  string
	fill    int64   // bytes of sectors that are fill or pattern, whatever the block is
	entropy float64 // of the data in it, bits per byte
	bits    float64 // its score by statistics
}

// blockKind is what a block is called whose statistics raised an alarm.
const blockKind = "byte-distribution"

// classifyBlock gives the block [lo, hi) of buf its class and its statistics.
// Unreadable sectors keep a class of their own; the rest of the block has one.
func (s *segment) classifyBlock(lo, hi int) {
	s.patternsBesideData(lo, hi)
	b := &s.block // what detectors are handed by the table would be made on the heap for each block
	*b = block{lo: lo, hi: hi}
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
	if len(s.data) > 0 {
		for d := range table {
			if r := &table[d]; r.block != nil && s.asks(Detector(d), lo) {
				r.block(s, b)
			}
		}
	}
	var tally *entropy.Window
	if b.class == Ciphertext {
		tally = s.out.gather(&s.tally, s.meter.History(), s.base+int64(lo))
	}
	s.addPieces(b, tally)
}

// measure looks at the statistics of a block's data.
func (s *segment) measure(b *block) {
	score := s.meter.Block
	if !s.doubtful(b.lo) {
		score = s.meter.Cheaply
	}
	bits := score(s.data, &s.tally) - s.price(Statistics)
	b.entropy, b.bits = s.meter.Shannon(), bits
	if bits >= s.Threshold {
		b.worsen(Residue, Statistics.String())
		s.addFinding(Statistics, &proof.Observation{Kind: blockKind, Start: b.lo, End: b.hi, Bits: bits,
			Detail: fmt.Sprintf("entropy %.2f bits/byte", b.entropy)})
	}
}

func (b *block) see(x sector, bytes []byte) {
	switch x.kind {
	case fillSector:
		b.worsen(Fill, fillNames[bytes[0]])
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
		b.worsen(Residue, x.by.String())
	}
}

// worsen keeps the class that a reader must miss least.
func (b *block) worsen(c Class, reason string) {
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

// fillNames are bytes in hex, each made once: fill is what most of an erased medium may be.
var fillNames = func() (names [256]string) {
	for c := range names {
		names[c] = hex.EncodeToString([]byte{byte(c)})
	}
	return names
}()

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
func (s *segment) addPieces(b *block, tally *entropy.Window) {
	for at := b.lo; at < b.hi; {
		x := s.sectors[at/SectorBytes]
		end := at
		for end < b.hi && (s.sectors[end/SectorBytes].kind == holeSector) == (x.kind == holeSector) &&
			(x.kind != holeSector || s.sectors[end/SectorBytes].reason == x.reason) {
			end = min(b.hi, (end/SectorBytes+1)*SectorBytes)
		}
		p := Piece{Extent: Extent{s.base + int64(at), int64(end - at), b.class, b.reason}}
		if x.kind == holeSector {
			p.Class, p.Reason = Unreadable, x.reason
		} else {
			p.Fill = min(b.fill, p.Length) // counted once, with the first pieces
			b.fill -= p.Fill
			p.Entropy, p.Measured = b.entropy, len(s.data) > 0
			p.tally, tally = tally, nil
			p.bits = b.bits
		}
		if p.Class == Ciphertext && p.Length == int64(b.hi-b.lo) {
			if m, ok := s.rim(b.lo, b.hi); ok {
				kept := m // on the heap only where there is one
				kept.Fill = p.Fill
				p.Rim = &kept
			}
		}
		s.out.Pieces = append(s.out.Pieces, p)
		at = end
	}
}
