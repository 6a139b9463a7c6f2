package jpeg

import "shokyo.dev/shokyo/scan/compressed/bitstream"

// class is which codes a block is in.
type class uint8

const (
	bright class = iota
	colour
)

// layout is the classes of the blocks that make a unit (T.81 A.2.3), and what it costs to take
// a unit in it for granted that is cut at one of its blocks: -log2 of its chance.
type layout struct {
	blocks []class
	cost   int
}

var layouts = []layout{
	{[]class{bright, bright, bright, bright, colour, colour}, 62}, // 4:2:0, 4:1:1; .4, in six places
	{[]class{bright, bright, colour, colour}, 76},                 // 4:2:2, 4:4:0; .15
	{[]class{bright, colour, colour}, 60},                         // 4:4:4; .23
	{[]class{bright}, 54},                                         // one component; .1
	{[]class{colour}, 92},                                         // .02
	{[]class{bright, bright, colour, colour, colour, colour}, 95}, // 4:4:4 as FFmpeg writes it; .1
}

// place is a block of a layout.
type place struct{ layout, phase int }

// placeSet is some of all places, a bit each.
type placeSet uint32

var (
	places     []place
	everyPlace placeSet
	// placesWith are the places from which the block of a number, the first is 0, is of a class.
	placesWith [5][2]placeSet
	ofClass    = [2][]class{{bright}, {colour}}
)

func init() {
	for l := range layouts {
		for phase := range layouts[l].blocks {
			bit := placeSet(1) << len(places)
			places = append(places, place{l, phase})
			everyPlace |= bit
			for number := range placesWith {
				c := layouts[l].blocks[(phase+number)%len(layouts[l].blocks)]
				placesWith[number][c] |= bit
			}
		}
	}
}

// reading is how bits are read from one of them on, in one layout.
type reading struct {
	in   *stuffed
	book *book

	part, at int // at in bits of in.data
	zeros    int // of in.at that were passed
	layout   []class
	phase    int // of the block at hand

	k      int    // of the next coefficient, 0 for the first; or unknown
	passed int    // coefficients passed since k is unknown
	size   int    // of the last symbol
	run    int    // 1 if it had zeros before its coefficient
	count  int    // of coefficients in the block
	before [2]int // active, of the block before it, by class
	dc     [2]int // size of the last difference, by class

	origin, opening int // the bit and the phase it began with
	base            int // what it cost to begin there
	score, best     int // in units of a bit
	end             int // in what was read, behind what gave the most
	symbols         int // that were read, for the budget

	seen func(dc bool, cell int, symbol byte) // for training; nil otherwise
}

// outcome is how reading a block ended.
type outcome uint8

const (
	whole outcome = iota + 1
	ended         // the bits of the part ran out
	broken
)

// escape is what a symbol costs at most, in units: with a chance of 1/64 any bits may come. The figures
// leave room for that.
const escape = 6 * unit

// A reading is given up so far below its best.
const drop = 20 * unit

// block reads the rest of a block.
func (r *reading) block() outcome {
	c := r.layout[r.phase]
	hi := 8 * r.in.parts[r.part].hi
	if r.k == 0 {
		if o := r.difference(c, hi); o != whole {
			return o
		}
	}
	ac := r.book[c].ac
	cell := int(c)
	for r.k < 64 || r.k == unknown {
		w := bitstream.High(r.in.data, r.at)
		symbol, length := ac.next(w)
		bits := length + int(symbol&15)
		if r.at+bits > hi {
			return ended
		}
		if length > 16 {
			return broken
		}
		at := (((cell*bands+int(bandOf[r.k]))*sizes+r.size)*runs+r.run)*actives + r.before[c]
		r.score += max(length*unit-acFigure(at, symbol), -escape)
		r.symbols++
		if r.seen != nil {
			r.seen(false, at, symbol)
		}
		r.at += bits
		if symbol == 0 {
			break
		}
		if !r.step(symbol) { // this is no block: a symbol was missed
			r.score -= escape
			r.k, r.passed, r.count = unknown, 0, 0
		}
		if r.score < r.best-drop {
			return broken
		}
	}
	r.before[c] = active(r.count)
	r.next()
	return whole
}

// step passes the coefficient of a symbol, and says whether it lies in the block.
func (r *reading) step(symbol byte) bool {
	run, size := int(symbol>>4), int(symbol&15)
	if size > 0 {
		r.count++
	}
	r.run, r.size = min(run, 1), min(size, sizes-1)
	if r.k == unknown {
		r.passed += run + 1
		return r.passed < 64
	}
	r.k += run + 1
	return r.k <= 64
}

// next is the first coefficient of the block behind.
func (r *reading) next() {
	if r.phase++; r.phase == len(r.layout) {
		r.phase = 0
	}
	r.k, r.passed, r.count = 0, 0, 0
	r.weigh()
}

// difference reads a block's first coefficient.
func (r *reading) difference(c class, hi int) outcome {
	w := bitstream.High(r.in.data, r.at)
	symbol, length := r.book[c].dc.next(w)
	bits := length + int(symbol)
	if r.at+bits > hi {
		return ended
	}
	if length > 16 || symbol > 11 {
		return broken
	}
	cell := int(c)*6 + min(r.dc[c], 5)
	r.score += length*unit - dcFigure(cell, symbol)
	r.symbols++
	if r.seen != nil {
		r.seen(true, cell, symbol)
	}
	r.at += bits
	r.dc[c] = (int(symbol) + 1) / 2
	r.k, r.run, r.size = 1, 0, min((int(symbol)+1)/2, sizes-1)
	return whole
}

// weigh adds what was left out up to here, and keeps the best.
func (r *reading) weigh() {
	for r.zeros < len(r.in.at) && int(r.in.at[r.zeros]) <= r.at>>3 {
		r.zeros++
		r.score += zeroBits
	}
	if r.score > r.best {
		r.best = r.score
		r.end = r.in.raw(&r.in.parts[r.part], r.at>>3, r.zeros)
	}
}

// What follows FF: 00 with a chance of .97, each of eight restart markers with .003 or, where the one before
// is known, the next one with .02 and any with .0002.
const (
	zeroBits      = 127 // floor of 16·log2(256·.97)
	restartBits   = -7
	inTurnBits    = 37
	outOfTurnBits = -70
)

// restart goes on behind the marker, before which the last byte is filled up with ones (T.81
// F.1.2.3). It says whether there is one.
func (r *reading) restart() bool {
	p := &r.in.parts[r.part]
	left := 8*p.hi - r.at
	if r.part+1 == len(r.in.parts) || left > 7 || left < 0 {
		return false
	}
	if left > 0 {
		if w := bitstream.High(r.in.data, r.at) >> (64 - left); w != 1<<left-1 {
			return false
		}
		r.score += left * unit
	}
	q := &r.in.parts[r.part+1]
	for r.zeros < q.zeros {
		r.zeros++
		r.score += zeroBits
	}
	r.score += r.in.turn(r.part + 1)
	r.part, r.at = r.part+1, 8*q.lo
	r.phase, r.k, r.passed, r.count = 0, 0, 0, 0
	r.dc, r.before = [2]int{}, [2]int{}
	r.weigh()
	return true
}

// read goes on as long as there is hope.
func (r *reading) read() {
	for r.score >= r.best-drop {
		switch r.block() {
		case broken:
			return
		case ended:
			if !r.restart() {
				return
			}
		}
	}
}

// inside says that it was given up before the end of what there is.
func (r *reading) inside() bool {
	return r.score < r.best-drop || r.part+1 < len(r.in.parts) || 8*len(r.in.data)-r.at > 64
}
