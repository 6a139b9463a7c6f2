package lzma

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkStops holds where a scan stops against what it asks of each byte.
func checkStops(t *testing.T, b []byte, lo, hi int) {
	t.Helper()
	ready()
	f := &Finder{b: b}
	got := slices.DeleteFunc(f.stops(lo, hi), func(at int) bool { return b[at] != 0 && !f.mayCopy(at) })
	var want []int
	for at := lo; at < hi; at++ {
		if b[at] == 0 || b[at] == 2 && f.mayCopy(at) {
			want = append(want, at)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%x from %d to %d: %v, want %v", b, lo, hi, got, want)
	}
}

func TestStops(t *testing.T) {
	b := make([]byte, 1<<16)
	rand.NewChaCha8([32]byte{1}).Read(b)
	checkStops(t, b, 0, len(b))
	for i := range b {
		b[i] &= 0xc2 // many of both
	}
	for n := range 150 {
		checkStops(t, b[:n], 0, n)
		checkStops(t, b[:n], n/3, n-n/4)
	}
	checkStops(t, make([]byte, 200), 0, 200)
}

func FuzzStops(f *testing.F) {
	f.Add(append(make([]byte, 70), 2, 0xbd, 0), 3, 72)
	f.Fuzz(func(t *testing.T, b []byte, lo, hi int) {
		if lo >= 0 && lo <= hi && hi <= len(b) {
			checkStops(t, b, lo, hi)
		}
	})
}
