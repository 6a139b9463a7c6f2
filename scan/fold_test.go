package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// What becomes of finished pages, without any medium: these tests make the pages.

// newTestFolder folds a plan of one region, expected to be erased.
func newTestFolder(threshold float64) *folder {
	p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: 1 << 30}}}
	return &folder{state: newState(p, 1<<30), plan: p, threshold: threshold, groups: 64}
}

// made is page number i of so many blocks of ciphertext, of whose bytes a fraction lacks its top bit.
func made(i, blocks int, fraction float64) *pageResult {
	start := int64(i) * PageBytes
	r := &pageResult{Page: &look.Page{Windows: look.NewWindows(4096, PageBytes)}}
	r.page = page{Page: plan.Page{Index: i, Start: start, Group: i / 4, After: start, Leaf: uint64(4 * i), Wants: []span{{Lo: start, Hi: start + int64(blocks)*4096}}}}
	random := rand.New(rand.NewChaCha8([32]byte{byte(i)}))
	b := make([]byte, 4096)
	var m entropy.Meter
	for n := range blocks {
		for k := range b {
			if b[k] = byte(random.Uint32()); random.Float64() < fraction {
				b[k] &= 0x7F
			}
		}
		m.Block(b, &r.Tally)
		r.Pieces = append(r.Pieces, look.Piece{Extent: Extent{Start: start + int64(n)*4096, Length: 4096, Class: Ciphertext}})
	}
	return r
}

// TestWindowOfPages: what no page has alone is found in the window of 16 MiB, which is
// condemned then; what that has not goes on to the region.
func TestWindowOfPages(t *testing.T) {
	for name, c := range map[string]struct {
		fraction float64
		alarm    bool
	}{"random": {0, false}, "biased": {0.1, true}} {
		f := newTestFolder(30)
		for i := range 2 {
			f.take(made(i, 16, c.fraction))
		}
		f.commit()
		last := f.Windows[len(f.Windows)-1]
		g := &f.Regions[0]
		if last.Windows != 1 || (last.Alarms == 1) != c.alarm || (g.Tally.N() == 0) != c.alarm {
			t.Errorf("%s: %+v, %d bytes go on to the region", name, last, g.Tally.N())
		}
		want := ClassBytes{Ciphertext: 32 * 4096}
		if c.alarm {
			want = ClassBytes{Residue: 32 * 4096}
		}
		if g.Classes != want || (len(f.Findings) == 2) != c.alarm {
			t.Errorf("%s: %v with %d findings", name, g.Classes, len(f.Findings))
		}
	}
}

// TestRegionAsAWhole: what no window raised an alarm over is tested once more, all together.
func TestRegionAsAWhole(t *testing.T) {
	f := newTestFolder(30)
	page := made(0, 16, 0.1)
	f.Regions[0].Tally = page.Tally
	f.Regions[0].Classes[Ciphertext] = 16 * 4096
	r := &Result{}
	condemned := f.testRegions(r)
	if len(condemned) != 1 || condemned[0] != (span{Lo: 0, Hi: 1 << 30}) || len(r.Windows) != 1 || r.Windows[0].Alarms != 1 || len(f.Findings) != 1 {
		t.Errorf("%v, %+v, %d findings", condemned, r.Windows, len(f.Findings))
	}
	r.addRegion(f.plan.Regions[0], &f.Regions[0], 20*4096, true)
	if g := r.Regions[0]; g.Classes != (ClassBytes{Residue: 16 * 4096, Unread: 4 * 4096}) || g.ReadBackCiphertext != 0 {
		t.Errorf("%+v", g)
	}
	if r = (&Result{}); len(newTestFolder(30).testRegions(r)) > 0 {
		t.Error("an empty region is condemned")
	}
}

// TestSkippedCountsForNothing: a page that a worker read before it was decided to skip its
// group is put off like all of it, and decides nothing.
func TestSkippedCountsForNothing(t *testing.T) {
	f := newTestFolder(30)
	f.Skip = skipping{Streak: 2, To: 3}
	r := made(4, 16, 0.5) // of group 1
	r.trouble = true
	f.take(r)
	f.commit()
	if f.Skip != (skipping{Streak: 2, To: 3}) {
		t.Errorf("it decided what is skipped: %+v", f.Skip)
	}
	if len(f.Findings) > 0 || f.Done > 0 || f.Regions[0].Classes != (ClassBytes{}) {
		t.Errorf("it counts: %d findings, %d bytes, %v", len(f.Findings), f.Done, f.Regions[0].Classes)
	}
	if len(f.Deferred) != 1 || f.Deferred[0].From != 4 || f.Deferred[0].Bytes != 16*4096 || f.Next != 5 {
		t.Errorf("put off %+v, next is %d", f.Deferred, f.Next)
	}
	f.take(made(12, 16, 0)) // of group 3, which is not skipped
	f.commit()
	if f.Done != 16*4096 || len(f.Deferred) != 1 || f.Skip.Streak != 0 {
		t.Errorf("the next group: %d bytes done, %+v put off, %+v", f.Done, f.Deferred, f.Skip)
	}
}

// TestEveryFindingIsCounted: keys by themselves, and what one page had too many of.
func TestEveryFindingIsCounted(t *testing.T) {
	f := newTestFolder(30)
	r := made(0, 1, 0)
	r.Findings = []Finding{{Offset: 0, Length: 512, Detector: look.Keys, Kind: LiveKeySlot}, {Offset: 512, Length: 512, Detector: look.Keys, Kind: "luks1-damaged"}}
	r.Unlisted = []FindingCount{{Detector: look.Signatures, Kind: "jpeg", Count: 7, Bytes: 700}, {Detector: look.Keys, Kind: LiveKeySlot, Count: 2}}
	f.take(r)
	f.commit()
	if g := f.Regions[0]; g.Findings != 11 || g.LiveKeys != 3 || g.KeyMaterial != 1 {
		t.Errorf("%d findings, %d live keys, %d other keys; want 11, 3, 1", g.Findings, g.LiveKeys, g.KeyMaterial)
	}
}

// TestDigestOfAllOrNone: there is no digest of a medium that was not read whole.
func TestDigestOfAllOrNone(t *testing.T) {
	for _, holes := range []bool{false, true} {
		f := newTestFolder(30)
		f.sha, f.Holes = sha256.New(), holes
		r := &Result{Complete: true}
		f.digests(r, &Scan{})
		if (r.SHA256 == nil) != holes {
			t.Errorf("holes %v: %x", holes, r.SHA256)
		}
	}
}

// TestManySeamsCondemn: the first few blocks that end in fill are let pass, more are files.
func TestManySeamsCondemn(t *testing.T) {
	for _, n := range []int{maxSeams, maxSeams + 1} {
		f := newTestFolder(30)
		f.Regions[0].Classes[Ciphertext] = int64(n) * 4096
		for i := range n {
			at := int64(i) * 8192
			f.Rims.add(look.Rim{Start: at, End: at + 4000, Lo: at, Hi: at + 4096, Fill: 96, Bits: 700})
		}
		condemned, want := len(f.judgeSeams()), 0
		if n > maxSeams {
			want = n
		}
		if condemned != want || f.Regions[0].Classes[Residue] != int64(want)*4096 {
			t.Errorf("%d seams: %d condemned, %v", n, condemned, f.Regions[0].Classes)
		}
	}
}

// TestWhatRepetitionsStandBeside: a unit over and over stands alone, or it does not stand.
func TestWhatRepetitionsStandBeside(t *testing.T) {
	const period = 3000
	unit := func(at, n int64) Extent { return Extent{Start: at, Length: n, Class: Pattern, Reason: "period-3000"} }
	cipher := func(at, n int64) Extent { return Extent{Start: at, Length: n, Class: Ciphertext} }
	for name, c := range map[string]struct {
		list  []Extent
		bytes int64
		mixed bool
		want  bool
	}{
		"alone":                   {[]Extent{unit(0, 1<<20)}, 1 << 20, false, true},
		"beside fill":             {[]Extent{unit(0, 1<<20), {Start: 1 << 20, Length: 4096, Class: Fill, Reason: "00"}}, 1 << 20, false, true},
		"a short end":             {[]Extent{unit(0, 1<<20), cipher(1<<20, 512)}, 1 << 20, false, true},
		"beside ciphertext":       {[]Extent{unit(0, 1<<20), cipher(1<<20, 4096)}, 1 << 20, false, false},
		"with data in between":    {[]Extent{unit(0, 1<<20), cipher(1<<20, 512), unit(1<<20+512, 1<<20)}, 2 << 20, false, false},
		"two units":               {[]Extent{unit(0, 1<<20)}, 1 << 20, true, false},
		"too few to be called so": {[]Extent{unit(0, 8192)}, 3 * period, false, false},
	} {
		f := newTestFolder(30)
		f.Regions[0].Repeats = c.bytes
		f.Unit = look.Repetition{Period: period, Print: "x", Bytes: c.bytes, Mixed: c.mixed}
		if got := f.patternsStand(c.list, true); got != c.want {
			t.Errorf("%s: stands is %v", name, got)
		}
	}
}

// scripted answers reads as it is told.
type scripted func(p []byte, off int64) (int, error)

func (s scripted) ReadAt(p []byte, off int64) (int, error) { return s(p, off) }
func (s scripted) Size() int64                             { return 1 << 20 }

func testReader(src Source) *reader {
	return &reader{ctx: context.Background(), src: src, sector: 512, now: time.Now, turn: &sync.Mutex{}}
}

// TestOneRead: all of it or an error, and a medium that is gone is not one with bad sectors.
func TestOneRead(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		err  error
		want error
	}{
		"whole":                {4096, nil, nil},
		"whole, and the end":   {4096, io.EOF, nil},
		"short without reason": {3584, nil, io.ErrNoProgress},
		"short at the end":     {3584, io.EOF, io.EOF},
		"a byte less":          {4095, syscall.EIO, syscall.EIO},
		"gone":                 {0, syscall.ENODEV, ErrGone},
		"gone, with some data": {512, syscall.ENXIO, ErrGone},
	} {
		r := testReader(scripted(func([]byte, int64) (int, error) { return c.n, c.err }))
		if _, _, err := r.once(make([]byte, 4096), 0); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestNothingOfBeforeStays: where a sector can not be read there are zeros, and a hole.
func TestNothingOfBeforeStays(t *testing.T) {
	bad := span{Lo: 1024, Hi: 1536}
	r := testReader(scripted(func(p []byte, off int64) (int, error) {
		for i := range p {
			p[i] = 0xAA
		}
		if off < bad.Hi && off+int64(len(p)) > bad.Lo {
			return 0, syscall.EIO
		}
		return len(p), nil
	}))
	buf := bytes.Repeat([]byte{0x55}, 4096)
	holes, gone := r.carefully(buf, 0, allowance{})
	want := []look.Hole{{Lo: 1024, Hi: 1536, Reason: "EIO"}}
	if gone != nil || !slices.Equal(holes, want) {
		t.Fatalf("%+v, %v; want %+v", holes, gone, want)
	}
	for i, b := range buf {
		if want := map[bool]byte{true: 0, false: 0xAA}[i >= 1024 && i < 1536]; b != want {
			t.Fatalf("byte %d is %#x, want %#x", i, b, want)
		}
	}
}

// TestTimeThatIsUpIsNoted: what is not asked for any more is a hole with that reason.
func TestTimeThatIsUpIsNoted(t *testing.T) {
	r := testReader(scripted(func([]byte, int64) (int, error) { return 0, syscall.EIO }))
	var used atomic.Int64
	used.Store(int64(time.Hour))
	holes, _ := r.carefully(make([]byte, 4096), 0, allow(&page{}, time.Minute, &used))
	if len(holes) != 1 || holes[0] != (look.Hole{Lo: 0, Hi: 4096, Reason: timeBudget}) {
		t.Errorf("%+v", holes)
	}
}

// TestResumeReadsTheProbe: what was hashed last is read again, to be sure of the medium.
func TestResumeReadsTheProbe(t *testing.T) {
	medium := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{7}).Read(medium)
	src := scripted(func(p []byte, off int64) (int, error) { return copy(p, medium[min(off, int64(len(medium))):]), nil })
	plan := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "r", Length: int64(len(medium))}}}
	var saved []byte
	s, err := New(plan, sized{src, int64(len(medium))}, Options{Save: func(b []byte, _ int64) error { saved = b; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, changed := range []bool{false, true} {
		if changed {
			medium[len(medium)-100] ^= 1
		}
		_, err := New(plan, sized{src, int64(len(medium))}, Options{Resume: saved})
		if (err != nil) != changed || changed && !strings.Contains(err.Error(), "differs") {
			t.Errorf("changed %v: %v", changed, err)
		}
	}
}

// sized is a source of a size of its own.
type sized struct {
	Source
	size int64
}

func (s sized) Size() int64 { return s.size }

// TestEndOfExtents is where the furthest that was added ends, in whatever order.
func TestEndOfExtents(t *testing.T) {
	at := func(lo, hi int64) []Extent { return []Extent{{Start: lo, Length: hi - lo, Class: Ciphertext}} }
	var x extents
	for i, add := range [][]Extent{at(8192, 12288), at(0, 4096), append(at(16384, 20480), Extent{Start: 20480, Length: 4096, Class: Fill})} {
		if x.add(add); x.End != []int64{12288, 12288, 24576}[i] {
			t.Errorf("after %d: the end is %d", i, x.End)
		}
	}
}
