package apple

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le, be = binary.LittleEndian, binary.BigEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{66}).Read(b)
	return b
}

func object() []byte {
	b := random(apfsBlock)
	le.PutUint64(b[8:], 1027)
	le.PutUint64(b[16:], 21017)
	le.PutUint64(b[24:], 0xB<<32|0x4000000B)
	le.PutUint64(b, proof.Fletcher64(b[8:]))
	return b
}

func TestObject(t *testing.T) {
	if o, ok := APFS(proof.Place{Buf: object()}); !MayBeAPFS((*[sector]byte)(object())) || !ok || o.End != apfsBlock {
		t.Errorf("%v %+v", ok, o)
	}
	for at := 0; at < apfsBlock; at += 31 {
		b := object()
		b[at] ^= 4
		if o, ok := APFS(proof.Place{Buf: b}); ok {
			t.Errorf("byte %d changed: %+v", at, o)
		}
	}
}

// leaf is a node of a catalog with four records.
func leaf(size int) []byte {
	b := random(size)
	copy(b[8:], "\xFF\x01\x00\x04\x00\x00")
	at := nodeBytes
	for i := range 4 {
		be.PutUint16(b[size-2*(i+1):], uint16(at))
		be.PutUint16(b[at:], 6+2*8)
		be.PutUint16(b[at+6:], 8)
		at += 2 + 6 + 16 + 88
	}
	be.PutUint16(b[size-10:], uint16(at))
	return b
}

func TestNodes(t *testing.T) {
	for size := 512; size <= 32<<10; size *= 2 {
		b := leaf(size)
		whole, ok := HFS(proof.Place{Buf: b})
		if !MayBeHFS((*[sector]byte)(b)) || !ok || whole.End != size {
			t.Errorf("%d: %v %+v", size, ok, whole)
		}
		for _, at := range []int{8, 9, 12, 13, size - 1, size - 3, size - 4} {
			b := leaf(size)
			b[at] ^= 0x81
			if o, _ := HFS(proof.Place{Buf: b}); o.Bits > whole.Bits-16 {
				t.Errorf("%d: byte %d changed: %.0f bits of %.0f", size, at, o.Bits, whole.Bits)
			}
		}
	}
}
