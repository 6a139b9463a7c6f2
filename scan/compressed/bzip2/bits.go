package bzip2

import "shokyo.dev/shokyo/scan/compressed/bitstream"

// bitReader reads bits from the highest of each byte on. Behind the last it gives zeros,
// and has ended.
type bitReader struct {
	b     []byte
	at    int // in bits
	ended bool
}

// peek is the next bits, at least 57, from the highest on.
func (r *bitReader) peek() uint64 { return bitstream.High(r.b, r.at) }

func (r *bitReader) skip(n int) { r.to(r.at + n) }

func (r *bitReader) to(at int) { r.at, r.ended = at, at > 8*len(r.b) }

// take is the next n bits as a number, at most 57.
func (r *bitReader) take(n int) uint64 {
	v := r.peek() >> (64 - n)
	r.skip(n)
	return v
}

// code is a canonical Huffman code: words of one length are numbered in the order of
// their symbols, behind all shorter ones.
type code struct {
	lengths [maxSymbols]uint8
	sorted  [maxSymbols]uint16    // symbols by length
	most    [maxLength + 1]uint32 // the first word behind those of a length, at 20 bits
	offset  [maxLength + 1]int32  // of a length's words in sorted
	fast    [1 << fastBits]uint16 // symbol and length of words that short; 0: longer
}

const fastBits = 10

// build says whether the lengths of the first n symbols make a complete code, as every
// encoder writes it.
func (k *code) build(n int) bool {
	var count [maxLength + 1]uint32
	for _, l := range k.lengths[:n] {
		count[l]++
	}
	word, first := uint32(0), int32(0)
	for l := 1; l <= maxLength; l++ {
		k.offset[l] = first - int32(word>>(maxLength-l))
		word += count[l] << (maxLength - l)
		first += int32(count[l])
		k.most[l] = word
	}
	if word != 1<<maxLength {
		return false
	}
	k.sort(n)
	return true
}

func (k *code) sort(n int) {
	i := 0
	for l := uint8(1); l <= maxLength; l++ {
		for s, has := range k.lengths[:n] {
			if has == l {
				k.sorted[i] = uint16(s)
				i++
			}
		}
	}
	for i := range k.fast {
		k.fast[i] = 0
		if s, l := k.slow(uint32(i) << (maxLength - fastBits)); l <= fastBits {
			k.fast[i] = s<<5 | l
		}
	}
}

// slow is the symbol whose word 20 bits begin with, and the word's length.
func (k *code) slow(w uint32) (symbol, length uint16) {
	l := 1
	for w >= k.most[l] {
		l++
	}
	return k.sorted[int32(w>>(maxLength-l))+k.offset[l]], uint16(l)
}

// group passes the symbols that one selector is for, and says whether the one that ends the
// block was among them.
func (k *code) group(r *bitReader, last int) bool {
	w, have, at := uint64(0), 0, r.at
	defer func() { r.to(at) }()
	for range groupSize {
		if have < maxLength {
			w, have = bitstream.High(r.b, at), 57
		}
		f := k.fast[w>>(64-fastBits)]
		if f == 0 {
			s, l := k.slow(uint32(w >> (64 - maxLength)))
			f = s<<5 | l
		}
		l := int(f & 31)
		w, have, at = w<<l, have-l, at+l
		if int(f>>5) == last {
			return true
		}
	}
	return false
}
