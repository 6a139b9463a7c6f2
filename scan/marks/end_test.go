package marks_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/marks"
	decided "shokyo.dev/shokyo/verdict"
)

// TestEndsClean: a disk of ciphertext with a label where it belongs ends without
// residue; with a text in the middle of the label it does not.
func TestEndsClean(t *testing.T) {
	for i, c := range marks.Crafts(t) {
		b := make([]byte, 512<<10)
		_, _ = rand.NewChaCha8([32]byte{7}).Read(b)
		at := len(b) - len(c.Medium)
		if c.FromStart {
			at = 0
		}
		copy(b[at:], c.Medium)
		if got := verdict(t, b); got.Outcome != decided.NoResidue {
			t.Errorf("%d %s: %v %+v", i, c.Kind, got.Outcome, got.Reasons)
		}
		copy(b[at+c.Label+130:], "meet me at noon by the old harbour wall")
		if got := verdict(t, b); got.Outcome != decided.ResidueFound && c.Kind != "eraser-fingerprint" {
			t.Errorf("%d %s, with a text in it: %v", i, c.Kind, got.Outcome)
		}
	}
}

func verdict(t *testing.T, b []byte) decided.Verdict {
	t.Helper()
	plan := &scan.Plan{BlockBytes: 4096, Regions: []scan.Region{{Name: "medium", Length: int64(len(b))}}}
	s, err := scan.New(plan, bytes.NewReader(b), scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return decided.Decide(&decided.Input{Plan: plan, Result: r})
}
