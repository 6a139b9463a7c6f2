package brotli

import (
	"math"
	"math/bits"
	"slices"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

// A code for lengths has 18 symbols: 0 to 15 are lengths, 16 is the length before some
// more times, 17 zero some more times.
const (
	repeat      = 16
	zeros       = 17
	lengthCodes = 18

	repeated = 8 // length, where there is none before
)

// orderOfLengths is the order in which the lengths of that code stand (§3.5).
var orderOfLengths = [lengthCodes]int{1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// Fast encoders (qualities 0 to 2) write one fixed code for the lengths of literals, as
// 40 bits. A quarter of all codes for literals are expected to be so.
const (
	fixedLengths     = 0xff55555554
	fixedLengthsBits = 40
	literals         = 256
)

var notFixed = bitsOf(3, 4)

// readPrefix passes a prefix code.
func (c *chain) readPrefix(k *code, alphabet int) bool {
	c.codes++
	k.size, k.only = alphabet, -1
	if !c.work(24) {
		return false
	}
	if alphabet == literals {
		if bitstream.Low(c.b, c.at)&(1<<fixedLengthsBits-1) == fixedLengths {
			c.at += fixedLengthsBits
			return c.add(fixedLengthsBits-2) && c.fixed() && c.readLengths(k)
		}
		c.add(notFixed)
	}
	skip := c.take(2)
	if skip == 1 {
		return c.readSimple(k)
	}
	return c.readLengthCode(skip) && c.readLengths(k)
}

// fixed sets the code for lengths that was passed as fixedLengths.
func (c *chain) fixed() bool {
	c.lengthCode.lengths = [lengthCodes]uint8{}
	r := bitReader{c.b, c.at - fixedLengthsBits + 2}
	for i := 0; r.at < c.at; i++ {
		c.lengthCode.lengths[orderOfLengths[i]] = r.takeLength()
	}
	return c.lengthCode.build()
}

// readSimple passes up to four symbols (§3.4).
func (c *chain) readSimple(k *code) bool {
	n := c.take(2) + 1
	width := bits.Len(uint(k.size - 1))
	var symbols [4]int
	clear(k.lengths[:k.size])
	for i := range n {
		s := c.take(width)
		if s >= k.size || k.lengths[s] != 0 || !c.add(k.simple(width)) {
			return false
		}
		symbols[i], k.lengths[s] = s, 1
	}
	lengths := [...][4]uint8{{}, {1, 1}, {1, 2, 2}, {2, 2, 2, 2}}[n-1]
	if n == 4 && c.take(1) == 1 {
		lengths = [4]uint8{1, 2, 3, 3}
	}
	for i, s := range symbols[:n] {
		k.lengths[s] = lengths[i]
	}
	if n == 1 {
		k.only = symbols[0]
	}
	return !c.ended()
}

// simple is what a symbol of so many bits is worth that is in the alphabet.
func (k *code) simple(width int) float64 {
	if k.size == 1<<width {
		return 0
	}
	return bitsOf(float64(int(1)<<width), float64(k.size))
}

// takeLength is a length in the code for them: 00, 01, 10 and 110, 1110, 1111 (§3.5).
func (r *bitReader) takeLength() uint8 {
	l := lengthWords[bitstream.Low(r.b, r.at)&15]
	r.at += int(l.bits)
	return l.length
}

// lengthWords are the words of that code, by the next four bits, the first the lowest.
var lengthWords = [16]struct{ length, bits uint8 }{
	{0, 2}, {4, 2}, {3, 2}, {2, 3},
	{0, 2}, {4, 2}, {3, 2}, {1, 4},
	{0, 2}, {4, 2}, {3, 2}, {2, 3},
	{0, 2}, {4, 2}, {3, 2}, {5, 4},
}

// chanceOfLength is how often takeLength gives each.
var chanceOfLength = [...]float64{0: 1. / 4, 1: 1. / 16, 2: 1. / 8, 3: 1. / 4, 4: 1. / 4, 5: 1. / 16}

// fitting is what a length is worth that takes no more than what is left.
var fitting = func() (bits [wholeCode + 1]float64) {
	for space := range bits {
		fits := 0.0
		for l, p := range chanceOfLength {
			if l == 0 || wholeCode>>l <= space {
				fits += p
			}
		}
		bits[space] = -math.Log2(fits)
	}
	return bits
}()

const wholeCode = 32 // of which a length takes its part

// readLengthCode passes the code for lengths. What is left of a complete code is no less
// than the next word takes.
func (c *chain) readLengthCode(skip int) bool {
	if c.needsCodes(c.best) && !completes(c.b, c.at, skip) { // nearly always
		return false
	}
	k := &c.lengthCode
	k.lengths = [lengthCodes]uint8{}
	space, used := wholeCode, 0
	for i := skip; i < lengthCodes && space > 0; i++ {
		fit := fitting[space]
		l := c.takeLength()
		if l > 0 {
			space -= wholeCode >> l
			used++
		}
		if !c.want(space >= 0, fit) {
			return false
		}
		k.lengths[orderOfLengths[i]] = l
	}
	return (space == 0 || used == 1) && k.build()
}

// mayBeLiterals says whether a code for literals may begin at a bit, behind a plain header: see readPrefix.
func (c *chain) mayBeLiterals(at int) bool {
	w := bitstream.Low(c.b, at)
	skip := int(w & 3)
	return skip == 1 || w&(1<<fixedLengthsBits-1) == fixedLengths || !c.needsCodes(mostOfHeader) || completes(c.b, at+2, skip)
}

// needsCodes says whether what is worth so much is nothing without a complete code for lengths: one that is not, adds too little.
func (c *chain) needsCodes(bits float64) bool { return bits+mostOfLengthCode < c.need }

// mostOfHeader is more than a header is worth before its codes.
const mostOfHeader = 16

// mostOfLengthCode is more than the words of a code for lengths are worth: all of them are fitting behind those before.
var mostOfLengthCode = lengthCodes * slices.Max(fitting[:])

// glance is what some bits hold of words of the code for lengths.
type glance struct {
	sums               uint32 // bit n-1: some of the words, from the first on, take n
	bits, words, whole uint8  // all of them: how many bits and words they are, and what they take
	some               uint8  // words that are not 0
}

const glanceBits = 10

var glances = func() (g [1 << glanceBits]glance) {
	for w := range g {
		for k := &g[w]; k.bits+4 <= glanceBits; {
			next := lengthWords[w>>k.bits&15]
			if k.bits += next.bits; next.length > 0 {
				k.whole += wholeCode >> next.length
				k.some++
			}
			if k.words++; k.whole > 0 && k.whole <= wholeCode {
				k.sums |= 1 << (k.whole - 1)
			}
		}
	}
	return g
}()

// completes says whether the code for lengths that is told at a bit is one: readLengthCode without evidence. It looks
// at several words at once.
func completes(b []byte, at, skip int) bool {
	space, some := wholeCode, 0
	for i := skip; i < lengthCodes; {
		g := &glances[bitstream.Low(b, at)&(1<<glanceBits-1)]
		if i+int(g.words) > lengthCodes {
			l := lengthWords[bitstream.Low(b, at)&15]
			g = &glance{bits: l.bits, words: 1}
			if l.length > 0 {
				g.whole, g.some, g.sums = wholeCode>>l.length, 1, 1<<(wholeCode>>l.length-1)
			}
		}
		if int(g.whole) >= space {
			return g.sums>>(space-1)&1 == 1
		}
		i, at, space, some = i+int(g.words), at+int(g.bits), space-int(g.whole), some+int(g.some)
	}
	return some == 1
}

// lengthCode is the code for lengths: words of at most five bits.
type lengthCode struct {
	lengths  [lengthCodes]uint8
	words    [32]uint8 // symbols by the next five bits
	chance   [lengthCodes]float64
	shortest int                                 // length that it may give, but 0
	together [lengthCodes][maxLength + 1]float64 // log2, see worth; 0: not known yet
}

func (k *lengthCode) build() bool {
	const width = 5
	k.chance, k.shortest = [lengthCodes]float64{}, maxLength+1
	var next [width + 2]int // the first word of a length, at five bits; of the next length where it is counted
	for _, l := range k.lengths {
		next[l+1] += wholeCode >> l
	}
	next[1] = 0
	for l := 2; l <= width; l++ {
		next[l] += next[l-1]
	}
	whole := 0
	for s, l := range k.lengths {
		if l == 0 {
			continue
		}
		k.allow(s, 1/float64(int(1)<<l))
		for i := int(bits.Reverse8(uint8(next[l])) >> (8 - width)); i < len(k.words); i += 1 << l {
			k.words[i] = uint8(s)
		}
		next[l] += wholeCode >> l
		whole += wholeCode >> l
	}
	if whole != wholeCode { // one symbol, of a word without bits
		for s, has := range k.lengths {
			if has != 0 {
				k.words, k.lengths[s] = [32]uint8{}, 0
				k.allow(s, 1)
				for i := range k.words {
					k.words[i] = uint8(s)
				}
			}
		}
	}
	return true
}

// allow notes a symbol with its chance.
func (k *lengthCode) allow(s int, chance float64) {
	k.chance[s] = chance
	switch {
	case s > 0 && s < repeat:
		k.shortest = min(k.shortest, s)
	case s == repeat:
		k.shortest = min(k.shortest, repeated)
	}
}

// likely is how much more often encoders write a symbol of the code for lengths behind
// another than their own code for lengths says. It need not be true: only fixed.
func likely(last, s int) float64 {
	switch {
	case last == zeros && s == 0:
		return 0.02
	case last == 0 && s == repeat:
		return 0.1
	case last == 0 && s == 0:
		return 2
	case last == repeat && s == repeat:
		return 1.5
	case last == repeat && s == 0:
		return 0.4
	case last == 0 || last >= repeat || s == 0 || s >= repeat:
		return 1
	}
	near := [...]float64{1.9, 1.7, 1, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1}
	return near[max(last-s, s-last)]
}

var likelihood, likelihoodBits = func() (p, bits [lengthCodes][lengthCodes]float64) {
	for last := range p {
		for s := range p[last] {
			p[last][s] = likely(last, s)
			bits[last][s] = math.Log2(p[last][s])
		}
	}
	return p, bits
}()

// worth is what the symbol s is worth behind last, when the next word has at least some bits: what is
// shorter would take more than is left. It is expected as often as it is likely, by what all are together.
func (k *lengthCode) worth(last, s, least int) float64 {
	all := &k.together[last][least]
	if *all == 0 {
		sum := 0.0
		for s, p := range k.chance {
			if s == 0 || s >= least {
				sum += p * likelihood[last][s]
			}
		}
		*all = math.Log2(sum)
	}
	return likelihoodBits[last][s] - *all
}

// readLengths passes the lengths of a code's words, up to where it is complete.
func (c *chain) readLengths(k *code) bool {
	const whole = 1 << maxLength
	if k.size < 1<<c.lengthCode.shortest {
		return false // all of them together are less than a code
	}
	space, last, length := whole, 0, uint8(repeated)
	n, run := 0, 0 // symbols; of the repetition that is being read
	steps := 0
	clear(k.lengths[:k.size])
	for space > 0 && n < k.size {
		s := int(c.lengthCode.words[bitstream.Low(c.b, c.at)&31])
		c.at += int(c.lengthCode.lengths[s])
		least := maxLength + 1 - bits.Len(uint(space))
		if (s > 0 && s < least) || steps == maxSymbols || !c.work(1) {
			return false
		}
		c.steps[steps] = step{uint8(last), uint8(s), uint8(least)}
		steps++
		if s < repeat {
			if k.lengths[n] = uint8(s); s > 0 {
				space, length = space-whole>>s, uint8(s)
			}
			n, run, last = n+1, 0, s
			continue
		}
		if s != last {
			run = 0
		}
		before := run
		if wide := s - repeat + 2; run > 0 { // a repetition goes on: its count is shifted (§3.5)
			run = (run-2)<<wide + 3 + c.take(wide)
		} else {
			run = 3 + c.take(wide)
		}
		more := run - before
		if n+more > k.size {
			return false
		}
		if s == repeat {
			for i := range more {
				k.lengths[n+i] = length
			}
			space -= more * (whole >> length)
		}
		n, last = n+more, s
	}
	return space == 0 && !c.ended() && c.weigh(steps)
}

// step is one symbol of the code for lengths, with what it is held against (see worth).
type step struct{ last, s, least uint8 }

// weigh adds the evidence of the steps of a code that was read to its end: most that come up by chance
// are not, and are not worth the logarithms.
func (c *chain) weigh(steps int) bool {
	if !c.work(steps) {
		return false
	}
	c.lengthCode.together = [lengthCodes][maxLength + 1]float64{}
	for _, s := range c.steps[:steps] {
		c.add(c.lengthCode.worth(int(s.last), int(s.s), int(s.least)))
	}
	return true
}
