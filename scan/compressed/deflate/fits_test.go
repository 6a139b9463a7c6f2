package deflate

import (
	"math/bits"
	"slices"
	"testing"
)

// TestFits: what is refused without its chances is no header, and of random ones most are refused.
func TestFits(t *testing.T) {
	h := header{m: headers(), pow: powers()}
	var began, fit, valid int
	ask := func(b []byte, bit int) {
		r := bitReader{b, bit}
		if _, ok := h.readPrecode(&r); !ok {
			return
		}
		began++
		fits := h.fits(&r)
		_, ok := h.read(&bitReader{b, bit})
		if ok && !fits {
			t.Fatalf("a header at bit %d is refused", bit)
		}
		if fits {
			fit++
		}
		if ok {
			valid++
		}
	}
	real := deflated(t, 6, rows(20_000))[:200]
	for i := range 8 * 90 {
		for shift := range 8 {
			b := shifted(real, shift)
			b[i/8] ^= 1 << (i % 8)
			ask(b, shift+3)
		}
	}
	if valid < 1000 {
		t.Errorf("%d headers are valid: the test sees nothing", valid)
	}
	began, fit = 0, 0
	b := noise(1<<18, 3)
	for bit := range 8 * (len(b) - 400) {
		ask(b, bit)
	}
	if began < 500 || fit > began/20 {
		t.Errorf("of %d random headers %d fit", began, fit)
	}
}

// TestPlaces: the lists are what the masks say, one by one.
func TestPlaces(t *testing.T) {
	var f Finder
	masks := make([]uint64, chunk)
	b := noise(stride*chunk+64, 4)
	headsGeneric(b, masks)
	masks[3], masks[chunk-1] = 1<<(8*stride)-1, 1<<(8*stride)-1 // more than a few
	var want, full []uint16
	for i, m := range masks {
		for ; m != 0; m &= m - 1 {
			bit := 8*stride*i + bits.TrailingZeros64(m)
			want = append(want, uint16(bit))
			if missing(b, bit) == 0 {
				full = append(full, uint16(bit))
			}
		}
	}
	got := places(f.places[:], masks, 0, 8*stride)
	if !slices.Equal(got, want) {
		t.Fatalf("%d places, not %d", len(got), len(want))
	}
	if got := onlyComplete(b, got); !slices.Equal(got, full) || len(got) == 0 {
		t.Fatalf("%d complete ones, not %d", len(got), len(full))
	}
	for i := range masks {
		masks[i] = 1<<(8*stride) - 1
	}
	if n := len(places(f.places[:], masks, 0, 8*stride)); n != 8*stride*chunk {
		t.Errorf("%d places of all", n)
	}
}
