package video

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Elements of Matroska and WebM (RFC 8794, EBML; RFC 9559): an ID, a size, both of variable width, and what they hold. A
// block begins with its track, a time and flags.

const (
	simpleBlock, block = 0xa3, 0xa1

	blockHeader = 4 // the track in one byte, the time, flags
)

type element struct {
	id      uint32
	bytes   int  // of the ID
	holds   bool // other elements: the next begins inside
	weight  float32
	mostLen int // bytes of its content; 0: any
}

// elements without blocks, which have symbols of their own.
var elements = []element{
	{0x1f43b675, 4, true, 2, 0},  // Cluster
	{0xe7, 1, false, 2, 8},       // Timestamp
	{0xa7, 1, false, .5, 8},      // Position
	{0xab, 1, false, 1, 8},       // PrevSize
	{0xa0, 1, true, 8, 0},        // BlockGroup
	{0x9b, 1, false, 4, 8},       // BlockDuration
	{0xfb, 1, false, 4, 8},       // ReferenceBlock
	{0x75a2, 2, false, 1, 8},     // DiscardPadding
	{0x75a1, 2, false, 1, 0},     // BlockAdditions
	{0xec, 1, false, .5, 0},      // Void
	{0xbf, 1, false, .5, 4},      // CRC-32
	{0x1c53bb6b, 4, true, .5, 0}, // Cues
	{0xbb, 1, true, 3, 0},        // CuePoint
	{0xb3, 1, false, 3, 8},       // CueTime
	{0xb7, 1, true, 3, 0},        // CueTrackPositions
	{0xf7, 1, false, 3, 8},       // CueTrack
	{0xf1, 1, false, 3, 8},       // CueClusterPosition
	{0xf0, 1, false, 3, 8},       // CueRelativePosition
	{0xb2, 1, false, .5, 8},      // CueDuration
}

// The symbols of blocks are behind those of elements: of tracks 1, 2, and 3 to 8.
const (
	tracks     = 8
	namedTrack = 2
)

var blockWeights = []float32{35, 15, 3, 4, 2, 1} // SimpleBlock, Block

var elementWeights = func() (w []float32) {
	for _, e := range elements {
		w = append(w, e.weight)
	}
	return append(w, blockWeights...)
}()

// What the width of a size is worth: it is nearly always the least, or as wide as room was left for.
var (
	leastWidth = math.Log2(.8)
	otherWidth = math.Log2(.2 / 7)
)

// mayBeBlock says that a block may begin at a byte that is the ID of one.
func mayBeBlock(b []byte, at int) bool {
	if at+8 > len(b) {
		return false
	}
	w := bits.LeadingZeros8(b[at+1]) + 1
	return w <= 4 && b[at+1+w]-0x81 < tracks && at+5+w <= len(b) && b[at+4+w]&0x70 == 0
}

// blockBefore looks at the ID of a Block (not a SimpleBlock) whose flags are at a byte.
func (f *Finder) blockBefore(at int) {
	for w := 1; w <= 4; w++ {
		if f.b[at-4-w] == block && bits.LeadingZeros8(f.b[at-3-w])+1 == w {
			f.consider(matroska, at-4-w)
		}
	}
}

// readElement reads the header of an element.
func readElement(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+16 > len(b) {
		return x, false
	}
	if c := b[at]; c == simpleBlock || c == block {
		return readBlock(b, at)
	}
	for i := range elements {
		e := &elements[i]
		if binary.BigEndian.Uint32(b[at:])>>(32-8*e.bytes) == e.id {
			return readOther(b, at, i)
		}
	}
	return x, false
}

func readOther(b []byte, at, symbol int) (x unit, ok bool) {
	e := &elements[symbol]
	size, width, value := elementSize(b, at+e.bytes)
	if width == 0 || size == 0 || e.mostLen > 0 && size > e.mostLen {
		return x, false
	}
	x = unit{at: at, symbol: symbol, class: restClass, size: size, fixed: float64(8*(e.bytes+width)) + value}
	x.body = at + e.bytes + width
	x.next = x.body + size
	if e.holds {
		x.next = x.body
	}
	return x, true
}

func readBlock(b []byte, at int) (x unit, ok bool) {
	size, width, value := elementSize(b, at+1)
	if width == 0 || width > 4 || size < 5 {
		return x, false
	}
	begin := at + 1 + width
	track := int(b[begin]) - 0x81
	if track < 0 || track >= tracks {
		return x, false
	}
	x = unit{at: at, class: min(track, namedTrack), size: size, fixed: float64(8*(2+width)) + value}
	if track >= namedTrack {
		x.fixed -= math.Log2(tracks - namedTrack)
	}
	x.symbol = len(elements) + x.class
	if b[at] == block {
		x.symbol += namedTrack + 1
	}
	x.body, x.most, x.next = begin+1, 72, begin+size
	if x.holds(b, begin+blockHeader); x.within == oneUnit {
		x.most = 8 * (blockHeader - 1)
	}
	return x, true
}

// elementSize reads a size: its value, its width, and what that is worth. Sizes that are not known are none.
func elementSize(b []byte, at int) (size, width int, value float64) {
	width = bits.LeadingZeros8(b[at]) + 1
	if width > 8 || at+8 > len(b) {
		return 0, 0, 0
	}
	v := binary.BigEndian.Uint64(b[at:])
	v = v << width >> width >> (64 - 8*width)
	if v >= 1<<octaves {
		return 0, 0, 0
	}
	if value = otherWidth; width == 1 || v >= 1<<(7*(width-1))-1 {
		value = leastWidth
	}
	return int(v), width, value
}
