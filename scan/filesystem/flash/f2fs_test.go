package flash

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le = binary.LittleEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{65}).Read(b)
	return b
}

func inode() []byte {
	b := random(block)
	le.PutUint16(b, 0x81A4)
	le.PutUint32(b[12:], 1)
	clear(b[22:32])
	for _, at := range []int{32, 40, 48} {
		le.PutUint64(b[at:], 1700000000)
	}
	for _, at := range []int{56, 60, 64} {
		le.PutUint32(b[at:], 999_999_999)
	}
	le.PutUint32(b[88:], 255)
	le.PutUint32(b[footerAt:], 77)
	le.PutUint32(b[footerAt+4:], 77)
	return b
}

func TestInode(t *testing.T) {
	if o, ok := Inode(proof.Place{Buf: inode()}); !MayBeInode((*[sector]byte)(inode())) || !ok || o.End != block {
		t.Errorf("%v %+v", ok, o)
	}
	for _, at := range []int{14, 23, 28, 36, 44, 52, 59, 63, 67, 89, footerAt, footerAt + 4} {
		b := inode()
		b[at] ^= 0x40
		if o, ok := Inode(proof.Place{Buf: b}); ok {
			t.Errorf("byte %d changed: %+v", at, o)
		}
	}
}

// TestSegments: the number of valid blocks is that of the bits in the map.
func TestSegments(t *testing.T) {
	b := make([]byte, block)
	for i := range 55 {
		s := b[i*segmentBytes:]
		s[2], s[66] = 0xF1, 9
		le.PutUint16(s, 2<<10|5)
	}
	whole, ok := Segments(proof.Place{Buf: b})
	if !MayBeSegments((*[sector]byte)(b)) || !ok || whole.End != 55*segmentBytes {
		t.Errorf("%v %+v", ok, whole)
	}
	b[2*segmentBytes+3] = 1
	if o, _ := Segments(proof.Place{Buf: b}); o.Bits > whole.Bits-45*52 {
		t.Errorf("%+v", o)
	}
}
