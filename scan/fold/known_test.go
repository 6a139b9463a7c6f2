package fold

import (
	"encoding/json"
	"reflect"
	"testing"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

func TestPlaces(t *testing.T) {
	var p Places
	set := map[int64]bool{}
	for _, x := range [][2]int64{{0, 1}, {60, 10}, {4090, 10}, {9000, 1}, {9000, 1}, {1 << 40, 5}} {
		p.Add(x[0], x[1])
		for i := range x[1] {
			set[x[0]+i] = true
		}
	}
	p.Add(-1, 1)
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var loaded Places
	if err := json.Unmarshal(b, &loaded); err != nil {
		t.Fatal(err)
	}
	for _, q := range []*Places{&p, &loaded} {
		for _, r := range [][2]int64{{0, 1 << 62}, {0, 1}, {1, 60}, {61, 64}, {64, 4096}, {4095, 4097}, {4096, 4096}, {5000, 4000}, {9000, 9001}, {1 << 40, 1<<40 + 4}} {
			want := int64(0)
			for i := range set {
				if i >= r[0] && i < r[1] {
					want++
				}
			}
			if got := q.Count(r[0], r[1]); got != want {
				t.Errorf("%v: %d, want %d", r, got, want)
			}
		}
	}
	for _, bad := range []string{`[{"Number":-1,"Bits":""}]`, `[{"Number":1,"Bits":"AA=="}]`, `{}`} {
		if err := json.Unmarshal([]byte(bad), &loaded); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// Pages may come in any order, and a copy is no second sector.
func TestKnownAddsUp(t *testing.T) {
	pages := [][]look.KnownRun{
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
	f.addKnown([]look.KnownRun{{Offset: 512, Sectors: 1, Place: 1}, {Offset: 2048, Sectors: 1, Place: 9}, {Offset: 3584, Sectors: 10, Place: 20}, {Offset: 4096 + 4608, Sectors: 1, Place: 50}, {Offset: 40960, Sectors: 1, Place: 60}})
	if n := f.Known[0].Blocks; n != 4 {
		t.Errorf("%d blocks", n)
	}
}
