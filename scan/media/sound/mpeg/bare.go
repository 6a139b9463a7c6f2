package mpeg

import (
	"bytes"
	"math"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

// Frames of AAC in MP4 and Matroska have no header, and what says how long they are lies elsewhere. But each begins
// with an element (adts.go), of which some forty bits can be told. The next is searched for: at every distance there may
// be, each with its part of the evidence, and the walk goes on where most is left.

const (
	// First bytes, or one less, which have another bit: of a pair whether both channels share windows, of one channel the
	// upper bit of its gain.
	pairByte   = 0x21
	singleByte = 0x01

	// A frame of two channels has 6144 bits for each at most.
	leastBare, mostBare = 16, 1536

	// bareGate is what the first must be worth for another to be searched for, slack how far a chain may fall.
	bareGate, slack = 18, 24
)

// Bare reads the frames of AAC without headers that begin where w is, and says how many there are.
func Bare(w *walk.Walk) (kind string, n int) {
	kind = "aac-frames"
	if !likely(w.Bytes()[w.Pos()/8:]) {
		return kind, 0
	}
	first := w.Bytes()[w.Pos()/8] | 1
	f := frames{Walk: w, m: theModel()}
	c := fixed{channels: 1}
	if first == pairByte {
		c.channels = 2
	}
	w.Odds(.5) // it could have been the other
	var r walk.Repeated
	for last, start := 0, w.Pos()/8; ; n++ {
		if n == 0 {
			f.element(&c)
		} else if next := f.nextBare(&c, first, start, last); next == 0 {
			return kind, n
		} else {
			last, start = next-start, next
		}
		if r.Again(w.Bytes()[start:]) || w.Under(bareGate) || w.Now() < w.Bits()-slack {
			return kind, n
		}
	}
}

// likely says whether a first frame is worth a look: not one of more bands than there are. Not to begin at some costs
// power only.
func likely(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	windows := b[1]<<7 | b[2]>>1 // 1 bit that is 0, 2 for which they are, 1 for their shape, 4 of the number of bands
	switch b[0] {
	case pairByte:
		windows = b[1]
	case pairByte - 1:
		windows = b[2]
	}
	return windows>>7 == 0 && (windows>>5 == shortWindows || windows&15 <= 51>>2)
}

// nextBare takes the frame that most likely comes behind the one at start, and says where it begins.
func (f *frames) nextBare(c *fixed, first byte, start, last int) (next int) {
	b, here, most := f.Bytes(), *f.Walk, math.Inf(-1)
	best, voice := here, f.voice
	bestVoice := voice
	for p := max(start+leastBare, (here.Pos()+7)/8); ; p++ {
		end := min(start+mostBare, len(b))
		n := -1
		if p < end {
			n = either(b[p:end], first)
		}
		if n < 0 {
			break
		}
		p += n
		*f.Walk, f.voice = here, voice
		f.To(p)
		f.Odds(lengthChance(p-start, last))
		if f.element(c); f.Now() > most {
			best, bestVoice, most, next = *f.Walk, f.voice, f.Now(), p
		}
	}
	*f.Walk, f.voice = best, bestVoice
	return next
}

// either is where a byte or the one below stands; -1: nowhere.
func either(b []byte, c byte) int {
	n := bytes.IndexByte(b, c)
	if n >= 0 {
		b = b[:n]
	}
	if m := bytes.IndexByte(b, c-1); m >= 0 {
		return m
	}
	return n
}
