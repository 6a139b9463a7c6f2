package video

import "math"

// OBUs of AV1 (AV1 Bitstream & Decoding Process Specification, 5.3): a header, the size in leb128 (4.10.5), and what they hold.

const (
	obuFrame     = 6<<3 | hasSize
	obuDelimiter = 2<<3 | hasSize
	hasSize      = 2
)

// Classes of their own have frames, headers of frames, groups of tiles.
var obuSymbols = []struct {
	head   byte
	class  int
	most   int
	weight float32
}{
	{obuFrame, 0, 72, 60}, {obuDelimiter, 3, 0, 8}, {1<<3 | hasSize, 3, 48, 3}, {3<<3 | hasSize, 1, 48, 14},
	{4<<3 | hasSize, 2, 16, 10}, {5<<3 | hasSize, 3, 16, 1}, {7<<3 | hasSize, 1, 48, .5}, {15<<3 | hasSize, 3, 8, .5},
}

var (
	obuWeights = func() (w []float32) {
		for _, s := range obuSymbols {
			w = append(w, s.weight)
		}
		return w
	}()
	obuSymbol = func() (of [256]int8) {
		for i := range of {
			of[i] = -1
		}
		for i, s := range obuSymbols {
			of[s.head] = int8(i)
		}
		return of
	}()

	leastLEB = math.Log2(.9)
	otherLEB = math.Log2(.1 / 3)
)

// frameOBU looks at a byte that may be the header of a frame: of one that is not shown again, of key frames that are
// shown and those between.
func (f *Finder) frameOBU(at int) {
	size, width, _ := leb128(f.b, at+1)
	if width == 0 || size < 8 {
		return
	}
	if first := f.b[at+1+width]; first>>4-1 < 3 {
		f.consider(av1, at)
	}
}

// readOBU reads the header of an OBU that says its size.
func readOBU(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+8 > len(b) {
		return x, false
	}
	i := obuSymbol[b[at]]
	if i < 0 {
		return x, false
	}
	s := &obuSymbols[i]
	x = unit{at: at, symbol: int(i), class: s.class, most: s.most}
	if s.head == obuDelimiter {
		x.fixed, x.body, x.next = 16, at+2, at+2
		return x, b[at+1] == 0
	}
	size, width, value := leb128(b, at+1)
	if size == 0 {
		return x, false
	}
	x.size, x.fixed, x.body = size, float64(8*(1+width))+value, at+1+width
	x.next = x.body + size
	return x, true
}

// leb128 reads a size of up to three bytes, its width, and what that is worth.
func leb128(b []byte, at int) (size, width int, value float64) {
	for width < 3 && at+width+4 < len(b) {
		c := int(b[at+width])
		size |= c & 0x7f << (7 * width)
		width++
		if c < 0x80 {
			if value = leastLEB; width > 1 && c == 0 {
				value = otherLEB
			}
			return size, width, value
		}
	}
	return 0, 0, 0
}
