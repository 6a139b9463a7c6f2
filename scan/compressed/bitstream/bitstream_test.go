package bitstream

import (
	"math/rand/v2"
	"testing"
)

// From every bit of bytes of every length, and behind them, the bits are those that stand there one by one.
func TestBits(t *testing.T) {
	all := []byte{0x01, 0x80, 0xa5, 0x3c, 0xff, 0x00, 0x12, 0xed, 0x77, 0x9b, 0xe1}
	for n := range len(all) + 1 {
		b := all[:n]
		for at := range 8 * (n + 20) {
			low, high := Low(b, at), High(b, at)
			for i := range 57 {
				wantLow, wantHigh := uint64(0), uint64(0)
				if k := (at + i) / 8; k < n {
					wantLow, wantHigh = uint64(b[k]>>((at+i)%8)&1), uint64(b[k]>>(7-(at+i)%8)&1)
				}
				if low>>i&1 != wantLow || high>>(63-i)&1 != wantHigh {
					t.Fatalf("%d bytes from bit %d: %x, %x", n, at, low, high)
				}
			}
		}
	}
}

// Read from their end, behind the highest one of the last byte, the bits are those that stand there, and zeros before the first.
func TestBackward(t *testing.T) {
	var r Backward
	if r.Open(nil) || r.Open([]byte{0xff, 0}) {
		t.Error("bytes without a mark were opened")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for trial := range 2000 {
		b := make([]byte, 1+trial%20)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		b[len(b)-1] = byte(1<<(trial%8) | random.IntN(1<<(trial%8)))
		left := 8*(len(b)-1) + trial%8
		if !r.Open(b) {
			t.Fatalf("%x was not opened", b)
		}
		for left > -60 {
			if r.Left != left {
				t.Fatalf("%x: %d bits are left, want %d", b, r.Left, left)
			}
			n, look, want := random.IntN(57), r.Look(), 0
			for i := 1; i <= 57; i++ {
				bit := 0
				if at := left - i; at >= 0 {
					bit = int(b[at/8] >> (at % 8) & 1)
				}
				if i <= n {
					want = want<<1 | bit
				}
				if int(look>>(64-i)&1) != bit {
					t.Fatalf("%x, %d left: %x is ahead, not so bit %d", b, left, look, i)
				}
			}
			if got := r.Take(n); got != want {
				t.Fatalf("%x, %d left: %d bits are %x, want %x", b, left, n, got, want)
			}
			left -= n
		}
	}
}
