package scan

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/gather"
)

// TestResumeReadsTheProbe: what was hashed last is read again, to be sure of the medium.
func TestResumeReadsTheProbe(t *testing.T) {
	medium := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{7}).Read(medium)
	src := bytesSource{medium}
	plan := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: int64(len(medium))}}}
	var saved []byte
	s, err := New(plan, src, Options{Save: func(b []byte, _ int64) error { saved = b; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, changed := range []bool{false, true} {
		if changed {
			medium[len(medium)-100] ^= 1
		}
		_, err := New(plan, src, Options{Resume: saved})
		if (err != nil) != changed || changed && !strings.Contains(err.Error(), "differs") {
			t.Errorf("changed %v: %v", changed, err)
		}
	}
}

// TestResumeKeepsThePlan: what was found under one plan is no answer to another, also where
// its numbers would fit.
func TestResumeKeepsThePlan(t *testing.T) {
	medium := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{8}).Read(medium)
	src := bytesSource{medium}
	plan := func() *Plan {
		return &Plan{BlockBytes: 4096, Scope: ScopeMedium, Depth: Deep, Regions: []Region{{Name: "r", Length: int64(len(medium)), Expect: ExpectCiphertext}}}
	}
	var saved []byte
	s, err := New(plan(), src, Options{Save: func(b []byte, _ int64) error { saved = b; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := New(plan(), src, Options{Resume: saved}); err != nil {
		t.Fatalf("the same plan: %v", err)
	}
	for name, change := range map[string]func(p *Plan, o *Options){
		"another expectation": func(p *Plan, _ *Options) { p.Regions[0].Expect = ExpectAny },
		"another region":      func(p *Plan, _ *Options) { p.Regions[0].Name = "s" },
		"another scope":       func(p *Plan, _ *Options) { p.Scope = ScopeRegions },
		"another depth":       func(p *Plan, _ *Options) { p.Depth = Quick },
		"labels are strict":   func(p *Plan, _ *Options) { p.StrictLabels = true },
		"no digest any more":  func(_ *Plan, o *Options) { o.NoDigest = true },
		"another digest":      func(_ *Plan, o *Options) { o.SHA256 = true },
	} {
		p, o := plan(), Options{Resume: saved}
		change(p, &o)
		if _, err := New(p, src, o); err == nil || !strings.Contains(err.Error(), "another plan") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestResumeOfWhatHadNoDepth: what a checkpoint from before there were depths holds was looked
// at by fewer detectors than either depth has now.
func TestResumeOfWhatHadNoDepth(t *testing.T) {
	src := bytesSource{make([]byte, 64<<10)}
	plan := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: 64 << 10}}}
	var saved []byte
	s, err := New(plan, src, Options{Save: func(b []byte, _ int64) error { saved = b; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(saved), "Depth") {
		t.Error("a depth that nobody said is in the checkpoint")
	}
	for _, depth := range []Depth{Deep, Quick} {
		plan.Depth = depth
		if _, err := New(plan, src, Options{Resume: saved}); err == nil || !strings.Contains(err.Error(), "detectors were fewer") {
			t.Errorf("%v: %v", depth, err)
		}
	}
}

// TestResumeKeepsTheWindows: what an older version tested in windows of other sizes is not gone on with.
func TestResumeKeepsTheWindows(t *testing.T) {
	medium := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{9}).Read(medium)
	src := bytesSource{medium}
	plan := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: int64(len(medium))}}}
	var saved []byte
	s, err := New(plan, src, Options{Save: func(b []byte, _ int64) error { saved = b; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func([]gather.WindowTest) []gather.WindowTest{
		func(w []gather.WindowTest) []gather.WindowTest { return w[1:] },
		func(w []gather.WindowTest) []gather.WindowTest { w[0].WindowBytes *= 2; return w },
	} {
		var c checkpoint
		if err := json.Unmarshal(saved, &c); err != nil {
			t.Fatal(err)
		}
		c.State.Windows = change(c.State.Windows)
		older, _ := json.Marshal(c)
		if _, err := New(plan, src, Options{Resume: older}); err == nil || !strings.Contains(err.Error(), "windows of other sizes") {
			t.Errorf("windows %+v: %v", c.State.Windows, err)
		}
	}
}

// noFile is a corpus of which nothing is found.
type noFile struct{}

func (noFile) Find([]byte) (int64, bool) { return 0, false }
func (noFile) Entries() int64            { return 1 }
func (noFile) Identity() string          { return "files" }

// What was found of a corpus before is in the checkpoint. One without it is damaged: it would say that nothing was found.
func TestCheckpointWithoutCorpora(t *testing.T) {
	const size = 24 << 20
	m, p := disktest.New(size, 4), planOver(size, Full)
	opt := Options{Corpora: []Corpus{noFile{}}}
	var saved []byte
	opt.Due, opt.Save = func() bool { return true }, func(b []byte, _ int64) error { saved = b; return nil }
	examine(t, p, m, opt)
	var c map[string]any
	if err := json.Unmarshal(saved, &c); err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]any{"none": nil, "no corpus": []any{}, "two": []any{map[string]any{}, map[string]any{}}} {
		c["State"].(map[string]any)["Known"] = known
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(p, m, Options{Corpora: opt.Corpora, Resume: b}); err == nil || !strings.Contains(err.Error(), "corpora") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
