package zstd

import "math/bits"

// state is what an FSE decoder does in one of its states: it gives a symbol and goes on to base plus the
// next bits.
type state struct {
	base   uint16
	symbol uint8
	bits   uint8
}

// states is the decoding table of an FSE code.
type states struct {
	log int
	of  [1 << maxLog]state
}

// build spreads the symbols over the states (RFC 8878 §4.1.1).
func (t *states) build(c *counts) {
	t.log = c.log
	size := 1 << c.log
	var next [maxSymbols]uint16
	high := size
	for s := range c.n {
		next[s] = uint16(max(c.of[s], 1))
		if c.of[s] < 0 {
			high--
			t.of[high].symbol = uint8(s)
		}
	}
	at, step := 0, size>>1+size>>3+3
	for s := range c.n {
		for range c.of[s] {
			t.of[at].symbol = uint8(s)
			at = (at + step) & (size - 1)
			for at >= high {
				at = (at + step) & (size - 1)
			}
		}
	}
	for i := range size {
		x := &t.of[i]
		n := next[x.symbol]
		next[x.symbol]++
		x.bits = uint8(c.log + 1 - bits.Len16(n))
		x.base = n<<x.bits - uint16(size)
	}
}
