package scan

import (
	"slices"
	"testing"
)

func planOver(size int64, mode Mode) *Plan {
	return &Plan{Mode: mode, BlockBytes: 4096, Regions: []Region{{Name: "medium", Length: size}}}
}

// wanted lists the spans of all pages, checking that pages keep their promises.
func wanted(t *testing.T, p *Plan) (out []span) {
	t.Helper()
	index, end := 0, int64(0)
	for pg := range p.pages() {
		if pg.index != index {
			t.Fatalf("page %d follows page %d", pg.index, index-1)
		}
		index++
		for _, w := range pg.wants {
			if w.lo < end || w.hi <= w.lo || w.lo/PageBytes != pg.start/PageBytes || w.hi > pg.start+PageBytes {
				t.Fatalf("page at %d wants [%d,%d) after %d", pg.start, w.lo, w.hi, end)
			}
			g := p.Regions[pg.region]
			if w.lo < g.Start || w.hi > g.End() {
				t.Fatalf("[%d,%d) lies outside region %q", w.lo, w.hi, g.Name)
			}
			end = w.hi
			if n := len(out); n > 0 && out[n-1].hi == w.lo {
				out[n-1].hi = w.hi
			} else {
				out = append(out, w)
			}
		}
	}
	return out
}

func total(spans []span) (n int64) {
	for _, s := range spans {
		n += s.len()
	}
	return n
}

func TestFullPlanIsEveryByte(t *testing.T) {
	for _, size := range []int64{1, 511, 512, 4095, 4097, PageBytes - 1, PageBytes, PageBytes + 1, 5*PageBytes + 12345} {
		if got := wanted(t, planOver(size, Full)); !slices.Equal(got, []span{{0, size}}) {
			t.Errorf("size %d: %v", size, got)
		}
	}
}

func TestRegionsAreCutAtTheirEdges(t *testing.T) {
	p := &Plan{BlockBytes: 4096, Regions: []Region{
		{Name: "a", Start: 512, Length: 1024}, {Name: "b", Start: PageBytes - 512, Length: 1024}, {Name: "c", Start: PageBytes + 512, Length: 3 * PageBytes}}}
	want := []span{{512, 1536}, {PageBytes - 512, 4*PageBytes + 512}}
	if got := wanted(t, p); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The geometry of NIST SP 800-88r1 §4.7, checked subsection by subsection.
func TestNISTGeometry(t *testing.T) {
	for _, blocks := range []int64{1, 2, 999, 1000, 1001, 20_000, 24_576, 1_000_003} {
		p := planOver(blocks*4096, NIST)
		p.Seed[0] = byte(blocks)
		got := wanted(t, p)
		if got[0].lo != 0 || got[len(got)-1].hi != blocks*4096 {
			t.Fatalf("%d blocks: the first or the last location is missing", blocks)
		}
		for i := range int64(subsections) {
			lo, hi := cut(blocks, i)*4096, cut(blocks, i+1)*4096
			var inside int64
			for _, s := range got {
				inside += max(0, min(hi, s.hi)-max(lo, s.lo))
			}
			if inside*10 < hi-lo {
				t.Fatalf("%d blocks, subsection %d: %d of %d bytes sampled, want a tenth at least", blocks, i, inside, hi-lo)
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
		if got, want := total(wanted(t, p)), p.sampleBlocks(blocks)*4096; got != want || got == 0 {
			t.Errorf("fraction %g: %d bytes, want %d", fraction, got, want)
		}
	}
}

// Every block must be as likely as every other: 1,000 seeds, 200 blocks, 10 %.
// Each count is binomial with mean 100 and σ 9.5; six σ either way.
func TestRandomIsUniform(t *testing.T) {
	counts := make([]int, 200)
	for seed := range 1000 {
		p := planOver(200*4096, Random)
		p.Fraction, p.Seed[0], p.Seed[1] = 0.1, byte(seed), byte(seed>>8)
		for _, s := range wanted(t, p) {
			for b := s.lo / 4096; b < s.hi/4096; b++ {
				counts[b]++
			}
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
	var got []int64
	for _, s := range wanted(t, p) {
		got = append(got, s.lo/4096)
	}
	if want := []int64{13, 52, 284, 482, 894}; !slices.Equal(got, want) {
		t.Errorf("seed 010203… selects %v, has selected %v", got, want)
	}
	p.Mode = NIST
	if a, b := wanted(t, p), wanted(t, p); !slices.Equal(a, b) {
		t.Error("one seed gave two NIST samples")
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
