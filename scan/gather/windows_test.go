package gather

import (
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// tallied are ciphertext blocks with so much too little of one bit.
func tallied(base int64, blocks int, fraction float64) (list []seen.Piece) {
	r := rand.New(rand.NewChaCha8([32]byte{5, byte(base >> 12), byte(base >> 20)}))
	var m entropy.Meter
	for i := range blocks {
		b := make([]byte, 4096)
		for k := range b {
			if b[k] = byte(r.Uint32()); r.Float64() < fraction {
				b[k] &= 0x7F
			}
		}
		tally := &entropy.Window{}
		m.Block(b, &tally.Tally)
		tally.History = *m.History()
		list = append(list, seen.Piece{Extent: medium.Extent{Start: base + int64(i)*4096, Length: 4096, Class: medium.Ciphertext}, Tally: tally})
	}
	return list
}

// handedOn is how many bytes are left to windows of several pages.
func handedOn(p *Page) (n int) {
	for i := range p.Left {
		n += int(p.Left[i].Tally.N())
	}
	return n
}

// TestWindowsAddUp: evidence that no block has alone is found in the window that it fills,
// condemns that window, and is left out of the larger ones; what no window has is handed on.
func TestWindowsAddUp(t *testing.T) {
	const base = 1 << 30
	for name, c := range map[string]struct {
		blocks   int
		fraction float64
		alarms   [4]int64
		residue  int
		left     bool // something is handed on to the larger windows
	}{
		"random":                {256, 0, [4]int64{}, 0, true},
		"16 KiB":                {4, 0.16, [4]int64{1}, 4, false},
		"64 KiB":                {16, 0.05, [4]int64{0, 1}, 16, false},
		"256 KiB":               {64, 0.025, [4]int64{0, 0, 1}, 64, false},
		"1 MiB":                 {256, 0.014, [4]int64{0, 0, 0, 1}, 256, false},
		"too little for 1 MiB":  {256, 0.004, [4]int64{}, 0, true},
		"a window that is open": {20, 0.16, [4]int64{5}, 20, false},
	} {
		p := (&Pages{BlockBytes: 4096, Threshold: 30}).New()
		p.AddPieces(tallied(base, c.blocks, c.fraction)...)
		p.Close()
		residue := 0
		for _, x := range p.Pieces {
			if x.Class == medium.Residue {
				residue++
			}
		}
		var got, sum = [4]int64{}, 0
		for i, w := range p.Windows {
			got[i] = w.Alarms
			sum += int(c.alarms[i])
		}
		if got != c.alarms || residue != c.residue || (handedOn(p) > 0) != c.left {
			t.Errorf("%s: %v alarms, %d blocks of residue, %d bytes handed on; want %v, %d, %v (%+v)", name, got, residue, handedOn(p), c.alarms, c.residue, c.left, p.Windows)
		}
		if want := int64((c.blocks + 3) / 4); p.Windows[0].Windows != want || len(p.Findings) != sum {
			t.Errorf("%s: %d windows of 16 KiB, want %d; %d findings", name, p.Windows[0].Windows, want, len(p.Findings))
		}
	}
}

// What is counted of the smallest windows is what their scores say, also where a score need not be worked out: the highest comes
// first, last, or before others that raise an alarm too.
func TestScoresThatAreNotWorkedOut(t *testing.T) {
	const base, threshold = 1 << 30, 40
	for name, fractions := range map[string][]float64{
		"highest first": {0.2, 0.12, 0, 0.03, 0.12, 0, 0, 0.02},
		"highest last":  {0, 0.02, 0.03, 0, 0.04, 0.12, 0, 0.2},
		"none above 0":  make([]float64, 8),
		"no alarm":      {0.03, 0, 0.02, 0.04, 0, 0.02, 0.03, 0.01},
	} {
		p := (&Pages{BlockBytes: 4096, Threshold: threshold}).New()
		want := WindowTest{WindowBytes: 16 << 10}
		for i, fraction := range fractions {
			at := int64(base + i*16<<10)
			pieces := tallied(at, 4, fraction)
			var all entropy.Window
			for _, x := range pieces {
				x.Tally.History, x.Tally.Lanes = entropy.History{Lacks: true}, entropy.Lanes{Lacks: true}
				all.Merge(x.Tally)
			}
			want.Record(all.Bits(), at, all.Bits() >= threshold)
			p.AddPieces(pieces...)
		}
		p.Close()
		if p.Windows[0] != want {
			t.Errorf("%s: %+v, want %+v", name, p.Windows[0], want)
		}
	}
}
