// Package dolby finds chains of frames of AC-3 and E-AC-3: the sound of films.
//
// # The formats
//
// A frame of AC-3 (ATSC A/52 5.3) begins, and one of E-AC-3 (annex E):
//
//	16  0b77                          16  0b77
//	16  CRC of the first 5/8           2  type of stream
//	                                   3  number of the substream
//	                                  11  size in words of 16 bits, less one
//	 2  sampling rate, 3 is reserved   2  sampling rate, 3: half of that in the next
//	 6  size, by a table, below 38     2  blocks
//	                                   3  channels
//	                                   1  low frequencies
//	 5  version: 8 at most             5  version: 11 to 16
//	 3  service                        …
//	 3  channels
//
// They say how long the frame is. Its CRC is such that that of all behind the first 16 bits comes to 0.
//
// # The bound
//
// That of package walk.
package dolby

import "shokyo.dev/shokyo/scan/media/sound/walk"

const (
	sync        = 0x0b77
	headerBytes = 7
	versionBit  = 40

	mostPlain = 10 // the last version that is AC-3
)

// What encoders write, as chances; by hand, and rather flat.
var (
	versions   = [32]float64{6: .02, 8: .58, 9: .005, 10: .005, 16: .38}
	rates      = [4]float64{.74, .2, .06, 0}
	moreRates  = [4]float64{.72, .2, .06, .02}
	services   = [8]float64{.93, .01, .01, .01, .01, .01, .01, .01}
	channels   = [8]float64{.01, .12, .50, .02, .02, .02, .03, .28}
	streams    = [4]float64{.75, .2, .05, 0}
	substreams = [8]float64{.86, .02, .02, .02, .02, .02, .02, .02}
	blocks     = [4]float64{.03, .03, .04, .90}
)

// header has what does not change from one frame to the next.
type header struct {
	version, rate, service, channels, blocks int
	stream, substream                        int
	size                                     int // in bytes
	code                                     int // of AC-3's size
}

// Chain reads the frames that begin where w is, and says how many there are.
func Chain(w *walk.Walk) (kind string, frames int) {
	kind = "ac3-frames"
	var h header
	for w.Alive() {
		start := w.Pos() / 8
		b := w.Bytes()
		if len(b)-start < headerBytes {
			break
		}
		w.Is(16, sync)
		if b[start+versionBit/8]>>3 <= mostPlain {
			h.read(w, frames > 0)
		} else if h.readEnhanced(w, frames > 0); frames == 0 {
			kind = "eac3-frames"
		}
		if !w.Alive() {
			break
		}
		frames++
		if start+h.size > len(b) {
			break
		}
		w.To(start + h.size)
		if w.Spend(h.size / 4); !w.Alive() {
			break
		}
		if walk.CRC16(0, b[start+2:start+h.size]) == 0 {
			w.Weigh(16, .9)
		} else {
			w.Odds(.1)
		}
	}
	return kind, frames
}

// same takes n bits that are as in the frame before, or as the model has them in the first.
func same(w *walk.Walk, n int, q []float64, v *int, later bool) {
	if later {
		w.Is(n, uint64(*v))
	} else {
		*v = w.OneOf(n, q)
	}
}

// read takes a header of AC-3 behind its first 16 bits.
func (h *header) read(w *walk.Walk, later bool) {
	w.Skip(16) // decided by all of the frame
	same(w, 2, rates[:], &h.rate, later)
	code := int(w.Take(6))
	if code >= 2*len(kbits) {
		w.Fail()
		return
	}
	if later {
		if code>>1 != h.code>>1 {
			w.Fail()
		}
		w.Weigh(6, .5)
	} else {
		w.Weigh(6, 1./float64(2*len(kbits)))
	}
	h.code = code
	same(w, 5, versions[:], &h.version, later)
	same(w, 3, services[:], &h.service, later)
	same(w, 3, channels[:], &h.channels, later)
	h.size = size(h.rate, code)
}

// readEnhanced is the same of E-AC-3.
func (h *header) readEnhanced(w *walk.Walk, later bool) {
	h.stream = w.OneOf(2, streams[:])
	h.substream = w.OneOf(3, substreams[:])
	words := int(w.Take(11)) + 1
	if later && 2*words == h.size {
		w.Weigh(11, .8)
	} else {
		w.Weigh(11, .2/2048)
	}
	h.size = 2 * words
	same(w, 2, moreRates[:], &h.rate, later)
	same(w, 2, blocks[:], &h.blocks, later)
	same(w, 3, channels[:], &h.channels, later)
	w.Skip(1)
	same(w, 5, versions[:], &h.version, later)
	if h.size < headerBytes {
		w.Fail()
	}
}

// kbits are the bit rates of AC-3; two codes have each.
var kbits = [19]int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640}

// size is that of a frame of AC-3, of 1536 samples, in bytes: a whole number of words of 16 bits.
func size(rate, code int) int {
	words := kbits[code/2] * 1000 * 1536 / 16 / [4]int{48000, 44100, 32000, 48000}[rate]
	if rate == 1 {
		words += code & 1
	}
	return 2 * words
}
