package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
)

// cell says which pieces are measured, and how.
type cell struct {
	Type      string
	Size      int64
	Threshold float64
	Depth     string
	Odd       bool // at any byte of the medium; otherwise at sectors
}

// measured is what came out.
type measured struct {
	cell
	Pieces, Noticed int
	Files           int
	Percent         float64
	Low, High       float64          // of the 95 % interval
	Beyond          []int64          `json:",omitempty"` // bytes of residue outside each piece that was noticed
	Kinds           map[string]int   `json:"-"`          // of the findings
	Missed          map[string]int   `json:"-"`          // pieces by file
	byFile          map[string][]int // pieces, noticed
}

// gap is kept free between pieces: no window of this size has two of them. Those that are
// larger may, and what they find is not counted. A small piece fills too little of a
// window of 1 MiB to be found by it alone.
func (c *cell) gap() int64 {
	if c.Size <= 16<<10 {
		return 256 << 10
	}
	return 1 << 20
}

// lay makes a medium of n pieces.
func lay(c cell, files []file, n int, seed uint64) *medium {
	rng := rand.New(rand.NewPCG(seed, uint64(c.Size)))
	gap := c.gap()
	m, d, at := newMedium(seed), newDealer(rng, files), gap
	for range n {
		p, fresh := d.deal(c.Size)
		if !fresh {
			at += 2 * scan.PageBytes
		}
		p.at = at + rng.Int64N(gap/4)
		if !c.Odd {
			p.at = p.at / sector * sector
		}
		m.patches = append(m.patches, p)
		at = p.end() + gap
	}
	m.size = (at + gap) / scan.PageBytes * scan.PageBytes
	m.size += scan.PageBytes
	return m
}

// examine runs the engine as an examination does, with the threshold of a larger medium.
func examine(c cell, m *medium, workers int) (*scan.Result, error) {
	depth, err := scan.ParseDepth(c.Depth)
	if err != nil {
		return nil, err
	}
	p := &scan.Plan{BlockBytes: 4096, Scope: scan.ScopeMedium, Depth: depth,
		Regions: []scan.Region{{Name: "medium", Length: m.size, Expect: scan.ExpectCiphertext}}}
	s, err := scan.New(p, m, scan.Options{Workers: workers, NoDigest: true, Floor: c.Threshold})
	if err != nil {
		return nil, err
	}
	return s.Run(context.Background())
}

// judge counts the pieces that the result has residue in.
func judge(c cell, m *medium, r *scan.Result) *measured {
	out := &measured{cell: c, Pieces: len(m.patches), Kinds: map[string]int{}, Missed: map[string]int{}, byFile: map[string][]int{}}
	hit := make([]bool, len(m.patches))
	for _, f := range r.Findings {
		if c.wide(f.Kind) {
			continue
		}
		from, to := m.touched(f.Offset, f.Offset+f.Length)
		for i := from; i < to; i++ {
			hit[i] = true
			out.Kinds[f.Detector.String()+"/"+f.Kind]++
		}
	}
	for i, p := range m.patches {
		counts := out.byFile[p.file]
		if counts == nil {
			counts = make([]int, 2)
			out.byFile[p.file] = counts
		}
		counts[0]++
		if !hit[i] {
			out.Missed[p.file]++
			continue
		}
		counts[1]++
		out.Noticed++
		out.Beyond = append(out.Beyond, beyond(&p, r.Extents))
	}
	out.Files = len(out.byFile)
	return out
}

// wide says that a finding is that of a window in which several pieces may lie.
func (c *cell) wide(kind string) bool {
	_, window, ok := strings.Cut(kind, "byte-distribution-")
	size, err := bytesize.Parse(window)
	return ok && (err != nil || size > c.gap()) // no size: the region
}

// beyond is how much residue lies outside a piece that touches it.
func beyond(p *patch, extents []scan.Extent) (n int64) {
	i, _ := slices.BinarySearchFunc(extents, p.at, func(e scan.Extent, at int64) int { return cmp.Compare(e.End(), at+1) })
	for ; i < len(extents) && extents[i].Start < p.end(); i++ {
		if e := extents[i]; e.Class == scan.Residue {
			n += max(0, p.at-e.Start) + max(0, e.End()-p.end())
		}
	}
	return n
}

// merge adds what was measured on another medium.
func (m *measured) merge(o *measured) {
	m.Pieces += o.Pieces
	m.Noticed += o.Noticed
	m.Beyond = append(m.Beyond, o.Beyond...)
	for k, n := range o.Kinds {
		m.Kinds[k] += n
	}
	for k, n := range o.Missed {
		m.Missed[k] += n
	}
	for k, n := range o.byFile {
		if had := m.byFile[k]; had != nil {
			had[0], had[1] = had[0]+n[0], had[1]+n[1]
		} else {
			m.byFile[k] = n
		}
	}
	m.Files = len(m.byFile)
}

// unlisted says that there were more findings than a result lists.
func unlisted(r *scan.Result) bool {
	all := int64(0)
	for _, c := range r.Counts {
		all += c.Count
	}
	return all > int64(len(r.Findings))
}

// perMedium is the most pieces of one medium: a small threshold is that of a small medium.
func perMedium(c cell) int {
	most := int64(1 << 30)
	if c.Threshold < 40 {
		most = 56 << 20
	}
	return int(max(1, most/(c.Size+c.gap()/4*5)))
}

// measure measures a cell.
func measure(c cell, all []file, n, workers int, seed uint64) (*measured, error) {
	files := fitting(all, c.Size)
	if len(files) == 0 {
		return nil, nil
	}
	var out *measured
	most := perMedium(c)
	for done := 0; done < n; {
		k := min(n-done, most)
		m := lay(c, files, k, seed+uint64(done))
		r, err := examine(c, m, workers)
		if err != nil {
			return nil, fmt.Errorf("%s, %d bytes: %w", c.Type, c.Size, err)
		}
		if r.ThresholdBits > c.Threshold {
			return nil, fmt.Errorf("%s, %d bytes: the threshold is %.1f bits, not %.1f", c.Type, c.Size, r.ThresholdBits, c.Threshold)
		}
		if unlisted(r) && k > 1 { // a piece whose findings are not listed would count as missed
			most = k / 2
			continue
		}
		got := judge(c, m, r)
		if out == nil {
			out = got
		} else {
			out.merge(got)
		}
		done += k
	}
	out.interval(seed)
	return out, nil
}
