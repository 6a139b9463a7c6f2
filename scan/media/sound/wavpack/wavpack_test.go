package wavpack

import (
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
)

// All blocks are read, and one is enough.
func TestWhole(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.wv")
	w, n := walktest.Read(b, Chain)
	if n != 5 || w.Bits() < 500 {
		t.Errorf("%d of %d, %d blocks, %.0f bits", w.End(), len(b), n, w.Bits())
	}
	if w, n = walktest.Read(b[:40], Chain); n != 1 || w.Bits() < 72 || w.End() > headerBytes {
		t.Errorf("%d blocks, %.0f bits", n, w.Bits())
	}
}

func TestCalibration(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.wv")
	size := 8 + int(b[4]) + int(b[5])<<8
	walktest.Calibrate(t, b, Chain, 1, 4, 5, 8, 10, 12, 16, 20, 23, 24, 32, size, size+4, size+12, size+16, size+20, size+24)
}
