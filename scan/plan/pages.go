package plan

import (
	"errors"
	"fmt"
	"iter"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/seen"
)

// LeafBytes is the leaf size of the tree hash.
const LeafBytes = 1 << 20

// Span is the half-open range of bytes [Lo, Hi) of the medium.
type Span struct{ Lo, Hi int64 }

func (s Span) Len() int64 { return s.Hi - s.Lo }

// Page is one unit of work: the wanted spans inside one PageBytes-aligned
// stretch of one region. The sequence of pages depends on the plan alone.
type Page struct {
	Index  int
	Region int // index into Plan.Regions
	Start  int64
	Wants  []Span

	Group int    // number of the window, the largest of seen.WindowSizes, in which it is committed
	After int64  // where the page before ends: what lies between is not wanted
	Leaf  uint64 // number of its first leaf in the tree hash
}

// next is the page that follows p, still empty.
func (p *Page) next(region int, start int64) Page {
	n := Page{Index: p.Index + 1, Region: region, Start: start}
	if p.Index >= 0 {
		n.Group, n.After, n.Leaf = p.Group, p.End(), p.Leaf+p.Leaves()
		if window := seen.WindowSizes[len(seen.WindowSizes)-1]; region != p.Region || start/window != p.Start/window {
			n.Group++
		}
	}
	return n
}

// End is where the last wanted span ends.
func (p *Page) End() int64 { return p.Wants[len(p.Wants)-1].Hi }

// Leaves is how many leaves of the tree hash the page has.
func (p *Page) Leaves() (n uint64) {
	for _, w := range p.Wants {
		n += uint64((w.Hi-1)/LeafBytes - w.Lo/LeafBytes + 1)
	}
	return n
}

// Bytes is how much of it is wanted.
func (p *Page) Bytes() (n int64) {
	for _, w := range p.Wants {
		n += w.Len()
	}
	return n
}

// Validate says what keeps a plan from being carried out on a medium of size bytes.
func (p *Plan) Validate(size int64) error {
	if b := p.BlockBytes; b < look.SectorBytes || b > 65536 || b&(b-1) != 0 {
		return fmt.Errorf("block size %d: use a power of two from 512 to 65536", b)
	}
	if p.Mode == Random && !(p.Fraction > 0 && p.Fraction <= 1) {
		return fmt.Errorf("sample fraction %g: use a number above 0 and at most 1", p.Fraction)
	}
	if p.Sampling < 0 || p.Sampling > NewestSampling {
		return fmt.Errorf("samples of version %d: this program draws versions 1 to %d", p.Sampling, NewestSampling)
	}
	if p.Depth > Quick {
		return fmt.Errorf("depth number %d: use deep or quick", p.Depth)
	}
	if len(p.Regions) == 0 {
		return errors.New("the plan names no region")
	}
	var last Region
	for i, g := range p.Regions {
		switch {
		case g.Length <= 0 || g.Start < 0 || g.Start > size || g.Length > size-g.Start:
			return fmt.Errorf("region %q: %d bytes at %d do not lie in the medium's %d bytes", g.Name, g.Length, g.Start, size)
		case g.Start%look.SectorBytes != 0 || g.Length%look.SectorBytes != 0 && g.End() != size:
			return fmt.Errorf("region %q: start and length must be multiples of %d bytes", g.Name, look.SectorBytes)
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
func (b blocks) span(region int, from, to int64) Span {
	g, unit := b.plan.Regions[region], int64(b.plan.BlockBytes)
	base := g.Start/unit - b.first[region]
	return Span{max(g.Start, (base+from)*unit), min(g.End(), (base+to)*unit)}
}

// Pages cuts the plan into pages, in ascending order.
func (p *Plan) Pages() iter.Seq[Page] {
	b := p.blocks()
	return func(yield func(Page) bool) {
		cur := Page{Index: -1}
		flush := func() bool { return cur.Index < 0 || yield(cur) }
		add := func(region int, s Span) bool {
			start := s.Lo / look.PageBytes * look.PageBytes
			if cur.Index < 0 || cur.Region != region || cur.Start != start {
				if !flush() {
					return false
				}
				cur = cur.next(region, start)
			}
			if n := len(cur.Wants); n > 0 && cur.Wants[n-1].Hi == s.Lo {
				cur.Wants[n-1].Hi = s.Hi
			} else {
				cur.Wants = append(cur.Wants, s)
			}
			return true
		}
		if !b.spans(p.runs(b), func(region int, s Span) bool {
			for s.Lo < s.Hi {
				cut := Span{s.Lo, min(s.Hi, (s.Lo/look.PageBytes+1)*look.PageBytes)}
				if !add(region, cut) {
					return false
				}
				s.Lo = cut.Hi
			}
			return true
		}) {
			return
		}
		flush()
	}
}

// spans turns runs of block numbers into bytes, region by region.
func (b blocks) spans(rs runs, do func(region int, s Span) bool) bool {
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

// Outline is what can be said of the pages of a plan without going through them:
// a medium of 20 TB has five million, and a sample is drawn only as it is read.
type Outline struct {
	Planned []int64 // bytes of each region
	Total   int64
	Groups  int // of pages; of a random sample the most that there can be
}

// Outline counts what the pages will be.
func (p *Plan) Outline() (o Outline) {
	b := p.blocks()
	o.Planned = make([]int64, len(p.Regions))
	window := seen.WindowSizes[len(seen.WindowSizes)-1]
	region, last := -1, int64(-1)
	b.spans(p.counted(b), func(r int, s Span) bool {
		o.Planned[r] += s.Len()
		first := s.Lo / window
		if r == region && first == last {
			first++
		}
		region, last = r, (s.Hi-1)/window
		o.Groups += int(last - first + 1)
		return true
	})
	if p.dealt() {
		b.countDealt(o.Planned)
		o.Groups = int(min(p.selected(b), p.windows(window)))
	}
	for _, n := range o.Planned {
		o.Total += n
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
