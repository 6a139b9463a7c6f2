package zstd

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

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

// backward reads a bitstream from its end, where a one marks the last bit (RFC 8878 §4.1).
type backward struct {
	b    []byte
	left int // bits that were not read yet; below 0: too many were
}

func (r *backward) open(b []byte) bool {
	if len(b) == 0 || b[len(b)-1] == 0 {
		return false
	}
	r.b, r.left = b, 8*len(b)-9+bits.Len8(b[len(b)-1])
	return true
}

// read takes n ≤ 56 bits; those before the start are zeros.
func (r *backward) read(n int) int {
	v := r.peek(n)
	r.left -= n
	return v
}

func (r *backward) peek(n int) int {
	at := r.left - n
	if at >= 0 {
		return int(bitstream.Low(r.b, at) & (1<<n - 1))
	}
	if at <= -n {
		return 0
	}
	return int(bitstream.Low(r.b, 0)<<-at) & (1<<n - 1)
}

// look is the next bits, highest first, at least 57 of them; those before the start are zeros.
func (r *backward) look() uint64 {
	if r.left >= 64 {
		at := r.left - 57
		return bitstream.Low(r.b, at) << 7
	}
	if r.left <= 0 {
		return 0
	}
	return bitstream.Low(r.b, 0) << (64 - r.left)
}
