package text

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// census counts the codes of an alphabet by length and class, by trying all.
func census(a *alphabet) (byLength [5]int, byClass [numClasses][5]int) {
	count := func(b []byte) {
		if size, c := a.next(b); c != none && size == len(b) {
			byLength[size]++
			byClass[c][size]++
		}
	}
	for i := range 1 << 8 {
		count([]byte{byte(i)})
	}
	for i := range 1 << 16 {
		count([]byte{byte(i), byte(i >> 8)})
	}
	if a.encoding == UTF8 {
		for i := range 1 << 24 {
			count([]byte{byte(i >> 16), byte(i >> 8), byte(i)})
		}
		for i := range 1 << 24 { // the first byte of a code of four is F0 to F4
			if i>>16&0xC0 == 0x80 {
				for lead := byte(0xF0); lead < 0xF8; lead++ {
					count([]byte{lead, byte(i >> 16), byte(i >> 8), byte(i)})
				}
			}
		}
	}
	return byLength, byClass
}

// The numbers of codes are what the run chance stands on, and the weights must
// sum to no more than 1 over all of them: that is all the language ratio needs.
func TestCensus(t *testing.T) {
	for i := range alphabets() {
		a := &alphabets()[i]
		byLength, byClass := census(a)
		if byLength != a.codes {
			t.Errorf("alphabet %d (%s): %v codes by length, declared %v", i, a.encoding, byLength, a.codes)
		}
		var sum float64
		for c, n := range byClass {
			for k, m := range n {
				sum += float64(m) * math.Exp2(float64(a.gain[c])/bit-8*float64(k))
			}
		}
		if sum > 1 || sum < 0.97 {
			t.Errorf("alphabet %d (%s): the weights sum to %.4f", i, a.encoding, sum)
		}
	}
}

// A character is known by its own bytes: what follows has no influence, and
// none begins another. Both scores multiply on that ground.
func TestPrefixFree(t *testing.T) {
	b := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(b)
	for i := range alphabets() {
		a := &alphabets()[i]
		for p := 0; p+4 <= len(b); p++ {
			size, c := a.next(b[p : p+4])
			for cut := 1; cut < 4; cut++ {
				gotSize, got := a.next(b[p : p+cut])
				if want := c != none && cut >= size; want != (got != none) || want && (gotSize != size || got != c) {
					t.Fatalf("alphabet %d: % x read as %d bytes class %d, cut to %d as %d class %d",
						i, b[p:p+4], size, c, cut, gotSize, got)
				}
			}
		}
	}
}

// JIS X 0208 as derived by rows and cells agrees with the tables of x/text
// (WHATWG index jis0208, which has more rows behind 84).
func TestJIS(t *testing.T) {
	euc, sjis := japanese.EUCJP.NewDecoder(), japanese.ShiftJIS.NewDecoder()
	for row := 0; row <= 95; row++ {
		for cell := 0; cell <= 95; cell++ {
			code := []byte{byte(0xA0 + row), byte(0xA0 + cell)}
			r, ok := decodeOne(euc, code)
			ok = ok && row <= 84 && code[0] >= 0xA1
			if c := jisClass(row, cell); (c != none) != ok || ok && !sameClass(c, r) {
				t.Errorf("row %d cell %d is %q (%v), got class %d", row, cell, r, ok, c)
			}
		}
	}
	for i := range 1 << 16 {
		code := []byte{byte(i >> 8), byte(i)}
		if code[0] < 0x80 || code[0] > 0xA0 && code[0] < 0xE0 {
			continue
		}
		r, ok := decodeOne(sjis, code)
		ok = ok && code[0] < 0xEB && code[0] > 0x80
		if _, c := nextShiftJIS(code); (c != none) != ok || ok && !sameClass(c, r) {
			t.Errorf("% x is %q (%v), got class %d", code, r, ok, c)
		}
	}
}

func decodeOne(d *encoding.Decoder, code []byte) (rune, bool) {
	s, err := d.Bytes(code)
	r, n := utf8.DecodeRune(s)
	return r, err == nil && r != utf8.RuneError && n == len(s)
}

// sameClass compares a class with that of the character in Unicode, as far as
// both tell it apart.
func sameClass(c class, r rune) bool {
	u := unicodeClass(r)
	switch c {
	case kanji, kanji2:
		return u == kanji || r == '々' || r == '〆'
	case symbol:
		return u == symbol || u == other || u == latin || u == kanji || u == punctuation
	}
	return u == c
}

// tail is T(n) straight from its definition.
func tail(codes [5]int, n int) float64 {
	t := make([]float64, n+1)
	for i := range t {
		for k := 1; k < len(codes); k++ {
			before := 1.0
			if i > k {
				before = t[i-k]
			}
			t[i] += float64(codes[k]) / math.Pow(256, float64(k)) * before
		}
	}
	if n == 0 {
		return 1
	}
	return t[n]
}

func TestRunChance(t *testing.T) {
	for i := range alphabets() {
		a := &alphabets()[i]
		for n := range 120 {
			exact := -math.Log2(tail(a.codes, n))
			if got := float64(a.chance(n)) / bit; got > exact || got < exact-0.01 {
				t.Errorf("alphabet %d: %d bytes score %.4f, exactly %.4f", i, n, got, exact)
			}
		}
		if last := a.chance(1 << 40); last < capScore+unionCost {
			t.Errorf("alphabet %d: the table ends at %d", i, last)
		}
	}
}

// Every string of two or three bytes, and how far each reads: the chance is the count.
func TestRunChanceExhaustive(t *testing.T) {
	for _, c := range []struct{ alphabet, n, bytes int }{
		{inASCII, 1, 2}, {inASCII, 2, 2}, {inShiftJIS, 1, 2}, {inShiftJIS, 2, 3}, {inEUCJP, 1, 2},
		{inJapaneseLE, 2, 2}, {inJapaneseBE, 1, 2}, {inLatinLE, 2, 2}, {inLatinBE, 2, 2},
	} {
		a, all, count := &alphabets()[c.alphabet], 1<<(8*c.bytes), 0
		for i := range all {
			b := [3]byte{byte(i), byte(i >> 8), byte(i >> 16)}
			if n, _, _ := a.measure(b[:c.bytes]); n >= c.n {
				count++
			}
		}
		if want := tail(a.codes, c.n) * float64(all); float64(count) != want {
			t.Errorf("alphabet %d: %d strings read %d bytes or more, the recurrence says %.1f", c.alphabet, count, c.n, want)
		}
	}
}

// The recurrence against 2·10^7 start positions in random bytes. Neighbouring
// positions are not independent: one run counts at several of them, hence the
// wider margin. It is two-sided: a bound that is too weak fails as well.
func TestRunChanceMonteCarlo(t *testing.T) {
	size := 20_000_000
	if testing.Short() {
		size /= 10
	}
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{2}).Read(b)
	for i := range alphabets() {
		a := &alphabets()[i]
		var reached [32]float64
		for p := range b {
			n, _, _ := a.measure(b[p:min(p+len(reached)+4, len(b))])
			reached[min(n, len(reached)-1)]++
		}
		for n := len(reached) - 2; n > 0; n-- {
			reached[n] += reached[n+1]
			want := float64(size) * tail(a.codes, n)
			if margin := 4*math.Sqrt(8*want) + 8; math.Abs(reached[n]-want) > margin {
				t.Errorf("alphabet %d: %.0f starts read %d bytes or more, want %.0f ± %.0f", i, reached[n], n, want, margin)
			}
		}
	}
}

// The claim itself, for all alphabets and both scores together and without the
// shortest length: at most one run in 2^s start positions scores s.
func TestCalibration(t *testing.T) {
	size := 20_000_000
	if testing.Short() {
		size /= 10
	}
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{3}).Read(b)
	var reached [64]float64
	for l := range numLanes {
		a := &alphabets()[l%numAlphabets]
		if a.unit == 1 && phase(l) == 1 {
			continue
		}
		for p := phase(l); p < size; {
			n, _, best := a.measure(b[p:])
			score := (max(a.chance(n), best) - unionCost) / bit
			reached[min(max(score, 0), len(reached)-1)]++
			if score < 4 {
				n = a.unit
			}
			p += n
		}
	}
	for s := len(reached) - 2; s >= 4; s-- {
		reached[s] += reached[s+1]
		allowed := float64(size) * math.Exp2(float64(-s))
		if reached[s] > allowed+4*math.Sqrt(allowed) {
			t.Errorf("%.0f runs of %d bits or more, %.1f allowed", reached[s], s, allowed)
		}
		if s == 8 && reached[s] < allowed/16 {
			t.Errorf("%.0f runs of 8 bits or more where %.0f are allowed: the score is far too low", reached[s], allowed)
		}
		if s >= 8 && s <= 20 && s%4 == 0 {
			t.Logf("%d bits: %.0f runs, %.1f allowed", s, reached[s], allowed)
		}
	}
}

// Each neighbouring pair in each text passes the filter.
func TestFilterLetsTextPass(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{4}))
	for i := range alphabets() {
		a := &alphabets()[i]
		b := randomText(r, a, 100_000)
		for p := 0; p+1 < len(b); p += a.unit {
			if possiblePairs().impossible[pair(b[p], b[p+1])]&a.flag != 0 {
				t.Fatalf("alphabet %d: text has the neighbours % x, the filter says it has not", i, b[p:p+2])
			}
		}
	}
}

// randomText draws codes of an alphabet, each length equally often, until there are n bytes.
func randomText(r *rand.Rand, a *alphabet, n int) (b []byte) {
	for len(b) < n {
		var code [4]byte
		binary.LittleEndian.PutUint32(code[:], r.Uint32())
		if a.encoding == UTF8 && r.IntN(2) == 0 { // or else four bytes would be too rare to come up
			utf8.EncodeRune(code[:], rune(r.IntN(0x40000)))
		}
		if size, c := a.next(code[:]); c != none && a.codes[size] > 0 {
			b = append(b, code[:size]...)
		}
	}
	return b
}
