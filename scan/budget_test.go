package scan

import (
	"math"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
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

// Blocks, the windows above them, and each region as a whole are tests.
func TestTestsAreCounted(t *testing.T) {
	for _, c := range []struct {
		plan Plan
		want int64
	}{
		{Plan{BlockBytes: 4096, Regions: []Region{{Length: 32 << 20}}}, 8192 + 512 + 32 + 2 + 1},
		{Plan{BlockBytes: 65536, Regions: []Region{{Length: 32 << 20}}}, 512 + 32 + 2 + 1},
		{Plan{BlockBytes: 4096, Regions: []Region{{Start: 60 << 10, Length: 8 << 10}, {Start: 1 << 20, Length: 4096}}}, 3 + 3 + 2 + 2 + 2},
	} {
		if got := c.plan.tests(); got != c.want {
			t.Errorf("%+v: %d tests, want %d", c.plan.Regions, got, c.want)
		}
		if got, want := c.plan.threshold(), math.Log2(float64(c.want)*1e6); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: a threshold of %v bits, want %v", c.plan.Regions, got, want)
		}
	}
}

// What is tried at more places than a block has, because of the context around it,
// is paid for.
func TestContextIsPaidFor(t *testing.T) {
	s := &segment{plan: &Plan{BlockBytes: 4096}, positions: 1}
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
	w := worker{plan: s.plan, size: 16 << 20, buf: newBuffer()}
	w.reader = *newReader(disktest.New(w.size, 1), SectorBytes)
	for _, c := range []struct {
		want span
		most float64
	}{{span{PageBytes, 2 * PageBytes}, 1 + 2.0*contextBytes/PageBytes}, {span{PageBytes, PageBytes + 4096}, 1 + 2.0*contextBytes/4096}} {
		w.load(c.want, contextBytes, &pageResult{})
		if got := w.segment.positions; got != c.most {
			t.Errorf("%v: %v positions for each byte wanted, want %v", c.want, got, c.most)
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
		s := &segment{plan: &Plan{BlockBytes: 4096}, buf: make([]byte, 4096), hi: 4096}
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
