package lzma

import (
	"math"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// edgesIn is what lies at the rims of [lo, hi) that an own chain left there, and how many edges there are by chance.
func edgesIn(b []byte, lo, hi int, need float64, own func(Edge) bool) (edges []Edge, others int) {
	new(Finder).FindAtRims(b, lo, hi, need, func(proof.Observation) {}, func(e Edge) {
		if own(e) {
			edges = append(edges, e)
		} else {
			others++
		}
	})
	return edges, others
}

// TestEdgesAddUp: wherever a chain is cut, what lies on both sides fits together to the byte, whether
// it is a finding by itself or not, and comes near to what the whole is worth.
func TestEdgesAddUp(t *testing.T) {
	_, chains := chainsOf(t)
	b := randomBytes(11, 1<<20)
	starts := laid(b, 20_000, chains[0][1:])
	var whole proof.Observation
	new(Finder).Find(b, need, func(o proof.Observation) { whole = o })
	for _, bits := range []float64{need, 1e6} { // what is believed, and what is not
		for _, cut := range []int{starts[2], starts[2] + 1, starts[3] + 30_000, starts[5] + 61_000} {
			tails, _ := edgesIn(b, 0, cut, bits, func(e Edge) bool { return e.Start == starts[0] })
			if len(tails) != 1 || !tails[0].Tail || !tails[0].Head || tails[0].Next < cut || tails[0].End > cut+headerSize {
				t.Fatalf("cut at %d: %+v", cut, tails)
			}
			heads, _ := edgesIn(b, cut, len(b), bits, func(e Edge) bool { return e.Start == tails[0].Next })
			if len(heads) != 1 || !heads[0].Head || heads[0].End != whole.End {
				t.Fatalf("cut at %d: %+v, want one from %d to %d", cut, heads, tails[0].Next, whole.End)
			}
			if sum := tails[0].Bits + heads[0].Bits; math.Abs(sum-whole.Bits) > 10 {
				t.Errorf("cut at %d: %.1f + %.1f bits, whole %.1f", cut, tails[0].Bits, heads[0].Bits, whole.Bits)
			}
		}
	}
}

// TestEdgesAreInside: an edge has no header outside of the wanted bytes, and reaches a rim.
func TestEdgesAreInside(t *testing.T) {
	_, chains := chainsOf(t)
	b := randomBytes(12, 1<<20)
	starts := laid(b, 20_000, chains[0])
	lo, hi := starts[2]-10, starts[6]-10
	edges, _ := edgesIn(b, lo, hi, need, func(Edge) bool { return true })
	through := 0
	for _, e := range edges {
		if e.Start < lo || e.Start >= hi || e.End > hi+headerSize || e.Tail != (e.Next >= hi) || !e.Tail && !e.Head || e.Bits < edgeGate {
			t.Errorf("%+v at the rims of %d to %d", e, lo, hi)
		}
		if e.Head && e.Tail && e.Start == starts[2] && e.Next == starts[6] {
			through++
		}
	}
	if through != 1 {
		t.Errorf("%d edges reach through: %+v", through, edges)
	}
	if edges, _ := edgesIn(b, starts[0]-100_000, starts[0]-10, need, func(e Edge) bool { return e.Start >= starts[0] }); len(edges) > 0 {
		t.Errorf("%+v of a chain behind", edges)
	}
}

// TestFewEdgesByChance: ciphertext has next to none, so that what is kept for later stays small.
func TestFewEdgesByChance(t *testing.T) {
	n := 0
	for seed := range 16 {
		_, others := edgesIn(randomBytes(byte(30+seed), 1<<20), 64<<10, 1<<20-64<<10, need, func(Edge) bool { return false })
		n += others
	}
	if allowed := 16.0 * 2 * maxChunk / (1 << edgeGate); float64(n) > allowed+4*math.Sqrt(allowed) {
		t.Errorf("%d edges at 32 rims, at most %v are allowed", n, allowed)
	} else {
		t.Logf("%d edges at 32 rims of keystream", n)
	}
}
