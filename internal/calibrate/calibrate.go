package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/gather"
)

// A score of s bits claims P(score ≥ s) ≤ 2^-s on uniform bytes. Of N tests no more than
// N·2^-s + 4σ may score s or more, σ² = N·2^-s·(1-2^-s), for every s from lowest to highest.
const (
	lowest  = 8
	highest = 24
)

// claim counts the scores of one kind of test.
type claim struct {
	tests  int64
	counts [highest + 1]int64 // scores of at least so many bits
	most   float64
}

func (c *claim) add(bits float64) {
	for s := lowest; s <= highest && bits >= float64(s); s++ {
		c.counts[s]++
	}
	c.most = max(c.most, bits)
}

// allowed is how many of n tests may score at least s bits.
func allowed(n int64, s int) float64 {
	p := math.Exp2(-float64(s))
	return float64(n)*p + 4*math.Sqrt(float64(n)*p*(1-p))
}

// broken gives the scores that came too often.
func (c *claim) broken() (out []string) {
	for s := lowest; s <= highest; s++ {
		if most := allowed(c.tests, s); float64(c.counts[s]) > most {
			out = append(out, fmt.Sprintf("%d scores of %d bits or more, %.1f allowed", c.counts[s], s, most))
		}
	}
	return out
}

// tally has what was counted on one ground: every detector, each size of window, and all
// detectors of a block together.
type tally struct {
	blockBytes int
	claims     map[string]*claim
	blocks     map[blockOf]float64 // of the page that is counted: the best score
}

type blockOf struct {
	name   string
	number int64
}

const together = "all of a block"

func newTally(blockBytes int) *tally {
	t := &tally{blockBytes: blockBytes, claims: map[string]*claim{}, blocks: map[blockOf]float64{}}
	t.claim(together)
	for d := range detector.Table() { // those that say nothing are counted too
		t.claim(detector.ID(d + 1).String())
	}
	return t
}

func (t *tally) claim(name string) *claim {
	if t.claims[name] == nil {
		t.claims[name] = &claim{}
	}
	return t.claims[name]
}

// page counts the best score of every block of a page, which has so many of them.
func (t *tally) page(p *gather.Page, blocks int64) {
	for name, c := range t.claims {
		if !strings.HasPrefix(name, windows) {
			c.tests += blocks
		}
	}
	clear(t.blocks)
	for _, f := range p.Findings {
		if name, ok := window(f.Kind); ok {
			t.claim(name).add(f.Bits)
			continue
		}
		number := f.Offset / int64(t.blockBytes)
		for _, name := range []string{f.Detector.String(), together} {
			b := blockOf{name, number}
			t.blocks[b] = max(t.blocks[b], f.Bits)
		}
	}
	for b, bits := range t.blocks {
		t.claims[b.name].add(bits)
	}
	for i := range p.Windows {
		t.claim(windowName(p.Windows[i].WindowBytes)).tests += p.Windows[i].Windows
	}
}

// windows is how the names of their claims begin.
const windows = "windows of "

// window says whether a kind of finding is that of a window, and of which.
func window(kind string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(kind, "byte-distribution-")
	return windows + rest, ok
}

func windowName(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprint(windows, bytes>>10, "K")
	}
	return fmt.Sprint(windows, bytes>>20, "M")
}

// merge adds what another goroutine counted.
func (t *tally) merge(o *tally) {
	for name, c := range o.claims {
		sum := t.claim(name)
		sum.tests += c.tests
		for s := range c.counts {
			sum.counts[s] += c.counts[s]
		}
		sum.most = max(sum.most, c.most)
	}
}

// broken lists what came too often, by claim.
func (t *tally) broken() (out []string) {
	for _, name := range slices.Sorted(maps.Keys(t.claims)) {
		for _, b := range t.claims[name].broken() {
			out = append(out, name+": "+b)
		}
	}
	return out
}

// String is a table with a line for each claim.
func (t *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-16s %11s", "", "tests")
	for s := lowest; s <= highest; s += 4 {
		fmt.Fprintf(&b, " %9s", fmt.Sprintf("≥ %d", s))
	}
	fmt.Fprintf(&b, " %9s\n", "highest")
	for _, name := range slices.Sorted(maps.Keys(t.claims)) {
		c := t.claims[name]
		fmt.Fprintf(&b, "  %-16s %11d", name, c.tests)
		for s := lowest; s <= highest; s += 4 {
			fmt.Fprintf(&b, " %9d", c.counts[s])
		}
		fmt.Fprintf(&b, " %9.1f\n", c.most)
	}
	return b.String()
}
