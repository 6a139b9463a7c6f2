package deflate

import (
	"bytes"
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

// Every variant finds what the book says, at every length of b.
func TestHeads(t *testing.T) {
	b := noise(14_000, 1)
	copy(b[5000:], make([]byte, 300)) // zeros, and ones
	for i := range 300 {
		b[6000+i] = 0xff
	}
	for name, heads := range variants() {
		for n := range 200 {
			checkHeads(t, name, heads, b[4900+n:5100+2*n])
		}
		checkHeads(t, name, heads, b)
	}
}

func checkHeads(t *testing.T, name string, heads func([]byte, []uint64), b []byte) {
	t.Helper()
	masks := make([]uint64, words(len(b)))
	heads(b, masks)
	for i, m := range masks {
		for j := range 64 {
			if p := 8*stride*i + j; m>>j&1 == 1 != (j < 8*stride && canStart(b, p)) {
				t.Fatalf("%s, %d bytes, bit %d: %v", name, len(b), p, m>>j&1)
			}
		}
	}
}

func FuzzHeads(f *testing.F) {
	f.Add(noise(200, 2))
	f.Add(bytes.Repeat([]byte{0x24, 0x49, 0x92}, 60))
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, heads := range variants() {
			checkHeads(t, name, heads, b)
		}
	})
}

func BenchmarkHeads(b *testing.B) {
	buf := noise(1<<20, 9)
	masks := make([]uint64, words(len(buf)))
	for name, heads := range variants() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				heads(buf, masks)
			}
		})
	}
}
