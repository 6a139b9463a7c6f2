package fold

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

// link is a header of a chain: where it is, and what it is worth.
type link struct {
	at   int64
	bits float64
}

const (
	testPage = 1 << 20
	linkSize = 6
)

// edgesOf is what each page has of chains at its rims.
func edgesOf(chains [][]link, pages int) [][]seen.Edge {
	out := make([][]seen.Edge, pages)
	for _, chain := range chains {
		for i := 0; i < len(chain); {
			page := chain[i].at / testPage
			e := seen.Edge{Detector: detector.LZMA, Kind: "lzma2", Start: chain[i].at, Head: i > 0 || chain[i].at%testPage < 65536}
			for ; i < len(chain) && chain[i].at/testPage == page; i++ {
				e.End, e.Bits = chain[i].at+linkSize, e.Bits+chain[i].bits
			}
			if i < len(chain) {
				e.Tail, e.Next = true, chain[i].at
			}
			if e.Head || e.Tail {
				out[page] = append(out[page], e)
			}
		}
	}
	return out
}

// pageOf is a page of a plan that wants all, with its edges.
func pageOf(i int, edges []seen.Edge) *Page {
	lo := int64(i) * testPage
	return &Page{Page: plan.Page{Index: i, Start: lo, After: lo, Wants: []plan.Span{{Lo: lo, Hi: lo + testPage}}}, Seen: &gather.Page{Edges: edges}}
}

func edgeFolder(regions ...plan.Region) *Folder {
	return &Folder{State: &State{Regions: make([]regionState, len(regions))}, terms: Terms{Threshold: 40, Plan: &plan.Plan{BlockBytes: 4096, Regions: regions}}}
}

// A chain that no page has alone is found whole, in whatever order the pages come, and after any
// interruption.
func TestChainsMeetInAnyOrder(t *testing.T) {
	const pages = 5
	rng := rand.New(rand.NewPCG(5, 6))
	price := detector.LZMA.EdgePrice(4096)
	for round := range 10 {
		var chains [][]link
		for range 1 + rng.IntN(4) {
			var chain []link
			for at := rng.Int64N(pages * testPage); at < pages*testPage && rng.IntN(20) > 0; at += 50_000 + rng.Int64N(10_000) {
				chain = append(chain, link{at, 1 + float64(rng.IntN(256))/64})
			}
			if len(chain) > 0 {
				chains = append(chains, chain)
			}
		}
		edges := edgesOf(chains, pages)
		var all []seen.Finding
		for _, chain := range chains {
			fd := seen.Finding{Offset: chain[0].at, Length: chain[len(chain)-1].at + linkSize - chain[0].at, Detector: detector.LZMA, Kind: "lzma2", Bits: -price}
			for _, l := range chain {
				fd.Bits += l.bits
			}
			if fd.Bits >= 40 && chain[0].at/testPage != chain[len(chain)-1].at/testPage {
				all = append(all, fd)
			}
		}
		want := joined(all, 4096)
		for _, order := range orders(pages) {
			f := edgeFolder(plan.Region{Length: pages * testPage})
			for _, i := range order {
				f.addEdges(pageOf(i, slices.Clone(edges[i])))
				if round%2 == 0 {
					f = reloaded(t, f)
				}
			}
			if checkFindings(t, f, want); len(f.Edges) != 1 || f.Edges.fit(pages*testPage, 1) != nil {
				t.Errorf("%d stretches: %+v", len(f.Edges), f.Edges)
			}
			if t.Failed() {
				t.Fatalf("round %d, pages in the order %v", round, order)
			}
		}
	}
}

// Whatever pages have at their rims, all orders come to the same, and to no more than is kept.
func TestAnyEdgesInAnyOrder(t *testing.T) {
	const pages = 4
	rng := rand.New(rand.NewPCG(7, 8))
	for range 30 {
		var edges [pages][]seen.Edge
		for i := range edges {
			lo := int64(i) * testPage
			for range rng.IntN(8) {
				e := seen.Edge{Detector: detector.LZMA, Kind: "lzma2", Start: lo + rng.Int64N(4), Bits: float64(12 + rng.IntN(60)), Head: true}
				if rng.IntN(2) == 0 {
					e.Start, e.Head = lo+500_000+rng.Int64N(100_000), false
				}
				e.End = e.Start + 1 + rng.Int64N(100_000)
				if e.Tail = !e.Head || rng.IntN(2) == 0; e.Tail {
					e.Next = lo + testPage + rng.Int64N(4)
				}
				edges[i] = append(edges[i], e)
			}
			// of heads one at each byte, as in a page
			slices.SortFunc(edges[i], func(a, b seen.Edge) int { return int(a.Start - b.Start) })
			edges[i] = slices.CompactFunc(edges[i], func(a, b seen.Edge) bool { return a.Start == b.Start })
		}
		var first []byte
		for _, order := range orders(pages) {
			f := edgeFolder(plan.Region{Length: pages * testPage})
			for _, i := range order {
				f.addEdges(pageOf(i, slices.Clone(edges[i])))
			}
			got := *f.State
			slices.SortFunc(got.Findings, seen.Compare)
			b, _ := json.Marshal([]any{got.Findings, got.Edges})
			if first == nil {
				first = b
			}
			if string(b) != string(first) || f.Edges.fit(pages*testPage, 1) != nil {
				t.Fatalf("in the order %v\n%s\n%s", order, b, first)
			}
		}
	}
}

// Chains do not go on over what the plan leaves out, nor into another region, nor where another page
// is still missing.
func TestChainsThatDoNotMeet(t *testing.T) {
	const pages = 3
	chain := []link{{testPage - 100_000, 30}, {testPage - 40_000, 30}, {testPage + 20_000, 30}, {testPage + 80_000, 30}}
	edges := edgesOf([][]link{chain}, pages)
	for name, c := range map[string]struct {
		regions []plan.Region
		change  func(a, b *Page)
		want    int
	}{
		"pages that touch":       {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) {}, 1},
		"left out in between":    {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) { b.Wants[0].Lo += 4096 }, 0},
		"a page between":         {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) { b.After += 4096; b.Wants[0].Lo += 4096 }, 0},
		"two regions":            {[]plan.Region{{Length: testPage}, {Start: testPage, Length: 2 * testPage}}, func(a, b *Page) { b.Region = 1 }, 0},
		"a byte more in between": {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) { a.Seen.Edges[0].Next++ }, 0},
		"another kind":           {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) { b.Seen.Edges[0].Kind = "other" }, 0},
		"below the threshold":    {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) { a.Seen.Edges[0].Bits = 60 - detector.LZMA.EdgePrice(4096) + 39 - 60 - 60 }, 0},
		"of another span in page": {[]plan.Region{{Length: pages * testPage}}, func(a, b *Page) {
			a.Wants = []plan.Span{{Lo: 0, Hi: testPage - 4096}, {Lo: testPage - 2048, Hi: testPage}}
		}, 0},
	} {
		for _, first := range []int{0, 1} {
			f := edgeFolder(c.regions...)
			two := []*Page{pageOf(0, slices.Clone(edges[0])), pageOf(1, slices.Clone(edges[1]))}
			c.change(two[0], two[1])
			f.addEdges(two[first])
			f.addEdges(two[1-first])
			if len(f.Findings) != c.want {
				t.Errorf("%s: %+v", name, f.Findings)
			}
		}
	}
}

// The blocks of a chain that no page had are residue at the end, those alone, and once.
func TestChainsBecomeResidue(t *testing.T) {
	f := newTestFolder(30)
	f.terms.Outline.Planned = []int64{32 * 4096}
	at := int64(16 * 4096)
	for i := range 2 {
		r := made(i, 1, 0)
		r.Wants[0].Lo, r.Wants[0].Hi, r.After, r.Start = int64(i)*at, int64(i+1)*at, int64(i)*at, int64(i)*at
		r.Group, r.Seen.Pieces = 0, nil
		for n := range 16 {
			class := medium.Ciphertext
			if i == 1 && n == 2 {
				class = medium.Metadata
			}
			r.Seen.Pieces = append(r.Seen.Pieces, seen.Piece{Extent: medium.Extent{Start: int64(i)*at + int64(n)*4096, Length: 4096, Class: class}})
		}
		if i == 0 {
			r.Seen.Edges = []seen.Edge{{Detector: detector.LZMA, Kind: "lzma2", Start: at - 9000, End: at - 8990, Next: at + 5, Bits: 40, Tail: true}}
		} else {
			r.Seen.Edges = []seen.Edge{{Detector: detector.LZMA, Kind: "lzma2", Start: at + 5, End: at + 4*4096, Bits: 40, Head: true}}
		}
		f.Take(r)
	}
	f.Commit()
	r := f.Result(false)
	want := []medium.Extent{{Start: 0, Length: at - 3*4096, Class: medium.Ciphertext}, {Start: at - 3*4096, Length: 5 * 4096, Class: medium.Residue, Reason: "lzma"},
		{Start: at + 2*4096, Length: 4096, Class: medium.Metadata}, {Start: at + 3*4096, Length: 4096, Class: medium.Residue, Reason: "lzma"},
		{Start: at + 4*4096, Length: 12 * 4096, Class: medium.Ciphertext}}
	if got := r.Extents[:min(len(want), len(r.Extents))]; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if r.Classes[medium.Residue] != 6*4096 || r.Classes[medium.Ciphertext] != 25*4096 || r.Regions[0].ReadBackCiphertext != 25*4096 || r.Cells[0].Classes[medium.Residue] != 6*4096 {
		t.Errorf("%v, %d read back, cell %v", r.Classes, r.Regions[0].ReadBackCiphertext, r.Cells[0].Classes)
	}
}
