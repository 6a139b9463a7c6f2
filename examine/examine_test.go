package examine

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

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// observed notes what it is told, and may do something when all is read.
type observed struct {
	told []string
	read func()
}

func (o *observed) Measuring(int64, int64)     {}
func (o *observed) Reading(func() scan.Status) { o.told = append(o.told, "reading") }
func (o *observed) NothingToResume()           { o.told = append(o.told, "nothing to resume") }
func (o *observed) Interrupted(Kept)           { o.told = append(o.told, "interrupted") }
func (o *observed) Warn(err error)             { o.told = append(o.told, err.Error()) }
func (o *observed) Finishing() {
	o.told = append(o.told, "finishing")
	if o.read != nil {
		o.read()
	}
}

// settings are those of a call without flags.
func settings(t *testing.T) *Settings {
	t.Helper()
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return &Settings{Identity: id, Workers: 1, Tool: reports.Tool{Name: "shokyo"}}
}

// disk is an image of ciphertext, and a folder for what is written about it.
func disk(t *testing.T, size int64) (img, out string) {
	t.Helper()
	dir := t.TempDir()
	img, out = filepath.Join(dir, "x.img"), filepath.Join(dir, "out")
	if err := errors.Join(disktest.New(size, 4).WriteFile(img), os.Mkdir(out, 0o755)); err != nil {
		t.Fatal(err)
	}
	return img, out
}

func hasReason(d *reports.Document, code verdict.Code) bool {
	return slices.ContainsFunc(d.Reasons, func(r reports.Reason) bool { return verdict.Code(r.Code) == code })
}

// interruptedDisk leaves a checkpoint that was made while the second page was to come.
func interruptedDisk(t *testing.T, s *Settings) (img, out string) {
	t.Helper()
	img, out = disk(t, 20<<20) // two groups
	e := New(s, img, out, &observed{})
	var err error
	if e.reserve, err = checkpoint.Take(e.bundle + checkpoint.Suffix); err != nil {
		t.Fatal(err)
	}
	defer e.reserve.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if err := errors.Join(e.open(ctx), e.prepare(nil)); err != nil {
		t.Fatal(err)
	}
	defer e.image.Close()
	o := e.options(nil)
	save := o.Save
	o.Due = func() bool { return ctx.Err() == nil }
	o.Save = func(b []byte, done int64) error { stop(); return save(b, done) }
	if e.engine, err = scan.New(e.plan, e.image, o); err != nil {
		t.Fatal(err)
	}
	if _, err := e.watch(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if c, err := checkpoint.Load(e.checkpointPath()); err != nil || c == nil || c.AtByte == 0 || c.AtByte == 20<<20 {
		t.Fatalf("%+v, %v", c, err)
	}
	return img, out
}

// TestResume: an examination is gone on with only on the medium that was interrupted, as it was,
// and asked for in the same way.
func TestResume(t *testing.T) {
	base := settings(t)
	img, out := interruptedDisk(t, base)
	kept, err := os.ReadFile(New(base, img, out, nil).checkpointPath())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(img)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(*checkpoint.Checkpoint)) func(*testing.T, *Settings, string, string) {
		return func(t *testing.T, _ *Settings, _, path string) {
			c, err := checkpoint.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			f(c)
			if err := c.Save(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		change func(t *testing.T, s *Settings, img, path string)
		want   string // of the error; "": it is gone on with
	}{
		"the same":              {func(*testing.T, *Settings, string, string) {}, ""},
		"without being told so": {func(_ *testing.T, s *Settings, _, _ string) { s.Resume = false }, "go on with --resume"},
		"another serial number": {change(func(c *checkpoint.Checkpoint) { c.Medium.Serial = "S1" }), "is not the medium that was interrupted"},
		"another model":         {change(func(c *checkpoint.Checkpoint) { c.Medium.Model = "M" }), "is not the medium that was interrupted"},
		"another name":          {change(func(c *checkpoint.Checkpoint) { c.Medium.Name = "naa.5" }), "is not the medium that was interrupted"},
		"another size":          {change(func(c *checkpoint.Checkpoint) { c.Medium.Size++ }), "is not the medium that was interrupted"},
		"more files":            {change(func(c *checkpoint.Checkpoint) { c.Before = append(c.Before, c.Before[0]) }), "is not the medium that was interrupted"},
		"another format":        {func(_ *testing.T, s *Settings, _, _ string) { s.Format = FormatRaw }, "another --format"},
		"another plan":          {func(_ *testing.T, s *Settings, _, _ string) { s.Block = "8192" }, "another plan"},
		"other digests":         {func(_ *testing.T, s *Settings, _, _ string) { s.NoDigest = true }, "other digests"},
		"another length stated": {func(_ *testing.T, s *Settings, _, _ string) { s.Size = 21 << 20 }, "another plan"},
		"a doubt that is gone": {change(func(c *checkpoint.Checkpoint) {
			c.Foreseen = []verdict.Reason{{Code: verdict.ReasonImageDefect}}
		}), "another plan"},
		"written to since": {func(t *testing.T, _ *Settings, img, _ string) {
			if err := os.Chtimes(img, time.Time{}, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, "cannot be resumed: the image file was written to"},
		"another that looks the same": {func(t *testing.T, _ *Settings, img, _ string) {
			info, err := os.Stat(img)
			if err := errors.Join(err, disktest.New(20<<20, 5).WriteFile(img), os.Chtimes(img, time.Time{}, info.ModTime())); err != nil {
				t.Fatal(err)
			}
		}, "the medium differs at"},
		"a damaged checkpoint": {func(t *testing.T, _ *Settings, _, path string) {
			b, err := os.ReadFile(path)
			b[len(b)-2] ^= 1
			if err := errors.Join(err, os.WriteFile(path, b, 0o600)); err != nil {
				t.Fatal(err)
			}
		}, "is damaged"},
		"one of another version": {func(t *testing.T, _ *Settings, _, path string) {
			b, err := os.ReadFile(path)
			if err := errors.Join(err, os.WriteFile(path, []byte(strings.Replace(string(b), "checkpoint 3", "checkpoint 2", 1)), 0o600)); err != nil {
				t.Fatal(err)
			}
		}, "another version of shokyo"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *base
			s.Resume = true
			if err := errors.Join(disktest.New(20<<20, 4).WriteFile(img), os.Chtimes(img, time.Time{}, info.ModTime())); err != nil {
				t.Fatal(err)
			}
			e := New(&s, img, t.TempDir(), &observed{})
			if err := os.WriteFile(e.checkpointPath(), kept, 0o600); err != nil {
				t.Fatal(err)
			}
			test.change(t, &s, img, e.checkpointPath())
			d, err := e.Run(t.Context())
			_, left := os.Stat(e.checkpointPath())
			switch {
			case test.want == "" && (err != nil || d.Verdict != verdict.NoResidue.String() || len(d.Interrupted) != 1 || left == nil):
				t.Errorf("%v, %+v", err, d)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || left != nil):
				t.Errorf("%v, want … %s …", err, test.want)
			}
		})
	}
}

// TestNotResumable: what is not known of a drive may be another's only if it has no name.
func TestNotResumable(t *testing.T) {
	named, anybody := checkpoint.Medium{Serial: "S1"}, checkpoint.Medium{Model: "Stick", Size: 1 << 20}
	for _, test := range []struct {
		changed answer.Answer
		err     error
		id      checkpoint.Medium
		refused bool
	}{
		{answer.No, nil, named, false}, {answer.No, nil, anybody, false},
		{answer.Yes, nil, named, true}, {answer.Yes, nil, anybody, true},
		{answer.Unknown, nil, named, false}, {answer.Unknown, nil, anybody, true}, {answer.Unknown, nil, checkpoint.Medium{Name: "naa.5"}, false},
		{answer.No, errors.New("gone"), named, false}, {answer.No, errors.New("gone"), anybody, true},
	} {
		if got := notResumable(&written.Changes{Changed: test.changed, Text: "T"}, test.err, test.id); (got != nil) != test.refused {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

// TestChangedMeanwhile: a medium that was written to while it was examined is not clean.
func TestChangedMeanwhile(t *testing.T) {
	img, out := disk(t, 1<<20)
	o := &observed{read: func() {
		if err := os.Chtimes(img, time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}}
	d, err := New(settings(t), img, out, o).Run(t.Context())
	if err != nil || d.Verdict != verdict.Inconclusive.String() || !hasReason(d, verdict.ReasonMediumChanged) || *d.Medium.WriteGuard.Untouched {
		t.Errorf("%v, %+v", err, d)
	}
	if !slices.Equal(o.told, []string{"reading", "finishing"}) {
		t.Errorf("%q", o.told)
	}
}

// TestSizeStated: a medium that is longer than stated is another; a shorter one is not whole.
func TestSizeStated(t *testing.T) {
	const size = 1 << 20
	for stated, want := range map[int64]verdict.Outcome{0: verdict.NoResidue, size: verdict.NoResidue, size + 1: verdict.Inconclusive} {
		img, out := disk(t, size)
		s := settings(t)
		s.Size = stated
		d, err := New(s, img, out, &observed{}).Run(t.Context())
		if err != nil || d.Verdict != want.String() || d.Medium.SizeStated != stated || hasReason(d, verdict.ReasonMediumTruncated) != (stated > size) {
			t.Errorf("%d: %v, %+v", stated, err, d)
		}
	}
	img, out := disk(t, size)
	s := settings(t)
	s.Size = size - 1
	e := New(s, img, out, &observed{})
	if err := e.Foresee(t.Context()); err == nil || !strings.Contains(err.Error(), "more than the 1048575 of --size") {
		t.Error(err)
	}
	if _, err := e.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "more than the 1048575 of --size") {
		t.Error(err)
	}
	if left, _ := os.ReadDir(out); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTakenOver: what is done is done once; its bundle answers who asks for the same again.
func TestTakenOver(t *testing.T) {
	img, out := disk(t, 1<<20)
	s := settings(t)
	first, err := New(s, img, out, &observed{}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(s, img, out, &observed{}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Error(err)
	}
	s.Resume = true
	o := &observed{}
	e := New(s, img, out, o)
	if d, err := e.Run(t.Context()); err != nil || !e.Early() || d.ID != first.ID || len(o.told) > 0 {
		t.Errorf("%v, early %v, %q", err, e.Early(), o.told)
	}
	s.Block = "8192"
	if _, err := New(s, img, out, o).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another plan") {
		t.Error(err)
	}
	s.Block = ""
	if err := os.Chtimes(img, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := New(s, img, out, o).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "changed or replaced") {
		t.Error(err)
	}
}

// TestNothingToResume: it is told, and begun.
func TestNothingToResume(t *testing.T) {
	img, out := disk(t, 1<<20)
	s := settings(t)
	s.Resume = true
	o := &observed{}
	if _, err := New(s, img, out, o).Run(t.Context()); err != nil || !slices.Equal(o.told, []string{"nothing to resume", "reading", "finishing"}) {
		t.Errorf("%v, %q", err, o.told)
	}
}
