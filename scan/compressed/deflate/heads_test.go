package deflate

import (
	"bytes"
	"slices"
	"testing"
)

// canStart is what search finds, by the book: RFC 1951 §3.2.7 bit by bit.
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
	return sum == 128
}

// Every variant finds what the book says, at every length of b.
func TestHeads(t *testing.T) {
	b := noise(14_000, 1)
	copy(b[5000:], make([]byte, 300)) // zeros, and ones
	for i := range 300 {
		b[6000+i] = 0xff
	}
	for name, search := range variants() {
		for n := range 250 {
			checkStarts(t, name, search, b[4900+n:5100+2*n])
			checkStarts(t, name, search, b[5000-n/2:5000+n/2])
			checkStarts(t, name, search, b[:stride*chunk-30+n])
		}
		for lo := 0; lo < 7000; lo += 500 {
			checkStarts(t, name, search, b[lo:])
		}
	}
}

func checkStarts(t *testing.T, name string, search func(*scratch, []byte) []uint16, b []byte) {
	t.Helper()
	var want []uint16
	for p := range 8 * stride * min(chunk, words(len(b))) {
		if canStart(b, p) {
			want = append(want, uint16(p))
		}
	}
	if got := search(new(scratch), b); !slices.Equal(got, want) {
		t.Fatalf("%s, %d bytes: %v, not %v", name, len(b), got, want)
	}
}

func FuzzHeads(f *testing.F) {
	f.Add(noise(200, 2))
	f.Add(bytes.Repeat([]byte{0x24, 0x49, 0x92}, 60))
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, search := range variants() {
			checkStarts(t, name, search, b)
		}
	})
}

func BenchmarkHeads(b *testing.B) {
	buf, s := noise(stride*chunk+100, 9), new(scratch)
	for name, search := range variants() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(stride * chunk)
			for b.Loop() {
				search(s, buf)
			}
		})
	}
}
