package text

import (
	"math/rand/v2"
	"testing"
)

// garbled is text in several encodings, with bytes that are none here and there: in other alphabets it is full of weak runs.
func garbled(t *testing.T, r *rand.Rand) (b []byte) {
	for range 1 + r.IntN(12) {
		s := samples[r.IntN(len(samples))]
		text := encode(t, s.prose, s.encoding)
		at := r.IntN(len(text))
		b = append(b, text[at:min(len(text), at+r.IntN(400))]...)
		for range r.IntN(20) {
			b = append(b, byte(0x81+r.IntN(0x7e)))
		}
	}
	for range len(b) / 50 {
		b[r.IntN(len(b))] ^= byte(r.Uint32())
	}
	return b
}

// What is said to be hopeless is: no run from there is strong enough. And most of what is weak is known to be.
func TestHopeless(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{15}))
	passed := 0
	for range 300 {
		b := garbled(t, r)
		var f Finder
		f.begin(b, []float64{5, 20, 40, 62, 150}[r.IntN(5)], nil)
		for _, l := range []int{inShiftJIS, inEUCJP} {
			for ln, a := &f.lanes[l], f.alphabet(l); ln.next < len(b); {
				if !f.hopeless(ln, a, ln.next) {
					f.step(l)
					continue
				}
				if s, ok := f.read(l, ln.next, len(b)); ok {
					t.Fatalf("%+v in % x", s, b)
				}
				passed++
				ln.next++
			}
		}
	}
	if passed < 50_000 {
		t.Errorf("only %d start positions were passed over", passed)
	}
}
