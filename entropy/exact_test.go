package entropy

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The yardstick: lnΓ at integers with 200 bits, from nothing but big.Float's
// four operations and square root.

const precision = 200

func bigInt(v uint64) *big.Float { return new(big.Float).SetPrec(precision).SetUint64(v) }

func bigNew() *big.Float { return new(big.Float).SetPrec(precision) }

// bigLn takes 24 square roots and then ln x = 2 artanh((x-1)/(x+1)).
func bigLn(x *big.Float) *big.Float {
	x = bigNew().Copy(x)
	for range 24 {
		x.Sqrt(x)
	}
	one := bigInt(1)
	z := bigNew().Quo(bigNew().Sub(x, one), bigNew().Add(x, one))
	square, power, sum := bigNew().Mul(z, z), bigNew().Copy(z), bigNew()
	for k := uint64(1); k < 25; k += 2 {
		sum.Add(sum, bigNew().Quo(power, bigInt(k)))
		power.Mul(power, square)
	}
	return sum.SetMantExp(sum, 25)
}

// bigGamma is lnΓ(x): below 300 the logarithm of a product, above Stirling's series, whose
// error after six terms is below 300^-13 = 2^-106.
func bigGamma(x uint64) *big.Float {
	if x < 300 {
		product := bigInt(1)
		for i := uint64(2); i < x; i++ {
			product.Mul(product, bigInt(i))
		}
		return bigLn(product)
	}
	v := bigInt(x)
	sum := bigNew().Mul(bigNew().Sub(v, big.NewFloat(0.5)), bigLn(v))
	sum.Sub(sum, v)
	twoPi, _ := bigNew().SetString("6.28318530717958647692528676655900576839433879875021164194988918461563281257")
	sum.Add(sum, bigNew().Quo(bigLn(twoPi), bigInt(2)))
	inverse := bigNew().Quo(bigInt(1), v)
	square := bigNew().Mul(inverse, inverse)
	for _, c := range [][2]int64{{1, 12}, {-1, 360}, {1, 1260}, {-1, 1680}, {1, 1188}, {-691, 360360}} {
		term := bigNew().Quo(big.NewFloat(float64(c[0])).SetPrec(precision), bigInt(uint64(c[1])))
		sum.Add(sum, term.Mul(term, inverse))
		inverse.Mul(inverse, square)
	}
	return sum
}

func bigBeta(x, y uint64) *big.Float {
	b := bigGamma(x)
	b.Add(b, bigGamma(y))
	return b.Sub(b, bigGamma(x+y))
}

func toBits(ln *big.Float, tosses uint64) float64 {
	bits := bigNew().Quo(ln, bigLn(bigInt(2)))
	v, _ := bits.Add(bits, bigInt(tosses)).Float64()
	return v
}

// bigSymbols is the Dirichlet-multinomial e-value in its textbook form.
func bigSymbols(h *[symbols]uint64, n, alpha uint64) float64 {
	ln := bigNew().Sub(bigGamma(symbols*alpha), bigGamma(symbols*alpha+n))
	one := bigGamma(alpha)
	for _, v := range h {
		ln.Add(ln, bigGamma(alpha+v))
		ln.Sub(ln, one)
	}
	return toBits(ln, 8*n)
}

func bigTree(c *coins, a uint64) float64 {
	ln, prior := bigNew(), bigBeta(a, a)
	for i := 1; i < symbols; i++ {
		ln.Add(ln, bigBeta(a+c[2*i], a+c[2*i+1]))
		ln.Sub(ln, prior)
	}
	return toBits(ln, 8*c[1])
}

func bigPositions(c *coins, a uint64) float64 {
	ln, prior := bigNew(), bigBeta(a, a)
	for _, ones := range c.ones() {
		ln.Add(ln, bigBeta(a+ones, a+c[1]-ones))
		ln.Sub(ln, prior)
	}
	return toBits(ln, 8*c[1])
}

// TestModelsAgainstBigFloat holds the models for up to 20·10^12 bytes against 200-bit arithmetic,
// for histograms as even as chance makes them and for skewed ones.
func TestModelsAgainstBigFloat(t *testing.T) {
	sizes := []float64{20e12, 512, 4096, 1e9}
	if testing.Short() {
		sizes = sizes[:2]
	}
	for _, n := range sizes {
		for _, skew := range []float64{0, 1, 3, 1e9} { // in standard deviations of each count
			h := noisyHistogram(n, skew)
			var c coins
			total := fill(&c, &h)
			list, k := priors(total)
			for _, a := range list[:k] {
				name := fmt.Sprintf("n=%g skew=%g a=%d ", n, skew, a)
				near(t, name+"symbols", c.symbols(float64(a)), bigSymbols(&h, total, a))
				near(t, name+"tree", c.tree(float64(a)), bigTree(&c, a))
				near(t, name+"positions", c.positions(float64(a)), bigPositions(&c, a))
			}
		}
	}
}

// noisyHistogram has counts n/256 ± the given number of standard deviations; a huge one
// empties half of them.
func noisyHistogram(n, skew float64) (h [symbols]uint64) {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	mean := n / symbols
	for c := range h {
		h[c] = uint64(min(max(mean+skew*math.Sqrt(mean)*r.NormFloat64(), 0), 2*mean))
	}
	return h
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if tolerance := 1e-4 + 1e-12*math.Abs(want); !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.9g bits, exactly %.9g", name, got, want)
	}
}

// TestMeanIsOne sums the coin's e-value over all sequences of n tosses, each with its probability
// under the null hypothesis: the definition of an e-value.
func TestMeanIsOne(t *testing.T) {
	for _, p := range []float64{0.5, 1. / 256} {
		for _, prior := range [][2]float64{{1, 1}, {stuffedPrior, otherPrior}, {256, 256}, {4096, 4096}} {
			for _, n := range []uint64{0, 1, 2, 10, 300} {
				var mean float64
				for s := uint64(0); s <= n; s++ {
					mean += math.Exp(lnBinomial(n, s, p) + coin(s, n-s, prior[0], prior[1], p))
				}
				if math.Abs(mean-1) > 1e-9 {
					t.Errorf("p=%g prior=%v n=%d: the mean is %.12f, not 1", p, prior, n, mean)
				}
			}
		}
	}
}

func lnBinomial(n, s uint64, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(s + 1))
	c, _ := math.Lgamma(float64(n - s + 1))
	return a - b - c + float64(s)*math.Log(p) + float64(n-s)*math.Log1p(-p)
}

// TestStuffingMeanIsOne computes the mean of 2^StuffingBits over all sequences of n uniform
// bytes, where the number of FF is an outcome and followers may be FF themselves.
func TestStuffingMeanIsOne(t *testing.T) {
	const n, most = 200, 40
	type state [2][most + 1][most + 1]float64 // last byte is FF; number of FF with follower; of stuffed ones
	var now state
	now[0][0][0] = 255. / 256
	now[1][0][0] = 1. / 256
	for range n - 1 {
		var next state
		for f := range most {
			for s := 0; s <= f; s++ {
				if p := now[0][f][s]; p > 0 {
					next[0][f][s] += p * 255 / 256
					next[1][f][s] += p / 256
				}
				if p := now[1][f][s]; p > 0 {
					next[0][f+1][s+1] += p / 256
					next[0][f+1][s] += p * 254 / 256
					next[1][f+1][s] += p / 256
				}
			}
		}
		now = next
	}
	var mean float64
	for last := range now {
		for f := range now[last] {
			for s := 0; s <= f; s++ {
				mean += now[last][f][s] * math.Exp2(stuffingBits(uint64(f), uint64(s)))
			}
		}
	}
	if math.Abs(mean-1) > 1e-6 {
		t.Errorf("the mean is %.9f, not 1", mean)
	}
}

// TestScoreMeanAtMostOne goes through all pairs of bytes: the scores as they are given, with
// their shortcuts and weights, are e-values too.
func TestScoreMeanAtMostOne(t *testing.T) {
	var m Meter
	var uniform, bits, block float64
	for pair := range 1 << 16 {
		b := []byte{byte(pair), byte(pair >> 8)}
		var tally Tally
		block += math.Exp2(m.Block(b, &tally))
		uniform += math.Exp2(tally.UniformBits())
		bits += math.Exp2(tally.Bits())
	}
	for name, sum := range map[string]float64{"UniformBits": uniform, "Bits": bits, "Block": block} {
		if mean := sum / (1 << 16); mean > 1+1e-9 {
			t.Errorf("%s: the mean of 2^score over all pairs of bytes is %.9f", name, mean)
		}
	}
}
