// Package pairs finds the places at which one of a few pairs of bytes may stand: the cheap question before the dear one.
package pairs

import (
	"math/bits"
	"slices"
)

// Product is a set of pairs: those of a first and a second byte, each with one of some lower and one of some upper halves.
type Product struct{ first, second halves }

// halves are the values that the lower and the upper four bits of a byte may have, a bit each.
type halves struct{ lower, upper uint16 }

// Of is the smallest product that has all of these first bytes before all of these second ones; no second bytes: any may follow.
func Of(firsts, seconds []byte) Product {
	p := Product{first: halvesOf(firsts), second: halvesOf(seconds)}
	if len(seconds) == 0 {
		p.second = halves{0xffff, 0xffff}
	}
	return p
}

// Range is the bytes from lo to hi.
func Range(lo, hi byte) (list []byte) {
	for c := int(lo); c <= int(hi); c++ {
		list = append(list, byte(c))
	}
	return list
}

func halvesOf(list []byte) (h halves) {
	for _, c := range list {
		h.lower |= 1 << (c & 15)
		h.upper |= 1 << (c >> 4)
	}
	return h
}

// Set is up to eight products.
type Set struct {
	// A bit for each product, by the lower and the upper half of the first byte, then those of the second.
	halves [4][16]byte
	// The same by bytes.
	first, second [256]byte
}

// New is the set of some products.
func New(products ...Product) *Set {
	if len(products) > 8 {
		panic("pairs: more than eight products")
	}
	s := new(Set)
	for i, p := range products {
		for k, half := range [...]uint16{p.first.lower, p.first.upper, p.second.lower, p.second.upper} {
			for v := range 16 {
				s.halves[k][v] |= byte(half>>v&1) << i
			}
		}
	}
	for c := range 256 {
		s.first[c] = s.halves[0][c&15] & s.halves[1][c>>4]
		s.second[c] = s.halves[2][c&15] & s.halves[3][c>>4]
	}
	return s
}

// Has says whether one of its products has a pair.
func (s *Set) Has(first, second byte) bool { return s.first[first]&s.second[second] != 0 }

const (
	step  = 64 // bytes that are asked for a word of marks
	batch = 16 // words of marks that are made at once
	few   = 3  // places that are taken from a word without asking whether there are so many
)

// Append adds the places in [lo, hi) at which a pair stands, in ascending order. Its second byte may be at hi, but lies in b.
func (s *Set) Append(list []int, b []byte, lo, hi int) []int {
	hi = min(hi, len(b)-1)
	var marks [batch]uint64
	for lo+step <= hi {
		n := min(batch, (hi-lo)/step)
		s.mark(b[lo:], marks[:n])
		list = places(list, marks[:n], lo)
		lo += n * step
	}
	for ; lo < hi; lo++ {
		if s.Has(b[lo], b[lo+1]) {
			list = append(list, lo)
		}
	}
	return list
}

// places adds those that are marked from lo on. How many there are in a word is added up and not branched on: of random bytes a
// processor foresees it badly.
func places(list []int, marks []uint64, lo int) []int {
	n := len(list)
	list = slices.Grow(list, step*len(marks)+few)[:n+step*len(marks)+few]
	for i, m := range marks {
		at := lo + step*i
		first, more := (*[few]int)(list[n:]), n+few
		n += bits.OnesCount64(m)
		for k := range first {
			first[k] = at + bits.TrailingZeros64(m)
			m &= m - 1
		}
		for ; m != 0; m &= m - 1 {
			list[more] = at + bits.TrailingZeros64(m)
			more++
		}
	}
	return list[:n]
}

// markGeneric marks the pairs that begin in each 64 bytes, a bit each, the first lowest. One byte more is read.
func (s *Set) markGeneric(b []byte, marks []uint64) {
	for i := range marks {
		x := (*[step + 1]byte)(b[step*i:])
		m := uint64(0)
		for k := range step {
			if s.Has(x[k], x[k+1]) {
				m |= 1 << k
			}
		}
		marks[i] = m
	}
}
