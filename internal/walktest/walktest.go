// Package walktest holds the rooms of package sound to the bound of package walk.
package walktest

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

// Chain is how a room reads.
type Chain func(*walk.Walk) (kind string, parts int)

// File is one of testdata.
func File(t testing.TB, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// From is a walk that may do all the work it likes.
func From(b []byte) walk.Walk {
	return walk.From(b, 0, &walk.Budget{Short: math.MaxInt, Need: 1e9})
}

// Read walks from the first byte of b.
func Read(b []byte, chain Chain) (w walk.Walk, parts int) {
	w = From(b)
	_, parts = chain(&w)
	return w, parts
}

// Calibrate cuts the chain that b begins with at each of the given bytes, or at the field before, and goes on in random
// bytes: these add no more than chance does. Without any of it nearly all random bytes would end at once. A cut must not lie
// between bytes that count together.
func Calibrate(t *testing.T, b []byte, chain Chain, cuts ...int) {
	t.Helper()
	trials := 10_000
	if testing.Short() {
		trials = 2_000
	}
	r := rand.NewChaCha8([32]byte{7})
	for _, cut := range cuts {
		head, buf := b[:cut], make([]byte, cut+600)
		w, _ := Read(head, chain)
		had, fields := w.Bits(), w.Pos()
		var above [25]int
		for range trials {
			r.Read(buf[fields/8:])
			splice(buf, head, fields)
			if w, _ := Read(buf, chain); w.Bits() >= had {
				above[min(int(w.Bits()-had), 24)]++
			}
		}
		n := 0
		for s := 24; s >= 2; s-- {
			n += above[s]
			if want := float64(trials) * math.Exp2(-float64(s)); float64(n) > want+4*math.Sqrt(want)+1 {
				t.Errorf("%d bytes, then random ones: %d of %d have %d bits more, want %.1f at most", cut, n, trials, s, want)
			}
		}
	}
}

// splice puts the first bits of head in b.
func splice(b, head []byte, bits int) {
	n := copy(b, head[:bits/8])
	if rest := bits % 8; rest > 0 {
		keep := ^byte(0xff >> rest)
		b[n] = head[n]&keep | b[n]&^keep
	}
}

// Break flips one bit of b after the other, up to a byte, and says how many of them leave the chain as good as it was.
func Break(b []byte, chain Chain, upTo int) (kept int) {
	w, _ := Read(b, chain)
	for bit := range 8 * upTo {
		x := slices.Clone(b)
		x[bit/8] ^= 0x80 >> (bit % 8)
		if y, _ := Read(x, chain); y.Bits() >= w.Bits() {
			kept++
		}
	}
	return kept
}
