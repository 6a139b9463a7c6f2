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
// Sectors in which a marker stands that no scan has, of uniform ones six in seven, are left out: by choice,
// which costs power and nothing else.
package jpeg

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
)

// Finder finds pieces of scans. The zero value is ready; it is for one goroutine.
type Finder struct {
	near, far stuffed
	symbols   int // that were read in these bytes
}

const (
	sector = proof.SectorSize

	// Bytes that are read on from a start that looks like one, at first and at most.
	nearReach = 4 << 10
	reach     = 64 << 10

	// What a start has left of the budget of its sector's bytes, in bits. A quarter is for known
	// codes, from each of 8 bits on, and an eighth for each table of histories.
	credit      = 9 - 2 - 3
	sightCredit = 9 - 3

	hopeful = -3 * unit // what the rest of the first block must be worth for all layouts to be tried
	likely  = 30 * unit // what a start must be worth in its sector to be followed behind it
)

// Work is counted in symbols, of some 4 ns.
const (
	workPerByte = 3
	workAhead   = 1 << 18
	sightWork   = 4 // a byte, bit by bit
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
		if !f.near.intact {
			continue
		}
		o, ok := f.decode(b, at)
		if !ok || o.Bits < need {
			if w, seen := f.uneven(b, at); seen && w.Bits > o.Bits {
				o = w
			}
		}
		if o.Bits >= need {
			next = o.End
			report(o)
		}
	}
}

// decode reads with the known codes.
func (f *Finder) decode(b []byte, at int) (o proof.Observation, ok bool) {
	var best reading
	if f.start(&best); best.best < likely {
		return o, false
	}
	for n := nearReach; n <= reach; n *= 4 {
		f.open(b, at, n)
		best = f.follow(&best)
		if best.inside() {
			break
		}
	}
	return proof.Observation{Kind: "jpeg-scan", Start: at, End: at + best.end, Bits: float64(best.best)/unit + credit,
		Detail: fmt.Sprintf("%d symbols of JPEG", best.symbols)}, true
}

// uneven reads what has codes of its own. Where nothing was left out it does not look: there are too many
// such sectors in random bytes.
func (f *Finder) uneven(b []byte, at int) (o proof.Observation, ok bool) {
	if len(f.near.at) == 0 {
		return o, false
	}
	for i := range numHistory {
		table := histories[i*historySize:][:historySize]
		v := f.near.see(table)
		f.symbols += sightWork * v.bytes
		if v.score < v.best-sightDrop {
			continue
		}
		for n := nearReach; n <= reach && v.score >= v.best-sightDrop; n *= 4 {
			f.open(b, at, n)
			v = f.far.see(table)
			f.symbols += sightWork * v.bytes
		}
		if bits := float64(v.best)/fine + sightCredit; bits > o.Bits {
			o = proof.Observation{Kind: "jpeg-scan", Start: at, End: at + v.end, Bits: bits, Detail: fmt.Sprintf("%d bytes of JPEG", v.bytes)}
		}
	}
	return o, o.Bits > 0
}

// start looks for the best reading of the sector at hand.
func (f *Finder) start(best *reading) {
	for i := range books {
		if i > 0 && len(f.near.at) == 0 {
			return
		}
		for bit := range 8 {
			for c := bright; c <= colour; c++ {
				if f.from(i, bit, c, best); best.best > 2*likely {
					return
				}
			}
		}
	}
}

// from reads the rest of a block of a class from a bit on, and what is behind it in each layout.
func (f *Finder) from(i, bit int, c class, best *reading) {
	first := reading{in: &f.near, book: &books[i], origin: bit, at: bit, layout: layouts[3+c].blocks, k: unknown, drop: dropNear}
	first.score = -booksCost[i]
	first.best = first.score
	o := first.block()
	f.symbols += first.symbols
	if o == broken || first.score+booksCost[i] < hopeful {
		return
	}
	for l := range layouts {
		for phase, class := range layouts[l].blocks {
			if class != c {
				continue
			}
			r := first
			r.layout, r.phase, r.opening = layouts[l].blocks, phase, phase
			r.score -= layouts[l].cost
			r.base = -booksCost[i] - layouts[l].cost
			r.best, r.symbols = r.score, 0
			if o == whole {
				r.next()
			}
			r.read()
			f.symbols += r.symbols
			if r.best > best.best {
				*best = r
			}
		}
	}
}

// follow reads a start once more, and on behind its sector.
func (f *Finder) follow(s *reading) reading {
	r := reading{in: &f.far, book: s.book, origin: s.origin, opening: s.opening, at: s.origin, layout: s.layout, phase: s.opening, k: unknown, drop: dropFar}
	r.score = s.base
	r.base, r.best = s.base, s.base
	r.read()
	f.symbols += r.symbols
	return r
}

// open takes what was stuffed out of up to n bytes.
func (f *Finder) open(b []byte, at, n int) {
	f.far.read(b[at:min(len(b), at+n)])
	f.symbols += len(f.far.data) / openWork
}
