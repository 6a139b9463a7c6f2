package dts

import (
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
)

// All frames are read, and substreams of DTS-HD between them are passed.
func TestWhole(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.dts")
	w, n := walktest.Read(b, Chain)
	if n != 7 || w.End() < len(b)-1100 || w.Bits() < 60*float64(n)-30 {
		t.Errorf("%d of %d, %d frames, %.0f bits", w.End(), len(b), n, w.Bits())
	}
	size := len(b) / 7
	b = append(b[:size:size], append(append([]byte{0x64, 0x58, 0x20, 0x25, 0, 0x01, 0xe0, 0x18, 0x60}, make([]byte, 187)...), b[size:2*size]...)...)
	if w, n = walktest.Read(b, Chain); n != 2 || w.End() < size+196 {
		t.Errorf("with a substream: up to %d, %d frames", w.End(), n)
	}
}

func TestCalibration(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.dts")
	size := len(b) / 7
	walktest.Calibrate(t, b, Chain, 1, 4, 5, 6, 7, 8, 10, size, size+4, size+6, size+8, size+12)
}
