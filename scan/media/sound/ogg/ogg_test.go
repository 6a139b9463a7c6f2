package ogg

import (
	"bytes"
	"slices"
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
)

func pages(t *testing.T, name string) []byte {
	b := walktest.File(t, "testdata/"+name)
	return b[bytes.Index(b[1000:], []byte("OggS"))+1000:]
}

// A file is read up to its end, and each whole page is worth its checksum.
func TestWhole(t *testing.T) {
	for name, bits := range map[string]float64{"oggenc.ogg": 200, "ffmpeg.opus": 350} {
		b := pages(t, name)
		w, n := walktest.Read(b, Chain)
		if w.End() != len(b) || n != bytes.Count(b, []byte("OggS")) || w.Bits() < bits {
			t.Errorf("%s: %d of %d, %d pages, %.0f bits", name, w.End(), len(b), n, w.Bits())
		}
	}
}

// A page with a wrong checksum is a page, but worth 31 bits less and another.
func TestChecksum(t *testing.T) {
	b := pages(t, "oggenc.ogg")
	was, _ := walktest.Read(b, Chain)
	b[200] ^= 1
	is, _ := walktest.Read(b, Chain)
	if lost := was.Bits() - is.Bits(); lost < 31.9 || lost > 32.1 {
		t.Errorf("%.1f bits lost", lost)
	}
}

// The header of a page is enough, and nothing behind it is claimed.
func TestHeaderAlone(t *testing.T) {
	b := pages(t, "ffmpeg.opus")
	head := headerBytes + int(b[headerBytes-1])
	w, n := walktest.Read(b[:head+50], Chain)
	if w.Bits() < 80 || w.End() > head || n != 1 {
		t.Errorf("%.0f bits up to %d of %d", w.Bits(), w.End(), head)
	}
}

func TestCalibration(t *testing.T) {
	for _, name := range []string{"oggenc.ogg", "ffmpeg.opus"} {
		b := pages(t, name)
		next := bytes.Index(b[1:], []byte("OggS")) + 1
		walktest.Calibrate(t, b, Chain, 1, 2, 3, 4, 5, 6, 14, 18, 22, 26, 27, 30, 40, next, next+4, next+5, next+6, next+22, next+27)
	}
}

func TestAnyBitCounts(t *testing.T) {
	b := pages(t, "ffmpeg.opus")
	if kept := walktest.Break(b, Chain, 27); kept > 14 { // of position and number some are as good as others
		t.Errorf("%d bits of a header may have either value", kept)
	}
	if !slices.Equal(b[:4], []byte("OggS")) {
		t.Error("changed")
	}
}
