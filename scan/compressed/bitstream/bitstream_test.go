package bitstream

import "testing"

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
