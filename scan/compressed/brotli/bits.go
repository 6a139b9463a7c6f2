package brotli

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

// bitReader reads bits. Behind the last it gives zeros, and has ended.
type bitReader struct {
	b  []byte
	at int // in bits
}

func (r *bitReader) ended() bool { return r.at > 8*len(r.b) }

// take is the next n bits as a number, at most 57.
func (r *bitReader) take(n int) int {
	v := bitstream.Low(r.b, r.at) & (1<<n - 1)
	r.at += n
	return int(v)
}

const (
	maxLength  = 15
	maxSymbols = 704 // of commands
	fastBits   = 9
)

// code is a prefix code: words of one length are numbered in the order of their symbols,
// behind all shorter ones, and stand in the stream from their highest bit on (§3.2).
type code struct {
	size    int // of the alphabet
	lengths [maxSymbols]uint8
	only    int // the one symbol, of a word without bits; -1: there are more
	sorted  [maxSymbols]uint16
	most    [maxLength + 1]uint32 // the first word behind those of a length, at 15 bits
	offset  [maxLength + 1]int32  // of a length's words in sorted
	fast    [1 << fastBits]uint16 // symbol and length of words that short; 0: longer
}

// build makes what read needs from the lengths of a complete code.
func (k *code) build() {
	var first [maxLength + 2]int // of a length's words in sorted; of the next length's where they are counted
	for _, l := range k.lengths[:k.size] {
		first[l+1]++
	}
	first[1] = 0
	word := uint32(0)
	for l := 1; l <= maxLength; l++ {
		k.offset[l] = int32(first[l]) - int32(word>>(maxLength-l))
		word += uint32(first[l+1]) << (maxLength - l)
		k.most[l] = word
		first[l+1] += first[l]
	}
	for s, l := range k.lengths[:k.size] {
		if l > 0 {
			k.sorted[first[l]] = uint16(s)
			first[l]++
		}
	}
}

// hasten makes what next needs besides: it pays where many words are read.
func (k *code) hasten() {
	if k.only >= 0 {
		return
	}
	for i := range k.fast {
		k.fast[i] = 0
		if s, l := k.slow(uint16(i)); l <= fastBits {
			k.fast[i] = s<<4 | l
		}
	}
}

// slow is the symbol whose word bits begin with, and the word's length.
func (k *code) slow(w uint16) (symbol, length uint16) {
	word := uint32(bits.Reverse16(w) >> 1)
	l := 1
	for l < maxLength && word >= k.most[l] {
		l++
	}
	return k.sorted[int32(word>>(maxLength-l))+k.offset[l]], uint16(l)
}

// read passes a word and gives its symbol.
func (k *code) read(r *bitReader) int {
	if k.only >= 0 {
		return k.only
	}
	s, l := k.slow(uint16(bitstream.Low(r.b, r.at)))
	r.at += int(l)
	return int(s)
}

// next is the same, of a code that was hastened.
func (k *code) next(r *bitReader) int {
	if k.only >= 0 {
		return k.only
	}
	w := bitstream.Low(r.b, r.at)
	if f := k.fast[w&(1<<fastBits-1)]; f != 0 {
		r.at += int(f & 15)
		return int(f >> 4)
	}
	return k.read(r)
}
