// Package lzma finds LZMA and LZMA2 without the beginning of their file: what xz, 7z, lzip
// and Debian's packages hold.
//
// # What is there to see
//
// The payload of LZMA is the output of a range coder with adaptive probabilities: as long
// as the state before it is not known, no test tells it from uniform bytes. What can be
// seen is around it.
//
// LZMA2 (liblzma's lzma2_decoder.c, the LZMA SDK's Lzma2Dec.c) is a chain of chunks:
//
//	00                    the end
//	01 uu uu              uncompressed, after a reset of the dictionary
//	02 uu uu              uncompressed
//	80-9f uu uu cc cc     compressed
//	a0-bf uu uu cc cc     the same after a reset of the state
//	c0-df uu uu cc cc pp  the same with new properties
//	e0-ff uu uu cc cc pp  the same after a reset of the dictionary
//
// with the sizes less one, big endian; the five lower bits of the control byte are the upper
// ones of the uncompressed size. A compressed chunk begins with the range coder's first
// byte, which is always 00. Where one chunk ends the next begins, so from a header on
// everything is determined: there is nothing to choose. And encoders close a chunk when its
// compressed size comes to a limit, each to its own: the sizes in a chain are nearly equal.
//
// # The bound
//
// A start position is a byte of the buffer. The headers of the chain that begins there are
// held against a model Q of what encoders write (model.go), normalised, given the headers
// before. They are disjoint stretches of bytes, each looked at once, and where the next one
// lies follows from those before. So the product of Q/P over the headers, with P = 256^-n, is
// a nonnegative martingale that starts at 1 (a supermartingale where Q leaves something
// out), and by Ville's inequality its running maximum reaches 2^s with probability at
// most 2^-s. A wrong model costs power, never the bound. It is a mixture over encoders, one
// of which knows no limit and learns it from the chain.
//
// The other things that are looked for at a start position (parts.go) are conditions of which
// each passes with a known chance. Together they are one test a position: a chain has half of
// its budget, a chain that is joined over the edges of pages a quarter (edges.go), the
// others share the rest.
package lzma

import (
	"encoding/binary"

	"shokyo.dev/shokyo/scan/proof"
)

// chunks is the kind of a chain.
const chunks = "lzma2"

const (
	chainShare = 1 // bits that a chain pays: half of a position's budget
	partShare  = 5 // what each of the other kinds pays: eight of them have a quarter

	// gate is what the first header of a chain must be worth to be followed. Not to follow
	// some costs power only.
	gate = 8

	// Work on crafted input: so many headers are weighed for each stretch of the buffer, and so
	// many of chains that are believed already.
	stretch      = 64 << 10
	stretchSteps = 512
	bytesPerStep = 64

	batch = 4 << 10 // bytes in which stops are looked for at once

	// So many symbols are decoded, one for so many bytes; to begin costs as many again.
	bytesPerSymbol = 32
	symbolsToBegin = 256
)

// Finder finds chunks and their containers. The zero value is ready; it is for one goroutine.
type Finder struct {
	b    []byte
	need float64
	emit func(proof.Observation)
	rims rims

	steps   int // headers that may still be weighed in this stretch
	long    int // in chains that are believed, in the whole buffer
	symbols int // that may still be decoded, in the whole buffer
	until   int // no chain is looked for before: one was found up to here

	weighed int // headers, in all
	places  []int
	stream  stream
}

// Find calls emit for what has the bits that are needed, in ascending order of where it starts.
func (f *Finder) Find(b []byte, need float64, emit func(proof.Observation)) {
	f.FindAtRims(b, 0, len(b), need, emit, nil)
}

// FindAtRims is the same, and besides it calls edge for the chains at the rims of [lo, hi), which
// may reach over the ends of b.
func (f *Finder) FindAtRims(b []byte, lo, hi int, need float64, emit func(proof.Observation), edge func(Edge)) {
	ready()
	f.b, f.need, f.emit, f.rims = b, need, emit, rims{lo: lo, hi: hi, edge: edge}
	f.long, f.until, f.weighed = len(b)/bytesPerStep+stretchSteps, 0, 0
	f.symbols = len(b)/bytesPerSymbol + mostBytes
	for lo := 0; lo < len(b); lo += stretch {
		f.steps = stretchSteps
		f.scan(lo, min(lo+stretch, len(b)))
	}
	f.b, f.emit, f.rims.edge = nil, nil, nil
}

// scan stops at every 00 in [lo, hi), the first byte of a range coder, and at every 02,
// the control byte of an uncompressed chunk.
func (f *Finder) scan(lo, hi int) {
	next := lo
	for ; lo < hi; lo += batch {
		for _, at := range f.stops(max(lo, next), min(lo+batch, hi)) {
			switch {
			case at < next:
			case f.b[at] == 0:
				at = f.inZeros(at, hi)
				f.zero(at)
				next = at + 1
			case f.mayCopy(at):
				f.try(at, opening{start: at})
			}
		}
	}
}

// stops are the places in [lo, hi) of a 00, and of a 02 that mayCopy.
func (f *Finder) stops(lo, hi int) []int {
	f.places = stopsAt().Append(f.places[:0], f.b, lo, hi)
	if last := len(f.b) - 1; hi > last && lo <= last && f.b[last] == 0 { // no pair begins there
		f.places = append(f.places, last)
	}
	return f.places
}

// inZeros passes over zeros with nothing but zeros around them, and gives the last.
func (f *Finder) inZeros(at, hi int) int {
	if at < 7 || binary.LittleEndian.Uint64(f.b[at-7:at+1]) != 0 {
		return at
	}
	for at+9 <= hi && binary.LittleEndian.Uint64(f.b[at+1:]) == 0 {
		at += 5 // none of these has anything else three bytes on
	}
	return at
}

// zero looks at what a 00 can belong to.
func (f *Finder) zero(at int) {
	f.parts(at)
	b := f.b
	if at < headerSize {
		return
	}
	if p := at - headerSize + 1; b[p]&0xc0 == 0x80 {
		f.try(p, opening{start: p})
	}
	if p := at - headerSize; b[p]&0xc0 == 0xc0 && validProperties(b[at-1]) {
		f.try(p, f.opening(p))
	}
}

// opening is what is known of a chain besides its headers: what stands before the first chunk, and what the payload
// of that proves, up to which byte.
type opening struct {
	start, end int
	bits       float64
}

// opening looks at what may be the first chunk of all: its decoder's state is known.
func (f *Finder) opening(at int) (o opening) {
	h, ok := parse(f.b, at)
	if !ok || h.kind != dictReset || at < f.until || !f.pay(&f.steps) {
		return opening{start: at}
	}
	o.start, o.bits = blockBefore(f.b, at)
	payload := f.b[at+h.size-1 : min(len(f.b), h.next())]
	if h.properties != usualProperties { // a third of all bytes could be others
		return o
	}
	if bits, read := f.proven(payload, h.properties); bits > 0 {
		o.bits, o.end = o.bits+bits, at+h.size-1+read
	}
	return o
}

// proven reads the stream of LZMA that begins with a payload, as long as there is work left to do.
func (f *Finder) proven(payload []byte, properties byte) (bits float64, read int) {
	if f.symbols <= 0 {
		return 0, 0
	}
	bits, read, symbols := f.stream.evidence(payload, properties)
	if f.symbols -= symbols + symbolsToBegin; bits < worthless {
		return 0, 0
	}
	return bits, read
}

// mayCopy says that an uncompressed chunk at a 02 has a size at which encoders give up.
func (f *Finder) mayCopy(at int) bool {
	return at+2 < len(f.b) && givenUp[f.b[at+1]]
}

// try follows the chain whose first chunk begins at an offset.
func (f *Finder) try(at int, o opening) {
	known := at < f.until
	if known && at != f.rims.enters || f.steps <= 0 {
		return
	}
	f.pay(&f.steps)
	h, ok := parse(f.b, at)
	if !ok || o.bits == 0 && !h.full() {
		return
	}
	c := begin(o.start)
	c.bits = o.bits
	if c.add(h); c.bits < gate {
		return
	}
	c.end = max(c.end, o.end)
	f.follow(&c)
	if c.best-chainShare >= f.need && o.bits < worthless {
		c = f.shorten(c, h)
	}
	f.rims.see(&c)
	if known || c.best-chainShare < f.need {
		return
	}
	f.until, f.rims.enters = c.end, c.rim.enters
	f.emit(proof.Observation{Kind: chunks, Start: c.start, End: c.end, Bits: c.best - chainShare})
}

// shorten leaves out first chunks that add next to nothing: bytes that lead to a chain by
// accident.
func (f *Finder) shorten(c chain, first header) chain {
	for {
		h, ok := parse(f.b, first.next())
		if !ok || h.kind == ending || f.long <= 0 {
			return c
		}
		f.pay(&f.long)
		rest := begin(h.at)
		rest.add(h)
		if f.follow(&rest); rest.best < c.best-worthless {
			return c
		}
		c, first = rest, h
	}
}

// worthless is what a first chunk adds at most that is there by accident, and what a stream proves.
const worthless = 6

// follow walks on from chunk to chunk as long as there are any.
func (f *Finder) follow(c *chain) {
	for {
		f.rims.pass(c)
		left := &f.steps
		if c.best-chainShare >= f.need {
			left = &f.long
		}
		if !f.pay(left) {
			return
		}
		h, ok := parse(f.b, c.next)
		if !ok {
			return
		}
		if c.add(h); h.kind == ending {
			return
		}
	}
}

// pay takes a header from what may be weighed; false: nothing is left.
func (f *Finder) pay(left *int) bool {
	if *left <= 0 {
		return false
	}
	f.weighed++
	*left--
	return true
}
