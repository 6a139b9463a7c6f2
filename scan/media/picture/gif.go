package picture

import (
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/media/picture/three"
	"shokyo.dev/shokyo/scan/proof"
)

// The picture in a GIF file (GIF89a, 15) is cut into sub-blocks: a byte that says how long it is, and so
// many bytes. All but the last have 255, or 254 as ImageMagick writes them, and behind the last stands 00.
// So every 256 bytes there is FF, 7.9 bits each: from a start byte on nothing is to choose.
//
// The chain is held against a model of lengths that adds up to 1: one of the two, the same again, one
// shorter block, 00 behind it.

// gifSizes are the usual lengths of a sub-block, with the chances that the first has it.
var gifSizes = []struct {
	size   byte
	chance float64
}{{255, .7}, {254, .3}}

const (
	gifSame  = .96 // chance of a sub-block that is as long as the one before
	gifShort = .03 // of a shorter one, each alike
	gifEnds  = .98 // of 00 behind a shorter one
	gifMany  = 8   // sub-blocks behind which no other chain is looked for in these bytes
)

// gif looks for chains of sub-blocks.
func gif(b []byte, need float64, report func(proof.Observation)) {
	for _, s := range gifSizes {
		step, next := int(s.size)+1, 0
		lengths := three.Bytes{Value: [3]byte{s.size, s.size, s.size}, Behind: [2]int{step, 2 * step}}
		for at := 0; at+2*step < len(b); at++ {
			i := lengths.Index(b[at:])
			if i < 0 {
				break
			}
			if at += i; at < next {
				at = next - 1
				continue
			}
			n, end := gifChain(b, at)
			if n >= gifMany {
				next = end
			}
			bits := math.Log2(256*s.chance) + math.Log2(256*gifSame)*float64(n-1) + gifTail(b, end-1+step, s.size)
			if bits >= need && !gifFlat(b, at, n) {
				report(proof.Observation{Kind: "gif-blocks", Start: at, End: end, Bits: bits, Detail: fmt.Sprintf("%d sub-blocks of GIF", n)})
			}
		}
	}
}

// gifChain counts the lengths that are the same as at a byte, one sub-block behind the other, and says behind which
// byte the last stands.
func gifChain(b []byte, at int) (n, end int) {
	size := b[at]
	for ; at < len(b) && b[at] == size; at += int(size) + 1 {
		n, end = n+1, at+1
	}
	return n, end
}

// gifTail is what the end of a picture behind the last whole sub-block is worth.
func gifTail(b []byte, at int, size byte) float64 {
	if at >= len(b) || b[at] == 0 || b[at] >= size {
		return 0
	}
	if end := at + int(b[at]) + 1; end >= len(b) || b[end] != 0 {
		return 0
	}
	return math.Log2(256*gifShort/254) + math.Log2(256*gifEnds)
}

// gifFlat says that what stands behind the lengths is mostly like them: a table or a bitmap, no GIF.
func gifFlat(b []byte, at, n int) bool {
	same, size := 0, b[at]
	for i := range n {
		if j := at + i*(int(size)+1) + 1; j < len(b) && b[j] == size {
			same++
		}
	}
	return 8*same > n
}
