package zstd

import (
	"math"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

// literals is a Literals_Section (RFC 8878 §3.1.1.3.1).
type literals struct {
	kind        literalsKind
	size        int // of the header
	regenerated int // bytes that come out
	compressed  int // bytes behind the header: the tree and the streams
	width       int // bits of each of the two numbers
	streams     int
	description int    // bytes of the tree's description
	jump        [4]int // sizes of the streams
}

type literalsKind uint8

const (
	rawLiterals literalsKind = iota
	runLiterals
	codedLiterals
	treelessLiterals // coded as those of the block before
)

// kindBits and formBits are what a kind, and a form of the sizes, is worth: how often it is met, of four.
var (
	kindBits = logOf(4, .09, .01, .8, .1)
	formBits = logOf(4, .08, .27, .45, .2*1.9999) // of the 2^18 sizes of the last half are too large
)

func logOf(n float64, p ...float64) (bits []float64) {
	for _, p := range p {
		bits = append(bits, math.Log2(n*p))
	}
	return bits
}

// forms are those of a header of coded literals: its bytes, and the bits of each size.
var forms = [4]struct{ size, width uint8 }{{3, 10}, {3, 10}, {4, 14}, {5, 18}}

// header reads the sizes, and gives what they are worth.
func (l *literals) header(b []byte) (bits float64, ok bool) {
	if len(b) < 5 {
		return 0, false
	}
	w := bitstream.Low(b, 0)
	*l = literals{kind: literalsKind(w & 3), streams: 4}
	bits = kindBits[l.kind]
	form := w >> 2 & 3
	if l.kind < codedLiterals {
		l.size, l.width = [...]int{1, 2, 1, 3}[form], [...]int{5, 12, 5, 20}[form]
		l.regenerated = int(w>>(8*l.size-l.width)) & (1<<l.width - 1)
		if l.compressed = l.regenerated; l.kind == runLiterals {
			l.compressed = 1
		}
		return bits, l.regenerated <= maxBlock
	}
	l.size, l.width = int(forms[form].size), int(forms[form].width)
	l.regenerated = int(w>>4) & (1<<l.width - 1)
	l.compressed = int(w>>(4+l.width)) & (1<<l.width - 1)
	if form == 0 {
		l.streams = 1
	}
	bits += formBits[form]
	// Nobody codes what grows by it; four streams are for 6 literals at least.
	return bits, l.regenerated <= maxBlock && l.compressed <= l.regenerated && l.compressed > 6+l.streams
}

// off is how far a size is off what was expected: the chance of each octave, in 1024ths.
type off []float64

var (
	offSize = off{.05, .055, .1, .18, .3, .2, .08, .02, .008, .004, .002, .001}
	offJump = off{.07, .04, .08, .14, .2, .2, .145, .085, .03, .007, .002, .001}
)

// bits is what a number of width bits is worth that should have been want.
func (o off) bits(size, want, width int) float64 {
	d, want := max(size-want, want-size), max(want, 1)
	k := 0
	for d*1024/want >= 1<<k {
		k++
	}
	if k >= len(o) {
		return -1000
	}
	span := 2 * (float64(want)*math.Exp2(float64(max(k, 1)-1))/1024 + 1) // numbers in that octave, on both sides
	return float64(width) + math.Log2(o[k]/span)
}

// sizes reads how the streams share the bytes, if there are four; want is how many bytes the literals should take, or 0 where nobody
// knows. b begins at the streams.
func (l *literals) sizes(b []byte, want int) (bits float64, ok bool) {
	rest := l.compressed - l.description
	if l.streams == 1 {
		l.jump[0] = rest
	} else {
		rest -= 6
	}
	if want > 0 {
		bits = offSize.bits(rest, want, l.width)
	}
	if l.streams == 1 || len(b) < 6 {
		return bits, rest > 0
	}
	for i := range 3 {
		l.jump[i] = int(b[2*i]) | int(b[2*i+1])<<8
		bits += offJump.bits(l.jump[i], rest/(4-i), 16)
		rest -= l.jump[i]
	}
	l.jump[3] = rest
	return bits, rest > 0 && min(l.jump[0], l.jump[1], l.jump[2]) > 0
}

// share is how many literals stream i has.
func (l *literals) share(i int) int {
	if l.streams == 1 {
		return l.regenerated
	}
	each := (l.regenerated + 3) / 4
	if i == 3 {
		return l.regenerated - 3*each
	}
	return each
}

// decodeStream appends n literals, which have to take all bits of b.
func (t *tree) decodeStream(out, b []byte, n int) ([]byte, bool) {
	var r bitstream.Backward
	if !r.Open(b) {
		return out, false
	}
	for ; n >= 5; n -= 5 { // 5 codes of 11 bits fit into one look
		w, bits := r.Look(), 0
		for range 5 {
			x := t.decode[w<<bits>>(64-t.most)]
			out = append(out, x.value)
			bits += int(x.bits)
		}
		if r.Left -= bits; r.Left < 0 {
			return out, false
		}
	}
	for ; n > 0; n-- {
		x := t.decode[r.Look()>>(64-t.most)]
		out = append(out, x.value)
		r.Left -= int(x.bits)
	}
	return out, r.Left == 0
}

// exact is what it is worth that n literals took exactly the bits there were. Of the codes take those of two
// lengths, which make a share q of all literals and are long or short with chance p. How many literals are of these is
// binomial, at least 3/4·nq but with chance exp(-nq/32); given that, and all others, how many are long is
// binomial as well, and has to be one number. None of m tries has a chance above 1/sqrt(2e·m·p(1-p)) (Herzog 1947).
func (t *tree) exact(n int) float64 {
	var chance [maxWeight + 2]float64 // of each length
	for _, w := range t.weight[:t.n] {
		if w > 0 {
			chance[t.most+1-int(w)] += math.Ldexp(1, int(w)-1-t.most)
		}
	}
	best := 1.0
	for a, pa := range chance {
		for _, pb := range chance[a+1:] {
			if pa*pb == 0 {
				continue
			}
			q := pa + pb
			nq := float64(n) * q
			best = min(best, 1/math.Sqrt(1.5*math.E*nq*pa*pb/(q*q))+math.Exp(-nq/32))
		}
	}
	return -math.Log2(best)
}
