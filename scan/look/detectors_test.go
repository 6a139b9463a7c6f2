package look

import (
	"testing"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
)

// What is tried at more places than a block has, because of the context around it,
// is paid for.
func TestContextIsPaidFor(t *testing.T) {
	s := &segment{Terms: Terms{BlockBytes: 4096}}
	for _, c := range []struct {
		positions float64
		want      map[detector.ID]float64
	}{
		{1, map[detector.ID]float64{detector.Statistics: 2, detector.Repeats: 5, detector.Text: 12 + 2, detector.Signatures: 3 + 4, detector.Marks: 3 + 5, detector.Keys: 3 + 5}},
		{4, map[detector.ID]float64{detector.Statistics: 2, detector.Repeats: 5, detector.Text: 14 + 2, detector.Signatures: 5 + 4, detector.Marks: 5 + 5, detector.Keys: 5 + 5}},
	} {
		s.positions = c.positions
		for d, want := range c.want {
			if got := s.price(d); got != want {
				t.Errorf("%s pay %v bits with %v times as many positions, want %v", d.Row().Title, got, c.positions, want)
			}
		}
	}
	if got := s.priceOf(proof.EveryByte); got != 14 {
		t.Errorf("the bytes of four times a block pay %v bits, want 14", got)
	}
	const context = 64 << 10
	for _, c := range []struct {
		n         int
		scattered bool
		most      float64
	}{{PageBytes / 4, false, 1 + 8.0*context/PageBytes}, {4096, false, 1 + 2.0*context/4096}, {4096, true, 1}} {
		l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Scattered: c.scattered})
		l.Look(Span{Buf: make([]byte, c.n+2*context), Base: 1 << 30, Lo: context, Hi: context + c.n})
		if got := l.segment.positions; got != c.most {
			t.Errorf("%d bytes, scattered %v: %v positions for each byte wanted, want %v", c.n, c.scattered, got, c.most)
		}
	}
}

// A structure that ends within a sector explains only what is zero behind it.
func TestNothingHidesBehindAStructure(t *testing.T) {
	for name, c := range map[string]struct {
		spoil int // a byte that is not zero; -1: none
		want  sectorKind
	}{
		"zeros behind":      {-1, explainedSector},
		"a byte behind":     {600, dataSector},
		"a byte at the end": {1023, dataSector},
		"a byte before":     {0, dataSector},
	} {
		s := &segment{Terms: Terms{BlockBytes: 4096}, buf: make([]byte, 4096), hi: 4096}
		s.buf[10], s.buf[580] = 1, 2 // of the structure
		if c.spoil >= 0 {
			s.buf[c.spoil] = 3
		}
		s.classifySectors(nil)
		s.take(detector.Partitions, &proof.Observation{Kind: "gpt", Start: 4, End: 590, Explained: true})
		i := max(c.spoil, 600) / SectorBytes
		if c.spoil == 0 {
			i = 0
		}
		if got := s.sectors[i].kind; got != c.want {
			t.Errorf("%s: sector %d is %v, want %v", name, i, got, c.want)
		}
	}
}

// Every detector is asked somehow.
func TestAllAreAsked(t *testing.T) {
	for d := detector.Keys; d < detector.Decoded; d++ {
		if w := &ways[d]; w.at == nil && w.sweep == nil && w.block == nil {
			t.Errorf("%s is not asked", d.Row().Title)
		}
	}
}
