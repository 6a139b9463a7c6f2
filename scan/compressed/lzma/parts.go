package lzma

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

// What containers have beside the chunks: the .xz file format 1.2.0, §2.1 to §4; 7z, lzip, LZMA alone; the end of RAR.

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

// parts looks for what has a 00 at a known place. Nearly always it is nothing: the byte before says so.
func (f *Finder) parts(at int) {
	b := f.b
	if at+3 < len(b) && b[at+2] == 'Y' && b[at+3] == 'Z' {
		f.streamFooter(at - 8)
	}
	if at+2 < len(b) && b[at+1] == folderStart[1] && b[at+2] == folderStart[2] {
		f.folder(at)
	}
	if at >= 6 && b[at-2] == 1 && b[at-3] == 'P' {
		f.member(at - 6)
	}
	if at == 0 {
		return
	}
	switch b[at-1] {
	case 'Z':
		f.streamHeader(at - 5)
	case 0x5d:
		f.alone(at - 1)
	case rarEnd[6]:
		if bytes.HasSuffix(b[:at+1], []byte(rarEnd)) {
			f.part("rar-end", at+1-len(rarEnd), at+1, 8*float64(len(rarEnd)))
		}
	}
}

// rarEnd is the last block of a RAR 5 archive of one volume, with its CRC-32.
const rarEnd = "\x1d\x77\x56\x51\x03\x05\x04\x00"

// member is the header of a member of lzip (its manual, File format): magic and version 40 bits, dictionary
// size 0.9, the range coder's first byte 8; and where another member ends before it, data and member
// size of less than 2^40, 48.
func (f *Finder) member(start int) {
	b := f.b
	if start < 0 || string(b[start:start+5]) != "LZIP\x01" || !isLzipSize(b[start+5]) {
		return
	}
	from, bits := start, 40+math.Log2(256./lzipSizes)+8
	if t := start - 20; t >= 0 && proof.AllZero(b[t+9:t+12]) && proof.AllZero(b[t+17:t+20]) {
		from, bits = t, bits+48
	}
	f.opened("lzip-member", from, start+6, bits)
}

// opened is a header behind which a stream of LZMA with the usual properties begins: what that proves comes to it.
func (f *Finder) opened(kind string, start, at int, bits float64) {
	end := at + 1
	if more, read := f.proven(f.b[at:], usualProperties); more > 0 {
		bits, end = bits+more, at+read
	}
	f.part(kind, start, end, bits)
}

// isLzipSize says that a byte is the size of a dictionary, 2^n with n from 12 to 29 less up to seven 16ths of it, and no
// less than 4 KiB. There are lzipSizes.
func isLzipSize(c byte) bool { n := c & 31; return n >= 12 && n <= 29 && (n > 12 || c>>5 == 0) }

const lzipSizes = 17*8 + 1

// alone is the header of LZMA_alone (lzma-file-format.txt): properties 8 bits, dictionary size 27, size unknown 63 or
// below 2^36 27, the range coder's first byte 8.
func (f *Finder) alone(start int) {
	b := f.b[start:]
	if len(b) < 14 || b[13] != 0 || !isAloneSize(binary.LittleEndian.Uint32(b[1:])) {
		return
	}
	bits := 8 + 32 - math.Log2(aloneSizes) + 8 - 1
	switch size := binary.LittleEndian.Uint64(b[5:]); {
	case size == math.MaxUint64:
		bits += 64
	case size > 0 && size < 1<<36:
		bits += 28
	default:
		return
	}
	f.opened("lzma", start, start+13, bits)
}

// isAloneSize says that a dictionary size is 2^n or 2^n + 2^(n-1), from 64 KiB to 1 GiB. There are aloneSizes.
func isAloneSize(n uint32) bool {
	top := bits.Len32(n) - 1
	return top >= 16 && top <= 30 && (n == 1<<top || n == 3<<(top-1)) && n <= 1<<30
}

const aloneSizes = 29

// folderStart is where 7z's header begins to say how the one folder of an archive is packed (7zFormat.txt: end of the
// sizes, kUnPackInfo, kFolder, one folder, not external, one coder).
const folderStart = "\x00\x07\x0b\x01\x00\x01"

// coders are those of the LZMA family with what leads to their properties.
var coders = []struct {
	start      string
	properties int
	valid      func(b []byte) bool
	bits       float64
}{
	{"\x21\x21\x01", 1, func(b []byte) bool { return b[0] <= 40 }, 24 + 2.6},
	{"\x23\x03\x01\x01\x05", 5, func(b []byte) bool { return validProperties(b[0]) }, 40 + 1.7},
}

// folder is a coder behind that, and kCodersUnpackSize.
func (f *Finder) folder(start int) {
	for _, c := range coders {
		b, ok := bytes.CutPrefix(f.b[start:], []byte(folderStart))
		n := len(c.start) + c.properties
		if ok && len(b) > n && string(b[:len(c.start)]) == c.start && c.valid(b[len(c.start):]) && b[n] == 0x0c {
			f.part("7z-header", start, start+len(folderStart)+n+1, 8*float64(len(folderStart))+c.bits+8-1)
		}
	}
}

// isCheck has the types of check that are in use (§2.1.1.2).
func isCheck(c byte) bool { return c == 0 || c == 1 || c == 4 || c == 10 }

// streamHeader (§2.1.1): magic 48, flags 8 + 6, CRC 32.
func (f *Finder) streamHeader(start int) {
	if start < 0 {
		return
	}
	b := f.b[start:]
	if len(b) < 12 || string(b[:6]) != "\xfd7zXZ\x00" || b[6] != 0 || !isCheck(b[7]) || crc32.ChecksumIEEE(b[6:8]) != binary.LittleEndian.Uint32(b[8:]) {
		return
	}
	f.part("xz-header", start, start+12, 48+8+6+32)
}

// streamFooter (§2.1.2): CRC 32, backward size below 4 MiB 12, flags 8 + 6, magic 16; and the
// index (§4) that ends before it, if it is there: its first byte 8, its CRC 32.
func (f *Finder) streamFooter(start int) {
	if start < 0 {
		return
	}
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
