package main

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/accuracy/ground"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/seen"
)

// Every detector keeps its claim; with so few blocks only a gross mistake shows.
func TestDetectors(t *testing.T) {
	blocks := int64(10000)
	if testing.Short() {
		blocks = 1000
	}
	var out strings.Builder
	if err := run(blocks, 1, 2, &out); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

// exact is a detector whose claim is met exactly: the first number of a block is below
// 2^(64-s) with probability 2^-s. off is by how much it overstates its bits.
func exact(off float64, blockBytes int) func() sweep {
	return func() sweep {
		return func(s look.Span) *gather.Page {
			p := &gather.Page{}
			for at := s.Lo; at < s.Hi; at += blockBytes {
				bits := 64 - math.Log2(float64(binary.LittleEndian.Uint64(s.Buf[at:]))) + off
				if bits >= lowest {
					p.Findings = append(p.Findings, seen.Finding{Offset: s.Base + int64(at), Detector: detector.Text, Bits: bits})
				}
			}
			return p
		}
	}
}

// A detector that is off by 2 bits is found out, one that is right is not.
func TestOffByTwoBits(t *testing.T) {
	for off, want := range map[float64]bool{0: false, 2: true} {
		got := calibrate(ground.New(ground.CTR, 1), exact(off, look.SectorBytes), look.SectorBytes, 16, 2).broken()
		if (len(got) > 0) != want {
			t.Errorf("off by %v bits: %v", off, got)
		}
		if want && !strings.HasPrefix(got[len(got)-1], "text: ") {
			t.Errorf("the detector is not named: %v", got)
		}
	}
}

// Windows are counted as tests of their own.
func TestWindows(t *testing.T) {
	tally := calibrate(ground.New(ground.CTR, 1), func() sweep { return newSweep(4096) }, 4096, 2, 1)
	for name, want := range map[string]int64{together: 2048, "windows of 64K": 128, "windows of 1M": 8} {
		if got := tally.claims[name]; got == nil || got.tests != want {
			t.Errorf("%s: %+v, want %d tests", name, got, want)
		}
	}
	for range 5 {
		tally.page(&gather.Page{Findings: []seen.Finding{{Kind: "byte-distribution-64K", Bits: 30}}}, 0)
	}
	if got := tally.broken(); len(got) == 0 || !strings.HasPrefix(got[0], "windows of 64K: ") {
		t.Errorf("5 windows of 30 bits: %v", got)
	}
}
