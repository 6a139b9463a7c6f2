package brotli

import (
	"testing"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

// plainBits is the definition of plain.
func plainBits(b []byte, at int) bool {
	for i := range zerosBefore + freeBits + zerosBehind {
		if of := at + i; (i < zerosBefore || i >= zerosBefore+freeBits) && (of >= 8*len(b) || b[of/8]>>(of%8)&1 != 0) {
			return false
		}
	}
	return true
}

func TestPlain(t *testing.T) {
	for seed := range byte(200) {
		b := random(seed, 16)
		for i := range b {
			b[i] &= random(seed+1, 16)[i] & random(seed+2, 16)[i]
		}
		m := plain(bitstream.Low(b, 0))
		for at := range 8 * searchBytes {
			if got := m>>at&1 != 0; got != plainBits(b, at) {
				t.Fatalf("%x, bit %d: %v", b, at, got)
			}
		}
	}
}

// checkStrides holds both ways to pass strides against the definition, and gives how many are passed.
func checkStrides(t *testing.T, b []byte) (passed int) {
	t.Helper()
	n := (len(b) - (strideReach - stride)) / stride
	for passed < n {
		any := false
		for at := range 8 * stride {
			any = any || plainBits(b, 8*stride*passed+at)
		}
		if any {
			break
		}
		passed++
	}
	for name, pass := range map[string]func([]byte, int) int{"generic": withoutPlainGeneric, "here": withoutPlain} {
		if got := pass(b, n); got != passed {
			t.Fatalf("%s: %d strides of %x, want %d", name, got, b, passed)
		}
	}
	return passed
}

func TestStrides(t *testing.T) {
	const strides = 3
	for at := range 8 * stride * strides {
		b := make([]byte, stride*strides+4)
		for i := range b {
			b[i] = 0xff
		}
		for i := range zerosBefore + freeBits + zerosBehind {
			b[(at+i)/8] &^= byte(at%2) << ((at + i) % 8)
			if i < zerosBefore || i >= zerosBefore+freeBits {
				b[(at+i)/8] &^= 1 << ((at + i) % 8)
			}
		}
		if got, want := checkStrides(t, b), at/(8*stride); got != want {
			t.Fatalf("zeros at bit %d: %d strides, want %d", at, got, want)
		}
		for i := range zerosBefore + freeBits + zerosBehind { // all but one bit
			if i == zerosBefore {
				continue
			}
			b[(at+i)/8] ^= 1 << ((at + i) % 8)
			if got := checkStrides(t, b); got != strides {
				t.Fatalf("zeros at bit %d but for the one at %d: %d strides", at, i, got)
			}
			b[(at+i)/8] ^= 1 << ((at + i) % 8)
		}
	}
	for n := range 2 * stride {
		checkStrides(t, random(3, n))
	}
	if passed := checkStrides(t, random(4, 1<<14)); passed < 1 || passed > 200 {
		t.Errorf("%d strides", passed)
	}
}

func FuzzStrides(f *testing.F) {
	f.Add(random(4, 2*strideReach))
	f.Fuzz(func(t *testing.T, b []byte) { checkStrides(t, b) })
}
