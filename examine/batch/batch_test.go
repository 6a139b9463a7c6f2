package batch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/examine/plan"
	"shokyo.dev/shokyo/internal/disktest"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/scan"
)

// nobody watches.
type nobody struct{}

func (nobody) Opening()                   {}
func (nobody) Measuring(int64, int64)     {}
func (nobody) Reading(func() scan.Status) {}
func (nobody) Finishing()                 {}
func (nobody) NothingToResume()           {}
func (nobody) Interrupted(examine.Kept)   {}
func (nobody) Warn(error)                 {}
func (nobody) Ended(*Outcome)             {}

// newBatch has two images, the second with residue, and between them one that is not there.
func newBatch(t *testing.T) *Batch {
	t.Helper()
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := &Batch{Settings: examine.Settings{Identity: id}, Out: filepath.Join(dir, "out"), Summary: true, Parallel: 2}
	for i, name := range []string{"a.img", "missing.img", "b.img"} {
		m := disktest.New(1<<20, uint64(i+1))
		if i == 2 {
			m.Plant(300<<10, []byte("a text that stands in the clear, long enough to be found by its printable run alone"))
		}
		b.Settings.Sources = append(b.Settings.Sources, filepath.Join(dir, name))
		if name == "missing.img" {
			continue
		}
		if err := m.WriteFile(b.Settings.Sources[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(b.Out, 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

func run(t *testing.T, ctx context.Context, b *Batch) (outcomes []*Outcome) {
	t.Helper()
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	b.Examine(ctx, func(int) Watcher { return nobody{} }, func(o *Outcome) { outcomes = append(outcomes, o) })
	slices.SortFunc(outcomes, func(x, y *Outcome) int { return x.at - y.at })
	return outcomes
}

// TestBatch: one that fails stops no other; the summary has the order of the call; the same call
// says again what is done.
func TestBatch(t *testing.T) {
	b := newBatch(t)
	outcomes := run(t, t.Context(), b)
	if len(outcomes) != 3 || outcomes[0].Doc.Verdict != "no-residue" || !errors.Is(outcomes[1].Err, os.ErrNotExist) || outcomes[2].Doc.Verdict != "residue-found" {
		t.Fatalf("%+v", outcomes)
	}
	summary, err := b.Summarize()
	if err != nil {
		t.Fatal(err)
	}
	for i, status := range []string{"examined", "could-not-run", "examined"} {
		if row := summary.Rows[i]; row.Source != b.Settings.Sources[i] || row.Status != status {
			t.Errorf("%d: %+v", i, row)
		}
	}
	if err := b.Open(); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.Out, "*"+checkpoint.Suffix)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	b.Settings.Resume = true
	again := run(t, t.Context(), b)
	if !again[0].Early || again[0].Doc.ID != outcomes[0].Doc.ID || again[1].Err == nil || !again[2].Early {
		t.Errorf("%+v", again)
	}
}

// TestBatchInterrupted: what was not begun is not begun, and has no verdict.
func TestBatchInterrupted(t *testing.T) {
	b := newBatch(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, o := range run(t, ctx, b) {
		if !errors.Is(o.Err, context.Canceled) || o.Doc != nil {
			t.Errorf("%+v", o)
		}
	}
}

// TestOneSummaryAtATime: two batches do not write to one folder.
func TestOneSummaryAtATime(t *testing.T) {
	b, other := newBatch(t), newBatch(t)
	other.Out = b.Out
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	if err := other.Open(); err == nil || !strings.Contains(err.Error(), "another examination is writing") {
		t.Error(err)
	}
	b.Close()
	if err := other.Open(); err != nil {
		t.Error(err)
	}
	other.Close()
}

// TestHopeless: only if no source can be examined; then each says why.
func TestHopeless(t *testing.T) {
	b := newBatch(t)
	if b.Hopeless(t.Context()) {
		t.Error("two can be examined")
	}
	b.Settings.Sources = b.Settings.Sources[1:2]
	if !b.Hopeless(t.Context()) {
		t.Error("the only one is not there")
	}
	if o := run(t, t.Context(), b); len(o) != 1 || !errors.Is(o[0].Err, os.ErrNotExist) {
		t.Errorf("%+v", o)
	}
}

// TestCheckSources: sources that are in each other's way.
func TestCheckSources(t *testing.T) {
	dir := t.TempDir()
	at := func(names ...string) (paths []string) {
		for _, n := range names {
			paths = append(paths, filepath.Join(dir, n))
		}
		return paths
	}
	for _, name := range []string{"a.img", "d/a.img", "b.img", "out/c.img"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("a.img", filepath.Join(dir, "link.img")), os.Link(filepath.Join(dir, "a.img"), filepath.Join(dir, "hard.img")),
		os.Symlink("out", filepath.Join(dir, "folder"))); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		sources []string
		summary bool
		want    string
	}{
		"two":                          {at("a.img", "b.img"), true, ""},
		"two that are not there":       {at("x.img", "y.img"), true, ""},
		"of one name":                  {at("a.img", "d/a.img"), true, "have one name"},
		"twice":                        {at("a.img", "a.img"), true, "have one name"},
		"a link to it":                 {at("a.img", "link.img"), true, "are the same medium"},
		"another name of it":           {at("a.img", "hard.img"), true, "are the same medium"},
		"in the output folder":         {at("out/c.img"), false, "lies inside --out"},
		"there by a link":              {at("folder/c.img"), false, "lies inside --out"},
		"not there yet":                {at("out/new/c.img"), false, "lies inside --out"},
		"named like the summary":       {at(batches.File), true, "the batch's summary"},
		"named like it, alone":         {at(batches.File), false, ""},
		"named like its other summary": {at(batches.CSV), true, "the batch's summary"},
	} {
		err := CheckSources(test.sources, filepath.Join(dir, "out"), test.summary)
		var usage plan.UsageError
		if (err == nil) != (test.want == "") || err != nil && (!errors.As(err, &usage) || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want … %s …", name, err, test.want)
		}
	}
}
