package flac

import (
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

// A subframe (RFC 9639 9.2) is:
//
//	1  0
//	6  0 a constant, 1 plain samples, 8…12 a fixed predictor of order 0…4, 32…63 one of order 1…32
//	1  bits are left out of all samples: how many follows, less one, in unary
//	…  of predictors: as many plain samples as their order; of the latter a precision (4 bits, less one), a shift
//	   (5 bits), the coefficients
//	2  how residuals are coded: 0, with parameters of 4 bits; 1, of 5
//	4  log2 of the number of partitions
//	…  for each partition a parameter k (all ones: 5 bits follow that say how long plain residuals are), and for each
//	   residual zeros, a one, and k bits

const (
	constant    = 0
	verbatim    = 1
	leastFixed  = 8
	mostFixed   = 12
	leastLinear = 32
)

// types of subframes, as chances.
var types = func() (q [64]float64) {
	q[constant], q[verbatim] = .03, .01
	for t := leastFixed; t <= mostFixed; t++ {
		q[t] = .06
	}
	for t := leastLinear; t < 64; t++ {
		q[t] = .66 / 32
		if t < leastLinear+12 {
			q[t] = .5 / 12
		} else {
			q[t] = .16 / 20
		}
	}
	return q
}()

// subframe takes one of so many samples, of so many bits each.
func subframe(w *walk.Walk, samples, depth int) {
	w.Is(1, 0)
	kind := w.OneOf(6, types[:])
	if w.Mostly(1, 0, .97) == 1 {
		for depth--; depth > 0 && w.Take(1) == 0; depth-- {
		}
	}
	if !w.Alive() || depth <= 0 {
		w.Fail()
		return
	}
	switch {
	case kind == constant:
		w.Skip(depth)
	case kind == verbatim:
		w.Skip(samples * depth)
	case kind < leastLinear:
		order := kind - leastFixed
		w.Skip(order * depth)
		residuals(w, samples, order)
	default:
		order := kind - leastLinear + 1
		w.Skip(order * depth)
		precision := int(w.Take(4)) + 1
		if precision == 16 {
			w.Fail()
		}
		w.Weigh(4, 1./15)
		w.Is(1, 0) // shifts to the left are never written
		w.Skip(4 + order*precision)
		residuals(w, samples, order)
	}
}

// steps are the chances that a parameter differs from the one before by 0, ±1, ….
var steps = [4]float64{.40, .19, .055, .02}

// residuals takes those behind the plain samples.
func residuals(w *walk.Walk, samples, order int) {
	width := 4
	if w.Mostly(2, 0, .9) == 1 {
		width = 5
	}
	partitions := w.Take(4)
	if partitions <= 8 {
		w.Weigh(4, .99/9)
	} else {
		w.Weigh(4, .01/7)
	}
	n := samples >> partitions
	if n<<partitions != samples || n < order {
		w.Fail()
	}
	last := -1
	var c coin
	for i := 0; i < 1<<partitions && w.Alive(); i++ {
		k := int(w.Take(width))
		w.Weigh(width, chance(k, last, width))
		last = k
		left := n
		if i == 0 {
			left -= order
		}
		if k == 1<<width-1 {
			w.Skip(left * int(w.Take(5)))
			continue
		}
		c.add(left, unary(w, left, k))
		w.Odds(c.won())
	}
}

// chance is that of a parameter, given the one before.
func chance(k, last, width int) float64 {
	q := 1 / float64(int(1)<<width)
	if last < 0 {
		return q
	}
	q *= .03
	if d := max(k-last, last-k); d < len(steps) {
		q += .968 * steps[d]
	}
	return q
}

// unary passes so many residuals with a parameter, and gives how many zeros were in it.
func unary(w *walk.Walk, n, k int) (zeros int) {
	w.Spend(n / 2)
	for ; n > 0 && w.Alive(); n-- {
		run := 0
		for v := w.Peek(57); v == 0; v = w.Peek(57) {
			w.Spend(1)
			if w.Skip(57); !w.Alive() {
				return 0
			}
			run += 57
		}
		v := bits.LeadingZeros64(w.Peek(57) << 7)
		run += v
		w.Skip(v + 1 + k)
		zeros += run
	}
	return zeros
}

// coin is the zeros and ones of unary numbers, as tosses of a coin that is predicted from them (Krichevsky and Trofimov).
type coin struct {
	zeros, ones, score float64
}

func (c *coin) add(ones, zeros int) { c.ones, c.zeros = c.ones+float64(ones), c.zeros+float64(zeros) }

// won is what was won since this was asked last.
func (c *coin) won() float64 {
	a, _ := math.Lgamma(c.zeros + .5)
	b, _ := math.Lgamma(c.ones + .5)
	n, _ := math.Lgamma(c.zeros + c.ones + 1)
	score := (a+b-n-math.Log(math.Pi))/math.Ln2 + c.zeros + c.ones
	won := score - c.score
	c.score = score
	return math.Exp2(min(won, 200))
}
