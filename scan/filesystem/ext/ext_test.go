package ext

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le = binary.LittleEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{63}).Read(b)
	return b
}

// table is descriptors of four block groups.
func table(size int) []byte {
	b := make([]byte, 512)
	for i := range 4 {
		d := b[i*size:]
		le.PutUint32(d, uint32(1025+i))
		le.PutUint32(d[4:], uint32(1041+i))
		le.PutUint32(d[8:], uint32(1057+512*i))
		copy(d[12:], random(6))
	}
	return b
}

func TestGroups(t *testing.T) {
	for _, size := range []int{32, 64} {
		whole, ok := Groups(proof.Place{Buf: table(size)})
		if !MayBeGroups((*[sector]byte)(table(size))) || !ok || whole.End != 4*size {
			t.Errorf("%d bytes: %v %+v", size, ok, whole)
		}
		for i := 1; i < 4; i++ { // bitmaps that lie elsewhere
			b := table(size)
			b[i*size+1] ^= 1
			if o, _ := Groups(proof.Place{Buf: b}); o.Bits > whole.Bits-32 {
				t.Errorf("%d bytes: the bitmap of group %d elsewhere: %.0f bits of %.0f", size, i, o.Bits, whole.Bits)
			}
		}
		for _, at := range []int{19, 20} { // flags, snapshots
			b := table(size)
			b[at] ^= 0x80
			if o, ok := Groups(proof.Place{Buf: b}); ok {
				t.Errorf("%d bytes: byte %d changed: %+v", size, at, o)
			}
		}
	}
}
