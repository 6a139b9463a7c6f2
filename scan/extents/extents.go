// Package extents keeps the classes along a medium in a list that grows in any order, closes
// up, and never gets too long: it is coarsened instead. A checkpoint holds it, so it says
// whether one that was loaded can be (Fit).
package extents

import (
	"cmp"
	"errors"
	"math/bits"
	"slices"

	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
)

// Most bounds the list, whatever the medium holds.
const Most = 100_000

// Extents is the growing list of classes along the medium. Where nothing was
// added yet there is a gap in it. When a hostile or sampled medium would make it
// too long, it is coarsened: cells of Grain bytes get the class that says the
// worst of them.
type Extents struct {
	List  []medium.Extent // ascending, apart
	Grain int64           // 0: exact
	End   int64           // the furthest that was added
}

// Add lays extents that follow each other without a gap into the list. Nothing
// was added there before, but a coarse cell at either end may be shared with
// what was added beside it: it keeps the worse class, whichever came first.
func (x *Extents) Add(list []medium.Extent) {
	if len(list) == 0 {
		return
	}
	x.End = max(x.End, list[len(list)-1].End())
	list = x.cells(list)
	lo, hi := list[0].Start, list[len(list)-1].End()
	// What the list has from lo to hi, and a neighbour on each side to merge with.
	i, _ := slices.BinarySearchFunc(x.List, lo, func(e medium.Extent, at int64) int { return cmp.Compare(e.End(), at) })
	j, _ := slices.BinarySearchFunc(x.List, hi+1, func(e medium.Extent, at int64) int { return cmp.Compare(e.Start, at) })
	x.List = slices.Replace(x.List, i, max(i, j), worst(x.List[i:max(i, j)], list)...)
	for len(x.List) > Most {
		x.Grain = max(2*x.Grain, 8192)
		x.List = x.cells(x.List)
	}
}

// worst lays two ascending lists over each other: where both have a class, the
// worse one holds.
func worst(a, b []medium.Extent) (out []medium.Extent) {
	a, b = slices.Clone(a), slices.Clone(b)
	for len(a) > 0 && len(b) > 0 {
		if a[0].Start > b[0].Start {
			a, b = b, a
		}
		end := a[0].End()
		switch {
		case b[0].Start >= end: // alone to its end
			out, a = Join(out, a[0]), a[1:]
		case a[0].Start < b[0].Start: // alone at first
			out = Join(out, a[0].Cut(a[0].Start, b[0].Start))
			a[0] = a[0].Cut(b[0].Start, end)
		default:
			end = min(end, b[0].End())
			out = Join(out, worse(a[0], b[0]).Cut(a[0].Start, end))
			a, b = behind(a, end), behind(b, end)
		}
	}
	for _, e := range append(a, b...) {
		out = Join(out, e)
	}
	return out
}

// behind drops what lies before end from the list's first extent.
func behind(list []medium.Extent, end int64) []medium.Extent {
	if list[0] = list[0].Cut(end, list[0].End()); list[0].Length == 0 {
		return list[1:]
	}
	return list
}

// cells gives the list at the present grain.
func (x *Extents) cells(list []medium.Extent) (out []medium.Extent) {
	if x.Grain == 0 {
		return list
	}
	for _, e := range list {
		lo, hi := e.Start/x.Grain*x.Grain, (e.End()+x.Grain-1)/x.Grain*x.Grain
		if n := len(out); n > 0 && out[n-1].End() > lo { // they share a cell
			shared := worse(out[n-1], e).Cut(lo, lo+x.Grain)
			if out[n-1].Length -= x.Grain; out[n-1].Length == 0 {
				out = out[:n-1]
			}
			out = Join(out, shared)
			lo += x.Grain
		}
		if lo < hi {
			out = Join(out, e.Cut(lo, hi))
		}
	}
	return out
}

// Join appends e, merged with the last extent when nothing differs.
func Join(list []medium.Extent, e medium.Extent) []medium.Extent {
	if n := len(list); n > 0 {
		last := &list[n-1]
		if last.Class == e.Class && last.Reason == e.Reason && last.End() == e.Start {
			last.Length += e.Length
			return list
		}
	}
	return append(list, e)
}

// worse is the one that a reader must miss less. Of two of the same class it is
// the one whose reason comes first in the alphabet, so that the order in which
// they were seen has no say.
func worse(a, b medium.Extent) medium.Extent {
	if cmp.Or(cmp.Compare(medium.Severity(b.Class), medium.Severity(a.Class)), cmp.Compare(a.Reason, b.Reason)) <= 0 {
		return a
	}
	return b
}

// Tiled gives the list from 0 to size. What was never reached is unread, and so
// are the cells that hold any of it, unless worse is known of them.
func (x *Extents) Tiled(unread []plan.Span, size int64) []medium.Extent {
	out := Extents{Grain: x.Grain, List: slices.Clone(x.List)}
	for _, s := range unread {
		if s.Lo < s.Hi {
			out.Add([]medium.Extent{{Start: s.Lo, Length: s.Len(), Class: medium.Unread}})
		}
	}
	if n := len(out.List); n > 0 { // the last coarse cell may reach over the end
		out.List[n-1].Length = size - out.List[n-1].Start
	}
	x.Grain = out.Grain
	return out.List
}

// Fit checks that the extents are ascending, apart and inside the medium, and
// that they leave out what was put off. Coarse ones may reach over the end, and
// into what was put off, by less than a cell.
func (x *Extents) Fit(size int64, put read.Stretches) error {
	if len(x.List) > Most || x.Grain < 0 || x.Grain > 1<<50 || bits.OnesCount64(uint64(x.Grain)) > 1 || x.End < 0 || x.End > size {
		return errors.New("its extents do not fit the medium")
	}
	at, cell := int64(0), max(x.Grain, 1)
	for _, e := range x.List {
		if e.Start < at || e.Length <= 0 || e.Length > size+cell-1-e.Start || e.Class > medium.Residue || e.Start%cell != 0 || e.Length%cell != 0 {
			return errors.New("its extents do not follow each other")
		}
		if e.Start > at && x.Grain == 0 {
			if len(put) == 0 || put[0].Lo != at || put[0].Hi != e.Start {
				return errors.New("its extents leave out what was not put off")
			}
			put = put[1:]
		}
		at = e.End()
	}
	if x.Grain == 0 && at != x.End {
		return errors.New("its extents end too early")
	}
	return nil
}
