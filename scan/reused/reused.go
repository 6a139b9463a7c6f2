// Package reused finds ciphertext whose keystream was used more than once: a stream cipher that
// begins anew in each sector or extent, and XOR with a short key.
//
// # What is there to see
//
// Two plaintexts P and Q under one keystream K are P^K and Q^K, and their XOR is P^Q: what the key was falls out ("two-time pad";
// it is why a pair of key and counter must never come again, NIST SP 800-38A, appendix B). Each of them is uniform; P^Q
// is as little uniform as plaintext is. A key of p bytes, over and over, has the same keystream p bytes further on, and 2p.
//
// Of P^Q only the highest bit of each byte is looked at. In text of any encoding, figures and zeros it is the same
// in most bytes of P and Q; of programs it is in 55 to 65 of 100. Where P or Q is compressed it says nothing,
// and nothing else does.
//
// # The bound
//
// Take a distance d and n pairs of bytes at that distance. The pairs are links of chains and never of a circle, so the
// XORs of uniform bytes over them are independent and uniform: n fair coins, of which k fall on 1, and
//
//	E = 2^n / ((n+1) · C(n, k)),
//
// the likelihood of all biases in equal weight (∫ p^k (1-p)^(n-k) dp) against that of a fair coin, has mean 1: P(log2 E ≥ s) ≤
// 2^-s (Markov). A block makes that test for each distance and has its part in those of the 64 KiB and
// the 1 MiB around it: fewer than 2^8 tests, 8 bits.
//
// # How it is searched
//
// The highest bits of 64 bytes are a word; a distance is a shift, and the ones are counted. Of the words every fourth
// is looked at.
package reused

import (
	"encoding/binary"
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	// The longest short key, in bytes. A shorter one comes again at a multiple of its length: half of the distances are
	// enough.
	mostPeriod = 64
	periods    = mostPeriod / 2
	// Units in which a keystream may begin anew: powers of two from a sector to half a page.
	leastUnit, mostUnit = 512, 2 << 20
	units               = 13

	distances = periods + units
	testBits  = 8

	wordBytes = 64
	every     = 4

	// MaxBits caps the score.
	MaxBits = 9999
)

// Finder keeps its memory between calls. The zero value is ready; it is for one goroutine.
type Finder struct {
	plane []uint64 // the highest bits, of 64 bytes a word
	block counts
	sums  [len(around)]counts
	quiet []int // where the blocks begin that raised no alarm
	found []found
}

// found is a block, and what it resembles: nothing that is listed, where End is 0.
type found struct{ block, other proof.Observation }

// around are the stretches that are tested together besides a block.
var around = [...]int{64 << 10, 1 << 20}

// counts are the pairs at each distance, and those whose highest bits differ.
type counts [distances]struct{ pairs, ones int32 }

// distance is that of a number: 33 to 64 bytes, then powers of two.
func distance(i int) int {
	if i < periods {
		return mostPeriod - periods + 1 + i
	}
	return leastUnit << (i - periods)
}

// Span is a buffer with the part [Lo, Hi) that is looked at. Use says of a stretch that all of it is data of which nothing is known.
type Span struct {
	Buf    []byte
	Base   int64 // of Buf[0] on the medium, a multiple of 512
	Lo, Hi int
	Block  int // bytes of a block, a multiple of 512
	Use    func(lo, hi int) bool
}

// Find calls report for every block that resembles what lies a distance behind it, with what lies there where it is no
// neighbour; an other that ends at 0 is none. The bits are
// those of the block, or of the 64 KiB or the 1 MiB around it.
func (f *Finder) Find(v Span, need float64, report func(block, other proof.Observation)) {
	f.extract(v.Buf)
	f.sums, f.found, f.quiet = [len(around)]counts{}, f.found[:0], f.quiet[:0]
	var first [len(around)]int
	for i := range first {
		first[i] = v.Lo
	}
	for lo := v.Lo; lo < v.Hi; {
		hi := v.end(lo, v.Block)
		if v.Use(lo, hi) {
			f.testBlock(&v, lo, hi, need)
		}
		lo = hi
		for i, size := range around {
			if lo >= v.end(first[i], size) {
				f.testAround(&v, i, first[i], need)
				first[i] = lo
			}
		}
	}
	for _, x := range f.found {
		report(x.block, x.other)
	}
}

// end is where the unit of so many bytes on the medium ends that has the byte at an offset.
func (v *Span) end(at, unit int) int {
	return min(v.Hi, at+unit-int((v.Base+int64(at))%int64(unit)))
}

// extract gathers the highest bits: byte i of eight goes to bit i.
func (f *Finder) extract(b []byte) {
	const high, gather = 0x8080808080808080, 0x0002040810204081
	f.plane = f.plane[:0]
	for ; len(b) >= wordBytes; b = b[wordBytes:] {
		w := uint64(0)
		for i := 0; i < wordBytes; i += 8 {
			w |= binary.LittleEndian.Uint64(b[i:]) & high * gather >> 56 << i
		}
		f.plane = append(f.plane, w)
	}
}

// count fills block with what [lo, hi) has, and adds it to the sum.
func (f *Finder) count(v *Span, lo, hi int) {
	f.block = counts{}
	first, last := lo/wordBytes, hi/wordBytes
	for w := first; w+1 < last; w += every {
		word, next := f.plane[w], f.plane[w+1]
		for i := range periods - 1 {
			d := uint(distance(i))
			f.block[i].ones += int32(bits.OnesCount64(word ^ (word>>(d&63) | next<<(-d&63))))
		}
		f.block[periods-1].ones += int32(bits.OnesCount64(word ^ next))
	}
	for i := range periods {
		f.block[i].pairs = int32((last - first) / every * wordBytes)
	}
	for i := periods; i < distances; i++ {
		c, behind := &f.block[i], distance(i)
		if hi+behind > len(v.Buf) || !v.Use(lo+behind, hi+behind) {
			continue
		}
		for w := first; w < last; w += every {
			c.ones += int32(bits.OnesCount64(f.plane[w] ^ f.plane[w+behind/wordBytes]))
			c.pairs += wordBytes
		}
	}
}

func (c *counts) add(o *counts) {
	for i := range c {
		c[i].ones += o[i].ones
		c[i].pairs += o[i].pairs
	}
}

// testBlock keeps a block and what it resembles, or adds it to what is around it. On uniform bytes nothing is left out of a sum
// before the first false alarm.
func (f *Finder) testBlock(v *Span, lo, hi int, need float64) {
	f.count(v, lo, hi)
	o, i := f.block.strongest()
	if o.Bits < need {
		f.sums[0].add(&f.block)
		f.quiet = append(f.quiet, lo)
		return
	}
	o.Start, o.End = lo, hi
	x := found{block: o}
	if d := distance(i); d >= hi-lo && lo+d < v.Hi { // what is nearer is of blocks that are tested themselves
		o.Start, o.End = lo+d, min(hi+d, v.Hi)
		x.other = o
	}
	f.found = append(f.found, x)
}

// testAround tests a sum, that of the quiet blocks from lo on. Of these it keeps the ones that lean the way the sum does; without an
// alarm the sum goes into the next.
func (f *Finder) testAround(v *Span, level, lo int, need float64) {
	sum := f.sums[level]
	f.sums[level] = counts{}
	o, i := sum.strongest()
	if o.Bits < need {
		if level+1 < len(f.sums) {
			f.sums[level+1].add(&sum)
		}
		return
	}
	for n := len(f.quiet); n > 0 && f.quiet[n-1] >= lo; n-- {
		o.Start, o.End = f.quiet[n-1], v.end(f.quiet[n-1], v.Block)
		f.quiet = f.quiet[:n-1]
		if f.count(v, o.Start, o.End); f.block.leans(i)*sum.leans(i) > 1 {
			f.found = append(f.found, found{block: o})
		}
	}
}

// leans is how far the coins of a distance are from half and half, in standard deviations.
func (c *counts) leans(i int) float64 {
	n := float64(c[i].pairs)
	return (float64(2*c[i].ones) - n) / math.Sqrt(max(n, 1))
}

// strongest is what is claimed: the most bits of any distance, and the shortest distance that has half of them, for
// what comes again after 64 bytes does after 512.
func (c *counts) strongest() (o proof.Observation, at int) {
	best := 0.0
	for i := range c {
		best = max(best, c.score(i))
	}
	for best > 0 && c.score(at) < best/2 {
		at++
	}
	o = proof.Observation{Kind: "repeating-key-xor", Bits: min(best-testBits, MaxBits)}
	if distance(at) >= leastUnit {
		o.Kind = "reused-keystream"
	}
	return o, at
}

func (c *counts) score(i int) float64 { return score(int(c[i].pairs), int(c[i].ones)) }

// score is log2 E of k ones in n coins.
func score(n, k int) float64 {
	if odd := 2*k - n; odd*odd <= 9*n {
		return 0 // three standard deviations are worth little: in most blocks nothing is computed
	}
	return float64(n) - math.Log2(float64(n+1)) - (logFactorial(n)-logFactorial(k)-logFactorial(n-k))/math.Ln2
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n + 1))
	return v
}
