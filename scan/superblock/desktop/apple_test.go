package desktop

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// TestFletcher: over the block and then its checksum both sums vanish modulo
// 2^32-1, which is what the reference asks of a valid object.
func TestFletcher(t *testing.T) {
	b := make([]byte, 4096)
	_, _ = rand.NewChaCha8([32]byte{21}).Read(b)
	binary.LittleEndian.PutUint64(b, fletcher64(b[8:]))
	var s1, s2 uint64
	for _, half := range [][]byte{b[8:], b[:8]} {
		for i := 0; i < len(half); i += 4 {
			s1 = (s1 + uint64(proof.LE32(half[i:]))) % (1<<32 - 1)
			s2 = (s2 + s1) % (1<<32 - 1)
		}
	}
	if s1 != 0 || s2 != 0 {
		t.Errorf("sums %d and %d", s1, s2)
	}
}
