package deflate

import "encoding/binary"

// bitReader reads bits, the least significant of a byte first.
type bitReader struct {
	b  []byte
	at int // in bits; behind the end of b once more was taken than there is
}

// peek is the next bits, 57 at least; zeros behind the end.
func (r *bitReader) peek() uint64 {
	i := r.at >> 3
	if i+8 <= len(r.b) {
		return binary.LittleEndian.Uint64(r.b[i:]) >> (r.at & 7)
	}
	v := uint64(0)
	for k := len(r.b) - 1; k >= i; k-- {
		v = v<<8 | uint64(r.b[k])
	}
	return v >> (r.at & 7)
}

// take reads a number of up to 57 bits.
func (r *bitReader) take(n int) uint64 {
	v := r.peek() & (1<<n - 1)
	r.at += n
	return v
}

// over says that more was read than there is.
func (r *bitReader) over() bool { return r.at > 8*len(r.b) }
