package bitstream

import "math/bits"

// Backward reads bits from the end of some bytes to their beginning, where a one marks the last of them, as FSE and
// Huffman coders of Zstandard leave them (RFC 8878 §4.1). Those before the beginning are zeros.
type Backward struct {
	b    []byte
	Left int // bits that were not read yet; below 0: too many were
}

// Open begins behind the mark; false: there is none.
func (r *Backward) Open(b []byte) bool {
	if len(b) == 0 || b[len(b)-1] == 0 {
		return false
	}
	r.b, r.Left = b, 8*len(b)-9+bits.Len8(b[len(b)-1])
	return true
}

// Take reads n ≤ 56 bits.
func (r *Backward) Take(n int) int {
	r.Left -= n
	if r.Left >= 0 {
		return int(Low(r.b, r.Left) & (1<<n - 1))
	}
	if r.Left <= -n {
		return 0
	}
	return int(Low(r.b, 0)<<-r.Left) & (1<<n - 1)
}

// Look is the next bits, the first the highest, at least 57 of them.
func (r *Backward) Look() uint64 {
	if r.Left >= 64 {
		return Low(r.b, r.Left-57) << 7
	}
	if r.Left <= 0 {
		return 0
	}
	return Low(r.b, 0) << (64 - r.Left)
}
