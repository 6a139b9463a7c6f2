package bzip2

import (
	"math"
	"math/bits"
)

const (
	maxBlock     = 900_000 // bytes before sorting, at -9
	maxSelectors = 18_002
	maxCodes     = 6
	groupSize    = 50 // symbols that a selector is for
	maxLength    = 20
	maxSymbols   = 258
)

// chain is what is read from one magic number on: block behind block.
type chain struct {
	bitReader
	worked int // of all chains in these bytes

	evidence float64 // log2, of what was read so far
	best     float64 // the most that it ever was
	end      int     // bit behind what gave the most
	blocks   int     // read to their end

	selectors [maxSelectors]uint8
	codes     [maxCodes]code
	block     struct{ selectors, codes, symbols int }
}

// read goes on as far as there is evidence.
func (c *chain) read(b []byte, at int) {
	c.bitReader = bitReader{b: b, at: at}
	c.evidence, c.best, c.end, c.blocks = 0, 0, at, 0
	for ok := c.magic(); ok; {
		if ok = c.header() && c.body() && c.magic(); ok {
			c.blocks++
		}
	}
}

// magic passes the magic number of a block, and of an end with another stream behind it.
func (c *chain) magic() bool {
	switch c.take(magicBits) {
	case blockMagic:
		return c.proven(eitherMagic)
	case endMagic:
		return c.proven(eitherMagic) && c.stream() && c.take(magicBits) == blockMagic && c.proven(magicBits)
	}
	return false
}

// stream passes the checksum of one stream and the four bytes of the next.
func (c *chain) stream() bool {
	c.take(32)
	pad := -c.at & 7
	if c.take(pad) != 0 || c.ended {
		return false
	}
	c.proven(float64(pad))
	if c.take(24) != 'B'<<16|'Z'<<8|'h' {
		return false
	}
	level := c.take(8)
	return level >= '1' && level <= '9' && c.proven(32-math.Log2(9))
}

// proven adds evidence for what was read up to here.
func (c *chain) proven(bits float64) bool {
	if c.ended {
		return false
	}
	if c.evidence += bits; c.evidence > c.best {
		c.best, c.end = c.evidence, c.at
	}
	return true
}

// within adds what a number is worth that lies in [lo, hi].
func (c *chain) within(v, lo, hi uint64, bits int) bool {
	return lo <= v && v <= hi && c.proven(float64(bits)-math.Log2(float64(hi-lo+1)))
}

// work says whether n more units may be done.
func (c *chain) work(n int) bool {
	c.worked += n
	return c.worked <= workAhead+workPerByte*c.at/8
}

// header passes what stands between the magic number and the symbols.
func (c *chain) header() bool {
	c.take(32)
	if c.take(1) != 0 || !c.proven(1) {
		return false
	}
	return c.within(c.take(24), 0, maxBlock-1, 24) && c.symbolMaps() && c.numbers() && c.readSelectors() && c.readCodes()
}

// symbolMaps passes the maps of used byte values: symbols are two for runs, one for each
// value but the first, and the end.
func (c *chain) symbolMaps() bool {
	used := 0
	for rows := c.take(16); rows != 0; rows &= rows - 1 {
		row := c.take(16)
		if row == 0 {
			return false
		}
		used += bits.OnesCount64(row)
	}
	c.block.symbols = used + 2
	return used > 0 && c.proven(0)
}

func (c *chain) numbers() bool {
	codes := c.take(3)
	if !c.within(codes, 2, maxCodes, 3) {
		return false
	}
	selectors := c.take(15)
	c.block.codes, c.block.selectors = int(codes), int(selectors)
	return c.within(selectors, 1, maxSelectors, 15)
}

// readSelectors holds the places in the list against how often each came up before.
func (c *chain) readSelectors() bool {
	list := [maxCodes]uint8{0, 1, 2, 3, 4, 5}
	var places model
	for j := range c.block.codes {
		places.expect(j, j+1)
	}
	for i := range c.block.selectors {
		j := bits.LeadingZeros64(^c.peek())
		if j >= c.block.codes || !c.work(4) {
			return false
		}
		c.skip(j + 1)
		if !c.proven(places.factor(j, j+1)) {
			return false
		}
		s := list[j]
		copy(list[1:j+1], list[:j])
		list[0] = s
		c.selectors[i] = s
	}
	return true
}

func (c *chain) readCodes() bool {
	for i := range c.block.codes {
		if !c.readCode(&c.codes[i]) {
			return false
		}
	}
	return true
}

// readCode holds the steps from length to length against those before; what may follow a
// step up differs from what may follow a step down.
func (c *chain) readCode(k *code) bool {
	length := c.take(5)
	if !c.within(length, 1, maxLength, 5) {
		return false
	}
	const there, up, down = 0, 1, 2
	var steps [3]model
	for i := range steps {
		steps[i].expect(there, 1)
		steps[i].expect(up, 2)
		steps[i].expect(down, 2)
	}
	for s := range c.block.symbols {
		for last := there; ; {
			step, width := there, 1
			if w := c.peek() >> 62; w >= 2 {
				step, width = up+int(w&1), 2
			}
			c.skip(width)
			if !c.work(4) || !c.proven(steps[last].factor(step, width)) {
				return false
			}
			if step == there {
				break
			}
			if length += [...]uint64{up: 1, down: ^uint64(0)}[step]; length < 1 || length > maxLength {
				return false
			}
			last = step
		}
		k.lengths[s] = uint8(length)
	}
	return k.build(c.block.symbols)
}

// body passes the symbols up to the end of the block. It proves nothing: any bits can be
// read with a complete code. The magic number behind it does.
func (c *chain) body() bool {
	for _, s := range c.selectors[:c.block.selectors] {
		if !c.work(groupSize) {
			return false
		}
		if c.codes[s].group(&c.bitReader, c.block.symbols-1) {
			return !c.ended
		}
		if c.ended {
			return false
		}
	}
	return false
}

// model is a guess of what comes next, by how often each outcome came before. It begins
// with what random bits would give.
type model struct {
	counts [maxCodes]float64
	sum    float64
}

const modelStart = 8 // how many outcomes the beginning counts for

// expect says that there is an outcome j, of a word of so many bits.
func (m *model) expect(j, width int) {
	m.counts[j] = math.Ldexp(modelStart, -width)
	m.sum += m.counts[j]
}

// factor is log2 of Q(j)/P(j), and learns from it.
func (m *model) factor(j, width int) float64 {
	q := m.counts[j] / m.sum
	m.counts[j]++
	m.sum++
	return math.Log2(q) + float64(width)
}
