package mpeg

import (
	"testing"

	"shokyo.dev/shokyo/internal/walktest"
)

// chainOf is those of a file, from one of the first on.
func chainOf(t *testing.T, name string) []byte {
	b := walktest.File(t, "testdata/"+name)
	for at := 600; at < len(b); at++ {
		if w, n := walktest.Read(b[at:], Chain); n > 2 && w.Bits() > 100 {
			return b[at:]
		}
	}
	t.Fatalf("%s has no frames", name)
	return nil
}

// All frames are read, up to the end of the file.
func TestWhole(t *testing.T) {
	for name, want := range map[string]int{"lame.mp3": 10, "lame-mono.mp3": 10, "shine.mp3": 10, "ffmpeg.mp2": 11, "ffmpeg.aac": 10} {
		b := chainOf(t, name)
		w, n := walktest.Read(b, Chain)
		if w.End() < len(b)-600 || n < want {
			t.Errorf("%s: %d of %d, %d frames, %.0f bits", name, w.End(), len(b), n, w.Bits())
		}
	}
}

// One frame of layer III is enough.
func TestOneFrame(t *testing.T) {
	for name, want := range map[string]float64{"lame.mp3": 68, "lame-mono.mp3": 50, "shine.mp3": 80} {
		if w, _ := walktest.Read(chainOf(t, name)[:40], Chain); w.Bits() < want {
			t.Errorf("%s: %.0f bits", name, w.Bits())
		}
	}
}

// Headers alone are enough where what stands behind them is like nothing that was counted.
func TestHeaders(t *testing.T) {
	var b []byte
	for i := range 8 {
		payload := make([]byte, 413)
		for j := range payload {
			payload[j] = byte(255 * (i + j) % 251)
		}
		b = append(append(b, 0xff, 0xfb, 0x90, 0x44), payload...)
	}
	w, n := walktest.Read(b, Headers)
	if n != 8 || w.Bits() < 150 {
		t.Errorf("%d frames, %.0f bits", n, w.Bits())
	}
	walktest.Calibrate(t, b, Headers, 1, 2, 3, 4, 417, 418, 419, 420, 421, 838)
}

// Frames of LOAS are read up to the end of the file.
func TestBroadcast(t *testing.T) {
	b := walktest.File(t, "testdata/ffmpeg.latm")
	w, n := walktest.Read(b, Broadcast)
	if w.End() < len(b)-200 || n < 15 || w.Bits() < 20*float64(n) {
		t.Errorf("%d of %d, %d frames, %.0f bits", w.End(), len(b), n, w.Bits())
	}
	walktest.Calibrate(t, b, Broadcast, 1, 2, 3, 4, 5, 100, 200, 300)
}

// Frames of AAC are found without their headers, one behind the other or with other things between them.
func TestBare(t *testing.T) {
	b := chainOf(t, "ffmpeg.aac")
	var bare []byte
	for n := 0; len(b) >= adtsBytes; n++ {
		length := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5
		bare = append(append(bare, b[adtsBytes:length]...), "else"[:n%5&3]...)
		b = b[length:]
	}
	w, n := walktest.Read(bare, Bare)
	if n < 8 || w.End() < len(bare)-400 || w.Bits() < 20*float64(n) {
		t.Errorf("%d of %d, %d frames, %.0f bits", w.End(), len(bare), n, w.Bits())
	}
	walktest.Calibrate(t, bare, Bare, 1, 2, 3, 4, 5, 7, 10, 15, 20, 300, 500)
}

// The model gives all values of a field together no more than 1.
func TestLengthsAreNormalised(t *testing.T) {
	for _, mean := range []int{8, 100, 759, 2500, 4095} {
		count := map[int]int{}
		for v := range 1 << 12 {
			class, n := eighth(v, mean)
			count[class]++
			if most := count[class]; most > n {
				t.Fatalf("mean %d: class %d has %d lengths and more, want %d", mean, class, most, n)
			}
		}
	}
	for name, rows := range map[string][]float64{"versions": {}, "bit rates": bitRates[:], "rates": rates[:], "modes": modes[:], "joints": joints[:],
		"plains": plains[:], "emphases": emphases[:], "rights": rights[:], "profiles": profiles[:], "aac rates": aacRates[:], "aac channels": aacChans[:], "octaves": frameOctaves[:]} {
		if name == "versions" {
			for _, row := range versions {
				rows = append(rows, row[:]...)
			}
		}
		sum := 0.
		for _, q := range rows {
			sum += q
		}
		if sum > 1+1e-9 || sum < .97 {
			t.Errorf("%s: %v", name, sum)
		}
	}
}

// A frame of a free bit rate ends where the next begins.
func TestFree(t *testing.T) {
	frame := append([]byte{0xff, 0xfd, 0x00, 0x04}, make([]byte, 700)...)
	var b []byte
	for range 6 {
		b = append(b, frame...)
	}
	if w, n := walktest.Read(b, Chain); n != 6 || w.Bits() < 100 {
		t.Errorf("%d frames, %.0f bits", n, w.Bits())
	}
}

func TestCalibration(t *testing.T) {
	for _, name := range []string{"lame.mp3", "shine.mp3", "ffmpeg.mp2", "ffmpeg.aac"} {
		walktest.Calibrate(t, chainOf(t, name), Chain, 1, 2, 3, 4, 5, 7, 9, 11, 14, 18, 23, 27, 29, 35, 60, 200)
	}
	walktest.Calibrate(t, chainOf(t, "lame-mono.mp3"), Chain, 2, 3, 4) // then comes a checksum
}
