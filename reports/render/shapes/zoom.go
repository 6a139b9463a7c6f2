package shapes

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// The map to zoom into: the medium is cut into parts, each part that is not all alike into
// parts again, down to single blocks. A page opens them without a script, as <details>.
// What a reader must not miss is cut first, and a part shows the worst that is in it.

// Part is a part of the medium.
type Part struct {
	Start, End int64
	Classes    []string // that are in it, the worst first
	Strip      []rect
	Runs       []reports.Region // of a part that is not cut any more: what lies in it, exactly
	More       int              // that are not listed
	Children   []*Part
	Cut        bool // of the whole: parts were left closed

	worst, level int
}

// Length is its size in bytes.
func (z *Part) Length() int64 { return z.End - z.Start }

const (
	zoomCuts  = 16  // parts of a part
	zoomSlots = 64  // of a strip: a part of as many blocks shows each of them
	zoomParts = 240 // that a page has at most
	zoomRuns  = 24  // listed of a part
)

// NewZoom cuts the medium.
func NewZoom(d *reports.Document) *Part {
	m := mapped{d.Regions, d.BlockBytes, d.Medium.SizeBytes}
	whole := m.part(0, d.Medium.SizeBytes, 0)
	if len(m.between(0, d.Medium.SizeBytes)) < 2 {
		return nil
	}
	queue, parts := zoomQueue{whole}, 0
	for len(queue) > 0 {
		z := heap.Pop(&queue).(*Part)
		if z != whole {
			parts++
		}
		if z.Length() <= zoomSlots*m.block {
			z.Runs, z.More = m.runs(z)
			continue
		}
		for _, part := range m.cut(z) {
			if parts+len(queue) >= zoomParts {
				whole.Cut = true
				z.Runs, z.More = m.runs(z)
				break
			}
			z.Children = append(z.Children, part)
			heap.Push(&queue, part)
		}
	}
	return whole
}

// mapped is a medium of which each byte has a class.
type mapped struct {
	regions []reports.Region
	block   int64
	size    int64
}

// between are the regions that lie in a part, also those that begin before it.
func (m *mapped) between(start, end int64) []reports.Region {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].Start+m.regions[i].Length > start })
	j := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].Start >= end })
	return m.regions[i:max(i, j)]
}

// cut gives the parts of a part that are not all alike.
func (m *mapped) cut(z *Part) (out []*Part) {
	blocks := (z.Length() + m.block - 1) / m.block
	step := (blocks + zoomCuts - 1) / zoomCuts * m.block
	for at := z.Start; at < z.End; {
		end := z.End
		if z.End-at > step {
			end = at + step
		}
		if len(m.between(at, end)) > 1 {
			out = append(out, m.part(at, end, z.level+1))
		}
		at = end
	}
	return out
}

func (m *mapped) part(start, end int64, level int) *Part {
	z := &Part{Start: start, End: end, level: level, worst: len(Order)}
	inside := m.between(start, end)
	for i, class := range Order {
		if slices.ContainsFunc(inside, func(r reports.Region) bool { return r.Class == class.String() }) {
			z.Classes, z.worst = append(z.Classes, class.String()), min(z.worst, i)
		}
	}
	z.Strip = m.strip(z, inside)
	return z
}

// strip draws a part in slots of whole blocks; neighbours of one class are one shape.
func (m *mapped) strip(z *Part, inside []reports.Region) (out []rect) {
	const width = 640
	blocks := max((z.Length()+m.block-1)/m.block, 1)
	slots := min(blocks, zoomSlots)
	for i, last := int64(0), -1; i < slots; i++ {
		from, to := z.Start+blocks*i/slots*m.block, min(z.Start+blocks*(i+1)/slots*m.block, z.End)
		class := worst(inside, from, to)
		x, w := num(float64(i)*width/float64(slots)), num(width/float64(slots))
		if last == class {
			out[len(out)-1].W += w
			continue
		}
		out, last = append(out, rect{X: x, W: w, Class: Order[class].String()}), class
	}
	return out
}

// worst is the place in Order of the worst class between two bytes.
func worst(inside []reports.Region, from, to int64) int {
	n := len(Order) - 1 // unread
	i := sort.Search(len(inside), func(i int) bool { return inside[i].Start+inside[i].Length > from })
	for ; i < len(inside) && inside[i].Start < to; i++ {
		n = min(n, rank(inside[i].Class))
	}
	return n
}

func rank(class string) int {
	return slices.IndexFunc(Order[:], func(c scan.Class) bool { return c.String() == class })
}

// runs are the regions of a part, cut at its ends.
func (m *mapped) runs(z *Part) (out []reports.Region, more int) {
	for _, r := range m.between(z.Start, z.End) {
		start, end := max(r.Start, z.Start), min(r.Start+r.Length, z.End)
		out = append(out, reports.Region{Start: start, Length: end - start, Class: r.Class, Reason: r.Reason})
	}
	shown := Foremost(out, zoomRuns)
	return shown, len(out) - len(shown)
}

// zoomQueue has the parts to cut, the worst first, then the larger ones.
type zoomQueue []*Part

func (q zoomQueue) Len() int      { return len(q) }
func (q zoomQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q zoomQueue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].worst, q[j].worst), cmp.Compare(q[i].level, q[j].level), cmp.Compare(q[i].Start, q[j].Start)) < 0
}
func (q *zoomQueue) Push(x any) { *q = append(*q, x.(*Part)) }
func (q *zoomQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
