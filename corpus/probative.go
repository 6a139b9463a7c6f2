package corpus

import (
	"encoding/binary"
	"slices"

	"shokyo.dev/shokyo/entropy"
)

// worth is what a sector of a file is worth to a search.
type worth uint8

const (
	_         worth = iota
	telling         // it goes into the corpus
	onlyFill        // one byte value, or a pattern of up to 64 bytes
	onlyPoor        // too little to tell one file from another
	notInside       // of a file that has ended: nothing
)

// minTail is the least data that the last sector of a file must have, in bytes. The rest of it is taken for
// the zeros with which file systems fill it up.
const minTail = 64

// weigh says what a sector is worth of which n bytes are data and the rest is zeros. Beside fill these
// are the rules of hashdb (Garfinkel and McCarrin 2015, "Hash-based carving", section 5: ramp, histogram,
// white space): what they leave out occurs in files of all kinds.
func weigh(sector []byte, n int) worth {
	data := sector[:n]
	switch {
	case n == 0:
		return notInside
	case entropy.Period(sector) > 0:
		return onlyFill
	case n < minTail || isRamp(data) || isMonotonous(data) || isBlank(data):
		return onlyPoor
	}
	return telling
}

// isRamp: 32-bit words that count up by the same step, in either byte order: tables of blocks and of offsets.
func isRamp(data []byte) bool {
	return stepsEvenly(data, binary.LittleEndian) || stepsEvenly(data, binary.BigEndian)
}

func stepsEvenly(data []byte, order binary.ByteOrder) bool {
	words := len(data) / 4
	even := 0
	for i := 2; i < words; i++ {
		a, b, c := order.Uint32(data[4*i-8:]), order.Uint32(data[4*i-4:]), order.Uint32(data[4*i:])
		if b-a == c-b {
			even++
		}
	}
	return even*4 >= (words-2)*3
}

// isMonotonous: more than a quarter of its 32-bit words are the same one. Then two of these stand among four in a row: of
// four in a row that all differ, each has one at most. Only words of which that is so are counted.
func isMonotonous(data []byte) bool {
	words := len(data) / 4
	var list [SectorBytes / 4]uint32
	for i := range words {
		list[i] = binary.NativeEndian.Uint32(data[4*i:])
	}
	for i := range words - 1 {
		w := list[i]
		if slices.Contains(list[i+1:min(i+4, words)], w) && count(list[:words], w)*4 > words {
			return true
		}
	}
	return false
}

func count(list []uint32, w uint32) (n int) {
	for _, x := range list {
		if x == w {
			n++
		}
	}
	return n
}

// isBlank: three quarters are white space.
func isBlank(data []byte) bool {
	n := 0
	for _, c := range data {
		if c == ' ' || c >= '\t' && c <= '\r' {
			n++
		}
	}
	return n*4 >= len(data)*3
}
