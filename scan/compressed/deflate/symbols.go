package deflate

import (
	"math"
	"slices"
)

// Length and distance symbols (RFC 1951 §3.2.5).
var (
	lengthBase    = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra   = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase  = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distanceExtra = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

// inverse is 2^n: what a code of n bits is more likely in a model that is sure of it.
var inverse = func() (t [32]float64) {
	for i := range t {
		t[i] = math.Exp2(float64(i))
	}
	return
}()

const (
	afterMatch = 16 // the context behind a match; behind a literal, its upper four bits
	// prior is how many symbols the code's own chances count for, against those that were seen.
	literalPrior  = 256
	distancePrior = 64
	lastDistances = 4
)

// learner is a model of the symbols of a block that learns while it reads.
//
// A prefix code gives each of its symbols the chance 2^-length in uniform bits. The model
// starts from the same chances and moves towards what was seen in the same context (behind a
// literal like the last one; behind a match), so the chance of a symbol seen n times among N is
// (K·2^-length + n)/(K + N). These add up to 1 where the code is complete, and to less where it is not. The
// product of what each chance is more than 2^-length is a supermartingale: it grows where an
// encoder's symbols depend on each other, and falls slowly where they do not.
type learner struct {
	seen    [afterMatch + 1][maxLiterals]uint16
	total   [afterMatch + 1]uint16
	lengths [29][maxDistances]uint16 // distances, by the symbol of the length
	matches [29]uint16

	// A distance is one of the last few with a chance that is learned too, and else as the code
	// has it.
	last         [lastDistances]int32
	again, tries float64

	context int
	factor  [numModels]float64 // since they were last settled
}

// What is learned of a block has its own product each: where one of them gains nothing, the
// others do not pay for it.
const (
	ofLiterals = iota
	ofDistances
	numModels
)

func (l *learner) reset() {
	*l = learner{again: 1, tries: 2, context: afterMatch, factor: [numModels]float64{1, 1}}
}

// literal takes a symbol of the code of literals and lengths.
func (l *learner) literal(symbol, length int) {
	c := l.context
	n, total := &l.seen[c][symbol], &l.total[c]
	l.factor[ofLiterals] *= (literalPrior + float64(*n)*inverse[length]) / (literalPrior + float64(*total))
	if *total < math.MaxUint16 {
		*n++
		*total++
	}
	if l.context = afterMatch; symbol < endOfBlock {
		l.context = symbol >> 4
	}
}

// distance takes a distance, the symbol of the length before it, and the length of its own
// code.
func (l *learner) distance(code, symbol, length, distance int) {
	l.factor[ofDistances] *= l.distanceFactor(code, symbol, length, int32(distance))
	if l.matches[code] < math.MaxUint16 {
		l.lengths[code][symbol]++
		l.matches[code]++
	}
	l.remember(int32(distance))
}

// distanceFactor is what a distance is more likely than in uniform bits: as its symbol was
// seen, or as one of the last few.
func (l *learner) distanceFactor(code, symbol, length int, distance int32) float64 {
	again := l.again / l.tries
	f := (1 - again) * (distancePrior + float64(l.lengths[code][symbol])*inverse[length]) / (distancePrior + float64(l.matches[code]))
	if slices.Contains(l.last[:], distance) {
		f += again / lastDistances * inverse[length+int(distanceExtra[symbol])]
	}
	return f
}

// remember puts a distance at the head of the last few.
func (l *learner) remember(distance int32) {
	at := slices.Index(l.last[:], distance)
	if l.tries++; at >= 0 {
		l.again++
	} else {
		at = lastDistances - 1
	}
	copy(l.last[1:at+1], l.last[:at])
	l.last[0] = distance
}
