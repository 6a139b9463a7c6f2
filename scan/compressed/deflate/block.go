package deflate

import (
	"math"
	"sync"
)

// stop says why reading stopped.
type stop uint8

const (
	goesOn     stop = iota
	stopBroken      // what comes is not DEFLATE
	stopOpen        // the bytes, or the work that may be done, ended first
	stopEnd         // the final block ended
)

const (
	// step is how many symbols are read before the score is looked at again.
	step = 32
	// From so many bits on only one step of four is learned from, which is all that learning
	// costs: more than enough is proven, and it is only to be seen where it ends.
	sure = 300
)

// nextType is what the types of a following block are worth: chances in the model, 0.1, 0.1
// and 0.8, against 1/4 each.
var nextType = [3]float64{math.Log2(4 * 0.1), math.Log2(4 * 0.1), math.Log2(4 * 0.8)}

// decoder reads a chain of blocks and keeps its score. Its memory is kept from one chain to the
// next.
type decoder struct {
	bitReader
	header              header
	literals, distances prefixCode
	learner             learner
	learns              bool   // from the symbols that are read
	worked              int    // symbols that were read
	reached             int    // the bit up to which something was proven
	starts              []int  // of the dynamic blocks of this chain, but for the first
	out                 []byte // what was decoded, the first part; bytes from before the chain are 0
	keep                int    // how much of it is wanted
	size                int    // of all that was decoded
	limit               int    // of the size: symbols are read up to here
	whole               bool   // the chain begins a stream: nothing lies before it

	blocks int
	final  bool

	// The score: of what is settled, and of the symbols of the block that is being read. The best is
	// what counts (Ville), and how far it was proven there.
	settled  float64
	symbols  [numModels]float64
	best     float64
	provenAt int // in bits
	provenN  int // of size
}

// fixed are the codes of blocks of type 1 (RFC 1951 §3.2.6).
var fixed = sync.OnceValue(func() (codes struct{ literals, distances prefixCode }) {
	var lens [288]uint8
	for i := range lens {
		switch {
		case i < 144 || i >= 280:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		default:
			lens[i] = 7
		}
	}
	codes.literals.build(lens[:])
	for i := range 32 {
		lens[i] = 5
	}
	codes.distances.build(lens[:32])
	return
})

// spent says that no more work may be done than was, up to where it stands.
func (d *decoder) spent() bool { return d.worked > workAtFirst+workPerByte*(max(d.at, d.reached)/8) }

// begin starts a chain at a bit of b.
func (d *decoder) begin(b []byte, bit int) {
	d.bitReader = bitReader{b, bit}
	d.out, d.size, d.blocks, d.final = d.out[:0], 0, 0, false
	d.starts = d.starts[:0]
	d.settled, d.best, d.provenAt, d.provenN = 0, 0, bit, 0
	d.symbols = [numModels]float64{}
}

// open makes a decoder ready.
func (d *decoder) open(keep, limit int) {
	d.header.m, d.header.pow = headers(), powers()
	d.keep, d.limit, d.worked, d.reached = keep, limit, 0, 0
}

// run reads block after block.
func (d *decoder) run() stop {
	for {
		if s := d.block(); s != goesOn {
			return s
		}
		d.worked += step
		switch d.blocks++; {
		case d.final:
			return stopEnd
		case d.spent():
			return stopOpen
		}
	}
}

// block reads a block that follows on another.
func (d *decoder) block() stop {
	d.final = d.take(1) == 1
	kind := d.take(2)
	if kind == 3 {
		return stopBroken
	}
	if d.over() {
		return stopOpen
	}
	d.add(nextType[kind])
	switch kind {
	case 0:
		return d.stored()
	case 1:
		f := fixed()
		return d.data(&f.literals, &f.distances)
	}
	d.starts = append(d.starts, d.at-3)
	return d.dynamic()
}

func (d *decoder) dynamic() stop {
	score, ok := d.header.read(&d.bitReader)
	d.worked += 8 * d.header.symbols
	if !ok {
		if d.over() {
			return stopOpen
		}
		return stopBroken
	}
	d.add(either(score, 0))
	h := &d.header
	d.literals.build(h.lens[:h.literals])
	d.distances.build(h.lens[h.literals : h.literals+h.distances])
	return d.data(&d.literals, &d.distances)
}

// stored passes a stored block, or as much of it as is there: the padding is zero, and the
// length stands there a second time, inverted (RFC 1951 §3.2.4).
func (d *decoder) stored() stop {
	padding := -d.at & 7
	if d.take(padding) != 0 {
		return stopBroken
	}
	size, inverse := int(d.take(16)), int(d.take(16))
	if d.over() {
		return stopOpen
	}
	if size != inverse^0xffff {
		return stopBroken
	}
	d.add(float64(padding) + 16)
	from := d.at / 8
	to := min(from+size, len(d.b))
	d.put(d.b[from:to])
	d.at = 8 * to
	if to < from+size {
		return stopOpen
	}
	return goesOn
}

// add settles a gain.
func (d *decoder) add(gain float64) {
	d.settled += gain
	d.weigh()
}

// total is the score. Each model of the symbols counts half, and half that nothing is known of
// them, so that it can take no more than a bit.
func (d *decoder) total() float64 {
	t := d.settled
	for _, x := range d.symbols {
		t += either(x, 0)
	}
	return t
}

// weigh takes the score for the best if it is. By less than this it may be chance, and what
// is claimed shall not go on behind the end of a file.
const least = 3

func (d *decoder) weigh() {
	if t := d.total(); t > d.best+least {
		d.best, d.provenAt, d.provenN = t, d.at, d.size
	}
}

// data reads the symbols of a block up to its end.
func (d *decoder) data(literals, distances *prefixCode) stop {
	d.learner.reset()
	for i := 0; ; i++ {
		d.learns = d.best < sure || i%4 == 0
		s := d.some(literals, distances)
		if d.over() { // what was read behind the end proves nothing
			return stopOpen
		}
		if d.learns {
			for k, f := range d.learner.factor {
				d.symbols[k] += math.Log2(f)
				d.learner.factor[k] = 1
			}
			d.weigh()
		}
		switch {
		case s == stopEnd:
			d.settled, d.symbols = d.total(), [numModels]float64{}
			return goesOn
		case s == stopBroken:
			return s
		case d.spent() || d.size >= d.limit:
			return stopOpen
		}
	}
}

// some reads a few symbols.
func (d *decoder) some(literals, distances *prefixCode) stop {
	d.worked += step
	for range step {
		symbol, n := literals.next(d.peek())
		if n == 0 || symbol >= maxLiterals {
			return stopBroken
		}
		if d.learns {
			d.learner.literal(symbol, n)
		}
		d.at += n
		switch {
		case symbol < endOfBlock:
			d.literal(byte(symbol))
		case symbol == endOfBlock:
			return stopEnd
		case !d.match(symbol-endOfBlock-1, distances):
			return stopBroken
		}
	}
	return goesOn
}

// match reads the rest of a match and carries it out. All of it is at most 33 bits.
func (d *decoder) match(code int, distances *prefixCode) bool {
	v := d.peek()
	extra := lengthExtra[code]
	length := int(lengthBase[code]) + int(v&(1<<extra-1))
	v >>= extra
	symbol, n := distances.next(v)
	if n == 0 || symbol >= maxDistances {
		return false
	}
	v >>= n
	more := distanceExtra[symbol]
	distance := int(distanceBase[symbol]) + int(v&(1<<more-1))
	if d.whole && distance > d.size {
		return false
	}
	d.at += int(extra) + n + int(more)
	d.copy(length, distance)
	if d.learns {
		d.learner.distance(code, symbol, n, distance)
	}
	return true
}

func (d *decoder) literal(c byte) {
	if d.size++; len(d.out) < d.keep {
		d.out = append(d.out, c)
	}
}

// put takes bytes as they are.
func (d *decoder) put(b []byte) {
	d.size += len(b)
	d.out = append(d.out, b[:min(len(b), d.keep-len(d.out))]...)
}

// copy carries out a match. What lies before the chain is not known.
func (d *decoder) copy(length, distance int) {
	d.size += length
	length = min(length, d.keep-len(d.out))
	from := len(d.out) - distance
	if from >= 0 && distance >= length {
		d.out = append(d.out, d.out[from:from+length]...)
		return
	}
	for ; length > 0; length-- {
		c := byte(0)
		if from >= 0 {
			c = d.out[from]
		}
		d.out = append(d.out, c)
		from++
	}
}
