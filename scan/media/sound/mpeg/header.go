// Package mpeg finds chains of frames of MPEG audio (layers I, II and III) and of AAC in ADTS.
//
// # The formats
//
// A frame of MPEG audio (ISO/IEC 11172-3 2.4.1, 13818-3, and "MPEG 2.5") begins with 32 bits:
//
//	11  ones
//	 2  version: 3 is MPEG-1, 2 MPEG-2, 0 "2.5"
//	 2  layer: 3 is I, 2 II, 1 III; 0 is ADTS
//	 1  no checksum
//	 4  bit rate, 15 is forbidden; 0: any other ("free")
//	 2  sampling rate, 3 is forbidden
//	 1  padding
//	 1  private
//	 2  mode: stereo, joint, two channels, mono
//	 2  mode extension
//	 2  copyright, original
//	 2  emphasis, 2 is forbidden
//
// They say how long the frame is, and so where the next one begins. In layer III the side information
// follows (side.go). A frame of ADTS (13818-7 6.2, 14496-3 1.A.2) begins with 56 bits, that say its length too, and the
// audio data of the first channel (adts.go).
//
// # The bound
//
// That of package walk. From a start on all is determined: fields are weighed in the order in which they
// stand, given those before, and between the fields of one frame and those of the next nothing is looked at. Where a frame
// of a free bit rate ends is searched for, and paid with what the search could have chosen among.
package mpeg

import "shokyo.dev/shokyo/scan/media/sound/walk"

type version uint8

const (
	mpeg25 version = 0
	mpeg2  version = 2
	mpeg1  version = 3
)

type layer uint8

const (
	noLayer  layer = 0 // ADTS
	layerIII layer = 1
	layerII  layer = 2
	layerI   layer = 3
)

type mode uint8

const (
	joint mode = 1
	mono  mode = 3
)

// header is that of a frame.
type header struct {
	version   version
	layer     layer
	checked   bool // a checksum follows
	bitRate   int
	rate      int
	padding   int
	private   uint64
	mode      mode
	extension int
	rights    uint64
	emphasis  int
}

// What encoders write, as chances; by hand, and rather flat.
var (
	versions = [4][4]float64{ // and layers
		mpeg1:  {noLayer: .06, layerIII: .45, layerII: .10, layerI: .01},
		mpeg2:  {noLayer: .08, layerIII: .18, layerII: .03, layerI: .005},
		mpeg25: {layerIII: .07, layerII: .01, layerI: .005},
	}
	bitRates = [16]float64{0: 1. / 64, 15: 0} // all others alike
	rates    = [4]float64{.60, .25, .15, 0}
	modes    = [4]float64{.28, .48, .03, .21}
	joints   = [4]float64{.40, .05, .48, .07}
	plains   = [4]float64{.91, .03, .03, .03} // extension that says nothing
	emphases = [4]float64{.97, .015, 0, .015}
	rights   = [4]float64{.37, .55, .03, .05} // copyright, original
)

func init() {
	for i := 1; i < 15; i++ {
		bitRates[i] = (1 - bitRates[0]) / 14
	}
}

// begin takes a frame's first 15 bits and what says whether there is a checksum.
func begin(w *walk.Walk) (v version, l layer, checked bool) {
	w.Is(11, 1<<11-1)
	both := w.Take(4)
	v, l = version(both>>2), layer(both&3)
	w.Weigh(4, versions[v][l])
	return v, l, w.Mostly(1, 1, 7./8) == 0
}

// first takes the rest of the header of the first frame of a chain.
func first(w *walk.Walk, v version, l layer, checked bool) (h header) {
	h = header{version: v, layer: l, checked: checked}
	h.bitRate = w.OneOf(4, bitRates[:])
	h.rate = w.OneOf(2, rates[:])
	h.padding = int(w.Take(1))
	h.private = w.Mostly(1, 0, 15./16)
	h.mode = mode(w.OneOf(2, modes[:]))
	h.extend(w)
	h.rights = uint64(w.OneOf(2, rights[:]))
	h.emphasis = w.OneOf(2, emphases[:])
	return h
}

func (h *header) extend(w *walk.Walk) {
	if h.mode == joint {
		h.extension = w.OneOf(2, joints[:])
	} else {
		h.extension = w.OneOf(2, plains[:])
	}
}

// next takes the header of the frame behind one: the same but for the bit rate, and what a frame decides for itself.
func (h header) next(w *walk.Walk) header {
	w.Is(11, 1<<11-1)
	w.Is(4, uint64(h.version)<<2|uint64(h.layer))
	w.Is(1, bit(!h.checked))
	if bitRate := int(w.Take(4)); bitRate == h.bitRate {
		w.Weigh(4, .6)
	} else {
		h.bitRate = bitRate
		w.Weigh(4, .4*bitRates[bitRate])
	}
	w.Is(2, uint64(h.rate))
	h.padding = int(w.Take(1))
	h.private = w.Mostly(1, h.private, 31./32)
	h.mode = mode(w.Mostly(2, uint64(h.mode), 31./32))
	h.extend(w)
	w.Is(2, h.rights)
	w.Is(2, uint64(h.emphasis))
	return h
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Bit rates in kbit/s by index, for MPEG-1 and for the others.
var kbits = [2][4][15]int{
	{
		layerI:   {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
		layerII:  {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
		layerIII: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	},
	{
		layerI:   {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
		layerII:  {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
		layerIII: {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	},
}

// length is that of the frame in bytes; 0: the header does not say.
func (h *header) length() int {
	kbit := kbits[bit(h.version == mpeg1)][h.layer][h.bitRate]
	if kbit == 0 {
		return 0
	}
	hz := [3]int{44100, 48000, 32000}[h.rate] >> halvings[h.version]
	switch {
	case h.layer == layerI: // in units of four bytes
		return (12000*kbit/hz + h.padding) * 4
	case h.layer == layerIII && h.version != mpeg1:
		return 72000*kbit/hz + h.padding
	}
	return 144000*kbit/hz + h.padding
}

// halvings of the sampling rates of MPEG-1.
var halvings = [4]int{mpeg25: 2, mpeg2: 1}

func (h *header) channels() int {
	if h.mode == mono {
		return 1
	}
	return 2
}

// granules are parts of a frame that are coded by themselves.
func (h *header) granules() int {
	if h.version == mpeg1 {
		return 2
	}
	return 1
}
