// Package jpeg finds pieces of JPEG's entropy-coded data (ITU-T T.81) without the beginning of their
// file: without the tables that say how it is to be read.
//
// # What is there to see
//
// A scan is bits, the highest of each byte first. In them stand blocks of 64 coefficients, some of
// brightness and some of colour in the order of the layout: 4:2:0 has four of brightness and two of
// colour by turns. A block is the size in bits of how its first coefficient differs from the block's
// before it, those bits, and then for each coefficient that is not zero a symbol, with how many zeros
// stand before it and its size, and its bits; a symbol of its own ends the block (F.1.2). Sizes and symbols
// are written in Huffman codes. Behind a byte FF stands 00, so that nothing looks like a marker, or
// a restart marker FF D0 to FF D7, in turn, before which the last byte is filled up with ones.
//
// Many cameras and programs write with the codes of T.81 K.3: there the symbols are read from each
// bit of the first byte of a sector on (reading.go), first in a block of which nobody knows how far it got, and
// behind its end in each layout at each of its places. A reading that began wrong falls in step
// within some symbols. Others make codes to measure, which are not known without the header: then how a bit
// follows from those before it is held against what was counted of such files (history.go).
//
// # The bound
//
// Bytes are read once, in order. A byte behind FF, a symbol, a bit multiplies the evidence by Q/P, where P is
// its chance in uniform bits, 2^-length for a word of a code, and Q that of a model, fixed by what was read
// before, whose chances add up to at most 1. So the evidence is a nonnegative supermartingale that starts at
// 1, and by Ville's inequality it ever reaches 2^s with a chance of at most 2^-s: the best moment may be
// chosen after looking, and reading may stop anywhere. To begin at a bit and a place of a layout costs
// -log2 of its part of the budget of the 512 bytes of its sector, so that
//
//	P(an observation of s bits in B uniform bytes) ≤ B·2^-s
//
// Sectors in which a marker stands that no scan has, of uniform ones six in seven, are left out, and with
// known codes those whose pairs of bytes are not those of a scan, of uniform ones sixteen in seventeen: by choice, which costs power and nothing else.
package jpeg

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/proof"
)

// Finder finds pieces of scans. The zero value is ready; it is for one goroutine.
type Finder struct {
	near, far stuffed
	blocks    [len(placesWith)]reading // behind each of the first blocks
	symbols   int                      // that were read in these bytes
}

const (
	sector = proof.SectorSize

	// Bytes that are read on from a start that looks like one, at first and at most.
	nearReach = 4 << 10
	reach     = 64 << 10

	// What a start has left of the budget of its sector's bytes, in bits. Half of it is for known
	// codes, from each of 8 bits on, half for the tables of histories.
	credit      = 9 - 1 - 3
	sightCredit = 9 - 1 - 3

	bookCost = 1 * unit // what is left for books besides the standard's, of which there are none

	// What the pairs of bytes of a sector must be worth, as one uniform sector in 17 is, and all but one in 300 that are found.
	fewBits = -8
	// So many bytes of a sector of a scan are below 20, as an eighth of all are: of text hardly any, of scans one in 9,000 has fewer.
	fewControls = 20

	hopeful = -8 * unit // what the first blocks must be worth for those behind them to be read
	likely  = 30 * unit // what a start must be worth in its sector to be followed behind it
)

// Work is counted in symbols, of some 4 ns.
const (
	workPerByte = 2
	workAhead   = 1 << 18
	startWork   = 3000
	seeTables   = 2 // that are read with behind the sector
	sightWork   = 2 // a byte, bit by bit
	openWork    = 4 // bytes for a symbol, to take out what was stuffed
)

// Find reports the pieces in b that have need bits, in ascending order and without overlap.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.symbols = 0
	for at, next := 0, 0; at+sector <= len(b); at += sector {
		if at < next || f.symbols > workAhead+workPerByte*at {
			continue
		}
		f.near.read(b[at : at+sector])
		if !f.near.intact || controls(b[at:at+sector]) < fewControls {
			continue
		}
		o := f.decode(b, at)
		if o.Bits < need {
			if w := f.uneven(b, at, need); w.Bits > o.Bits {
				o = w
			}
		}
		if o.Bits >= need {
			next = o.End
			o.Detail = fmt.Sprintf("%d bytes of JPEG", o.End-o.Start)
			report(o)
		}
	}
}

// controls counts the bytes of a sector that are control characters, below 20: their upper three bits are 0.
func controls(b []byte) (n int) {
	for n = len(b); len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		n -= bits.OnesCount64((w>>5 | w>>6 | w>>7) & 0x0101010101010101)
	}
	return n
}

// decode reads with the known codes, where the pairs of bytes are like those of a scan.
func (f *Finder) decode(b []byte, at int) (o proof.Observation) {
	if entropy.JPEGBits(b[at:at+sector]) < fewBits {
		return o
	}
	var best reading
	if f.start(&best); best.best < likely {
		return o
	}
	best = f.follow(&best, b[at:min(len(b), at+reach)])
	return proof.Observation{Kind: "jpeg-scan", Start: at, End: at + best.end, Bits: float64(best.best)/unit + credit}
}

// uneven reads what has codes of its own. Where nothing was left out it does not look: there are too many
// such sectors in random bytes.
func (f *Finder) uneven(b []byte, at int, need float64) (o proof.Observation) {
	if len(f.near.at) == 0 {
		return o
	}
	tried := 0 // tables, a bit each
	var first [numHistory]sight
	for i := range first {
		first[i].bits = mixed
		f.symbols += sightWork * f.near.see(histories[i], sightNear, &first[i])
	}
	for range seeTables {
		likeliest := -1
		for i, v := range first {
			if tried>>i&1 == 0 && (likeliest < 0 || v.gain > first[likeliest].gain) {
				likeliest = i
			}
		}
		if o.Bits >= need {
			break
		}
		tried |= 1 << likeliest
		if s := f.see(b[at:min(len(b), at+reach)], histories[likeliest]); s.Bits > o.Bits {
			s.Start, s.End = at, at+s.End
			o = s
		}
	}
	return o
}

// see reads with one table as far as it goes.
func (f *Finder) see(b []byte, table string) proof.Observation {
	v := sight{bits: mixed}
	f.far.read(nil)
	for n := nearReach; v.hopeful() && f.open(b, n); n *= 4 {
		f.symbols += sightWork * f.far.see(table, sightFar, &v)
	}
	return proof.Observation{Kind: "jpeg-scan", End: v.end, Bits: float64(v.best)/fine + sightCredit}
}

// start looks for the best reading of the sector at hand.
func (f *Finder) start(best *reading) {
	enough := f.symbols + startWork
	for bit := range 8 {
		if f.from(bit, best); best.best > 4*likely/3 || f.symbols > enough {
			return
		}
	}
}

// from reads the rest of a block from a bit on, of either class, and what is behind it.
func (f *Finder) from(bit int, best *reading) {
	r := reading{in: &f.near, book: &standard, origin: bit, at: bit, k: unknown}
	r.score = -bookCost
	r.base, r.best = r.score, r.score
	f.grow(&r, 0, everyPlace, best)
}

// grow reads a block of each class that comes next in one of the places where the reading may have begun, the one
// of a number from there on. Places that have the same classes up to here are read as one.
func (f *Finder) grow(from *reading, number int, among placeSet, best *reading) {
	for c := bright; c <= colour; c++ {
		left := among & placesWith[number][c]
		if left == 0 {
			continue
		}
		r := &f.blocks[number]
		*r = *from
		r.layout, r.symbols = ofClass[c], 0
		o := r.block()
		f.symbols += r.symbols
		switch {
		case o == broken || r.score < r.base+hopeful:
		case o == whole && number+1 < len(placesWith) && left&(left-1) != 0:
			f.grow(r, number+1, left, best)
		default:
			f.finish(r, number, left, o, best)
		}
	}
}

// finish reads on in each of the places that are left.
func (f *Finder) finish(from *reading, number int, left placeSet, o outcome, best *reading) {
	for ; left != 0; left &= left - 1 {
		p := places[bits.TrailingZeros32(uint32(left))]
		r := *from
		r.layout, r.opening = layouts[p.layout].blocks, p.phase
		r.phase = (p.phase + number) % len(r.layout)
		if o == whole {
			r.phase = (r.phase + 1) % len(r.layout)
		}
		r.score -= layouts[p.layout].cost
		r.base -= layouts[p.layout].cost
		r.best -= layouts[p.layout].cost
		r.symbols = 0
		r.read()
		if f.symbols += r.symbols; r.best > best.best {
			*best = r
		}
	}
}

// follow reads a start once more, and on behind its sector.
func (f *Finder) follow(s *reading, b []byte) reading {
	r := reading{in: &f.far, book: s.book, origin: s.origin, opening: s.opening, at: s.origin, layout: s.layout, phase: s.opening, k: unknown}
	r.score, r.base, r.best = s.base, s.base, s.base
	f.far.read(nil)
	for n := nearReach; !r.inside() && f.open(b, n); n *= 4 {
		r.read()
	}
	f.symbols += r.symbols
	return r
}

// open takes what was stuffed out of n bytes, and says whether there is more than before.
func (f *Finder) open(b []byte, n int) bool {
	before := len(f.far.data)
	f.far.more(b[:min(n, len(b))])
	f.symbols += (len(f.far.data) - before) / openWork
	return len(f.far.data) > before
}
