package plan

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
)

// A sample is drawn from the plan's blocks by number. Every way of drawing has a
// version that stands in the report, because a recorded seed must select the same
// blocks for ever: what draws otherwise is a new version, and the old one stays
// (docs/decisions/0012-samples-of-large-media.md).

// NewestSampling is the version that Random draws by unless the plan names one.
//
//	1: Knuth's Algorithm S over all blocks, one draw for each; see randomRuns
//	2: dealt over the blocks that are not read anyway, one draw for each of the sample and level; see deal
const NewestSampling = 2

// subsections is the number of equal cuts NIST SP 800-88r1 §4.7 asks for.
const subsections = 1000

// runs is a sequence of block ranges [from, to) of the plan, ascending.
type runs = iter.Seq2[int64, int64]

// Algorithm names how the sample is drawn: the method and its version. It is empty
// where every byte is read. NIST's way of drawing has had one version so far.
func (p *Plan) Algorithm() string {
	switch p.Mode {
	case NIST:
		return NIST.String() + "-1"
	case Random:
		return fmt.Sprintf("%s-%d", Random, cmp.Or(p.Sampling, NewestSampling))
	}
	return ""
}

// dealt says that the sample is drawn by version 2.
func (p *Plan) dealt() bool { return p.Mode == Random && cmp.Or(p.Sampling, NewestSampling) == 2 }

// runs gives the block ranges that the mode selects. A sample always contains
// the places that decide most: see fixed.
func (p *Plan) runs(b blocks) runs {
	switch p.Mode {
	case NIST:
		return union(p.nistRuns(b.total), p.fixed(b))
	case Random:
		fixed := p.fixed(b)
		if p.dealt() {
			return union(around(p.deal(b).runs(), fixed), fixed)
		}
		return union(p.randomRuns(b.total), fixed)
	}
	return func(yield func(int64, int64) bool) { yield(0, b.total) }
}

// counted are the runs that outline goes through: all of them, of a sample that is
// dealt only those that are fixed.
func (p *Plan) counted(b blocks) runs {
	if p.dealt() {
		return union(func(func(int64, int64) bool) {}, p.fixed(b))
	}
	return p.runs(b)
}

// headBytes is read at the head and the end of each region and at the head of
// each place whatever the sample: there lie partition tables and key headers,
// and one live key slot makes the rest of the sample worthless.
const headBytes = 64 << 10

// fixed lists the block ranges that every sample contains, ascending and apart.
func (p *Plan) fixed(b blocks) (out [][2]int64) {
	add := func(region int, lo, hi int64) {
		g, unit := p.Regions[region], int64(p.BlockBytes)
		if lo, hi = max(lo, g.Start), min(hi, g.End()); lo < hi {
			base := b.first[region] - g.Start/unit
			out = append(out, [2]int64{base + lo/unit, base + (hi+unit-1)/unit})
		}
	}
	for i, g := range p.Regions {
		add(i, g.Start, g.Start+headBytes)
		add(i, g.End()-headBytes, g.End())
		for _, place := range p.Places {
			add(i, place.Start, place.Start+min(headBytes, place.Length))
		}
	}
	slices.SortFunc(out, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	return merged(out)
}

// merged joins ascending ranges that overlap or touch.
func merged(list [][2]int64) (out [][2]int64) {
	for _, r := range list {
		if n := len(out); n > 0 && r[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}

// union merges block ranges, both ascending, into one ascending sequence of
// ranges that do not touch.
func union(rs runs, fixed [][2]int64) runs {
	return func(yield func(int64, int64) bool) {
		rest, lo, hi := fixed, int64(-1), int64(-1)
		add := func(from, to int64) bool {
			if from <= hi {
				hi = max(hi, to)
				return true
			}
			ok := lo < 0 || yield(lo, hi)
			lo, hi = from, to
			return ok
		}
		for from, to := range rs {
			for ; len(rest) > 0 && rest[0][0] <= from; rest = rest[1:] {
				if !add(rest[0][0], rest[0][1]) {
					return
				}
			}
			if !add(from, to) {
				return
			}
		}
		for _, r := range rest {
			if !add(r[0], r[1]) {
				return
			}
		}
		if lo >= 0 {
			yield(lo, hi)
		}
	}
}

// selected is the number of blocks that the plan selects, for version 1 of Random
// a bound.
func (p *Plan) selected(b blocks) (n int64) {
	switch p.Mode {
	case Random:
		return min(p.sampleBlocks(b.total)+count(p.fixed(b)), b.total)
	case NIST:
		for from, to := range p.runs(b) {
			n += to - from
		}
		return n
	}
	return b.total
}

func count(ranges [][2]int64) (n int64) {
	for _, r := range ranges {
		n += r[1] - r[0]
	}
	return n
}

// nistRuns is the representative sampling of NIST SP 800-88r1 §4.7: 1,000 equal
// subsections; in each, two pseudorandom locations that do not overlap, each at
// least 5 % of the subsection; and the first and the last addressable location.
func (p *Plan) nistRuns(total int64) runs {
	return func(yield func(int64, int64) bool) {
		rng := rand.NewChaCha8(p.Seed)
		var lo, hi int64 = 0, min(1, total) // the pending run: starts as the first block
		add := func(from, to int64) bool {
			if from <= hi {
				hi = max(hi, to)
				return true
			}
			if !yield(lo, hi) {
				return false
			}
			lo, hi = from, to
			return true
		}
		for i := range int64(subsections) {
			start, end := cut(total, i), cut(total, i+1)
			size := (end - start + 19) / 20 // 5 %, rounded up to whole blocks
			free := end - start - 2*size
			if free < 0 { // too small for two locations: all of it
				if end > start && !add(start, end) {
					return
				}
				continue
			}
			a, c := draw(rng, uint64(free)+1), draw(rng, uint64(free)+1)
			a, c = min(a, c), max(a, c)+size
			if size > 0 && (!add(start+a, start+a+size) || !add(start+c, start+c+size)) {
				return
			}
		}
		if add(total-1, total) {
			yield(lo, hi)
		}
	}
}

// cut is the start of subsection i: total*i/subsections without overflow.
func cut(total, i int64) int64 {
	return total/subsections*i + total%subsections*i/subsections
}

// randomRuns selects ceil(Fraction*total) blocks, every set of that size equally
// likely: Knuth, The Art of Computer Programming vol. 2, §3.4.2, Algorithm S.
// It runs in order and in constant memory.
func (p *Plan) randomRuns(total int64) runs {
	return func(yield func(int64, int64) bool) {
		rng := rand.NewChaCha8(p.Seed)
		need := p.sampleBlocks(total)
		for i := int64(0); need > 0; i++ {
			if draw(rng, uint64(total-i)) < need {
				need--
				if !yield(i, i+1) {
					return
				}
			}
		}
	}
}

func (p *Plan) sampleBlocks(total int64) int64 {
	return min(total, int64(math.Ceil(p.Fraction*float64(total))))
}

// draw gives an unbiased number in [0, n). Written out, not taken from a library,
// so that a recorded seed selects the same blocks in every future version.
func draw(rng *rand.ChaCha8, n uint64) int64 {
	limit := -n % n // 2^64 mod n
	for {
		if v := rng.Uint64(); v >= limit {
			return int64(v % n)
		}
	}
}
