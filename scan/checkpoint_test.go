package scan

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
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
