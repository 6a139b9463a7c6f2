package seen

import (
	"testing"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
)

// What was counted of the blocks of a window adds up: bytes, the history of bits, lanes. The first block of a window has it.
func TestGather(t *testing.T) {
	const block = 4096
	buf := make([]byte, 3*block)
	disktest.Keystream(1).ReadAt(buf, 0)
	var s Span
	s.Reset(len(buf))
	var m, all entropy.Meter
	var want entropy.Window
	var first *entropy.Window
	for i := range 3 {
		b := buf[i*block : (i+1)*block]
		var tally entropy.Tally
		m.Block(b, &tally)
		all.Block(b, &want.Tally)
		want.History.Merge(all.History())
		want.Lanes.Merge(all.Lanes())
		off := WindowSizes[0] - 2*block + int64(i*block) // the third begins a window
		switch w := s.Gather(&tally, &m, off); {
		case (w != nil) != (i != 1):
			t.Fatalf("block %d begins a window: %v", i, w != nil)
		case i == 0:
			first = w
		case i == 2 && w.N() != block:
			t.Errorf("the second window has %d bytes", w.N())
		}
		if i == 1 && (first.Tally != want.Tally || first.History != want.History || first.Bits() != want.Bits() || first.History.Lacks) {
			t.Error("the window is not what its blocks are together")
		}
	}
	w := s.GatherWindow(&want.Tally, 5*WindowSizes[0])
	if w.N() != uint64(len(buf)) || !w.History.Lacks || !w.Lanes.Lacks {
		t.Errorf("a calm window: %d bytes, lacks %v and %v", w.N(), w.History.Lacks, w.Lanes.Lacks)
	}
	if s.Reset(len(buf)); s.Gather(&want.Tally, &m, 0) == nil {
		t.Error("nothing begins after a reset")
	}
}

func TestMeet(t *testing.T) {
	text := func(off, length int64, bits float64) Finding {
		return Finding{Offset: off, Length: length, Detector: detector.Text, Kind: "utf-8", Bits: bits}
	}
	of := func(d detector.ID, f Finding) Finding { f.Detector = d; return f }
	other := text(100, 50, 60)
	other.Kind = "ascii"
	for name, c := range map[string]struct {
		a, b Finding
		want int64 // length; 0: they do not meet
	}{
		"they touch":                {text(0, 100, 50), text(100, 50, 60), 150},
		"one lies in the other":     {text(0, 100, 50), text(10, 50, 60), 100},
		"a byte between":            {text(0, 100, 50), text(101, 50, 60), 0},
		"the second is before":      {text(10, 100, 50), text(0, 50, 60), 0},
		"another kind":              {text(0, 100, 50), other, 0},
		"another detector":          {text(0, 100, 50), of(detector.Statistics, text(100, 50, 60)), 0},
		"within reach":              {of(detector.LZMA, text(0, 100, 50)), of(detector.LZMA, text(100+4096, 50, 60)), 150 + 4096},
		"beyond reach":              {of(detector.LZMA, text(0, 100, 50)), of(detector.LZMA, text(101+4096, 50, 60)), 0},
		"those that are not joined": {of(detector.Signatures, text(0, 100, 50)), of(detector.Signatures, text(100, 50, 60)), 0},
	} {
		got, ok := Meet(c.a, c.b, 4096)
		if ok != (c.want > 0) || ok && (got.Length != c.want || got.Offset != c.a.Offset || got.Bits != 60) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// Runs of known sectors go on where both the medium and the corpus do.
func TestGoes(t *testing.T) {
	one, shared := KnownRun{Corpus: 1, Offset: 1024, Sectors: 2, Place: 10}, KnownRun{Corpus: 1, Offset: 1024, Sectors: 2, Place: -1}
	for _, c := range []struct {
		run           KnownRun
		corpus        int
		offset, place int64
		want          bool
	}{{one, 1, 2048, 12, true}, {one, 2, 2048, 12, false}, {one, 1, 2560, 12, false}, {one, 1, 2048, 13, false}, {one, 1, 2048, -1, false},
		{shared, 1, 2048, -1, true}, {shared, 1, 2048, 12, false}} {
		if got := c.run.Goes(c.corpus, c.offset, c.place); got != c.want {
			t.Errorf("%+v goes on at %d of %d with %d: %v", c.run, c.offset, c.corpus, c.place, got)
		}
	}
}
