package look

import (
	"math"
	"reflect"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// known is a corpus of sectors by what they hold.
type known map[[SectorBytes]byte]int64

func (k known) Find(sector []byte) (int64, bool) {
	place, ok := k[[SectorBytes]byte(sector)]
	return place, ok
}
func (k known) Entries() int64   { return int64(len(k)) }
func (k known) Identity() string { return "known" }

func (k known) add(place int64, sectors []byte) {
	for ; len(sectors) > 0; sectors = sectors[SectorBytes:] {
		k[[SectorBytes]byte(sectors)] = place
		if place >= 0 {
			place++
		}
	}
}

// Ciphertext that is known is residue to the sector, whatever it looks like; what several files share is not.
func TestKnownSectors(t *testing.T) {
	buf := make([]byte, 64<<10)
	if _, err := disktest.New(int64(len(buf)), 3).ReadAt(buf, 0); err != nil {
		t.Fatal(err)
	}
	one, other := known{}, known{}
	one.add(100, buf[5*512:9*512])  // one behind the other
	one.add(500, buf[9*512:10*512]) // not where it goes on
	one.add(-1, buf[20*512:22*512]) // shared
	one.add(7, buf[0:512])          // in the context
	other.add(900, buf[30*512:31*512])
	clear(buf[40*512 : 41*512])
	one.add(0, buf[40*512:41*512]) // fill is not asked
	l := New(Terms{Size: 1 << 30, BlockBytes: 4096, Threshold: 48, Corpora: []Corpus{one, other}})
	saw := l.Look(Span{Buf: buf, Base: 1 << 20, Lo: 4096 / 2, Hi: len(buf)})
	at := func(sector int64) int64 { return 1<<20 + sector*512 }
	want := []seen.KnownRun{{Corpus: 0, Offset: at(5), Sectors: 4, Place: 100}, {Corpus: 0, Offset: at(9), Sectors: 1, Place: 500}, {Corpus: 0, Offset: at(20), Sectors: 2, Place: -1}, {Corpus: 1, Offset: at(30), Sectors: 1, Place: 900}}
	if !reflect.DeepEqual(saw.Known, want) {
		t.Errorf("%+v\nwant %+v", saw.Known, want)
	}
	var found []int64
	for _, f := range saw.Findings {
		if f.Detector != detector.Known || f.Kind != KnownKind {
			t.Errorf("%+v", f)
		}
		n := float64(one.Entries() * 2)
		if f.Offset == at(30) {
			n = 2
		}
		if most := 128 - math.Log2(n) - 23; f.Bits > most || f.Bits < most-1 {
			t.Errorf("%v bits, at most %v", f.Bits, most)
		}
		found = append(found, f.Offset, f.Length)
	}
	if !reflect.DeepEqual(found, []int64{at(5), 4 * 512, at(9), 512, at(30), 512}) {
		t.Error(found)
	}
	for _, p := range saw.Pieces {
		dirty := p.Start <= at(5) && at(5) < p.End() || p.Start <= at(9) && at(9) < p.End() || p.Start <= at(30) && at(30) < p.End()
		if (p.Class == medium.Residue) != dirty {
			t.Errorf("%+v", p)
		}
	}
	if l.Look(Span{Buf: buf[11*512:], Base: 1 << 20, Hi: 8 * 512}); len(l.segment.out.Known) != 0 {
		t.Error("the next look has what the last one saw")
	}
}

// What is explained is not asked: a partition table outlives the files of an image.
func TestExplainedIsNotKnown(t *testing.T) {
	s := &segment{Terms: Terms{BlockBytes: 512, Threshold: 48}, detectors: new(detectors), buf: make([]byte, 1024), hi: 1024, positions: 1}
	s.buf[0], s.buf[512] = 1, 2
	k := known{}
	k.add(0, s.buf)
	s.Corpora = []Corpus{k}
	s.sectors = []sector{{kind: explainedSector}, {kind: holeSector}}
	if s.findKnown(); len(s.out.Known) != 0 {
		t.Errorf("%+v", s.out.Known)
	}
	s.sectors = []sector{{kind: residueSector}, {kind: dataSector}}
	if s.findKnown(); len(s.out.Known) != 1 || s.out.Known[0].Sectors != 2 {
		t.Errorf("%+v", s.out.Known)
	}
}
