package verdict

import (
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
)

// TestContainer: islands where a container keeps its headers are a doubt, if nothing else is on
// the medium; others are named, and rule out nothing.
func TestContainer(t *testing.T) {
	const size = 8 << 20
	isle := func(offset, length int64) scan.Island { return scan.Island{Offset: offset, Length: length} }
	for name, c := range map[string]struct {
		islands    []scan.Island
		places     []scan.Place
		count      int64 // 0: those listed
		ciphertext int64 // besides
		want       Outcome
	}{
		"none":                         {nil, nil, 0, 0, NoResidue},
		"header and backup":            {[]scan.Island{isle(0, 512), isle(size-128<<10, 512)}, nil, 0, 0, Inconclusive},
		"those of a hidden volume":     {[]scan.Island{isle(64<<10, 512), isle(size-64<<10, 512)}, nil, 0, 0, Inconclusive},
		"whole areas":                  {[]scan.Island{isle(0, 128<<10), isle(size-128<<10, 128<<10)}, nil, 0, 0, Inconclusive},
		"header alone":                 {[]scan.Island{isle(0, 512)}, nil, 0, 0, NoResidue},
		"backup alone":                 {[]scan.Island{isle(size-128<<10, 512)}, nil, 0, 0, NoResidue},
		"another length":               {[]scan.Island{isle(0, 1024), isle(size-128<<10, 512)}, nil, 0, 0, NoResidue},
		"another place":                {[]scan.Island{isle(512, 512), isle(size-128<<10, 512)}, nil, 0, 0, NoResidue},
		"more than the islands":        {[]scan.Island{isle(0, 512), isle(size-128<<10, 512)}, nil, 0, 4096, NoResidue},
		"more islands than are listed": {[]scan.Island{isle(0, 512), isle(size-128<<10, 512)}, nil, scan.MaxIslands + 1, 0, NoResidue},
		"in a partition": {[]scan.Island{isle(1<<20, 512), isle(3<<20-128<<10, 512)},
			[]scan.Place{{Name: "p1", Start: 1 << 20, Length: 2 << 20}}, 0, 0, Inconclusive},
	} {
		p := &scan.Plan{BlockBytes: 4096, Regions: []scan.Region{{Name: "medium", Length: size}}, Places: c.places}
		r := &scan.Result{MediumBytes: size, Planned: size, Complete: true, Islands: c.islands, IslandCount: max(c.count, int64(len(c.islands))),
			IslandBytes: 4096 * int64(len(c.islands))}
		r.Classes[scan.Ciphertext] = r.IslandBytes + c.ciphertext
		r.Classes[scan.Fill] = size - r.Classes[scan.Ciphertext]
		r.Regions = []scan.RegionResult{{Region: p.Regions[0], Planned: size, Classes: r.Classes, ReadBackFill: size}}
		v := Decide(&Input{Plan: p, Result: r})
		if v.Outcome != c.want || slices.Contains(codes(v.Reasons), ReasonRandomIsland) != (len(c.islands) > 0) {
			t.Errorf("%s: %v %v, want %v", name, v.Outcome, codes(v.Reasons), c.want)
		}
		checkLanguages(t, v.Reasons, "")
	}
}

// TestManyIslands: the first three are told with their places, all are counted.
func TestManyIslands(t *testing.T) {
	in := cleanInput()
	for i := range int64(scan.MaxIslands) {
		in.Result.Islands = append(in.Result.Islands, scan.Island{Offset: i << 20, Length: 512})
	}
	in.Result.IslandCount = 130
	reasons := Decide(in).Reasons
	if len(reasons) != 2 || !strings.Contains(reasons[1].Text, "places: 130 (512 bytes at offset 0; ") || !strings.Contains(reasons[1].Text, "offset 2097152; …)") || !strings.Contains(reasons[1].TextJA, "130 か所") {
		t.Errorf("%v", reasons)
	}
}

// TestLabels: a text that somebody chose is told, and a doubt only if the plan says so.
func TestLabels(t *testing.T) {
	for _, strict := range []bool{false, true} {
		in := cleanInput()
		in.Plan.StrictLabels = strict
		for i := range int64(8) {
			in.Result.Labels = append(in.Result.Labels, scan.Label{Offset: i * 512, Kind: "gpt", Shape: "xxx"})
		}
		in.Result.LabelCount = 9
		want, outcome := []Code{ReasonNoResidue, ReasonReadableLabel}, NoResidue
		if strict {
			want, outcome = []Code{ReasonReadableLabel}, Inconclusive
		}
		v := Decide(in)
		if v.Outcome != outcome || !slices.Equal(codes(v.Reasons), want) {
			t.Errorf("strict %v: %v %v", strict, v.Outcome, codes(v.Reasons))
		}
		checkLanguages(t, v.Reasons[len(v.Reasons)-1:], "9")
		checkLanguages(t, v.Reasons[len(v.Reasons)-1:], "2560") // the sixth; three more are counted
	}
}
