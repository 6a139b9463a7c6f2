package plan

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
)

func planOver(size int64, mode Mode) *Plan {
	return &Plan{Mode: mode, BlockBytes: 4096, Regions: []Region{{Name: "medium", Length: size}}}
}

// wanted lists the spans of all pages, checking that pages keep their promises.
func wanted(t *testing.T, p *Plan) (out []Span) {
	t.Helper()
	index, end := 0, int64(0)
	for pg := range p.Pages() {
		if pg.Index != index {
			t.Fatalf("page %d follows page %d", pg.Index, index-1)
		}
		index++
		for _, w := range pg.Wants {
			if w.Lo < end || w.Hi <= w.Lo || w.Lo/look.PageBytes != pg.Start/look.PageBytes || w.Hi > pg.Start+look.PageBytes {
				t.Fatalf("page at %d wants [%d,%d) after %d", pg.Start, w.Lo, w.Hi, end)
			}
			g := p.Regions[pg.Region]
			if w.Lo < g.Start || w.Hi > g.End() {
				t.Fatalf("[%d,%d) lies outside region %q", w.Lo, w.Hi, g.Name)
			}
			end = w.Hi
			if n := len(out); n > 0 && out[n-1].Hi == w.Lo {
				out[n-1].Hi = w.Hi
			} else {
				out = append(out, w)
			}
		}
	}
	return out
}

func TestFullPlanIsEveryByte(t *testing.T) {
	for _, size := range []int64{1, 511, 512, 4095, 4097, look.PageBytes - 1, look.PageBytes, look.PageBytes + 1, 5*look.PageBytes + 12345} {
		if got := wanted(t, planOver(size, Full)); !slices.Equal(got, []Span{{0, size}}) {
			t.Errorf("size %d: %v", size, got)
		}
	}
}

func TestRegionsAreCutAtTheirEdges(t *testing.T) {
	p := &Plan{BlockBytes: 4096, Regions: []Region{
		{Name: "a", Start: 512, Length: 1024}, {Name: "b", Start: look.PageBytes - 512, Length: 1024}, {Name: "c", Start: look.PageBytes + 512, Length: 3 * look.PageBytes}}}
	want := []Span{{512, 1536}, {look.PageBytes - 512, 4*look.PageBytes + 512}}
	if got := wanted(t, p); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The geometry of NIST SP 800-88r1 §4.7, checked subsection by subsection: two
// locations that do not overlap, each at least a twentieth of it.
func TestNISTGeometry(t *testing.T) {
	for _, blocks := range []int64{1, 2, 999, 1000, 1001, 20_000, 24_576, 1_000_003} {
		p := planOver(blocks*4096, NIST)
		p.Seed[0] = byte(blocks)
		sampled := make([]bool, blocks)
		for from, to := range p.nistRuns(blocks) {
			for ; from < to; from++ {
				if sampled[from] {
					t.Fatalf("%d blocks: block %d is sampled twice", blocks, from)
				}
				sampled[from] = true
			}
		}
		if !sampled[0] || !sampled[blocks-1] {
			t.Fatalf("%d blocks: the first or the last location is missing", blocks)
		}
		for i := range int64(subsections) {
			lo, hi := cut(blocks, i), cut(blocks, i+1)
			each := (hi - lo + 19) / 20
			var inside, locations int64
			for at := lo; at < hi; {
				run := int64(0)
				for ; at < hi && sampled[at]; at++ {
					run++
				}
				inside += run
				locations += run / max(each, 1) // two that touch are one run of twice the size
				at++
			}
			if inside < min(2*each, hi-lo) || locations < min(2, hi-lo) {
				t.Fatalf("%d blocks, subsection %d of %d blocks: %d sampled in %d locations, want two of %d", blocks, i, hi-lo, inside, locations, each)
			}
		}
	}
}

func TestNISTSubsectionsAreEqual(t *testing.T) {
	for _, blocks := range []int64{1000, 24_576, 5_000_000_001} {
		for i := range int64(subsections) {
			if n := cut(blocks, i+1) - cut(blocks, i); n != blocks/subsections && n != blocks/subsections+1 {
				t.Fatalf("%d blocks: subsection %d has %d", blocks, i, n)
			}
		}
	}
}

func TestRandomSelectsExactly(t *testing.T) {
	const blocks = 100_000
	for _, fraction := range []float64{1e-9, 0.001, 0.25, 0.999, 1} {
		p := planOver(blocks*4096, Random)
		p.Fraction = fraction
		if got, want := int64(len(drawn(p, blocks))), p.sampleBlocks(blocks); got != want || got == 0 {
			t.Errorf("fraction %g: %d blocks, want %d", fraction, got, want)
		}
	}
}

// drawn lists the blocks of a random sample, without the fixed ones.
func drawn(p *Plan, blocks int64) (out []int64) {
	for from, to := range p.randomRuns(blocks) {
		for ; from < to; from++ {
			out = append(out, from)
		}
	}
	return out
}

// Every block must be as likely as every other: 1,000 seeds, 200 blocks, 10 %.
// Each count is binomial with mean 100 and σ 9.5; six σ either way.
func TestRandomIsUniform(t *testing.T) {
	counts := make([]int, 200)
	for seed := range 1000 {
		p := planOver(200*4096, Random)
		p.Fraction, p.Seed[0], p.Seed[1] = 0.1, byte(seed), byte(seed>>8)
		for _, b := range drawn(p, 200) {
			counts[b]++
		}
	}
	for b, n := range counts {
		if n < 43 || n > 157 {
			t.Errorf("block %d was drawn %d times of 1000, want about 100", b, n)
		}
	}
}

// A recorded seed must select the same blocks for ever: these are literals.
func TestSeedReplays(t *testing.T) {
	p := planOver(1000*4096, Random)
	p.Fraction = 0.005
	p.Seed = [32]byte{1, 2, 3}
	if got, want := drawn(p, 1000), []int64{13, 52, 284, 482, 894}; !slices.Equal(got, want) {
		t.Errorf("seed 010203… selects %v, has selected %v", got, want)
	}
	p.Mode = NIST
	var runs []int64
	for from, to := range p.nistRuns(100_000) {
		if runs = append(runs, from, to); len(runs) == 8 {
			break
		}
	}
	if want := []int64{0, 1, 17, 22, 37, 42, 147, 152}; !slices.Equal(runs, want) {
		t.Errorf("seed 010203… selects the runs %v, has selected %v", runs, want)
	}
}

// Every sample contains the heads and ends of regions and the heads of places.
func TestSamplesContainTheHeads(t *testing.T) {
	for _, mode := range []Mode{NIST, Random} {
		p := &Plan{Mode: mode, Fraction: 1e-6, BlockBytes: 4096,
			Regions: []Region{{Name: "a", Start: 4096 + 512, Length: 300 << 20}, {Name: "b", Start: 500 << 20, Length: 100 << 20}},
			Places:  []medium.Place{{Name: "p1", Start: 63 * 512, Length: 20 << 20}, {Name: "p2", Start: 290 << 20, Length: 230 << 20}, {Name: "p3", Start: 550 << 20, Length: 512}}}
		got := wanted(t, p)
		contains := func(lo, hi int64) bool {
			for _, s := range got {
				if s.Lo <= lo && hi <= s.Hi {
					return true
				}
			}
			return false
		}
		for _, lo := range []int64{4096 + 512, 63 * 512, 290 << 20, 500 << 20} {
			if !contains(lo, lo+headBytes) {
				t.Errorf("%v: the head at %d is not in the sample %v", mode, lo, got[:min(8, len(got))])
			}
		}
		for _, g := range p.Regions {
			if !contains(g.End()-headBytes, g.End()) {
				t.Errorf("%v: the end of region %s is not in the sample", mode, g.Name)
			}
		}
		if !contains(550<<20, 550<<20+512) {
			t.Errorf("%v: a small place is not in the sample", mode)
		}
	}
}

func TestPlanValidate(t *testing.T) {
	ok := Plan{BlockBytes: 4096, Regions: []Region{{Name: "a", Length: 4096}}}
	for name, spoil := range map[string]func(*Plan){
		"block size":   func(p *Plan) { p.BlockBytes = 1000 },
		"tiny block":   func(p *Plan) { p.BlockBytes = 256 },
		"no region":    func(p *Plan) { p.Regions = nil },
		"empty region": func(p *Plan) { p.Regions = []Region{{}} },
		"outside":      func(p *Plan) { p.Regions = []Region{{Start: 4096, Length: 8192}} },
		"overflow":     func(p *Plan) { p.Regions = []Region{{Start: 512, Length: 1<<63 - 1}} },
		"negative":     func(p *Plan) { p.Regions = []Region{{Start: -512, Length: 1024}} },
		"unaligned":    func(p *Plan) { p.Regions = []Region{{Start: 100, Length: 512}} },
		"overlap":      func(p *Plan) { p.Regions = []Region{{Length: 1024}, {Start: 512, Length: 512}} },
		"fraction":     func(p *Plan) { p.Mode, p.Fraction = Random, 1.5 },
		"no fraction":  func(p *Plan) { p.Mode = Random },
	} {
		p := ok
		spoil(&p)
		if p.Validate(8192) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := ok.Validate(8192); err != nil {
		t.Error(err)
	}
}
