package zstd

import (
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

const (
	maxWeight = 11 // the longest code of a literal has 11 bits (RFC 8878 §4.2.1)
	weightLog = 6  // the most that the code of the weights may have
)

// tree is the Huffman code of literals (RFC 8878 §4.2.1): a weight for each byte value, a
// value of weight w having 2^(w-1) of the 2^most bit strings.
type tree struct {
	weight [256]uint8
	n      int     // values that have one, the last of them implied
	size   int     // of the description, in bytes
	most   int     // bits of the longest code
	bits   float64 // what the description is worth
	counts counts
	states states
	mix    mixer
	decode [1 << maxWeight]letter
}

// letter is what the next bits mean.
type letter struct{ value, bits uint8 }

// read takes the description of a code; floor is where it is given up for lack of likeness. Where that is -Inf it is not weighed: it
// proves nothing more.
func (t *tree) read(b []byte, floor float64) bool {
	if len(b) == 0 {
		return false
	}
	head := int(b[0])
	if t.size = 1 + head; head >= 128 {
		t.size = 1 + (head-126)/2
	}
	if t.size > len(b) {
		return false
	}
	if head >= 128 {
		return t.plain(b[1:t.size], head-127) && t.complete()
	}
	return t.coded(b[1:t.size], floor) && t.complete()
}

// plain reads n weights of four bits each. Few encoders write them, and only short lists.
func (t *tree) plain(b []byte, n int) bool {
	t.bits, t.n = math.Log2(.1*2), n
	for i := range n {
		t.weight[i] = b[i/2] >> (4 * (^i & 1)) & 15
		if t.weight[i] > maxWeight {
			return false
		}
	}
	return true
}

// coded reads weights that are coded by two states in turn, until the bits are used up (§4.2.1.2).
func (t *tree) coded(b []byte, floor float64) bool {
	if !t.counts.read(b, maxWeight+1, weightLog) || t.counts.pad != 0 {
		return false
	}
	t.bits = math.Log2(.9*2) + theModel().bits(weights, &t.counts)
	var r bitstream.Backward
	if t.bits < floor || !r.Open(b[t.counts.size():]) || r.Left < 2*t.counts.log {
		return false
	}
	t.states.build(&t.counts)
	t.mix.open(&t.counts)
	least, weigh := math.Exp2(floor-t.bits), !math.IsInf(floor, -1)
	all := t.states.of[:1<<t.counts.log]
	var state [2]int
	for i := range state {
		state[i] = r.Take(t.counts.log)
		t.weight[i] = all[state[i]].symbol
		if weigh {
			t.mix.see(i, all, t.weight[i])
		}
	}
	for t.n = 2; ; t.n++ {
		s := &state[t.n&1]
		x := all[*s]
		*s = int(x.base) + r.Take(int(x.bits))
		if r.Left < 0 {
			t.bits += math.Log2(t.mix.e)
			return true
		}
		if t.n == 255 || t.mix.e < least {
			return false
		}
		t.weight[t.n] = all[*s].symbol
		if weigh {
			t.mix.see(t.n, all[x.base:int(x.base)+1<<x.bits], t.weight[t.n])
		}
	}
}

// complete adds the last weight, which makes the code complete.
func (t *tree) complete() bool {
	sum := 0
	for _, w := range t.weight[:t.n] {
		sum += 1 << w >> 1
	}
	if sum == 0 {
		return false
	}
	t.most = bits.Len(uint(sum))
	rest := 1<<t.most - sum
	if t.most > maxWeight || rest&(rest-1) != 0 {
		return false
	}
	t.weight[t.n] = uint8(bits.Len(uint(rest)))
	t.n++
	clear(t.weight[t.n:])
	return true
}

// mean is how many bits a literal takes, if the code is as good as one can be.
func (t *tree) mean() (bits float64) {
	for _, w := range t.weight[:t.n] {
		if w > 0 {
			bits += float64(t.most+1-int(w)) * math.Ldexp(1, int(w)-1-t.most)
		}
	}
	return bits
}

// build makes the table that decodes: the longest codes come first, and of one length the
// smallest value.
func (t *tree) build() {
	at := 0
	for w := 1; w <= t.most; w++ {
		for v, x := range t.weight[:t.n] {
			if int(x) == w {
				for range 1 << (w - 1) {
					t.decode[at] = letter{uint8(v), uint8(t.most + 1 - w)}
					at++
				}
			}
		}
	}
}

// mixer weighs weights. Three experts foretell the next one: the description's own counts, the
// model, and the two together. Each is right for some trees; the mixture, whose shares follow who was right so far, is
// never more than some bits worse than the best.
type mixer struct {
	model *model
	e     float64 // the e-value so far
	share [3]float64
	own   [numWeights]float64
	h     history
}

// fixed is the share of each expert that is dealt anew at every step.
const fixed = 0.02

func (m *mixer) open(c *counts) {
	*m = mixer{model: theModel(), e: 1, share: [3]float64{1. / 3, 1. / 3, 1. / 3}}
	for w := range min(c.n, numWeights) {
		m.own[w] = math.Abs(float64(c.of[w])) / float64(int(1)<<c.log)
	}
}

// see takes value i, the weight of which came out of the states that the last bits chose among: each was as likely on uniform bytes.
func (m *mixer) see(i int, among []state, weight uint8) {
	var ways [numWeights]int
	for _, s := range among {
		ways[s.symbol]++
	}
	typical := int(m.model.weight[i])
	likely := &m.model.weights[typical][m.h.drift(6)][m.h.drought]
	var all, hit [3]float64
	for w, n := range ways {
		if n == 0 {
			continue
		}
		own, q := m.own[w], float64(likely[w])
		p := [3]float64{own, q, math.Sqrt(own * q)}
		for k := range p {
			all[k] += p[k]
		}
		if w == int(weight) {
			hit = p
		}
	}
	chance, mixed := float64(ways[weight])/float64(len(among)), 0.0
	for k := range hit {
		hit[k] /= all[k] * chance
		mixed += m.share[k] * hit[k]
	}
	for k := range hit {
		m.share[k] = (1-fixed)*m.share[k]*hit[k]/mixed + fixed/3
	}
	m.e *= mixed
	m.h.add(2*int(weight), typical)
}
