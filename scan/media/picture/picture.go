// Package picture finds pieces of pictures without the beginning of their file.
//
// # What is looked for
//
//   - PNG, and its kin MNG and JNG: a row of chunks, each with its length, four letters and a
//     CRC-32 (png.go).
//   - GIF: a row of sub-blocks of 255 bytes, each with its length before it (gif.go).
//   - JPEG: marker segments between scans, and the entropy-coded data of scans themselves
//     (package jpeg below).
//
// # The bound
//
// Each of them is a test with a bound of its own: at one start position of uniform bytes it
// reaches s bits with a chance of at most 2^-s. At a byte they share one budget: each pays
// log2 of its part of it, so that all together
//
//	P(an observation of s bits in B uniform bytes) ≤ B·2^-s
//
// and the caller of [Finder.Find] pays log2(B).
package picture

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/media/picture/jpeg"
	"shokyo.dev/shokyo/scan/proof"
)

// Finder finds pieces of pictures. The zero value is ready; it is for one goroutine.
type Finder struct {
	meter entropy.Meter
	jpeg  jpeg.Finder
	spent work
	found []proof.Observation
}

// What each pays for its part of a byte's budget: 1/2, 1/16, 1/16 and 3/8.
const (
	pngShare     = 1
	gifShare     = 4
	segmentShare = 4
	scanShare    = 1.4151
)

// Find reports the pieces in b that have need bits, in ascending order and without overlap.
// Start and End are those of what is proven. Scans of JPEG are looked for from each sector of b
// on, which begins at one.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.found = f.found[:0]
	add := func(o proof.Observation, pay float64) {
		if o.Bits -= pay; o.Bits >= need {
			f.found = append(f.found, o)
		}
	}
	f.png(b, need+pngShare, func(o proof.Observation) { add(o, pngShare) })
	gif(b, need+gifShare, func(o proof.Observation) { add(o, gifShare) })
	f.jpeg.Segments(b, need+segmentShare, func(o proof.Observation) { add(o, segmentShare) })
	f.jpeg.Find(b, need+scanShare, func(o proof.Observation) { add(o, scanShare) })
	slices.SortFunc(f.found, func(x, y proof.Observation) int { return cmp.Compare(x.Start, y.Start) })
	end := 0
	for _, o := range f.found {
		if o.Start >= end {
			report(o)
			end = o.End
		}
	}
}

// work is how many bytes may still be read twice and more: what a medium says is there to
// follow must not cost more than the bytes up to it.
type work int

const (
	workAhead   = 8 << 20
	workPerByte = 2
)

// allows says whether n bytes more may be read at byte at of the buffer.
func (w *work) allows(n, at int) bool {
	if int(*w)+n > workAhead+workPerByte*at {
		return false
	}
	*w += work(n)
	return true
}
