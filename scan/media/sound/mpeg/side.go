package mpeg

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

// Side information of layer III (ISO/IEC 11172-3 2.4.1.7, 13818-3 2.4.1.7), in bits, MPEG-1 and the others:
//
//	9 8  where the main data begin, in bytes before this frame's
//	5 1  private, mono; 3 2 else
//	4 0  a channel: which scale factors are those of the granule before
//	     for each granule and channel:
//	12   length of its main data, in bits
//	 9   pairs of large values, up to 288
//	 8   gain
//	4 9  how scale factors are written
//	 1   window switching; then
//	     2 type of block, 1 mixed, 2·5 tables, 3·3 gains of short blocks
//	     else 3·5 tables, 4 3 where the regions end that they are for
//	1 0  preemphasis
//	 1   scale of scale factors
//	 1   table of small values
//
// They are held against what encoders write, counted (model.go): each field given what stood before it.

// granule is what is kept of one for those that follow.
type granule struct {
	known    bool
	main     int // bits of main data
	pairs    int
	gain     int
	scaling  int
	switched int
	block    int
	tables   [3]int
	regions  int
}

// frames is a chain of layer III that is read.
type frames struct {
	*walk.Walk
	m       *model
	tally   *counts // of training; nil: none
	last    [2]granule
	begins  int // where main data of the next frame should begin; -1: not known
	channel int
	voice   voice // of AAC
	bare    bool  // only headers are looked at
}

// choose weighs a value that n bits had by a table.
func (f *frames) choose(n int, t table, row, col int) { f.Weigh(n, f.chance(t, row, col)) }

// chance is what the model gives a column of a row.
func (f *frames) chance(t table, row, col int) float64 {
	if f.tally != nil && f.Alive() {
		f.tally.add(t, row, col)
	}
	return f.m.chance(t, row, col)
}

// side takes what follows the header of a frame with so many bytes for main data.
func (f *frames) side(h *header, bytes int) {
	nch, v1 := h.channels(), h.version == mpeg1
	width, private := 9, [3]int{0, 5, 3}[nch]
	if !v1 {
		width, private = 8, nch
	}
	begins := f.begin(width)
	f.Mostly(private, 0, 31./32)
	if v1 {
		for range nch {
			f.choose(4, shared, 0, int(f.Take(4)))
		}
	}
	mean, used := 8*bytes/(nch*h.granules()), 0
	if mean < 8 {
		f.Fail()
		return
	}
	for range h.granules() {
		for ch := range nch {
			f.channel = ch
			used += f.granule(v1, mean)
			if !f.Alive() {
				return
			}
		}
	}
	if f.begins = begins + bytes - (used+7)/8; f.begins < 0 { // more than there is room for
		f.Fail()
	}
}

// begin takes where main data begin, which the frame before says, unless it was stuffed.
func (f *frames) begin(width int) int {
	v := int(f.Take(width))
	q := .6 / float64(int(1)<<width)
	if v == 0 {
		q += .4
	}
	if f.begins >= 0 {
		q *= .3
		if v == f.begins {
			q += .7
		}
	}
	f.Weigh(width, q)
	return v
}

// granule takes one, and gives the length of its main data.
func (f *frames) granule(v1 bool, mean int) int {
	last := &f.last[f.channel]
	g := granule{known: true, main: f.mainBits(last, mean)}
	size := 2 * bits.Len(uint(g.main))
	if g.main > 1 {
		size += g.main >> (bits.Len(uint(g.main)) - 2) & 1
	}
	g.pairs = f.pairs(size)
	f.gain(&g, last)
	f.scaling(&g, last, v1)
	g.switched = int(f.Take(1))
	f.choose(1, switching, lastOr(last, last.switched, 2), g.switched)
	if g.switched == 1 {
		f.short(&g, last)
	} else {
		f.long(&g, last)
	}
	flags := 2
	if v1 {
		flags = 3
	}
	f.choose(flags, flagTable(v1), 0, int(f.Take(flags)))
	*last = g
	return g.main
}

// lastOr is a row for a value of the granule before, or the one for where there is none.
func lastOr(last *granule, v, none int) int {
	if last.known {
		return v
	}
	return none
}

// mainBits takes the length of main data: how many eighths of the mean it has, and which of these.
func (f *frames) mainBits(last *granule, mean int) int {
	v := int(f.Take(12))
	k, n := eighth(v, mean)
	row := numEighths
	if last.known {
		row, _ = eighth(last.main, mean)
	}
	f.Weigh(12, f.chance(lengths, row, k)/float64(n))
	return v
}

const numEighths = 26

// eighth is which of the classes a length is in, and how many lengths are in that class: 0; up to ⅛ of the mean and so
// on up to 24 of them; all above.
func eighth(v, mean int) (class, n int) {
	if v == 0 {
		return 0, 1
	}
	class = min((8*v-1)/mean, numEighths-2) + 1
	lo := (class - 1) * mean / 8 // the last that is below
	if class == numEighths-1 {
		return class, max(1, 1<<12-1-lo)
	}
	return class, class*mean/8 - lo
}

const (
	pairsClass = 8 // values in a class
	numPairs   = 288/pairsClass + 1
)

// pairs takes the number of pairs of large values.
func (f *frames) pairs(size int) int {
	v := int(f.Take(9))
	k := (v + pairsClass - 1) / pairsClass
	if k >= numPairs {
		f.Fail()
		return 0
	}
	q := f.chance(pairCounts, size, k)
	if k > 0 {
		q /= pairsClass
	}
	f.Weigh(9, q)
	return v
}

const (
	gainClass = 8
	gainSteps = 24 // up and down
)

// gain takes the gain: compared with the same channel's before, or with the other channel's, or none.
func (f *frames) gain(g, last *granule) {
	g.gain = int(f.Take(8))
	other := &f.last[0]
	t := stepsTime
	if !last.known {
		if t, last = stepsChannel, other; f.channel == 0 || !other.known {
			f.Weigh(8, f.chance(gains, 0, g.gain/gainClass)/gainClass)
			return
		}
	}
	step := g.gain - last.gain + gainSteps
	q := .05 / 256.
	if step >= 0 && step <= 2*gainSteps {
		q += .95 * f.chance(t, 0, step)
	}
	f.Weigh(8, q)
}

// scaling takes how scale factors are written.
func (f *frames) scaling(g, last *granule, v1 bool) {
	if v1 {
		g.scaling = int(f.Take(4))
		f.choose(4, scalings, lastOr(last, last.scaling, 16), g.scaling)
		return
	}
	g.scaling = int(f.Take(9))
	q := f.chance(scalings2, 0, g.scaling/16) / 16
	if last.known {
		q *= .75
		if g.scaling == last.scaling {
			q += .25
		}
	}
	f.Weigh(9, q)
}

// short takes what stands in a granule whose windows are switched.
func (f *frames) short(g, last *granule) {
	g.block = int(f.Take(2))
	f.choose(2, blocks, last.block, g.block)
	f.Mostly(1, 0, .97)
	f.tables(g, last, 2)
	for range 3 {
		f.Mostly(3, 0, .8)
	}
}

func (f *frames) long(g, last *granule) {
	f.tables(g, last, 3)
	g.regions = int(f.Take(7))
	q := f.chance(regionEnds, 0, g.regions)
	if last.known && last.switched == 0 {
		q *= .75
		if g.regions == last.regions {
			q += .25
		}
	}
	f.Weigh(7, q)
}

const (
	firstTable = 32 // row of the first region's
	noPairs    = 33 // the same where there are no pairs at all
)

// tables takes the numbers of the tables that the large values of each region are coded by.
func (f *frames) tables(g, last *granule, n int) {
	row := firstTable
	if g.pairs == 0 {
		row = noPairs
	}
	for i := range n {
		v := int(f.Take(5))
		q := f.chance(tables, row, v)
		if last.known {
			q *= .7
			if v == last.tables[i] {
				q += .3
			}
		}
		f.Weigh(5, q)
		g.tables[i], row = v, v
	}
}

func flagTable(v1 bool) table {
	if v1 {
		return flags
	}
	return flags2
}
