// Package bitstream reads bits that begin at any bit of some bytes, in either order, and from their end (Backward).
package bitstream

import "encoding/binary"

// Low is the bits from a bit on, at least 57, the first the lowest, where those of each byte are read from the
// lowest on. Behind the last are zeros.
func Low(b []byte, at int) uint64 {
	i := at >> 3
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:]) >> (at & 7)
	}
	w := end(b, i)
	return binary.LittleEndian.Uint64(w[:]) >> (at & 7)
}

// High is the same where they are read from the highest on: the first is the highest.
func High(b []byte, at int) uint64 {
	i := at >> 3
	if i+8 <= len(b) {
		return binary.BigEndian.Uint64(b[i:]) << (at & 7)
	}
	w := end(b, i)
	return binary.BigEndian.Uint64(w[:]) << (at & 7)
}

// end is what there is from byte i on, and zeros.
func end(b []byte, i int) (w [8]byte) {
	copy(w[:], b[min(i, len(b)):])
	return w
}
