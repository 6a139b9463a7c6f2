package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/internal/disktest"
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
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	img := filepath.Join(t.TempDir(), "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	medium, err := devices.Open(loopDevice(t, img))
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
	e := &examination{source: "drive", bundle: "drive", media: []*devices.Medium{medium}}
	for _, test := range []struct {
		name   string
		before devices.State
		id     mediumID
		want   string // of the error; "" for none
	}{
		{"still attached", now.Before, mediumID{Size: 1 << 20}, ""},
		{"anew, with a serial number", anew, mediumID{Serial: "S1"}, ""},
		{"anew, with a name", anew, mediumID{Name: "naa.5"}, ""},
		{"anew, and anybody", anew, mediumID{Model: "Stick", Size: 1 << 20}, "tells no serial number"},
		{"grown", devices.State{SizeBytes: 1}, mediumID{Serial: "S1"}, "size"},
	} {
		err := e.unchangedSince(&checkpoint{Before: []devices.State{test.before}}, test.id)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestAnsweredBy: a report answers only who asks for the same again.
func TestAnsweredBy(t *testing.T) {
	full := func(change func(*reports.Document)) *reports.Document {
		d := &reports.Document{BlockBytes: 4096, Medium: reports.Medium{SizeBytes: 1 << 20},
			Plan: reports.Plan{Mode: "full", Regions: []reports.PlanRegion{{Name: "medium", Length: 1 << 20, Expect: "erased"}}}}
		change(d)
		return d
	}
	same := func(*reports.Document) {}
	sampled := func(d *reports.Document) {
		d.Plan.Mode, d.Plan.Sample = "sample", &reports.Sample{Method: "random", Fraction: 0.01, Seed: strings.Repeat("ab", 32)}
	}
	for _, test := range []struct {
		name   string
		flags  planFlags
		layout string
		change func(*reports.Document)
		want   bool
	}{
		{"the same", planFlags{}, "", same, true},
		{"a sample, and all is asked for", planFlags{}, "", sampled, false},
		{"the same sample", planFlags{sample: "random:1%"}, "", sampled, true},
		{"its seed", planFlags{sample: "random-1:0.01", seed: strings.Repeat("AB", 32)}, "", sampled, true},
		{"its seed, drawn another way", planFlags{sample: "random:0.01", seed: strings.Repeat("AB", 32)}, "", sampled, false},
		{"its seed, drawn as today", planFlags{sample: "random:0.01", seed: strings.Repeat("AB", 32)}, "", func(d *reports.Document) { sampled(d); d.Plan.Sample.Algorithm = "random-2" }, true},
		{"another seed", planFlags{sample: "random:0.01", seed: strings.Repeat("00", 32)}, "", sampled, false},
		{"a larger sample", planFlags{sample: "random:0.5"}, "", sampled, false},
		{"another method", planFlags{sample: "nist-800-88r1"}, "", sampled, false},
		{"part of it", planFlags{}, "", func(d *reports.Document) { d.Plan.Regions[0].Length = 4096 }, false},
		{"described only", planFlags{}, "", func(d *reports.Document) { d.Plan.Regions[0].Expect = "any" }, false},
		{"larger blocks", planFlags{}, "", func(d *reports.Document) { d.BlockBytes = 65536 }, false},
		{"a layout of its own accord", planFlags{}, "", func(d *reports.Document) { d.Medium.SectorLayout = "520" }, true},
		{"another layout", planFlags{}, "512", func(d *reports.Document) { d.Medium.SectorLayout = "520" }, false},
		{"no layout", planFlags{}, "512", same, true},
	} {
		f := &scanFlags{planFlags: test.flags, layout: test.layout}
		if got := f.answeredBy(full(test.change)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
