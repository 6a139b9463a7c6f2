package deflate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever its figures are: the chances of the model add up to 1, so that the mean of what a step
// gains is 1 on uniform bits.
func TestModelIsFair(t *testing.T) {
	m := headers()
	one := func(what string, sum float64) {
		t.Helper()
		if !(math.Abs(sum-1) <= 1e-5) { // NaN neither
			t.Errorf("%s: the chances add up to %v", what, sum)
		}
	}
	sum := func(gains []float32, bits float64) (s float64) {
		for _, g := range gains {
			s += math.Exp2(float64(g) - bits)
		}
		return s
	}
	one("HLIT", sum(m.fields[0][:30], 5))
	one("HDIST", sum(m.fields[1][:30], 5))
	one("HCLEN", sum(m.fields[2][:16], 4))
	for i, n := range repeatBits {
		mean := 0.0
		for _, f := range m.repeats[i][:1<<n] {
			mean += f / float64(int(1)<<n)
		}
		one("repeats", mean)
	}
	one("four lengths of a precode", precodes(t, 4))
	one("five lengths of a precode", precodes(t, 5))
}

// precodes is the mean, over all that n lengths can be, of what a precode gains besides the
// number of its lengths.
func precodes(t *testing.T, n int) (mean float64) {
	m := headers()
	for v := range uint64(1) << (3 * n) {
		b := make([]byte, 32)
		w := 31 | 0<<5 | uint64(n-4)<<10 | v<<14
		w &^= 31 // HLIT 0
		for i := range 8 {
			b[i] = byte(w >> (8 * i))
		}
		h := header{m: m, pow: powers()}
		score, ok := h.readPrecode(&bitReader{b: b})
		if !ok {
			continue
		}
		score -= float64(m.fields[0][0] + m.fields[1][0] + m.fields[2][n-4])
		mean += math.Exp2(score - 3*float64(n))
	}
	return mean
}

// The mean gain of a symbol of the code lengths is 1 in every state on the way through
// headers.
func TestLengthsAreFair(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	h := header{m: headers(), pow: powers()}
	for range 200 {
		h.precode = randomPrecode(r)
		h.buildPrecode()
		h.literals, h.distances = 257+r.IntN(30), 1+r.IntN(30)
		h.start()
		for h.at < h.literals+h.distances {
			mean := 0.0
			for s, n := range h.precode {
				if n > 0 {
					mean += h.chance(s)
				}
			}
			if math.Abs(mean-1) > 1e-9 {
				t.Fatalf("symbol %d: the chances add up to %v", h.at, mean)
			}
			if !h.put(uint8(r.IntN(16)), 1+r.IntN(3), true) {
				break
			}
		}
	}
}

// randomPrecode is a complete code: one that is split until all have a length.
func randomPrecode(r *rand.Rand) (lens [precodeSymbols]uint8) {
	leaves := []uint8{0}
	for len(leaves) < 2+r.IntN(precodeSymbols-1) {
		i := r.IntN(len(leaves))
		if leaves[i] == 7 {
			break
		}
		leaves[i]++
		leaves = append(leaves, leaves[i])
	}
	for i, s := range r.Perm(precodeSymbols)[:len(leaves)] {
		lens[s] = leaves[i]
	}
	return lens
}

// The mean factor of a symbol of a block, and of a distance, is at most 1 at every step.
func TestSymbolsAreFair(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{2}))
	f := fixed()
	var l learner
	l.reset()
	for range 300 {
		mean := 0.0
		for s := range maxLiterals {
			_, n := lengthOf(&f.literals, s)
			try := l
			try.factor[ofLiterals] = 1
			try.literal(s, n)
			mean += try.factor[ofLiterals] * math.Exp2(-float64(n))
		}
		if mean > 1+1e-9 {
			t.Fatalf("literals: %v", mean)
		}
		s := r.IntN(20)
		_, n := lengthOf(&f.literals, s)
		l.literal(s, n)
	}
	l.reset()
	for range 50 {
		mean := 0.0
		code := r.IntN(3)
		for s := range maxDistances {
			for x := range 1 << distanceExtra[s] {
				d := int32(int(distanceBase[s]) + x)
				mean += l.distanceFactor(code, s, 5, d) * math.Exp2(-5-float64(distanceExtra[s]))
			}
		}
		if mean > 1+1e-9 {
			t.Fatalf("distances: %v", mean)
		}
		s := r.IntN(5)
		l.distance(code, s, 5, int(distanceBase[s]))
	}
}

// lengthOf is the length of a symbol's code.
func lengthOf(c *prefixCode, symbol int) (ok bool, n int) {
	for n := 1; n <= maxLength; n++ {
		for i := range c.count[n] {
			if int(c.symbol[c.offset[n]+i]) == symbol {
				return true, n
			}
		}
	}
	return false, 0
}
