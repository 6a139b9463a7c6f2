package text

import (
	"math"
	"slices"
	"sync"
)

// class sorts characters by how they are used. A class serves twice: it has a
// weight in the language model, and [Mask] shows it in place of the character.
type class uint8

const (
	none        class = iota // not a character of the alphabet
	space                    // U+0020
	common                   // the letters e t a o i n s h r d l
	rare                     // the other small letters a to z
	upper                    // A to Z
	digit                    // 0 to 9
	punctuation              // the other printable ASCII characters
	lineEnd                  // tab, line feed, carriage return
	hiragana                 //
	katakana                 // with the prolonged sound mark ー
	kanji                    // JIS X 0208 level 1; CJK unified ideographs in Unicode
	kanji2                   // JIS X 0208 level 2
	stop                     // 、 and 。
	wideDigit                // ０ to ９
	wideLetter               // Ａ to Ｚ, ａ to ｚ
	symbol                   // 「 ・ ① and so on
	latin                    // À to ɏ
	alphabetic               // Greek and Cyrillic
	other                    // not weighted: only the run chance counts it
	numClasses
)

// alphabet is a set of characters, their codes and their weights.
type alphabet struct {
	encoding Encoding
	flag     uint8 // its bit in the table of pairs
	unit     int   // bytes: characters start at multiples of it within a run
	upper    int   // which byte of a unit of two is the upper one
	least    int   // bytes: shorter runs are not reported
	// selfSync says that no character starts inside of another (UTF-16: at the
	// same phase), which is not so in Shift_JIS and EUC-JP.
	selfSync bool
	// next reads one character: its bytes and class; none if there is none.
	next  func(b []byte) (int, class)
	codes [5]int            // how many codes have 1, 2, 3, 4 bytes
	gain  [numClasses]int32 // log2(Q/P) of a character of the class, in 1/256 bit
	ascii [0x80]int32       // gain of each character of ASCII
	// surprise[n] is -log2 T(n), in 1/256 bit.
	surprise []int32
}

// share is the weight of a class: the part of a text that its characters are,
// how many codes it has, and their length.
type share struct {
	class  class
	codes  int
	bytes  int
	weight float64
}

const (
	numAlphabets = 8
	numLanes     = 2 * numAlphabets // alphabet + numAlphabets × phase
)

// The alphabets by number: bits in the table of pairs.
const (
	inASCII = iota
	inUTF8
	inShiftJIS
	inEUCJP
	inJapaneseLE
	inJapaneseBE
	inLatinLE
	inLatinBE
)

func phase(lane int) int { return lane / numAlphabets }

// alphabets is built once and never changed. The numbers of codes are those of
// the standards named in chars.go; the tests count them again.
var alphabets = sync.OnceValue(func() *[numAlphabets]alphabet {
	jis := slices.Concat(englishShares(1, .25), japaneseShares(2, .73, 83, 87, 2965, 259), []share{
		{kanji2, 3390, 2, .01}, {alphabetic, 114, 2, .01}})
	utf8Shares := slices.Concat(englishShares(1, .40), japaneseShares(3, .54, 86, 91, 20992, 195), []share{
		{latin, 400, 2, .04}, {alphabetic, 448, 2, .02}})
	wide := slices.Concat(englishShares(2, .25), japaneseShares(2, .75, 86, 91, 20992, 195))
	western := append(englishShares(2, .98), share{latin, 64, 2, .02})
	all := [numAlphabets]alphabet{
		inASCII:      build(ASCII, 1, 16, nextASCII, [5]int{1: 98}, englishShares(1, 1)),
		inUTF8:       build(UTF8, 1, 16, nextUTF8, [5]int{1: 98, 2: 1888, 3: 55006, 4: 196602}, utf8Shares),
		inShiftJIS:   build(ShiftJIS, 1, 16, nextShiftJIS, [5]int{1: 98, 2: 6962}, jis),
		inEUCJP:      build(EUCJP, 1, 16, nextEUCJP, [5]int{1: 98, 2: 6962}, jis),
		inJapaneseLE: build(UTF16LE, 2, 16, nextJapaneseLE, [5]int{2: 21526}, wide),
		inJapaneseBE: build(UTF16BE, 2, 16, nextJapaneseBE, [5]int{2: 21526}, wide),
		inLatinLE:    build(UTF16LE, 2, 8, nextLatinLE, [5]int{2: 194}, western),
		inLatinBE:    build(UTF16BE, 2, 8, nextLatinBE, [5]int{2: 194}, western),
	}
	for i := range all {
		all[i].flag = 1 << i
		all[i].selfSync = i != inShiftJIS && i != inEUCJP
		if all[i].encoding == UTF16LE {
			all[i].upper = 1
		}
	}
	return &all
})

// englishShares shares out a weight among ASCII characters of so many bytes each.
func englishShares(bytes int, of float64) []share {
	return []share{
		{space, 1, bytes, .14 * of}, {common, 11, bytes, .44 * of}, {rare, 15, bytes, .16 * of},
		{upper, 26, bytes, .07 * of}, {digit, 10, bytes, .08 * of},
		{punctuation, 32, bytes, .09 * of}, {lineEnd, 3, bytes, .02 * of},
	}
}

// japaneseShares shares out a weight among Japanese characters; the sizes of four
// classes differ between JIS X 0208 and Unicode.
func japaneseShares(bytes int, of float64, hira, kata, kan, sym int) []share {
	return []share{
		{hiragana, hira, bytes, .46 * of}, {katakana, kata, bytes, .12 * of}, {kanji, kan, bytes, .30 * of},
		{stop, 2, bytes, .06 * of}, {wideDigit, 10, bytes, .01 * of}, {wideLetter, 52, bytes, .01 * of},
		{symbol, sym, bytes, .04 * of},
	}
}

// noCharacter is what bytes gain that are none of the alphabet.
const noCharacter = math.MinInt32

func build(e Encoding, unit, least int, next func([]byte) (int, class), codes [5]int, shares []share) alphabet {
	a := alphabet{encoding: e, unit: unit, least: least, next: next, codes: codes}
	for c := range a.gain {
		a.gain[c] = math.MinInt16 // worse than any weight: the product starts anew
	}
	for _, s := range shares {
		a.gain[s.class] = int32(math.Floor((math.Log2(s.weight/float64(s.codes)) + 8*float64(s.bytes)) * bit))
	}
	a.gain[none] = noCharacter
	for c := range a.ascii {
		a.ascii[c] = a.gain[asciiClass(byte(c))]
	}
	a.surprise = surprise(codes)
	return a
}

// surprise tabulates -log2 T(n) until it passes the cap. It goes by the ratios
// r(n) = T(n)/T(n-1), which stay near one value where T itself underflows:
//
//	r(n) = p_1 + p_2/r(n-1) + p_3/(r(n-1)·r(n-2)) + p_4/(r(n-1)·r(n-2)·r(n-3))
func surprise(codes [5]int) []int32 {
	var p [5]float64
	for k := range p {
		p[k] = float64(codes[k]) / math.Pow(256, float64(k))
	}
	r1, r2, r3 := 1.0, 1.0, 1.0 // r(n-1), r(n-2), r(n-3)
	s, table := 0.0, []int32{0}
	for s < MaxBits+unionCost/bit {
		r := p[1] + p[2]/r1 + p[3]/(r1*r2) + p[4]/(r1*r2*r3)
		s -= math.Log2(r)
		r1, r2, r3 = r, r1, r2
		// Rounding errors of the sum are below 1e-9: the margin is generous.
		table = append(table, int32(math.Floor((s-1e-6)*bit)))
	}
	return table
}

// chance scores a run of n bytes by its length alone.
func (a *alphabet) chance(n int) int {
	return int(a.surprise[min(n, len(a.surprise)-1)])
}

// measure reads from b[0] as far as the alphabet goes: bytes, characters, and
// the highest log2 product of Q/P over any stretch of characters on the way.
func (a *alphabet) measure(b []byte) (n, chars, best int) {
	product := 0
	for n < len(b) {
		size, gain := 1, int32(0)
		if a.unit == 1 && b[n] < 0x80 { // the same in all of them: saves the call
			gain = a.ascii[b[n]]
		} else {
			var c class
			size, c = a.next(b[n:])
			gain = a.gain[c]
		}
		if gain == noCharacter {
			break
		}
		n += size
		chars++
		product = max(product, 0) + int(gain)
		best = max(best, product)
	}
	return n, chars, best
}
