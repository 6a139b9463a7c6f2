package entropy

import "bytes"

// MaxPeriod is the longest period that Period finds.
const MaxPeriod = 64

// Period gives the smallest p ≤ 64 with b[i] == b[i-p] for all i ≥ p, or 0 if there is none. 1 is a
// fill. The period must be seen twice, so len(b) ≥ 2p.
//
// Uniform bytes have a period by chance with probability below Σ_p 256^-(n-p): 2^-3583 for
// a sector, 2^-383 for 96 bytes.
func Period(b []byte) int {
	limit := min(MaxPeriod, len(b)/2)
	head := b[:min(8, len(b)/2)]
	for p := 1; p <= limit; p++ {
		// The next place where the first bytes come again; there is hardly ever one.
		i := bytes.Index(b[p:limit+len(head)], head)
		if i < 0 {
			return 0
		}
		p += i
		if bytes.Equal(b[p:], b[:len(b)-p]) {
			return p
		}
	}
	return 0
}
