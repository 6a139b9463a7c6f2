package scan

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// SectorBytes is the finest unit that is looked at: a 512-byte sector.
	SectorBytes = 512
	// PageBytes is what one worker examines at a time, aligned on the medium.
	PageBytes = 4 << 20
	// contextBytes is read before and behind a page, so that what crosses an
	// edge is seen whole by both sides.
	contextBytes = 64 << 10
	// Subsections is the number of equal cuts NIST SP 800-88r1 §4.7 asks for.
	subsections = 1000
)

// span is the half-open range of bytes [lo, hi) of the medium.
type span struct{ lo, hi int64 }

func (s span) len() int64 { return s.hi - s.lo }

// page is one unit of work: the wanted spans inside one PageBytes-aligned
// stretch of one region. The sequence of pages depends on the plan alone.
type page struct {
	index  int
	region int // index into Plan.Regions
	start  int64
	wants  []span

	group int    // number of the window, the largest of windowSizes, in which it is committed
	after int64  // where the page before ends: what lies between is not wanted
	leaf  uint64 // number of its first leaf in the tree hash
}

// next is the page that follows p, still empty.
func (p *page) next(region int, start int64) page {
	n := page{index: p.index + 1, region: region, start: start}
	if p.index >= 0 {
		n.group, n.after, n.leaf = p.group, p.end(), p.leaf+p.leaves()
		if window := windowSizes[len(windowSizes)-1]; region != p.region || start/window != p.start/window {
			n.group++
		}
	}
	return n
}

// end is where the last wanted span ends.
func (p *page) end() int64 { return p.wants[len(p.wants)-1].hi }

// leaves is how many leaves of the tree hash the page has; see leaves.
func (p *page) leaves() (n uint64) {
	for _, w := range p.wants {
		n += uint64((w.hi-1)/LeafBytes - w.lo/LeafBytes + 1)
	}
	return n
}

func (p *page) bytes() (n int64) {
	for _, w := range p.wants {
		n += w.len()
	}
	return n
}

// Validate says what keeps a plan from being carried out on a medium of size bytes.
func (p *Plan) Validate(size int64) error {
	if b := p.BlockBytes; b < SectorBytes || b > 65536 || b&(b-1) != 0 {
		return fmt.Errorf("block size %d: use a power of two from 512 to 65536", b)
	}
	if p.Mode == Random && !(p.Fraction > 0 && p.Fraction <= 1) {
		return fmt.Errorf("sample fraction %g: use a number above 0 and at most 1", p.Fraction)
	}
	if len(p.Regions) == 0 {
		return errors.New("the plan names no region")
	}
	var last Region
	for i, g := range p.Regions {
		switch {
		case g.Length <= 0 || g.Start < 0 || g.Start > size || g.Length > size-g.Start:
			return fmt.Errorf("region %q: %d bytes at %d do not lie in the medium's %d bytes", g.Name, g.Length, g.Start, size)
		case g.Start%SectorBytes != 0 || g.Length%SectorBytes != 0 && g.End() != size:
			return fmt.Errorf("region %q: start and length must be multiples of %d bytes", g.Name, SectorBytes)
		case i > 0 && g.Start < last.End():
			return fmt.Errorf("regions %q and %q overlap or are out of order", last.Name, g.Name)
		}
		last = g
	}
	return nil
}

// blocks numbers the blocks of the plan: block i of the plan lies in one region,
// at a multiple of BlockBytes of the medium, clipped to the region.
type blocks struct {
	plan  *Plan
	first []int64 // number of the first block of each region
	total int64
}

func (p *Plan) blocks() blocks {
	b := blocks{plan: p}
	for _, g := range p.Regions {
		b.first = append(b.first, b.total)
		unit := int64(p.BlockBytes)
		b.total += (g.End()+unit-1)/unit - g.Start/unit
	}
	return b
}

// span gives the bytes of the blocks [from, to) of one region, clipped to it.
func (b blocks) span(region int, from, to int64) span {
	g, unit := b.plan.Regions[region], int64(b.plan.BlockBytes)
	base := g.Start/unit - b.first[region]
	return span{max(g.Start, (base+from)*unit), min(g.End(), (base+to)*unit)}
}

// runs is a sequence of block ranges [from, to) of the plan, ascending.
type runs = iter.Seq2[int64, int64]

// pages cuts the plan into pages, in ascending order.
func (p *Plan) pages() iter.Seq[page] {
	b := p.blocks()
	return func(yield func(page) bool) {
		cur := page{index: -1}
		flush := func() bool { return cur.index < 0 || yield(cur) }
		add := func(region int, s span) bool {
			start := s.lo / PageBytes * PageBytes
			if cur.index < 0 || cur.region != region || cur.start != start {
				if !flush() {
					return false
				}
				cur = cur.next(region, start)
			}
			if n := len(cur.wants); n > 0 && cur.wants[n-1].hi == s.lo {
				cur.wants[n-1].hi = s.hi
			} else {
				cur.wants = append(cur.wants, s)
			}
			return true
		}
		if !b.spans(p.runs(b), func(region int, s span) bool {
			for s.lo < s.hi {
				cut := span{s.lo, min(s.hi, (s.lo/PageBytes+1)*PageBytes)}
				if !add(region, cut) {
					return false
				}
				s.lo = cut.hi
			}
			return true
		}) {
			return
		}
		flush()
	}
}

// spans turns runs of block numbers into bytes, region by region.
func (b blocks) spans(rs runs, do func(region int, s span) bool) bool {
	region := 0
	for from, to := range rs {
		for from < to {
			for region+1 < len(b.first) && from >= b.first[region+1] {
				region++
			}
			end := to
			if region+1 < len(b.first) {
				end = min(to, b.first[region+1])
			}
			if !do(region, b.span(region, from, end)) {
				return false
			}
			from = end
		}
	}
	return true
}

// runs gives the block ranges that the mode selects. A sample always contains
// the places that decide most: see fixed.
func (p *Plan) runs(b blocks) runs {
	switch p.Mode {
	case NIST:
		return union(p.nistRuns(b.total), p.fixed(b))
	case Random:
		return union(p.randomRuns(b.total), p.fixed(b))
	}
	return func(yield func(int64, int64) bool) { yield(0, b.total) }
}

// headBytes is read at the head and the end of each region and at the head of
// each place whatever the sample: there lie partition tables and key headers,
// and one live key slot makes the rest of the sample worthless.
const headBytes = 64 << 10

// fixed lists the block ranges that every sample contains, ascending and apart.
func (p *Plan) fixed(b blocks) (out [][2]int64) {
	add := func(region int, lo, hi int64) {
		g, unit := p.Regions[region], int64(p.BlockBytes)
		if lo, hi = max(lo, g.Start), min(hi, g.End()); lo < hi {
			base := b.first[region] - g.Start/unit
			out = append(out, [2]int64{base + lo/unit, base + (hi+unit-1)/unit})
		}
	}
	for i, g := range p.Regions {
		add(i, g.Start, g.Start+headBytes)
		add(i, g.End()-headBytes, g.End())
		for _, place := range p.Places {
			add(i, place.Start, place.Start+min(headBytes, place.Length))
		}
	}
	slices.SortFunc(out, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// union merges block ranges, both ascending, into one ascending sequence of
// ranges that do not touch.
func union(rs runs, fixed [][2]int64) runs {
	return func(yield func(int64, int64) bool) {
		rest, lo, hi := fixed, int64(-1), int64(-1)
		add := func(from, to int64) bool {
			if from <= hi {
				hi = max(hi, to)
				return true
			}
			ok := lo < 0 || yield(lo, hi)
			lo, hi = from, to
			return ok
		}
		for from, to := range rs {
			for ; len(rest) > 0 && rest[0][0] <= from; rest = rest[1:] {
				if !add(rest[0][0], rest[0][1]) {
					return
				}
			}
			if !add(from, to) {
				return
			}
		}
		for _, r := range rest {
			if !add(r[0], r[1]) {
				return
			}
		}
		if lo >= 0 {
			yield(lo, hi)
		}
	}
}

// selected is the number of blocks that the plan selects, for Random a bound.
func (p *Plan) selected(b blocks) (n int64) {
	switch p.Mode {
	case Random:
		n = p.sampleBlocks(b.total)
		for _, r := range p.fixed(b) {
			n += r[1] - r[0]
		}
		return min(n, b.total)
	case NIST:
		for from, to := range p.runs(b) {
			n += to - from
		}
		return n
	}
	return b.total
}

// nistRuns is the representative sampling of NIST SP 800-88r1 §4.7: 1,000 equal
// subsections; in each, two pseudorandom locations that do not overlap, each at
// least 5 % of the subsection; and the first and the last addressable location.
func (p *Plan) nistRuns(total int64) runs {
	return func(yield func(int64, int64) bool) {
		rng := rand.NewChaCha8(p.Seed)
		var lo, hi int64 = 0, min(1, total) // the pending run: starts as the first block
		add := func(from, to int64) bool {
			if from <= hi {
				hi = max(hi, to)
				return true
			}
			if !yield(lo, hi) {
				return false
			}
			lo, hi = from, to
			return true
		}
		for i := range int64(subsections) {
			start, end := cut(total, i), cut(total, i+1)
			size := (end - start + 19) / 20 // 5 %, rounded up to whole blocks
			free := end - start - 2*size
			if free < 0 { // too small for two locations: all of it
				if end > start && !add(start, end) {
					return
				}
				continue
			}
			a, c := draw(rng, uint64(free)+1), draw(rng, uint64(free)+1)
			a, c = min(a, c), max(a, c)+size
			if size > 0 && (!add(start+a, start+a+size) || !add(start+c, start+c+size)) {
				return
			}
		}
		if add(total-1, total) {
			yield(lo, hi)
		}
	}
}

// cut is the start of subsection i: total*i/subsections without overflow.
func cut(total, i int64) int64 {
	return total/subsections*i + total%subsections*i/subsections
}

// randomRuns selects ceil(Fraction*total) blocks, every set of that size equally
// likely: Knuth, The Art of Computer Programming vol. 2, §3.4.2, Algorithm S.
// It runs in order and in constant memory.
func (p *Plan) randomRuns(total int64) runs {
	return func(yield func(int64, int64) bool) {
		rng := rand.NewChaCha8(p.Seed)
		need := p.sampleBlocks(total)
		for i := int64(0); need > 0; i++ {
			if draw(rng, uint64(total-i)) < need {
				need--
				if !yield(i, i+1) {
					return
				}
			}
		}
	}
}

func (p *Plan) sampleBlocks(total int64) int64 {
	return min(total, int64(math.Ceil(p.Fraction*float64(total))))
}

// draw gives an unbiased number in [0, n). Written out, not taken from a library,
// so that a recorded seed selects the same blocks in every future version.
func draw(rng *rand.ChaCha8, n uint64) int64 {
	limit := -n % n // 2^64 mod n
	for {
		if v := rng.Uint64(); v >= limit {
			return int64(v % n)
		}
	}
}
