// Package repeats finds 16-byte units that occur more than once. What they mean is another question:
// 16 bytes is the block of AES, and two equal ones are the mark of encryption without chaining
// or tweak (ECB: equal plaintext gives equal ciphertext, NIST SP 800-38A §6.1), of a tweak
// that was used twice, and of tables, padding and copies in plain data. What XTS, CBC or CTR
// leave behind does not repeat.
//
// # The bound
//
// N independent uniform units make C(N, 2) = N(N-1)/2 pairs, and each is equal with probability
// 2^-128. By the union bound
//
//	P(any repeat among N units) ≤ C(N, 2) · 2^-128,
//
// so that a single repeat is worth 128 - log2 C(N, 2) bits: 93 for 4 MiB, where N = 2^18. Only
// units at multiples of 16 bytes are looked at: block ciphers start where sectors do.
package repeats

import (
	"encoding/binary"
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Unit is how many bytes are compared.
const Unit = 16

const (
	sector  = 512
	minBits = 12 // log2 of the smallest filter
)

// Bits is the score of one repeat among so many units: P(any repeat) ≤ 2^-Bits on uniform bytes.
// 0 where there is no pair.
func Bits(units int) float64 {
	if units < 2 {
		return 0
	}
	n := float64(units)
	return max(0, 128-(math.Log2(n)+math.Log2(n-1)-1))
}

// Finder holds the tables of one worker and keeps them between calls: 2.5 MiB for 4 MiB of random input,
// twice that with a margin around them, at most 8 MiB if every unit looks like a repeat. The
// zero value is ready for use, but not by two at once.
//
// Two passes. The first puts the hash of each unit into a filter of 32 to 64 bits per unit; where a
// bit is there already, the group of 64 bits around it is noted. Of random units this
// happens to one in sixty. The second pass enters the units whose hash lies in a noted group, few
// as they are, into a table where all 16 bytes are compared. Equal units have equal
// hashes, so all of them come that far, whatever the hash function: the result is exact and
// does not depend on it.
//
// What depends on it is the time. The function is drawn at random from a universal family (see
// hash), so that data crafted to collide collide no more often than others. All units of a stretch are
// hashed before the filter is asked: then its cache misses wait for nothing but each other.
type Finder struct {
	key     [5]uint64
	shift   int      // hash >> shift is a bit of the filter
	hashes  []uint32 // by unit
	filter  []uint64 // by group of 64 hashes: which of them occur
	noted   []uint64 // bitmap of the groups where a hash came again
	heads   []uint32 // by hash: 1 + index in entries of the last entry of a chain; 0 ends it
	entries []entry
	repeats []uint64 // bitmap of the units that repeat
}

// entry is one unit in the table of the second pass.
type entry struct {
	hash uint32
	unit uint32
	next uint32 // as in Finder.heads
}

// Find calls emit once for every unit of b that occurs more than once, the first
// occurrence included, with its offset in b, in ascending order. Sectors (of 512 bytes) for which skip is
// true are not entered; a nil skip enters all. A last piece shorter than a unit is
// not looked at.
func (f *Finder) Find(b []byte, skip func(sector int) bool, emit func(off int)) {
	units := len(b) / Unit
	if units < 2 {
		return
	}
	f.prepare(units)
	if !f.note(b, skip) {
		return
	}
	f.compare(b, skip)
	for i, word := range f.repeats {
		for ; word != 0; word &= word - 1 {
			emit((i*64 + bits.TrailingZeros64(word)) * Unit)
		}
	}
}

// prepare sizes and clears the tables for so many units.
func (f *Finder) prepare(units int) {
	if f.key == ([5]uint64{}) {
		for i := range f.key {
			f.key[i] = rand.Uint64() // seeded by the operating system
		}
	}
	size := min(max(minBits, bits.Len(uint(units-1))+5), 32)
	f.shift = 32 - size
	f.hashes = slices.Grow(f.hashes[:0], units)[:units]
	f.filter = cleared(f.filter, 1<<(size-6))
	f.noted = cleared(f.noted, 1<<(size-12))
	f.repeats = cleared(f.repeats, (units+63)/64)
	f.heads = cleared(f.heads, 1<<(size-6))
	f.entries = f.entries[:0]
}

// cleared is a slice of n zeros, made of s if that is long enough.
func cleared[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// entered gives the stretches of whole units [from, to) whose sectors are not skipped.
func entered(b []byte, skip func(sector int) bool) iter.Seq2[int, int] {
	const perSector = sector / Unit
	units := len(b) / Unit
	return func(yield func(int, int) bool) {
		for from := 0; from < units; {
			to := from
			for to < units && (skip == nil || !skip(to/perSector)) {
				to += perSector
			}
			if from < to && !yield(from, min(to, units)) {
				return
			}
			from = to + perSector // the sector at to is skipped
		}
	}
}

// hash is Multilinear: k4 + Σ k_i·x_i mod 2^64 over the four 32-bit words of a unit. With random
// keys its upper 32 bits are strongly universal (Lemire and Kaser, "Strongly universal
// string hashing is fast", The Computer Journal 57(11), 2014, §3): two different units agree in the upper n
// ≤ 32 bits with probability 2^-n, so the expected length of a chain is what it is for random data.
func (f *Finder) hash(lo, hi uint64) uint32 {
	k := &f.key
	h := k[4] + k[0]*(lo&math.MaxUint32) + k[1]*(lo>>32) + k[2]*(hi&math.MaxUint32) + k[3]*(hi>>32)
	return uint32(h >> 32)
}

// note is the first pass: it says whether any group was noted.
func (f *Finder) note(b []byte, skip func(int) bool) (any bool) {
	shift := uint(f.shift)
	for from, to := range entered(b, skip) {
		hashes := f.hashes[from:to]
		for i := range hashes {
			hashes[i] = f.hash(load(b[(from+i)*Unit:]))
		}
		for _, h := range hashes {
			h >>= shift & 31
			group, bit := h>>6, uint64(1)<<(h&63)
			was := f.filter[group]
			f.filter[group] = was | bit
			if was&bit != 0 {
				f.noted[group>>6] |= 1 << (group & 63)
				any = true
			}
		}
	}
	return any
}

// compare is the second pass. Units are listed before they are entered: that has no branch which random bytes would have
// mispredicted, and the cache misses of the table wait for nothing but each other.
func (f *Finder) compare(b []byte, skip func(int) bool) {
	var list [1024]uint32
	shift := uint(f.shift) + 6
	for from, to := range entered(b, skip) {
		for ; from < to; from += len(list) {
			n := 0
			for i, h := range f.hashes[from:min(from+len(list), to)] {
				group := h >> (shift & 31)
				list[n&(len(list)-1)] = uint32(from + i)
				n += int(f.noted[group>>6] >> (group & 63) & 1)
			}
			for _, unit := range list[:n] {
				h := f.hashes[unit]
				f.enter(b, int(unit), h, h>>(shift&31))
			}
		}
	}
}

// enter marks a unit as a repeat, and with it the earlier unit that it equals, or else puts
// it into the table.
func (f *Finder) enter(b []byte, unit int, hash, group uint32) {
	for i := f.heads[group]; i != 0; i = f.entries[i-1].next {
		e := &f.entries[i-1]
		if e.hash != hash {
			continue
		}
		if [Unit]byte(b[int(e.unit)*Unit:]) == [Unit]byte(b[unit*Unit:]) {
			f.mark(unit)
			f.mark(int(e.unit))
			return
		}
	}
	f.entries = append(f.entries, entry{hash, uint32(unit), f.heads[group]})
	f.heads[group] = uint32(len(f.entries))
}

func (f *Finder) mark(unit int) { f.repeats[unit/64] |= 1 << (unit % 64) }

func sectorOf(b []byte, s int) []byte { return b[s*sector : min((s+1)*sector, len(b))] }

func load(b []byte) (lo, hi uint64) {
	_ = b[Unit-1]
	return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
}
