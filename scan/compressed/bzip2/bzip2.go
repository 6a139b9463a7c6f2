// Package bzip2 finds blocks of bzip2 without the beginning of their file.
//
// # The format
//
// A stream is "BZh", a digit, blocks, and an end: the 48 bits 0x177245385090, a checksum,
// and zeros up to the next byte. There is no specification but the program; what is known
// of it is in J. Tsai, "BZIP2: Format Specification" (2016). Bits are read from the
// highest of each byte on, and blocks begin at any of them:
//
//	48  0x314159265359
//	32  checksum of what the block decodes to
//	 1  randomised: 0 since version 0.9.5 (1999)
//	24  where the block's first byte stands after sorting, below 900,000
//	16  which sixteenths of the 256 byte values occur, and for each 16 bits for its values
//	 3  number of Huffman codes, 2 to 6
//	15  number of selectors: which code the next 50 symbols are in
//	 …  the selectors, each as its place in a list of those used last, in unary
//	 …  for each code the length of the first symbol's word (5 bits), and for each symbol
//	    steps to its own: 10 one up, 11 one down, 0 there; 1 to 20
//	 …  the symbols, up to the one that ends the block
//
// # The bound
//
// The bits of one block, read from a fixed bit on, decide one check after the other. A
// check that passes with chance p multiplies the evidence by at most 1/p; selectors and
// steps are held against a model: where random bits give the outcome j with chance P(j),
// and the model, fixed by what was read before, says Q(j), the factor is Q(j)/P(j), and its
// mean is the sum of Q over the outcomes that may be, at most 1. So the evidence is a
// non-negative supermartingale that starts at 1, and by Ville's inequality it ever reaches
// 2^s with chance at most 2^-s: the best moment may be chosen after looking, and reading
// may stop anywhere. [Finder.Find] looks from every bit on, so
//
//	P(an observation of s bits in B uniform bytes) ≤ 8·B·2^-s
//
// and its caller pays log2(8·B).
package bzip2

import (
	"encoding/binary"
	"fmt"
	"iter"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	blockMagic = 0x314159265359 // π
	endMagic   = 0x177245385090 // its root
	magicBits  = 48

	// What is called bzip2 is what has either of them.
	eitherMagic = magicBits - 1
)

// Finder finds blocks. The zero value is ready; it is for one goroutine.
type Finder struct {
	chain chain
}

// Work is counted in symbols, of some 3 ns. What may be done up to a byte grows with its
// place, so that crafted bytes, with a header at each turn, cost no more than blocks laid
// end to end.
const (
	workPerByte = 4
	workAhead   = 1 << 20
)

// Find reports the blocks in b that have need bits, in ascending order and without
// overlap. Start and End are those of what is proven: blocks up to the next magic number,
// and of the last the header, if its end is not to be seen.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	c, next := &f.chain, 0
	c.worked = 0
	for at := range magics(b) {
		if at < next {
			continue
		}
		c.read(b, at)
		if c.best < need {
			continue
		}
		next = c.end
		report(proof.Observation{Kind: "bzip2-blocks", Start: (at + 7) / 8, End: c.end / 8, Bits: c.best,
			Detail: fmt.Sprintf("%d whole blocks, bit %d", c.blocks, at%8)})
	}
}

// magics gives the bits at which either magic number begins.
//
// Wherever a magic number begins, the five bytes behind its first are its own, and of the
// four pairs in them one lies at a multiple of four: a table of the 64 pairs there can be
// sees all but one in a thousand of random pairs.
func magics(b []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		i := 0
		for ; i+8 <= len(b); i += 8 {
			if w := binary.LittleEndian.Uint64(b[i:]); pairs.has(uint16(w)) || pairs.has(uint16(w>>32)) {
				if !around(b, i, yield) || !around(b, i+4, yield) {
					return
				}
			}
		}
		for ; i < len(b) && around(b, i, yield); i += 4 {
		}
	}
}

// around looks for magic numbers of which the pair at i may be a part.
func around(b []byte, i int, yield func(int) bool) bool {
	for start := max(i-4, 0); start < i; start++ {
		w := bitstream.High(b, 8*start)
		for shift := range 8 {
			at := 8*start + shift
			if m := w << shift >> (64 - magicBits); (m == blockMagic || m == endMagic) && at+magicBits <= 8*len(b) {
				if !yield(at) {
					return false
				}
			}
		}
	}
	return true
}

// pairSet is a set of pairs of bytes.
type pairSet [1 << 16 / 64]uint64

func (s *pairSet) has(pair uint16) bool { return s[pair/64]>>(pair%64)&1 != 0 }

// pairs are those in the bytes 1 to 5 of a magic number that begins in byte 0.
var pairs = func() (s pairSet) {
	for _, magic := range []uint64{blockMagic, endMagic} {
		for shift := range 8 {
			var w [8]byte
			binary.BigEndian.PutUint64(w[:], magic<<(64-magicBits)>>shift)
			for i := 1; i < 5; i++ {
				pair := binary.LittleEndian.Uint16(w[i:])
				s[pair/64] |= 1 << (pair % 64)
			}
		}
	}
	return s
}()
