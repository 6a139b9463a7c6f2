package deflate

import (
	"encoding/binary"
	"math/bits"
)

// The search for headers of dynamic blocks at every bit offset.
//
// One 64-bit word holds the same bit of 56 neighbouring starts: bit j of the word shifted
// right by t is the bit that lies t behind the start j. So what a header must fulfil is
// computed for 56 starts at once, with and, or and exclusive or: that the type is dynamic, that no
// more symbols are announced than there are, and that the lengths of the precode add up
// to a multiple of 16/128 (they must add up to 1). One start in 74 passes, and onlyComplete
// tells the rest. AVX2 does the same with 4 words at once (heads_amd64.s, which _asm writes); AVX-512
// goes another way (vbmi_amd64.go).

const (
	// stride is how many bytes of starts a word tests: a shift by up to 7 leaves 57 bits of 64.
	stride = 7
	// headBytes is what is looked at behind the first byte of a stride: 74 bits from its
	// last start on.
	headBytes = 17
)

// words is how many strides there are in n bytes with all that has to lie behind them.
func words(n int) int { return max(0, (n-headBytes+stride)/stride) }

// headsGeneric sets bit j of masks[i] where a header can start at bit 56·i + j of b. There
// are at most words(len(b)) masks.
func headsGeneric(b []byte, masks []uint64) {
	for i := range masks {
		masks[i] = wordOfHeads((*[headBytes]byte)(b[stride*i:]))
	}
}

func wordOfHeads(b *[headBytes]byte) uint64 {
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }
	w0, w1, w2, w3, w4, w5, w6, w7, w8, w9 := at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9)
	dynamic := ^(w0 >> 1) & (w0 >> 2)
	tooMany := w0>>4&(w0>>5)&(w0>>6)&(w0>>7) | w1>>1&(w1>>2)&(w1>>3)&(w1>>4) // HLIT, HDIST are 30 or 31

	// HCLEN: the lengths behind the first four are there where it is at least 1, 2, …
	h0, h1, h2, h3 := w1>>5, w1>>6, w1>>7, w2
	from1, from2, from3 := h2|h1|h0, h2|h1, h2|h1&h0
	from5, from6, from7 := h2&(h1|h0), h2&h1, h2&h1&h0

	var s kraft
	s.add(w2>>1, w2>>2, w2>>3)
	s.add(w2>>4, w2>>5, w2>>6)
	s.add(w2>>7, w3>>0, w3>>1)
	s.add(w3>>2, w3>>3, w3>>4)
	s.addIf(h3|from1, w3>>5, w3>>6, w3>>7)
	s.addIf(h3|from2, w4>>0, w4>>1, w4>>2)
	s.addIf(h3|from3, w4>>3, w4>>4, w4>>5)
	s.addIf(h3|h2, w4>>6, w4>>7, w5>>0)
	s.addIf(h3|from5, w5>>1, w5>>2, w5>>3)
	s.addIf(h3|from6, w5>>4, w5>>5, w5>>6)
	s.addIf(h3|from7, w5>>7, w6>>0, w6>>1)
	s.addIf(h3, w6>>2, w6>>3, w6>>4)
	s.addIf(h3&from1, w6>>5, w6>>6, w6>>7)
	s.addIf(h3&from2, w7>>0, w7>>1, w7>>2)
	s.addIf(h3&from3, w7>>3, w7>>4, w7>>5)
	s.addIf(h3&h2, w7>>6, w7>>7, w8>>0)
	s.addIf(h3&from5, w8>>1, w8>>2, w8>>3)
	s.addIf(h3&from6, w8>>4, w8>>5, w8>>6)
	s.addIf(h3&from7, w8>>7, w9>>0, w9>>1)
	return dynamic &^ tooMany &^ (s.bit0 | s.bit1 | s.bit2 | s.bit3) & (1<<(8*stride) - 1)
}

// kraft is the low four bits of 56 sums of 128 >> length. (All eight would be exact, and
// cost more than to look at what passes.)
type kraft struct{ bit0, bit1, bit2, bit3 uint64 }

// add adds lengths, given bit by bit: 7 is worth 1, 6 is worth 2, 5: 4, 4: 8; shorter ones a
// multiple of 16, and 0 nothing. At most one of the four is set, so each carry is an or.
func (s *kraft) add(a, b, c uint64) {
	x := c & b & a
	s.bit0, x = s.bit0^x, s.bit0&x
	x |= c & b &^ a
	s.bit1, x = s.bit1^x, s.bit1&x
	x |= c &^ b & a
	s.bit2, x = s.bit2^x, s.bit2&x
	s.bit3 ^= x | c&^b&^a
}

// addIf adds lengths where they are there. All that counts here have bit 2.
func (s *kraft) addIf(there, a, b, c uint64) { s.add(a, b, c&there) }

// fewPlaces is how many starts of a word are listed without asking whether there are so many.
const fewPlaces = 3

// scratch is what a chunk is searched with.
type scratch struct {
	masks  [chunk]uint64
	word   [chunk]uint16 // those with a bit set
	places [8*stride*chunk + fewPlaces]uint16
}

// searchGeneric lists the bits of b, of a chunk at most, at which a header can start.
func (s *scratch) searchGeneric(b []byte) []uint16 {
	masks := s.masks[:min(chunk, words(len(b)))]
	headsGeneric(b, masks)
	return onlyComplete(b, places(s.places[:], masks, 0, 8*stride))
}

// places lists the bits that are set in masks, of which each stands for so many starts from first on. In list there is room for all, and for
// fewPlaces besides. How many there are in a word is added up and not branched on: of
// random bytes a processor foresees it badly, and each time costs as much as ten words.
func places(list []uint16, masks []uint64, first, each int) []uint16 {
	n := 0
	for i, m := range masks {
		bit := first + each*i
		few, more := (*[fewPlaces]uint16)(list[n:]), n+fewPlaces
		n += bits.OnesCount64(m)
		for k := range few {
			few[k] = uint16(bit + bits.TrailingZeros64(m))
			m &= m - 1
		}
		for ; m != 0; m &= m - 1 {
			list[more] = uint16(bit + bits.TrailingZeros64(m))
			more++
		}
	}
	return list[:n]
}

// onlyComplete keeps of a list the bits at which the precode is exactly full, without a branch as well.
func onlyComplete(b []byte, list []uint16) []uint16 {
	n := 0
	for _, bit := range list {
		list[n] = bit
		n += int((missing(b, int(bit)) - 1) >> 31) // 1 where nothing is
	}
	return list[:n]
}

// missing is 0 where the precode at a bit that passed is exactly full.
func missing(b []byte, bit int) uint32 {
	n := binary.LittleEndian.Uint64(b[(bit+13)>>3:]) >> ((bit + 13) & 7) & 15
	lens := binary.LittleEndian.Uint64(b[(bit+17)>>3:]) >> ((bit + 17) & 7)
	return uint32(kraft128(lens&(1<<(3*(n+4))-1)) ^ 128)
}

// fourShares is what four lengths of three bits take of a precode's room, in 1/128.
var fourShares = func() (t [1 << 12]uint16) {
	for i := range t {
		for k := range 4 {
			t[i] += uint16(share(i >> (3 * k) & 7))
		}
	}
	return
}()

func kraft128(lens uint64) uint16 {
	t := &fourShares
	return t[lens&4095] + t[lens>>12&4095] + t[lens>>24&4095] + t[lens>>36&4095] + t[lens>>48&4095]
}
