// Package deflate finds DEFLATE (RFC 1951) of which the beginning is missing: a piece of a
// gzip file, a ZIP, a PNG, a PDF, an office document.
//
// # The format
//
// A stream is a chain of blocks that begin at any bit. A block begins with whether it is
// the last (1 bit) and its type (2): stored (0), fixed (1) or dynamic (2). A dynamic block,
// which is what nearly all data comes in, has its own two prefix codes: how many code
// lengths there are (HLIT, HDIST: 5 bits each), then those lengths, written in a third
// code, the precode, whose own lengths of 3 bits come first (HCLEN: 4 bits). Behind that
// are the symbols: bytes, and matches, which are a length and a distance back. Symbol 256
// ends the block.
//
// # What is measured
//
// A chain is read from a dynamic header on, at every bit offset. Its score is log2 of a product that
// starts at 1 and is multiplied, for everything that is read, by Q/P: the chance that a
// model gives it, given all that was read before, over its chance in uniform bits. P is 2^-n
// for n bits, and for a symbol of a prefix code 2^-length. The chances Q of all there can be
// add up to 1 or less each time, so the product is a supermartingale on uniform bytes whatever
// the model is like, and by Ville's inequality it reaches 2^s with probability at most
// 2^-s: at one start, P(score ≥ s) ≤ 2^-s. Where reading stops is free to choose. What is
// claimed is the best score, and it ends where that was reached.
//
//   - The type of the first block: 2 bits. Of one that follows: Q is 0.8, 0.1 and 0.1.
//   - A dynamic header: header.go, model.go. Some 10 to 40 bits for the precode, up to 250
//     for the code lengths. That both codes have to be complete counts nothing by itself; it
//     is learned by one of the tables, which knows how much room is left.
//   - A stored block: its padding, and 16 bits for the complement of its length.
//   - Symbols: symbols.go, two models that learn while they read, as ½ + ½·Q/P each, so that a
//     block in which there is nothing to learn costs two bits.
//
// B bytes have 8·B starts; whoever asks pays for them.
//
// # How it is searched
//
// heads.go finds where a dynamic header can be: one start in 74 by arithmetic on many at
// once (with AVX-512 one in 500), of those one in 15 by the exact sum. Of the rest most have too little score with the precode
// (precodeFloor), or code lengths that are no code (fits); the score says no to what is left.
package deflate

import (
	"fmt"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	// MaxOutput is how much of what a chain decodes to is handed on.
	MaxOutput = 256 << 10

	// typeBits is what the type of the first block counts: one of four.
	typeBits = 2

	// chunk is how many words are searched at once.
	chunk = 1 << 10

	// So many symbols may be read for every byte up to where the reader stands, and some more: what
	// files need. Crafted bytes, with a header at each turn, get no more.
	workPerByte = 2
	workAtFirst = 1 << 16
)

// Finder finds chains of blocks. The zero value is ready; it keeps scratch memory between
// calls and is for one goroutine.
type Finder struct {
	scratch
	known []int // bits at which blocks begin that belong to a chain
	decoder
}

// Find calls report for the chains of blocks in b that have need bits, in ascending order,
// with the way into each and what it decodes to, as far as that is kept. decoded is valid until report
// returns. A chain that is cut off may be proven a little further by chance, and the next
// begin before that.
func (f *Finder) Find(b []byte, need float64, report func(o proof.Observation, way string, decoded []byte)) {
	f.open(MaxOutput, math.MaxInt)
	defer func() { f.b = nil }()
	f.known = f.known[:0]
	for lo := 0; lo < words(len(b)); lo += chunk {
		for _, place := range f.search(b[stride*lo:]) {
			if bit := 8*stride*lo + int(place); !f.knows(bit) && f.chain(b, bit) && f.best >= need {
				f.learn()
				report(f.observation(bit))
			}
		}
	}
}

// learn keeps where the blocks of a chain begin: nothing new begins there.
func (f *Finder) learn() {
	f.reached = max(f.reached, f.provenAt)
	f.known = append(f.known, f.starts...)
	slices.Sort(f.known)
}

func (f *Finder) knows(bit int) bool {
	_, known := slices.BinarySearch(f.known, bit)
	return known
}

// chain reads the blocks from a bit where a dynamic one can begin, and says whether there is one.
func (f *Finder) chain(b []byte, bit int) bool {
	if f.begin(b, bit); f.spent() {
		return false
	}
	f.final = f.take(1) == 1
	f.at += 2
	f.settled = typeBits
	f.header.hasty = true
	s := f.dynamic()
	f.header.hasty = false
	if s == goesOn {
		if f.blocks++; !f.final {
			f.run()
		}
	}
	return f.best > 0
}

func (f *Finder) observation(bit int) (o proof.Observation, way string, decoded []byte) {
	return proof.Observation{Kind: "deflate-blocks", Start: bit / 8, End: (f.provenAt + 7) / 8, Bits: f.best,
			Detail: fmt.Sprintf("%d blocks, %d bytes", f.blocks, f.provenN)},
		fmt.Sprintf("deflate@bit %d", bit%8), f.out[:min(len(f.out), f.provenN)]
}
