package proof

import (
	"math"
	"math/bits"

	"shokyo.dev/shokyo/words/report"
)

// Evidence is the candidate whose fields are looked at in the order that suits the parser,
// each once: a superblock, a directory, an inode. It also covers chains (directory entries,
// inodes) which go on until an entry fails: what had been added up before the failure
// counts, the running maximum is what Ville bounds (see the package comment).
type Evidence struct {
	ledger
	damaged bool
}

// Is holds a field of the given number of bytes to one value.
func (e *Evidence) Is(got, want uint64, bytes int) { e.Want(got == want, float64(8*bytes)) }

// Matched pays for bytes that the dispatch has compared already.
func (e *Evidence) Matched(bytes int) { e.Want(true, float64(8*bytes)) }

// Text holds bytes to a string.
func (e *Evidence) Text(b []byte, s string) {
	e.Want(len(b) >= len(s) && string(b[:min(len(s), len(b))]) == s, float64(8*len(s)))
}

// Zero holds reserved bytes to zero.
func (e *Evidence) Zero(b []byte) { e.Want(AllZero(b), float64(8*len(b))) }

// Within holds a field of the given number of bytes to lo…hi: hi-lo+1 values
// out of 2^(8·bytes).
func (e *Evidence) Within(v, lo, hi uint64, bytes int) {
	e.Want(lo <= v && v <= hi, max(0, rangeBits(float64(hi-lo), bytes)))
}

// Power holds a field to a power of two from lo to hi (powers of two themselves).
func (e *Evidence) Power(v, lo, hi uint64, bytes int) {
	n := bits.Len64(hi) - bits.Len64(lo) + 1
	e.Want(n > 0 && v >= lo && v <= hi && v&(v-1) == 0, float64(8*bytes)-math.Log2(float64(max(n, 1))))
}

// Mask holds a field to zero in the bits that no version of the format uses.
func (e *Evidence) Mask(v, used uint64, bytes int) {
	width := uint64(1)<<(8*bytes) - 1 // 8 bytes: the shift gives 0, minus 1 all ones
	e.Want(v&^used&width == 0, float64(8*bytes-bits.OnesCount64(used&width)))
}

// Seconds holds a time in seconds since 1970 to the years from 1990 to 2045.
func (e *Evidence) Seconds(t uint64, bytes int) { e.Within(t, 631152000, 2366841600, bytes) }

// Sealed takes a checksum of the given number of bits. One that does not fit breaks
// nothing: the structure is damaged, and if its other fields carry it it is named as
// such. That makes two forms, each paid with one bit: the mean of ½·2^bits·1(fits)
// + ½ over random bytes is 1.
func (e *Evidence) Sealed(fits bool, bits float64) {
	e.Alternatives(2)
	if fits {
		e.Add(bits)
	} else {
		e.damaged = true
	}
}

// Found makes the structure, if the evidence carries it.
func (e *Evidence) Found(kind string, start, end int, detail string) (Observation, bool) {
	if !e.Strong() {
		return Observation{}, false
	}
	if e.damaged {
		detail += report.Damaged.EN
	}
	return Observation{Kind: kind, Start: start, End: end, Bits: e.Strength(), Detail: detail}, true
}
