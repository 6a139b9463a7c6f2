package mpeg

import "shokyo.dev/shokyo/scan/media/sound/walk"

const (
	// gate is what the first header must be worth for what follows to be read.
	gate = 9
	// freeGate is the same where the next has to be searched for.
	freeGate = 15

	headerBytes = 4

	// A frame of a free bit rate is searched for so far.
	leastFree, mostFree = 64, 64 + 4096
)

// Chain reads the frames that begin where w is, and says what they are of and how many there are.
func Chain(w *walk.Walk) (kind string, n int) {
	return chain(&frames{Walk: w, m: theModel(), begins: -1})
}

// Headers looks at nothing else: an encoder that nobody counted may write side information that the model thinks worse of
// than of chance.
func Headers(w *walk.Walk) (kind string, n int) { return chain(&frames{Walk: w, bare: true}) }

func chain(f *frames) (kind string, n int) {
	w := f.Walk
	v, l, checked := begin(w)
	switch l {
	case noLayer:
		kind = "adts-frames"
	case layerIII:
		kind = "mp3-frames"
	default:
		kind = "mpeg-audio-frames"
	}
	if !w.Alive() {
		return kind, 0
	}
	if l == noLayer {
		return kind, f.adts(v, checked)
	}
	h, free := first(w, v, l, checked), 0
	for w.Alive() && !w.Under(gate) {
		n++
		start := w.Pos()/8 - headerBytes
		length := h.length()
		if length == 0 {
			if free == 0 && !w.Under(freeGate) {
				free = f.findFree(h, start)
			}
			if length = free + h.padding; free == 0 {
				return kind, n
			}
		}
		f.frame(&h, start, length)
		w.To(start + length)
		h = h.next(w)
	}
	return kind, n
}

// frame takes what is known of a frame between its header and the next.
func (f *frames) frame(h *header, start, length int) {
	if f.bare {
		return
	}
	var sum uint64
	if h.checked {
		sum = f.Take(16)
	}
	from := f.Pos() / 8
	if h.layer == layerIII {
		f.side(h, length-(from-start)-h.sideBytes())
	}
	if h.checked && h.layer == layerIII && f.Alive() { // it may be anything, as far as most decoders care
		if b := f.Bytes(); sum == uint64(walk.CRC16(walk.CRC16(0xffff, b[start+2:start+4]), b[from:f.Pos()/8])) {
			f.Weigh(16, .5)
		} else {
			f.Odds(.5)
		}
	}
}

// sideBytes is how long the side information is.
func (h *header) sideBytes() int {
	switch v1 := h.version == mpeg1; {
	case v1 && h.mode != mono:
		return 32
	case v1 || h.mode != mono:
		return 17
	}
	return 9
}

// findFree is the length, without padding, of a frame whose bit rate the header does not say: where a header that fits
// comes next. Each length may be tried, so each has its part of the evidence.
func (f *frames) findFree(h header, start int) int {
	b := f.Bytes()
	f.Spend((mostFree - leastFree) / 4)
	f.Odds(1. / (mostFree - leastFree))
	for n := leastFree; n < mostFree && start+n+h.padding+headerBytes <= len(b); n++ {
		x, y := b[start:], b[start+n+h.padding:]
		if x[0] == y[0] && x[1] == y[1] && x[2]&0xfc == y[2]&0xfc && x[3]&0xcf == y[3]&0xcf {
			return n
		}
	}
	f.Fail()
	return mostFree
}
