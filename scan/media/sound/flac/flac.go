// Package flac finds frames of FLAC.
//
// # The format
//
// A frame (RFC 9639 9) is, most significant bit first:
//
//	14  11111111111110
//	 1  0
//	 1  blocks vary in size
//	 4  samples in the block; 6, 7: stand behind the number, in 8 or 16 bits
//	 4  sampling rate; 12, 13, 14: stands behind that, in 8 or 16 bits
//	 4  channels; 8, 9, 10: two, of which one is a difference
//	 3  bits of a sample
//	 1  0
//	 …  number of the frame, or of its first sample, as UTF-8 would write it
//	 8  CRC-8 of the header
//	 …  a subframe for each channel, then zeros up to the next byte (subframe.go)
//	16  CRC-16 of the frame
//
// and the next frame begins behind it.
//
// # The bound
//
// That of package walk. What samples are is of no interest, only where each one ends; but how residuals are spread says
// something, and is predicted from those before. A number of n samples that differ from the next by more than a coin's tosses
// do costs half of log2 n.
package flac

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/media/sound/walk"
	"shokyo.dev/shokyo/scan/proof"
)

// header is that of a frame.
type header struct {
	varies, size, rate, channels, depth uint64
	samples                             int
	number                              uint64
}

// What encoders write, as chances; by hand, and rather flat.
var (
	sizes    = [16]float64{0, .03, .03, .04, .03, .14, .03, .05, .02, .02, .03, .05, .45, .05, .02, .01}
	rates    = [16]float64{.04, .01, .01, .01, .02, .04, .05, .04, .03, .45, .19, .06, .01, .02, .02, 0}
	channels = [16]float64{.17, .26, .02, .02, .02, .03, .01, .01, .15, .14, .17}
	depths   = [8]float64{.03, .03, .01, 0, .70, .03, .18, .02}
	lengths  = [8]float64{0, .28, .46, .18, .04, .02, .01, .01} // of the number, in bytes
)

// blockSizes by their number; 0: it stands elsewhere.
var blockSizes = [16]int{0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}

// Chain reads the frames that begin where w is, and says how many there are.
func Chain(w *walk.Walk) (kind string, frames int) {
	kind = "flac-frames"
	var h header
	for w.Alive() {
		start := w.Pos() / 8
		h.read(w, frames > 0)
		w.Is(8, uint64(proof.BigCRC(8, 0x07, w.Bytes()[start:w.Pos()/8])))
		if !w.Alive() {
			break
		}
		frames++
		for ch := range h.count() {
			subframe(w, h.samples, h.bits(ch))
		}
		w.Is(-w.Pos()&7, 0)
		if w.Alive() {
			w.Spend((w.Pos()/8 - start) / 4) // to sum up
			w.Is(16, uint64(walk.CRC16(0, w.Bytes()[start:w.Pos()/8])))
		}
	}
	return kind, frames
}

// read takes a header up to its checksum: the first of a chain, or the one that follows.
func (h *header) read(w *walk.Walk, later bool) {
	last := *h
	w.Is(15, 0x7ffc)
	if later {
		w.Is(1, h.varies)
		h.size = uint64(w.Mostly(4, h.size, .97))
		w.Is(4, h.rate)
		h.channels = uint64(w.Mostly(4, h.channels, .7))
		w.Is(3, h.depth)
	} else {
		h.varies = w.Mostly(1, 0, .93)
		h.size = uint64(w.OneOf(4, sizes[:]))
		h.rate = uint64(w.OneOf(4, rates[:]))
		h.channels = uint64(w.OneOf(4, channels[:]))
		h.depth = uint64(w.OneOf(3, depths[:]))
	}
	w.Is(1, 0)
	if channels[h.channels] == 0 || h.size == 0 {
		w.Fail()
	}
	if !w.Alive() {
		return
	}
	if later {
		h.takeNext(w, &last)
	} else {
		h.number = take(w)
	}
	h.samples = blockSizes[h.size]
	if h.samples == 0 {
		h.samples = int(w.Take(8*int(h.size)-40)) + 1
	}
	switch h.rate {
	case 12:
		w.Skip(8)
	case 13, 14:
		w.Skip(16)
	}
}

// take takes a number as UTF-8 would write it.
func take(w *walk.Walk) (v uint64) {
	first := w.Take(8)
	n := bits.LeadingZeros8(^uint8(first))
	if n == 1 || n == 8 { // a byte that goes on, or none at all
		w.Fail()
		return 0
	}
	free := max(0, 7-n) // bits of the number in the first byte
	w.Weigh(8, lengths[max(1, n)]/float64(uint64(1)<<free))
	v = first & (1<<free - 1)
	for range n - 1 {
		w.Is(2, 2)
		v = v<<6 | w.Take(6)
	}
	return v
}

// takeNext takes the number that comes behind the last frame's.
func (h *header) takeNext(w *walk.Walk, last *header) {
	h.number++
	if h.varies == 1 {
		h.number += uint64(last.samples) - 1
	}
	for _, c := range appendNumber(nil, h.number) {
		w.Is(8, uint64(c))
	}
}

// appendNumber is how a number is written.
func appendNumber(b []byte, v uint64) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	n := 2
	for n < 7 && v>>(5*n+1) != 0 {
		n++
	}
	b = append(b, byte(uint(0xff00)>>n)|byte(v>>(6*(n-1))))
	for i := n - 2; i >= 0; i-- {
		b = append(b, 0x80|byte(v>>(6*i))&0x3f)
	}
	return b
}

// count is how many channels there are.
func (h *header) count() int {
	if h.channels >= 8 {
		return 2
	}
	return int(h.channels) + 1
}

// bits are those of a sample of a channel: a difference has one more.
func (h *header) bits(ch int) int {
	n := [8]int{16, 8, 12, 0, 16, 20, 24, 32}[h.depth] // 0: as the file's header says
	if h.channels == 9 && ch == 0 || (h.channels == 8 || h.channels == 10) && ch == 1 {
		n++
	}
	return n
}
