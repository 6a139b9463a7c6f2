package build_test

import (
	"math"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
)

// Any float in a result must end in a document.
func TestHostileFloats(t *testing.T) {
	e := reporttest.Small()
	e.Result.Findings[0].Bits = math.NaN()
	e.Result.Budget = math.Inf(1)
	e.Result.ThresholdBits = math.Inf(-1)
	e.Result.Cells[0].EntropyMean = math.NaN()
	e.Result.Windows[0].MaxBits = math.Inf(1)
	e.Plan.Mode, e.Plan.Fraction = scan.Random, math.NaN()
	if _, err := reports.Decode(build.Document(e, reporttest.Lab).Encode()); err != nil {
		t.Error(err)
	}
}

// No row of the table of a sample is about more than the medium.
func TestPowerEndsAtTheMedium(t *testing.T) {
	e := reporttest.Drawn()
	e.Result.MediumBytes = 4 << 20
	if p := build.Document(e, reporttest.Lab).Plan.Sample.Power; len(p) != 4 || p[3].ResidueBytes != 4<<20 {
		t.Errorf("%+v", p)
	}
}

// The chances are read at the threshold above, cut at the medium's size, and multiplied
// by the chance to meet the piece where only a sample was read.
func TestNoticed(t *testing.T) {
	e := reporttest.Erased()
	e.Result.MediumBytes = 20 << 10
	n := build.Document(e, reporttest.Lab).Noticed
	if n.MeasuredBits != 48 || len(n.PieceBytes) != 3 || len(n.Rows) == 0 || len(n.Rows[0].Percent) != 3 || *n.Rows[0].Percent[1] < 90 {
		t.Errorf("%+v", n)
	}
	s := reporttest.Drawn()
	n = build.Document(s, reporttest.Lab).Noticed
	all := *s
	all.Plan = &scan.Plan{BlockBytes: 4096, Depth: scan.Deep}
	full := build.Document(&all, reporttest.Lab).Noticed
	for i, row := range n.Rows {
		for j, x := range row.Percent {
			y := full.Rows[i].Percent[j]
			if (x == nil) != (y == nil) || x != nil && (*x > *y || *x > 1.0 && n.PieceBytes[j] <= 4096) {
				t.Errorf("%s, %d bytes: %v of a sample, %v of all", row.Type, n.PieceBytes[j], x, y)
			}
		}
	}
	if full.Brief.Text == "" || full.Brief.TextJA == "" || len(full.Groups) == 0 || full.Depth != "deep" {
		t.Errorf("in sentences: %+v", full)
	}
	s.Plan.Depth = 0
	if n := build.Document(s, reporttest.Lab).Noticed; n.MeasuredBits != 0 || len(n.Rows) != 0 || n.Note == "" || n.NoteJA == "" {
		t.Errorf("at no depth: %+v", n)
	}
	s.Plan.Depth, s.Result.ThresholdBits = scan.Deep, 60
	if n := build.Document(s, reporttest.Lab).Noticed; n.MeasuredBits != 0 || len(n.Rows) != 0 || n.Note == "" || n.NoteJA == "" {
		t.Errorf("beyond what was measured: %+v", n)
	}
}

func TestISOItemsFromAssignment(t *testing.T) {
	text := func(e *build.Examination, clause string) string {
		for _, i := range build.Document(e, reporttest.Lab).ISO17025 {
			if i.Clause == "7.8.2.1 "+clause {
				if i.Text == nil {
					return ""
				}
				return *i.Text
			}
		}
		t.Fatalf("no item %s", clause)
		return ""
	}
	for _, c := range []struct{ clause, with, without string }{
		{"c", "Bench 3", ""},
		{"d", reporttest.Small().ID + "; case 2026-17", reporttest.Small().ID},
		{"e", "Example <City>", ""},
		{"o", "", ""}, // who operated has not authorised
	} {
		if with, without := text(reporttest.Attested(), c.clause), text(reporttest.Small(), c.clause); with != c.with || without != c.without {
			t.Errorf("%s: %q and %q, want %q and %q", c.clause, with, without, c.with, c.without)
		}
	}
}
