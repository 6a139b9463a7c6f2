package fold

import (
	"cmp"
	"errors"
	"slices"

	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// A chain that runs through several pages is joined of what each has at its edges (seen.Edge), in
// whatever order they come (docs/decisions/0021-edges-of-pages.md).

// stretch is pages that follow each other and were folded, with what they have at their two
// rims. A rim faces what is not folded yet: the end of the last page, what was put off.
type stretch struct {
	After    int64 // where the page before it ends
	Lo, Hi   int64 // of what is wanted
	From, To int   // its first region, and its last
	Edges    []seen.Edge
}

// stretches are ascending and apart: there are at most as many as stretches that were put off, and one.
type stretches []stretch

// fit checks that stretches are ascending and inside the medium, and that they have no more edges
// than they may.
func (x stretches) fit(size int64, regions int) error {
	at := int64(0)
	for _, s := range x {
		if s.After < at || s.Lo < s.After || s.Hi <= s.Lo || s.Hi > size || s.From < 0 || s.To < s.From || s.To >= regions || len(s.Edges) > gather.MostEdges {
			return errors.New("its edges of pages do not follow each other")
		}
		for _, e := range s.Edges {
			if !gather.EdgeFits(e, s.Lo, s.Hi) {
				return errors.New("its edges of pages do not fit the medium")
			}
		}
		at = s.Hi
	}
	return nil
}

// addEdges adds a page to the stretches beside it, and reports the chains that meet.
func (f *Folder) addEdges(p *Page) {
	first, last := p.Wants[0], p.Wants[len(p.Wants)-1]
	one := stretch{After: p.After, Lo: first.Lo, Hi: last.Hi, From: p.Region, To: p.Region}
	for _, e := range p.Seen.Edges { // only those at the rims of the page, not those of its other spans
		e.Head = e.Head && e.Start < first.Hi
		e.Tail = e.Tail && e.Start >= last.Lo
		one.Edges = append(one.Edges, e)
	}
	one.Edges = gather.CloseEdges(one.Edges, true, true)
	i, _ := slices.BinarySearchFunc(f.Edges, one.Hi, func(s stretch, at int64) int { return cmp.Compare(s.Hi, at) })
	f.Edges = slices.Insert(f.Edges, i, one)
	f.joinEdges(i)
	if i > 0 {
		f.joinEdges(i - 1)
	}
}

// joinEdges makes one of a stretch and the next, if no page is missing between them.
func (f *Folder) joinEdges(i int) {
	if i+1 >= len(f.Edges) || f.Edges[i].Hi != f.Edges[i+1].After {
		return
	}
	a, b := f.Edges[i], f.Edges[i+1]
	touch := a.Hi == b.Lo && a.To == b.From // or the plan leaves out what is between them
	open, met := gather.JoinEdges(gather.CloseEdges(a.Edges, true, touch), gather.CloseEdges(b.Edges, touch, true))
	f.Edges[i] = stretch{After: a.After, Lo: a.Lo, Hi: b.Hi, From: a.From, To: b.To, Edges: open}
	f.Edges = slices.Delete(f.Edges, i+1, i+2)
	for _, e := range met {
		if bits := e.Bits - e.Detector.EdgePrice(f.terms.Plan.BlockBytes); bits >= f.terms.Threshold {
			f.addFinding(a.To, gather.EdgeFinding(e, bits))
		}
	}
}

// judgeEdges makes residue of the ciphertext in chains that were joined over edges, and gives their
// places: no page knew. list has all of the medium.
func (f *Folder) judgeEdges(list []medium.Extent) (condemned []medium.Extent) {
	done := int64(0)
	for _, fd := range slices.SortedStableFunc(slices.Values(f.Findings), seen.Compare) {
		if !fd.Detector.HasEdges() {
			continue
		}
		region := f.terms.Plan.RegionOf(fd.Offset)
		lo, hi := f.blocksOf(region, fd)
		lo, done = max(lo, done), max(hi, done)
		i, _ := slices.BinarySearchFunc(list, lo+1, func(e medium.Extent, at int64) int { return cmp.Compare(e.End(), at) })
		for ; i < len(list) && list[i].Start < hi; i++ {
			if e := list[i].Cut(max(lo, list[i].Start), min(hi, list[i].End())); e.Class == medium.Ciphertext {
				f.Regions[region].condemn(e.Length)
				e.Class, e.Reason = medium.Residue, fd.Detector.String()
				condemned = append(condemned, e)
			}
		}
	}
	return condemned
}

// blocksOf is the whole blocks of a region that a finding touches.
func (f *Folder) blocksOf(region int, fd seen.Finding) (lo, hi int64) {
	unit, g := int64(f.terms.Plan.BlockBytes), f.terms.Plan.Regions[region]
	return max(fd.Offset/unit*unit, g.Start), min((fd.Offset+fd.Length+unit-1)/unit*unit, g.End())
}

// condemn turns ciphertext into residue.
func (g *regionState) condemn(n int64) {
	n = min(n, g.Classes[medium.Ciphertext]) // where extents are coarse they have more of it
	g.Classes[medium.Ciphertext] -= n
	g.Classes[medium.Residue] += n
	g.Cipher -= n
	if g.Cipher < 0 { // some of it was fill within blocks
		g.Fill, g.Cipher = g.Fill+g.Cipher, 0
	}
}
