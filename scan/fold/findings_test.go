package fold

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
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
func cutPages(all []seen.Finding, pageBytes int64, pages int) (out [][]seen.Finding) {
	out = make([][]seen.Finding, pages)
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
		slices.SortStableFunc(list, seen.Compare)
	}
	return out
}

// joined is what all of them together are, whoever cut them.
func joined(all []seen.Finding, blockBytes int) (out []seen.Finding) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, seen.Compare)
	for _, fd := range all {
		if i := slices.IndexFunc(out, func(run seen.Finding) bool { _, ok := seen.Meet(run, fd, blockBytes); return ok }); i >= 0 {
			out[i], _ = seen.Meet(out[i], fd, blockBytes)
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
	kinds := []seen.Finding{{Detector: detector.Text, Kind: "utf-8"}, {Detector: detector.Text, Kind: "ascii"}, {Detector: detector.Repeats, Kind: "repeated-16-byte-units"},
		{Detector: detector.Statistics, Kind: "byte-distribution"}, {Detector: detector.Signatures, Kind: "jpeg"}}
	plan := &plan.Plan{BlockBytes: block, Regions: []plan.Region{{Length: pages * pageBytes}}}
	for round := range 12 {
		var all []seen.Finding
		for at := int64(0); at < pages*pageBytes; {
			fd := kinds[rng.IntN(len(kinds))]
			fd.Offset, fd.Length, fd.Bits, fd.Path = at, 1+rng.Int64N(pageBytes/2), float64(60+rng.IntN(100)), medium.Path{"p1"}
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
		var pieces []seen.Finding
		for _, list := range cut {
			pieces = append(pieces, list...)
		}
		want := joined(pieces, block)
		for _, order := range orders(pages) {
			f := &Folder{State: &State{Regions: make([]regionState, 1)}, terms: Terms{Plan: plan}}
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
func reloaded(t *testing.T, f *Folder) *Folder {
	t.Helper()
	b, err := json.Marshal(f.State)
	if err != nil {
		t.Fatal(err)
	}
	again := &Folder{State: &State{}, terms: f.terms}
	if err := json.Unmarshal(b, again.State); err != nil {
		t.Fatal(err)
	}
	again.findRuns()
	return again
}

func checkFindings(t *testing.T, f *Folder, want []seen.Finding) {
	t.Helper()
	got := slices.Clone(f.Findings)
	slices.SortStableFunc(got, seen.Compare)
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
	plan := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 1 << 20}, {Start: 1 << 20, Length: 1 << 20}}}
	text := func(off, n int64) seen.Finding {
		return seen.Finding{Offset: off, Length: n, Detector: detector.Text, Kind: "utf-8"}
	}
	unit := func(off, n int64) seen.Finding {
		return seen.Finding{Offset: off, Length: n, Detector: detector.Repeats, Kind: "repeated-unit"}
	}
	for name, c := range map[string]struct {
		a, b seen.Finding
		want int
	}{
		"touching":          {text(0, 512), text(512, 512), 1},
		"one byte between":  {text(0, 512), text(513, 512), 2},
		"within the other":  {text(0, 512), text(100, 10), 1},
		"a block between":   {unit(0, 512), unit(512+4096, 512), 1},
		"more than a block": {unit(0, 512), unit(512+4097, 512), 2},
		"another kind":      {text(0, 512), unit(512, 512), 2},
		"in two regions":    {text(1<<20-512, 512), text(1<<20, 512), 2},
		"files":             {seen.Finding{Length: 512, Detector: detector.Signatures}, seen.Finding{Offset: 512, Length: 512, Detector: detector.Signatures}, 2},
	} {
		for _, list := range [][]seen.Finding{{c.a, c.b}, {c.b, c.a}} {
			f := &Folder{State: &State{Regions: make([]regionState, 2)}, terms: Terms{Plan: plan}}
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

// What lies between two findings does not carry the one over the edge of its region into
// the other, whichever comes first.
func TestFindingsMeetUpToTheEdgeOfARegion(t *testing.T) {
	plan := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 1 << 20}, {Start: 1 << 20, Length: 1 << 20}}}
	text := func(off int64) seen.Finding {
		return seen.Finding{Offset: off, Length: 512, Detector: detector.Text, Kind: "utf-8"}
	}
	first, between, beyond := text(1<<20-1024), text(1<<20-512), text(1<<20)
	for _, list := range [][]seen.Finding{
		{first, between, beyond}, {first, beyond, between}, {between, first, beyond},
		{between, beyond, first}, {beyond, first, between}, {beyond, between, first},
	} {
		f := &Folder{State: &State{Regions: make([]regionState, 2)}, terms: Terms{Plan: plan}}
		for _, fd := range list {
			f.addFinding(plan.RegionOf(fd.Offset), fd)
		}
		got := slices.Clone(f.Findings)
		slices.SortFunc(got, seen.Compare)
		if len(got) != 2 || got[0].Offset != 1<<20-1024 || got[0].Length != 1024 || got[1].Offset != 1<<20 || got[1].Length != 512 {
			t.Errorf("%v: %v", list, got)
		}
		if f.Regions[0].Findings != 1 || f.Regions[1].Findings != 1 {
			t.Errorf("%v: %d and %d findings in the regions", list, f.Regions[0].Findings, f.Regions[1].Findings)
		}
	}
}

// However many pieces of text come first, the first files of each kind are listed.
func TestEachKindIsListed(t *testing.T) {
	f := Folder{State: &State{Regions: make([]regionState, 1)}, terms: Terms{Plan: &plan.Plan{BlockBytes: 4096}}}
	add := func(detector detector.ID, kind string, n int) {
		for range n {
			f.addFinding(0, seen.Finding{Offset: int64(f.Done), Length: 1, Detector: detector, Kind: kind})
			f.Done += 4096
		}
	}
	add(detector.Text, "utf-8", 20_000)
	add(detector.Signatures, "jpeg", 20_000)
	add(detector.Keys, seen.LiveKeySlot, 3)
	for i := range 300 {
		add(detector.Signatures, fmt.Sprint("kind-", i), firstOfKind+1)
	}
	add(detector.Keys, seen.LiveKeySlot, 3)
	listed := map[string]int{}
	for _, fd := range f.Findings {
		listed[fd.Kind]++
	}
	for i := range 300 {
		if listed[fmt.Sprint("kind-", i)] < firstOfKind {
			t.Fatalf("kind %d is listed %d times", i, listed[fmt.Sprint("kind-", i)])
		}
	}
	if len(f.Findings) > MaxFindings || listed["utf-8"] < 5000 || listed["jpeg"] < 500 || listed[seen.LiveKeySlot] != 6 {
		t.Errorf("%d are listed: %d of text, %d pictures, %d keys", len(f.Findings), listed["utf-8"], listed["jpeg"], listed[seen.LiveKeySlot])
	}
}
