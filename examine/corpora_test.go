package examine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// sought is a folder of real files, the corpus of it, and an ext4 file system of mkfs' that holds them.
type sought struct {
	corpus *corpus.Corpus
	image  []byte
}

func seek(t *testing.T, mib int64) *sought {
	t.Helper()
	dir := t.TempDir()
	from := []string{"/bin/bash", "/bin/ls"}
	err := filepath.WalkDir("/usr/share/common-licenses", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			from = append(from, path)
		}
		return err
	})
	if err != nil || len(from) < 8 {
		t.Fatal(from, err)
	}
	for _, path := range from {
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "c")
	m := &corpus.Making{Sources: []string{dir}, Name: "書類", Plain: true, Now: time.Now()}
	if _, err := corpus.Build(context.Background(), m, folder, id); err != nil {
		t.Fatal(err)
	}
	c, err := corpus.Open(folder, id.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	img := tooltest.Blank(t, mib)
	tooltest.Run(t, "", "mkfs.ext4", "-q", "-O", "^has_journal", "-b", "4096", "-d", dir, img)
	image, err := os.ReadFile(img)
	if err != nil {
		t.Fatal(err)
	}
	return &sought{c, image}
}

// in examines an image for the corpus.
func (x *sought) in(t *testing.T, image []byte, change func(*Settings)) *reports.Document {
	t.Helper()
	s := settings(t)
	s.Corpora = []*corpus.Corpus{x.corpus}
	if change != nil {
		change(s)
	}
	out := t.TempDir()
	d, err := New(s, tooltest.Save(t, image), out, &observed{}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Corpora) != 1 || d.Corpora[0].Name != "書類" || d.Corpora[0].Probative != x.corpus.Probative {
		t.Fatalf("%+v", d.Corpora)
	}
	return d
}

// The control shows that the test can see: all of every file is found, and where.
func TestControlIsFound(t *testing.T) {
	x := seek(t, 4)
	d := x.in(t, x.image, nil)
	c := &d.Corpora[0]
	if d.Verdict != verdict.ResidueFound.String() || !hasReason(d, verdict.ReasonCorpusFound) {
		t.Error(d.Verdict, d.Reasons)
	}
	if c.Found != c.Probative || c.RecallPercent != 100 || c.FilesWhole != c.Files || c.OnMedium < c.Found || c.Estimate != nil {
		t.Errorf("%+v", c)
	}
	for _, r := range c.Runs {
		i := slices.IndexFunc(c.FileList, func(f reports.CorpusFile) bool { return f.Number == r.File })
		whole, err := os.ReadFile(pathOf(c.FileList[i].Name))
		if err != nil {
			t.Fatal(err)
		}
		if n := min(r.Length, int64(len(whole))-r.FileOffset); string(x.image[r.Offset:r.Offset+n]) != string(whole[r.FileOffset:r.FileOffset+n]) {
			t.Fatalf("%+v is not there", r)
		}
	}
	if c.RunCount != int64(len(c.Runs)) || len(c.Runs) < 10 {
		t.Errorf("%d of %d runs are listed", len(c.Runs), c.RunCount)
	}
	if !slices.ContainsFunc(d.Findings, func(f reports.Finding) bool {
		return f.Detector == "corpus" && f.Kind == "known-sectors" && f.Bits > 60
	}) {
		t.Error("no finding is of the corpus")
	}
	shifted := append(make([]byte, 512), x.image...)
	if c := x.in(t, append(shifted, make([]byte, 3584)...), nil).Corpora[0]; c.Found != c.Probative {
		t.Errorf("shifted by a sector: %d of %d", c.Found, c.Probative)
	}
}

func pathOf(name string) string {
	if name == "bash" || name == "ls" {
		return "/bin/" + name
	}
	return "/usr/share/common-licenses/" + name
}

// The same file system in AES-XTS whose key is gone.
func TestTargetShowsNothing(t *testing.T) {
	x := seek(t, 4)
	v, err := filesystems.FormatLUKS2(x.image, "secret", 7)
	if err == nil {
		err = v.Erase()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range []string{"full", "random:0.1", "nist-800-88r1"} {
		d := x.in(t, v.Image, func(s *Settings) { s.Sample = sample })
		c := &d.Corpora[0]
		if d.Verdict != verdict.NoResidue.String() || !hasReason(d, verdict.ReasonCorpusNotFound) || c.Found+c.OnMedium+c.Shared != 0 || len(c.Runs)+len(c.FileList) != 0 {
			t.Errorf("%s: %s %+v %+v", sample, d.Verdict, d.Reasons, c)
		}
		if sample == "full" {
			continue
		}
		if e := c.Estimate; e == nil || e.LowPercent != 0 || e.Percent != 0 || e.HighPercent <= 0 || e.HighPercent > 20 {
			t.Errorf("%s: %+v", sample, e)
		}
	}
}

// A file whose beginning was overwritten is still there by its rest.
func TestHalfOverwritten(t *testing.T) {
	x := seek(t, 4)
	d := x.in(t, x.image, nil)
	bash := slices.IndexFunc(d.Corpora[0].FileList, func(f reports.CorpusFile) bool { return f.Name == "bash" })
	half := d.Corpora[0].FileList[bash].Bytes / 2
	image := slices.Clone(x.image)
	for _, r := range d.Corpora[0].Runs {
		if r.File == d.Corpora[0].FileList[bash].Number && r.FileOffset < half {
			clear(image[r.Offset : r.Offset+min(r.Length, half-r.FileOffset)])
		}
	}
	c := x.in(t, image, nil).Corpora[0]
	for _, f := range c.FileList {
		switch {
		case f.Name == "bash" && (f.RecallPercent < 35 || f.RecallPercent > 65):
			t.Errorf("%+v", f)
		case f.Name != "bash" && f.RecallPercent != 100:
			t.Errorf("%+v", f)
		}
	}
	if c.FilesWhole != c.Files-1 || c.FilesFound != c.Files {
		t.Errorf("%+v", c)
	}
}

// A sample finds its part, and its interval holds what a full examination finds.
func TestSampleEstimates(t *testing.T) {
	x := seek(t, 4)
	for name, keep := range map[string]float64{"all": 1, "half": 0.5} {
		image := slices.Clone(x.image)
		full := x.in(t, image, nil).Corpora[0]
		for i, r := range full.Runs {
			if i >= int(keep*float64(len(full.Runs))) {
				clear(image[r.Offset : r.Offset+r.Length])
			}
		}
		truth := x.in(t, image, nil).Corpora[0].RecallPercent
		c := x.in(t, image, func(s *Settings) { s.Sample, s.Seed = "random:0.3", strings.Repeat("5a", 32) }).Corpora[0]
		e := c.Estimate
		if e == nil || e.LowPercent > truth || e.HighPercent < truth || e.Percent < truth-20 || e.Percent > truth+20 || c.RecallPercent > 0.6*truth {
			t.Errorf("%s: %+v of %v %%, found %v %%", name, e, truth, c.RecallPercent)
		}
	}
}

// What was asked for without a corpus is no answer to who asks for one.
func TestEarlierWithoutCorpus(t *testing.T) {
	x := seek(t, 4)
	s := settings(t)
	img, out := disk(t, 1<<20)
	if _, err := New(s, img, out, &observed{}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Resume, s.Corpora = true, []*corpus.Corpus{x.corpus}
	if _, err := New(s, img, out, &observed{}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another plan") {
		t.Error(err)
	}
}

// An interrupted search goes on with the same corpora, and with no others.
func TestResumeWithCorpus(t *testing.T) {
	x := seek(t, 4)
	image := slices.Concat(x.image, make([]byte, 16<<20), x.image) // two groups
	want := x.in(t, image, nil).Corpora[0]
	s := settings(t)
	s.Corpora = []*corpus.Corpus{x.corpus}
	img, out := tooltest.Save(t, image), t.TempDir()
	e := New(s, img, out, &observed{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	e.observer = &stopper{stop: stop}
	if _, err := e.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	s.Resume = true
	s.Corpora = nil
	if _, err := New(s, img, out, &observed{}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "corpora") {
		t.Errorf("without the corpus: %v", err)
	}
	s.Corpora = []*corpus.Corpus{x.corpus}
	d, err := New(s, img, out, &observed{}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := d.Corpora[0]
	if len(d.Interrupted) != 1 || got.Found != want.Found || got.OnMedium != want.OnMedium || got.RunCount != want.RunCount || got.Found == 0 {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// stopper interrupts as soon as something was read.
type stopper struct {
	observed
	stop func()
}

func (o *stopper) Reading(status func() scan.Status) {
	go func() {
		for status().DoneBytes == 0 {
			runtime.Gosched()
		}
		o.stop()
	}()
}
