package gather

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// TestStrongest: of the runs of parts the one that has the evidence is found, wherever it lies.
func TestStrongest(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 16, 61, 64} {
		for from := range n {
			for to := from + 1; to <= n; to += 1 + n/7 {
				lo, hi := Strongest(n, func(lo, hi int) float64 {
					in := float64(max(0, min(hi, to)-max(lo, from)))
					return 1e4 * in * in / float64(hi-lo) // what is weak adds up by the square, and is diluted
				})
				if lo != from || hi != to {
					t.Errorf("%d parts, evidence in [%d, %d): got [%d, %d)", n, from, to, lo, hi)
				}
			}
		}
	}
}

// TestWindowsHaveEnds: what no block and no window of 16 KiB notices makes residue of where it lies, not of the
// window that notices it; the rest is handed on to the larger windows.
func TestWindowsHaveEnds(t *testing.T) {
	const base = 1 << 30
	for name, c := range map[string]struct {
		before, blocks, behind int
		fraction               float64
		kind                   string
	}{
		"32 KiB in 64":     {4, 8, 4, 0.06, "byte-distribution-64K"},
		"160 KiB in 256":   {8, 40, 16, 0.0228, "byte-distribution-256K"},
		"704 KiB in 1 MiB": {40, 176, 40, 0.015, "byte-distribution-1M"},
		"all of 64 KiB":    {0, 16, 0, 0.05, "byte-distribution-64K"},
	} {
		p := (&Pages{BlockBytes: 4096, Threshold: 30}).New()
		all := slices.Concat(tallied(base, c.before+c.blocks, 0), tallied(base+int64(c.before+c.blocks)*4096, c.behind, 0))
		copy(all[c.before:], tallied(base+int64(c.before)*4096, c.blocks, c.fraction))
		p.AddPieces(all...)
		p.Close()
		var residue, wrong int
		for i, x := range p.Pieces {
			if x.Class == medium.Residue {
				if residue++; i < c.before || i >= c.before+c.blocks {
					wrong++
				}
			}
		}
		missed := c.blocks - (residue - wrong)
		if wrong > 16 || missed > 16 || len(p.Findings) == 0 || p.Findings[0].Kind != c.kind {
			t.Errorf("%s: %d blocks of residue, %d wrong, %d missed, findings %+v, windows %+v", name, residue, wrong, missed, p.Findings, p.Windows)
		}
		if left := (len(p.Pieces) - residue) * 4096; handedOn(p) != left {
			t.Errorf("%s: %d bytes handed on, want %d", name, handedOn(p), left)
		}
	}
}

// TestBesideResidue: what scores a little is residue where it touches residue, block by block and window by window,
// and nowhere else.
func TestBesideResidue(t *testing.T) {
	const base = 1 << 30
	for name, c := range map[string]struct {
		bits []float64 // of the blocks, the third of which is residue; or is not, where it is 0
		want int       // blocks of residue
	}{
		"beside":              {[]float64{11, 9, 60, 11, 12, 9, 15}, 3},
		"on both sides":       {[]float64{11, 12, 60, 11, 12, 13}, 6},
		"nothing is residue":  {[]float64{11, 12, 0, 11, 12, 13}, 0},
		"nothing scores much": {[]float64{9, 9, 60, 9, 9}, 1},
	} {
		p := (&Pages{BlockBytes: 4096, Threshold: 40}).New()
		for i, bits := range c.bits {
			x := seen.Piece{Extent: medium.Extent{Start: base + int64(i)*4096, Length: 4096, Class: medium.Ciphertext}, Bits: bits}
			if bits >= 40 {
				x.Class = medium.Residue
			}
			p.AddPieces(x)
		}
		p.Close()
		residue := 0
		for _, x := range p.Pieces {
			if x.Class == medium.Residue {
				residue++
			}
		}
		if residue != c.want || c.want > 0 && len(p.Findings) != c.want-1 {
			t.Errorf("%s: %d blocks of residue, want %d; %d findings", name, residue, c.want, len(p.Findings))
		}
	}
}

// A window that scores a little is taken along beside one that raised an alarm.
func TestWindowBesideResidue(t *testing.T) {
	const base = 1 << 30
	for _, c := range []struct {
		first float64 // how biased the window before is
		want  int
	}{{0.05, 8}, {0, 4}} {
		p := (&Pages{BlockBytes: 4096, Threshold: 40}).New()
		p.AddPieces(slices.Concat(tallied(base, 4, c.first), tallied(base+4*4096, 4, 0.09), tallied(base+8*4096, 248, 0))...)
		p.Close()
		residue := 0
		for _, x := range p.Pieces {
			if x.Class == medium.Residue {
				residue++
			}
		}
		if residue != c.want {
			t.Errorf("a window before biased by %v: %d blocks of residue, want %d; %+v", c.first, residue, c.want, p.Windows)
		}
	}
}

// TestLocate: of two pieces in one window both are found, one after the other, and what is between them is left.
func TestLocate(t *testing.T) {
	var found [][]int
	bits := func(x []int) (sum float64) {
		for _, n := range x {
			sum += float64(n)
		}
		return sum * sum / float64(max(len(x), 1))
	}
	rest := Locate([]int{0, 0, 20, 20, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0}, 4, bits, func(run []int) { found = append(found, slices.Clone(run)) })
	if len(found) != 2 || !slices.Equal(found[0], []int{20, 20}) || !slices.Equal(found[1], []int{9}) || len(rest) != 13 {
		t.Errorf("found %v, left %v", found, rest)
	}
	// What raises an alarm whatever is taken out is condemned as a whole.
	if rest := Locate([]int{9, 0, 9, 0, 9, 0, 9}, 4, bits, func(run []int) {}); len(rest) != 0 {
		t.Errorf("left %v", rest)
	}
}
