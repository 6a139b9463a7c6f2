package fold

import (
	"reflect"
	"testing"

	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

// Pages may come in any order, and a copy is no second sector.
func TestKnownAddsUp(t *testing.T) {
	pages := [][]seen.KnownRun{
		{{Corpus: 0, Offset: 0, Sectors: 3, Place: 10}, {Corpus: 0, Offset: 2048, Sectors: 2, Place: 20}, {Corpus: 1, Offset: 0, Sectors: 9, Place: -1}},
		{{Corpus: 0, Offset: 4096, Sectors: 12, Place: 10}},
		{{Corpus: 0, Offset: 3072, Sectors: 2, Place: 22}, {Corpus: 1, Offset: 3072, Sectors: 1, Place: 5}},
	}
	terms := Terms{Plan: &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 1 << 20}}}, Size: 1 << 20, Corpora: 2}
	var want []KnownResult
	for i, order := range [][]int{{0, 1, 2}, {2, 1, 0}} {
		st := NewState(terms.Plan, terms.Size)
		f, err := New(st, terms)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range order {
			f.addKnown(pages[n])
		}
		got := f.knownResults()
		if i == 0 {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	a, b := want[0], want[1]
	if a.Found != 14 || a.Sectors != 19 || a.Count != 3 || len(a.Runs) != 3 || a.Runs[1].Sectors != 4 || a.Shared != 0 {
		t.Errorf("%+v", a)
	}
	if b.Found != 1 || b.Shared != 9 || b.Count != 1 {
		t.Errorf("%+v", b)
	}
}

// Blocks are counted once, however many runs they hold.
func TestBlocksWithKnown(t *testing.T) {
	f := &Folder{State: &State{Known: make([]knownState, 1)}, terms: Terms{Plan: &plan.Plan{BlockBytes: 4096}}}
	f.addKnown([]seen.KnownRun{{Offset: 512, Sectors: 1, Place: 1}, {Offset: 2048, Sectors: 1, Place: 9}, {Offset: 3584, Sectors: 10, Place: 20}, {Offset: 4096 + 4608, Sectors: 1, Place: 50}, {Offset: 40960, Sectors: 1, Place: 60}})
	if n := f.Known[0].Blocks; n != 4 {
		t.Errorf("%d blocks", n)
	}
}
