package video

// Frames of VP9 (VP9 Bitstream & Decoding Process Specification, 6.2) with nothing before them, as MP4 has them.

const frameShown = 0x86 // marker 2, profile 0, not shown before, no key frame, shown, not resilient to errors

var frameWeights = one

func readFrame(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+16 > len(b) || b[at] != frameShown {
		return x, false
	}
	return unit{at: at, fixed: 8, body: at + 1, most: 88}, true
}
