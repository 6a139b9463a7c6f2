package examine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/examine/plan"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/reports"
)

// TestAttachedAnew: wiped drives of one size read alike, so one that tells no
// serial number is not gone on with after it was attached anew.
func TestAttachedAnew(t *testing.T) {
	if testing.Short() || os.Getuid() != 0 {
		t.Skip("attaches loop devices: needs root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
	img := filepath.Join(t.TempDir(), "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	medium, err := devices.Open(tooltest.LoopDevice(t, img))
	if err != nil {
		t.Fatal(err)
	}
	defer medium.Close()
	now, err := medium.Check()
	if err != nil {
		t.Fatal(err)
	}
	anew := now.Before
	anew.Epoch = "another boot:1"
	e := &Examination{source: "drive", bundle: "drive", media: []*devices.Medium{medium}}
	for _, test := range []struct {
		name   string
		before written.State
		id     checkpoint.Medium
		want   string // of the error; "" for none
	}{
		{"still attached", now.Before, checkpoint.Medium{Size: 1 << 20}, ""},
		{"anew, with a serial number", anew, checkpoint.Medium{Serial: "S1"}, ""},
		{"anew, with a name", anew, checkpoint.Medium{Name: "naa.5"}, ""},
		{"anew, and anybody", anew, checkpoint.Medium{Model: "Stick", Size: 1 << 20}, "tells no serial number"},
		{"grown", written.State{SizeBytes: 1}, checkpoint.Medium{Serial: "S1"}, "size"},
	} {
		err := e.unchangedSince(&checkpoint.Checkpoint{Before: []written.State{test.before}}, test.id)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestAnsweredBy: a report answers only who asks for the same again.
func TestAnsweredBy(t *testing.T) {
	full := func(change func(*reports.Document)) *reports.Document {
		d := &reports.Document{BlockBytes: 4096, Medium: reports.Medium{SizeBytes: 1 << 20},
			Plan: reports.Plan{Mode: "full", Depth: "deep", Regions: []reports.PlanRegion{{Name: "medium", Length: 1 << 20, Expect: "erased"}}}}
		change(d)
		return d
	}
	same := func(*reports.Document) {}
	sampled := func(d *reports.Document) {
		d.Plan.Mode, d.Plan.Sample = "sample", &reports.Sample{Method: "random", Fraction: 0.01, Seed: strings.Repeat("ab", 32)}
	}
	nist := func(d *reports.Document) {
		d.Plan.Mode, d.Plan.Sample = "sample", &reports.Sample{Method: "nist-800-88r1", Seed: strings.Repeat("ab", 32)}
	}
	for _, test := range []struct {
		name   string
		words  plan.Words
		layout string
		change func(*reports.Document)
		want   bool
	}{
		{"the same", plan.Words{}, "", same, true},
		{"a sample, and all is asked for", plan.Words{}, "", sampled, false},
		{"the same sample", plan.Words{Sample: "random:1%"}, "", sampled, true},
		{"its seed", plan.Words{Sample: "random-1:0.01", Seed: strings.Repeat("AB", 32)}, "", sampled, true},
		{"its seed, drawn another way", plan.Words{Sample: "random:0.01", Seed: strings.Repeat("AB", 32)}, "", sampled, false},
		{"its seed, drawn as today", plan.Words{Sample: "random:0.01", Seed: strings.Repeat("AB", 32)}, "", func(d *reports.Document) { sampled(d); d.Plan.Sample.Algorithm = "random-2" }, true},
		{"another seed", plan.Words{Sample: "random:0.01", Seed: strings.Repeat("00", 32)}, "", sampled, false},
		{"a larger sample", plan.Words{Sample: "random:0.5"}, "", sampled, false},
		{"another method", plan.Words{Sample: "nist-800-88r1"}, "", sampled, false},
		{"a NIST sample, and all is asked for", plan.Words{}, "", nist, false},
		{"the same NIST sample", plan.Words{Sample: "nist-800-88r1"}, "", nist, true},
		{"all, and a NIST sample is asked for", plan.Words{Sample: "nist-800-88r1"}, "", same, false},
		{"part of it", plan.Words{}, "", func(d *reports.Document) { d.Plan.Regions[0].Length = 4096 }, false},
		{"described only", plan.Words{}, "", func(d *reports.Document) { d.Plan.Regions[0].Expect = "any" }, false},
		{"a quick one, and a deep one is asked for", plan.Words{}, "", func(d *reports.Document) { d.Plan.Depth = "quick" }, false},
		{"a deep one, and a quick one is asked for", plan.Words{Depth: "quick"}, "", same, false},
		{"from before there were depths", plan.Words{}, "", func(d *reports.Document) { d.Plan.Depth = "" }, false},
		{"larger blocks", plan.Words{}, "", func(d *reports.Document) { d.BlockBytes = 65536 }, false},
		{"a layout of its own accord", plan.Words{}, "", func(d *reports.Document) { d.Medium.SectorLayout = "520" }, true},
		{"another layout", plan.Words{}, "512", func(d *reports.Document) { d.Medium.SectorLayout = "520" }, false},
		{"no layout", plan.Words{}, "512", same, true},
	} {
		f := &Settings{Words: test.words, Layout: test.layout}
		if got := f.answeredBy(full(test.change)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// After a restart a path can name another drive. The bundle of the one that was
// there before must not speak for it.
func TestResumeTellsDrivesApart(t *testing.T) {
	dir := t.TempDir()
	img := filepath.Join(dir, "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(img)
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) *reports.Document {
		g := reports.WriteGuard{Counters: []reports.Counter{{Name: "size_bytes", After: 1 << 20}, {Name: "modified_unix_us", After: info.ModTime().Add(d).UnixMicro()}}}
		return &reports.Document{Medium: reports.Medium{WriteGuard: g}}
	}
	e := &Examination{settings: &Settings{}, source: img, bundle: "o/x.img"}
	if err := e.stillIs(t.Context(), at(0)); err != nil {
		t.Error(err)
	}
	for name, d := range map[string]*reports.Document{"another time": at(time.Microsecond), "no time": {}} {
		if err := e.stillIs(t.Context(), d); err == nil || !strings.Contains(err.Error(), "changed or replaced") {
			t.Errorf("%s: %v", name, err)
		}
	}
	e.source = filepath.Join(dir, "put away")
	if err := e.stillIs(t.Context(), at(0)); err != nil {
		t.Error(err)
	}
	e.source = dir // there, but no medium: nothing can be said
	if err := e.stillIs(t.Context(), at(0)); err == nil || !strings.Contains(err.Error(), "cannot be told") {
		t.Error(err)
	}
}

// A failed examination tells which drive it was, as far as that was known.
func TestKnownOfAFailure(t *testing.T) {
	e := &Examination{source: "/dev/sdx"}
	if m := e.Known(); m.Path != "/dev/sdx" || m.Serial != "" || m.SizeBytes != 0 {
		t.Errorf("%+v", m)
	}
	img := filepath.Join(t.TempDir(), "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	medium, err := devices.Open(img)
	if err != nil {
		t.Fatal(err)
	}
	defer medium.Close()
	e.media = []*devices.Medium{medium}
	if m := e.Known(); m.Kind != "file" || m.SizeBytes != 0 {
		t.Errorf("%+v", m)
	}
}

// What a drive says of itself is asked by path, and a path can come to lead to
// another one than was opened.
func TestDescribeAnotherDrive(t *testing.T) {
	if testing.Short() || os.Getuid() != 0 {
		t.Skip("attaches loop devices: needs root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
	var paths []string
	for _, name := range []string{"x.img", "y.img"} {
		img := filepath.Join(t.TempDir(), name)
		if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, tooltest.LoopDevice(t, img))
	}
	medium, err := devices.Open(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer medium.Close()
	e := &Examination{source: paths[0], media: []*devices.Medium{medium}}
	if d, err := e.describe(); err != nil || d.Bus != "loop" {
		t.Errorf("%+v, %v", d, err)
	}
	e.source = paths[1]
	if d, err := e.describe(); err == nil || d != nil {
		t.Errorf("%+v, %v", d, err)
	}
}
