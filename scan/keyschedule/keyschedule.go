// Package keyschedule finds the round keys of AES: what a program that encrypts keeps in
// memory, and with it memory images, swap, hibernation files and crash dumps. Who has them has
// the key, for they begin (for decryption: end) with it.
//
// # What is there to see
//
// FIPS 197 §5.2 makes of a key of Nk = 4, 6 or 8 words of 32 bits a schedule of 44, 52 or 60
// words w:
//
//	w[i] = w[i-Nk] ^ w[i-1]                                  in general,
//	w[i] = w[i-Nk] ^ SubWord(RotWord(w[i-1])) ^ Rcon[i/Nk]   where Nk divides i,
//	w[i] = w[i-Nk] ^ SubWord(w[i-1])                         where Nk = 8 and i mod 8 = 4.
//
// Any Nk words in a row give all others: 160, 184 or 208 of 176, 208 or 240 bytes say
// nothing new. Programs keep a schedule in several ways (layouts): as it is; for decryption,
// with InvMixColumns over all rounds but the first and the last (§5.3.5), the rounds in
// order (Bouncy Castle) or from last to first (OpenSSL, Linux, Mbed TLS, Go); and words of
// either byte order. XTS has two schedules, one behind the other or not: each is found by itself.
//
// # The bound
//
// A start position is the byte at which a schedule would begin, be it before the buffer.
// There, one of 9 layouts in 2 byte orders is read, and a stretch of words i in a row that are what the
// formula says. Given the Nk words before a stretch each word in it is determined, and
// uniform bytes are that with probability 2^-32: n words by 2^-32n. With the choices of layout,
// order and where the stretch begins, of which there are fewer than 2^10 (a test counts them), by the union bound
//
//	P(a stretch of n words or more at a start position) ≤ 2^(10-32n),
//
// so it is worth 32n - 10 bits.
//
// # How it is searched
//
// In the general case a byte is the XOR of two others whose distances depend on the layout alone,
// not on where words begin: with b[q] ^ b[q-4] = b[q+d], whole rounds of a schedule are stretches of
// 12 bytes (8 in one layout) in which that holds for one of six distances d. Four bytes every 9 bytes fall into each stretch of
// 12. Uniform bytes pass for 6·2^-32 of them; then every schedule that covers them is tried.
//
// Left out: what keeps the schedule in another form (bit slices, the vector permutations of
// OpenSSL without AES-NI); Serpent, Twofish, Camellia and SM4.
package keyschedule

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

// layout is a way to keep a schedule.
type layout struct {
	key      int  // words of the key, Nk
	reversed bool // rounds from the last to the first
	inverse  bool // InvMixColumns over the rounds between
	distance int  // d, above
}

var layouts = [...]layout{
	{key: 4, distance: -16},
	{key: 6, distance: -24},
	{key: 8, distance: -32},
	{key: 4, inverse: true, distance: -16},
	{key: 6, inverse: true, distance: -24},
	{key: 8, inverse: true, distance: -32},
	{key: 4, reversed: true, inverse: true, distance: 16},
	{key: 6, reversed: true, inverse: true, distance: 8}, // in the upper half of a round
	{key: 8, reversed: true, inverse: true, distance: 32},
}

const (
	choiceBits = 10 // of layout, byte order, first word
	wordBits   = 32

	stride = 9 // of 12 bytes in a row, four that begin at a multiple of it
	reach  = 32

	// Work on crafted input: so many words are tried for each stretch of the buffer. What passes for a
	// schedule at more places than that is not looked at, which costs power only.
	stretch      = 64 << 10
	stretchTries = stretch / 4
)

// rounds are those of the cipher: the schedule has one more (FIPS 197 §5, figure 4).
func (l *layout) rounds() int { return l.key + 6 }

// words are those of the schedule.
func (l *layout) words() int { return 4 * (l.rounds() + 1) }

// Finder finds schedules. The zero value is ready; it is for one goroutine.
type Finder struct {
	b     []byte
	tries int // that are left in this stretch
	tried int // in all
}

// Find calls report for each stretch of a schedule that has the bits that are needed. Start and
// End are what of it was seen.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.b, f.tries, f.tried = b, 0, 0
	refill, done := 0, 0
	for q := 4; ; q += stride {
		var d int
		if q, d = f.next(q); q < 0 {
			break
		}
		if q >= refill {
			f.tries, refill = stretchTries, q+stretch
		}
		if o, ok := f.at(q, d, need); ok && o.End > done {
			report(o)
			done = o.End
			q = max(q, o.End-stride)
		}
	}
	f.b = nil
}

// next is the next place from q on where four bytes are the XOR of others at one of the distances, and
// that distance; -1: there is none.
func (f *Finder) next(q int) (at, distance int) {
	b := f.b
	for ; q < reach; q += stride { // at the ends not every distance lies within
		if d := f.alone(q); d != 0 {
			return q, d
		}
	}
	for ; q+reach+4 <= len(b); q += stride {
		w := (*[2*reach + 4]byte)(b[q-reach:])
		x := binary.LittleEndian.Uint32(w[reach:]) ^ binary.LittleEndian.Uint32(w[reach-4:])
		if x == binary.LittleEndian.Uint32(w[reach-16:]) || x == binary.LittleEndian.Uint32(w[reach-24:]) ||
			x == binary.LittleEndian.Uint32(w[reach-32:]) || x == binary.LittleEndian.Uint32(w[reach+8:]) ||
			x == binary.LittleEndian.Uint32(w[reach+16:]) || x == binary.LittleEndian.Uint32(w[reach+32:]) {
			if d := f.alone(q); d != 0 {
				return q, d
			}
		}
	}
	for ; q+4 <= len(b); q += stride {
		if d := f.alone(q); d != 0 {
			return q, d
		}
	}
	return -1, 0
}

// alone is the first distance at which the four bytes at q are the XOR of others; 0: none. Zeros and what
// is there twice are that all the time, round keys next to never.
func (f *Finder) alone(q int) int {
	v, before := f.load(q), f.load(q-4)
	if v == 0 || before == 0 || v == before {
		return 0
	}
	for _, d := range [...]int{-16, -24, -32, 8, 16, 32} {
		if f.has(q+d) && f.load(q+d) == v^before {
			return d
		}
	}
	return 0
}

func (f *Finder) has(at int) bool { return at >= 0 && at+4 <= len(f.b) }

// load is the four bytes at an offset, the first lowest; 0 where they are not all there.
func (f *Finder) load(at int) uint32 {
	if !f.has(at) {
		return 0
	}
	return binary.LittleEndian.Uint32(f.b[at:])
}

// at tries every schedule that covers the four bytes at q.
func (f *Finder) at(q, distance int, need float64) (proof.Observation, bool) {
	for i := range layouts {
		l := &layouts[i]
		if l.distance != distance {
			continue
		}
		for start := q + 4 - 4*l.words(); start <= q && f.tries > 0; start++ {
			for _, swapped := range [...]bool{false, true} {
				s := schedule{f, l, start, swapped}
				if o, ok := s.around((q-start)/4, need); ok {
					return o, true
				}
			}
		}
	}
	return proof.Observation{}, false
}

// schedule is one that may begin at a place.
type schedule struct {
	f       *Finder
	l       *layout
	start   int
	swapped bool // the bytes of each word
}

// around looks for the stretch of words about the one that is kept at a place of the schedule.
// It begins with a word that Nk divides: that one tells the rounds apart.
func (s schedule) around(place int, need float64) (proof.Observation, bool) {
	i := s.order(place) / s.l.key * s.l.key
	if !s.fits(i) {
		return proof.Observation{}, false
	}
	lo, hi := i, i+1
	for s.fits(lo - 1) {
		lo--
	}
	for s.fits(hi) {
		hi++
	}
	bits := wordBits*float64(hi-lo) - choiceBits
	return s.observation(lo-s.l.key, hi, bits), bits >= need
}

// order is the number of the word that is kept at a place, and the other way round.
func (s schedule) order(i int) int {
	if s.l.reversed {
		return i&3 | (s.l.rounds()-i>>2)<<2
	}
	return i
}

// fits says whether word i is there, and what the words before it say.
func (s schedule) fits(i int) bool {
	s.f.tries--
	s.f.tried++
	k := s.l.key
	if i < k || i >= s.l.words() || !s.has(i) || !s.has(i-1) || !s.has(i-k) {
		return false
	}
	last := s.word(i - 1)
	switch {
	case i%k == 0:
		last = subWord(bits.RotateLeft32(last, -8)) ^ uint32(rcon[i/k])
	case k == 8 && i%8 == 4:
		last = subWord(last)
	}
	return s.word(i) == s.word(i-k)^last
}

func (s schedule) offset(i int) int { return s.start + 4*s.order(i) }
func (s schedule) has(i int) bool   { return s.f.has(s.offset(i)) }

// word is word i of the schedule, its first byte lowest.
func (s schedule) word(i int) uint32 {
	w := s.f.load(s.offset(i))
	if s.swapped {
		w = bits.ReverseBytes32(w)
	}
	if round := i / 4; s.l.inverse && round > 0 && round < s.l.rounds() {
		w = mixColumn(w)
	}
	return w
}

// observation is of the words [lo, hi).
func (s schedule) observation(lo, hi int, bits float64) proof.Observation {
	kind := "aes-128-key-schedule"
	switch s.l.key {
	case 6:
		kind = "aes-192-key-schedule"
	case 8:
		kind = "aes-256-key-schedule"
	}
	o := proof.Observation{Kind: kind, Start: len(s.f.b), Bits: bits, Keys: true,
		Detail: fmt.Sprintf("%d of %d words", hi-lo, s.l.words())}
	for i := lo; i < hi; i++ {
		if s.has(i) {
			o.Start, o.End = min(o.Start, s.offset(i)), max(o.End, s.offset(i)+4)
		}
	}
	return o
}
