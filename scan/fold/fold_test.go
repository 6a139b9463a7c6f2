package fold

import (
	"crypto/sha256"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/seen"
)

// What becomes of finished pages, without any medium: these tests make the pages.

// newTestFolder folds a plan of one region, expected to be erased.
func newTestFolder(threshold float64) *Folder {
	p := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Name: "r", Length: 1 << 30}}}
	return &Folder{State: NewState(p, 1<<30), terms: Terms{Plan: p, Size: 1 << 30, Threshold: threshold, Outline: plan.Outline{Groups: 64}}}
}

// made is page number i of so many blocks of ciphertext, of whose bytes a fraction lacks its top bit.
func made(i, blocks int, fraction float64) *Page {
	start := int64(i) * look.PageBytes
	r := &Page{Seen: &gather.Page{Windows: gather.NewWindows(4096, look.PageBytes)}}
	r.Page = plan.Page{Index: i, Start: start, Group: i / 4, After: start, Leaf: uint64(4 * i), Wants: []plan.Span{{Lo: start, Hi: start + int64(blocks)*4096}}}
	random := rand.New(rand.NewChaCha8([32]byte{byte(i)}))
	b := make([]byte, 4096)
	var m entropy.Meter
	left := gather.Left{To: blocks}
	for n := range blocks {
		for k := range b {
			if b[k] = byte(random.Uint32()); random.Float64() < fraction {
				b[k] &= 0x7F
			}
		}
		m.Block(b, &left.Tally)
		r.Seen.Pieces = append(r.Seen.Pieces, seen.Piece{Extent: medium.Extent{Start: start + int64(n)*4096, Length: 4096, Class: medium.Ciphertext}})
	}
	r.Seen.Left = append(r.Seen.Left, left)
	return r
}

// TestWindowOfPagesHasEnds: of the pages of a window those are condemned that carry its evidence.
func TestWindowOfPagesHasEnds(t *testing.T) {
	f := newTestFolder(30)
	for i, fraction := range []float64{0, 0.1, 0.1, 0} {
		f.Take(made(i, 16, fraction))
	}
	f.Commit()
	g := &f.Regions[0]
	if want := (ClassBytes{medium.Residue: 32 * 4096, medium.Ciphertext: 32 * 4096}); g.Classes != want || g.Tally.N() != 32*4096 || len(f.Findings) != 2 {
		t.Errorf("%v, %d bytes go on to the region, findings %+v", g.Classes, g.Tally.N(), f.Findings)
	}
	for _, fd := range f.Findings {
		if fd.Offset < look.PageBytes || fd.Offset >= 3*look.PageBytes {
			t.Errorf("a finding at %d", fd.Offset)
		}
	}
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
			f.Take(made(i, 16, c.fraction))
		}
		f.Commit()
		last := f.Windows[len(f.Windows)-1]
		g := &f.Regions[0]
		if last.Windows != 1 || (last.Alarms == 1) != c.alarm || (g.Tally.N() == 0) != c.alarm {
			t.Errorf("%s: %+v, %d bytes go on to the region", name, last, g.Tally.N())
		}
		want := ClassBytes{medium.Ciphertext: 32 * 4096}
		if c.alarm {
			want = ClassBytes{medium.Residue: 32 * 4096}
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
	f.Regions[0].Tally = page.Seen.Left[0].Tally
	f.Regions[0].Classes[medium.Ciphertext] = 16 * 4096
	r := &Result{}
	condemned := f.testRegions(r)
	if len(condemned) != 1 || condemned[0] != (plan.Span{Lo: 0, Hi: 1 << 30}) || len(r.Windows) != 1 || r.Windows[0].Alarms != 1 || len(f.Findings) != 1 {
		t.Errorf("%v, %+v, %d findings", condemned, r.Windows, len(f.Findings))
	}
	r.addRegion(f.terms.Plan.Regions[0], &f.Regions[0], 20*4096, true)
	if g := r.Regions[0]; g.Classes != (ClassBytes{medium.Residue: 16 * 4096, medium.Unread: 4 * 4096}) || g.ReadBackCiphertext != 0 {
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
	f.Skip = read.Skipping{Streak: 2, To: 3}
	r := made(4, 16, 0.5) // of group 1
	r.Trouble = true
	f.Take(r)
	f.Commit()
	if f.Skip != (read.Skipping{Streak: 2, To: 3}) {
		t.Errorf("it decided what is skipped: %+v", f.Skip)
	}
	if len(f.Findings) > 0 || f.Done > 0 || f.Regions[0].Classes != (ClassBytes{}) {
		t.Errorf("it counts: %d findings, %d bytes, %v", len(f.Findings), f.Done, f.Regions[0].Classes)
	}
	if len(f.Deferred) != 1 || f.Deferred[0].From != 4 || f.Deferred[0].Bytes != 16*4096 || f.Next != 5 {
		t.Errorf("put off %+v, next is %d", f.Deferred, f.Next)
	}
	f.Take(made(12, 16, 0)) // of group 3, which is not skipped
	f.Commit()
	if f.Done != 16*4096 || len(f.Deferred) != 1 || f.Skip.Streak != 0 {
		t.Errorf("the next group: %d bytes done, %+v put off, %+v", f.Done, f.Deferred, f.Skip)
	}
}

// TestEveryFindingIsCounted: keys by themselves, and what one page had too many of.
func TestEveryFindingIsCounted(t *testing.T) {
	f := newTestFolder(30)
	r := made(0, 1, 0)
	r.Seen.Findings = []seen.Finding{{Offset: 0, Length: 512, Detector: detector.Keys, Kind: seen.LiveKeySlot}, {Offset: 512, Length: 512, Detector: detector.Keys, Kind: "luks1-damaged"}}
	r.Seen.Unlisted = []gather.FindingCount{{Detector: detector.Signatures, Kind: "jpeg", Count: 7, Bytes: 700}, {Detector: detector.Keys, Kind: seen.LiveKeySlot, Count: 2}}
	f.Take(r)
	f.Commit()
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
		f.digests(r)
		if (r.SHA256 == nil) != holes {
			t.Errorf("holes %v: %x", holes, r.SHA256)
		}
	}
}

// TestManySeamsCondemn: the first few blocks that end in fill are let pass, more are files.
func TestManySeamsCondemn(t *testing.T) {
	for _, n := range []int{maxSeams, maxSeams + 1} {
		f := newTestFolder(30)
		f.Regions[0].Classes[medium.Ciphertext] = int64(n) * 4096
		for i := range n {
			at := int64(i) * 8192
			f.Rims.add(seen.Rim{Start: at, End: at + 4000, Lo: at, Hi: at + 4096, Fill: 96, Bits: 700})
		}
		condemned, want := len(f.judgeSeams()), 0
		if n > maxSeams {
			want = n
		}
		if condemned != want || f.Regions[0].Classes[medium.Residue] != int64(want)*4096 {
			t.Errorf("%d seams: %d condemned, %v", n, condemned, f.Regions[0].Classes)
		}
	}
}

// TestWhatRepetitionsStandBeside: a unit over and over stands alone, or it does not stand.
func TestWhatRepetitionsStandBeside(t *testing.T) {
	const period = 3000
	unit := func(at, n int64) medium.Extent {
		return medium.Extent{Start: at, Length: n, Class: medium.Pattern, Reason: "period-3000"}
	}
	cipher := func(at, n int64) medium.Extent { return medium.Extent{Start: at, Length: n, Class: medium.Ciphertext} }
	for name, c := range map[string]struct {
		list  []medium.Extent
		bytes int64
		mixed bool
		want  bool
	}{
		"alone":                   {[]medium.Extent{unit(0, 1<<20)}, 1 << 20, false, true},
		"beside fill":             {[]medium.Extent{unit(0, 1<<20), {Start: 1 << 20, Length: 4096, Class: medium.Fill, Reason: "00"}}, 1 << 20, false, true},
		"a short end":             {[]medium.Extent{unit(0, 1<<20), cipher(1<<20, 512)}, 1 << 20, false, true},
		"beside ciphertext":       {[]medium.Extent{unit(0, 1<<20), cipher(1<<20, 4096)}, 1 << 20, false, false},
		"with data in between":    {[]medium.Extent{unit(0, 1<<20), cipher(1<<20, 512), unit(1<<20+512, 1<<20)}, 2 << 20, false, false},
		"two units":               {[]medium.Extent{unit(0, 1<<20)}, 1 << 20, true, false},
		"too few to be called so": {[]medium.Extent{unit(0, 8192)}, 3 * period, false, false},
	} {
		f := newTestFolder(30)
		f.Regions[0].Repeats = c.bytes
		f.Unit = repeats.Repetition{Period: period, Print: "x", Bytes: c.bytes, Mixed: c.mixed}
		if got := f.patternsStand(c.list, true); got != c.want {
			t.Errorf("%s: stands is %v", name, got)
		}
	}
}
