package entropy

import "encoding/binary"

// Runs of bits begin at every bit: eight a byte, in each order. A run that is three bits longer holds four of them, so
// one at every fourth bit is counted, and folded into the four. In 4096 bytes there are 8189 of those: only in plainly structured bytes
// one is there more than 255 times, and that shows, because then counts do not add up to their number.

const (
	stride    = 4
	leastWide = leastBits + stride - 1
	mostWide  = mostBits + stride - 1
	leastMask = 1<<leastWide - 1
	mostMask  = 1<<mostWide - 1

	// runsPiece is the most that is counted before it is folded, in bytes.
	runsPiece = 4096
	// A word of 8 bytes holds the runs that begin in its first 6.
	wordStep = 6
)

// runCounter has the counts of a piece.
type runCounter struct {
	least [1 << leastWide]uint8
	most  [1 << mostWide]uint8
	pairs [1 << (leastWide - 3)]uint64 // of least, four sums to a word
}

// count adds the runs in b to h.
func (c *runCounter) count(h *History, b []byte) {
	for ; len(b) > runsPiece; b = b[runsPiece:] {
		c.piece(h, b[:runsPiece])
	}
	c.piece(h, b)
}

// piece counts the long runs of a piece and folds them, if none of them made its count overflow.
func (c *runCounter) piece(h *History, b []byte) {
	clear(c.least[:])
	clear(c.most[:])
	total := max(0, 8*len(b)-leastWide+stride) / stride
	c.words(b)
	if c.sum() == total {
		c.foldLeast(&h.Least)
		c.foldMost(&h.Most)
	}
}

// words counts the long runs of b.
func (c *runCounter) words(b []byte) {
	least, most := &c.least, &c.most
	for ; len(b) >= 8; b = b[wordStep:] {
		v := binary.LittleEndian.Uint64(b)
		least[v&leastMask]++
		least[v>>4&leastMask]++
		least[v>>8&leastMask]++
		least[v>>12&leastMask]++
		least[v>>16&leastMask]++
		least[v>>20&leastMask]++
		least[v>>24&leastMask]++
		least[v>>28&leastMask]++
		least[v>>32&leastMask]++
		least[v>>36&leastMask]++
		least[v>>40&leastMask]++
		least[v>>44&leastMask]++
		v = binary.BigEndian.Uint64(b)
		most[v>>54]++
		most[v>>50&mostMask]++
		most[v>>46&mostMask]++
		most[v>>42&mostMask]++
		most[v>>38&mostMask]++
		most[v>>34&mostMask]++
		most[v>>30&mostMask]++
		most[v>>26&mostMask]++
		most[v>>22&mostMask]++
		most[v>>18&mostMask]++
		most[v>>14&mostMask]++
		most[v>>10&mostMask]++
	}
	var last [8]byte
	copy(last[:], b)
	v, w := binary.LittleEndian.Uint64(last[:]), binary.BigEndian.Uint64(last[:])
	for at := 0; at+leastWide <= 8*len(b); at += stride {
		least[v>>at&leastMask]++
		most[w<<at>>(64-mostWide)]++
	}
}

// Four counts of 16 bits, or two of 32, lie in one word; none exceeds 4·8189.
const (
	evenBytes = 0x00FF00FF00FF00FF
	evenPairs = 0x0000FFFF0000FFFF
)

// sum is the number of long runs that were counted, in either order; or less than it, where a
// count overflowed. It leaves the runs without their lowest bit in c.pairs.
func (c *runCounter) sum() int {
	var least, most uint64
	for i := range c.pairs {
		v := binary.LittleEndian.Uint64(c.least[8*i:])
		s := v&evenBytes + v>>8&evenBytes
		c.pairs[i] = s
		least += s
	}
	for i := 0; i < len(c.most); i += 8 {
		v := binary.LittleEndian.Uint64(c.most[i:])
		most += v&evenBytes + v>>8&evenBytes
	}
	return int(min(addLanes(least), addLanes(most)))
}

func addLanes(v uint64) uint64 {
	return v&0xFFFF + v>>16&0xFFFF + v>>32&0xFFFF + v>>48
}

// foldLeast adds the runs of leastBits that begin at the first to the fourth bit of each
// long run.
func (c *runCounter) foldLeast(h *[1 << leastBits]uint32) {
	const (
		quarter = len(c.pairs) / 4 // words with 4 counts that differ in the highest 2 bits of a run
		eighth  = len(c.pairs) / 8 // words with 8 counts that differ in the highest 3
	)
	for j := range quarter {
		// The lowest bit away, then two: pairs of neighbours.
		one := c.pairs[j] + c.pairs[j+quarter] + c.pairs[j+2*quarter] + c.pairs[j+3*quarter]
		lo, hi := c.pairs[2*j]+c.pairs[2*j+2*quarter], c.pairs[2*j+1]+c.pairs[2*j+1+2*quarter]
		lo, hi = lo&evenPairs+lo>>16&evenPairs, hi&evenPairs+hi>>16&evenPairs
		v := h[4*j : 4*j+4 : 4*j+4]
		v[0] += uint32(one&0xFFFF) + uint32(lo) + addPairs(c.pairs[4*j])
		v[1] += uint32(one>>16&0xFFFF) + uint32(lo>>32) + addPairs(c.pairs[4*j+1])
		v[2] += uint32(one>>32&0xFFFF) + uint32(hi) + addPairs(c.pairs[4*j+2])
		v[3] += uint32(one>>48) + uint32(hi>>32) + addPairs(c.pairs[4*j+3])
	}
	for j := range eighth {
		var even, odd uint64
		for i := j; i < len(c.pairs); i += eighth {
			v := binary.LittleEndian.Uint64(c.least[8*i:])
			even += v & evenBytes
			odd += v >> 8 & evenBytes
		}
		for i := 8 * j; i < 8*j+8; i += 2 {
			h[i] += uint32(even & 0xFFFF)
			h[i+1] += uint32(odd & 0xFFFF)
			even, odd = even>>16, odd>>16
		}
	}
}

// addPairs is addLanes as it is wanted here.
func addPairs(v uint64) uint32 { return uint32(addLanes(v)) }

// foldMost does the same for the few of the other order.
func (c *runCounter) foldMost(h *[1 << mostBits]uint32) {
	for run, n := range c.most {
		for at := range stride {
			h[run>>at&(1<<mostBits-1)] += uint32(n)
		}
	}
}
