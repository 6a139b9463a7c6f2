package entropy

import "math"

// A histogram of n bytes is read as a tree of coins. The first coin decides the top bit of
// each byte; one of two coins, chosen by the first bit, decides the second bit; and so on down
// to 128 coins for the last bit: 255 coins, tossed 8n times in all. On uniform bytes
// every toss is fair, whatever came before it. A model predicts each toss from the earlier
// tosses of the same coin (see coin), which makes a normalised distribution Q on
// sequences of n bytes, and log2 Q/P the sum of the bits of all coins. Three models,
// each with a prior Beta(a, a) for every unknown bias:
//
//   - symbols: every byte value has a probability of its own. a is α for the 128 coins of
//     the last bit and 2α, 4α, … 128α further up, which makes Q the Dirichlet-multinomial
//     distribution Γ(256α)/Γ(256α+n) · Π_c Γ(α+n_c)/Γ(α). For text, programs, tables.
//   - tree: the same a at all 255 coins, so that high bits may be biased and low bits
//     not. For samples, coefficients, entropy coders with a uniform tail.
//   - positions: eight coins, one for each bit of a byte whatever its other bits are. The
//     fewest parameters, so the first to notice a stream with slightly more zeros
//     than ones (zstd, deflate).
//
// Which a? Under Beta(a, a) the relative bias δ = 2p-1 has the standard deviation 1/√(2a+1), so
// a bias δ is found best with a ≈ 1/2δ². n tosses of it hold nδ²/2 nats; the smallest δ
// that gives 40 bits therefore has a ≈ n/110. The powers of four from n/1024 to n/16 are averaged
// (at a price of 2 bits); larger deviations are found with any of them.
const (
	levels    = 8
	nodes     = symbols - 1
	maxPriors = 4
)

// priors gives the a of the models for n bytes: integers, powers of four. They depend
// on the number of bytes but on nothing that is in them.
func priors(n uint64) (list [maxPriors]uint64, k int) {
	for a := uint64(1); a <= max(n/16, 1) && k < maxPriors; a *= 4 {
		if a >= n/1024 {
			list[k] = a
			k++
		}
	}
	return list, k
}

// Weights of the models in UniformBits. The uniform distribution itself is one of them:
// its e-value is 1, so no score falls below log2(1/64) = -6.
const (
	symbolsWeight   = 21. / 64
	treeWeight      = 21. / 64
	positionsWeight = 21. / 64
	floorWeight     = 1. / 64
)

// UniformBits is the score of the histogram against the uniform distribution: log2 of the
// average of the e-values of the three models, each averaged over its priors. On
// uniform bytes P(UniformBits ≥ s) ≤ 2^-s, from one byte to as many as a disk has.
func (t *Tally) UniformBits() float64 {
	var c coins
	n := fill(&c, &t.Bytes)
	if n == 0 {
		return 0
	}
	var score average
	score.add(floorWeight, 0)
	if c.suspicious(n) {
		c.models(n, &score)
	}
	return score.bits()
}

// coins is the tree as a heap: node 1 is the root, node i has the children 2i (bit 0) and 2i+1
// (bit 1), byte value v is leaf 256+v. Each holds how many bytes came through it.
type coins [2 * symbols]uint64

func fill[T uint32 | uint64](c *coins, h *[symbols]T) (n uint64) {
	for i, v := range h {
		c[symbols+i] = uint64(v)
	}
	for i := nodes; i >= 1; i-- {
		c[i] = c[2*i] + c[2*i+1]
	}
	return c[1]
}

// suspicious says whether the histogram is worth the logarithms: whether any of ten statistics
// of chi-square type (the coins of each level, all coins, the bit positions) is three standard
// deviations above its mean, as 9 % of uniform histograms are. No claim rests on it: for
// the others the models are counted as 0, which can only lower the score.
func (c *coins) suspicious(n uint64) bool {
	scale := 1 / float64(n)
	var all, positions float64
	for level := range levels {
		first := 1 << level
		var squares, skew float64
		for i := first; i < 2*first; i++ {
			d := float64(int64(c[2*i+1] - c[2*i]))
			squares += d * d
			skew += d
		}
		x := squares * scale * float64(first)
		if high(x, first) {
			return true
		}
		all += x
		positions += skew * skew * scale
	}
	return high(all, nodes) || high(positions, levels)
}

// high says whether a chi-square statistic is three standard deviations above its mean.
func high(x float64, degrees int) bool {
	mean := float64(degrees)
	return x > mean+3*math.Sqrt(2*mean)
}

// models adds the e-values of all models and priors to an average.
func (c *coins) models(n uint64, score *average) {
	list, k := priors(n)
	for _, p := range list[:k] {
		a := float64(p)
		score.add(symbolsWeight/float64(k), c.symbols(a))
		score.add(treeWeight/float64(k), c.tree(a))
		score.add(positionsWeight/float64(k), c.positions(a))
	}
}

func (c *coins) symbols(alpha float64) (bits float64) {
	for level := range levels {
		bits += c.level(level, alpha*float64(int(128)>>level))
	}
	return bits
}

func (c *coins) tree(a float64) (bits float64) {
	for level := range levels {
		bits += c.level(level, a)
	}
	return bits
}

// level is the evidence of the coins of one level, each with the prior Beta(a, a).
func (c *coins) level(level int, a float64) (bits float64) {
	prior := excess(a, a, 0.5)
	for i := 1 << level; i < 2<<level; i++ {
		bits += excess(a+float64(c[2*i+1]), a+float64(c[2*i]), 0.5) - prior
	}
	return bits / math.Ln2
}

func (c *coins) positions(a float64) (bits float64) {
	for _, ones := range c.ones() {
		bits += coin(ones, c[1]-ones, a, a, 0.5)
	}
	return bits / math.Ln2
}

// ones counts the bytes whose bit 7, 6, … 0 is set.
func (c *coins) ones() (n [levels]uint64) {
	for level := range n {
		for i := 1 << level; i < 2<<level; i++ {
			n[level] += c[2*i+1]
		}
	}
	return n
}
