package scan

import (
	"math"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// Blocks, the windows above them, and each region as a whole are tests.
func TestTestsAreCounted(t *testing.T) {
	for _, c := range []struct {
		plan Plan
		want int64
	}{
		{Plan{BlockBytes: 4096, Regions: []Region{{Length: 32 << 20}}}, 8192 + 512 + 32 + 2 + 1},
		{Plan{BlockBytes: 65536, Regions: []Region{{Length: 32 << 20}}}, 512 + 32 + 2 + 1},
		{Plan{BlockBytes: 4096, Regions: []Region{{Start: 60 << 10, Length: 8 << 10}, {Start: 1 << 20, Length: 4096}}}, 3 + 3 + 2 + 2 + 2},
	} {
		if got := c.plan.tests(); got != c.want {
			t.Errorf("%+v: %d tests, want %d", c.plan.Regions, got, c.want)
		}
		if got, want := c.plan.threshold(), math.Log2(float64(c.want)*1e6); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: a threshold of %v bits, want %v", c.plan.Regions, got, want)
		}
	}
}

// Evidence too weak for any window adds up over the region.
func TestRegionIsTestedAsAWhole(t *testing.T) {
	heavy(t)
	const size = 64 << 20
	b := make([]byte, size)
	disktest.Keystream(9).ReadAt(b, 0)
	for i := 0; i < size; i += 700 {
		b[i] &= 0x7F
	}
	p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: size}}}
	r := examine(t, p, bytesSource{b}, Options{NoDigest: true})
	for _, w := range r.Windows {
		if alarm := w.WindowBytes == 0; w.Alarms > 0 != alarm || w.Windows == 0 {
			t.Errorf("windows of %d bytes: %+v", w.WindowBytes, w)
		}
	}
	if v := Decide(p, r); v.Outcome != ResidueFound || r.Classes[Residue] != size {
		t.Errorf("%v, classes %v", v.Outcome, r.Classes)
	}
}
