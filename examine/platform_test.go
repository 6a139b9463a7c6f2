package examine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// A TPM that quoted before the examination and fails after it costs the quote, and
// not the examination; unless it was asked for.
func TestTPMFailsInTheEnd(t *testing.T) {
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(t.TempDir(), "tpm")
	for _, must := range []bool{false, true} {
		bundle := filepath.Join(t.TempDir(), "b")
		p := &Platform{tpm: gone, must: must, release: "shokyo 1"}
		x := smallExamination(t)
		_, err := p.write(bundle, x, id)
		if must {
			var failed quoteError
			if !errors.As(err, &failed) {
				t.Errorf("it had to be attested: %v", err)
			}
			if _, err := os.Stat(bundle); err == nil {
				t.Error("a bundle without the quote that it had to have")
			}
			continue
		}
		v, err2 := sign.Verify(bundle, nil)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if a := v.Document.Platform; a.Attestation.Kind != reports.NotAttested || a.Attestation.Text == "" || a.Release != "shokyo 1" {
			t.Errorf("%+v", a)
		}
	}
}

// smallExamination is one that is done but for its bundle.
func smallExamination(t *testing.T) *build.Examination {
	t.Helper()
	const size = 1 << 20
	plan := &scan.Plan{BlockBytes: 4096, Regions: []scan.Region{{Name: "medium", Length: size}}}
	s, err := scan.New(plan, disktest.New(size, 1), scan.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return &build.Examination{ID: newID(), Plan: plan, Result: r, Verdict: verdict.Decide(&verdict.Input{Plan: plan, Result: r}), Started: time.Now(), Finished: time.Now(),
		Medium: reports.Medium{Path: "x.img", SizeBytes: size}, Tool: reports.Tool{Name: "shokyo"}}
}
