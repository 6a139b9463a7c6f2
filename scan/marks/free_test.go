package marks

import (
	"slices"
	"testing"
)

// A message in numbers and identifiers, broken up so that no run is long, is handed on.
func TestWordsInNumbers(t *testing.T) {
	b := mdVolume()[4096:]
	copy(b[16:], "the key\x00hunter2\x00")
	put(b, 216, mdSum(b[:256+256], 216))
	s, ok := recognize(b, 0)
	if !ok || !s.Explained || !slices.Contains(s.Texts, "the key") || !slices.Contains(s.Texts, "hunter2") || s.Free < 14 {
		t.Errorf("%v %+v", ok, s)
	}
}

// An identifier that LVM does not draw is somebody's text.
func TestLVMIdentifier(t *testing.T) {
	b := lvmVolume()
	copy(b[512+32:], "janedoelivesintheseconddhouseon1")
	put(b[512:], 16, lvmCRC(b[532:1024]))
	if s, ok := recognize(b, 512); !ok || !s.Explained || len(s.Texts) != 1 {
		t.Errorf("label: %v %+v", ok, s)
	}
}

// What stands behind the sectors of a bitmap is not the bitmap's.
func TestBitmapEnds(t *testing.T) {
	for _, kind := range []string{"md-bitmap", "dm-mirror-log"} {
		i := slices.IndexFunc(volumeCrafts(), func(c craft) bool { return c.kind == kind })
		c := volumeCrafts()[i]
		s, ok := recognize(c.buf, c.off)
		if !ok || !s.Explained || (s.End-s.Start)%sector != 0 {
			t.Fatalf("%s: %v %+v", kind, ok, s)
		}
		b := append(slices.Clone(c.buf[:c.off+(s.End-s.Start)]), random(77, 8192)...)
		after, ok := recognize(b, c.off)
		if !ok || !after.Explained || after.End > s.End {
			t.Errorf("%s before ciphertext: %v %+v", kind, ok, after)
		}
	}
}
