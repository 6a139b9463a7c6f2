package deflate

import "math/bits"

const (
	maxLength = 15 // of a code, RFC 1951 §3.2.7
	tableBits = 10 // codes up to here are looked up in one step
)

// prefixCode is a canonical Huffman code (RFC 1951 §3.2.2).
type prefixCode struct {
	table  [1 << tableBits]uint16 // symbol<<4 | length by the next bits; 0: a longer code, or none
	first  [maxLength + 1]int32   // per length: the first code of it,
	count  [maxLength + 1]int32   // how many there are,
	offset [maxLength + 1]int32   // and where their symbols begin
	symbol [288]uint16            // in the order of their codes
}

// completeness is how much of its room a set of code lengths fills.
type completeness uint8

const (
	wrongCode    completeness = iota // overfull, or with room left
	completeCode                     // exactly full
	singleCode                       // one symbol of one bit: all that an incomplete code may be
	emptyCode                        // no symbol at all
)

// complete sums up the lengths, each at most maxLength.
func complete(lens []uint8) completeness {
	sum, used := 0, 0
	for _, n := range lens {
		if n != 0 {
			sum += 1 << maxLength >> n
			used++
		}
	}
	switch {
	case sum == 1<<maxLength:
		return completeCode
	case used == 0:
		return emptyCode
	case used == 1 && sum == 1<<(maxLength-1):
		return singleCode
	}
	return wrongCode
}

// build makes the code from code lengths that are complete or nearly so.
func (h *prefixCode) build(lens []uint8) {
	h.count = [maxLength + 1]int32{}
	for _, n := range lens {
		h.count[n]++
	}
	h.count[0] = 0
	code, at := int32(0), int32(0)
	for n := 1; n <= maxLength; n++ {
		code <<= 1
		h.first[n], h.offset[n] = code, at
		code, at = code+h.count[n], at+h.count[n]
	}
	next := h.first
	clear(h.table[:])
	for s, n := range lens {
		if n == 0 {
			continue
		}
		c := next[n]
		next[n]++
		h.symbol[h.offset[n]+c-h.first[n]] = uint16(s)
		if n <= tableBits {
			for i := int(bits.Reverse16(uint16(c)) >> (16 - n)); i < 1<<tableBits; i += 1 << n {
				h.table[i] = uint16(s)<<4 | uint16(n)
			}
		}
	}
}

// next is the symbol that v begins with, and the length of its code; 0 where it is none.
func (h *prefixCode) next(v uint64) (symbol, length int) {
	if e := h.table[v&(1<<tableBits-1)]; e != 0 {
		return int(e >> 4), int(e & 15)
	}
	return h.long(v)
}

func (h *prefixCode) long(v uint64) (symbol, length int) {
	code := int32(0)
	for n := 1; n <= maxLength; n++ {
		code = code<<1 | int32(v&1)
		v >>= 1
		if i := code - h.first[n]; i < h.count[n] && i >= 0 {
			return int(h.symbol[h.offset[n]+i]), n
		}
	}
	return 0, 0
}
