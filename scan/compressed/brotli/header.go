package brotli

import "math"

// chain is what is read from one bit on: meta-block behind meta-block.
type chain struct {
	evidence
	lengthCode lengthCode
	steps      [maxSymbols]step
	scratch    code    // of which nothing is kept
	of         [3]code // of a meta-block with one for each
	codes      int     // prefix codes that were read
	blocks     int     // meta-blocks read to their end
	block      metaBlock
}

// What a meta-block has codes for.
const (
	literal = iota
	command
	distance
)

type metaBlock struct {
	last, raw       bool
	single          bool // one kind of blocks, and one code, for each
	length          int
	kinds           [3]int // of blocks
	postfix, direct int    // how distances are coded
}

// begin readies the chain for what begins at a bit.
func (c *chain) begin(at int) {
	c.start(at)
	c.codes, c.blocks = 0, 0
}

// stream passes the size of the window (§9.1) and what follows.
func (c *chain) stream() {
	if c.take(1) == 1 && c.take(3) == 0 && c.take(3) == 1 {
		return // a window that is larger than the format allows
	}
	c.metaBlocks()
}

// metaBlocks passes meta-blocks as long as they can be read. A few bits more come up by chance,
// wherever commands led: what stands behind them is not there unless its headers prove it.
func (c *chain) metaBlocks() {
	for n := 0; c.header(); n++ {
		if c.unless == 0 {
			c.blocks = n
		}
		if !c.body() || c.block.last {
			return
		}
		if c.unless == 0 {
			c.unless = c.best + worthReading
		}
	}
}

// Fields that are zero in the simplest case.
var (
	moreThanOne  = fieldOf(1)
	distanceForm = fieldOf(6)
)

func (c *chain) header() bool {
	if !c.work(8) || !c.readLength() {
		return false
	}
	if c.block.raw {
		return true
	}
	for i := range c.block.kinds {
		if !c.readKinds(&c.block.kinds[i]) {
			return false
		}
	}
	distances, ok := c.read(&distanceForm)
	if !ok {
		return false
	}
	c.block.postfix, c.block.direct = distances&3, distances>>2<<(distances&3)
	c.at += 2 * c.block.kinds[literal]
	return c.readCodes()
}

// readLength passes the length of a meta-block and whether it is compressed. Half are expected
// to be the last, one in 16 not to be compressed. A last one that is empty, and metadata, are nothing.
func (c *chain) readLength() bool {
	c.block = metaBlock{last: c.take(1) == 1}
	if c.block.last && !c.want(c.take(1) == 0, 1) {
		return false
	}
	nibbles := c.take(2)
	if !c.want(nibbles < 3, ofLengths) {
		return false
	}
	c.block.length = c.take(16+4*nibbles) + 1
	if nibbles > 0 && !c.want(c.block.length > 1<<(12+4*nibbles), ofNoLess) {
		return false
	}
	if c.block.last {
		return true
	}
	if c.block.raw = c.take(1) == 1; c.block.raw {
		return c.add(ofRaw)
	}
	return c.add(ofCompressed)
}

// What the parts of a length are worth.
var (
	ofLengths    = bitsOf(4, 3)
	ofNoLess     = bitsOf(16, 15)
	ofRaw        = bitsOf(2, 16)
	ofCompressed = bitsOf(2*15, 16)
)

// bitsOf is what is expected so many times more often than by chance.
func bitsOf(times, of float64) float64 { return math.Log2(times / of) }

// number passes one of 1 to 256 (§9.2): NBLTYPES and NTREES.
func (c *chain) number() (n int, ok bool) {
	if more, ok := c.read(&moreThanOne); more == 0 || !ok {
		return 1, ok
	}
	width := c.take(3)
	return 1<<width + c.take(width) + 1, !c.ended()
}

// readKinds passes how many kinds of blocks there are, how they follow each other, and the
// length of the first.
func (c *chain) readKinds(n *int) (ok bool) {
	if *n, ok = c.number(); !ok || *n == 1 {
		return ok
	}
	const countCodes = 26
	if !c.readPrefix(&c.scratch, *n+2) || !c.readPrefix(&c.scratch, countCodes) {
		return false
	}
	c.scratch.build()
	s := c.scratch.read(&c.bitReader)
	c.at += [countCodes]int{2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 24}[s]
	return !c.ended()
}

// readCodes passes the codes with the maps of which is for which context.
func (c *chain) readCodes() bool {
	const literalContexts, distanceContexts = 64, 4
	const commands, shortDistances = 704, 16
	trees := [3]int{command: c.block.kinds[command]}
	var ok bool
	if trees[literal], ok = c.readMap(literalContexts * c.block.kinds[literal]); !ok {
		return false
	}
	if trees[distance], ok = c.readMap(distanceContexts * c.block.kinds[distance]); !ok {
		return false
	}
	sizes := [3]int{literals, commands, shortDistances + c.block.direct + 48<<c.block.postfix}
	for of, n := range trees {
		for range n {
			if !c.readPrefix(&c.of[of], sizes[of]) {
				return false
			}
		}
	}
	one := [3]int{1, 1, 1}
	c.block.single = c.block.kinds == one && trees == one
	return true
}

// readMap passes how many codes there are, and which is for which context (§7.3).
func (c *chain) readMap(contexts int) (n int, ok bool) {
	if n, ok = c.number(); !ok || n == 1 {
		return n, ok
	}
	longest := 0
	if c.take(1) == 1 {
		longest = c.take(4) + 1
	}
	if !c.readPrefix(&c.scratch, n+longest) || !c.work(contexts) {
		return 0, false
	}
	c.scratch.build()
	for i := 0; i < contexts; {
		s := c.scratch.read(&c.bitReader)
		if i++; s > 0 && s <= longest {
			i += 1<<s + c.take(s) - 1
		}
		if i > contexts || c.ended() {
			return 0, false
		}
	}
	c.take(1) // whether it is to be turned back
	return n, !c.ended()
}

// worthReading is the evidence of a header that its commands are read for, and that it is there at all behind
// others: one that came up by chance may have codes of one word without bits, which go on for ever.
const worthReading = 24

// body passes what a meta-block holds. That of one with several codes for something can't be read without
// the bytes before it.
func (c *chain) body() bool {
	if c.block.raw {
		return c.rawBody()
	}
	if !c.block.single || c.best < worthReading {
		return false
	}
	for i := range c.of {
		if !c.work(1 << fastBits) {
			return false
		}
		c.of[i].build()
		c.of[i].hasten()
	}
	for left := c.block.length; left > 0; {
		if left = c.command(left); left < 0 || c.ended() {
			return false
		}
	}
	return true
}

// rawBody passes bytes that are not compressed.
func (c *chain) rawBody() bool {
	pad := -c.at & 7
	if c.take(pad) != 0 || !c.add(float64(pad)) {
		return false
	}
	c.at += 8 * c.block.length
	return !c.ended()
}

// A symbol of the code for commands is a row of this table and eight lengths of each
// kind (§5): from which the copied and inserted start. In the first two rows the distance is the last.
var commandRows = [...]struct{ insert, copied int }{{0, 0}, {0, 8}, {0, 0}, {0, 8}, {8, 0}, {8, 8}, {0, 16}, {16, 0}, {8, 16}, {16, 8}, {16, 16}}

const lastDistance = 2 * 64

// lengths are those of a code with extra bits: the first that it gives, and how many bits.
type lengths [24]struct{ first, extra int }

var inserted, copied = lengthsOf(0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24),
	lengthsOf(2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24)

func lengthsOf(first int, extra ...int) (l lengths) {
	for i, n := range extra {
		l[i].first, l[i].extra = first, n
		first += 1 << n
	}
	return l
}

// command passes one command and gives how many bytes are left of the meta-block; a negative
// number where they are not enough.
func (c *chain) command(left int) int {
	s := c.of[command].next(&c.bitReader)
	row := commandRows[s>>6]
	in, out := inserted[row.insert+s>>3&7], copied[row.copied+s&7]
	n := in.first + c.take(in.extra)
	m := out.first + c.take(out.extra)
	if n > left || !c.work(2+n) {
		return -1
	}
	for range n {
		c.of[literal].next(&c.bitReader)
	}
	if left -= n; left == 0 {
		return 0
	}
	if s >= lastDistance {
		c.at += c.extraOfDistance(c.of[distance].next(&c.bitReader))
	}
	return left - m
}

// extraOfDistance is how many bits follow a symbol of the code for distances (§4).
func (c *chain) extraOfDistance(s int) int {
	if s -= 16 + c.block.direct; s < 0 {
		return 0
	}
	return 1 + s>>(c.block.postfix+1)
}
