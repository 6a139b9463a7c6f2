package brotli

import "encoding/binary"

// stride is how many bytes withoutPlain passes at once, and strideReach how many it reads for that.
const (
	stride      = 32
	strideReach = stride + 4
)

// plain marks the bits of a word at which the zeros of a plain header begin.
func plain(w uint64) uint64 { return zerosIn(w) & (1<<(8*searchBytes) - 1) }

// zerosIn is the same of all bits of a word that have as many behind them.
func zerosIn(w uint64) uint64 {
	z := ^w
	two := z & (z >> 1)
	four := two & (two >> 2)
	eight := four & (four >> 4)
	return eight & (two >> 8) & (two >> (zerosBefore + freeBits))
}

// withoutPlainGeneric is how many of the first n strides of b, 0 if n is less, in a row, have no bit at which the zeros of a plain header begin.
func withoutPlainGeneric(b []byte, n int) int {
	for k := range n {
		x := (*[strideReach]byte)(b[stride*k:])
		found := uint64(0)
		for i := 0; i < stride; i += 4 { // each word has the bits of four bytes, and those behind them
			found |= zerosIn(binary.LittleEndian.Uint64(x[i:]))
		}
		if uint32(found) != 0 {
			return k
		}
	}
	return max(n, 0)
}
