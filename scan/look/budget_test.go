package look

import (
	"math"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// A block is one test: its detectors may not have more than all of its budget.
func TestSharesAddUp(t *testing.T) {
	sum := 0.0
	for _, share := range []float64{statisticsShare, textShare, signatureShare, filesystemShare, superblockShare, partitionsShare, marksShare, keysShare, repeatsShare} {
		if share < 1 {
			t.Errorf("a detector has 2^-%v of a block's budget", share)
		}
		sum += math.Exp2(-share)
	}
	if sum > 1 {
		t.Errorf("the shares add up to %v", sum)
	}
}

// What is tried at more places than a block has, because of the context around it,
// is paid for.
func TestContextIsPaidFor(t *testing.T) {
	s := &segment{Terms: Terms{BlockBytes: 4096}, positions: 1}
	if got := s.sectorCost(); got != 3 {
		t.Errorf("the sectors of a block cost %v bits, want 3", got)
	}
	if got := s.textCost(); got != 12+textShare {
		t.Errorf("the bytes of a block cost %v bits, want %d", got, 12+textShare)
	}
	s.positions = 4
	if sector, text := s.sectorCost(), s.textCost(); sector != 5 || text != 14+textShare {
		t.Errorf("with four times as many positions: %v and %v bits, want 5 and %d", sector, text, 14+textShare)
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
		s.addStructure(&proof.Observation{Kind: "gpt", Start: 4, End: 590, Explained: true}, 60)
		i := max(c.spoil, 600) / SectorBytes
		if c.spoil == 0 {
			i = 0
		}
		if got := s.sectors[i].kind; got != c.want {
			t.Errorf("%s: sector %d is %v, want %v", name, i, got, c.want)
		}
	}
}
