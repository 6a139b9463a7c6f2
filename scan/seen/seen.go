// Package seen is what one look at a span of the medium gave: its blocks with their classes and what was counted of them,
// what was found, and what stands at its edges. Package look makes it, gather and fold put it together.
package seen

import (
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
)

// WindowSizes are the runs of blocks that are tested together, so that weak
// evidence adds up. All but the last lie inside a page; that is gathered from
// pages. Above them comes the whole region.
var WindowSizes = [...]int64{16 << 10, 64 << 10, 256 << 10, 1 << 20, 16 << 20}

// Span is what one look at a span gave. It is overwritten by the next.
type Span struct {
	Pieces    []Piece
	Findings  []Finding
	Explained explained.Explained
	tallies   []entropy.Window // of ciphertext, one for each window of the smallest size
	window    int64            // number of the last of these
	Unit      repeats.Repetition
	Edges     []Edge
	Known     []KnownRun
}

// Piece is a block, or a part of one that could be read.
type Piece struct {
	medium.Extent
	Entropy  float64
	Measured bool
	Fill     int64           // bytes of fill and patterns in it
	Rim      *Rim            // of a whole block of ciphertext that is not data from end to end
	Bits     float64         // score by statistics
	Tally    *entropy.Window // of the ciphertext in the window that begins with this piece
}

// Reset forgets what the last look gave, before one at so many bytes.
func (r *Span) Reset(bytes int) {
	r.Pieces, r.Findings, r.Explained, r.Unit = r.Pieces[:0], nil, explained.Explained{}, repeats.Repetition{}
	r.Edges, r.Known = r.Edges[:0], r.Known[:0]
	r.tallies = slices.Grow(r.tallies[:0], bytes/int(WindowSizes[0])+2) // never moves: pieces point into it
}

// Gather adds what was counted of a ciphertext block to its smallest window. It
// gives the window's when this is the first block of it.
func (r *Span) Gather(t *entropy.Tally, m *entropy.Meter, off int64) (first *entropy.Window) {
	window := off / WindowSizes[0]
	if len(r.tallies) == 0 || r.window != window {
		first = r.newWindow(window)
	}
	w := &r.tallies[len(r.tallies)-1]
	w.Tally.Merge(t)
	w.History.Merge(m.History())
	w.Lanes.Merge(m.Lanes())
	return first
}

// GatherWindow is Gather for all of a window that nobody doubted: it lacks what takes long.
func (r *Span) GatherWindow(t *entropy.Tally, off int64) *entropy.Window {
	w := r.newWindow(off / WindowSizes[0])
	w.Tally, w.History.Lacks, w.Lanes.Lacks = *t, true, true
	return w
}

// newWindow is the next of the smallest size, by its number, with nothing in it.
func (r *Span) newWindow(number int64) *entropy.Window {
	r.window = number
	n := len(r.tallies)
	r.tallies = slices.Grow(r.tallies, 1)[:n+1]
	r.tallies[n].Reset()
	return &r.tallies[n]
}

// Edge is a chain at a rim of the wanted bytes: one that may be the rest of what began
// before them (Head), one that goes on behind them (Tail), or both. Its bits are proven by
// bytes that begin within them.
type Edge struct {
	Detector   detector.ID
	Kind       string
	Start, End int64   // of what is proven, in bytes of the medium
	Next       int64   // of a tail: where it has to go on, to the byte
	Bits       float64 // before the price
	Head, Tail bool
}

// Rim is what a block of ciphertext holds besides fill at its ends, where that is not all of it.
type Rim struct {
	Start, End int64   // of what is not fill
	Lo, Hi     int64   // of the block
	Fill       int64   // bytes of fill and pattern sectors in it
	Bits       float64 // of its seams: what a run of one byte value is worth; 0: it has none
}

// KnownRun is sectors of the medium, one behind the other, that are known as sectors of a corpus, one
// behind the other.
type KnownRun struct {
	Corpus  int   // which
	Offset  int64 // on the medium, of the first
	Sectors int64
	Place   int64 // of the first in the corpus; -1: each of them is shared by several files
}

// Shared says that the sectors stand in several files.
func (r *KnownRun) Shared() bool { return r.Place < 0 }

// Goes says whether a place on the medium, and in the corpus, is where a run goes on.
func (r *KnownRun) Goes(corpus int, offset, place int64) bool {
	return r.Corpus == corpus && r.Offset+r.Sectors*proof.SectorSize == offset && (r.Shared() && place < 0 || !r.Shared() && r.Place+r.Sectors == place)
}
