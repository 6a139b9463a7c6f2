// Package zstd finds Zstandard data without the beginning of its frame (RFC 8878): a block, or the codes of sequences in
// the middle of one.
//
// # The format
//
// A frame is a chain of blocks, each of at most 128 KiB that come out, at whole bytes. A block has a header of 3
// bytes: whether it is the last, its kind (as it is, one byte repeated, compressed), its size. A compressed one has two
// sections. Literals: how many come out and go in, a Huffman code, given as a weight for each byte value (the
// weights coded in turn by a small FSE code), the sizes of four streams, and those, each read from its end, where a one marks it, to
// its beginning. Sequences (so many literals, then a match of that length at that distance): how many, where the
// tables of the three FSE codes come from (standard, one symbol, described here, those of the block before), descriptions, one bitstream.
//
// # The proof
//
// Each part is worth log2 of Q/P: its chance by a model Q of what encoders write, over that on uniform bytes, given the parts
// before. Q sums to at most 1 over all that the part may be, so the product is a nonnegative supermartingale that
// starts at 1, and by Ville's inequality reaches 2^s with chance 2^-s at most, wherever reading stops. Where a part has two readings that cannot
// both be described, one is refused. Parts, with what they are worth in blocks of text and programs:
//   - a block's header and that of its literals, 10 bits: fixed shares of kinds, lengths and forms;
//   - the code of the weights, 7, and the weights, 60 to 150: the description is compared with a model (model.go) of
//     how often each value is met, given how far the values before it are off what is typical;
//   - the size of all streams, 10, which follows from the code if it fits the literals, and of each, 7 each: four streams have a quarter each;
//   - a stream that takes all bits and not one more, 4 to 6 each (exact);
//   - the modes, 8; the three codes of sequences, 20, 35 and 65 bits, by the same kind of model.
//
// That a code is complete, that a bitstream of sequences ends where it should, and that literals are enough, is asked for and not paid for.
//
// So the beginning of a block is proof within its first 150 bytes, and so are the tables of sequences within 60: whatever is
// behind them need not be there. One start byte is asked for both (places). The finding ends where parts have
// proven themselves (chain.mark).
package zstd

import (
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
	"shokyo.dev/shokyo/scan/proof"
)

// Finder finds blocks. The zero value is ready; it keeps working memory between calls and is for one goroutine.
type Finder struct {
	chain  chain
	b      []byte
	need   float64
	report func(o proof.Observation, way string, decoded []byte)
}

const (
	// Kind is what a piece of a frame is called.
	Kind = "zstd-blocks"
	// MaxBits caps the bits of an observation: more prove nothing more.
	MaxBits = 9999

	way = "zstd" // in the path to what was decoded
)

const (
	// The work that may be done, in nanoseconds or so. It grows with the place of what is read: bytes that look like the
	// beginning of a block everywhere are given up, and what lies behind them is not.
	workPerByte = 12
	workAhead   = 1 << 18
	places      = 1 // bits: a start byte is asked whether a block begins there, and whether codes are described
)

// Find reports what is worth need bits and more, in ascending order and without overlap.
func (f *Finder) Find(b []byte, need float64, report func(o proof.Observation, way string, decoded []byte)) {
	f.b, f.need, f.report = b, need, report
	f.chain.b, f.chain.worked = b, 0
	defer func() { f.b, f.chain.b, f.report = nil, nil, nil }()
	var marks [32]starts
	behind, last := 0, len(b)-16
	for at := 0; at <= last; at += startsBytes * len(marks) {
		n := fill(b[at:], marks[:])
		for k := range marks[:n] {
			behind = f.try(at+startsBytes*k, &marks[k], behind)
		}
	}
}

// fill finds the starts in the beginning of b that have 16 bytes left, as far as there is room, and says how many marks these are.
func fill(b []byte, marks []starts) (n int) {
	whole := max(0, min(len(marks), (len(b)-8)/startsBytes))
	if findStarts(b, marks[:whole]); whole == len(marks) {
		return whole
	}
	rest := b[startsBytes*whole:]
	var padded [startsBytes + startsReach]byte
	copy(padded[:], rest)
	m := marks[whole:][:1]
	findStartsGeneric(padded[:], m)
	left := max(0, len(rest)-8) &^ 7
	m[0].blocks &= 1<<left - 1
	m[0].tables &= 1<<left - 1
	return whole + 1
}

// try asks what may begin in 64 bytes, from an offset on, and gives where to go on.
func (f *Finder) try(at int, m *starts, behind int) int {
	for hits := m.blocks | m.tables; hits != 0; hits &= hits - 1 {
		k := bits.TrailingZeros64(hits)
		if i := at + k; i >= behind && m.blocks>>k&1 == 1 && f.chain.may(i) {
			behind = f.tryBlock(i)
		}
		if i := at + k; i >= behind && m.tables>>k&1 == 1 && f.chain.may(i) {
			behind = f.tryTables(i)
		}
	}
	return behind
}

// tryBlock asks whether a block begins at an offset, and gives where to go on.
func (f *Finder) tryBlock(at int) (behind int) {
	c := &f.chain
	if !plausible(f.b[at:]) {
		return at
	}
	c.start(f.b, at)
	c.follow(at)
	return f.tell(at, "blocks: %d", way)
}

// tell reports what was read from an offset on, if that is worth what is needed, and gives where to go on.
func (f *Finder) tell(at int, detail, way string) (behind int) {
	c := &f.chain
	if c.best-places < f.need || c.end == at {
		return at
	}
	f.report(proof.Observation{Kind: Kind, Start: at, End: c.end, Bits: min(c.best-places, MaxBits), Detail: fmt.Sprintf(detail, c.blocks)}, way, c.out)
	return c.end
}

// plausible looks at the sizes of a block: what comes out of its literals is more than what goes in, and that fits into the block. A tree
// has its weights coded, by 2^5 or 2^6 states; without one the streams must share what there is.
func plausible(b []byte) bool {
	w := bitstream.Low(b, 0)
	size := int(w>>3) & (1<<21 - 1)
	kind, form := literalsKind(w>>24&3), w>>26&3
	n, width := 3+int(forms[form].size), forms[form].width
	regenerated, compressed := int(w>>28)&(1<<width-1), int(w>>(28+width))&(1<<width-1)
	if (regenerated-compressed)|(size-compressed-n-3)|(len(b)-n-8) < 0 { // one of them is, of random bytes most often
		return false
	}
	if kind == codedLiterals {
		return b[n] < 128 && b[n+1]&15 <= weightLog-5
	}
	if form == 0 {
		return false
	}
	at := b[n:]
	return int(at[0])+int(at[2])+int(at[4])+(int(at[1])+int(at[3])+int(at[5]))<<8 < compressed
}

// tryTables asks whether the codes of sequences are described at an offset, and gives where to go on.
func (f *Finder) tryTables(at int) (behind int) {
	c := &f.chain
	if f.b[at] == 0xBC {
		return at // one code alone is no proof
	}
	c.start(f.b, at)
	c.described(at, len(f.b))
	return f.tell(at, "codes of sequences, blocks: %d", "")
}
