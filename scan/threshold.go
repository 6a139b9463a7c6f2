package scan

import "math"

// budget is δ: the chance that an examination of uniform random bytes raises
// any alarm at all is at most this.
const budget = 1e-6

// A block is tested by several detectors, but it is one test: each detector has
// a share of the block's chance of a false alarm, at most one together, and pays
// for it in bits (Bonferroni). 2·2^-2 + 2^-3 + 6·2^-4 = 1.
const (
	statisticsShare = 2
	textShare       = 2
	signatureShare  = 3
	filesystemShare = 4
	superblockShare = 4
	partitionsShare = 4
	marksShare      = 4
	keysShare       = 4
	repeatsShare    = 4
)

// windowSizes are the runs of blocks that are tested together, so that weak
// evidence adds up. The first two lie inside a page; the last is gathered from
// pages. Above them comes the whole region.
var windowSizes = [...]int64{64 << 10, 1 << 20, 16 << 20}

// tests is the number of tests the plan makes: its blocks and its windows. It
// follows from the plan alone; for samples it is a bound.
func (p *Plan) tests() int64 {
	n := p.selected(p.blocks())
	total := n + int64(len(p.Regions))
	for _, size := range windowSizes {
		if size <= int64(p.BlockBytes) {
			continue
		}
		total += min(n, p.windows(size))
	}
	return total
}

// threshold is θ = log2(tests/δ), in bits.
func (p *Plan) threshold() float64 { return math.Log2(float64(p.tests()) / budget) }
