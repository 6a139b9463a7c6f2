package batch

import (
	"testing"

	"shokyo.dev/shokyo/scan"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		sources, cores, parallel, workers int // given
		wantParallel, wantWorkers         int
	}{
		{1, 2, 0, 0, 1, 2}, {1, 64, 0, 0, 1, 16}, {1, 64, 0, 100, 1, 100}, {1, 1, 0, 0, 1, 1},
		{2, 2, 0, 0, 2, 2}, {2, 64, 0, 0, 2, 16}, {3, 16, 0, 0, 3, 5}, {4, 64, 0, 0, 4, 8},
		{16, 64, 0, 0, 16, 2}, {100, 64, 0, 0, 16, 2}, {100, 2, 0, 0, 16, 2}, {100, 64, 4, 0, 4, 8},
		{8, 64, 1, 0, 1, 16}, {8, 8, 0, 16, 2, 16}, {8, 8, 0, 40, 1, 40}, {8, 8, 3, 10, 3, 10},
	} {
		k, n := Share(c.sources, c.cores, c.parallel, c.workers)
		if k != c.wantParallel || n != c.wantWorkers {
			t.Errorf("%+v: %d sources by %d workers", c, k, n)
		}
		if k > MaxParallel || c.workers == 0 && k*n > MaxTotalWorkers {
			t.Errorf("%+v: too many", c)
		}
	}
	if got := memoryFor(1, scan.MaxWorkers); got != MemoryLimit {
		t.Errorf("one examination gets %d bytes, not %d", got, MemoryLimit)
	}
	if memoryFor(16, 2) <= memoryFor(8, 2) || memoryFor(16, 2) > 3<<30 {
		t.Errorf("16 get %d bytes", memoryFor(16, 2))
	}
}
