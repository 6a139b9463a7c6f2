package look

import (
	"fmt"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// block gathers the class of a block from its sectors.
type block struct {
	lo, hi  int // in buf
	class   medium.Class
	reason  string
	fill    int64   // bytes of sectors that are fill or pattern, whatever the block is
	entropy float64 // of the data in it, bits per byte
	bits    float64 // its score by statistics
}

// BlockKind is what a block is called whose statistics raised an alarm.
const BlockKind = "byte-distribution"

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
		for d := range ways {
			if r := &ways[d]; r.block != nil && s.asks(detector.ID(d), lo) {
				r.block(s, b)
			}
		}
	}
	var tally *entropy.Window
	if b.class == medium.Ciphertext {
		tally = s.out.Gather(&s.tally, &s.meter, s.base+int64(lo))
	}
	s.addPieces(b, tally)
}

// calm says that [lo, hi) of buf is one of the smallest windows, all of it wanted data in which there was no doubt:
// ciphertext, of which the look for doubt saw all there is to see.
func (s *segment) calm(lo, hi int) bool {
	if !s.weighed || s.BlockBytes > hi-lo || hi > s.hi || (s.base+int64(lo))%int64(hi-lo) != 0 || s.doubtful(lo) {
		return false
	}
	for i := range s.sectors[lo/SectorBytes : hi/SectorBytes] {
		if !s.sectors[lo/SectorBytes+i].whole() {
			return false
		}
	}
	return true
}

// addCalm records the blocks of such a window.
func (s *segment) addCalm(lo, hi int) {
	tally := s.out.GatherWindow(&s.counted[s.windowOf(lo)], s.base+int64(lo))
	for ; lo < hi; lo += s.BlockBytes {
		g := &s.glances[s.blockOf(lo)]
		s.out.Pieces = append(s.out.Pieces, seen.Piece{Extent: medium.Extent{Start: s.base + int64(lo), Length: int64(s.BlockBytes), Class: medium.Ciphertext},
			Entropy: g.entropy, Measured: true, Bits: g.bits - s.price(detector.Statistics), Tally: tally})
		tally = nil
	}
}

// measure looks at the statistics of a block's data.
func (s *segment) measure(b *block) {
	score := s.meter.Block
	if !s.doubtful(b.lo) {
		score = s.meter.Cheaply
	}
	bits := score(s.data, &s.tally) - s.price(detector.Statistics)
	b.entropy, b.bits = s.meter.Shannon(), bits
	if bits >= s.Threshold {
		b.worsen(medium.Residue, detector.Statistics.String())
		s.addFinding(detector.Statistics, &proof.Observation{Kind: BlockKind, Start: b.lo, End: b.hi, Bits: bits,
			Detail: fmt.Sprintf("entropy %.2f bits/byte", b.entropy)})
	}
}

func (b *block) see(x sector, bytes []byte) {
	switch x.kind {
	case fillSector:
		b.worsen(medium.Fill, medium.FillNames[bytes[0]])
		b.fill += int64(len(bytes))
	case patternSector:
		b.worsen(medium.Pattern, medium.PatternName(bytes, x.period))
		b.fill += int64(len(bytes))
	case dataSector:
		b.worsen(medium.Ciphertext, "")
		if x.seam {
			b.fill += int64(x.head + x.tail)
		}
	case explainedSector:
		b.worsen(medium.Metadata, x.reason)
	case residueSector:
		b.worsen(medium.Residue, x.by.String())
	}
}

// worsen keeps the class that a reader must miss least.
func (b *block) worsen(c medium.Class, reason string) {
	switch {
	case b.class == medium.Unread || medium.Severity(c) > medium.Severity(b.class):
		b.class, b.reason = c, reason
	case b.class != c || b.reason == reason:
	case c == medium.Pattern && (medium.MayBeCipher(b.reason) || medium.MayBeCipher(reason)):
		if !medium.MayBeCipher(b.reason) {
			b.reason = reason
		}
	case c == medium.Fill || c == medium.Pattern:
		b.reason = "mixed"
	}
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
		p := seen.Piece{Extent: medium.Extent{Start: s.base + int64(at), Length: int64(end - at), Class: b.class, Reason: b.reason}}
		if x.kind == holeSector {
			p.Class, p.Reason = medium.Unreadable, x.reason
		} else {
			p.Fill = min(b.fill, p.Length) // counted once, with the first pieces
			b.fill -= p.Fill
			p.Entropy, p.Measured = b.entropy, len(s.data) > 0
			p.Tally, tally = tally, nil
			p.Bits = b.bits
		}
		if p.Class == medium.Ciphertext && p.Length == int64(b.hi-b.lo) {
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
