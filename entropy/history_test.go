package entropy

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// plainRuns counts runs of bits one by one: at every bit at which a long run of the other
// order would fit as well, or begins within one.
func plainRuns(b []byte) (h History) {
	for ; len(b) > runsPiece; b = b[runsPiece:] {
		p := plainRuns(b[:runsPiece])
		h.Merge(&p)
	}
	bit := func(at int) (least, most int) {
		return int(b[at/8] >> (at % 8) & 1), int(b[at/8] >> (7 - at%8) & 1)
	}
	for wide := 0; wide+leastWide <= 8*len(b); wide += stride {
		for at := wide; at < wide+stride; at++ {
			var least, most int
			for i := range leastBits {
				l, m := bit(at + i)
				least |= l << i
				most = most<<1 | m
			}
			h.Least[least]++
			h.Most[most]++
			h.counted = true
		}
	}
	return h
}

func TestRuns(t *testing.T) {
	var c runCounter
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 13, 14, 15, 511, 512, 4090, 4095, 4096, 4097, 9000} {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32() | 1<<(rng.Uint32()%16))
		}
		var got History
		c.count(&got, b)
		if want := plainRuns(b); got != want {
			t.Errorf("%d bytes: other counts than one by one", n)
		}
	}
}

func wordsAsDefined(t *testing.T, b []byte) {
	t.Helper()
	var got, want runCounter
	got.words(b)
	want.wordsGeneric(b)
	if got != want {
		t.Fatalf("%d bytes: other counts than by the generic variant", len(b))
	}
}

func TestWords(t *testing.T) {
	b := random(9, runsPiece)
	for n := range 140 {
		wordsAsDefined(t, b[len(b)-n:])
	}
	wordsAsDefined(t, b)
	wordsAsDefined(t, make([]byte, runsPiece)) // counts overflow alike
}

func FuzzWords(f *testing.F) {
	f.Add(random(1, 100))
	f.Add(make([]byte, 35))
	f.Fuzz(wordsAsDefined)
}

// TestFold holds every variant to the generic one, with counts as high as they may be.
func TestFold(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{16, 1 << 7, 1 << leastBits} {
		c := make([]uint8, 8*n)
		for range 16383 {
			if i := int(rng.ExpFloat64()*100) % len(c); c[i] < 255 {
				c[i]++
			} else {
				c[rng.IntN(len(c))] |= 1
			}
		}
		got, want := make([]uint32, n), make([]uint32, n)
		for i := range got {
			got[i] = rng.Uint32()
			want[i] = got[i]
		}
		fold(got, c)
		foldGeneric(want, c)
		if !slices.Equal(got, want) || sum(c) != sumGeneric(c) {
			t.Errorf("%d runs: not what the generic fold gives, or not its sum", n)
		}
	}
}

// What is plainly structured makes counts overflow and is left out, piece by piece.
func TestRunsOverflow(t *testing.T) {
	var c runCounter
	var got History
	c.count(&got, make([]byte, runsPiece))
	if got != (History{}) {
		t.Error("a piece of zeros was counted")
	}
}

// TestHistoryIsAPrediction: the product over the histories is that of predicting one bit after
// the other from what was counted before: so the e-value of a normalised distribution, whatever the bytes are.
func TestHistoryIsAPrediction(t *testing.T) {
	const n = 600
	rng := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32() | 1<<(rng.Uint32()%16))
	}
	h := plainRuns(b)
	bit := func(at int) (least, most int) {
		return int(b[at/8] >> (at % 8) & 1), int(b[at/8] >> (7 - at%8) & 1)
	}
	end := (8*n-leastWide)/stride*stride + stride // runs begin before it
	for k := 1; k < leastBits; k++ {
		const a = 3
		var forward, backward float64
		seen, seenBack := make([]float64, 2<<k), make([]float64, 2<<k)
		toss := func(c []float64, run int) float64 {
			c[run]++
			return math.Log2((a + c[run] - 1) / (2*a + c[run] + c[run^1] - 1) * 2)
		}
		for at := end - 1; at >= 0; at-- {
			run := 0
			for i := range k + 1 {
				l, _ := bit(at + i)
				run |= l << i
			}
			backward += toss(seenBack, run)
		}
		for last := mostBits - 1; last < end+mostBits-1; last++ {
			run := 0
			for i := range k + 1 {
				_, m := bit(last - k + i)
				run = run<<1 | m
			}
			forward += toss(seen, run)
		}
		near(t, fmt.Sprintf("%d bits back", k), sumOf(h.Least[:], k, a, coinBits), backward)
		near(t, fmt.Sprintf("%d bits", k), sumOf(h.Most[:], k, a, coinBits), forward)
	}
}

// sumOf is the model of k bits of history.
func sumOf(runs []uint32, k int, a uint64, bits bitsOfCoins) (sum float64) {
	folded := make([]uint32, 2<<k)
	for run, n := range runs {
		folded[run%len(folded)] += n
	}
	e := make([]float64, 1<<k)
	bits(e, a, folded)
	for _, x := range e {
		sum += x
	}
	return sum
}

// TestHistoryAgainstBigFloat holds the coins and the whole tree against 200-bit arithmetic.
func TestHistoryAgainstBigFloat(t *testing.T) {
	known := map[[3]uint64]float64{}
	exact := func(e []float64, a uint64, runs []uint32) {
		for i := range e {
			n0, n1 := uint64(runs[2*i]), uint64(runs[2*i+1])
			at := [3]uint64{a, min(n0, n1), max(n0, n1)}
			if _, ok := known[at]; !ok {
				ln := bigBeta(a+n0, a+n1)
				known[at] = toBits(ln.Sub(ln, bigBeta(a, a)), n0+n1)
			}
			e[i] = known[at]
		}
	}
	var m Meter
	m.Block(random(1, 512), nil)
	for _, n := range []int{4096, 1 << 20} {
		h := plainRuns(random(7, n))
		for _, k := range []int{2, 6, 8} {
			tosses := uint64(8 * n)
			a := historyPrior(tosses, 1<<k, 0)
			name := fmt.Sprintf("%d bits of history, %d bytes", k, n)
			want := sumOf(h.Least[:], k, a, exact)
			near(t, name, sumOf(h.Least[:], k, a, coinBits), want)
			if n == 4096 {
				near(t, name+", with a table", sumOf(h.Least[:], k, a, m.coinBits), want)
			}
		}
	}
	h := plainRuns(remembering(3, 4096, 0.3))
	for name, runs := range map[string]*[1 << leastBits]uint32{"least": &h.Least, "most": &h.Most} {
		want := bigTreeOfRuns(runs[:], exact)
		near(t, "tree of "+name, treeBits(runs, coinBits), want)
		near(t, "tree of "+name+", with a table", treeBits(runs, m.coinBits), want)
	}
}

// bigTreeOfRuns is treeBits as it is defined, with e-values of 200 bits in place of logarithms.
func bigTreeOfRuns(runs []uint32, bits bitsOfCoins) float64 {
	var tosses uint64
	for _, n := range runs {
		tosses += uint64(n)
	}
	half := big.NewFloat(0.5).SetPrec(precision)
	sum := bigNew()
	for prior := range numPriors {
		var children []*big.Float // W of the order before
		for k := leastBits - 1; k > 0; k -= orderStep {
			var nodes []*big.Float
			u, v := bigInt(1), bigInt(1)
			for history := range 1 << k {
				var n [2]uint32
				for run := history << 1; run < len(runs); run += 2 << k {
					n[0] += runs[run]
					n[1] += runs[run+1]
				}
				var x [1]float64
				bits(x[:], historyPrior(tosses, 1<<k, prior), n[:])
				e := bigExp2(x[0])
				u.Mul(u, e)
				if children != nil {
					below := bigInt(1)
					for child := range 1 << orderStep {
						below.Mul(below, children[history|child<<k])
					}
					e.Mul(e.Add(e, below), half)
				}
				nodes = append(nodes, e)
				v.Mul(v, e)
			}
			sum.Add(sum, u)
			sum.Add(sum, v)
			children = nodes
		}
	}
	return toBits(bigLn(sum.Quo(sum, bigInt(historyModels))), 0)
}

func bigExp2(x float64) *big.Float {
	whole := math.Floor(x)
	return bigNew().SetMantExp(big.NewFloat(math.Exp2(x-whole)).SetPrec(precision), int(whole))
}

// TestTreeMeanIsOne sums the e-value over all ways that nine fair bits can follow ten given ones: the definition of an e-value.
func TestTreeMeanIsOne(t *testing.T) {
	const tosses, history = 9, leastBits - 1
	for _, before := range []uint32{0, 0x2AA} {
		var mean float64
		for next := range uint32(1 << tosses) {
			var runs [1 << leastBits]uint32
			bits := before<<tosses | next
			for at := range tosses {
				runs[bits>>at&(1<<(history+1)-1)]++
			}
			mean += math.Exp2(treeBits(&runs, coinBits)) / (1 << tosses)
		}
		if math.Abs(mean-1) > 1e-9 {
			t.Errorf("after %010b the mean is %.12f", before, mean)
		}
	}
}

// TestTreeFindsDepth: the average pays a few bits for finding which histories matter, and as few where none does.
func TestTreeFindsDepth(t *testing.T) {
	h := plainRuns(random(9, 4096))
	if got := treeBits(&h.Least, coinBits); got < -10 {
		t.Errorf("even histories: %.1f bits", got)
	}
	h = plainRuns(remembering(9, 4096, 0.15))
	tosses := uint64(8*4096 - leastBits)
	best := math.Inf(-1)
	for k := 1; k < leastBits; k++ {
		a := historyPrior(tosses, 1<<k, 0)
		best = max(best, sumOf(h.Least[:], k, a, coinBits), sumOf(h.Least[:], k, a/4, coinBits))
	}
	if got := treeBits(&h.Least, coinBits); got < best-16 {
		t.Errorf("%.1f bits, the best order alone %.1f", got, best)
	}
}

// TestSums holds every variant to the generic one.
func TestSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{2, 4, 8, 16, 24, 1 << leastBits} {
		dst, src := make([]uint32, n), make([]uint32, n)
		for i := range dst {
			dst[i], src[i] = rng.Uint32()>>(3+rng.Uint32()%20), rng.Uint32()>>(3+rng.Uint32()%20)
		}
		d, s, tosses := tossSums(src)
		if wantD, wantS, want := tossSumsGeneric(src); d != wantD || s != wantS || tosses != want {
			t.Errorf("%d runs: other sums than the generic ones", n)
		}
		want := slices.Clone(dst)
		addRunsGeneric(want, src)
		if addRuns(dst, src); !slices.Equal(dst, want) {
			t.Errorf("%d runs: added to another result than the generic one", n)
		}
	}
}

// TestHistoryNull counts the scores of each order and of the trees on random blocks, without the cheap look: those of s bits and
// more are no more than a 2^-s of all.
func TestHistoryNull(t *testing.T) {
	blocks := 4000
	if testing.Short() {
		blocks = 1000
	}
	var m Meter
	rng := rand.NewChaCha8([32]byte{11})
	b := make([]byte, 4096)
	var scores, trees []float64
	for range blocks {
		rng.Read(b)
		m.Block(b, nil)
		for k := orderStep; k < leastBits; k += orderStep {
			scores = append(scores, sumOf(m.history.Least[:], k, historyPrior(8*4096, 1<<k, 0), m.coinBits))
		}
		trees = append(trees, treeBits(&m.history.Least, m.coinBits), treeBits(&m.history.Most, m.coinBits))
	}
	withinNull(t, "orders", scores)
	withinNull(t, "trees", trees)
}

func withinNull(t *testing.T, name string, scores []float64) {
	for s := 1; s < 12; s++ {
		mean, n := float64(len(scores))*math.Exp2(-float64(s)), 0
		for _, x := range scores {
			if x >= float64(s) {
				n++
			}
		}
		if float64(n) > mean+4*math.Sqrt(mean)+1 {
			t.Errorf("%s: %d scores of %d bits or more, %.1f are allowed", name, n, s, mean)
		}
	}
}

// remembering gives bytes in which a bit is the sum of those 9 and 10 bits before it a little more often than not: no
// byte says anything of itself, and no history shorter than ten bits does.
func remembering(seed uint64, n int, often float64) []byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	var last uint32
	for i := range b {
		for bit := range 8 {
			x := rng.Uint32() & 1
			if rng.Float64() < often {
				x = (last>>8 ^ last>>9) & 1
			}
			last = last<<1 | x
			b[i] |= byte(x << bit)
		}
	}
	return b
}

// TestHistoryIsSeen: what only the history tells makes the score of a block, and of a window whose
// blocks tell too little.
func TestHistoryIsSeen(t *testing.T) {
	var m Meter
	if got := m.Block(remembering(1, 4096, 0.15), nil); got < 48 {
		t.Errorf("a block: %.1f bits", got)
	}
	var window Window
	var most float64
	for seed := range uint64(16) {
		most = max(most, m.Block(remembering(seed, 4096, 0.08), &window.Tally))
		window.History.Merge(m.History())
	}
	if got := window.Bits(); most > 30 || got < 48 || window.Tally.Bits() > 10 {
		t.Errorf("64 KiB: %.1f bits, %.1f without history, blocks up to %.1f", got, window.Tally.Bits(), most)
	}
}

// TestHistoryWeights: if all models give the e-value 1, so does their average.
func TestHistoryWeights(t *testing.T) {
	h := plainRuns(random(1, 4096))
	h.Least[0], h.Most[0] = 1e6, 1e6 // both are uneven
	var score average
	h.add(&score, 1, func(e []float64, _ uint64, _ []uint32) { clear(e) })
	near(t, "the sum of all weights", score.bits(), 0)
}

func BenchmarkHistory(b *testing.B) {
	data := make([]byte, 1<<20)
	rng := rand.New(rand.NewChaCha8([32]byte{1}))
	rng2 := rng
	for i := range data {
		data[i] = byte(rng2.Uint32())
	}
	var c runCounter
	b.Run("count", func(b *testing.B) {
		var h History
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			c.count(&h, data)
		}
	})
	b.Run("bits", func(b *testing.B) {
		var h History
		c.count(&h, data[:4096])
		b.SetBytes(4096)
		for b.Loop() {
			h.add(&average{}, 1, coinBits)
		}
	})
	b.Run("tree", func(b *testing.B) { // where something is found
		var m Meter
		m.Block(remembering(1, 4096, 0.15), nil)
		b.SetBytes(4096)
		for b.Loop() {
			treeBits(&m.history.Least, m.coinBits)
		}
	})
	b.Run("merge", func(b *testing.B) {
		var h, o History
		b.SetBytes(4096)
		for b.Loop() {
			h.Merge(&o)
		}
	})
}

// What was chosen of a stretch proves nothing, however uneven it is.
func TestHistoryThatLacksSome(t *testing.T) {
	var m Meter
	rng := rand.New(rand.NewChaCha8([32]byte{4}))
	b := make([]byte, 4096)
	for i, last := 0, 0; i < 8*len(b); i++ { // a bit is like the one before it 535 times in 1,000
		if rng.IntN(1000) >= 535 {
			last ^= 1
		}
		b[i/8] |= byte(last << (i % 8))
	}
	score := func(block func([]byte, *Tally) float64) float64 {
		var w Window
		block(b, &w.Tally)
		w.History.Merge(m.History())
		w.History.Merge(&History{})
		w.Tally = Tally{}
		return w.Bits()
	}
	whole, cheap := score(m.Block), score(m.Cheaply)
	if whole < 30 || cheap > 0 {
		t.Errorf("the history scores %.1f bits, and %.1f where it was not counted", whole, cheap)
	}
	var some Window
	m.Block(b, nil)
	some.History.Merge(m.History())
	some.History.Merge(&History{Lacks: true})
	if got := some.Bits(); got > 0 {
		t.Errorf("a history that lacks a part scores %.1f bits", got)
	}
}
