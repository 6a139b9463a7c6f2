// Package brotli finds brotli streams (RFC 7932), and meta-blocks in them.
//
// # The format
//
// Bits are read from the lowest of each byte on. A stream begins with the size of its
// window (1, 4 or 7 bits), and has no magic number. Meta-blocks follow, each with a header (§9.2):
//
//	1  is it the last, then 1 more: is it empty
//	2  how many nibbles its length has: 4, 5 or 6
//	…  its length less one
//	1  is it uncompressed (not of the last)
//	…  for literals, commands and distances, how many kinds of blocks there are: 0 for one;
//	   of more, how they follow each other and how long they are
//	6  how distances are coded
//	2  for each kind of literal blocks, in which context literals stand
//	…  how many codes for literals, 0 for one; of more, which is for which context
//	…  the same for distances
//	…  the prefix codes: as many as were told for literals, commands and distances
//
// A prefix code is either up to four symbols or, in most cases, the lengths of all words,
// themselves in a prefix code whose lengths stand before it (§3.5). Either code ends
// where it is complete.
//
// # What can be seen
//
// A fast encoder (qualities 0 to 3) ends a meta-block every 20 to 100 kB, with one kind of
// blocks and one code each. So there are 12 zeros in its header, at places that are known,
// and bits are searched for those. Its commands can be read with the codes alone, up to
// the next header. The others write one meta-block for up to 16 MiB: it is seen at the
// beginning of its stream, at the start of a sector, and not what is in it: which code a
// literal is in hangs on the bytes before it, and those may come from anywhere.
//
// # The bound
//
// From a fixed bit on, each step has outcomes j that random bits give with chance P(j),
// and expects them with Q(j), fixed by what was read before, that add up to at most 1. The
// factor Q(j)/P(j) has the mean ΣQ ≤ 1: the evidence is a non-negative supermartingale
// that starts at 1, and by Ville's inequality reaches 2^s with chance at most 2^-s. Reading
// stops where it likes, and the highest counts. A bit may begin a meta-block, or a stream: a
// choice of two, 1 bit. [Finder.Find] looks from every bit on, so
//
//	P(an observation of s bits in B uniform bytes) ≤ 8·B·2^-s
//
// and its caller pays log2(8·B).
package brotli

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
	"shokyo.dev/shokyo/scan/proof"
)

// Finder finds streams and meta-blocks. The zero value is ready; it is for one goroutine.
type Finder struct {
	chain  chain
	need   float64
	report func(proof.Observation)
	best   found // of what begins nearby
	next   int   // bit up to which all was reported
}

// Work is counted in symbols, of some 5 ns. What may be done up to a byte grows with its
// place, so that crafted bytes, with a header at each turn, cost no more than meta-blocks
// laid end to end.
const (
	workPerByte = 3
	workAhead   = 1 << 18
)

func workUpTo(byte int) int { return workAhead + workPerByte*byte }

// Find reports what in b has need bits, in ascending order and without overlap. Start and End are those
// of what is proven: meta-blocks up to the next header, and of the last the header, if its end is not seen.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	c := &f.chain
	c.b, c.need, c.worked = b, need, 0
	f.need, f.report, f.best, f.next = need, report, found{}, 0
	for lo := 0; lo < len(b); lo += proof.SectorSize {
		f.try(8*lo, true)
		f.plainHeaders(lo, min(len(b), lo+proof.SectorSize))
	}
	f.settle()
	f.report = nil
}

// found is what was read from one bit on.
type found struct {
	start, end, codes, blocks int
	bits                      float64
}

// nearby are bits within which one header may be taken for another: of what begins in them the
// strongest counts, unless one is confirmed by the header of the next meta-block.
const nearby = 64

// try reads what may begin at a bit, unless it lies in what was found.
func (f *Finder) try(at int, stream bool) {
	if f.best.bits >= f.need && (f.best.blocks > 0 || at >= f.best.start+nearby) {
		if at < f.best.end {
			return
		}
		f.settle()
	}
	if at < f.next {
		return
	}
	c := &f.chain
	if c.begin(at); stream {
		c.stream()
	} else {
		c.metaBlocks()
	}
	if c.best > f.best.bits || f.best.bits < f.need {
		f.best = found{at, c.end, c.codes, c.blocks, c.best}
	}
}

// settle reports what was found, if it is strong enough.
func (f *Finder) settle() {
	if o := &f.best; o.bits >= f.need {
		f.report(proof.Observation{Kind: "brotli-blocks", Start: (o.start + 7) / 8, End: o.end / 8, Bits: o.bits,
			Detail: fmt.Sprintf("%d codes, %d whole blocks", o.codes, o.blocks)})
		f.next = o.end
	}
	f.best = found{}
}

// A plain header has one kind of everything: behind the length there are 9 zeros, how
// distances are coded among them, then the context of literals, then 2 zeros. Encoders
// that write it say context 0 or 2: another zero, and a bit that is free.
const (
	zerosBefore = 10
	freeBits    = 1
	zerosBehind = 2
	searchBytes = 6 // how far one word is searched: what begins in them lies in it
)

// plainHeaders looks for plain headers whose zeros begin in [lo, hi).
func (f *Finder) plainHeaders(lo, hi int) {
	b := f.chain.b
	for i := lo; i < hi; {
		n := min((hi-i+stride-1)/stride, (len(b)-i-(strideReach-stride))/stride)
		i += stride * withoutPlain(b[i:], n) // nearly always all of them
		for end := min(i+stride, hi); i < end; i += searchBytes {
			f.plainIn(i, hi)
		}
	}
}

// plainIn looks for those whose zeros begin in a word and before hi.
func (f *Finder) plainIn(i, hi int) {
	m := plain(bitstream.Low(f.chain.b, 8*i))
	if m == 0 || f.isBlank(i) {
		return
	}
	for ; m != 0 && f.chain.worked < workUpTo(i); m &= m - 1 {
		f.chain.worked += 2
		if zeros := 8*i + bits.TrailingZeros64(m); zeros < 8*hi {
			f.tryBefore(zeros)
		}
	}
}

// isBlank says whether there are zeros alone before, in and behind a word: a code for lengths that begins in them has no words.
func (f *Finder) isBlank(i int) bool {
	b := f.chain.b
	if i == 0 || i+16 > len(b) || !f.chain.needsCodes(mostOfHeader) {
		return false
	}
	before, in, behind := b[i-1:], b[i+7:], b[i+8:]
	return binary.LittleEndian.Uint64(before)|binary.LittleEndian.Uint64(in)|binary.LittleEndian.Uint64(behind) == 0
}

// tryBefore reads the headers whose zeros begin at a bit, by what stands before them. The code for literals is behind
// the zeros of any of them: most are refused for it.
func (f *Finder) tryBefore(zeros int) {
	b := f.chain.b
	codes := zeros + zerosBefore + freeBits + zerosBehind
	for nibbles := range uint64(3) {
		at := zeros - 20 - 4*int(nibbles)
		if at < 0 {
			return
		}
		if head := bitstream.Low(b, at); head&7 != nibbles<<1 && head&15 != nibbles<<2|1 {
			continue
		} else if raw := head&1 == 0 && bitstream.Low(b, zeros-1)&1 == 1; raw || f.chain.mayBeLiterals(codes) {
			f.try(at, false)
		}
	}
}
