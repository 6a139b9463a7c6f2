package entropy

import (
	"bytes"
	"testing"
)

// slowPeriod is the definition.
func slowPeriod(b []byte) int {
next:
	for p := 1; p <= MaxPeriod && 2*p <= len(b); p++ {
		for i := p; i < len(b); i++ {
			if b[i] != b[i-p] {
				continue next
			}
		}
		return p
	}
	return 0
}

func TestPeriod(t *testing.T) {
	for p := 1; p <= 70; p++ {
		unit := random(byte(p), p)
		for _, n := range []int{2*p - 1, 2 * p, 2*p + 1, 512, 4096} {
			b := bytes.Repeat(unit, n/p+1)[:n]
			if got, want := Period(b), slowPeriod(b); got != want {
				t.Errorf("period %d of %d bytes: %d, want %d", p, n, got, want)
			}
			if n >= 512 && p <= MaxPeriod && Period(b) != p {
				t.Errorf("period %d of %d bytes: %d", p, n, Period(b))
			}
			b[n-1] ^= 1
			if got := Period(b); n >= 512 && got != 0 {
				t.Errorf("period %d with the last byte changed: %d", p, got)
			}
		}
	}
	if got := Period(random(1, 512)); got != 0 {
		t.Errorf("random bytes have period %d", got)
	}
}

// TestPeriodOfHostileSector: the first bytes come again everywhere, but nothing has a period.
func TestPeriodOfHostileSector(t *testing.T) {
	b := make([]byte, 512)
	b[511] = 1
	if got := Period(b); got != 0 {
		t.Errorf("period %d", got)
	}
}

func FuzzPeriod(f *testing.F) {
	for _, seed := range [][]byte{nil, {1}, {1, 1}, {1, 2}, []byte("abababa"), make([]byte, 512), bytes.Repeat([]byte("0123456789abc"), 40), append(make([]byte, 100), 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, want := Period(b), slowPeriod(b); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
