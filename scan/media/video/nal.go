package video

import (
	"encoding/binary"
	"math"
)

// NAL units of H.264 (ITU-T H.264, 7.3.1) and HEVC (H.265, 7.3.1.2), behind their length (ISO/IEC 14496-15) or behind a start
// code (Annex B of both).

// nalSymbols are the headers of NAL units that are expected, in units of a hundredth.
type nalSymbol struct {
	head   [2]byte // of H.264 only the first byte
	class  int
	weight float32
}

// Classes: slices, slices of pictures that stand alone, others.
const (
	sliceClass = iota
	otherSliceClass
	intraClass
	restClass
)

var avcSymbols = []nalSymbol{
	{[2]byte{0x01}, otherSliceClass, 26}, {[2]byte{0x21}, sliceClass, 8}, {[2]byte{0x41}, sliceClass, 30}, {[2]byte{0x61}, sliceClass, 7},
	{[2]byte{0x65}, intraClass, 6}, {[2]byte{0x25}, intraClass, 2}, {[2]byte{0x45}, intraClass, 1},
	{[2]byte{0x06}, restClass, 8}, {[2]byte{0x09}, restClass, 5},
	{[2]byte{0x67}, restClass, 1.5}, {[2]byte{0x27}, restClass, 1}, {[2]byte{0x47}, restClass, .3},
	{[2]byte{0x68}, restClass, 1.5}, {[2]byte{0x28}, restClass, 1}, {[2]byte{0x48}, restClass, .3},
	{[2]byte{0x0c}, restClass, .5}, {[2]byte{0x0a}, restClass, .1},
}

// nal_unit_type in bits 1 to 6, nuh_layer_id 0, nuh_temporal_id_plus1 1 to 3.
var hevcSymbols = []nalSymbol{
	{[2]byte{0x00, 1}, otherSliceClass, 14}, {[2]byte{0x02, 1}, sliceClass, 34}, {[2]byte{0x00, 2}, otherSliceClass, 4}, {[2]byte{0x02, 2}, sliceClass, 4},
	{[2]byte{0x00, 3}, otherSliceClass, 2}, {[2]byte{0x02, 3}, sliceClass, 2},
	{[2]byte{0x04, 1}, otherSliceClass, .3}, {[2]byte{0x04, 2}, otherSliceClass, 2}, {[2]byte{0x04, 3}, otherSliceClass, 2},
	{[2]byte{0x06, 1}, sliceClass, .3}, {[2]byte{0x06, 2}, sliceClass, 2}, {[2]byte{0x06, 3}, sliceClass, 1},
	{[2]byte{0x08, 2}, otherSliceClass, .5}, {[2]byte{0x0a, 2}, sliceClass, .5},
	{[2]byte{0x0c, 1}, otherSliceClass, 1}, {[2]byte{0x0e, 1}, sliceClass, 1}, {[2]byte{0x0c, 2}, otherSliceClass, .3}, {[2]byte{0x0e, 2}, sliceClass, .3},
	{[2]byte{0x10, 1}, otherSliceClass, 2}, {[2]byte{0x12, 1}, sliceClass, 2}, {[2]byte{0x10, 2}, otherSliceClass, .5}, {[2]byte{0x12, 2}, sliceClass, .5},
	{[2]byte{0x26, 1}, intraClass, 4}, {[2]byte{0x28, 1}, intraClass, 4}, {[2]byte{0x2a, 1}, intraClass, 4},
	{[2]byte{0x20, 1}, intraClass, .3}, {[2]byte{0x22, 1}, intraClass, .3}, {[2]byte{0x24, 1}, intraClass, .3},
	{[2]byte{0x40, 1}, restClass, 1.5}, {[2]byte{0x42, 1}, restClass, 1.5}, {[2]byte{0x44, 1}, restClass, 1.5}, {[2]byte{0x46, 1}, restClass, 3},
	{[2]byte{0x4e, 1}, restClass, 5}, {[2]byte{0x50, 1}, restClass, 1},
}

var (
	avcWeights, hevcWeights = weightsOf(avcSymbols), weightsOf(hevcSymbols)

	avcSymbol = func() (of [256]int8) {
		for i := range of {
			of[i] = -1
		}
		for i, s := range avcSymbols {
			of[s.head[0]] = int8(i)
		}
		return of
	}()
	hevcSymbol = func() (of [256][4]int8) {
		for i := range of {
			of[i] = [4]int8{-1, -1, -1, -1}
		}
		for i, s := range hevcSymbols {
			of[s.head[0]][s.head[1]] = int8(i)
		}
		return of
	}()
)

// hevcType says that some header begins with a byte.
var hevcType = func() (is [256]bool) {
	for _, s := range hevcSymbols {
		is[s.head[0]] = true
	}
	return is
}()

func weightsOf(list []nalSymbol) (w []float32) {
	for _, s := range list {
		w = append(w, s.weight)
	}
	return w
}

// nalBody is how many bits of each class are looked at.
var nalBody = [maxClasses]int{48, 48, 48, 16}

const (
	lengthBytes = 4
	codeBytes   = 3
	minNAL      = 2
	maxNAL      = 1<<(octaves-1) - 1
)

// readAVC reads a NAL unit of H.264 behind its length.
func readAVC(b []byte, at int) (unit, bool) {
	x, ok := readLength(b, at)
	return x, ok && x.avc(b, at+lengthBytes)
}

func readHEVC(b []byte, at int) (unit, bool) {
	x, ok := readLength(b, at)
	return x, ok && x.hevc(b, at+lengthBytes)
}

// readAVCCode reads one behind a start code.
func readAVCCode(b []byte, at int) (unit, bool) {
	x, ok := readCode(b, at)
	return x, ok && x.avc(b, at+codeBytes)
}

func readHEVCCode(b []byte, at int) (unit, bool) {
	x, ok := readCode(b, at)
	return x, ok && x.hevc(b, at+codeBytes)
}

// readLength reads the length of a unit.
func readLength(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+8 > len(b) {
		return x, false
	}
	n := binary.BigEndian.Uint32(b[at:])
	if n < minNAL || n > maxNAL {
		return x, false
	}
	return unit{at: at, size: int(n), fixed: 8 * lengthBytes, next: at + lengthBytes + int(n)}, true
}

// readCode reads the start code of a unit.
func readCode(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+8 > len(b) || b[at] != 0 || b[at+1] != 0 || b[at+2] != 1 {
		return x, false
	}
	return unit{at: at, fixed: 8 * codeBytes}, true
}

// avc reads the header of a unit of H.264.
func (x *unit) avc(b []byte, at int) bool {
	s := avcSymbol[b[at]]
	if s < 0 {
		return false
	}
	x.symbol, x.class = int(s), avcSymbols[s].class
	x.fixed += 8
	x.body, x.most = at+1, nalBody[x.class]
	return true
}

// hevc reads that of one of HEVC.
func (x *unit) hevc(b []byte, at int) bool {
	if b[at+1] > 3 {
		return false
	}
	s := hevcSymbol[b[at]][b[at+1]]
	if s < 0 {
		return false
	}
	x.symbol, x.class = int(s), hevcSymbols[s].class
	x.fixed += 16
	x.body, x.most = at+2, nalBody[x.class]
	return true
}

// The start codes of MPEG-1, 2 and 4 (ISO/IEC 11172-2, 13818-2, 14496-2), and of packs and packets (13818-1).
const (
	firstSlice, lastSlice = 0x01, 0xaf
)

type codeRange struct {
	lo, hi byte
	weight float32
}

var mpegSymbols = []codeRange{
	{0x00, 0x00, 10}, {firstSlice, lastSlice, 50}, {0xb2, 0xb2, 2}, {0xb3, 0xb3, 2}, {0xb5, 0xb5, 6}, {0xb6, 0xb6, 15}, {0xb8, 0xb8, 2},
	{0xb7, 0xb7, .2}, {0xba, 0xba, 4}, {0xbb, 0xbb, .5}, {0xbc, 0xbc, .2}, {0xbd, 0xbd, 1}, {0xbe, 0xbe, 1}, {0xbf, 0xbf, .3},
	{0xc0, 0xc7, 3}, {0xe0, 0xe7, 4},
}

// rangeBits is what a code is worth of which any of a range is expected.
var rangeBits = func() (list []float64) {
	for _, s := range mpegSymbols {
		list = append(list, 8-math.Log2(float64(int(s.hi)-int(s.lo)+1)))
	}
	return list
}()

var mpegWeights = func() (w []float32) {
	for _, s := range mpegSymbols {
		w = append(w, s.weight)
	}
	return w
}()

// readMPEGCode reads a start code and what it stands for.
func readMPEGCode(b []byte, at int) (unit, bool) {
	x, ok := readCode(b, at)
	if !ok {
		return x, false
	}
	if b[at+4] == 0 && b[at+5] == 0 { // a table of numbers
		return x, false
	}
	c := b[at+codeBytes]
	for i, s := range mpegSymbols {
		if s.lo <= c && c <= s.hi {
			x.symbol, x.fixed = i, x.fixed+rangeBits[i]
			x.class = min(i, 1) // a slice, or anything else
			x.body, x.most = at+codeBytes+1, 16
			return x, true
		}
	}
	return x, false
}
