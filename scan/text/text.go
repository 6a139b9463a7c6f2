// Package text finds printable runs: stretches of bytes that are text in ASCII,
// UTF-8, UTF-16, Shift_JIS or EUC-JP.
//
// # What is measured
//
// An alphabet is a set of characters with their codes (alphabet.go lists the
// eight of them). No code begins another one, so from a given byte there is at
// most one way to read: character by character until a byte does not fit. That
// reading is a run. Random bytes give short runs all the time; the question is
// how long, or how much like language, a run has to be to be no accident. Two
// answers are computed, each a score s in bits with P(score ≥ s) ≤ 2^-s for one
// given start position in uniform random bytes.
//
// The run chance. Let p_k be the chance that k random bytes are a character of
// k bytes: the number of such codes / 256^k. The chance T(n) that the run from
// a given byte covers at least n bytes obeys
//
//	T(n) = Σ_k p_k T(n-k),   T(n) = 1 for n ≤ 0
//
// because the first character has some length k and what follows it is
// independent of it. This is exact. A run of n bytes scores -log2 T(n). It asks
// for no language: passwords, Base64 and tables of figures count in full.
//
// The language ratio. Give each character c of the alphabet a weight Q(c), the
// weights summing to 1 or less: what share of a Japanese or English text it is.
// A character of k bytes has the chance P(c) = 256^-k in random bytes. Reading
// on from a fixed byte, multiply Q(c)/P(c) for each character, and set the
// product to 0 where the reading ends. On random bytes the expected factor is
// Σ_c P(c)·Q(c)/P(c) = Σ_c Q(c) ≤ 1, whatever was read before: the product is a
// non-negative supermartingale that starts at 1. Ville's inequality (Ville
// 1939; it is Markov's inequality at the best moment to stop) gives
// P(the product ever reaches 2^s) ≤ 2^-s. So the best prefix may be chosen
// after looking, at no cost. A run scores log2 of the highest product of any
// stretch of characters in it, which is the score of the start position where
// that stretch begins. The weights need not be true, only fixed beforehand:
// wrong ones cost power, never the bound. They are coarse on purpose (classes
// of characters: hiragana, kanji, common small letters, …).
//
// Eight alphabets and two scores are 16 ways to raise an alarm at one start
// position. By the union bound (Bonferroni, equal weights) [Run.Bits] is the
// better score minus log2 16 = 4 bits. B bytes have B start positions, so
//
//	P(a run with Bits ≥ s in B uniform random bytes) ≤ B × 2^-s
//
// and for a block of B bytes log2 B is to be subtracted once more. A part of a
// run, cut at characters, is a run with the same claim. All arithmetic on scores
// is in units of 1/256 bit, rounded down.
//
// # How it is searched
//
// Reading every alphabet from every byte is the definition, and the tests do
// just that. Find gives the same answer faster: no run shorter than 16 bytes is
// reported (8 in the Latin alphabets of UTF-16), so each holds three words of four bytes, starting at a
// multiple of four, in which every pair of neighbouring bytes can occur in the alphabet. A few rules
// answer that for all alphabets at once, coarsely (filter.go). Around what they let pass the pairs are looked at
// exactly, and only where there are enough is anything read.
package text

import (
	"math"
	"math/bits"
)

// Encoding is how characters are written as bytes.
type Encoding uint8

const (
	Unknown Encoding = iota
	ASCII
	UTF8
	UTF16LE
	UTF16BE
	ShiftJIS
	EUCJP
)

// NumEncodings is how many there are, Unknown among them.
const NumEncodings = int(EUCJP) + 1

func (e Encoding) String() string {
	return [...]string{"unknown", "ascii", "utf-8", "utf-16le", "utf-16be", "shift_jis", "euc-jp"}[e]
}

// Run is a stretch of bytes that is text.
type Run struct {
	Start, End int // b[Start:End]
	Encoding   Encoding
	Chars      int
	// Bits is the strength: in B uniform random bytes a run this strong comes
	// up with probability at most B × 2^-Bits. At most MaxBits.
	Bits float64
}

// MaxBits caps [Run.Bits]: longer runs prove nothing more.
const MaxBits = 9999

// Scores are held in units of 1/256 bit.
const (
	bit       = 256
	unionCost = 4 * bit // log2(8 alphabets × 2 scores)
	capScore  = MaxBits * bit
)

// Finder finds text. The zero value is ready; it keeps scratch memory between
// calls and is for one goroutine. It holds what overlaps only: a few hundred
// bytes on ciphertext, on hostile input at most some 10 bytes per byte searched.
type Finder struct {
	alphabets *[numAlphabets]alphabet
	pairs     *pairTable
	b         []byte
	min       int // score that a run must reach
	emit      func(Run)
	lanes     [numLanes]lane
	open      int // end of the furthest run that is queued
	sieve     sieve
	anyLong   [numKinds]bool // longRun bytes are enough for a run, whatever they are
	last      [tileBytes + ahead]byte
}

// lane is the search for one alphabet at one phase. Codes of two-byte units
// have two phases (units at even and at odd positions), all others one.
type lane struct {
	next  int              // the first start position not yet tried
	seen  [len(shades)]int // ends of the runs of which it was asked whether it lies in their shadow
	weak  [2]weakRun       // the last that were read, where characters start inside of others
	queue []span
	head  int
}

// span is a run of one lane.
type span struct {
	start, end, chars, score int
	lane                     int
}

// Find calls emit for the text in b, in ascending order and without overlap.
// Where readings overlap the strongest is reported (ASCII or UTF-8 if that says
// practically the same, see better), and of the others what lies outside of it,
// as far as that still has minBits.
func (f *Finder) Find(b []byte, minBits float64, emit func(Run)) {
	f.begin(b, minBits, emit)
	defer f.end()
	f.sieve = sieve{}
	for base := 0; base < len(b); base += tileBytes {
		// A run yet to be found has its third or seventh word in this tile or later, so it starts behind
		// the seventh word before it: nothing queued that ends there can overlap it.
		if f.open > 0 && f.open <= base-7*word {
			f.settle()
		}
		if f.sieve.look(f.tileAt(base)) {
			for k := range numKinds {
				f.explore(k, base)
			}
		}
	}
	f.settle()
}

// tileAt gives the bytes of a tile, with zeros where there are no more.
func (f *Finder) tileAt(base int) *[tileBytes + ahead]byte {
	if rest := f.b[base:]; len(rest) < len(f.last) {
		clear(f.last[copy(f.last[:], rest):])
		return &f.last
	}
	return (*[tileBytes + ahead]byte)(f.b[base:])
}

func (f *Finder) alphabet(lane int) *alphabet { return &f.alphabets[lane%numAlphabets] }

func (f *Finder) begin(b []byte, minBits float64, emit func(Run)) {
	f.alphabets, f.pairs = alphabets(), possiblePairs()
	f.b, f.emit, f.open = b, emit, 0
	f.min = int(math.Ceil(min(max(minBits, 0), MaxBits) * bit))
	for l := range f.lanes {
		f.lanes[l] = lane{next: phase(l), queue: f.lanes[l].queue[:0]}
	}
	for k, lanes := range lanesOf {
		f.anyLong[k] = false
		for ; lanes != 0; lanes &= lanes - 1 {
			a := f.alphabet(bits.TrailingZeros16(lanes))
			f.anyLong[k] = f.anyLong[k] || a.chance(longRun) >= f.min+unionCost
		}
	}
}

// end forgets the caller's memory.
func (f *Finder) end() { f.b, f.emit = nil, nil }

// explore reads where words of a tile that begins at base may be text of a kind.
func (f *Finder) explore(k kind, base int) {
	if k != kindZeros {
		base -= 2 * word // the first of three words
	}
	for words := f.sieve.three[k]; words != 0; {
		w := bits.TrailingZeros64(words)
		words &= words - 1
		at := base + w*word
		if f.sieve.seven[k]>>w&1 == 0 && !f.gains(k, at) {
			continue
		}
		next := len(f.b)
		for lanes := lanesOf[k]; lanes != 0; lanes &= lanes - 1 {
			l := bits.TrailingZeros16(lanes)
			f.try(k, l, at+phase(l))
			next = min(next, f.lanes[l].next)
		}
		words &= math.MaxUint64 << (max(0, next-1-base) / word) // before it nothing would be tried
	}
}

// gains says whether a run of less than longRun bytes that starts less than a word before at, or there, can be strong
// enough: were each of its bytes the first of the best character that it can be. Where there are no bytes
// to either side it says yes.
func (f *Finder) gains(k kind, at int) bool {
	if f.anyLong[k] || at < word || len(f.b) < at+longRun+word {
		return true
	}
	most, sum := &f.pairs.most[k], int32(0)
	for b := f.b[at-word : at+longRun+word]; len(b) >= 8; b = b[8:] {
		sum += most[b[0]] + most[b[1]] + most[b[2]] + most[b[3]] + most[b[4]] + most[b[5]] + most[b[6]] + most[b[7]]
	}
	return int(sum) >= f.min+unionCost
}

// try looks for a run that starts at or before at and covers it.
func (f *Finder) try(k kind, l, at int) {
	ln, a := &f.lanes[l], f.alphabet(l)
	if at < ln.next || at+a.unit > len(f.b) {
		return
	}
	if s, ok := f.shadowed(k, l, at); ok {
		ln.next = s.end + (s.end-phase(l))%a.unit
		return
	}
	lo, hi := f.pairs.around(a, f.b, at, ln.next)
	for ln.next = lo; ln.next <= at && ln.next+a.least <= hi; {
		if !a.selfSync && f.hopeless(ln, a, ln.next) {
			ln.next += a.unit
			continue
		}
		f.step(l)
	}
	ln.next = max(ln.next, at+a.unit)
}

// step reads from the next start position of a lane: past the run, if there is
// one, or to the next start position.
func (f *Finder) step(l int) {
	ln, a := &f.lanes[l], f.alphabet(l)
	s, best, ok := f.readBest(l, ln.next, len(f.b))
	switch {
	case ok:
	case a.selfSync: // what starts at a character of a weak run is weaker, and none starts inside of another
		ln.next = s.end + a.unit
		return
	default:
		ln.remember(s.start, s.end, best)
		ln.next += a.unit
		return
	}
	ln.queue = append(ln.queue, s)
	ln.next = s.end
	f.open = max(f.open, s.end)
}

// read is the run of lane l from start, at most up to limit, if it is strong enough.
func (f *Finder) read(l, start, limit int) (span, bool) {
	s, _, ok := f.readBest(l, start, limit)
	return s, ok
}

// readBest is read with what the language ratio says of the run.
func (f *Finder) readBest(l, start, limit int) (s span, best int, ok bool) {
	a := f.alphabet(l)
	n, chars, best := a.measure(f.b[start:limit])
	score := min(max(a.chance(n), best)-unionCost, capScore)
	return span{start, start + n, chars, score, l}, best, n >= a.least && score >= f.min
}
