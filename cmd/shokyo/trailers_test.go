package main

import (
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/image"
)

// TestTrailerReasons: only checksums that an erasure leaves leave a medium clean.
func TestTrailerReasons(t *testing.T) {
	random := func(n int) (h [256]int64) {
		r := rand.New(rand.NewPCG(1, 2))
		for range n {
			h[r.IntN(256)]++
		}
		return h
	}
	text := [256]int64{' ': 2000, 'a': 2000, 'e': 2000}
	for _, c := range []struct {
		name   string
		census image.Census
		clean  bool
	}{
		{"zeros", image.Census{Units: 5000, Zeros: 5000}, true},
		{"ones and zeros", image.Census{Units: 5000, Zeros: 4000, Ones: 1000}, true},
		{"protection of type 1", image.Census{Units: 5000, Guards: 5000, References: 5000}, true},
		{"guards with any tag", image.Census{Units: 5000, Guards: 5000}, false},
		{"random", image.Census{Units: 5000, Others: 5000, Histogram: random(40000)}, true},
		{"random, one by chance a guard", image.Census{Units: 5000, Others: 4999, Guards: 1, Histogram: random(39992)}, true},
		{"text", image.Census{Units: 750, Others: 750, Histogram: text}, false},
		{"a few bytes among zeros", image.Census{Units: 5000, Zeros: 4990, Others: 10, Histogram: random(80)}, false},
		{"one unread", image.Census{Units: 5000, Zeros: 4999, Unread: 1}, false},
		{"none looked at", image.Census{}, false},
	} {
		doubts, remarks := trailerReasons(&c.census, 40000)
		if clean := len(doubts) == 0; clean != c.clean || len(remarks) != map[bool]int{true: 1, false: 0}[c.clean] {
			t.Errorf("%s: doubts %v, remarks %v", c.name, doubts, remarks)
		}
		for _, r := range append(doubts, remarks...) {
			if r.Code == "" || r.Text == "" || r.TextJA == "" {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
	}
	if doubts, remarks := trailerReasons(&image.Census{}, 0); len(doubts)+len(remarks) > 0 {
		t.Error("a medium without checksums has none to be looked at")
	}
}
