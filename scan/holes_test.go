package scan

import (
	"context"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/read"
)

// sparse is a medium that knows its holes, and counts what is read.
type sparse struct {
	Source
	holes []span
	read  atomic.Int64
}

func (s *sparse) Stored(off int64) (end int64, stored bool) {
	for _, h := range s.holes {
		switch {
		case off < h.Lo:
			return h.Lo, true
		case off < h.Hi:
			return h.Hi, false
		}
	}
	return s.Size(), true
}

func (s *sparse) ReadAt(p []byte, off int64) (int, error) {
	s.read.Add(int64(len(p)))
	return s.Source.ReadAt(p, off)
}

// holed is a medium of ciphertext with holes: large ones, one that ends in the
// middle of a page, small ones, one that is no multiple of anything, one to the end.
func holed(size int64) *sparse {
	holes := []span{{Lo: 4 << 20, Hi: 21<<20 + 4096}, {Lo: 22 << 20, Hi: 22<<20 + 4096}, {Lo: 22<<20 + 8192, Hi: 22<<20 + 65536}, {Lo: 23<<20 + 512, Hi: 24<<20 + 1024}, {Lo: 28 << 20, Hi: size}}
	m := disktest.New(size, 3)
	for _, h := range holes {
		m.Fill(h.Lo, h.Hi-h.Lo, 0)
	}
	return &sparse{Source: m, holes: holes}
}

// asRead makes a result what it were if the source knew nothing of holes.
func asRead(r *Result) *Result {
	c := *r
	c.Regions = slices.Clone(r.Regions)
	for i := range c.Regions {
		c.Regions[i].Holes = 0
	}
	c.Extents = nil
	for _, e := range r.Extents {
		if e.Reason == read.HoleReason {
			e.Reason = "00"
		}
		if n := len(c.Extents); n > 0 && c.Extents[n-1].Class == e.Class && c.Extents[n-1].Reason == e.Reason {
			c.Extents[n-1].Length += e.Length
			continue
		}
		c.Extents = append(c.Extents, e)
	}
	return &c
}

// A hole gives what reading its zeros would: classes, cells, windows, digests, for
// any number of workers, any plan and after an interruption. Only its name differs.
func TestHolesAreAsIfRead(t *testing.T) {
	slow(t)
	const size = 36<<20 + 777
	regions := planOver(size, Full)
	regions.Regions = []Region{{Name: "a", Start: 512, Length: 10<<20 + 512}, {Name: "b", Start: 12<<20 + 512, Length: size - 12<<20 - 512}}
	random := planOver(size, Random)
	random.Fraction = 0.2
	small := planOver(size, Full)
	small.BlockBytes = 512
	for name, c := range map[string]struct {
		plan *Plan
		opt  Options
	}{
		"full": {planOver(size, Full), Options{}}, "with SHA-256": {planOver(size, Full), Options{SHA256: true}}, "no digest": {planOver(size, Full), Options{NoDigest: true}},
		"regions": {regions, Options{}}, "NIST": {planOver(size, NIST), Options{}}, "random": {random, Options{}}, "small blocks": {small, Options{}},
	} {
		m := holed(size)
		plain := examine(t, c.plan, m.Source, c.opt)
		var first *Result
		for _, workers := range []int{1, 3} {
			opt := c.opt
			opt.Workers = workers
			var saved [][]byte
			opt.Due = func() bool { return true }
			opt.Save = func(b []byte, _ int64) error { saved = append(saved, b); return nil }
			r := examine(t, c.plan, m, opt)
			if first == nil {
				first = r
			}
			if !reflect.DeepEqual(r, first) {
				t.Errorf("%s: %d workers give another result", name, workers)
			}
			opt.Resume = saved[len(saved)/2]
			if again := examine(t, c.plan, m, opt); !reflect.DeepEqual(again, first) {
				t.Errorf("%s: an interruption shows in the result", name)
			}
		}
		if !reflect.DeepEqual(asRead(first), plain) {
			t.Errorf("%s: holes give\n%+v\nreading them\n%+v", name, asRead(first), plain)
		}
		if first.Holes() == 0 || plain.Holes() != 0 {
			t.Errorf("%s: %d bytes are holes, %d where they are not known", name, first.Holes(), plain.Holes())
		}
	}
}

// Holes are counted by whole blocks, and named in the extents.
func TestHolesAreCounted(t *testing.T) {
	const size = 32 << 20
	m := holed(size)
	r := examine(t, planOver(size, Full), m, Options{})
	want := int64(17<<20+4096) + 4096 + (65536 - 8192) + (1<<20 - 4096) + 4<<20
	var named int64
	for _, e := range r.Extents {
		if e.Reason == read.HoleReason {
			named += e.Length
		}
	}
	if r.Holes() != want || named != want {
		t.Errorf("%d bytes are holes, %d by extents, want %d", r.Holes(), named, want)
	}
	if v := Decide(planOver(size, Full), r); v.Outcome != NoResidue || v.Claim != ClaimLogical || !slices.ContainsFunc(v.Reasons, func(r Reason) bool { return r.Code == ReasonHoles }) {
		t.Errorf("verdict %v, claim %v, %v", v.Outcome, v.Claim, v.Reasons)
	}
}

// Nobody reads what is not there: of 256 GiB of hole, a block in each page.
func TestHolesAreNotRead(t *testing.T) {
	const size = 256 << 30
	m := &sparse{Source: hollow(size), holes: []span{{Lo: 0, Hi: size}}}
	r := examine(t, planOver(size, Full), m, Options{})
	if read, most := m.read.Load(), int64(size/PageBytes*alignment); read > most {
		t.Errorf("%d bytes were read of 256 GiB of hole, at most %d need be", read, most)
	}
	if len(r.Extents) != 1 || r.Holes() != size || !r.Tree.Present {
		t.Errorf("%d extents, %d bytes of holes", len(r.Extents), r.Holes())
	}
	if v := Decide(planOver(size, Full), r); v.Outcome != Inconclusive || v.Reasons[0].Code != ReasonNothingStored {
		t.Errorf("a file in which nothing is stored: %v %v", v.Outcome, v.Reasons)
	}
}

// A file system that is wrong about its holes hides nothing that begins a page, and
// one that gives no answer hides nothing at all.
func TestHolesAreNotTrusted(t *testing.T) {
	heavy(t)
	const size = 40 << 20
	m := disktest.New(size, 3)
	for name, holes := range map[string][]span{"all is a hole": {{Lo: 0, Hi: size}}, "no end": {{Lo: 0, Hi: 0}, {Lo: size, Hi: size}}, "ends behind the medium": {{Lo: 0, Hi: 1 << 62}}} {
		r := examine(t, planOver(size, Full), &sparse{Source: m, holes: holes}, Options{})
		if r.Classes[Ciphertext] != size || r.Holes() != 0 {
			t.Errorf("%s: classes %v", name, r.Classes)
		}
	}
}

// What is another fill is no hole, whatever the file system says.
func TestOtherFillIsNoHole(t *testing.T) {
	const size = 9 << 20
	m := disktest.New(size, 3)
	m.Fill(0, size, 0xff)
	if r := examine(t, planOver(size, Full), &sparse{Source: m, holes: []span{{Lo: 0, Hi: size}}}, Options{}); r.Holes() != 0 || r.Extents[0].Reason != "ff" {
		t.Errorf("%d bytes are holes, %+v", r.Holes(), r.Extents[0])
	}
}

// backwards answers with an end that is not behind what was asked.
type backwards struct{ Source }

func (b backwards) Stored(off int64) (int64, bool) { return off - 4096, false }

func TestHoleWithoutEnd(t *testing.T) {
	const size = 9 << 20
	if r := examine(t, planOver(size, Full), backwards{disktest.New(size, 3)}, Options{}); r.Holes() != 0 || r.Classes[Ciphertext] != size {
		t.Errorf("classes %v", r.Classes)
	}
}

// What stands before a hole and reaches into it is seen as if it were read: a page
// beside data is read.
func TestHoleBesideData(t *testing.T) {
	const size = 32 << 20
	m := disktest.New(size, 3)
	m.Fill(8<<20, 24<<20, 0)
	m.Plant(8<<20-60_000, []byte("\x7fELF")) // no matter what: within the context of the next page
	s := &sparse{Source: m, holes: []span{{Lo: 8 << 20, Hi: size}}}
	examine(t, planOver(size, Full), s, Options{Workers: 1})
	if read := s.read.Load(); read < 12<<20 {
		t.Errorf("%d bytes were read: the page behind the data was not", read)
	}
}

// A pace that counts holes would call every page after them slow.
func TestHolesSetNoPace(t *testing.T) {
	const size = 128 << 20
	m := disktest.New(size, 3)
	m.Fill(0, 64<<20, 0)
	c := &clock{}
	m.OnRead(func(_, n int64, _ error) {
		if n > alignment {
			c.advance(3e9) // three seconds for each page
		}
	})
	s, err := New(planOver(size, Full), &sparse{Source: m, holes: []span{{Lo: 0, Hi: 64 << 20}}}, Options{Workers: 1, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	streak := 0
	s.opt.Due = func() bool { streak = max(streak, s.state.Skip.Streak); return false }
	if _, err := s.Run(context.Background()); err != nil || streak > 0 {
		t.Errorf("%d windows in a row were called slow (%v)", streak, err)
	}
}

// BenchmarkHoles is 1 TiB of hole.
func BenchmarkHoles(b *testing.B) {
	const size = 1 << 40
	for b.Loop() {
		s, err := New(planOver(size, Full), &sparse{Source: hollow(size), holes: []span{{Lo: 0, Hi: size}}}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
