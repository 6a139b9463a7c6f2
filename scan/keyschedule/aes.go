package keyschedule

import "math/bits"

// sbox is SubBytes (FIPS 197 §5.1.1): the inverse in GF(2^8), then an affine map. The
// inverses are walked through: x+1 generates the field.
var sbox = func() (t [256]byte) {
	t[0] = 0x63
	x, inverse := byte(1), byte(1)
	for range 255 {
		r := bits.RotateLeft8
		t[x] = inverse ^ r(inverse, 1) ^ r(inverse, 2) ^ r(inverse, 3) ^ r(inverse, 4) ^ 0x63
		x ^= byte(double(uint32(x)))
		for n := 1; n < 8; n *= 2 { // division by x+1: long division of polynomials
			inverse ^= inverse << n
		}
		inverse ^= inverse >> 7 * 0x09
	}
	return t
}()

// rcon are the round constants (§5.2), powers of x.
var rcon = [...]byte{1: 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1B, 0x36}

func subWord(w uint32) uint32 {
	return uint32(sbox[w&0xFF]) | uint32(sbox[w>>8&0xFF])<<8 | uint32(sbox[w>>16&0xFF])<<16 | uint32(sbox[w>>24])<<24
}

// double multiplies the bytes of a word by x (§4.2.1).
func double(w uint32) uint32 {
	const low, high = 0x7F7F7F7F, 0x80808080
	return w&low<<1 ^ w&high>>7*0x1B
}

// mixColumn is MixColumns (§5.1.3) of a column whose first byte is lowest.
func mixColumn(w uint32) uint32 {
	next := bits.RotateLeft32(w, -8)
	two := double(w)
	return two ^ bits.RotateLeft32(two, -8) ^ next ^ bits.RotateLeft32(w, -16) ^ bits.RotateLeft32(w, -24)
}
