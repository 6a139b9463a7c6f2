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
// Which k? Longer histories are more uneven, but there are more of them to be learnt. The product of order k,
//
//	U(k) = Π E(h) over the histories h of k bits, E(h) the e-value of one coin,
//
// is good where all of them are a little uneven. Where few are very uneven, not all need to be long: the histories are a tree,
// each the child of the one that lacks its furthest two bits (orders go up by two), whose counts are the sum of its four children's, and
// context-tree weighting (Willems, Shtarkov, Tjalkens, 1995) stops or goes on at each:
//
//	W(leaf) = E(leaf),   W(h) = ½ E(h) + ½ Π W(its children),   V(k) = Π W(h) over the histories h of k bits.
//
// The score is the average of U(k) and V(k) over k = 2, 4 … 10 and three priors. Proof that V is an e-value as well: multiplied out, V(k) is
// a sum over all trees that hold the histories of k bits and stop or go on, ½ each, at each node from there. The weights
// add up to 1 (by induction from the leaves: those of W(h) to ½ + ½·1·1·1·1), and each term is a product of E(h) over the
// nodes h where the tree stops. Every bit has just one history among them, and is predicted by that one's coin from its earlier
// tosses alone. Given all bits before it a bit is fair, so its factor has the expectation 1, so has each product, and so
// has their weighted mean. Where histories are even, going on costs nothing: ½·1 + ½·1 = 1.
//
// The a that is best for a bias that is barely found is n√C/(16√2), if all C = 2^k histories of n tosses each are
// equally uneven; a quarter and a sixteenth are for larger ones. It depends on how many bits there are, not on which.
const (
	leastBits = 11 // in a run, least significant first: ten of history and the one predicted
	mostBits  = 11 // most significant first
	orderStep = 2
	numPriors = 3
)

// historyModels are in the average of a direction: U and V of each order, for each prior.
const historyModels = 2 * (leastBits - 1) / orderStep * numPriors

// History counts the runs of bits of a stretch at every bit, in both orders. The zero value is ready for use.
type History struct {
	// Lacks says that some of the stretch was not counted. What is left was chosen, perhaps for
	// its bytes, and is no e-value any more: it counts as 0.
	Lacks   bool
	counted bool // anything: if not, there are zeros
	Least   [1 << leastBits]uint32
	Most    [1 << mostBits]uint32
}

// reset forgets what was counted. Histories are much larger than what they are made of, so zeros are not overwritten with zeros.
func (h *History) reset(lacks bool) {
	if h.counted {
		*h = History{}
	}
	h.Lacks = lacks
}

// Merge adds what o has counted. What counts as 0 is not added up.
func (h *History) Merge(o *History) {
	if h.Lacks = h.Lacks || o.Lacks; h.Lacks || !o.counted {
		return
	}
	h.counted = true
	addRuns(h.Least[:], o.Least[:])
	addRuns(h.Most[:], o.Most[:])
}

// Window is what is counted of a stretch that is not too long to be counted so: its bytes, its runs of bits, and what the
// lanes say of its sectors. The zero value is ready for use.
type Window struct {
	Tally
	History History
	Lanes   Lanes
}

// Merge adds what o has counted, of the stretch that follows.
func (w *Window) Merge(o *Window) {
	w.Tally.Merge(&o.Tally)
	w.History.Merge(&o.History)
	w.Lanes.Merge(&o.Lanes)
}

// Reset makes w as it was before anything was counted.
func (w *Window) Reset() {
	w.Tally, w.Lanes = Tally{}, Lanes{}
	w.History.reset(false)
}

// Set makes w a copy of o.
func (w *Window) Set(o *Window) {
	w.Tally, w.Lanes = o.Tally, o.Lanes
	if o.History.counted {
		w.History = o.History
	} else {
		w.History.reset(o.History.Lacks)
	}
}

// Weights of the average in Window.Bits.
const (
	windowUniformWeight  = 32. / 64
	windowStuffingWeight = 10. / 64
	windowHistoryWeight  = 10. / 64
	windowLanesWeight    = 12. / 64
)

// Bits is log2 of the average of the e-values of UniformBits, StuffingBits, the history and the lanes: the score
// of everything that was counted, with P(Bits ≥ s) ≤ 2^-s on uniform bytes.
func (w *Window) Bits() float64 {
	var score average
	score.add(windowUniformWeight, w.UniformBits())
	score.add(windowStuffingWeight, w.StuffingBits())
	w.History.add(&score, windowHistoryWeight, coinBits)
	w.Lanes.add(&score, windowLanesWeight)
	return score.bits()
}

// Each direction has half of the weight of the history.
const directions = 2

// add adds the e-values of both directions. What a cheap look finds not worth the logarithms counts as 0, and so does
// the second direction where the first one is plain.
func (h *History) add(score *average, weight float64, bits bitsOfCoins) {
	if h.Lacks {
		return
	}
	addTree(&h.Least, score, weight/directions, bits)
	if score.bits() < plainly {
		addTree(&h.Most, score, weight/directions, bits)
	}
}

func addTree(runs *[1 << leastBits]uint32, score *average, weight float64, bits bitsOfCoins) {
	if worthLogarithms(runs) {
		score.add(weight, treeBits(runs, bits))
	}
}

// foldRuns takes the highest bit from all runs, the one furthest away: what is left are the runs of the next order.
func foldRuns(runs []uint32) []uint32 {
	half := len(runs) / 2
	addRuns(runs[:half], runs[half:])
	return runs[:half]
}

// treeBits is log2 of the average over the priors and orders of U and V.
func treeBits(counts *[1 << leastBits]uint32, bits bitsOfCoins) float64 {
	var score average
	for prior := range numPriors {
		addModels(&score, *counts, prior, bits) // a copy of the counts: it is folded
	}
	return score.bits()
}

// addModels adds U and V of all orders for one prior.
func addModels(score *average, counts [1 << leastBits]uint32, prior int, bits bitsOfCoins) {
	var coins, nodes [1 << (leastBits - 1)]float64 // log2 E and log2 W of the nodes of an order
	order := counts[:]
	var tosses uint64
	for _, n := range order {
		tosses += uint64(n)
	}
	for {
		histories := len(order) / 2
		bits(coins[:histories], historyPrior(tosses, histories, prior), order)
		var u, v float64
		for i, e := range coins[:histories] {
			u += e
			if len(order) < len(counts) {
				e = mix(e, nodes[i]+nodes[i+histories]+(nodes[i+2*histories]+nodes[i+3*histories]))
			}
			nodes[i] = e
			v += e
		}
		score.add(1./historyModels, u)
		score.add(1./historyModels, v)
		if histories == 1<<orderStep {
			return
		}
		for range orderStep {
			order = foldRuns(order)
		}
	}
}

// mix is log2 of the mean of two e-values.
func mix(x, y float64) float64 {
	if x < y {
		x, y = y, x
	}
	if x-y > 64 {
		return x - 1
	}
	return x - 1 + math.Log2(1+math.Exp2(y-x))
}

const (
	// unevenAt is how many standard deviations above its mean the statistic of an order must be,
	unevenAt = 4
	// and rareNats how rare that must be: P ≤ e^-8 for a chi-square variable, 12 bits, so that nothing near any threshold is passed
	// over. Only where there are few histories is this the stricter one.
	rareNats = 8
)

// worthLogarithms says whether an order is uneven: of all orders, those that are even are looked at.
func worthLogarithms(counts *[1 << leastBits]uint32) bool {
	if uneven(counts[:]) {
		return true
	}
	runs := *counts // a copy: it is folded
	for order := runs[:]; len(order) > 2<<orderStep; {
		for range orderStep {
			order = foldRuns(order)
		}
		if uneven(order) {
			return true
		}
	}
	return false
}

// uneven says whether Σ (n1-n0)² - (n0+n1) is far above 0, its mean under the null hypothesis, where
// its variance is 2 Σ n(n-1). As the statistic of C equal histories it is that of a chi-square variable with
// C degrees of freedom, which is C(1+x) with a probability of at most exp(-C(x - ln(1+x))/2) (Chernoff).
func uneven(runs []uint32) bool {
	differences, squares, tosses := tossSums(runs)
	excess, pairs := float64(differences)-float64(tosses), float64(squares-tosses)
	if excess <= 0 || excess < unevenAt*math.Sqrt(2*pairs) {
		return false
	}
	histories := float64(len(runs) / 2)
	x := excess / math.Sqrt(pairs*histories)
	return histories*(x-math.Log1p(x)) >= 2*rareNats
}

// addRunsGeneric adds src to dst.
func addRunsGeneric(dst, src []uint32) {
	for i, v := range src {
		dst[i] += v
	}
}

// tossSumsGeneric is Σ (n1-n0)², Σ (n0+n1)² and Σ (n0+n1) over the histories.
func tossSumsGeneric(runs []uint32) (differences, squares, tosses uint64) {
	for i := 0; i+1 < len(runs); i += 2 {
		n0, n1 := uint64(runs[i]), uint64(runs[i+1])
		n, d := n0+n1, n0-n1
		differences += d * d // modulo 2^64 its sign does not matter
		squares += n * n
		tosses += n
	}
	return differences, squares, tosses
}

// bitsOfCoins gives log2 of the e-values of an order's coins, all with the prior Beta(a, a).
type bitsOfCoins func(e []float64, a uint64, runs []uint32)

// historyPrior is a, a/4, a/16 for a = n√C/16, C histories of n tosses each: that of the smallest bias that can be found.
func historyPrior(tosses uint64, histories, prior int) uint64 {
	a := uint64(float64(tosses) / (16 * math.Sqrt(float64(histories))))
	return max(a>>(2*prior), 1)
}

func coinBits(e []float64, a uint64, runs []uint32) {
	for i := range e {
		e[i] = coin(uint64(runs[2*i]), uint64(runs[2*i+1]), float64(a), float64(a), 0.5) / math.Ln2
	}
}
