package repeats

import (
	"bytes"
	"encoding/binary"
)

// A buffer of random bytes that is written over and over, as badblocks -w -t random does
// (libext2fs fills one buffer of block size × blocks at once and writes it from end to end), makes a
// medium repeat from sector to sector: everything on it is one unit, laid end to end.

const (
	// MaxPeriod is the longest unit that a Tiler finds. It must come again
	// within what is looked at; a longer one is not told from data that do not repeat.
	MaxPeriod = 4 << 20

	minPeriod = 65 // shorter ones are seen in a sector (entropy.Period)

	// needle is what is looked for a period further on: by chance it never comes again.
	needle = 32

	// mostTries bounds the distances that are tried for one needle.
	mostTries = 64

	// stride is how far apart the places are at which comesAgain looks.
	stride = 2048
)

// Tiler finds the one unit that is repeated in a buffer. It keeps its memory between calls: twice
// the period. The zero value is ready for use, but not by two at once.
type Tiler struct {
	// Bytes are the unit, turned so that Bytes[0] stands at multiples of len(Bytes) on the
	// medium: wherever the buffer was cut out, the same repetition gives the same unit.
	Bytes []byte
	// Match says of each sector whether it is made of the unit at its place.
	Match []bool

	alone  []bool // sectors
	known  []bool // of Bytes
	left   int    // bytes of the unit that are not known yet
	filter [1024]uint64
}

// Sectors are what a buffer is made of, for Tiler.Find: Use says which may belong to a
// repetition, and [Lo, Hi) are those that count.
type Sectors struct {
	Buf    []byte
	Base   int64 // place of Buf[0] on the medium, a multiple of 512
	Use    func(sector int) bool
	Lo, Hi int
}

// Find looks for a unit of 65 bytes to 4 MiB of which all usable sectors that count are made, but for less
// than one period: where a repetition begins or ends, less than a period of it cannot be told from anything
// else. Every byte of a sector that has a neighbour one period away in the buffer must equal that of
// a neighbour; a sector without one is taken as it is, for the unit must be the same
// from buffer to buffer. It is false when not every byte of the unit is known.
//
// Two sectors are tried to begin with, the first and one in the middle, should something
// else stand before the repetition. Uniform bytes have a period by chance with probability below n·256^-512
// for n bytes.
func (u *Tiler) Find(s Sectors) bool {
	for _, i := range []int{s.Lo, (s.Lo + s.Hi) / 2} {
		for i < s.Hi && !s.Use(i) {
			i++
		}
		if i < s.Hi && u.comesAgain(s.Buf[i*sector:]) && u.from(&s, i) {
			return true
		}
	}
	return false
}

// comesAgain says whether anything of the first bytes of b comes again further on. It looks at few
// places: of any 2048 bytes in a row, one stands at a multiple of 2048 one period further on, whatever the period. So the
// first 2048 places are remembered and every 2048th is looked up. It only saves time.
func (u *Tiler) comesAgain(b []byte) bool {
	if len(b) < 2*stride {
		return true
	}
	clear(u.filter[:])
	bit := func(at int) (*uint64, uint64) {
		h := binary.LittleEndian.Uint64(b[at:]) * 0x9E3779B97F4A7C15 >> 48 // Fibonacci hashing
		return &u.filter[h>>6], 1 << (h & 63)
	}
	for at := range stride {
		word, mask := bit(at)
		*word |= mask
	}
	for at := stride; at+8 <= len(b); at += stride {
		if word, mask := bit(at); *word&mask != 0 && bytes.Contains(b[:stride+7], b[at:at+8]) {
			return true
		}
	}
	return false
}

// from tries the distances at which the beginning of sector i comes again. The first at which all
// of the sector does is the period: a multiple of it would leave room for something else.
func (u *Tiler) from(s *Sectors, i int) bool {
	b := s.Buf[i*sector:]
	if len(b) < minPeriod+needle {
		return false
	}
	p := minPeriod - 1
	for range mostTries {
		next := bytes.Index(b[p+1:], b[:needle])
		if next < 0 {
			return false
		}
		if p += 1 + next; p > MaxPeriod {
			return false
		}
		if n := min(sector, len(b)-p); bytes.Equal(b[:n], b[p:p+n]) {
			return u.fits(s, p) && u.assemble(s, p)
		}
	}
	return false
}

// fits fills Match with the sectors that equal a neighbour one period away, and alone with those that have
// none.
func (u *Tiler) fits(s *Sectors, p int) bool {
	n := (len(s.Buf) + sector - 1) / sector
	u.Match, u.alone = cleared(u.Match, n), cleared(u.alone, n)
	odd, any := 0, false
	for i := range n {
		if !s.Use(i) {
			continue
		}
		b, before, behind := sectorOf(s.Buf, i), s.neighbour(i, -p), s.neighbour(i, p)
		switch {
		case before == nil && behind == nil:
			u.alone[i] = true
		case bytes.Equal(b, before) || bytes.Equal(b, behind):
			u.Match[i], any = true, true
		case i >= s.Lo && i < s.Hi:
			if odd += len(b); odd >= p {
				return false
			}
		}
	}
	return any
}

// neighbour is the bytes so far from a sector, if all of them may belong to the repetition.
func (s *Sectors) neighbour(i, distance int) []byte {
	lo := i*sector + distance
	hi := lo + len(sectorOf(s.Buf, i))
	if lo < 0 || hi > len(s.Buf) || !s.Use(lo/sector) || !s.Use((hi-1)/sector) {
		return nil
	}
	return s.Buf[lo:hi]
}

// assemble puts the unit together: from the sectors that matched, then from those that had no neighbour.
// What does not fit the unit does not match.
func (u *Tiler) assemble(s *Sectors, p int) bool {
	u.left = p
	u.Bytes, u.known = cleared(u.Bytes, p), cleared(u.known, p)
	for _, list := range [][]bool{u.Match, u.alone} {
		for i, listed := range list {
			if listed {
				u.Match[i] = u.lay(sectorOf(s.Buf, i), int((s.Base+int64(i*sector))%int64(p)))
			}
		}
	}
	return u.left == 0 && u.odd(s) < p
}

// odd is how many bytes that count are not of the unit.
func (u *Tiler) odd(s *Sectors) (n int) {
	for i := s.Lo; i < s.Hi; i++ {
		if s.Use(i) && !u.Match[i] {
			n += len(sectorOf(s.Buf, i))
		}
	}
	return n
}

// lay puts bytes at a place of the unit. It is false where others stand there already.
func (u *Tiler) lay(b []byte, at int) bool {
	k := at
	for _, c := range b {
		if u.known[k] && u.Bytes[k] != c {
			return false
		}
		if k++; k == len(u.Bytes) {
			k = 0
		}
	}
	if u.left == 0 {
		return true
	}
	for k = at; len(b) > 0; k = 0 {
		n := min(len(b), len(u.Bytes)-k)
		copy(u.Bytes[k:], b[:n])
		for j := k; j < k+n; j++ {
			if !u.known[j] {
				u.known[j] = true
				u.left--
			}
		}
		b = b[n:]
	}
	return true
}
