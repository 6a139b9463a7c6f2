package deflate

import (
	_ "embed"
	"math"
	"sync"
)

// A model of the headers that encoders write: how likely each field, each length of the
// precode and each symbol behind it is. It was fitted to some thousand headers of a
// dozen encoders (TestTrain). It may be wrong, which costs power; it is divided by its sum
// wherever it is used, so that the bound stands whatever its figures are.
//
//go:embed model.bin
var modelBytes []byte

const (
	precodeSymbols = 19
	unit           = 16 // figures are in sixteenths of a bit
)

// The tables of which a symbol of the code lengths gets its weight, each by its own context.
const (
	byRegion = iota // where in the alphabet, and the length before
	byPair          // the two lengths before
	byRoom          // how many symbols are left, and how much room in the code
	byCase          // the length 32 symbols back (the other case of a letter), and the one before
	byRun           // the second and third length before, and how long the same was repeated
	numTables
)

// contexts is how many each table has. A length is 0 to 15; 16 is none.
var contexts = [numTables]int{24 * 17, 17 * 17, 18 * 17, 17 * 17, 17 * 17 * 4}

// rawModel is the model as it is stored: all weights are log2, in units.
type rawModel struct {
	fields  [3][32]int8 // HLIT, HDIST, HCLEN
	repeats [3][128]int8
	precode [precodeSymbols][8][8]int8 // by place, the length before, and the length
	weights [numTables][][precodeSymbols]int8
}

// each gives every part of the model in the order in which it is stored.
func (m *rawModel) each(f func([]int8)) {
	for i := range m.fields {
		f(m.fields[i][:])
	}
	for i := range m.repeats {
		f(m.repeats[i][:])
	}
	for i := range m.precode {
		for k := range m.precode[i] {
			f(m.precode[i][k][:])
		}
	}
	for t := range m.weights {
		if m.weights[t] == nil {
			m.weights[t] = make([][precodeSymbols]int8, contexts[t])
		}
		for c := range m.weights[t] {
			f(m.weights[t][c][:])
		}
	}
}

// model is what scores are computed with: gains over uniform bits, log2 of Q/P.
type model struct {
	fields  [3][32]float32
	repeats [3][128]float64 // 2^gain
	precode [precodeSymbols][8][8]float32
	steps   [precodeSymbols][64]float32 // precode by place, and the length and that before as they stand in the bits
	whole   [16]float32                 // by HCLEN: what it is worth that the precode is complete,
	flat    [16]float32                 // and what where all lengths are as likely
	weights [numTables][][precodeSymbols]int8
}

var headers = sync.OnceValue(func() *model {
	var raw rawModel
	rest := modelBytes
	raw.each(func(part []int8) {
		for i := range part {
			part[i] = int8(rest[i])
		}
		rest = rest[len(part):]
	})
	if len(rest) != 0 {
		panic("deflate: model.bin is of another model")
	}
	return raw.model()
})

func (raw *rawModel) model() *model {
	m := &model{weights: raw.weights}
	for i, n := range [3]int{30, 30, 16} {
		gains(m.fields[i][:n], raw.fields[i][:n], [3]float64{5, 5, 4}[i])
	}
	for i := range m.repeats {
		n := 1 << repeatBits[i]
		var g [128]float32
		gains(g[:n], raw.repeats[i][:n], float64(repeatBits[i]))
		for k := range n {
			m.repeats[i][k] = math.Exp2(float64(g[k]))
		}
	}
	for i := range m.precode {
		for k := range m.precode[i] {
			gains(m.precode[i][k][:], raw.precode[i][k][:], 3)
			for n, g := range m.precode[i][k] {
				m.steps[i][n<<3|k] = g
			}
		}
	}
	for n := range m.whole {
		m.whole[n] = float32(-math.Log2(completeChance(&m.precode, n+4)))
		m.flat[n] = float32(-math.Log2(completeChance(&[precodeSymbols][8][8]float32{}, n+4)))
	}
	return m
}

// gains makes of weights what each choice gains over n uniform bits. The chances add up to 1.
func gains(out []float32, weights []int8, n float64) {
	sum := 0.0
	for _, w := range weights {
		sum += math.Exp2(float64(w) / unit)
	}
	for i, w := range weights {
		out[i] = float32(float64(w)/unit - math.Log2(sum) + n)
	}
}

// completeChance is the chance that n lengths drawn with these gains make a complete precode: the
// sum over all that do, by the sum so far and the length before.
func completeChance(gains *[precodeSymbols][8][8]float32, n int) float64 {
	var now [129][8]float64
	now[0][0] = 1
	for i := range n {
		var next [129][8]float64
		for sum := range now {
			for before, p := range now[sum] {
				for l := 0; p > 0 && l < 8; l++ {
					if s := sum + share(l); s <= 128 {
						next[s][l] += p * math.Exp2(float64(gains[i][before][l])-3)
					}
				}
			}
		}
		now = next
	}
	chance := 0.0
	for _, p := range now[128] {
		chance += p
	}
	return chance
}

// share is what a length takes of a precode's room, in 1/128.
func share(length int) int {
	if length == 0 {
		return 0
	}
	return 128 >> length
}

// powers are 2^(i/unit - 64): the weights of all tables and of the code are added up as
// exponents.
var powers = sync.OnceValue(func() *[2048]float64 {
	var p [2048]float64
	for i := range p {
		p[i] = math.Exp2(float64(i-1024) / unit)
	}
	return &p
})
