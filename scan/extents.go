package scan

import "slices"

// maxExtents bounds the list of extents, whatever the medium holds.
const maxExtents = 100_000

// extents is the growing list of classes along the medium. When a hostile or
// sampled medium would make it too long, it is coarsened: cells of Grain bytes
// get the class that says the worst of them.
type extents struct {
	List  []Extent
	Grain int64 // 0: exact
	End   int64 // everything before it has a class
}

// add appends e, which starts at or behind End; a gap between is unread.
func (x *extents) add(e Extent) {
	if e.Start > x.End {
		x.append(Extent{Start: x.End, Length: e.Start - x.End, Class: Unread})
	}
	x.append(e)
	x.End = e.Start + e.Length
	for len(x.List) > maxExtents {
		x.Grain = max(2*x.Grain, 8192)
		old := x.List
		x.List = nil
		for _, e := range old {
			x.append(e)
		}
	}
}

// append adds e at the present grain. The last cell may be worsened by what
// follows in it; cells before it are settled.
func (x *extents) append(e Extent) {
	if x.Grain == 0 {
		x.join(e)
		return
	}
	for start := e.Start / x.Grain * x.Grain; start < e.Start+e.Length; {
		cell := Extent{start, x.Grain, e.Class, e.Reason}
		if whole := (e.Start + e.Length - start) / x.Grain; start >= e.Start && whole > 1 {
			cell.Length = whole * x.Grain
		}
		x.worsen(cell)
		start += cell.Length
	}
}

// worsen adds a run of whole cells; the first of them may be the list's last cell.
func (x *extents) worsen(c Extent) {
	n := len(x.List)
	if n == 0 || x.List[n-1].Start+x.List[n-1].Length <= c.Start {
		x.join(c)
		return
	}
	last := &x.List[n-1] // ends exactly one cell behind c.Start
	if severity(c.Class) > severity(last.Class) {
		if last.Length -= x.Grain; last.Length == 0 {
			x.List = x.List[:n-1]
		}
		x.join(Extent{c.Start, x.Grain, c.Class, c.Reason})
	}
	if c.Length > x.Grain {
		x.join(Extent{c.Start + x.Grain, c.Length - x.Grain, c.Class, c.Reason})
	}
}

// join appends e, merged with the last extent when nothing differs.
func (x *extents) join(e Extent) {
	if n := len(x.List); n > 0 {
		last := &x.List[n-1]
		if last.Class == e.Class && last.Reason == e.Reason && last.Start+last.Length == e.Start {
			last.Length += e.Length
			return
		}
	}
	x.List = append(x.List, e)
}

// severity orders classes by how much a reader must not miss them.
func severity(c Class) int {
	return slices.Index([]Class{Fill, Pattern, Ciphertext, Metadata, Unread, Unreadable, Residue}, c)
}

// tiled gives the list up to size; what was never reached is unread.
func (x *extents) tiled(size int64) []Extent {
	if x.End < size {
		x.add(Extent{Start: x.End, Length: size - x.End, Class: Unread})
	}
	if n := len(x.List); n > 0 { // the last coarse cell may reach over the end
		x.List[n-1].Length = size - x.List[n-1].Start
	}
	return x.List
}
