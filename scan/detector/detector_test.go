package detector

import (
	"math"
	"testing"
)

// A block is one test: its detectors have its budget, and not more. What is not given away
// yet is for those to come.
func TestSharesAddUp(t *testing.T) {
	sum := 0.0
	for _, r := range Table() {
		if r.Share < 1 {
			t.Errorf("%s: a detector has 2^-%v of a block's budget", r.Title, r.Share)
		}
		sum += math.Exp2(-r.Share)
	}
	if sum > 1 {
		t.Errorf("the shares add up to %v", sum)
	}
}

// A finding's detector is known by its name.
func TestTable(t *testing.T) {
	for d := Keys; d < Count; d++ {
		r := d.Row()
		if r.Name == "" || r.Title == "" {
			t.Errorf("%d: %+v", d, r)
		}
		own := d
		if r.as != 0 {
			own = r.as
		}
		if got, ok := Named(r.Name); !ok || got != own {
			t.Errorf("%s reports as %q, which is %v", r.Title, r.Name, got.Row().Title)
		}
		var back ID
		if b, err := own.MarshalText(); err != nil || back.UnmarshalText(b) != nil || back != own {
			t.Errorf("%v comes back as %v", own, back)
		}
	}
	for _, name := range []string{"", "superblocks", "Text"} {
		if d, ok := Named(name); ok {
			t.Errorf("%q is %v", name, d.Row().Title)
		}
	}
}

// A detector pays its share, and for every place that it tries; a chain joined over edges pays besides.
func TestPrice(t *testing.T) {
	for d, want := range map[ID]float64{Statistics: 2, Repeats: 5, Text: 12 + 2, Signatures: 3 + 4, Keys: 3 + 5, Deflate: 15 + 5, LZMA: 12 + 5} {
		if got := d.Price(4096); got != want {
			t.Errorf("%s pays %v bits for 4096 bytes, want %v", d.Row().Title, got, want)
		}
		if got := d.EdgePrice(4096); got != want+d.Row().Edges {
			t.Errorf("%s pays %v bits for a chain over an edge, want %v", d.Row().Title, got, want+d.Row().Edges)
		}
	}
	if LZMA.Row().Edges <= 0 || !LZMA.HasEdges() || Text.HasEdges() {
		t.Error("chains of LZMA2 go on behind a page, runs of text do not")
	}
}
