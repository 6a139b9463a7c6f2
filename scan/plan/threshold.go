package plan

import (
	"math"

	"shokyo.dev/shokyo/scan/seen"
)

// Budget is δ: the chance that an examination of uniform random bytes raises
// any alarm at all is at most this.
const Budget = 1e-6

// Tests is the number of tests the plan makes: its blocks and its windows. It
// follows from the plan alone; for samples it is a bound.
func (p *Plan) Tests() int64 {
	n := p.selected(p.blocks())
	total := n + int64(len(p.Regions))
	for _, size := range seen.WindowSizes {
		if size <= int64(p.BlockBytes) {
			continue
		}
		total += min(n, p.windows(size))
	}
	return total
}

// Threshold is θ = log2(tests/δ), in bits.
func (p *Plan) Threshold() float64 { return math.Log2(float64(p.Tests()) / Budget) }
