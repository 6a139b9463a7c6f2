package flac

import (
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
	"shokyo.dev/shokyo/scan/media/sound/walk"
)

// frames are those of a file, from its second on.
func frames(t *testing.T, name string) []byte {
	b := walktest.File(t, "testdata/"+name)
	for at := range b {
		if w, n := walktest.Read(b[at:], Chain); n > 1 && w.Bits() > 100 {
			return b[at:]
		}
	}
	t.Fatalf("%s has no frames", name)
	return nil
}

// All frames are walked through, up to the end of the file.
func TestWhole(t *testing.T) {
	for name, want := range map[string]int{"flac.flac": 7, "ffmpeg.flac": 4} {
		b := frames(t, name)
		w, n := walktest.Read(b, Chain)
		if w.End() < len(b)-2 || n != want {
			t.Errorf("%s: %d of %d, %d frames, %.0f bits", name, w.End(), len(b), n, w.Bits())
		}
	}
}

// A number is written as UTF-8 would, up to 36 bits.
func TestNumbers(t *testing.T) {
	for _, v := range []uint64{0, 1, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x1fffff, 0x200000, 0x3ffffff, 0x4000000, 0x7fffffff, 0x80000000, 0xfffffffff} {
		b := appendNumber(nil, v)
		if v < 0x110000 && (v < 0xd800 || v > 0xdfff) && string(b) != string(rune(v)) {
			t.Errorf("%x: % x", v, b)
		}
		w := walktest.From(b)
		if got := take(&w); got != v || w.Pos() != 8*len(b) {
			t.Errorf("% x: %x, want %x", b, got, v)
		}
	}
}

// One frame, or half of it, is enough.
func TestPart(t *testing.T) {
	if w, _ := walktest.Read(frames(t, "ffmpeg.flac")[:1800], Chain); w.Bits() < 70 {
		t.Errorf("%.0f bits", w.Bits())
	}
}

// Zeros without end are work too: nothing but them stands in what is to be one residual.
func TestZerosAreWork(t *testing.T) {
	const fields = 1000
	budget := walk.Budget{Short: fields, Need: 1e9}
	w := walk.From(make([]byte, 57*10*fields/8), 0, &budget)
	unary(&w, 1, 0)
	if w.Alive() || w.Pos() > 57*(fields+1) || budget.Spent > fields+1 {
		t.Errorf("alive %v after %d bits and %d fields", w.Alive(), w.Pos(), budget.Spent)
	}
}

func TestCalibration(t *testing.T) {
	for _, name := range []string{"flac.flac", "ffmpeg.flac"} {
		// Behind that residuals count together.
		walktest.Calibrate(t, frames(t, name), Chain, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	}
}
