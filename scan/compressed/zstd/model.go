package zstd

import (
	_ "embed"
	"math"
	"math/bits"
	"sync"
)

// What encoders write is not uniform. A code's description says how often each symbol is, and that follows from
// what people compress: length 0 is common and length 40 is rare, the letter e is common and the byte 0x9C is
// rare, and neighbours resemble each other. The model has a typical value for each symbol, and how
// values are spread given the typical one and how far those before it were off theirs.
//
// It was counted on other files than those that the power was measured on (train_test.go). Wrong, it costs power,
// never the bound: Q sums to 1 whatever the numbers are.
//
//go:embed model.bin
var packed []byte

// code is one of the codes that are described.
type code uint8

const (
	litLengths code = iota
	offsets
	matchLengths
	weights // of the tree of literals
	numCodes
)

const (
	// A count falls into one of 20 grades: 0, less than 1, 1, then half octaves of 512ths.
	numGrades = 20
	// How far the last symbols were off: -3 … 3 grades on average, or there were none.
	countDrifts = 8
	// How far the last weights were off: -6 … 6 half bits on average, or there were none.
	weightDrifts  = 14
	weightClasses = 2*maxWeight + 1
	numWeights    = maxWeight + 1
	droughts      = 3 // the last symbol was 0, the last two were
)

// model is Q: typical values, and the spread around them.
type model struct {
	grade   [numCodes][maxSymbols]uint8 // typical grades
	counts  [numGrades][countDrifts][droughts]spread
	weight  [256]uint8 // typical weights, in halves
	weights [weightClasses][weightDrifts][droughts][numWeights]float32
}

// spread is how probable each grade is, and up to it.
type spread struct{ p, upTo [numGrades]float32 }

// theModel is made when something is first compared with it, not at the start of every program.
var theModel = sync.OnceValue(func() *model { return unpack(packed) })

// unit is how probabilities are packed: a byte is a negative logarithm in 1/16 bit.
func unit(b byte) float64 { return math.Exp2(-float64(b) / 16) }

func unpack(b []byte) *model {
	m := new(model)
	next := func(n int) []byte { x := b[:n]; b = b[n:]; return x }
	for i := range m.grade {
		copy(m.grade[i][:], next(maxSymbols))
	}
	copy(m.weight[:], next(256))
	for i := range m.counts {
		for j := range m.counts[i] {
			for k := range m.counts[i][j] {
				s := &m.counts[i][j][k]
				normalize(s.p[:], next(numGrades))
				sum := float32(0)
				for g, p := range s.p {
					sum += p
					s.upTo[g] = sum
				}
			}
		}
	}
	for i := range m.weights {
		for j := range m.weights[i] {
			for k := range m.weights[i][j] {
				normalize(m.weights[i][j][k][:], next(numWeights))
			}
		}
	}
	return m
}

func normalize(p []float32, b []byte) {
	sum := 0.0
	for _, x := range b {
		sum += unit(x)
	}
	for i, x := range b {
		p[i] = float32(unit(x) / sum)
	}
}

// history is how far the last four symbols were off their typical values.
type history struct {
	off     [4]int8
	sum     int
	n       uint8 // how many there were, at most four
	at      uint8
	drought uint8
}

func (h *history) add(value, typical int) {
	last := &h.off[h.at&3]
	h.sum += value - typical - int(*last)
	*last = int8(value - typical)
	h.at++
	h.n = min(h.n+1, 4)
	if value > 0 {
		h.drought = 0
	} else if h.drought < droughts-1 {
		h.drought++
	}
}

// twelfths are those of one of n.
var twelfths = [5]int8{0, 12, 6, 4, 3}

// drift is by how much they were off on average, from 0 for -most to 2·most; one more: there was nothing yet.
func (h *history) drift(most int) int {
	if h.n == 0 {
		return 2*most + 1
	}
	return min(max(h.sum*int(twelfths[h.n])/12, -most), most) + most
}

// grade is that of a count.
func grade(count, log int) int {
	switch {
	case count == 0:
		return 0
	case count < 0:
		return 1
	case count == 1:
		return 2
	}
	v := uint(count) << (maxLog - log)
	n := bits.Len(v)
	return 2*n - 1 + int(v>>(n-2)&1)
}

// leasts are the smallest counts of the grades, for each log; those of no grade come last.
var leasts = func() (least [maxLog + 1][numGrades + 1]int16) {
	for log := range least {
		for g := range least[log] {
			least[log][g] = smallest(g, log)
		}
	}
	return least
}()

func smallest(grade, log int) int16 {
	if grade < 3 {
		return [...]int16{0, -1, 1}[grade]
	}
	n, shift := (grade+1)/2, maxLog-log
	v := (2 + (grade+1)&1) << (n - 2)
	return int16(max(2, (v+1<<shift-1)>>shift))
}

// logs are how often codes are described with 2^5, 2^6 … states.
var logs = [numCodes][maxLog - 4]float64{
	{.05, .1, .15, .2, .5}, {.1, .15, .25, .5}, {.05, .1, .15, .2, .5}, {.45, .55},
}

// bits is the e-value of a description, in bits: Q of what it says, over 2^-bits. What pads it to a byte is
// zero: each bit of that is worth one.
func (m *model) bits(code code, c *counts) float64 {
	e := logs[code][c.log-5]
	var h history
	left := 1<<c.log + 1
	least := &leasts[c.log]
	low := grade(2, c.log) // grades between this and 2 are of no number
	for s, n := range c.of[:c.n] {
		g, typical := grade(int(n), c.log), int(m.grade[code][s])
		q := &m.counts[typical][h.drift(3)][h.drought]
		top := grade(left-1, c.log)
		sum := q.upTo[min(top, 2)]
		if top > 2 {
			sum += q.upTo[top] - q.upTo[low-1]
		}
		p := q.p[g] / sum
		if g > 2 {
			p /= float32(min(left, int(least[g+1])) - int(least[g]))
		}
		e *= float64(p)
		h.add(g, typical)
		left -= max(int(n), -int(n))
	}
	if e < 1e-250 {
		return -1000
	}
	return math.Log2(e) + float64(c.bits+(-c.bits&7))
}
