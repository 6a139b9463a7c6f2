package scan

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// Overwriting need not begin and end where sectors do. The sector in which ciphertext ends and fill goes on is
// neither: together they look like structure. At such a seam the two are judged apart, the fill as fill, what is
// left as ciphertext. But files end within a sector as well, with zeros behind them, and
// that is often all that shows a file without a header. So a seam is taken for one only
// in the place where overwriting leaves it, and only a few of them on one medium
// (docs/decisions/0004-partly-overwritten-sectors.md).

const (
	// seamRun is the shortest run of one byte value that is taken for fill. Uniform bytes end or begin a
	// sector with one with probability 2·256^-15; below that the run is too short to
	// look like anything.
	seamRun = 16

	// seamBits is the score, in statistics, at which what is beside the fill is not taken for ciphertext. It is
	// low, for few bytes prove little: of maxSeams the chance is the budget once more.
	seamBits = 23

	// maxSeams on one medium are taken for the ends of overwriting. More are the ends of files.
	maxSeams = 8
)

// findSeams looks for the sectors in which data end and fill goes on, or the other way round.
func (s *segment) findSeams() {
	for i := s.lo / SectorBytes; i*SectorBytes < s.hi; i++ {
		x := &s.sectors[i]
		if x.kind != dataSector || x.tail > 0 {
			continue
		}
		b := s.sector(i)
		if n := runAtEnd(b); n >= seamRun && s.seam(i-1, i+1, b[len(b)-1]) && s.plainSeam(b[:len(b)-n]) {
			x.tail, x.seam = n, true
		} else if n := runAtStart(b); n >= seamRun && s.seam(i+1, i-1, b[0]) && s.plainSeam(b[n:]) {
			x.head, x.seam = n, true
		}
	}
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
		return s.base+int64(len(s.buf)) == s.size
	}
	return s.sectors[fill].kind == fillSector && s.sector(fill)[0] == value
}

// whole says that a sector is data from end to end.
func (x *sector) whole() bool { return x.kind == dataSector && x.head+x.tail == 0 }

func (s *segment) plainSeam(b []byte) bool { return s.meter.Block(b, nil) < seamBits }

// runAtEnd is the length of the run of equal bytes at the end of b; 0 where it is shorter than eight.
func runAtEnd(b []byte) int {
	n := len(b)
	if n < 8 || binary.LittleEndian.Uint64(b[n-8:]) != uint64(b[n-1])*0x0101010101010101 {
		return 0
	}
	i := n - 8
	for i > 0 && b[i-1] == b[n-1] {
		i--
	}
	return n - i
}

// runAtStart is the same at the start.
func runAtStart(b []byte) int {
	if len(b) < 8 || binary.LittleEndian.Uint64(b) != uint64(b[0])*0x0101010101010101 {
		return 0
	}
	i := 8
	for i < len(b) && b[i] == b[0] {
		i++
	}
	return i
}

// rim is what a block of ciphertext holds besides fill at its ends, where that is not all of it.
type rim struct {
	Start, End int64   // of what is not fill
	Lo, Hi     int64   // of the block
	Fill       int64   // bytes of fill and pattern sectors in it
	Bits       float64 // of its seams: what a run of one byte value is worth; 0: it has none
}

// rim gives the rim of a block of ciphertext; false: it is data from end to end.
func (s *segment) rim(lo, hi int) (rim, bool) {
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
	m := rim{Start: s.base + int64(start), End: s.base + int64(end), Lo: s.base + int64(lo), Hi: s.base + int64(hi)}
	for _, x := range s.sectors[first : last+1] {
		if x.seam {
			m.Bits = max(m.Bits, 8*float64(x.head+x.tail-1)-1-s.sectorCost()-statisticsShare)
		}
	}
	return m, m.Bits > 0 || start > lo || end < hi
}

// maxRims bounds the rims that are remembered. Beyond it seams and islands are not known
// to the byte, and islands are not named.
const maxRims = 4096

// rims are the rims of the whole medium.
type rims struct {
	List  []rim
	Count int64
	Seams int64
}

func (x *rims) add(m rim) {
	x.Count++
	if m.Bits > 0 {
		x.Seams++
	}
	if len(x.List) < maxRims {
		x.List = append(x.List, m)
	}
}

// judgeSeams makes residue of blocks with seams if there are too many, and gives their places.
func (f *folder) judgeSeams() (condemned []span) {
	if f.Rims.Seams <= maxSeams {
		return nil
	}
	list := slices.Clone(f.Rims.List)
	slices.SortFunc(list, func(a, b rim) int { return cmp.Compare(a.Lo, b.Lo) })
	for _, m := range list {
		if m.Bits == 0 {
			continue
		}
		i := f.plan.region(m.Lo)
		g, n := &f.Regions[i], m.Hi-m.Lo
		g.Classes[Ciphertext] -= n
		g.Classes[Residue] += n
		g.Fill -= m.Fill
		g.Cipher -= n - m.Fill
		f.addFinding(i, Finding{Offset: m.Lo, Length: n, Detector: "statistics", Kind: "partly-filled", Bits: math.Min(m.Bits, maxSeamBits),
			Preview: "data that end within a sector and go on as one byte value, too often on this medium for the ends of overwriting"})
		condemned = append(condemned, span{m.Lo, m.Hi})
	}
	return condemned
}

// maxSeamBits: a run is worth no more than the whole sector could be.
const maxSeamBits = 8 * SectorBytes

// region is the index of the region that an offset lies in.
func (p *Plan) region(off int64) int {
	return max(0, slices.IndexFunc(p.Regions, func(g Region) bool { return off < g.End() }))
}
