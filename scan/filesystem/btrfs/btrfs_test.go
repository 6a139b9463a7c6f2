package btrfs

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le = binary.LittleEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{61}).Read(b)
	return b
}

// block is a leaf of 4 KiB with five items, or a node with five pointers.
func block(level byte) []byte {
	b := random(4096)
	clear(b[4:32])
	le.PutUint64(b[48:], 30<<20)
	copy(b[56:], "\x01\x00\x00\x00\x00\x00\x00\x01")
	le.PutUint64(b[80:], 7)
	le.PutUint64(b[88:], 5)
	le.PutUint32(b[96:], 5)
	b[100] = level
	end := uint32(4096 - headerBytes)
	for i := range 5 {
		if level == 0 {
			le.PutUint32(b[headerBytes+i*itemBytes+21:], 100)
			end -= 100
			le.PutUint32(b[headerBytes+i*itemBytes+17:], end)
		} else {
			le.PutUint64(b[headerBytes+i*pointerBytes+17:], uint64(31+i)<<20)
			le.PutUint64(b[headerBytes+i*pointerBytes+25:], 6)
		}
	}
	le.PutUint32(b, proof.CRC32C(b[32:]))
	return b
}

func TestBlocks(t *testing.T) {
	for level := range byte(2) {
		b := block(level)
		whole, ok := Recognize(proof.Place{Buf: b})
		if !MayBe((*[sector]byte)(b)) || !ok || whole.End != 4096 {
			t.Errorf("level %d: %v %+v", level, ok, whole)
		}
		for _, at := range []int{49, 54, 57, 62, 63, 87, 95, 99, 100} {
			b := block(level)
			b[at] ^= 0x88
			if o, ok := Recognize(proof.Place{Buf: b}); ok {
				t.Errorf("level %d: byte %d changed: %+v", level, at, o)
			}
		}
	}
}

// TestItems: data of items that do not lie end to end are no leaf, and places of blocks lie on
// sectors of the volume, of a generation no younger.
func TestItems(t *testing.T) {
	for i := range 5 {
		b := block(0)
		b[headerBytes+i*itemBytes+17] ^= 1
		if o, ok := Recognize(proof.Place{Buf: b}); ok {
			t.Errorf("item %d elsewhere: %+v", i, o)
		}
		for _, at := range []int{18, 24, 25} {
			b = block(1)
			b[headerBytes+i*pointerBytes+at] ^= 8
			if o, ok := Recognize(proof.Place{Buf: b}); ok {
				t.Errorf("pointer %d, byte %d changed: %+v", i, at, o)
			}
		}
	}
}
