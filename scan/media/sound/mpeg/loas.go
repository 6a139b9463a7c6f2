package mpeg

import "shokyo.dev/shokyo/scan/media/sound/walk"

// A frame of LOAS (ISO/IEC 14496-3 1.7.2) is what AAC comes in by broadcast:
//
//	11  2b7
//	13  bytes that follow
//	 1  how it is coded is as before; then
//	 …  bytes of the payload, as a sum of bytes of which only the last is below 255
//	 …  the payload, and zeros up to the next byte

// Broadcast reads the frames of LOAS that begin where w is, and says how many there are.
func Broadcast(w *walk.Walk) (kind string, frames int) {
	kind = "loas-frames"
	const sync, leastBytes = 0x2b7, 8
	for last := 0; w.Alive(); frames++ {
		w.Is(11, sync)
		length := int(w.Take(13))
		w.Weigh(13, lengthChance(length, last))
		if length < leastBytes {
			w.Fail()
		}
		end := w.Pos()/8 + length
		if w.Mostly(1, 1, .9) == 1 {
			payload(w, length)
		}
		w.To(end)
		last = length
	}
	return kind, max(0, frames-1)
}

// payload takes how long it is, which follows from the length of all: nothing else is there.
func payload(w *walk.Walk, length int) {
	n := (length - 2) / 256 // bytes of 255, as each makes all one longer too
	left := length - 2 - 256*n
	if left == 255 {
		return
	}
	for range n {
		if w.Sunk(0) {
			w.Fail()
			return
		}
		w.Mostly(8, 255, .8)
	}
	w.Mostly(8, uint64(left), .8)
}
