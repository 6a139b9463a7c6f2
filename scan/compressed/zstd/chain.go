package zstd

import (
	"math"
	"math/bits"
)

const (
	maxBlock   = 128 << 10 // bytes, in and out (RFC 8878 §3.1.1.2.4)
	leastMatch = 3

	// MaxOutput is the most that is decoded of a chain.
	MaxOutput = 256 << 10

	// doubt is how far the evidence may fall below its best before a chain is given up.
	doubt = 16
	// plenty is more than anybody needs.
	plenty = 200
	// hope is where it is worth while to decode.
	hope = 20
	// step is what a part has to be worth before a chain is said to reach so far.
	step = 8
)

// blockKind is a Block_Type (RFC 8878 §3.1.1.2.2).
type blockKind uint8

const (
	rawBlock blockKind = iota
	runBlock
	codedBlock
)

// The bits of a header: how often a block is the last, and of each kind.
var (
	lastBits  = logOf(2, .97, .03)
	blockBits = logOf(4, .07, .03, .9)
)

// chain is what is known while blocks are followed.
type chain struct {
	b          []byte
	blocks     int
	bits, best float64 // evidence now, and at its highest
	end        int     // of what has proven itself
	waiting    int     // end of a part that is not sure yet
	since      float64 // evidence from there on

	literals literals
	tree     tree
	tables   tables
	hasTree  bool
	recent   [3]int // distances that matches may name by number; 0: not known
	bytes    []byte // literals of the block
	out      []byte
	worked   int // of all chains in these bytes, in nanoseconds or so
}

// start forgets all but the bytes and the work.
func (c *chain) start(b []byte, at int) {
	c.b, c.end, c.blocks = b, at, 0
	c.bits, c.best, c.since, c.waiting = 0, 0, 0, at
	c.hasTree, c.tables.known = false, [weights]bool{}
	c.recent, c.out = [3]int{}, c.out[:0]
}

// add takes evidence, and says whether there is still any hope.
func (c *chain) add(bits float64) bool {
	c.bits += bits
	c.best = max(c.best, c.bits)
	return c.bits >= c.best-doubt
}

// floor is how little the next part may be worth.
func (c *chain) floor() float64 {
	if c.best >= plenty {
		return math.Inf(-1)
	}
	return c.best - doubt - c.bits
}

// mark says that a part ends at an offset that was worth some bits. A part that is worth little counts when those
// behind it confirm it.
func (c *chain) mark(end int, bits float64) {
	if c.since += bits; bits >= step {
		c.end, c.waiting, c.since = end, end, 0
	} else if c.waiting <= c.end || c.since >= step {
		c.end = max(c.end, c.waiting)
		c.waiting, c.since = end, 0
	}
}

// follow reads block after block from an offset on.
func (c *chain) follow(at int) {
	for more := true; more && at+3 <= len(c.b) && c.may(at); {
		at, more = c.block(at)
	}
}

// block reads the block at an offset, and gives that of the next; false: there is none, or no telling.
func (c *chain) block(at int) (next int, more bool) {
	h := int(c.b[at]) | int(c.b[at+1])<<8 | int(c.b[at+2])<<16
	kind, size := blockKind(h>>1&3), h>>3
	if kind > codedBlock || size > maxBlock || size == 0 || !c.add(headerBits(h)) {
		return at, false
	}
	last := h&1 == 1
	at += 3
	c.blocks++
	switch next = at + size; kind {
	case rawBlock:
		c.plainBlock(at, next, 1, headerBits(h))
	case runBlock:
		next = at + 1
		c.plainBlock(at, next, size, headerBits(h))
	case codedBlock:
		if !c.coded(at, size) {
			return next, false
		}
	}
	return next, !last
}

// plainBlock takes a block whose bytes, or the one byte that it repeats, stand as they are.
func (c *chain) plainBlock(at, next, times int, bits float64) {
	next = min(next, len(c.b))
	c.emit(c.b[min(at, next):next], times)
	c.mark(next, bits)
}

// headerBits is what a block's header is worth. Half of the sizes are taken to be like any other, half to be of any length in bits.
func headerBits(h int) float64 {
	return lastBits[h&1] + blockBits[h>>1&3] + sizeBits[bits.Len(uint(min(h>>3, maxBlock-1)))]
}

var sizeBits = func() (worth [18]float64) {
	for n := 1; n < len(worth); n++ {
		worth[n] = math.Log2(1 << 21 * (.5/maxBlock + .5/17*math.Exp2(float64(1-n))))
	}
	return worth
}()

// coded reads a Compressed_Block of size bytes, which may go beyond the buffer.
func (c *chain) coded(at, size int) bool {
	l := &c.literals
	bits, ok := l.header(c.b[at:])
	if !ok || !c.add(bits) || l.size+l.compressed >= size {
		return false
	}
	sequences := at + l.size + l.compressed
	if l.kind < codedLiterals {
		c.plain(at + l.size)
	} else if !c.compressed(at + l.size) {
		return false
	}
	return c.sequences(sequences, at+size)
}

// decodes says whether it is worth the while to decode: not what is no more likely than not, nor what nobody will look
// at. Behind the end of the output the sizes of blocks show the way.
func (c *chain) decodes(at int) bool { return c.best >= hope && len(c.out) < MaxOutput && c.may(at) }

// may says whether work may be done at an offset.
func (c *chain) may(at int) bool { return c.worked <= workAhead+workPerByte*min(at, len(c.b)) }

// plain takes literals that are not coded.
func (c *chain) plain(at int) {
	l := &c.literals
	have := c.b[min(at, len(c.b)):min(at+l.compressed, len(c.b))]
	c.bytes = append(c.bytes[:0], have...)
	for l.kind == runLiterals && len(have) > 0 && len(c.bytes) < l.regenerated {
		c.bytes = append(c.bytes, have[0])
	}
}

// compressed reads the tree and the streams of literals.
func (c *chain) compressed(at int) bool {
	l, want, before := &c.literals, 0, c.bits
	c.bytes = c.bytes[:0]
	if l.kind == codedLiterals {
		floor := c.floor()
		ok := c.tree.read(c.b[at:min(at+l.compressed, len(c.b))], floor)
		if c.worked += 200 + 8*c.tree.n; !math.IsInf(floor, -1) {
			c.worked += 52 * c.tree.n
		}
		if !ok || !c.add(c.tree.bits) {
			return false
		}
		c.hasTree, l.description = true, c.tree.size
		at += c.tree.size
	}
	if c.hasTree {
		want = int(math.Round(c.tree.mean() * float64(l.regenerated) / 8))
	}
	bits, ok := l.sizes(c.b[at:], want)
	if !ok || !c.add(bits) {
		return false
	}
	if l.streams == 4 {
		at += 6
	}
	c.mark(min(at, len(c.b)), c.bits-before)
	return !c.hasTree || !c.decodes(at) || c.streams(at)
}

// streams decodes those that are there as a whole.
func (c *chain) streams(at int) bool {
	l := &c.literals
	if l.kind == codedLiterals {
		c.tree.build()
		c.worked += 2000
	}
	for i := range l.streams {
		end, n := at+l.jump[i], l.share(i)
		if end > len(c.b) {
			return true
		}
		c.worked += 3 * n
		var ok bool
		if c.bytes, ok = c.tree.decodeStream(c.bytes, c.b[at:end], n); !ok {
			return false
		}
		exact := c.tree.exact(n)
		c.add(exact)
		c.mark(end, exact)
		at = end
	}
	return true
}

// sequences reads how literals and matches follow each other, from an offset to the end of the block.
func (c *chain) sequences(at, end int) bool {
	if at >= len(c.b) {
		return true
	}
	n, skip, bits, ok := count(c.b[at:])
	if !ok || n > maxBlock/leastMatch || !c.add(bits) {
		return false
	}
	at += skip
	if n == 0 {
		c.run(nil, 0)
		return at == end
	}
	at, all := c.described(at, min(end, len(c.b)))
	if !all || end > len(c.b) || !c.decodes(at) {
		return all
	}
	c.tables.build()
	c.worked += 5000
	if c.tables.known == [weights]bool{true, true, true} {
		c.worked += 20 * n
		if !c.run(c.b[at:end], n) {
			return false
		}
		c.mark(end, step)
	}
	return true
}

// described reads the tables of the codes of sequences, and gives where they end; false: they do not, or are not likely.
func (c *chain) described(at, limit int) (end int, all bool) {
	ends, n := c.tables.read(c.b[at:limit])
	c.worked += 30
	if n < offsets+1 {
		return at, false
	}
	c.worked += 300
	c.add(modesBits[c.tables.modes])
	for k := range n {
		worth := c.tables.worth(k)
		if !c.add(worth) {
			return at, false
		}
		c.mark(at+ends[k], worth)
	}
	return at + ends[n-1], n == weights
}
