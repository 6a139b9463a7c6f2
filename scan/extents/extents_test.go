package extents

import (
	"math/rand/v2"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
)

// Random extents, added in random order, against the plainest model: one class
// per 512 bytes.
func TestExtentsCoverWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		size := 512 * (1 + rng.Int64N(500))
		runs, gaps, model := randomRuns(rng, size)
		var x Extents
		for _, i := range rng.Perm(len(runs)) {
			x.Add(runs[i])
		}
		checkTiles(t, x.Tiled(gaps, size), size, func(at int64, c medium.Class) bool { return model[at/512] == c })
	}
}

// randomRuns cuts size into runs of extents and gaps between them.
func randomRuns(rng *rand.Rand, size int64) (runs [][]medium.Extent, gaps []plan.Span, model []medium.Class) {
	model = make([]medium.Class, size/512)
	for at := int64(0); at < size; {
		n := min(size-at, 512*(1+rng.Int64N(9)))
		if rng.IntN(4) == 0 {
			gaps = append(gaps, plan.Span{Lo: at, Hi: at + n})
			at += n
			continue
		}
		var run []medium.Extent
		for end := at + n; at < end; at += 512 {
			e := medium.Extent{Start: at, Length: 512, Class: medium.Class(1 + rng.IntN(medium.NumClasses-1)), Reason: string(rune('a' + rng.IntN(2)))}
			run = Join(run, e)
			model[at/512] = e.Class
		}
		runs = append(runs, run)
	}
	return runs, gaps, model
}

// Coarse cells are the same in whatever order they were filled.
func TestCoarseExtentsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		size := 512 * (1 + rng.Int64N(500))
		runs, gaps, model := randomRuns(rng, size)
		inOrder, shuffled := Extents{Grain: 4096}, Extents{Grain: 4096}
		for i, j := range rng.Perm(len(runs)) {
			inOrder.Add(runs[i])
			shuffled.Add(runs[j])
		}
		list := shuffled.Tiled(gaps, size)
		if !slices.Equal(inOrder.Tiled(gaps, size), list) {
			t.Fatal("the order in which extents were added shows in the coarse ones")
		}
		checkTiles(t, list, size, func(at int64, c medium.Class) bool { return medium.Severity(c) >= medium.Severity(model[at/512]) })
	}
}

// Coarsened, the list stays short and no cell is called better than its worst part.
func TestExtentsCoarsen(t *testing.T) {
	const blocks = 3 * Most
	class := func(i int64) medium.Class {
		return []medium.Class{medium.Fill, medium.Ciphertext, medium.Residue, medium.Ciphertext, medium.Unread}[i*i%5]
	}
	var x Extents
	for i := int64(0); i < blocks; i += 3000 { // what comes last fills the middle
		at := i
		if i >= blocks/2 {
			at = blocks/2 + blocks - 3000 - i
		}
		var run []medium.Extent
		for k := at; k < at+3000; k++ {
			run = Join(run, medium.Extent{Start: k * 4096, Length: 4096, Class: class(k)})
		}
		x.Add(run)
	}
	list := x.Tiled(nil, blocks*4096)
	if len(list) > Most || x.Grain <= 4096 {
		t.Fatalf("%d extents at grain %d", len(list), x.Grain)
	}
	checkTiles(t, list, blocks*4096, func(at int64, c medium.Class) bool { return medium.Severity(c) >= medium.Severity(class(at/4096)) })
}

func checkTiles(t *testing.T, list []medium.Extent, size int64, ok func(at int64, c medium.Class) bool) {
	t.Helper()
	at := int64(0)
	for i, e := range list {
		if e.Start != at || e.Length <= 0 {
			t.Fatalf("extent %d starts at %d, want %d", i, e.Start, at)
		}
		if i > 0 && list[i-1].Class == e.Class && list[i-1].Reason == e.Reason {
			t.Fatalf("extent %d is like the one before", i)
		}
		for ; at < e.Start+e.Length; at += 512 {
			if !ok(at, e.Class) {
				t.Fatalf("byte %d is called %v", at, e.Class)
			}
		}
		at = e.Start + e.Length
	}
	if at != size {
		t.Fatalf("extents end at %d of %d", at, size)
	}
}

// TestEndOfExtents is where the furthest that was added ends, in whatever order.
func TestEndOfExtents(t *testing.T) {
	at := func(lo, hi int64) []medium.Extent {
		return []medium.Extent{{Start: lo, Length: hi - lo, Class: medium.Ciphertext}}
	}
	var x Extents
	for i, add := range [][]medium.Extent{at(8192, 12288), at(0, 4096), append(at(16384, 20480), medium.Extent{Start: 20480, Length: 4096, Class: medium.Fill})} {
		if x.Add(add); x.End != []int64{12288, 12288, 24576}[i] {
			t.Errorf("after %d: the end is %d", i, x.End)
		}
	}
}

// A list that leaves something out, reaches over the medium or is in no order was not made here.
func TestFit(t *testing.T) {
	run := func(start, length int64) medium.Extent { return medium.Extent{Start: start, Length: length} }
	put := read.Stretches{{Lo: 1024, Hi: 2048}}
	for name, c := range map[string]struct {
		x    Extents
		put  read.Stretches
		fits bool
	}{
		"whole":                  {Extents{List: []medium.Extent{run(0, 1024), run(1024, 3072)}, End: 4096}, nil, true},
		"with what was put off":  {Extents{List: []medium.Extent{run(0, 1024), run(2048, 2048)}, End: 4096}, put, true},
		"coarse":                 {Extents{List: []medium.Extent{run(0, 8192)}, Grain: 8192, End: 4096}, nil, true},
		"ends too early":         {Extents{List: []medium.Extent{run(0, 1024)}, End: 4096}, nil, false},
		"a gap":                  {Extents{List: []medium.Extent{run(0, 1024), run(2048, 2048)}, End: 4096}, nil, false},
		"another gap":            {Extents{List: []medium.Extent{run(0, 512), run(2048, 2048)}, End: 4096}, put, false},
		"one over the other":     {Extents{List: []medium.Extent{run(0, 2048), run(1024, 3072)}, End: 4096}, nil, false},
		"over the medium's end":  {Extents{List: []medium.Extent{run(0, 8192)}, End: 8192}, nil, false},
		"over it, coarse":        {Extents{List: []medium.Extent{run(0, 16384)}, Grain: 8192, End: 4096}, nil, false},
		"no length":              {Extents{List: []medium.Extent{run(0, 0)}, End: 0}, nil, false},
		"not in cells":           {Extents{List: []medium.Extent{run(512, 8192)}, Grain: 8192, End: 4096}, nil, false},
		"cells of no power of 2": {Extents{List: []medium.Extent{run(0, 3)}, Grain: 3, End: 3}, nil, false},
		"no class":               {Extents{List: []medium.Extent{{Length: 4096, Class: medium.Residue + 1}}, End: 4096}, nil, false},
	} {
		if err := c.x.Fit(4096, c.put); (err == nil) != c.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}
