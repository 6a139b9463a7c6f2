package gather

import (
	"testing"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/seen"
)

func TestEdgesMeetToTheByte(t *testing.T) {
	tail := seen.Edge{Detector: detector.LZMA, Kind: "lzma2", Start: 100, End: 900, Next: 1005, Bits: 40, Tail: true, Head: true}
	head := seen.Edge{Detector: detector.LZMA, Kind: "lzma2", Start: 1005, End: 1500, Next: 2001, Bits: 30.5, Tail: true, Head: true}
	want := seen.Edge{Detector: detector.LZMA, Kind: "lzma2", Start: 100, End: 1500, Next: 2001, Bits: 70.5, Tail: true, Head: true}
	if got, ok := MeetEdges(tail, head); !ok || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for name, change := range map[string]func(a, b *seen.Edge){
		"a byte behind":    func(a, b *seen.Edge) { b.Start++ },
		"a byte before":    func(a, b *seen.Edge) { a.Next++ },
		"no tail":          func(a, b *seen.Edge) { a.Tail = false },
		"no head":          func(a, b *seen.Edge) { b.Head = false },
		"another kind":     func(a, b *seen.Edge) { b.Kind = "other" },
		"another detector": func(a, b *seen.Edge) { b.Detector = detector.Text },
	} {
		a, b := tail, head
		change(&a, &b)
		if got, ok := MeetEdges(a, b); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
	tail.Bits = maxEdgeBits - 1
	if got, _ := MeetEdges(tail, head); got.Bits != maxEdgeBits {
		t.Errorf("%v bits, at most %v are claimed", got.Bits, maxEdgeBits)
	}
}

// A page keeps the strongest of its edges, whatever it holds.
func TestStrongestEdgesAreKept(t *testing.T) {
	var list []seen.Edge
	for i := range 100 {
		list = addEdge(list, seen.Edge{Kind: "x", Start: int64(i), Bits: float64(i*37%100) + 0.3, Head: true})
		list = addEdge(list, seen.Edge{Kind: "x", Start: int64(1000 + i), Next: int64(9000 + i/2), Bits: float64(i*41%100) + 0.3, Tail: true})
	}
	heads, tails := map[float64]bool{}, map[int64]float64{}
	for _, e := range list {
		if e.Head {
			heads[e.Bits] = true
		} else {
			tails[e.Next] = e.Bits
		}
	}
	for i := range rimEdges {
		if !heads[float64(99-i)+76./256] { // in units of 1/256, or it would not add up
			t.Errorf("the head of %d bits is lost", 99-i)
		}
	}
	if len(list) != 2*rimEdges || len(heads) != rimEdges || len(tails) != rimEdges {
		t.Errorf("%d heads and %d tails at different bytes of %d edges", len(heads), len(tails), len(list))
	}
}
