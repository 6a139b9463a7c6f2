package entropy

import (
	"bytes"
	"testing"
)

// variants has every way to count that this machine can go.
var variants = map[string]struct {
	take         func(h, sector *counts) uint64
	countStuffed func([]byte) uint64
}{
	"generic": {takeGeneric, countStuffedGeneric},
	"fastest": {take, countStuffed},
}

// stuffed is a piece in which FF and 00 are common.
func stuffed(seed byte, n int) []byte {
	b := random(seed, n)
	for i, c := range b {
		if c < 0xC0 {
			b[i] = -(c & 1)
		}
	}
	return b
}

// countsAsDefined holds each variant against the bytes themselves.
func countsAsDefined(t *testing.T, before, piece []byte) {
	t.Helper()
	for name, v := range variants {
		var h, sector, want counts
		countInto(&h, before)
		countInto(&sector, piece)
		got := v.take(&h, &sector)
		var squares uint64
		for c := range want {
			n := bytes.Count(piece, []byte{byte(c)})
			want[c] = uint32(n + bytes.Count(before, []byte{byte(c)}))
			squares += uint64(n * n)
		}
		if got != squares || h != want || sector != (counts{}) {
			t.Fatalf("%s: %d and %d bytes: %d, want %d, or wrong counts", name, len(before), len(piece), got, squares)
		}
		for _, b := range [][]byte{before, piece} {
			var want uint64
			for i := 1; i < len(b); i++ {
				if b[i-1] == 0xFF && b[i] == 0 {
					want++
				}
			}
			if got := v.countStuffed(b); got != want {
				t.Fatalf("%s: %d stuffed FF in %d bytes, want %d", name, got, len(b), want)
			}
		}
	}
}

func TestCounts(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 8, 9, 31, 32, 33, 34, 64, 65, 511, Sector} {
		countsAsDefined(t, random(1, 65536-Sector), random(2, n))
		countsAsDefined(t, prose(1, 4096), bytes.Repeat([]byte{0xFF}, n))
		countsAsDefined(t, nil, make([]byte, n))
		countsAsDefined(t, stuffed(3, 4096+n), stuffed(4, n))
	}
}

func FuzzCounts(f *testing.F) {
	f.Add([]byte("before"), []byte("a sector"))
	f.Add(make([]byte, 65536), make([]byte, Sector))
	f.Add(stuffed(1, 100), stuffed(2, 40))
	f.Fuzz(func(t *testing.T, before, piece []byte) {
		countsAsDefined(t, before[:min(len(before), 65536)], piece[:min(len(piece), Sector)])
	})
}
