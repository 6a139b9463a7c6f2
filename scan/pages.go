package scan

import (
	"errors"
	"fmt"
	"iter"

	"shokyo.dev/shokyo/scan/look"
)

// contextBytes is read before and behind a page, so that what crosses an
// edge is seen whole by both sides.
const contextBytes = 64 << 10

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

	group int    // number of the window, the largest of look.WindowSizes, in which it is committed
	after int64  // where the page before ends: what lies between is not wanted
	leaf  uint64 // number of its first leaf in the tree hash
	holes []span // of the source, in it and its context
}

// next is the page that follows p, still empty.
func (p *page) next(region int, start int64) page {
	n := page{index: p.index + 1, region: region, start: start}
	if p.index >= 0 {
		n.group, n.after, n.leaf = p.group, p.end(), p.leaf+p.leaves()
		if window := look.WindowSizes[len(look.WindowSizes)-1]; region != p.region || start/window != p.start/window {
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
	if p.Sampling < 0 || p.Sampling > NewestSampling {
		return fmt.Errorf("samples of version %d: this program draws versions 1 to %d", p.Sampling, NewestSampling)
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

// outline is what can be said of the pages of a plan without going through them:
// a medium of 20 TB has five million, and a sample is drawn only as it is read.
type outline struct {
	planned []int64 // bytes of each region
	total   int64
	groups  int // of pages; of a random sample the most that there can be
}

func (p *Plan) outline() (o outline) {
	b := p.blocks()
	o.planned = make([]int64, len(p.Regions))
	window := look.WindowSizes[len(look.WindowSizes)-1]
	region, last := -1, int64(-1)
	b.spans(p.counted(b), func(r int, s span) bool {
		o.planned[r] += s.len()
		first := s.lo / window
		if r == region && first == last {
			first++
		}
		region, last = r, (s.hi-1)/window
		o.groups += int(last - first + 1)
		return true
	})
	if p.dealt() {
		b.countDealt(o.planned)
		o.groups = int(min(p.selected(b), p.windows(window)))
	}
	for _, n := range o.planned {
		o.total += n
	}
	return o
}

// windows is how many windows of size bytes the regions touch.
func (p *Plan) windows(size int64) (n int64) {
	for _, g := range p.Regions {
		n += (g.End()-1)/size - g.Start/size + 1
	}
	return n
}
