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
	total := uint64(max(0, 8*len(b)-leastWide+stride) / stride)
	c.words(b)
	if sum(c.least[:]) == total && sum(c.most[:]) == total {
		h.counted = h.counted || total > 0
		fold(h.Least[:], c.least[:])
		fold(h.Most[:], c.most[:])
	}
}

// wordsGeneric counts the long runs of b.
func (c *runCounter) wordsGeneric(b []byte) {
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
		most[v>>50]++
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
		most[v>>6&mostMask]++
	}
	var last [8]byte
	copy(last[:], b)
	v, w := binary.LittleEndian.Uint64(last[:]), binary.BigEndian.Uint64(last[:])
	for at := 0; at+leastWide <= 8*len(b); at += stride {
		least[v>>at&leastMask]++
		most[w<<at>>(64-mostWide)]++
	}
}

// foldGeneric adds the runs that begin at the first to the fourth bit of each long run. len(h) is a power of two, len(c)
// eight times that.
func foldGeneric(h []uint32, c []uint8) {
	for run, n := range c {
		if n == 0 {
			continue
		}
		for at := range stride {
			h[run>>at&(len(h)-1)] += uint32(n)
		}
	}
}

func sumGeneric(c []uint8) (sum uint64) {
	for _, n := range c {
		sum += uint64(n)
	}
	return sum
}
