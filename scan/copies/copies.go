// Package copies notices that the same ciphertext stands at two places of a medium, however far
// apart. Within a page that is package repeats'; here a sample of all units of 16 bytes is
// remembered: those whose digest is among the least. What XTS, CBC or CTR leave behind does not
// repeat; what does is a copy of ciphertext (a journal, a snapshot, a mirror) or of a cipher that used
// a tweak or a key stream twice (dm-crypt's "plain" numbers sectors modulo 2^32), or a buffer that was written over
// and over. Nobody can tell which by looking.
//
// # The bound
//
// N units that are independent and uniform make N(N-1)/2 pairs, each equal with probability 2^-128, and
// which digests are the least does not depend on which are equal: a pair is among the Most of N with
// probability Most/N. So P(any copy is seen) ≤ N·Most·2^-129: below 2^-71 on 100 TB.
//
// # The power
//
// Of so many different units that come again, each is remembered with probability Most/N. A copy of C
// bytes on a medium of S bytes is noticed with probability 1 - (1 - 16·Most/S)^(C/16) ≈ 1 - exp(-16384·C/S): nine times in ten
// if it is a seven-thousandth of the medium, 140 MB of 1 TB.
package copies

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Unit is how many bytes are compared, at multiples of it: the block of AES.
const Unit = 16

// Most is how many units are remembered.
const Most = 1 << 14

// Digest is the first half of the SHA-256 of a unit. What a checkpoint holds tells nothing of it.
type Digest [Unit]byte

// Mark is a unit that may be remembered.
type Mark struct {
	Digest Digest
	At     int64 // place on the medium
}

// Chooser picks units by their own bytes, so that equal ones are all picked or none is: some four times as many as are
// remembered, whatever the size of the medium. That is cheap, and digests are for few.
type Chooser struct {
	shift int
}

// For a medium of so many bytes.
func For(size int64) Chooser {
	thin := bits.Len64(uint64(max(0, size)/Unit/(4*Most))) - 1
	return Chooser{64 - max(0, thin)}
}

// Choose adds the units of b, which starts at a multiple of 16 bytes of the medium, that are picked.
func (c Chooser) Choose(marks []Mark, b []byte, at int64) []Mark {
	for ; len(b) >= Unit; b, at = b[Unit:], at+Unit {
		// Two multiplications by odd numbers (of splitmix64): of equal bytes the same, of random ones random.
		h := (binary.LittleEndian.Uint64(b)*0x9E3779B97F4A7C15 ^ binary.LittleEndian.Uint64(b[8:])) * 0xBF58476D1CE4E5B9
		if h>>c.shift != 0 {
			continue
		}
		sum := sha256.Sum256(b[:Unit])
		marks = append(marks, Mark{Digest(sum[:Unit]), at})
	}
	return marks
}

// Places are those of one unit.
type Places struct {
	First, Last int64
	Count       uint32 // as many as there are, or all that can be counted
}

// Sketch is what is remembered: of all marks that were added, those with the least digests. It is the
// same in whatever order they came. The zero value is one of nothing.
type Sketch struct {
	places map[Digest]Places
}

// Add takes marks. No place may come twice.
func (s *Sketch) Add(marks []Mark) {
	if s.places == nil {
		s.places = map[Digest]Places{}
	}
	for _, m := range marks {
		p, known := s.places[m.Digest]
		if !known {
			p = Places{m.At, m.At, 0}
		}
		p.First, p.Last = min(p.First, m.At), max(p.Last, m.At)
		p.Count = max(p.Count, p.Count+1)
		s.places[m.Digest] = p
	}
	if len(s.places) > 2*Most {
		s.forget()
	}
}

// forget keeps the least. What it forgets is never among them again.
func (s *Sketch) forget() {
	if len(s.places) <= Most {
		return
	}
	for _, d := range s.digests()[Most:] {
		delete(s.places, d)
	}
}

func (s *Sketch) digests() []Digest {
	list := make([]Digest, 0, len(s.places))
	for d := range s.places {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	return list
}

// Copies is what a sketch says.
type Copies struct {
	Units      int   // that are remembered
	Again      int   // of these, those that stand at more than one place
	First, Two int64 // the first place of one of them, and the last of the same
}

// fewestPeriods is how often a buffer must be there to be told from two copies of something
// (docs/decisions/0014-long-patterns.md).
const fewestPeriods = 4

// Copies says how many of the units that are remembered come again. Where all do, at one distance, the medium is
// one buffer written over and over: that is no copy of anything.
func (s *Sketch) Copies() Copies {
	s.forget()
	c := Copies{Units: len(s.places)}
	period, tiled := int64(0), true
	for _, d := range s.digests() {
		p := s.places[d]
		if p.Count < fewestPeriods {
			tiled = false
		}
		if p.Count < 2 {
			continue
		}
		if c.Again == 0 || cmp.Or(cmp.Compare(p.First, c.First), cmp.Compare(p.Last, c.Two)) < 0 {
			c.First, c.Two = p.First, p.Last
		}
		c.Again++
		step := (p.Last - p.First) / int64(p.Count-1)
		tiled = tiled && (period == 0 || step == period) && step*int64(p.Count-1) == p.Last-p.First
		period = step
	}
	if tiled {
		return Copies{Units: c.Units}
	}
	return c
}
