package deflate

import (
	"math/bits"
	"testing"
)

// canStart is what heads computes, by the book: RFC 1951 §3.2.7 bit by bit.
func canStart(b []byte, p int) bool {
	get := func(p, n int) (v int) {
		for k := range n {
			v |= int(b[(p+k)>>3]>>((p+k)&7)&1) << k
		}
		return v
	}
	if get(p+1, 2) != 2 || get(p+3, 5) >= 30 || get(p+8, 5) >= 30 {
		return false
	}
	sum := 0
	for k := range get(p+13, 4) + 4 {
		if l := get(p+17+3*k, 3); l != 0 {
			sum += 128 >> l
		}
	}
	return sum%16 == 0
}

func TestHeads(t *testing.T) {
	b := noise(14_000, 1)
	masks := make([]uint64, words(len(b)))
	headsGeneric(b, masks)
	found := 0
	for i, m := range masks {
		found += bits.OnesCount64(m)
		for j := range 8 * stride {
			if p := 8*stride*i + j; m>>j&1 == 1 != canStart(b, p) {
				t.Fatalf("bit %d: %v", p, m>>j&1)
			}
		}
	}
	t.Log(found)
}
