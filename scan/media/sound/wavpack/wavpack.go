// Package wavpack finds blocks of WavPack.
//
// # The format
//
// A block (WavPack 4 & 5 Binary File / Block Format) begins, least significant byte first:
//
//	4  "wvpk"
//	4  size of what follows
//	2  version: 402 to 410
//	1  upper bits of the number of the first sample, 1 of all samples
//	4  all samples; ones: not known
//	4  number of the block's first sample
//	4  its samples
//	4  flags
//	4  CRC of the samples
//
// and the next begins behind it.
//
// # The bound
//
// That of package walk.
package wavpack

import (
	"encoding/binary"

	"shokyo.dev/shokyo/scan/media/sound/walk"
)

const (
	magic       = 'w'<<24 | 'v'<<16 | 'p'<<8 | 'k'
	headerBytes = 32
	maxSize     = 1 << 20
	maxSamples  = 1 << 17 // no encoder makes longer blocks
)

// Chain reads the blocks that begin where w is, and says how many there are.
func Chain(w *walk.Walk) (kind string, blocks int) {
	kind = "wavpack-blocks"
	var last struct{ all, index, samples uint32 }
	for w.Alive() {
		b := w.Bytes()[w.Pos()/8:]
		if w.Is(32, magic); len(b) < headerBytes || !w.Alive() {
			break
		}
		start := w.Pos()/8 - 4
		size := within(w, 32, binary.LittleEndian.Uint32(b[4:]), headerBytes-8, maxSize)
		within(w, 16, uint32(binary.LittleEndian.Uint16(b[8:])), 0x402, 0x410)
		w.Mostly(16, 0, .99)
		all, index := binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:])
		w.Skip(32)
		if blocks > 0 {
			w.Weigh(32, is(all == last.all)*.9+.1/(1<<32)) // the first may be the only one that says
		}
		w.Skip(32)
		if blocks > 0 { // several channels have blocks of the same samples
			w.Weigh(32, is(index == last.index+last.samples)*.7+is(index == last.index)*.3)
		}
		samples := within(w, 32, binary.LittleEndian.Uint32(b[20:]), 0, maxSamples)
		last.all, last.index, last.samples = all, index, samples
		if w.Alive() {
			blocks++
		}
		w.To(start + 8 + int(size))
	}
	return kind, blocks
}

// within takes bits that are a number from lo to hi.
func within(w *walk.Walk, n int, v, lo, hi uint32) uint32 {
	if w.Take(n); v < lo || v > hi {
		w.Fail()
	}
	w.Weigh(n, 1/float64(hi-lo+1))
	return v
}

func is(ok bool) float64 {
	if ok {
		return 1
	}
	return 0
}
