package marks

import (
	"slices"
	"strings"
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

// Keys, flags, types and identifiers that LVM does not make are somebody's text.
func TestLVMWords(t *testing.T) {
	whole := strings.TrimSuffix(volumeGroup, "\x00")
	plain, ok := lvmWhole([]byte(whole))
	if !ok {
		t.Fatal("not explained as written")
	}
	for _, c := range [][3]string{
		{"max_lv = 0", "jane_doe_lives_here = 0", "jane_doe_lives_here"},
		{"\"RESIZEABLE\"", "\"JANE_DOE\"", "JANE_DOE"},
		{"max_lv = 0", "type = \"jane-doe\"", "jane-doe"},
		{"max_lv = 0", "id = \"janedo-eliv-esin-thes-econ-dhou-seonth\"", "janedoelivesinthesecondhouseonth"},
		{"max_lv = 0", "stripe1234567890123 = 1", "stripe1234567890123"},
	} {
		texts, ok := lvmWhole([]byte(strings.Replace(whole, c[0], c[1], 1)))
		if !ok || !slices.Contains(texts, c[2]) || slices.Contains(plain, c[2]) {
			t.Errorf("%s: %v %q", c[1], ok, texts)
		}
	}
	for _, own := range []string{"seqno", "pe_count", "area0", "READ", "raid5_ls"} {
		if !lvmOwn(own) {
			t.Errorf("%q is LVM's own", own)
		}
	}
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
