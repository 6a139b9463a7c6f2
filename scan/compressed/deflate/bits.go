package deflate

import "shokyo.dev/shokyo/scan/compressed/bitstream"

// bitReader reads bits, the least significant of a byte first.
type bitReader struct {
	b  []byte
	at int // in bits; behind the end of b once more was taken than there is
}

// peek is the next bits, 57 at least; zeros behind the end.
func (r *bitReader) peek() uint64 { return bitstream.Low(r.b, r.at) }

// take reads a number of up to 57 bits.
func (r *bitReader) take(n int) uint64 {
	v := r.peek() & (1<<n - 1)
	r.at += n
	return v
}

// over says that more was read than there is.
func (r *bitReader) over() bool { return r.at > 8*len(r.b) }
