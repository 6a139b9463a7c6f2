package zstd

import "math/bits"

const (
	maxSymbols = 53 // of the largest code, match lengths (RFC 8878 §3.1.1.3.2.1.1)
	maxLog     = 9  // the largest accuracy that a sequence code may have
)

// counts is the distribution of an FSE code as it is described (RFC 8878 §4.1.1): how
// many of the 2^log states each symbol has. -1 is a state for what is rarer than that.
type counts struct {
	log  int
	of   [maxSymbols]int16
	n    int // symbols that are described
	bits int // length of the description, without what pads it to a byte
	pad  int // value of those
}

// size is the length of the description in bytes.
func (c *counts) size() int { return (c.bits + 7) / 8 }

// window is the bits of b from a bit offset on, lowest first, at least 57 of them; behind the end are zeros.
func window(b []byte, bit int) uint64 {
	at := bit >> 3
	if at+8 <= len(b) {
		return load64(b, at) >> (bit & 7)
	}
	var v uint64
	for i := 0; at+i < len(b); i++ {
		v |= uint64(b[at+i]) << (8 * i)
	}
	return v >> (bit & 7)
}

// read takes a description of at most most symbols with a log up to maxLog.
func (c *counts) read(b []byte, most, maxLog int) bool {
	c.log = int(window(b, 0)&15) + 5
	if c.log > maxLog {
		return false
	}
	c.n, c.bits = 0, 4
	left := 1<<c.log + 1 // what may still be given away, plus one
	for left > 1 {
		if c.n >= most || c.bits > 8*len(b) {
			return false
		}
		v, used := number(window(b, c.bits), left)
		if v == 1 && c.n > 0 && c.of[c.n-1] == 0 {
			return false // it belongs to the run of zeros before, which was said to be over: so each code has one description
		}
		c.bits += used
		c.of[c.n] = int16(v - 1)
		c.n++
		if v == 0 {
			left--
		} else {
			left -= v - 1
		}
		for more := v == 1; more; { // zeros that follow: 0 to 2 of them, or 3 and go on
			zeros := int(window(b, c.bits) & 3)
			c.bits += 2
			if c.n+zeros > most {
				return false
			}
			clear(c.of[c.n : c.n+zeros])
			c.n += zeros
			more = zeros == 3
		}
	}
	if c.bits > 8*len(b) {
		return false
	}
	c.pad = int(window(b, c.bits)) & (1<<(-c.bits&7) - 1)
	return true
}

// number reads one from 0 to left, in as few bits as hold it: the small ones may have one bit less.
func number(w uint64, left int) (v, used int) {
	used = bits.Len(uint(left))
	short := 1<<used - 1 - left // so many numbers have one bit less
	if v = int(w) & (1<<(used-1) - 1); v < short {
		return v, used - 1
	}
	if v = int(w) & (1<<used - 1); v >= 1<<(used-1) {
		v -= short
	}
	return v, used
}
