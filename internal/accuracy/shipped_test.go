package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/detector"
)

// What the program's own report finds on an image of 1 TiB is what is measured: the same
// pieces are noticed, at the same threshold.
func TestShipped(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program, and examines 1 TiB of hole")
	}
	c := cell{Type: "t", Size: 4096, Depth: "deep"}
	m := lay(c, []file{prose("prose", 1<<20), noise("noise", 1<<20)}, 24, 1)
	image := filepath.Join(t.TempDir(), "image")
	writeSparse(t, image, m, 1<<40)
	fromReport := shipped(t, image)
	c.Threshold = fromReport.ThresholdBits
	if c.Threshold < 47 {
		t.Fatalf("the threshold of 1 TiB is %.1f bits", c.Threshold)
	}
	engine, err := examine(c, m, 1)
	if err != nil {
		t.Fatal(err)
	}
	want, got := judge(c, m, engine), judge(c, m, fromReport)
	if want.Noticed == 0 || want.Noticed == want.Pieces || got.Noticed != want.Noticed {
		t.Errorf("the report notices %d of %d pieces, the engine %d", got.Noticed, got.Pieces, want.Noticed)
	}
	for name, n := range want.Missed {
		if got.Missed[name] != n {
			t.Errorf("of %s the report misses %d pieces, the engine %d", name, got.Missed[name], n)
		}
	}
}

// writeSparse writes a medium at the beginning of an image that is hole behind it.
func writeSparse(t *testing.T, name string, m *medium, size int64) {
	t.Helper()
	b := make([]byte, m.size)
	m.ReadAt(b, 0)
	if err := errors.Join(os.WriteFile(name, b, 0o600), os.Truncate(name, size)); err != nil {
		t.Fatal(err)
	}
}

// shipped examines an image with the program as it is shipped, and gives what its report
// says of findings and extents.
func shipped(t *testing.T, image string) *scan.Result {
	t.Helper()
	dir := t.TempDir()
	program, out := filepath.Join(dir, "shokyo"), filepath.Join(dir, "out")
	build := exec.Command("go", "build", "-o", program, "shokyo.dev/shokyo/cmd/shokyo")
	if b, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	b, err := exec.Command(program, "scan", image, "--out", out, "--quiet", "--no-digest").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 { // residue
		t.Fatalf("%v\n%s", err, b)
	}
	names, _ := filepath.Glob(filepath.Join(out, "*", "report.json")) // a bundle for each medium
	if len(names) != 1 {
		t.Fatalf("%d reports", len(names))
	}
	b, err = os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Rule struct {
			Bits float64 `json:"threshold_bits"`
		} `json:"decision_rule"`
		Findings []struct {
			Offset, Length int64
			Detector, Kind string
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	r := &scan.Result{ThresholdBits: doc.Rule.Bits}
	for _, f := range doc.Findings {
		d, ok := detector.Named(f.Detector)
		if !ok {
			t.Fatalf("no detector is called %q", f.Detector)
		}
		r.Findings = append(r.Findings, scan.Finding{Offset: f.Offset, Length: f.Length, Detector: d, Kind: f.Kind})
	}
	return r
}
