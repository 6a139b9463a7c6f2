package merkle

import (
	"math/rand/v2"
	"testing"
)

// What two leaves give together is what each gives alone, whatever their lengths: around the ends of blocks, a whole leaf, one
// longer than the other.
func TestPair(t *testing.T) {
	b := make([]byte, 1<<21)
	rand.NewChaCha8([32]byte{13}).Read(b)
	lengths := [][2]int{{1 << 20, 1 << 20}, {1 << 20, 1<<20 - 1}, {0, 1 << 20}, {1 << 20, 63}}
	for n := range 3*64 + 2 {
		lengths = append(lengths, [2]int{n, n})
	}
	for _, n := range lengths {
		checkPair(t, b[:n[0]], b[1<<20:1<<20+n[1]])
	}
}

func FuzzPair(f *testing.F) {
	f.Add([]byte{}, 0)
	f.Add(make([]byte, 2*64), 64)
	f.Add(make([]byte, 1000), 500)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		if cut >= 0 && cut <= len(b) {
			checkPair(t, b[:cut], b[cut:])
		}
	})
}

func checkPair(t *testing.T, a, b []byte) {
	t.Helper()
	wantA, wantB := pairGeneric(a, b)
	if gotA, gotB := Pair(a, b); gotA != wantA || gotB != wantB {
		t.Errorf("leaves of %d and %d bytes: %x and %x, want %x and %x", len(a), len(b), gotA, gotB, wantA, wantB)
	}
}

func BenchmarkPair(b *testing.B) {
	leaves := [2][]byte{make([]byte, 1<<20), make([]byte, 1<<20)}
	for name, hash := range map[string]func(a, b []byte) (x, y [32]byte){"generic": pairGeneric, "fastest": Pair} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(2 << 20)
			for b.Loop() {
				hash(leaves[0], leaves[1])
			}
		})
	}
}
