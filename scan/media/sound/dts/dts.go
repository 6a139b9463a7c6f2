// Package dts finds chains of frames of DTS, with what DTS-HD adds to them.
//
// # The format
//
// A frame (ETSI TS 102 114 5.3) begins, most significant bit first:
//
//	32  7ffe8001
//	 1  a whole frame
//	 5  samples, less one: 31
//	 1  a checksum follows
//	 7  blocks of 32 samples, less one: 5 and more
//	14  size in bytes, less one: 95 and more
//	 6  channels
//	 4  sampling rate
//	 5  bit rate
//
// The next begins behind it, or first a substream of DTS-HD (7.4.1): 32 bits 64582025, 8 of the user, 2 of a number, 1 that says whether
// the sizes that follow, of its header and of all of it, less one, have 8 and 16 bits or 12 and 20.
//
// # The bound
//
// That of package walk.
package dts

import "shokyo.dev/shokyo/scan/media/sound/walk"

const (
	core      = 0x7ffe8001
	extension = 0x64582025
)

// header has what does not change from one frame to the next.
type header struct{ checked, blocks, channels, rate, bitRate uint64 }

// Chain reads the frames that begin where w is, and says how many there are.
func Chain(w *walk.Walk) (kind string, frames int) {
	kind = "dts-frames"
	var h header
	for w.Alive() {
		start := w.Pos() / 8
		if frames > 0 && w.Peek(32) == extension {
			substream(w, start)
			continue
		}
		if w.Is(32, core); frames > 0 {
			w.Odds(.5) // it could have been the other
		}
		size := h.read(w, frames > 0)
		if !w.Alive() {
			break
		}
		frames++
		w.To(start + size)
	}
	return kind, frames
}

// read takes a header behind its first 32 bits, and gives the size of the frame.
func (h *header) read(w *walk.Walk, later bool) (size int) {
	w.Mostly(1, 1, .98)
	w.Mostly(5, 31, .98)
	if !later {
		h.checked, h.blocks = w.Mostly(1, 0, .9), w.Take(7)
		if h.blocks < 5 {
			w.Fail()
		}
		w.Weigh(7, 1./123)
	} else {
		w.Is(1, h.checked)
		w.Is(7, h.blocks)
	}
	if size = int(w.Take(14)) + 1; size < 96 {
		w.Fail()
	}
	w.Weigh(14, 1./(1<<14-95))
	if !later {
		h.channels, h.rate, h.bitRate = w.Take(6), w.Take(4), w.Take(5)
		return size
	}
	w.Is(6, h.channels)
	w.Is(4, h.rate)
	w.Is(5, h.bitRate)
	return size
}

// substream passes one of DTS-HD.
func substream(w *walk.Walk, start int) {
	w.Take(32)
	w.Weigh(32, .5)
	w.Skip(10)
	sizes := [2]int{8, 16}
	if w.Take(1) == 1 {
		sizes = [2]int{12, 20}
	}
	header := int(w.Take(sizes[0])) + 1
	size := int(w.Take(sizes[1])) + 1
	if header < 8 || size < header {
		w.Fail()
	}
	w.To(start + size)
}
