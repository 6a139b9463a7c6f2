package scan

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/look"
)

// orders are all orders of n things.
func orders(n int) (all [][]int) {
	if n == 0 {
		return [][]int{nil}
	}
	for _, o := range orders(n - 1) {
		for i := range n {
			all = append(all, slices.Insert(slices.Clone(o), i, n-1))
		}
	}
	return all
}

// cutPages deals findings to pages as the pages would have reported them: those that join
// are cut at the edges.
func cutPages(all []Finding, pageBytes int64, pages int) (out [][]Finding) {
	out = make([][]Finding, pages)
	for _, fd := range all {
		for end := fd.Offset + fd.Length; fd.Offset < end; {
			page := fd.Offset / pageBytes
			part := fd
			part.Length = end - fd.Offset
			if fd.Detector.Joins() {
				part.Length = min(end, (page+1)*pageBytes) - fd.Offset
			}
			out[page] = append(out[page], part)
			fd.Offset += part.Length
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, look.Compare)
	}
	return out
}

// joined is what all of them together are, whoever cut them.
func joined(all []Finding, blockBytes int) (out []Finding) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, look.Compare)
	for _, fd := range all {
		if i := slices.IndexFunc(out, func(run Finding) bool { _, ok := look.Meet(run, fd, blockBytes); return ok }); i >= 0 {
			out[i], _ = look.Meet(out[i], fd, blockBytes)
		} else {
			out = append(out, fd)
		}
	}
	return out
}

// Findings that were cut at the edges of pages are whole again, in whatever order the pages
// come, and after any interruption.
func TestFindingsMeetInAnyOrder(t *testing.T) {
	const pages, pageBytes, block = 5, 1 << 20, 4096
	rng := rand.New(rand.NewPCG(7, 8))
	kinds := []Finding{{Detector: look.Text, Kind: "utf-8"}, {Detector: look.Text, Kind: "ascii"}, {Detector: look.Repeats, Kind: "repeated-16-byte-units"},
		{Detector: look.Statistics, Kind: "byte-distribution"}, {Detector: look.Signatures, Kind: "jpeg"}}
	plan := &Plan{BlockBytes: block, Regions: []Region{{Length: pages * pageBytes}}}
	for round := range 12 {
		var all []Finding
		for at := int64(0); at < pages*pageBytes; {
			fd := kinds[rng.IntN(len(kinds))]
			fd.Offset, fd.Length, fd.Bits, fd.Path = at, 1+rng.Int64N(pageBytes/2), float64(60+rng.IntN(100)), look.Path{"p1"}
			if rng.IntN(4) == 0 {
				fd.Length += 2 * pageBytes
			}
			if rng.IntN(3) == 0 { // up to the edge of a page, and nothing further
				fd.Length = pageBytes - at%pageBytes
			}
			fd.Length = min(fd.Length, pages*pageBytes-at)
			all = append(all, fd)
			at += fd.Length + int64(rng.IntN(2)*rng.IntN(2*block))
		}
		cut := cutPages(all, pageBytes, pages)
		var pieces []Finding
		for _, list := range cut {
			pieces = append(pieces, list...)
		}
		want := joined(pieces, block)
		for _, order := range orders(pages) {
			f := &folder{state: &state{Regions: make([]regionState, 1)}, plan: plan}
			for _, page := range order {
				for _, fd := range cut[page] {
					f.addFinding(0, fd)
				}
				if round%3 == 0 {
					f = reloaded(t, f)
				}
			}
			checkFindings(t, f, want)
			if t.Failed() {
				t.Fatalf("round %d, pages in the order %v", round, order)
			}
		}
	}
}

// reloaded goes on from a checkpoint.
func reloaded(t *testing.T, f *folder) *folder {
	t.Helper()
	b, err := json.Marshal(f.state)
	if err != nil {
		t.Fatal(err)
	}
	again := &folder{state: &state{}, plan: f.plan}
	if err := json.Unmarshal(b, again.state); err != nil {
		t.Fatal(err)
	}
	again.findRuns()
	return again
}

func checkFindings(t *testing.T, f *folder, want []Finding) {
	t.Helper()
	got := slices.Clone(f.Findings)
	slices.SortStableFunc(got, look.Compare)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d findings, want %d\n%v\n%v", len(got), len(want), got, want)
	}
	var count int64
	for _, c := range f.Counts {
		count += c.Count
		n, bytes := int64(0), int64(0)
		for _, fd := range want {
			if fd.Detector == c.Detector && fd.Kind == c.Kind {
				n, bytes = n+1, bytes+fd.Length
			}
		}
		if c.Count != n || c.Bytes != bytes || int64(c.Listed) != n {
			t.Errorf("%s: %d of %d bytes, %d listed; want %d of %d", c.Kind, c.Count, c.Bytes, c.Listed, n, bytes)
		}
	}
	if count != f.Regions[0].Findings {
		t.Errorf("the region has %d findings, the kinds %d", f.Regions[0].Findings, count)
	}
}

// Findings do not join across regions, nor beyond the reach of their detector.
func TestFindingsThatDoNotMeet(t *testing.T) {
	plan := &Plan{BlockBytes: 4096, Regions: []Region{{Length: 1 << 20}, {Start: 1 << 20, Length: 1 << 20}}}
	text := func(off, n int64) Finding { return Finding{Offset: off, Length: n, Detector: look.Text, Kind: "utf-8"} }
	unit := func(off, n int64) Finding {
		return Finding{Offset: off, Length: n, Detector: look.Repeats, Kind: "repeated-unit"}
	}
	for name, c := range map[string]struct {
		a, b Finding
		want int
	}{
		"touching":          {text(0, 512), text(512, 512), 1},
		"one byte between":  {text(0, 512), text(513, 512), 2},
		"within the other":  {text(0, 512), text(100, 10), 1},
		"a block between":   {unit(0, 512), unit(512+4096, 512), 1},
		"more than a block": {unit(0, 512), unit(512+4097, 512), 2},
		"another kind":      {text(0, 512), unit(512, 512), 2},
		"in two regions":    {text(1<<20-512, 512), text(1<<20, 512), 2},
		"files":             {Finding{Length: 512, Detector: look.Signatures}, Finding{Offset: 512, Length: 512, Detector: look.Signatures}, 2},
	} {
		for _, list := range [][]Finding{{c.a, c.b}, {c.b, c.a}} {
			f := &folder{state: &state{Regions: make([]regionState, 2)}, plan: plan}
			for _, fd := range list {
				f.addFinding(plan.RegionOf(fd.Offset), fd)
			}
			var listed, counted int64
			for _, fd := range f.Findings {
				listed += fd.Length
			}
			for _, k := range f.Counts {
				counted += k.Bytes
			}
			if len(f.Findings) != c.want || listed != counted {
				t.Errorf("%s: %v, %d bytes counted", name, f.Findings, counted)
			}
		}
	}
}
