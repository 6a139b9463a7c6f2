package dolby

import (
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
)

// All frames are read, up to the end of the file, and each is worth its checksum.
func TestWhole(t *testing.T) {
	for name, want := range map[string]int{"ffmpeg.ac3": 12, "ffmpeg.eac3": 11} {
		b := walktest.File(t, "testdata/"+name)
		w, n := walktest.Read(b, Chain)
		if w.End() != len(b) || n != want || w.Bits() < 40*float64(n) {
			t.Errorf("%s: %d of %d, %d frames, %.0f bits", name, w.End(), len(b), n, w.Bits())
		}
		b[len(b)-20] ^= 1
		x, _ := walktest.Read(b, Chain)
		if lost := w.Bits() - x.Bits(); lost < 10 || lost > 20 {
			t.Errorf("%s: a bit costs %.0f", name, lost)
		}
	}
}

// Sizes of the standard's table 5.18, in words.
func TestSizes(t *testing.T) {
	for _, x := range []struct{ rate, code, words int }{{0, 0, 64}, {0, 37, 1280}, {1, 0, 69}, {1, 1, 70}, {1, 37, 1394}, {2, 20, 576}} {
		if got := size(x.rate, x.code) / 2; got != x.words {
			t.Errorf("rate %d, code %d: %d words, want %d", x.rate, x.code, got, x.words)
		}
	}
}

func TestCalibration(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.ac3")
	// Between a frame's header and its end all counts together.
	walktest.Calibrate(t, b, Chain, 1, 2)
	b = walktest.File(t, "testdata/ffmpeg.eac3")
	walktest.Calibrate(t, b, Chain, 1, 2, 3, 4, 5, 6)
}
