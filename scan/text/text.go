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
// reported (8 in the Latin alphabets of UTF-16), so each holds a window of 9
// bytes, starting at a multiple of 8, in which every pair of neighbouring bytes
// can occur in the alphabet. One table answers that for all alphabets at once
// (filter.go), and only around such windows is anything read.
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
}

// lane is the search for one alphabet at one phase. Codes of two-byte units
// have two phases (units at even and at odd positions), all others one.
type lane struct {
	next  int // the first start position not yet tried
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
	for w, hot := f.pairs.nextWindow(b, 0); hot != 0; w, hot = f.pairs.nextWindow(b, w+window) {
		// A run yet to be found has its first window here or later, so it
		// starts behind w - window: nothing queued can overlap it.
		if f.open > 0 && w-window >= f.open {
			f.settle()
		}
		f.explore(hot, w)
	}
	f.settle()
}

func (f *Finder) alphabet(lane int) *alphabet { return &f.alphabets[lane%numAlphabets] }

func (f *Finder) begin(b []byte, minBits float64, emit func(Run)) {
	f.alphabets, f.pairs = alphabets(), possiblePairs()
	f.b, f.emit, f.open = b, emit, 0
	f.min = int(math.Ceil(min(max(minBits, 0), MaxBits) * bit))
	for l := range f.lanes {
		f.lanes[l] = lane{next: phase(l), queue: f.lanes[l].queue[:0]}
	}
}

// end forgets the caller's memory.
func (f *Finder) end() { f.b, f.emit = nil, nil }

// explore reads around the window at w in the lanes where it is possible text.
func (f *Finder) explore(hot uint16, w int) {
	for ; hot != 0; hot &= hot - 1 {
		l := bits.TrailingZeros16(hot)
		f.try(l, w+phase(l))
		if f.alphabet(l).least < 2*window { // either half of the window may be the one
			f.try(l, w+window/2+phase(l))
		}
	}
}

// try looks for a run that starts at or before at and covers it.
func (f *Finder) try(l, at int) {
	ln, a := &f.lanes[l], f.alphabet(l)
	if at < ln.next {
		return
	}
	lo, hi := f.pairs.around(a, f.b, at, ln.next)
	for ln.next = lo; ln.next <= at && ln.next+a.least <= hi; {
		f.step(l)
	}
	ln.next = max(ln.next, at+a.unit)
}

// step reads from the next start position of a lane: past the run, if there is
// one, or to the next start position.
func (f *Finder) step(l int) {
	ln, a := &f.lanes[l], f.alphabet(l)
	s, ok := f.read(l, ln.next, len(f.b))
	if !ok {
		// What starts at a character of a weak run is weaker. Where no character
		// starts inside of another, that settles all of the run.
		ln.next += a.unit
		if a.selfSync {
			ln.next = s.end + a.unit
		}
		return
	}
	ln.queue = append(ln.queue, s)
	ln.next = s.end
	f.open = max(f.open, s.end)
}

// read is the run of lane l from start, at most up to limit, if it is strong enough.
func (f *Finder) read(l, start, limit int) (span, bool) {
	a := f.alphabet(l)
	n, chars, best := a.measure(f.b[start:limit])
	score := min(max(a.chance(n), best)-unionCost, capScore)
	return span{start, start + n, chars, score, l}, n >= a.least && score >= f.min
}
