package aligned

import (
	"runtime"
	"testing"
)

func TestBytes(t *testing.T) {
	var kept [][]byte // so that each lies somewhere else
	for _, unit := range []int{1, 512, 4096, 1 << 16} {
		for _, n := range []int{0, 1, 511, 4096, 1<<20 + 8} {
			b := Bytes(n, unit)
			kept = append(kept, b)
			if len(b) != n || cap(b) != n || !To(b, unit) {
				t.Errorf("%d bytes at a multiple of %d: %d, room for %d, %d behind one", n, unit, len(b), cap(b), behind(b, unit))
			}
			if unit > 1 && n > 1 && (To(b[1:], unit) || behind(b[1:], unit) != 1) {
				t.Errorf("one byte behind a multiple of %d is taken for one", unit)
			}
		}
	}
	runtime.GC()
	for i, b := range kept {
		if !To(b, []int{1, 512, 4096, 1 << 16}[i/5]) {
			t.Errorf("buffer %d has moved", i)
		}
	}
}

// TestNoAllocation: each read of a medium asks.
func TestNoAllocation(t *testing.T) {
	p, yes := Bytes(4096, 4096), true
	if n := testing.AllocsPerRun(100, func() { yes = yes && To(p, 4096) }); n != 0 || !yes {
		t.Errorf("%v allocations, %v", n, yes)
	}
}
