package mpeg

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

var trainOn = flag.String("train", "", "count model.bin anew on the files that match `PATTERN`")

// TestTrain writes model.bin, where that is asked for: go test -run Train -train '/somewhere/*'
func TestTrain(t *testing.T) {
	if *trainOn == "" {
		return
	}
	var c counts
	c.add(0, 0, 0)
	paths, err := filepath.Glob(*trainOn)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches: %v", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for at := 4096; at+4 < len(b); at++ {
			if b[at] != 0xff || b[at+1] < 0xe0 {
				continue
			}
			w := walk.From(b, at, &walk.Budget{Short: 1 << 20})
			if Chain(&w); w.Bits() < 150 {
				continue
			}
			// pieces of a few frames: the first of a chain is what matters most
			w = walk.From(b[:min(len(b), at+2000)], at, &walk.Budget{Short: 1 << 20})
			chain(&frames{Walk: &w, m: theModel(), begins: -1, tally: &c})
			at, n = at+2000, n+1
		}
		t.Logf("%s: %d pieces", filepath.Base(path), n)
	}
	if err := os.WriteFile("model.bin", c.pack(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pack makes chances of counts. Each row leans on the sum of all rows of its table, and that on all alike.
func (c *counts) pack() (out []byte) {
	const lean = 8
	for t, s := range shape {
		if c[t] == nil {
			c[t] = make([]int, s.rows*s.cols)
		}
		all, total := make([]float64, s.cols), 0.
		for i, n := range c[t] {
			all[i%s.cols] += float64(n)
			total += float64(n)
		}
		for row := range s.rows {
			of, sum := c[t][row*s.cols:][:s.cols], 0.
			for _, n := range of {
				sum += float64(n)
			}
			for i, n := range of {
				prior := (all[i] + .5) / (total + .5*float64(s.cols))
				p := (float64(n)+lean*prior)/(sum+lean)*.98 + .02/float64(s.cols)
				out = append(out, byte(min(255, math.Round(-16*math.Log2(p)))))
			}
		}
	}
	return out
}
