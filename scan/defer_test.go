package scan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/read"
)

// badMedium has bad sectors alone, in runs and at edges, and texts that cross from
// what is put off to what is not. Read in full, of its windows 0, 4 and 5 are read
// in the first pass, 1, 2, 6 and 7 are put off, and 3 is skipped.
func badMedium() *disktest.Medium {
	const size = 116<<20 + 333
	m := disktest.New(size, 9)
	m.Fill(2<<20, 13<<20, 0)
	m.Fill(18<<20, 13<<20, 0)
	m.Fill(34<<20, 13<<20, 0)
	m.Fill(54<<20, 8<<20, 0)
	m.Fill(66<<20, 29<<20, 0xff)
	m.Fill(102<<20, 12<<20, 0)
	for _, off := range []int64{1000, 16<<20 - 100, 32<<20 - 100, 48<<20 - 100, 64<<20 - 50, 80<<20 - 100, 96<<20 - 100, 112<<20 - 100} {
		m.Plant(off, prose)
	}
	m.Fail(32<<20-1024, 512, syscall.EIO) // in window 1, and in the context of 2
	m.Fail(52<<20, 70_000/512*512, syscall.EILSEQ)
	m.Fail(56<<20-512, 1024, syscall.ETIMEDOUT) // at the edge of a page
	m.Fail(100<<20+512, 1024, syscall.ENODATA)
	m.Fail(100<<20+40_960, 512, syscall.EIO)
	m.Fail(size-333, 333, syscall.ENODATA)
	return m
}

func badPlans() map[string]*Plan {
	size := badMedium().Size()
	return map[string]*Plan{
		"full":   planOver(size, Full),
		"nist":   planOver(size, NIST),
		"random": {Mode: Random, Fraction: 0.3, BlockBytes: 4096, Regions: []Region{{Name: "a", Start: 512, Length: 50 << 20}, {Name: "b", Start: 55 << 20, Length: size - 55<<20}}},
		"regions": {BlockBytes: 4096, Regions: []Region{{Name: "a", Start: 512, Length: 20 << 20}, {Name: "b", Start: 20<<20 + 512, Length: 40 << 20},
			{Name: "c", Start: 76 << 20, Length: size - 76<<20}}},
	}
}

// What was put off fits in as if it had been read in order, whoever reads it and
// however often the examination is interrupted, in either pass.
func TestPutOffAsIfInOrder(t *testing.T) {
	m := badMedium()
	for name, p := range badPlans() {
		if testing.Short() && name != "random" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			want := examine(t, p, m, Options{InOrder: true, Workers: 2})
			if want.Classes[Unreadable] == 0 {
				t.Fatal("the plan meets no bad sector")
			}
			var saved [][]byte
			opt := Options{Workers: 7, Due: func() bool { return true }}
			opt.Save = func(b []byte, _ int64) error { saved = append(saved, b); return nil }
			s, err := New(p, m, opt)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Run(context.Background())
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("7 workers: %v, or another result than in order", err)
			}
			for _, workers := range []int{1, 2} {
				if got := examine(t, p, m, Options{Workers: workers}); !reflect.DeepEqual(got, want) {
					t.Errorf("%d workers: the result differs", workers)
				}
			}
			if len(saved) < 8 {
				t.Fatalf("only %d checkpoints", len(saved))
			}
			step := 3
			if p.Mode == NIST { // much context, little data
				step = 7
			}
			for i := 1; i < len(saved); i += step {
				if got := examine(t, p, m, Options{Workers: 1 + i%3, Resume: saved[i]}); !reflect.DeepEqual(got, want) {
					t.Errorf("resumed from checkpoint %d of %d, the result differs", i, len(saved))
				}
			}
		})
	}
}

// When too much was put off to remember more, the rest is read on the spot.
func TestTooMuchToPutOff(t *testing.T) {
	slow(t)
	m := badMedium()
	p := badPlans()["random"]
	want := examine(t, p, m, Options{InOrder: true, Workers: 2})
	for most := 1; most < 4; most++ {
		s, err := New(p, m, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		s.most = most
		if r, err := s.Run(context.Background()); err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("%d stretches at most: %v, or the result differs", most, err)
		}
	}
}

// clock stands still unless it is told to go on.
type clock struct{ passed atomic.Int64 }

func (c *clock) Now() time.Time             { return time.Unix(0, c.passed.Load()) }
func (c *clock) advance(d time.Duration)    { c.passed.Add(int64(d)) }
func (c *clock) elapsed() time.Duration     { return time.Duration(c.passed.Load()) }
func overlap(aLo, aHi, bLo, bHi int64) bool { return aLo < bHi && bLo < aHi }

// sampleOf100GiB is many groups and little data: a block in each MiB or so.
func sampleOf100GiB() *Plan {
	p := planOver(100<<30, Random)
	p.Fraction = 1.0 / 4096
	return p
}

// dying is a drive on which each read in [lo, hi) takes half a minute, and fails
// or not; the others take 10 ms. reads are the offsets that were read.
func dying(lo, hi int64, fails bool) (m *disktest.Medium, c *clock, good func() []time.Duration) {
	m, c = disktest.New(100<<30, 1), &clock{}
	if fails {
		m.Fail(lo, hi-lo, syscall.EIO)
	}
	var mu sync.Mutex
	var at []time.Duration
	m.OnRead(func(off, length int64, _ error) {
		mu.Lock()
		defer mu.Unlock()
		if overlap(off, off+length, lo, hi) {
			c.advance(30 * time.Second)
			return
		}
		c.advance(10 * time.Millisecond)
		at = append(at, c.elapsed())
	})
	return m, c, func() []time.Duration { return at }
}

// A drive with a bad zone of 8 GiB gives 97 % of the good data while it would
// still be busy with the first bad sectors if it were read in order.
func TestDyingDriveGivesMostFirst(t *testing.T) {
	slow(t)
	const lo, hi = 30 << 30, 38 << 30
	for _, c := range []struct {
		name     string
		fails    bool
		workers  int
		patience time.Duration
	}{{"failing", true, 1, time.Minute}, {"failing, many workers", true, 7, time.Minute}, {"slow", false, 1, 0}} {
		t.Run(c.name, func(t *testing.T) {
			m, clock, good := dying(lo, hi, c.fails)
			p := sampleOf100GiB()
			r := examine(t, p, m, Options{Workers: c.workers, NoDigest: true, Now: clock.Now, Patience: c.patience})
			// 512 groups are met with 0, 1, 2, 4, 8, 16, 32, 64, 64, … skipped: 14 of
			// them are asked. A slow one is read to its end, of about four pages.
			probes := 14 * 30 * time.Second
			if !c.fails {
				probes *= 6
			}
			all := good()
			most := all[len(all)*97/100]
			healthy := time.Duration(len(all)) * 10 * time.Millisecond
			if limit := healthy + probes*time.Duration(c.workers); most > limit {
				t.Errorf("97 %% of the good data took %v, want at most %v", most, limit)
			}
			if inOrder := time.Duration(r.Planned/100*8/4096) * 30 * time.Second; most > inOrder/5 {
				t.Errorf("97 %% took %v, reading in order at least %v", most, inOrder)
			}
			if bad := r.Classes[Unreadable]; c.fails == (bad == 0) || clock.elapsed() < most {
				t.Errorf("%d bytes are unreadable, after %v", bad, clock.elapsed())
			}
		})
	}
}

// What the drive has no more time for is unreadable for that reason; nothing
// that was read is.
func TestTimeBudget(t *testing.T) {
	slow(t)
	const size, lo, hi = 20 << 20, 5 << 20, 6 << 20
	for _, c := range []struct {
		patience time.Duration
		least    int64 // bytes that are read
	}{{time.Second, 8 << 20}, {5 * time.Minute, 18 << 20}, {time.Hour, 18 << 20}, {0, 19 << 20}} {
		m, clock := disktest.New(size, 5), &clock{}
		m.Fail(lo, hi-lo, syscall.EIO)
		m.OnRead(func(off, length int64, err error) {
			if err != nil {
				clock.advance(30 * time.Second)
			}
		})
		r := examine(t, planOver(size, Full), m, Options{Now: clock.Now, Patience: c.patience, Retries: 1})
		reasons := map[string]int64{}
		for _, e := range r.Extents {
			if e.Class == Unreadable {
				reasons[e.Reason] += e.Length
			} else if overlap(e.Start, e.End(), lo, hi) {
				t.Errorf("patience %v: %v at %d", c.patience, e.Class, e.Start)
			}
		}
		if r.Read() < c.least || (reasons["time-budget"] > 0) != (c.patience > 0) || len(reasons) > 2 {
			t.Errorf("patience %v: %d bytes were read, not read: %v", c.patience, r.Read(), reasons)
		}
		// One failure in the first pass; in the second each group ends within one read of its budget.
		if most := 3*30*time.Second + 2*c.patience; c.patience > 0 && clock.elapsed() > most {
			t.Errorf("patience %v: it took %v", c.patience, clock.elapsed())
		}
	}
}

func TestRetries(t *testing.T) {
	slow(t)
	const size, weak = 9 << 20, 3<<20 + 5120
	for _, c := range []struct {
		retries, fails int
		want           int64
	}{{0, 1, 512}, {1, 1, 0}, {1, 2, 512}, {2, 2, 0}, {5, 3, 0}} {
		m := disktest.New(size, 5)
		m.Fail(weak-1024, 512, syscall.EIO) // for ever
		m.FailTimes(weak, 512, syscall.ENODATA, c.fails)
		r := examine(t, planOver(size, Full), m, Options{Retries: c.retries})
		if got := r.Classes[Unreadable]; got != c.want+512 {
			t.Errorf("%d retries of a sector that fails %d times: %d bytes are unreadable", c.retries, c.fails, got)
		}
		if whole := examine(t, planOver(size, Full), disktest.New(size, 5), Options{}); c.want == 0 && r.Tree == whole.Tree {
			t.Error("a bad sector does not show in the tree hash")
		}
	}
}

func TestEachErrorHasItsReason(t *testing.T) {
	const size = 1 << 20
	for err, want := range map[error]string{
		syscall.EIO: "EIO", syscall.ENODATA: "ENODATA", syscall.EILSEQ: "EILSEQ", syscall.ETIMEDOUT: "ETIMEDOUT",
		syscall.ENOLINK: "ENOLINK", fmt.Errorf("read: %w", syscall.Errno(121)): "errno-121", errors.New("odd"): "read-error",
	} {
		m := disktest.New(size, 5)
		m.Fail(512, 512, err)
		r := examine(t, planOver(size, Full), m, Options{})
		if e := r.Extents[1]; e != (Extent{Start: 512, Length: 512, Class: Unreadable, Reason: want}) || r.Classes[Unreadable] != 512 {
			t.Errorf("%v: %+v", err, r.Extents)
		}
	}
}

func TestEverythingUnreadable(t *testing.T) {
	const size = 34 << 20
	m := disktest.New(size, 5)
	m.Fail(0, size, syscall.EIO)
	r := examine(t, planOver(size, Full), m, Options{Workers: 2})
	if r.Classes[Unreadable] != size || !slices.Equal(r.Extents, []Extent{{Start: 0, Length: size, Class: Unreadable, Reason: "EIO"}}) {
		t.Errorf("classes %v, extents %v", r.Classes, r.Extents)
	}
	if v := Decide(planOver(size, Full), r); v.Outcome != Inconclusive {
		t.Error(v.Outcome)
	}
}

// One bad sector costs its own group a second time, and no other.
func TestOneBadSector(t *testing.T) {
	slow(t)
	const size, bad = 80 << 20, 40<<20 + 512
	m := disktest.New(size, 5)
	m.Fill(0, size, 0)
	m.Fail(bad, 512, syscall.EIO)
	var asked [size >> 24]atomic.Int64
	m.OnRead(func(off, length int64, err error) {
		if err == nil {
			asked[(off+length/2)>>24].Add(length)
		}
	})
	r := examine(t, planOver(size, Full), m, Options{Workers: 2})
	if r.Classes[Unreadable] != 512 {
		t.Errorf("classes %v", r.Classes)
	}
	for i := range asked {
		most := int64(16<<20 + 8*read.ContextBytes)
		if i == bad>>24 {
			most *= 2
		}
		if n := asked[i].Load(); n > most {
			t.Errorf("%d bytes were read in window %d", n, i)
		}
	}
}

// pulled is a medium that is pulled out when it has read a number of times: from
// then on it gives err for ever.
type pulled struct {
	*disktest.Medium
	left atomic.Int64
	err  error
}

func (p *pulled) ReadAt(b []byte, off int64) (int, error) {
	if p.left.Add(-1) < 0 {
		return 0, p.err
	}
	return p.Medium.ReadAt(b, off)
}

func (p *pulled) alive() error {
	if p.left.Load() < 0 {
		return errors.New("no such device node")
	}
	return nil
}

// A drive that is pulled out ends the examination in either pass, whatever error
// it gives, and plugged in again it is resumed to the same result.
func TestPulledOutAndResumed(t *testing.T) {
	const size = 48 << 20
	m := disktest.New(size, 5)
	m.Fill(2<<20, 38<<20, 0)
	m.Fail(1<<20, 1024, syscall.EIO)
	m.Fail(41<<20, 512, syscall.EIO)
	p := planOver(size, Full)
	want := examine(t, p, m, Options{})
	passes := [3]int{}
	for _, err := range []error{syscall.ENODEV, syscall.EIO, io.EOF, fmt.Errorf("gone: %w", ErrGone)} {
		if testing.Short() && err != syscall.EIO {
			continue
		}
		for _, after := range []int64{0, 9, 14} {
			src := &pulled{Medium: m, err: err}
			src.left.Store(after)
			var last []byte
			s, err := New(p, src, Options{Workers: 2, Alive: src.alive, Save: func(b []byte, _ int64) error { last = b; return nil }})
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Run(context.Background())
			if !errors.Is(err, ErrGone) || r.Complete || r.Classes[Unreadable] > 1536 {
				t.Fatalf("pulled after %d reads, %v: %v, complete %v, classes %v", after, src.err, err, r.Complete, r.Classes)
			}
			passes[s.Status().Pass]++
			if got := examine(t, p, m, Options{Resume: last}); !reflect.DeepEqual(got, want) {
				t.Errorf("pulled after %d reads, %v: resumed, the result differs", after, src.err)
			}
		}
	}
	if passes[1] == 0 || passes[2] == 0 {
		t.Errorf("it was pulled in passes %v: the test misses one", passes)
	}
}

// A drive that dies without a word is unreadable from there on, not gone.
func TestDiesForGood(t *testing.T) {
	slow(t)
	const size = 40 << 20
	src := &pulled{Medium: disktest.New(size, 5), err: syscall.EIO}
	src.left.Store(5)
	r := examine(t, planOver(size, Full), src, Options{Workers: 1})
	if n := r.Classes[Unreadable]; n == 0 || n > size-16<<20 {
		t.Errorf("classes %v", r.Classes)
	}
}

// The windows that are put off are those that the policy says, for any number of
// workers.
func TestWhatIsPutOff(t *testing.T) {
	slow(t)
	m := badMedium()
	for _, workers := range []int{1, 2, 7} {
		var first []byte
		var s *Scan
		s, err := New(planOver(m.Size(), Full), m, Options{Workers: workers, NoDigest: true,
			Due: func() bool { return first == nil && s.state.Next == 28 }, Save: func(b []byte, _ int64) error {
				if first == nil {
					first = b
				}
				return nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		var c checkpoint
		if err := json.Unmarshal(first, &c); err != nil {
			t.Fatal(err)
		}
		const g = 16 << 20
		if want := (read.Stretches{{From: 4, To: 16, Lo: 1 * g, Hi: 4 * g, Bytes: 3 * g}, {From: 24, To: 28, Lo: 6 * g, Hi: 7 * g, Bytes: g}}); !slices.Equal(c.State.Deferred, want) || c.State.Skip.Streak != 1 {
			t.Errorf("%d workers: put off %v, want %v; %+v", workers, c.State.Deferred, want, c.State.Skip)
		}
	}
}

// In order, nothing is read twice that does not fail.
func TestInOrder(t *testing.T) {
	const size = 34 << 20
	for _, opt := range []Options{{InOrder: true}, {SHA256: true}} {
		m := disktest.New(size, 5)
		m.Fill(0, size, 0)
		m.Fail(1<<20, 512, syscall.EIO)
		m.Fail(20<<20, 512, syscall.EIO)
		var last, asked atomic.Int64
		m.OnRead(func(off, length int64, err error) {
			if err == nil {
				asked.Add(length)
			}
			last.Store(off)
		})
		opt.Workers = 1
		r := examine(t, planOver(size, Full), m, opt)
		if n := asked.Load(); r.Classes[Unreadable] != 1024 || n > size+20*read.ContextBytes || last.Load() < 32<<20-read.ContextBytes {
			t.Errorf("classes %v, %d bytes were read, the last at %d", r.Classes, n, last.Load())
		}
	}
}

func TestStatusShowsWhatIsPutOff(t *testing.T) {
	const size = 48 << 20
	m := disktest.New(size, 5)
	m.Fill(0, size, 0)
	m.Fail(1<<20, 512, syscall.EIO)
	var s *Scan
	var seen []Status
	s, err := New(planOver(size, Full), m, Options{Due: func() bool { return true }, Save: func([]byte, int64) error {
		st := s.Status()
		st.Map = LiveMap{} // TestLiveMap
		seen = append(seen, st)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	const g = 16 << 20
	if want := []Status{
		{PlannedBytes: size, DeferredBytes: g, Pass: 1},
		{PlannedBytes: size, DeferredBytes: g, DoneBytes: g, Pass: 1},
		{PlannedBytes: size, DoneBytes: size, UnreadableBytes: 512, Pass: 2},
	}; !slices.Equal(seen, want) {
		t.Errorf("seen %+v, want %+v", seen, want)
	}
}
