package zstd

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

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

// bitsAhead of those that are read at once have a number's behind them, of at most maxLog+1 bits.
const bitsAhead = 57 - (maxLog + 1)

// size is the length of the description in bytes.
func (c *counts) size() int { return (c.bits + 7) / 8 }

// read takes a description of at most most symbols with a log up to maxLog.
func (c *counts) read(b []byte, most, maxLog int) bool {
	w := bitstream.Low(b, 0)
	if c.log = int(w&15) + 5; c.log > maxLog {
		return false
	}
	n, at, zero := 0, 4, false
	w >>= at
	enough := bitsAhead                   // up to here w has what number asks for
	for left := 1<<c.log + 1; left > 1; { // what may still be given away, plus one
		if n >= most {
			return false
		}
		if at > enough {
			w, enough = bitstream.Low(b, at), at+bitsAhead
		}
		v, used := number(w, left)
		if zero = zero && v == 1; zero {
			return false // it belongs to the run of zeros before, which was said to be over: so each code has one description
		}
		c.of[n] = int16(v - 1)
		n, at, w = n+1, at+used, w>>used
		if zero = v == 1; !zero {
			left -= max(v-1, 1) // -1 takes a state as well
			continue
		}
		for more := 3; more == 3; { // zeros that follow: 0 to 2 of them, or 3 and go on
			if at > enough {
				w, enough = bitstream.Low(b, at), at+bitsAhead
			}
			more = int(w & 3)
			at, w = at+2, w>>2
			if n+more > most {
				return false
			}
			for range more {
				c.of[n] = 0
				n++
			}
		}
	}
	c.n, c.bits = n, at
	c.pad = int(bitstream.Low(b, at)) & (1<<(-at&7) - 1)
	return at <= 8*len(b)
}

// number reads one from 0 to left, in as few bits as hold it: the small ones may have one bit less. It has no branch that
// random bytes would have mispredicted.
func number(w uint64, left int) (v, used int) {
	used = bits.Len(uint(left))
	short := 1<<used - 1 - left // so many numbers have one bit less
	half := 1 << (used - 1)
	v = int(w) & (half - 1)
	long := int(w) & (2*half - 1)
	if less := long - short; long >= half {
		long = less
	}
	if v >= short {
		v = long
	}
	if small := used - 1; v < short {
		used = small
	}
	return v, used
}
