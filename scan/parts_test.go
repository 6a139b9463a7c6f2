package scan

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// The recursive definition of RFC 6962 §2.1, as it stands there.
func definedRoot(leaves [][]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := definedRoot(leaves[:k]), definedRoot(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

func TestTreeIsRFC6962(t *testing.T) {
	var leaves [][]byte
	var grown tree
	for n := range 70 {
		if grown.root() != definedRoot(leaves) {
			t.Fatalf("%d leaves: root differs from the definition", n)
		}
		leaf := []byte{byte(n), 7}
		leaves = append(leaves, leaf)
		grown.add(leafHash(leaf))
	}
}

func TestReadFindsExactlyTheBadSectors(t *testing.T) {
	const size = 1 << 20
	for _, sector := range []int{512, 4096} {
		m := disktest.New(size, 1)
		bad := []int64{0, 1, 7, 100, 1000, size/int64(sector) - 1}
		bad = slices.DeleteFunc(bad, func(i int64) bool { return i*int64(sector) >= size })
		for _, i := range bad {
			m.Fail(i*int64(sector), int64(sector), syscall.EIO)
		}
		buf := make([]byte, size)
		var got []int64
		holes, _ := reader{context.Background(), m, sector}.read(buf, 0)
		for _, h := range holes {
			if h.reason != "EIO" {
				t.Errorf("reason %q", h.reason)
			}
			for at := h.lo; at < h.hi; at += sector {
				got = append(got, int64(at/sector))
			}
		}
		slices.Sort(bad)
		if bad = slices.Compact(bad); !slices.Equal(got, bad) {
			t.Errorf("sector %d: unreadable %v, want %v", sector, got, bad)
		}
	}
}

func TestReadOfAShrunkMedium(t *testing.T) {
	m := disktest.New(1<<20, 1)
	m.Shrink(300_000)
	buf := make([]byte, 1<<20)
	holes, _ := reader{context.Background(), m, 512}.read(buf, 0)
	if len(holes) != 1 || holes[0] != (hole{299_520, 1 << 20, "ended-early"}) {
		t.Errorf("holes %v", holes)
	}
}

// Random extents against the plainest model: one class per 512 bytes.
func TestExtentsCoverWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var x extents
		size := 512 * (1 + rng.Int64N(500))
		model := make([]Class, size/512)
		for at := int64(0); at < size; {
			n := min(size-at, 512*(1+rng.Int64N(9)))
			if rng.IntN(4) > 0 {
				c := Class(1 + rng.IntN(NumClasses-1))
				x.add(Extent{at, n, c, ""})
				for i := at / 512; i < (at+n)/512; i++ {
					model[i] = c
				}
			}
			at += n
		}
		checkTiles(t, x.tiled(size), size, func(at int64, c Class) bool { return model[at/512] == c })
	}
}

// Coarsened, the list stays short and no cell is called better than its worst part.
func TestExtentsCoarsen(t *testing.T) {
	const blocks = 3 * maxExtents
	var x extents
	class := func(i int64) Class { return []Class{Fill, Ciphertext, Residue, Ciphertext, Unread}[i*i%5] }
	for i := range int64(blocks) {
		if class(i) != Unread {
			x.add(Extent{i * 4096, 4096, class(i), ""})
		}
	}
	list := x.tiled(blocks * 4096)
	if len(list) > maxExtents || x.Grain <= 4096 {
		t.Fatalf("%d extents at grain %d", len(list), x.Grain)
	}
	checkTiles(t, list, blocks*4096, func(at int64, c Class) bool { return severity(c) >= severity(class(at/4096)) })
}

func checkTiles(t *testing.T, list []Extent, size int64, ok func(at int64, c Class) bool) {
	t.Helper()
	at := int64(0)
	for i, e := range list {
		if e.Start != at || e.Length <= 0 {
			t.Fatalf("extent %d starts at %d, want %d", i, e.Start, at)
		}
		if i > 0 && list[i-1].Class == e.Class && list[i-1].Reason == e.Reason {
			t.Fatalf("extent %d is like the one before", i)
		}
		for ; at < e.Start+e.Length; at += 512 {
			if !ok(at, e.Class) {
				t.Fatalf("byte %d is called %v", at, e.Class)
			}
		}
		at = e.Start + e.Length
	}
	if at != size {
		t.Fatalf("extents end at %d of %d", at, size)
	}
}

func TestEveryClassHasASeverity(t *testing.T) {
	for c := range NumClasses {
		if severity(Class(c)) < 0 {
			t.Errorf("%v has none", Class(c))
		}
	}
}

func TestPatternNameDoesNotTurn(t *testing.T) {
	p := []byte{0x92, 0x49, 0x24}
	for range 3 {
		if got := patternName(p); got != "249249" {
			t.Errorf("%x is called %s", p, got)
		}
		p = append(p[1:], p[0])
	}
}

func TestPlanThreshold(t *testing.T) {
	for size, want := range map[int64]float64{96 << 20: 34.6, 1e12: 47.9, 20e12: 52.3} {
		if got := planOver(size, Full).threshold(); got < want-0.2 || got > want+0.2 {
			t.Errorf("%d bytes: %.2f bits, want about %.1f", size, got, want)
		}
	}
}
