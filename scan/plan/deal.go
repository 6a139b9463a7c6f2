package plan

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// deal draws n of total numbers, every set of n equally likely, as playing cards
// are dealt: the numbers are cut into at most 2^fan equal parts, and one draw for
// each of the n says which part it falls to; then each part does the same with its
// share, under a seed of its own, down to single numbers. A draw picks one of all
// places of the node; when as many as it lies from the beginning of its part were
// dealt to that part already, the place counts as taken, and another is drawn. So a
// part is met in proportion to what is free in it, which is drawing without
// replacement, exactly: there are integers only, and every processor gives the same.
//
// It runs in order, in memory that does not depend on n, at a draw for each number
// and level (three for 2^33). What lies in a part that nobody asks for is not drawn.
type deal struct {
	total, n int64
	seed     [32]byte
	fan      int
}

// dealFan makes three levels of all blocks of 20 TB. It belongs to version 2.
const dealFan = 11

// deal draws from the blocks that are not fixed.
func (p *Plan) deal(b blocks) deal {
	free := b.total - count(p.fixed(b))
	return deal{total: free, n: min(free, p.sampleBlocks(b.total)), seed: p.Seed, fan: dealFan}
}

// hand is a node: n of the numbers [lo, lo+size) are drawn.
type hand struct {
	lo, size, n int64
	seed        [32]byte
}

func (d deal) runs() runs {
	return func(yield func(int64, int64) bool) {
		d.walk(hand{0, d.total, d.n, d.seed}, nil, yield)
	}
}

// walk goes down to the numbers that are drawn, ascending. Of a hand that whole,
// if there is one, takes as it is, it draws nothing.
func (d deal) walk(h hand, whole func(hand) bool, yield func(from, to int64) bool) bool {
	switch {
	case h.n == 0 || whole != nil && whole(h):
		return true
	case h.n == h.size:
		return yield(h.lo, h.lo+h.size)
	}
	rng := rand.NewChaCha8(h.seed)
	shift := max(0, bits.Len64(uint64(h.size-1))-d.fan)
	if shift == 0 {
		return h.numbers(rng, yield)
	}
	for i, n := range h.parts(rng, shift) {
		part := hand{lo: h.lo + int64(i)<<shift, n: n}
		part.size = min(1<<shift, h.lo+h.size-part.lo)
		if n == 0 {
			continue
		}
		part.seed = seed(rng)
		if !d.walk(part, whole, yield) {
			return false
		}
	}
	return true
}

// fewer is how many are dealt: those that are drawn, or if they are more than half
// those that are not, so that most draws find a free place.
func (h hand) fewer() (n int64, others bool) {
	if h.n > h.size/2 {
		return h.size - h.n, true
	}
	return h.n, false
}

// parts deals to parts of 1<<shift numbers.
func (h hand) parts(rng *rand.ChaCha8, shift int) []int64 {
	counts := make([]int64, (h.size-1)>>shift+1)
	n, others := h.fewer()
	for n > 0 {
		v := below(rng, h.size)
		if i := v >> shift; v&(1<<shift-1) >= counts[i] {
			counts[i]++
			n--
		}
	}
	for i := range counts {
		if others {
			counts[i] = min(1<<shift, h.size-int64(i)<<shift) - counts[i]
		}
	}
	return counts
}

// numbers deals to parts of one number each: it is in or out.
func (h hand) numbers(rng *rand.ChaCha8, yield func(from, to int64) bool) bool {
	var in [1 << dealFan / 64]uint64
	n, others := h.fewer()
	for n > 0 {
		v := below(rng, h.size)
		if bit := uint64(1) << (v % 64); in[v/64]&bit == 0 {
			in[v/64] |= bit
			n--
		}
	}
	for i, word := range in[:(h.size+63)/64] {
		if others {
			word = ^word
		}
		if rest := h.size - int64(i)*64; rest < 64 {
			word &= 1<<rest - 1
		}
		for ; word != 0; word &= word - 1 {
			at := h.lo + int64(i*64+bits.TrailingZeros64(word))
			if !yield(at, at+1) {
				return false
			}
		}
	}
	return true
}

// below gives an unbiased number in [0, n): Lemire, Fast random integer generation in
// an interval, 2019, §4. Unlike draw it needs no division, nearly always.
func below(rng *rand.ChaCha8, n int64) int64 {
	for {
		high, low := bits.Mul64(rng.Uint64(), uint64(n))
		if low >= uint64(n) || low >= -uint64(n)%uint64(n) {
			return int64(high)
		}
	}
}

// seed draws the seed of a part.
func seed(rng *rand.ChaCha8) (s [32]byte) {
	for i := range 4 {
		binary.LittleEndian.PutUint64(s[8*i:], rng.Uint64())
	}
	return s
}

// around spreads numbers over the blocks that are not fixed, in order.
func around(rs runs, fixed [][2]int64) runs {
	return func(yield func(int64, int64) bool) {
		rest, passed := fixed, int64(0)
		for from, to := range rs {
			for from < to {
				for len(rest) > 0 && from+passed >= rest[0][0] {
					passed += rest[0][1] - rest[0][0]
					rest = rest[1:]
				}
				end := to
				if len(rest) > 0 {
					end = min(to, rest[0][0]-passed)
				}
				if !yield(from+passed, end+passed) {
					return
				}
				from = end
			}
		}
	}
}

// countDealt adds the bytes that are dealt to each region. They are whole blocks:
// those that a region's edges cut are fixed.
func (b blocks) countDealt(bytes []int64) {
	ends, fixed := make([]int64, len(bytes)), b.plan.fixed(b)
	for i := range ends { // by the numbers that are dealt
		end := b.total
		if i+1 < len(ends) {
			end = b.first[i+1]
		}
		ends[i] = end
		for _, f := range fixed {
			ends[i] -= max(0, min(f[1], end)-f[0])
		}
	}
	region := 0
	add := func(h hand) bool {
		for h.lo >= ends[region] {
			region++
		}
		if h.lo+h.size > ends[region] {
			return false
		}
		bytes[region] += h.n * int64(b.plan.BlockBytes)
		return true
	}
	d := b.plan.deal(b)
	d.walk(hand{0, d.total, d.n, d.seed}, add, func(from, to int64) bool {
		for from < to {
			for from >= ends[region] {
				region++
			}
			end := min(to, ends[region])
			bytes[region] += (end - from) * int64(b.plan.BlockBytes)
			from = end
		}
		return true
	})
}
