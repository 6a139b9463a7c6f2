package entropy

import "math"

// A Huffman or a range coder writes bits, not bytes: what it writes begins at any bit, and what
// is uneven in it shows in the bits before, wherever bytes begin. So each bit is predicted
// from the bits before it: its history. For every history of k bits there is one coin, tossed where that
// history occurs, with a prior Beta(a, a) (see coin). The product of their e-values is
//
//	E = Π over histories of B(a+n0, a+n1)/B(a, a) · 2^(n0+n1),
//
// n0 and n1 counting the histories that a 0 or a 1 follows. It is an e-value whatever the histories are:
// given all bits before it each bit is fair, and is predicted from the earlier tosses of its coin alone.
// It depends on nothing but how often each run of k+1 bits occurs, so that counting comes first and
// logarithms only where they are worth it; and the counts of pieces add up, as those of a Tally do.
//
// Coders fill bytes from one end or from the other:
//
//   - least significant bit first: DEFLATE, zstd, brotli, Vorbis. Read from the last bit to the
//     first, so that the bit predicted is the lowest of a run.
//   - most significant first: bzip2, JPEG, MPEG. Read forward.
//
// Which k? If all C = 2^k histories are equally uneven, the statistic that E comes down to stands
// √C/2·nδ² standard deviations above its mean, n tosses each of bias δ: a longer history wins
// as far as the bias grows with it. Measured on pieces of 4 to 64 KiB, ten bits are best for gzip and
// zstd -3, six for bzip2, two to four for zstd -19 and brotli -11, and longer ones than ten
// (12, 14, 16) add 2 points of 100 at most: all even k are averaged. The a that is best for a
// bias that is barely found is n√C/(16√2); a quarter and a sixteenth are for larger ones.
const (
	leastBits = 11 // in a run, least significant first: ten of history and the one predicted
	mostBits  = 7  // most significant first
	orderStep = 2
	numPriors = 3
)

// History counts the runs of bits of a stretch at every bit, in both orders. The zero value is ready for use.
type History struct {
	// Lacks says that some of the stretch was not counted. What is left was chosen, perhaps for
	// its bytes, and is no e-value any more: it counts as 0.
	Lacks bool
	Least [1 << leastBits]uint32
	Most  [1 << mostBits]uint32
}

// Merge adds what o has counted.
func (h *History) Merge(o *History) {
	h.Lacks = h.Lacks || o.Lacks
	for i := range h.Least {
		h.Least[i] += o.Least[i]
	}
	for i := range h.Most {
		h.Most[i] += o.Most[i]
	}
}

// Window is what is counted of a stretch that is not too long to be counted so: its bytes and its runs of bits. The
// zero value is ready for use.
type Window struct {
	Tally
	History History
}

// Merge adds what o has counted.
func (w *Window) Merge(o *Window) {
	w.Tally.Merge(&o.Tally)
	w.History.Merge(&o.History)
}

// Weights of the average in Window.Bits.
const (
	windowUniformWeight  = 40. / 64
	windowStuffingWeight = 12. / 64
	windowHistoryWeight  = 12. / 64
)

// Bits is log2 of the average of the e-values of UniformBits, StuffingBits and the history: the score of
// everything that was counted, with P(Bits ≥ s) ≤ 2^-s on uniform bytes.
func (w *Window) Bits() float64 {
	var score average
	score.add(windowUniformWeight, w.UniformBits())
	score.add(windowStuffingWeight, w.StuffingBits())
	w.History.add(&score, windowHistoryWeight, coinBits)
	return score.bits()
}

// Models in the average: both directions, each order of each, all priors.
const historyModels = ((leastBits-1)/orderStep + (mostBits-1)/orderStep) * numPriors

// add adds the average of the e-values of both directions, all orders and priors, each with the same part
// of the weight. What a cheap look finds not worth the logarithms counts as 0.
func (h *History) add(score *average, weight float64, bits bitsOfCoin) {
	if h.Lacks {
		return
	}
	least, most := h.Least, h.Most // copies: they are folded
	addOrders(least[:], score, weight/historyModels, bits)
	addOrders(most[:], score, weight/historyModels, bits)
}

// addOrders adds the e-values of all orders. The lowest bit of a run is the one
// predicted, the highest the furthest away: without it, runs are those of the next order.
func addOrders(runs []uint32, score *average, weight float64, bits bitsOfCoin) {
	for len(runs) >= 2<<orderStep {
		if n, ok := uneven(runs); ok {
			addPriors(runs, n, score, weight, bits)
		}
		for range orderStep {
			half := len(runs) / 2
			for i, v := range runs[half:] {
				runs[i] += v
			}
			runs = runs[:half]
		}
	}
}

// worthLogarithms is how many standard deviations above its mean the statistic of an order must be. At z of them the best
// prior has an e-value of about exp(z²/2): 12 bits, so that nothing near any threshold is passed over.
const worthLogarithms = 4

// uneven counts the tosses and says whether Σ (n1-n0)² - (n0+n1) is far above 0, its mean under the null hypothesis, where
// its variance is 2 Σ n(n-1).
func uneven(runs []uint32) (tosses uint64, ok bool) {
	var differences, squares uint64
	for i := 0; i+1 < len(runs); i += 2 {
		n0, n1 := uint64(runs[i]), uint64(runs[i+1])
		n, d := n0+n1, n0-n1
		differences += d * d // modulo 2^64 its sign does not matter
		squares += n * n
		tosses += n
	}
	excess, pairs := float64(differences)-float64(tosses), float64(squares-tosses)
	return tosses, excess > 0 && excess >= worthLogarithms*math.Sqrt(2*pairs)
}

// bitsOfCoin gives log2 of the e-value of a coin with the prior Beta(a, a) that showed n0 and n1.
type bitsOfCoin func(a, n0, n1 uint64) float64

func addPriors(runs []uint32, tosses uint64, score *average, weight float64, bits bitsOfCoin) {
	a := historyPrior(tosses, len(runs)/2)
	for range numPriors {
		var sum float64
		for i := 0; i < len(runs); i += 2 {
			if runs[i]|runs[i+1] != 0 {
				sum += bits(a, uint64(runs[i]), uint64(runs[i+1]))
			}
		}
		score.add(weight, sum)
		a = max(a/4, 1)
	}
}

// historyPrior is n√C/16 for C histories of n tosses each: that of the smallest bias that can be found.
func historyPrior(tosses uint64, histories int) uint64 {
	return max(uint64(float64(tosses)/(16*math.Sqrt(float64(histories)))), 1)
}

func coinBits(a, n0, n1 uint64) float64 {
	return coin(n0, n1, float64(a), float64(a), 0.5) / math.Ln2
}
