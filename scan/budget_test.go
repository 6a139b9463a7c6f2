package scan

import (
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// Evidence too weak for any window adds up over the region.
func TestRegionIsTestedAsAWhole(t *testing.T) {
	heavy(t)
	const size = 64 << 20
	b := make([]byte, size)
	disktest.Keystream(9).ReadAt(b, 0)
	for i := 0; i < size; i += 700 {
		b[i] &= 0x7F
	}
	p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: size}}}
	r := examine(t, p, bytesSource{b}, Options{NoDigest: true})
	for _, w := range r.Windows {
		if alarm := w.WindowBytes == 0; w.Alarms > 0 != alarm || w.Windows == 0 {
			t.Errorf("windows of %d bytes: %+v", w.WindowBytes, w)
		}
	}
	if v := Decide(p, r); v.Outcome != ResidueFound || r.Classes[Residue] != size {
		t.Errorf("%v, classes %v", v.Outcome, r.Classes)
	}
}
