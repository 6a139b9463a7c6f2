package gather

import (
	"cmp"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/seen"
)

// A chain of compressed blocks may be too weak in each of several pages to be a finding, and
// strong in all of them. So a page hands on what it has at its rims
// (docs/decisions/0021-edges-of-pages.md).

const (
	// edgeUnit is what the bits of an edge are rounded down to, so that they add up to the same in any order.
	edgeUnit    = 1. / 256
	maxEdgeBits = 9999

	// rimEdges is how many heads a page has at most, and how many tails that are no heads: the
	// strongest.
	rimEdges = 8
)

// MostEdges is how many edges a stretch of pages has at most: the heads of its first page; of its
// last, what goes on from a head and what begins in it.
const MostEdges = 3 * rimEdges

// MeetEdges makes one of a tail and the head that begins where it has to go on. Both looked at bytes
// of their own, and which head it is was settled by the tail: there is no choice to pay for.
func MeetEdges(e, head seen.Edge) (seen.Edge, bool) {
	if !e.Tail || !head.Head || e.Detector != head.Detector || e.Kind != head.Kind || e.Next != head.Start {
		return e, false
	}
	e.End, e.Next, e.Tail = head.End, head.Next, head.Tail
	e.Bits = min(e.Bits+head.Bits, maxEdgeBits)
	return e, true
}

// stronger orders edges by bits, then by place.
func stronger(a, b seen.Edge) int {
	return cmp.Or(-cmp.Compare(a.Bits, b.Bits), cmp.Compare(a.Start, b.Start))
}

// addEdge keeps an edge of a page if it is among the strongest. Of tails that have to go on
// at the same byte one is enough.
func addEdge(list []seen.Edge, e seen.Edge) []seen.Edge {
	e.Bits = math.Floor(min(e.Bits, maxEdgeBits)/edgeUnit) * edgeUnit
	list = strongestTails(append(list, e))
	n := 0
	for i, old := range list {
		if old.Head == e.Head {
			if n++; n > rimEdges {
				return slices.Delete(list, i, i+1)
			}
		}
	}
	return list
}

// strongestTails sorts edges and leaves out the tails that are no heads and weaker than another that has to
// go on at the same byte.
func strongestTails(list []seen.Edge) []seen.Edge {
	slices.SortFunc(list, stronger)
	out := list[:0]
	for _, e := range list {
		if e.Head || !slices.ContainsFunc(out, func(o seen.Edge) bool {
			return !o.Head && o.Next == e.Next && o.Detector == e.Detector && o.Kind == e.Kind
		}) {
			out = append(out, e)
		}
	}
	return out
}

// JoinEdges joins the edges of two stretches of the medium, where the second begins where the
// first ends: what they have at their outer rims, and what met. In whatever order
// stretches are joined, all of them together come to the same.
func JoinEdges(before, behind []seen.Edge) (open, met []seen.Edge) {
	best := make([]seen.Edge, len(behind)) // what each head became
	for _, tail := range before {
		one := tail
		one.Tail = false // unless it goes on
		for i, head := range behind {
			if all, ok := MeetEdges(tail, head); ok {
				one = all
				if best[i].Kind == "" || stronger(all, best[i]) < 0 {
					best[i] = all
				}
			}
		}
		open = append(open, one)
	}
	for i, head := range behind {
		if best[i].Kind != "" {
			met = append(met, best[i])
			continue
		}
		head.Head = false
		open = append(open, head)
	}
	return CloseEdges(open, true, true), met
}

// CloseEdges leaves of a stretch's edges those that face something: what lies before it, what lies behind it.
func CloseEdges(list []seen.Edge, before, behind bool) []seen.Edge {
	for i := range list {
		list[i].Head = list[i].Head && before
		list[i].Tail = list[i].Tail && behind
	}
	list = slices.DeleteFunc(list, func(e seen.Edge) bool { return !e.Head && !e.Tail })
	if len(list) == 0 {
		return nil // as in a state that was never saved
	}
	return strongestTails(list)
}

// EdgeFinding is what an edge is that has the threshold.
func EdgeFinding(e seen.Edge, bits float64) seen.Finding {
	return seen.Finding{Offset: e.Start, Length: e.End - e.Start, Detector: e.Detector, Kind: e.Kind, Bits: bits}
}

// EdgeFits says that an edge can be one of a stretch of the medium, for one that was loaded.
func EdgeFits(e seen.Edge, lo, hi int64) bool {
	return e.Detector.HasEdges() && (e.Head || e.Tail) && e.Start >= lo && e.Start < hi && e.End > e.Start &&
		(!e.Tail || e.Next >= hi) && e.Bits >= 0 && e.Bits <= maxEdgeBits
}
