package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/medium"
)

func (d deal) list() (out []int64) {
	for from, to := range d.runs() {
		for ; from < to; from++ {
			out = append(out, from)
		}
	}
	return out
}

func seedOf(n int) (s [32]byte) {
	binary.LittleEndian.PutUint32(s[:], uint32(n))
	return s
}

// Every set of n of total numbers must be as likely as every other, through one
// level and through several, with whole parts and with one that is cut off. The
// counts of the sets are multinomial: χ² has df = sets-1, and six of its σ above
// the mean, √(2·df), is far beyond what 20,000 fair seeds give.
func TestDealIsUniformOverSets(t *testing.T) {
	for _, c := range []struct {
		total, n int64
		fan      int
		sets     float64
	}{
		{7, 3, 1, 35}, {7, 5, 1, 21}, {8, 2, 2, 28}, {9, 2, 2, 36}, {9, 4, 1, 126}, {6, 3, dealFan, 20}, {5, 4, 1, 5}, {11, 2, 3, 55},
	} {
		const seeds = 20_000
		counts := map[string]int{}
		for i := range seeds {
			list := deal{c.total, c.n, seedOf(i), c.fan}.list()
			if len(list) != int(c.n) || !slices.IsSorted(list) || list[0] < 0 || list[c.n-1] >= c.total {
				t.Fatalf("%d of %d: drew %v", c.n, c.total, list)
			}
			counts[fmt.Sprint(list)]++
		}
		if float64(len(counts)) != c.sets {
			t.Errorf("%d of %d, fan %d: %d sets were drawn, there are %g", c.n, c.total, c.fan, len(counts), c.sets)
		}
		chi, mean := 0.0, seeds/c.sets
		for _, n := range counts {
			chi += (float64(n) - mean) * (float64(n) - mean) / mean
		}
		if df := c.sets - 1; (chi-df)*(chi-df) > 36*2*df && chi > df {
			t.Errorf("%d of %d, fan %d: χ² is %.1f with %g degrees of freedom", c.n, c.total, c.fan, chi, df)
		}
	}
}

func TestDealDrawsExactly(t *testing.T) {
	for _, total := range []int64{1, 2, 63, 64, 65, 2047, 2048, 2049, 100_000, 1 << 22} {
		for _, n := range []int64{0, 1, 2, total / 3, total / 2, total - 1, total} {
			if n = min(n, total); n < 0 {
				continue
			}
			list := deal{total, n, seedOf(int(n)), dealFan}.list()
			if sorted := slices.Compact(slices.Clone(list)); int64(len(list)) != n || len(sorted) != len(list) || !slices.IsSorted(list) || n > 0 && (list[0] < 0 || list[n-1] >= total) {
				t.Errorf("%d of %d: drew %d numbers, some twice, out of order or out of range", n, total, len(list))
			}
		}
	}
}

// A recorded seed must select the same blocks for ever: these are literals. The
// second goes through three levels, the third draws those that are left out.
func TestDealReplays(t *testing.T) {
	digest := func(list []int64) string {
		h := sha256.New()
		for _, v := range list {
			binary.Write(h, binary.LittleEndian, v)
		}
		return hex.EncodeToString(h.Sum(nil)[:8])
	}
	seed := [32]byte{1, 2, 3}
	for _, c := range []struct {
		total, n int64
		first    []int64
		digest   string
	}{
		{1000, 5, []int64{194, 461, 602, 951, 992}, "1f787e9e8b4992b7"},
		{4_882_812_500, 4000, []int64{422503, 946923, 1081171, 2351688, 2445018}, "b6846104ec3d6839"},
		{3_000_000, 2_900_000, []int64{0, 1, 2, 3, 4}, "14969366ae464da3"},
	} {
		list := deal{c.total, c.n, seed, dealFan}.list()
		if got := digest(list); got != c.digest || !slices.Equal(list[:len(c.first)], c.first) {
			t.Errorf("seed 010203… selects %v … (%s) of %d, has selected %v … (%s)", list[:len(c.first)], got, c.total, c.first, c.digest)
		}
	}
}

// terabytes is a plan over a medium of 20 TB in three regions.
func terabytes(mode Mode, fraction float64) *Plan {
	const size = 20_000_000_000_000 / 4096 * 4096
	return &Plan{Mode: mode, Fraction: fraction, BlockBytes: 4096, Seed: [32]byte{7}, Regions: []Region{
		{Name: "a", Start: 512, Length: 1 << 40}, {Name: "b", Start: 2 << 40, Length: 64 << 10}, {Name: "c", Start: 3 << 40, Length: size - 3<<40}},
		Places: []medium.Place{{Name: "p1", Start: 1 << 30, Length: 1 << 40}}}
}

// What the outline says ahead is what going through the pages gives.
func TestOutlineIsThatOfThePages(t *testing.T) {
	small := func(mode Mode, fraction float64, sampling, block int) *Plan {
		p := &Plan{Mode: mode, Fraction: fraction, Sampling: sampling, BlockBytes: block, Seed: [32]byte{5}, Regions: []Region{
			{Name: "a", Start: 512, Length: 33<<20 + 512}, {Name: "b", Start: 40 << 20, Length: 1024}, {Name: "c", Start: 41<<20 + 512, Length: 100<<20 + 333}},
			Places: []medium.Place{{Name: "p1", Start: 20 << 20, Length: 15 << 20}, {Name: "p2", Start: 60 << 20, Length: 512}}}
		return p
	}
	for _, p := range []*Plan{
		small(Full, 0, 0, 4096), small(NIST, 0, 0, 4096), small(NIST, 0, 0, 65536), small(Random, 0.01, 1, 4096), small(Random, 0.01, 0, 4096),
		small(Random, 0.5, 2, 512), small(Random, 1, 0, 4096), small(Random, 0.99, 0, 65536), small(Random, 1e-9, 0, 4096),
		terabytes(NIST, 0), terabytes(Random, 1e-6),
	} {
		o, planned, groups := p.Outline(), make([]int64, len(p.Regions)), 0
		for pg := range p.Pages() {
			planned[pg.Region] += pg.Bytes()
			groups = pg.Group + 1
		}
		if !slices.Equal(o.Planned, planned) {
			t.Errorf("%s of %g, version %d: the outline says %d bytes, the pages have %d", p.Mode, p.Fraction, p.Sampling, o.Planned, planned)
		}
		if o.Groups != groups && !(p.dealt() && o.Groups > groups) {
			t.Errorf("%s of %g, version %d: the outline says %d groups, there are %d", p.Mode, p.Fraction, p.Sampling, o.Groups, groups)
		}
	}
}

// Of blocks that are fixed none is drawn: ⌈F·N⌉ others are.
func TestDealtSampleIsBesideWhatIsFixed(t *testing.T) {
	p := planOver(1000<<20, Random)
	p.Fraction, p.Places = 0.001, []medium.Place{{Name: "p1", Start: 100 << 20, Length: 5000}}
	var blocks int64
	for _, s := range wanted(t, p) {
		blocks += (s.Len() + 4095) / 4096
	}
	if want := p.sampleBlocks(1000<<8) + 16 + 16 + 2; blocks != want || p.selected(p.blocks()) != want {
		t.Errorf("%d blocks are in the sample, %d selected, want %d", blocks, p.selected(p.blocks()), want)
	}
}

// A plan costs what the sample does, not what the medium does. With a draw for each
// block, this test took a day.
func TestPlansOfLargeMedia(t *testing.T) {
	for _, c := range []struct {
		mode     Mode
		fraction float64
	}{{Full, 0}, {NIST, 0}, {Random, 1e-9}, {Random, 1e-6}, {Random, 1e-4}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const times = 10
		for i := range times {
			p := terabytes(c.mode, c.fraction)
			p.Seed[1] = byte(i)
			if err := p.Validate(20_000_000_000_000 / 4096 * 4096); err != nil {
				t.Fatal(err)
			}
			p.Threshold()
			// Of four blocks the regions' edges cut off a part.
			if got, all := p.Outline().Total, p.selected(p.blocks())*4096; c.mode == Random && (got > all || got < all-4*4096) {
				t.Errorf("%s of %g: %d bytes are planned", c.mode, c.fraction, got)
			}
		}
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / times; got > 4<<20 {
			t.Errorf("%s of %g: planning takes %d bytes of memory", c.mode, c.fraction, got)
		}
	}
}

// BenchmarkPlan is what New asks of a plan for 20 TB.
func BenchmarkPlan(b *testing.B) {
	for _, f := range []float64{1e-6, 1e-4, 0.01} {
		b.Run(fmt.Sprint(f), func(b *testing.B) {
			for b.Loop() {
				p := terabytes(Random, f)
				p.Threshold()
				p.Outline()
			}
		})
	}
}

// BenchmarkPages goes through all pages, as --resume does.
func BenchmarkPages(b *testing.B) {
	for _, p := range []*Plan{terabytes(Full, 0), terabytes(NIST, 0), terabytes(Random, 1e-6), terabytes(Random, 1e-4), terabytes(Random, 0.01)} {
		b.Run(fmt.Sprint(p.Mode, p.Fraction), func(b *testing.B) {
			for b.Loop() {
				for range p.Pages() {
				}
			}
		})
	}
}
