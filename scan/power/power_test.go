package power

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/words/report"
)

func TestTable(t *testing.T) {
	for i, r := range table {
		if slices.ContainsFunc(table[:i], func(o Row) bool { return o.Code == r.Code && o.Depth == r.Depth }) {
			t.Errorf("%s, %s: is there twice", r.Code, r.Depth)
		}
		if _, ok := report.Depths[r.Depth]; !ok || r.Depth == "" {
			t.Errorf("%s: no depth is called %q", r.Code, r.Depth)
		}
		for j := range Thresholds {
			for k, c := range r.Cells[j] {
				if c != (Cell{NotMeasured, NotMeasured}) && (c.Low < 0 || c.Low > c.Percent || c.Percent > 100) || j > 0 && c.Percent > r.Cells[j-1][k].Percent {
					t.Errorf("%s, %s, at %v bits, %d bytes: %v", r.Code, r.Depth, Thresholds[j], Sizes[k], c)
				}
				if c.Low == 100 {
					t.Errorf("%s, %s, at %v bits, %d bytes: no number of pieces proves all", r.Code, r.Depth, Thresholds[j], Sizes[k])
				}
			}
		}
	}
}

// Each type that was measured belongs to one kind of one group, and all have names.
func TestGroups(t *testing.T) {
	seen, kinds := map[string]int{}, map[string]bool{}
	for _, g := range Groups {
		if _, ok := report.PieceGroups[g.Code]; !ok {
			t.Errorf("the group %q has no name", g.Code)
		}
		for _, k := range g.Kinds {
			if _, ok := report.PieceKinds[k.Code]; !ok || kinds[k.Code] {
				t.Errorf("the kind %q has no name, or is there twice", k.Code)
			}
			kinds[k.Code] = true
			for _, code := range k.Types {
				if _, ok := report.PieceTypes[code]; !ok {
					t.Errorf("the type %q has no name", code)
				}
				seen[code]++
			}
		}
	}
	for _, r := range table {
		if seen[r.Code] != 1 {
			t.Errorf("%s belongs to %d kinds", r.Code, seen[r.Code])
		}
	}
}

// A threshold between two that were measured is read from the higher: that understates.
func TestAt(t *testing.T) {
	for bits, want := range map[float64]float64{0: 48, 34: 48, 47.9: 48, 48: 48, 48.1: 55, 52.3: 55, 55: 55} {
		m, ok := At(bits, "deep")
		if !ok || m.Threshold != want {
			t.Errorf("%v bits: %v %v", bits, m.Threshold, ok)
		}
		if c, ok := m.Type(table[0].Code); !ok || c != table[0].Cells[slices.Index(Thresholds[:], want)] {
			t.Errorf("%v bits: %v", bits, c)
		}
	}
	for _, c := range []struct {
		bits  float64
		depth string
	}{{55.1, "deep"}, {34, ""}, {34, "shallow"}} {
		if _, ok := At(c.bits, c.depth); ok {
			t.Errorf("something was measured at %v bits, depth %q", c.bits, c.depth)
		}
	}
}

// The weakest type speaks for its kind, size by size, as far as it was measured.
func TestKind(t *testing.T) {
	none := Cell{NotMeasured, NotMeasured}
	m := Measure{types: map[string]Cells{
		"a": {{50, 40}, {90, 80}, {100, 99}, none, none, none},
		"b": {{60, 30}, {80, 70}, none, {100, 98}, none, none},
	}}
	for name, c := range map[string]struct {
		types []string
		want  Cells
		ok    bool
	}{
		"both":     {[]string{"a", "b", "c"}, Cells{{50, 30}, {80, 70}, {100, 99}, {100, 98}, none, none}, true},
		"one":      {[]string{"b"}, m.types["b"], true},
		"not here": {[]string{"c"}, Cells{none, none, none, none, none, none}, false},
	} {
		if got, ok := m.Kind(Kind{Types: c.types}); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}
