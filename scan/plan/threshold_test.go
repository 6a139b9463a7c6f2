package plan

import (
	"math"
	"testing"
)

// Blocks, the windows above them, and each region as a whole are tests.
func TestTestsAreCounted(t *testing.T) {
	for _, c := range []struct {
		plan Plan
		want int64
	}{
		{Plan{BlockBytes: 4096, Regions: []Region{{Length: 32 << 20}}}, 8192 + 2048 + 512 + 128 + 32 + 2 + 1},
		{Plan{BlockBytes: 65536, Regions: []Region{{Length: 32 << 20}}}, 512 + 128 + 32 + 2 + 1},
		{Plan{BlockBytes: 4096, Regions: []Region{{Start: 60 << 10, Length: 8 << 10}, {Start: 1 << 20, Length: 4096}}}, 3 + 3 + 3 + 2 + 2 + 2 + 2},
	} {
		if got := c.plan.Tests(); got != c.want {
			t.Errorf("%+v: %d tests, want %d", c.plan.Regions, got, c.want)
		}
		if got, want := c.plan.Threshold(), math.Log2(float64(c.want)*1e6); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: a threshold of %v bits, want %v", c.plan.Regions, got, want)
		}
	}
}

func TestPlanThreshold(t *testing.T) {
	for size, want := range map[int64]float64{96 << 20: 34.9, 1e12: 48.2, 20e12: 52.6} {
		if got := planOver(size, Full).Threshold(); got < want-0.2 || got > want+0.2 {
			t.Errorf("%d bytes: %.2f bits, want about %.1f", size, got, want)
		}
	}
}
