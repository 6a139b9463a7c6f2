package lzma

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

// What containers have beside the chunks: the .xz file format 1.2.0, §2.1 to §4.

// blockBefore is the block header of xz that ends where a chunk begins, and what it proves:
// size 8 bits, flags 4, one filter LZMA2 18.6, CRC 32; less the choice of its size. Where
// there is none it is the chunk itself, with nothing proven.
func blockBefore(b []byte, at int) (start int, bits float64) {
	for words := 2; words <= maxBlockHeader/4; words++ {
		start := at - 4*words
		if start < 0 {
			break
		}
		if int(b[start]) != words-1 || !isBlockHeader(b[start:at]) {
			continue
		}
		return start, 8 + 4 + 16 + math.Log2(256./41) + 32 - math.Log2(maxBlockHeader/4-1)
	}
	return at, 0
}

// maxBlockHeader is the longest that is looked for: both sizes and one filter need 28.
const maxBlockHeader = 64

// isBlockHeader (§3.1): size, flags, sizes as they say, filters, zeros, CRC-32. A last filter that is
// not LZMA2, or more than one, costs more than it is worth: BCJ filters come first.
func isBlockHeader(h []byte) bool {
	body := h[:len(h)-4]
	if h[1]&0x3c != 0 || crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(h[len(h)-4:]) {
		return false
	}
	for i := len(body) - 3; i >= 2; i-- {
		if body[i] == 0x21 && body[i+1] == 1 && body[i+2] <= 40 {
			return true
		}
		if body[i+2] != 0 {
			break // what is behind the filter is zero
		}
	}
	return false
}

// parts looks for what has a 00 at a known place.
func (f *Finder) parts(at int) {
	b := f.b
	switch {
	case at >= 5 && b[at-1] == 'Z' && b[at-2] == 'X':
		f.streamHeader(at - 5)
	case at >= 8 && at+4 <= len(b) && b[at+2] == 'Y' && b[at+3] == 'Z':
		f.streamFooter(at - 8)
	}
}

// isCheck has the types of check that are in use (§2.1.1.2).
func isCheck(c byte) bool { return c == 0 || c == 1 || c == 4 || c == 10 }

// streamHeader (§2.1.1): magic 48, flags 8 + 6, CRC 32.
func (f *Finder) streamHeader(start int) {
	b := f.b[start:]
	if len(b) < 12 || string(b[:6]) != "\xfd7zXZ\x00" || b[6] != 0 || !isCheck(b[7]) || crc32.ChecksumIEEE(b[6:8]) != binary.LittleEndian.Uint32(b[8:]) {
		return
	}
	f.part("xz-header", start, start+12, 48+8+6+32)
}

// streamFooter (§2.1.2): CRC 32, backward size below 4 MiB 12, flags 8 + 6, magic 16; and the
// index (§4) that ends before it, if it is there: its first byte 8, its CRC 32.
func (f *Finder) streamFooter(start int) {
	b := f.b[start : start+12]
	words := binary.LittleEndian.Uint32(b[4:])
	if words >= 1<<20 || !isCheck(b[9]) || crc32.ChecksumIEEE(b[4:10]) != binary.LittleEndian.Uint32(b) {
		return
	}
	bits := 32. + 12 + 8 + 6 + 16
	from := start - 4*int(words+1)
	if f.steps -= int(words / 64); from >= 0 && f.steps > 0 && f.b[from] == 0 &&
		crc32.ChecksumIEEE(f.b[from:start-4]) == binary.LittleEndian.Uint32(f.b[start-4:]) {
		f.part("xz-index", from, start+12, bits+8+32)
		return
	}
	f.part("xz-index", start, start+12, bits)
}

// part reports what has proven so many bits, if that is enough.
func (f *Finder) part(kind string, start, end int, bits float64) {
	if bits -= partShare; bits >= f.need {
		f.emit(proof.Observation{Kind: kind, Start: start, End: end, Bits: bits})
	}
}
