package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// The filter goes by words of four bytes, a tile of 64 of them at a time. Of each word it says in which kinds of
// alphabets its bytes may be text, coarsely: it says no only where that is certain. A run of 16 bytes has
// three words in a row inside it and the byte behind them, and one of 16 bytes in two-byte units has the upper bytes
// of all units that begin or end in three words in a row. One of 32 bytes has seven. Of the Latin alphabets of
// UTF-16 eight bytes are reported: there is one word with two upper bytes, which are 0, and two
// lower ones, which are no control characters.
const (
	word      = 4
	tileWords = 64
	tileBytes = tileWords * word
	ahead     = 2 // bytes behind a tile that are looked at with it
	longRun   = 32
)

// kind is a row of the filter: alphabets that it does not tell apart.
type kind uint8

const (
	kindUTF8     kind = iota // and ASCII
	kindShiftJIS             //
	kindEUCJP                //
	kindEven                 // Japanese in UTF-16, the upper bytes at even places
	kindOdd                  // the same at odd places
	kindZeros                // Latin in UTF-16, the upper bytes at either
	numKinds
)

// lanesOf has a bit for each lane that a kind stands for.
var lanesOf = [numKinds]uint16{
	kindUTF8:     1<<inASCII | 1<<inUTF8,
	kindShiftJIS: 1 << inShiftJIS,
	kindEUCJP:    1 << inEUCJP,
	kindEven:     1<<inJapaneseBE | 1<<inJapaneseLE<<numAlphabets,
	kindOdd:      1<<inJapaneseLE | 1<<inJapaneseBE<<numAlphabets,
	kindZeros:    1<<inLatinLE | 1<<inLatinBE | 1<<inLatinLE<<numAlphabets | 1<<inLatinBE<<numAlphabets,
}

// tile has a bit for each word: bytes of it may be text of the kind.
type tile [numKinds]uint64

// sieve has the tiles for what is looked at: words, and those with which three and seven in a row end.
type sieve struct{ words, three, seven tile }

// look goes on to the tile that follows and says whether there is anything in it.
func (s *sieve) look(b *[tileBytes + ahead]byte) bool {
	before := *s
	s.words.look(b)
	any := s.words[kindZeros] // one word is enough
	s.three[kindZeros], s.seven[kindZeros] = any, any
	for k := range kindZeros {
		one, three := s.words[k], before.three[k]
		three1 := one & (one<<1 | before.words[k]>>63) & (one<<2 | before.words[k]>>62)
		s.three[k] = three1
		s.seven[k] = three1 & (three1<<2 | three>>62) & (three1<<4 | three>>60)
		any |= three1
	}
	return any != 0
}

// A rule says of two bytes x, y in a row that they are no text of some kinds: if the upper and the lower
// half of both are in its sets.
type rule struct{ xUpper, xLower, yUpper, yLower string }

const all = "0123456789ABCDEF"

// rules has as many as a byte has bits. That they never forbid what is text is tested for all pairs
// of bytes.
var rules = [8]rule{
	0: {"01", "012345678BCEF", all, all},          // control characters but tab, line feed and carriage return
	1: {"01234567", all, "89AB", all},             // UTF-8: no lead byte before a continuation
	2: {"CDEF", all, "01234567CDEF", all},         // UTF-8: no continuation behind a lead byte
	3: {"01234567ABCDF", all, "ABCDF", all},       // Shift_JIS: a trail byte that leads nothing, and no lead byte before it
	4: {"89", all, all, all},                      // EUC-JP
	5: {"01234567", all, "AF", "9ABCEF"},          // EUC-JP: the same as in Shift_JIS
	6: {"0123ABCDE", "123456789ABCDEF", all, all}, // UTF-16: an upper byte other than 00, 20, 30, 4x to 9x, FF
	7: {"1ABCDEF", "0123456789ABCDE", all, all},
}

// control is the rule that no text has control characters.
const control = 1 << 0

// forbids has the rules of each kind.
var forbids = [...]uint8{
	kindUTF8:     control | 1<<1 | 1<<2,
	kindShiftJIS: control | 1<<3,
	kindEUCJP:    control | 1<<4 | 1<<5,
	kindEven:     1<<6 | 1<<7,
	kindOdd:      1<<6 | 1<<7,
}

// halves are the rules by the half of a byte: a bit for each rule that has it in its set.
// All four together say which rules forbid a pair.
type halves struct{ xUpper, xLower, yUpper, yLower [16]uint8 }

var ruleHalves = func() (h halves) {
	for i, r := range rules {
		for v := range all {
			digit, rule := all[v:v+1], uint8(1)<<i
			for _, half := range []struct {
				set   string
				table *[16]uint8
			}{{r.xUpper, &h.xUpper}, {r.xLower, &h.xLower}, {r.yUpper, &h.yUpper}, {r.yLower, &h.yLower}} {
				if strings.Contains(half.set, digit) {
					half.table[v] |= rule
				}
			}
		}
	}
	return h
}()

func (h *halves) of(x, y byte) uint8 {
	return h.xUpper[x>>4] & h.xLower[x&15] & h.yUpper[y>>4] & h.yLower[y&15]
}

// kindsWithout has for all pairs a bit for each kind that they are not of, of the two in UTF-16 kindEven for both,
// and bit 7 for a control character; index x | y<<8.
var kindsWithout = sync.OnceValue(func() *[1 << 16]uint8 {
	t := new([1 << 16]uint8)
	for i := range t {
		broken := ruleHalves.of(byte(i), byte(i>>8))
		for k := range kindOdd {
			if broken&forbids[k] != 0 {
				t[i] |= 1 << k
			}
		}
		t[i] |= broken & control << 7
	}
	return t
})

// lookGeneric fills a tile from its bytes and those ahead.
func (t *tile) lookGeneric(b *[tileBytes + ahead]byte) {
	const narrow, upper = 1<<kindEven - 1, 1 << kindEven
	pairs := kindsWithout()
	*t = tile{}
	for w := range tileWords {
		c := b[w*word:][:word+1]
		p0, p1, p2, p3 := pairs[pair(c[0], c[1])], pairs[pair(c[1], c[2])], pairs[pair(c[2], c[3])], pairs[pair(c[3], c[4])]
		even, odd := p0|p2, p1|p3
		without := (even|odd)&narrow | alone(c)<<kindEUCJP | even&upper | odd&upper<<1
		switch {
		case c[0]|c[2] == 0 && odd>>7 == 0, c[1]|c[3] == 0 && even>>7 == 0:
			t[kindZeros] |= 1 << w
		case c[0]|c[1]|c[2]|c[3] == 0: // one unit of it at least is 0
			without |= 1<<kindEven | 1<<kindOdd
		}
		for k := range kindZeros {
			t[k] |= uint64(^without>>k&1) << w
		}
	}
}

// alone is 1 where a byte stands between two of ASCII that is none: in EUC-JP such bytes come in pairs.
func alone(c []byte) uint8 {
	one := c[1]&^(c[0]|c[2]) | c[2]&^(c[1]|c[3]) | c[3]&^(c[2]|c[4])
	return one >> 7
}

// pairTable knows of each alphabet which pairs of bytes it has, exactly.
type pairTable struct {
	// impossible has a bit set for each alphabet in which no text contains the two bytes x, y as
	// neighbours (UTF-16: in which they are no unit); index x | y<<8.
	impossible [1 << 16]uint8
	// most is the most that a character of a kind gains of which this is the first byte (UTF-16: the upper byte), or 0.
	most [numKinds][256]int32
}

func pair(x, y byte) uint16 { return uint16(x) | uint16(y)<<8 }

// around gives the stretch about at that is possible in an alphabet, not below
// floor and not further behind at than the shortest run is long.
func (t *pairTable) around(a *alphabet, b []byte, at, floor int) (lo, hi int) {
	lo, hi = at, at
	for lo-a.unit >= floor && t.impossible[pair(b[lo-a.unit], b[lo-a.unit+1])]&a.flag == 0 {
		lo -= a.unit
	}
	for hi < at+a.least && hi+1 < len(b) && t.impossible[pair(b[hi], b[hi+1])]&a.flag == 0 {
		hi += a.unit
	}
	if a.unit == 1 {
		hi++ // the second byte of the last pair
	}
	return lo, hi
}

// possiblePairs is built once and never changed.
var possiblePairs = sync.OnceValue(func() *pairTable {
	t := new(pairTable)
	for i := range alphabets() {
		a, most := &alphabets()[i], new([256]int32)
		if a.unit == 2 {
			t.addUnits(a, most)
		} else {
			t.addNeighbours(a, most)
		}
		for k, lanes := range lanesOf {
			if uint8(lanes|lanes>>numAlphabets)&a.flag != 0 {
				for c := range most {
					t.most[k][c] = max(t.most[k][c], most[c])
				}
			}
		}
	}
	return t
})

func (t *pairTable) addUnits(a *alphabet, most *[256]int32) {
	for i := range t.impossible {
		b := [2]byte{byte(i), byte(i >> 8)}
		_, c := a.next(b[:])
		if c == none {
			t.impossible[i] |= a.flag
			continue
		}
		upper := &most[b[a.upper]]
		*upper = max(*upper, a.gain[c])
	}
}

// addNeighbours goes by which bytes begin a character, which end one, and
// which follow each other inside of one.
func (t *pairTable) addNeighbours(a *alphabet, most *[256]int32) {
	var begins, ends [256]bool
	inside := new([1 << 16]bool)
	for i := range t.impossible {
		x, y := byte(i), byte(i>>8)
		switch size, c := a.next([]byte{x, y}); {
		case a.encoding == UTF8 && x >= 0x80:
			// RFC 3629 §4, coarsely: longer characters are not tried one by one.
			follows := y >= 0x80 && y < 0xC0
			inside[i] = follows && x < 0xF1 && x != 0xC0 && x != 0xC1
			begins[x] = begins[x] || inside[i] && x >= 0xC2
			ends[y] = ends[y] || inside[i]
		case c != none:
			most[x] = max(most[x], a.gain[c])
			if begins[x] = true; size == 1 {
				ends[x] = true
			} else {
				inside[i], ends[y] = true, true
			}
		}
	}
	if a.encoding == UTF8 {
		for r := rune(0x80); r <= 0xFFFF; r++ { // no character of four bytes has a weight
			c := utf8.AppendRune(nil, r)
			most[c[0]] = max(most[c[0]], a.gain[unicodeClass(r)])
		}
	}
	for i := range t.impossible {
		if x, y := byte(i), byte(i>>8); !inside[i] && !(ends[x] && begins[y]) {
			t.impossible[i] |= a.flag
		}
	}
}
