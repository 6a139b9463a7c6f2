package entropy

import (
	"math"
	"testing"
)

// TestBelow: what tables tell is what Bits says, to a thousandth of a bit, of windows of every size that are even, a little uneven and plain.
func TestBelow(t *testing.T) {
	var m Meter
	for _, size := range []int{1, 512, 4096, 16 << 10, 64 << 10, 256 << 10, 1 << 20, mostBelow} {
		for skew := range 12 {
			w := Window{History: History{Lacks: true}, Lanes: Lanes{Lacks: skew%2 == 0}}
			if size <= 64<<10 {
				b := random(byte(skew), size)
				w.Tally.Add(b)
				w.Lanes.Add(b[:min(size, 4096)])
			} else {
				for c := range w.Bytes {
					w.Bytes[c] = uint64(size / symbols)
				}
			}
			moved := min(w.Bytes[7], uint64(skew*skew)*uint64(math.Sqrt(float64(size))+255)/256)
			w.Bytes[7] -= moved
			w.Bytes[200] += moved
			bits := w.Bits()
			if m.Below(&w, bits) || m.Below(&w, bits-1) || !m.Below(&w, bits+2*belowSlack) {
				t.Errorf("%d bytes, %d of them moved: not between %v and %v", size, moved, bits, bits+2*belowSlack)
			}
		}
	}
}

// What tables cannot tell is left to Bits.
func TestBelowSaysNothing(t *testing.T) {
	var m Meter
	plain, long := Window{}, Window{History: History{Lacks: true}}
	plain.Tally.Add(random(1, 4096))
	long.Bytes[0] = mostBelow + 1
	for name, w := range map[string]*Window{"with a history": &plain, "too long": &long, "empty": {History: History{Lacks: true}}} {
		if m.Below(w, math.Inf(1)) {
			t.Errorf("a window %s is below a limit", name)
		}
	}
}
