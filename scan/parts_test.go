package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/look"
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
		grown.add(uint64(n), leafHash(leaf))
	}
}

// Leaves that come in runs of any length, in any order, give the same root.
func TestTreeOfRunsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var leaves [][]byte
		var hashes [][32]byte
		for i := range 1 + rng.IntN(200) {
			leaves = append(leaves, []byte{byte(i), byte(i >> 8)})
			hashes = append(hashes, leafHash(leaves[i]))
		}
		var cuts [][2]int
		for at := 0; at < len(leaves); {
			n := min(len(leaves)-at, 1+rng.IntN(9))
			cuts = append(cuts, [2]int{at, at + n})
			at += n
		}
		rng.Shuffle(len(cuts), func(i, j int) { cuts[i], cuts[j] = cuts[j], cuts[i] })
		var grown tree
		for _, c := range cuts {
			grown.add(uint64(c[0]), hashes[c[0]:c[1]]...)
			for i, r := range grown.Runs {
				if r.size() != len(r.Nodes) || r.To <= r.From || i > 0 && grown.Runs[i-1].To >= r.From {
					t.Fatalf("runs %+v", grown.Runs)
				}
			}
		}
		if len(grown.Runs) != 1 || grown.root() != definedRoot(leaves) {
			t.Fatalf("%d leaves in the order %v: %d runs, or another root than defined", len(leaves), cuts, len(grown.Runs))
		}
	}
}

// newReader is a reader for tests, without a worker around it.
func newReader(src Source, sector int) *reader {
	return &reader{ctx: context.Background(), src: src, sector: sector, now: time.Now, turn: &sync.Mutex{}}
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
		holes, _ := newReader(m, sector).carefully(buf, 0, allowance{})
		for _, h := range holes {
			if h.Reason != "EIO" {
				t.Errorf("reason %q", h.Reason)
			}
			for at := h.Lo; at < h.Hi; at += sector {
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
	holes, _ := newReader(m, 512).carefully(buf, 0, allowance{})
	if len(holes) != 1 || holes[0] != (look.Hole{Lo: 299_520, Hi: 1 << 20, Reason: "ended-early"}) {
		t.Errorf("holes %v", holes)
	}
}

// odd is a medium whose reads are cut short behind ends, wherever that is, and that
// answers err to one that begins at no multiple of align: an image behind a network
// file system, read with O_DIRECT.
type odd struct {
	size, ends, align int64
	err               error
}

func (o odd) Size() int64 { return o.size }

func (o odd) ReadAt(p []byte, off int64) (n int, err error) {
	for i := range p {
		p[i] = 0xee
	}
	switch {
	case off%o.align != 0:
		return 0, o.err
	case off < o.ends && off+int64(len(p)) > o.ends:
		n = int(o.ends - off)
		clear(p[:n])
		return n, o.err
	}
	clear(p)
	return len(p), nil
}

// A read that was cut short makes a hole of the sectors that do not come, not of the
// page: whatever the error, the place where it ended and where the buffer lies.
func TestShortReadsCostTheirSectorsOnly(t *testing.T) {
	for _, c := range []struct {
		name   string
		ends   int64 // a read over this byte is cut short
		align  int64 // no read at an odd offset
		sector int
		off    int64
		err    error
		hole   span
	}{
		{"no error", 300_000, 4096, 512, 0, nil, span{Lo: 299_520, Hi: 303_104}},
		{"EINVAL at odd offsets", 300_000, 4096, 512, 0, syscall.EINVAL, span{Lo: 299_520, Hi: 303_104}},
		{"EIO", 300_000, 512, 512, 0, syscall.EIO, span{Lo: 299_520, Hi: 300_032}},
		{"a part of an image ends", 300_000, 512, 512, 0, io.ErrUnexpectedEOF, span{Lo: 299_520, Hi: 300_032}},
		{"large sectors, small alignment", 300_000, 512, 4096, 0, syscall.EIO, span{Lo: 299_008, Hi: 303_104}},
		{"a buffer across the sectors", 300_000, 512, 4096, 512, syscall.EIO, span{Lo: 299_008, Hi: 303_104}},
		{"in the first sector", 100, 4096, 512, 0, syscall.EINVAL, span{Lo: 0, Hi: 4096}},
		{"sectors of an array disk", 300_000, 520, 520, 0, syscall.EIO, span{Lo: 299_520, Hi: 300_040}},
	} {
		m := odd{1 << 20, c.ends, c.align, c.err}
		buf := make([]byte, m.size-c.off)
		holes, gone := newReader(m, c.sector).carefully(buf, c.off, allowance{})
		got := span{Lo: c.off + int64(holes[0].Lo), Hi: c.off + int64(holes[len(holes)-1].Hi)}
		if gone != nil || got != c.hole {
			t.Errorf("%s: the hole is %v, want %v (%v)", c.name, got, c.hole, gone)
		}
		if bytes.IndexByte(buf, 0xee) >= 0 {
			t.Errorf("%s: what a failed read left behind is taken for the medium", c.name)
		}
	}
}

// Random extents, added in random order, against the plainest model: one class
// per 512 bytes.
func TestExtentsCoverWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		size := 512 * (1 + rng.Int64N(500))
		runs, gaps, model := randomRuns(rng, size)
		var x extents
		for _, i := range rng.Perm(len(runs)) {
			x.add(runs[i])
		}
		checkTiles(t, x.tiled(gaps, size), size, func(at int64, c Class) bool { return model[at/512] == c })
	}
}

// randomRuns cuts size into runs of extents and gaps between them.
func randomRuns(rng *rand.Rand, size int64) (runs [][]Extent, gaps []span, model []Class) {
	model = make([]Class, size/512)
	for at := int64(0); at < size; {
		n := min(size-at, 512*(1+rng.Int64N(9)))
		if rng.IntN(4) == 0 {
			gaps = append(gaps, span{Lo: at, Hi: at + n})
			at += n
			continue
		}
		var run []Extent
		for end := at + n; at < end; at += 512 {
			e := Extent{Start: at, Length: 512, Class: Class(1 + rng.IntN(NumClasses-1)), Reason: string(rune('a' + rng.IntN(2)))}
			run = join(run, e)
			model[at/512] = e.Class
		}
		runs = append(runs, run)
	}
	return runs, gaps, model
}

// Coarse cells are the same in whatever order they were filled.
func TestCoarseExtentsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		size := 512 * (1 + rng.Int64N(500))
		runs, gaps, model := randomRuns(rng, size)
		inOrder, shuffled := extents{Grain: 4096}, extents{Grain: 4096}
		for i, j := range rng.Perm(len(runs)) {
			inOrder.add(runs[i])
			shuffled.add(runs[j])
		}
		list := shuffled.tiled(gaps, size)
		if !slices.Equal(inOrder.tiled(gaps, size), list) {
			t.Fatal("the order in which extents were added shows in the coarse ones")
		}
		checkTiles(t, list, size, func(at int64, c Class) bool { return look.Severity(c) >= look.Severity(model[at/512]) })
	}
}

// Coarsened, the list stays short and no cell is called better than its worst part.
func TestExtentsCoarsen(t *testing.T) {
	const blocks = 3 * maxExtents
	class := func(i int64) Class { return []Class{Fill, Ciphertext, Residue, Ciphertext, Unread}[i*i%5] }
	var x extents
	for i := int64(0); i < blocks; i += 3000 { // what comes last fills the middle
		at := i
		if i >= blocks/2 {
			at = blocks/2 + blocks - 3000 - i
		}
		var run []Extent
		for k := at; k < at+3000; k++ {
			run = join(run, Extent{Start: k * 4096, Length: 4096, Class: class(k)})
		}
		x.add(run)
	}
	list := x.tiled(nil, blocks*4096)
	if len(list) > maxExtents || x.Grain <= 4096 {
		t.Fatalf("%d extents at grain %d", len(list), x.Grain)
	}
	checkTiles(t, list, blocks*4096, func(at int64, c Class) bool { return look.Severity(c) >= look.Severity(class(at/4096)) })
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
