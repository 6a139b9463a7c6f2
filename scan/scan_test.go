package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/seen"
)

// examine runs a plan to its end and fails the test if it cannot.
func examine(t *testing.T, p *Plan, src Source, opt Options) *Result {
	t.Helper()
	s, err := New(p, src, opt)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, p, r)
	return r
}

// checkResult holds a result against what is true of every result.
func checkResult(t *testing.T, p *Plan, r *Result) {
	t.Helper()
	if r.Classes.Total() != r.Planned {
		t.Errorf("%d bytes were planned, %d have a class", r.Planned, r.Classes.Total())
	}
	at := int64(0)
	for _, e := range r.Extents {
		if e.Start != at || e.Length <= 0 {
			t.Fatalf("extent at %d, want %d", e.Start, at)
		}
		at += e.Length
	}
	if at != r.MediumBytes {
		t.Errorf("the extents end at %d of %d", at, r.MediumBytes)
	}
	var cells ClassBytes
	for _, c := range r.Cells {
		for i, n := range c.Classes {
			cells[i] += n
		}
	}
	cells[Unread] -= r.MediumBytes - r.Planned
	if cells != r.Classes {
		t.Errorf("cells add up to %v, the medium to %v", cells, r.Classes)
	}
	for _, g := range r.Regions {
		back, plain := g.ReadBackFill+g.ReadBackCiphertext, g.Classes[Fill]+g.Classes[Pattern]+g.Classes[Ciphertext]
		if back != plain && back != 0 {
			t.Errorf("region %q: %d bytes were read back, %d are fill, pattern or ciphertext", g.Name, back, plain)
		}
	}
	if !slices.IsSortedFunc(r.Findings, seen.Compare) {
		t.Error("findings are out of order")
	}
}

// heavy leaves a test out under the race detector, which makes it ten times as long: it
// is about what bytes are called, and others are about goroutines.
func heavy(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("about bytes, not goroutines: not under the race detector")
	}
}

// slow is left out under -short: the race detector makes these take minutes,
// and they test detectors, not goroutines.
func slow(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("slow")
	}
}

func covers(r *Result, detector detector.ID, off, length int64) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Detector == detector && f.Offset <= off && f.Offset+f.Length >= off+length
	})
}

var prose = []byte(strings.Repeat("The resident register of the town lists names, birthdays and addresses. ", 4)[:200])

func TestCiphertextIsNoResidue(t *testing.T) {
	slow(t)
	for _, size := range []int64{4096, 5000, PageBytes - 1, PageBytes, PageBytes + 1, 40<<20 + 777} {
		p := planOver(size, Full)
		r := examine(t, p, disktest.New(size, uint64(size)), Options{})
		if v := Decide(p, r); v.Outcome != NoResidue || v.Claim != ClaimPhysicalCiphertext {
			t.Errorf("%d bytes of keystream: %v %v %v", size, v.Outcome, v.Reasons, r.Findings)
		}
		if r.Classes[Ciphertext] != size {
			t.Errorf("%d bytes of keystream: classes %v", size, r.Classes)
		}
	}
}

// Every planted text is found at its offset, wherever it lies against the edges
// of sectors, blocks, windows and pages, and the Result is the same for any
// number of workers.
func TestPlantedTextIsFound(t *testing.T) {
	n := int64(len(prose))
	sizes, shifts := []int64{3*PageBytes - 1, 3 * PageBytes, 3*PageBytes + 1}, []int64{-n, -n / 2, -1, 0, 1}
	if testing.Short() {
		sizes, shifts = sizes[2:], shifts[1:2]
	}
	for _, size := range sizes {
		for _, shift := range shifts {
			m := disktest.New(size, 3)
			var offsets []int64
			for _, edge := range []int64{0, 512, 4096, 64 << 10, 1 << 20, PageBytes, 2 * PageBytes, size} {
				if off := edge + shift; off >= 0 && off+n <= size {
					m.Plant(off, prose)
					offsets = append(offsets, off)
				}
			}
			p := planOver(size, Full)
			first := examine(t, p, m, Options{Workers: 1})
			for _, off := range offsets {
				if !covers(first, detector.Text, off, n) {
					t.Errorf("size %d: text at %d was not found: %v", size, off, first.Findings)
				}
			}
			if v := Decide(p, first); v.Outcome != ResidueFound || len(offsets) < 6 {
				t.Errorf("size %d, %d texts: %v", size, len(offsets), v.Outcome)
			}
			for _, workers := range []int{2, 7} {
				if r := examine(t, p, m, Options{Workers: workers}); !reflect.DeepEqual(first, r) {
					t.Errorf("size %d, shift %d: %d workers give another result", size, shift, workers)
				}
			}
		}
	}
}

// busyMedium has some of everything, for tests of equality.
func busyMedium(size int64) *disktest.Medium {
	m := disktest.New(size, 9)
	for off := int64(0); off < size; off += 3<<20 + 4321 {
		m.Plant(off, prose)
	}
	m.Fill(5<<20, 3<<20, 0)
	m.Fill(9<<20+512, 5000, 0xff)
	m.Plant(20<<20, bytes.Repeat([]byte{0x55, 0xaa}, 100_000))
	m.Fail(17<<20+1024, 512, syscall.EIO)
	m.Fail(30<<20, 70_000, syscall.ENODATA)
	m.Plant(40<<20+100, bytes.Repeat(prose[:64], 100_000))
	return m
}

func TestResumeGivesTheSameResult(t *testing.T) {
	slow(t)
	const size = 100<<20 + 333
	m := busyMedium(size)
	for name, p := range map[string]*Plan{
		"full":   planOver(size, Full),
		"nist":   planOver(size, NIST),
		"random": {Mode: Random, Fraction: 0.3, BlockBytes: 4096, Regions: []Region{{Name: "a", Start: 512, Length: 50 << 20}, {Name: "b", Start: 60 << 20, Length: size - 60<<20}}},
	} {
		t.Run(name, func(t *testing.T) {
			opt := Options{SHA256: p.Mode == Full}
			want := examine(t, p, m, opt)
			var saved [][]byte
			opt.Due = func() bool { return true }
			opt.Save = func(b []byte, _ int64) error { saved = append(saved, b); return nil }
			if got := examine(t, p, m, opt); !reflect.DeepEqual(got, want) {
				t.Error("saving checkpoints changed the result")
			}
			if len(saved) < 4 {
				t.Fatalf("only %d checkpoints", len(saved))
			}
			for i, b := range saved {
				got := examine(t, p, m, Options{SHA256: opt.SHA256, Resume: b, Workers: 1 + i%3})
				if !reflect.DeepEqual(got, want) {
					t.Errorf("resumed from checkpoint %d, the result differs", i)
				}
			}
		})
	}
}

// A context that ends at any page leaves a checkpoint from which the same
// result comes, and a result that claims nothing.
func TestCancelAndResume(t *testing.T) {
	size, stops := int64(80<<20), []int{1, 4, 7, 10, 13, 16, 19}
	if testing.Short() {
		size, stops = 24<<20, []int{1, 4}
	}
	m := busyMedium(size)
	p := planOver(size, Full)
	want := examine(t, p, m, Options{})
	for _, stopAt := range stops {
		ctx, cancel := context.WithCancel(context.Background())
		var last []byte
		src := &stopping{Medium: m, cancel: cancel}
		src.left.Store(int64(stopAt))
		s, err := New(p, src, Options{Workers: 2, Save: func(b []byte, _ int64) error { last = b; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(ctx)
		if !errors.Is(err, context.Canceled) || r.Complete {
			t.Fatalf("cancelled run: complete %v, error %v", r.Complete, err)
		}
		if v := Decide(p, r); v.Outcome == NoResidue {
			t.Errorf("a cancelled examination says %v", v.Outcome)
		}
		if got := examine(t, p, m, Options{Resume: last}); !reflect.DeepEqual(got, want) {
			t.Errorf("cancelled at read %d and resumed, the result differs", stopAt)
		}
	}
}

// stopping cancels after a number of reads.
type stopping struct {
	*disktest.Medium
	left   atomic.Int64
	cancel func()
}

func (s *stopping) ReadAt(b []byte, off int64) (int, error) {
	if s.left.Add(-1) == 0 {
		s.cancel()
	}
	return s.Medium.ReadAt(b, off)
}

func TestResumeRefusesWhatDoesNotFit(t *testing.T) {
	slow(t)
	const size = 40 << 20
	p := planOver(size, Full)
	var saved []byte
	m := disktest.New(size, 1)
	examine(t, p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error {
		if saved == nil {
			saved = b
		}
		return nil
	}})
	other := *p
	other.BlockBytes = 8192
	var noDigest []byte
	examine(t, p, m, Options{NoDigest: true, Due: func() bool { return true }, Save: func(b []byte, _ int64) error {
		noDigest = b
		return nil
	}})
	for name, try := range map[string]func() (*Scan, error){
		"another medium": func() (*Scan, error) { return New(p, disktest.New(size, 2), Options{Resume: saved}) },
		"another size": func() (*Scan, error) {
			return New(planOver(size+512, Full), disktest.New(size+512, 1), Options{Resume: saved})
		},
		"another plan":  func() (*Scan, error) { return New(&other, m, Options{Resume: saved}) },
		"other digests": func() (*Scan, error) { return New(p, m, Options{Resume: saved, NoDigest: true}) },
		"another medium, no digest": func() (*Scan, error) {
			return New(p, disktest.New(size, 2), Options{Resume: noDigest, NoDigest: true})
		},
		"no state":      func() (*Scan, error) { return New(p, m, Options{Resume: []byte(`{"State":null}`)}) },
		"half of it":    func() (*Scan, error) { return New(p, m, Options{Resume: saved[:len(saved)/2]}) },
		"nothing in it": func() (*Scan, error) { return New(p, m, Options{Resume: []byte("{}")}) },
	} {
		if _, err := try(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New(p, m, Options{Resume: saved}); err != nil {
		t.Error(err)
	}
}

// No checkpoint, however damaged, may crash the engine.
func FuzzRestore(f *testing.F) {
	// Four windows of little data, of which the second is put off: two runs of
	// leaves, a gap in the extents.
	const size = 50 << 20
	p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "a", Length: 8192}, {Name: "b", Start: 17 << 20, Length: 8192},
		{Name: "c", Start: 33 << 20, Length: 8192}, {Name: "d", Start: 49 << 20, Length: 8192}}}
	m := disktest.New(size, 1)
	m.Fail(17<<20, 512, syscall.EIO)
	s, err := New(p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error { f.Add(b); return nil }})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := New(p, m, Options{Resume: b, Workers: 1}); err == nil {
			s.Run(context.Background())
		}
	})
}

// A damaged checkpoint is refused; package fold knows what cannot be.
func TestResumeRefusesWhatCannotBe(t *testing.T) {
	const size = 52 << 20
	p := planOver(size, Full)
	m := disktest.New(size, 1)
	m.Fill(0, size, 0)
	m.Fail(20<<20, 512, syscall.EIO)
	var saved [][]byte
	examine(t, p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error {
		saved = append(saved, b)
		return nil
	}})
	const at = 2
	for name, damage := range map[string]func(*fold.State){
		"nothing": func(*fold.State) {},
		"further": func(c *fold.State) { c.Next++ },
	} {
		var c checkpoint
		if err := json.Unmarshal(saved[at], &c); err != nil {
			t.Fatal(err)
		}
		damage(c.State)
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(p, m, Options{Resume: b}); (err == nil) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDigests(t *testing.T) {
	const size = 9<<20 + 100
	m := disktest.New(size, 5)
	all := make([]byte, size)
	m.ReadAt(all, 0)
	r := examine(t, planOver(size, Full), m, Options{SHA256: true})
	if want := sha256.Sum256(all); !bytes.Equal(r.SHA256, want[:]) {
		t.Error("SHA-256 differs from that of the bytes")
	}
	var want merkle.Tree
	for i := range (size + LeafBytes - 1) / LeafBytes {
		want.Add(uint64(i), merkle.Leaf(all[i*LeafBytes:min((i+1)*LeafBytes, size)]))
	}
	if r.Tree.Root != want.Root() || !r.Tree.Present {
		t.Error("tree hash differs from its definition")
	}
	m.Fail(1<<20, 512, syscall.EIO)
	if r := examine(t, planOver(size, Full), m, Options{SHA256: true}); r.SHA256 != nil {
		t.Error("a medium with holes has a SHA-256")
	}
	if _, err := New(planOver(size, NIST), m, Options{SHA256: true}); err == nil {
		t.Error("a sampled examination promises a digest of the whole medium")
	}
}

func TestUnreadableIsExact(t *testing.T) {
	const size = 12 << 20
	m := disktest.New(size, 5)
	m.Fail(20480*512, 512, syscall.EIO)
	m.Fail(20487*512, 512, syscall.EIO)
	m.Fail(PageBytes-512, 1024, syscall.ENODATA)
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	var got []string
	for _, e := range r.Extents {
		if e.Class == Unreadable {
			got = append(got, fmt.Sprint(e.Start/512, "+", e.Length/512, " ", e.Reason))
		}
	}
	if want := []string{"8191+2 ENODATA", "20480+1 EIO", "20487+1 EIO"}; !slices.Equal(got, want) {
		t.Errorf("unreadable %q, want %q", got, want)
	}
	if v := Decide(p, r); v.Outcome != Inconclusive || v.Reasons[0].Code != ReasonUnreadable {
		t.Errorf("verdict %v %v", v.Outcome, v.Reasons)
	}
}

func TestShrinkingMediumIsInconclusive(t *testing.T) {
	const size = 12 << 20
	m := disktest.New(size, 5)
	m.Shrink(7<<20 + 100)
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	if v := Decide(p, r); v.Outcome != Inconclusive || r.Classes[Unreadable] != 5<<20 {
		t.Errorf("verdict %v, classes %v", v.Outcome, r.Classes)
	}
}

func TestFillAndPatternsAreNoResidue(t *testing.T) {
	slow(t)
	const size = 24 << 20
	for name, pattern := range map[string][]byte{
		"zeros": {0}, "ones": {0xff}, "spaces": {' '}, "55": {0x55}, "55AA": {0x55, 0xaa},
		"DoD": {0x92, 0x49, 0x24}, "vendor": {0x33, 0xcc, 0x55, 0xaa}, "five": {1, 2, 3, 4, 200}, "eight": {1, 2, 3, 4, 5, 6, 7, 200},
	} {
		m := disktest.New(size, 5)
		if len(pattern) == 8 { // beside data it is residue: see TestBadModeIsResidue
			m.Fill(0, size, 0)
		}
		m.Plant(1<<20, bytes.Repeat(pattern, 10<<20/len(pattern)/512*512))
		p := planOver(size, Full)
		r := examine(t, p, m, Options{})
		want := ClaimLogical
		if v := Decide(p, r); v.Outcome != NoResidue || v.Claim != want {
			t.Errorf("%s: %v %v %v", name, v.Outcome, v.Claim, r.Findings)
		}
		if n := r.Classes[Fill] + r.Classes[Pattern]; n < 9<<20 {
			t.Errorf("%s: classes %v", name, r.Classes)
		}
	}
}

// A sentence repeated is a short period, and still a text.
func TestRepeatedSentenceIsResidue(t *testing.T) {
	const size = 8 << 20
	m := disktest.New(size, 5)
	m.Plant(1<<20, bytes.Repeat([]byte("confidential! "), 4000))
	p := planOver(size, Full)
	if r := examine(t, p, m, Options{}); Decide(p, r).Outcome != ResidueFound {
		t.Errorf("classes %v", r.Classes)
	}
}

// A medium that turns from ciphertext to zeros at any sector raises no alarm.
func TestEdgesOfFillRaiseNoAlarm(t *testing.T) {
	slow(t)
	const size = 4 << 20
	for s := int64(0); s < 16; s++ {
		m := disktest.New(size, uint64(s))
		m.Fill(1<<20+s*512, 512*(1+s), 0)
		p := planOver(size, Full)
		if r := examine(t, p, m, Options{}); Decide(p, r).Outcome != NoResidue {
			t.Errorf("%d sectors of zeros at sector %d: %v", s+1, s, r.Findings)
		}
	}
}

// biased is keystream in which a share of the bytes has its top bit cleared:
// too little to see in a block, plain over a megabyte.
func biased(n int, seed uint64) []byte {
	b := make([]byte, n)
	disktest.Keystream(seed).ReadAt(b, 0)
	for i := 0; i < n; i += 60 {
		b[i] &= 0x7f
	}
	return b
}

func TestWeakEvidenceAddsUp(t *testing.T) {
	slow(t)
	const size = 48 << 20
	m := disktest.New(size, 5)
	m.Plant(17<<20, biased(2<<20, 77))
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	if !covers(r, detector.Statistics, 17<<20, 1<<20) {
		t.Fatalf("not seen: %v\n%+v", r.Findings, r.Windows)
	}
	if r.Classes[Residue] > 4<<20 {
		t.Errorf("%d bytes are condemned for 2 MiB", r.Classes[Residue])
	}
	for _, w := range r.Windows {
		if w.WindowBytes == 64<<10 && w.Alarms > 0 {
			t.Error("a 64 KiB window was enough: the test plants too much")
		}
	}
}

func TestWholeRegionAddsUp(t *testing.T) {
	slow(t)
	const size = 96 << 20
	b := make([]byte, size)
	disktest.Keystream(1).ReadAt(b, 0)
	for i := 0; i < size; i += 600 {
		b[i] &= 0x7f
	}
	p := planOver(size, Full)
	r := examine(t, p, bytesSource{b}, Options{})
	if v := Decide(p, r); v.Outcome != ResidueFound || len(r.Findings) != 1 || r.Findings[0].Length != size {
		t.Errorf("%v %v %+v", v.Outcome, r.Findings, r.Windows)
	}
}

// An alarm over one region is that region's own, even if its neighbour raised
// the same: one of them may be described only.
func TestRegionsAlarmApart(t *testing.T) {
	slow(t)
	const half = 96 << 20
	b := make([]byte, 2*half)
	disktest.Keystream(1).ReadAt(b, 0)
	for i := 0; i < len(b); i += 600 {
		b[i] &= 0x7f
	}
	for _, expect := range [][2]Expect{{ExpectAny, ExpectErased}, {ExpectErased, ExpectAny}} {
		p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "a", Length: half, Expect: expect[0]}, {Name: "b", Start: half, Length: half, Expect: expect[1]}}}
		r := examine(t, p, bytesSource{b}, Options{NoDigest: true})
		if v := Decide(p, r); v.Outcome != ResidueFound || r.Regions[0].Findings != 1 || r.Regions[1].Findings != 1 || r.Classes[Residue] != 2*half {
			t.Errorf("%v: %v, findings %v, classes %v", expect, v.Outcome, r.Findings, r.Classes)
		}
	}
}

// goneAfter vanishes after a number of reads, as a drive does whose cable slips.
type goneAfter struct {
	*disktest.Medium
	left atomic.Int64
}

func (g *goneAfter) ReadAt(b []byte, off int64) (int, error) {
	if g.left.Add(-1) < 0 {
		return 0, fmt.Errorf("read: %w", syscall.ENODEV)
	}
	return g.Medium.ReadAt(b, off)
}

// A medium that vanishes ends the examination, it does not become unreadable;
// plugged in again it is resumed to the same result.
func TestVanishedAndResumed(t *testing.T) {
	size := int64(64 << 20)
	m := busyMedium(size)
	p := planOver(size, Full)
	want := examine(t, p, m, Options{})
	for _, after := range []int64{0, 1, 9} {
		g := &goneAfter{Medium: m}
		g.left.Store(after)
		var last []byte
		s, err := New(p, g, Options{Workers: 2, Save: func(b []byte, _ int64) error { last = b; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(context.Background())
		if !errors.Is(err, ErrGone) || r.Complete || r.Classes[Unreadable] > 512+70_656 {
			t.Fatalf("gone after %d reads: %v, complete %v, classes %v", after, err, r.Complete, r.Classes)
		}
		if got := examine(t, p, m, Options{Resume: last}); !reflect.DeepEqual(got, want) {
			t.Errorf("gone after %d reads and resumed, the result differs", after)
		}
	}
}

// What is measured on a small medium is held against the threshold of a large one where that is asked for, and never
// against less than its own.
func TestFloor(t *testing.T) {
	const size = 1 << 20
	m := disktest.New(size, 1)
	raw := make([]byte, 300)
	disktest.Keystream(7).ReadAt(raw, 0)
	m.Plant(64<<10, []byte(base64.StdEncoding.EncodeToString(raw)))
	p := planOver(size, Full)
	own := examine(t, p, m, Options{})
	if len(own.Findings) == 0 || examine(t, p, m, Options{Floor: 1}).ThresholdBits != own.ThresholdBits {
		t.Fatalf("%d findings, threshold %v", len(own.Findings), own.ThresholdBits)
	}
	if r := examine(t, p, m, Options{Floor: 1e6}); r.ThresholdBits != 1e6 || len(r.Findings) > 0 {
		t.Errorf("threshold %v, found %v", r.ThresholdBits, r.Findings)
	}
}

// Cancelling takes effect between reads, also where every sector fails slowly.
func TestCancelOnAFailingMedium(t *testing.T) {
	const size = 16 << 20
	m := disktest.New(size, 1)
	m.Fail(0, size, syscall.EIO)
	ctx, cancel := context.WithCancel(context.Background())
	src := &stopping{Medium: m, cancel: cancel}
	src.left.Store(100)
	s, err := New(planOver(size, Full), src, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// Halving all of it takes 65,000 reads; while one worker cancels, the other
	// may get some in.
	if reads := 100 - src.left.Load(); reads > 5000 {
		t.Errorf("%d reads were made, 100 before the cancellation", reads)
	}
}

type bytesSource struct{ b []byte }

func (s bytesSource) Size() int64 { return int64(len(s.b)) }
func (s bytesSource) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(s.b).ReadAt(p, off)
}

func TestExpectations(t *testing.T) {
	slow(t)
	const size = 16 << 20
	m := disktest.New(size, 5)
	m.Fill(8<<20, 8<<20, 0)
	m.Plant(1<<20, prose)
	half := int64(size / 2)
	for name, c := range map[string]struct {
		a, b Expect
		want Outcome
		code string
	}{
		"residue is judged": {ExpectErased, ExpectErased, ResidueFound, ReasonResidue},
		"or described":      {ExpectAny, ExpectErased, NoResidue, ReasonNoResidue},
		"fill as expected":  {ExpectAny, ExpectFill, NoResidue, ReasonNoResidue},
		"fill unexpected":   {ExpectAny, ExpectCiphertext, Inconclusive, ReasonUnexpectedClass},
		"nothing judged":    {ExpectAny, ExpectAny, Inconclusive, ReasonNothingJudged},
	} {
		p := &Plan{BlockBytes: 4096, Scope: ScopeRegions, Regions: []Region{{Name: "a", Length: half, Expect: c.a}, {Name: "b", Start: half, Length: half, Expect: c.b}}}
		v := Decide(p, examine(t, p, m, Options{}))
		if v.Outcome != c.want || v.Reasons[0].Code != c.code {
			t.Errorf("%s: %v %v", name, v.Outcome, v.Reasons)
		}
	}
}

func TestFindingsAreBounded(t *testing.T) {
	slow(t)
	const size = 128 << 20
	m := disktest.New(size, 5)
	const planted = 12_000
	pieces := make([]byte, 100)
	copy(pieces, prose)
	for i := range int64(planted) {
		m.Plant(i*10240, pieces)
	}
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	if len(r.Findings) > MaxFindings || len(r.Findings) < MaxFindings/2 {
		t.Errorf("%d findings are listed", len(r.Findings))
	}
	var counted int64
	for _, c := range r.Counts {
		if c.Detector == detector.Text {
			counted += c.Count
		}
	}
	if counted != planted {
		t.Errorf("%d texts are counted, %d were planted", counted, planted)
	}
}

// The state never holds anything that JSON cannot carry.
func TestCheckpointIsFinite(t *testing.T) {
	m := busyMedium(24 << 20)
	s, err := New(planOver(m.Size(), Full), m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(s.checkpoint()) {
		t.Error("a fresh checkpoint is no JSON")
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if b := s.checkpoint(); !json.Valid(b) || s.state.Done != m.Size() || len(s.state.Findings) == 0 {
		t.Errorf("a finished checkpoint of %d bytes: done %d", len(b), s.state.Done)
	}
}

// Superblocks that lie in ciphertext are named; those that hold keys are key material,
// and BitLocker's disguise is not taken for FAT.
func TestSuperblocksAreNamed(t *testing.T) {
	const size = 1 << 20
	m := disktest.New(size, 5)
	m.Plant(64<<10, []byte("\x49\xE8\x95\xF9\xC5\xE9\x53\xFA\x02\x03"))                          // HPFS
	m.Plant(128<<10, []byte("GEOM::ELI\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00"))            // GELI, version 7
	m.Plant(128<<10+36, []byte("\x00\x00"))                                                      // its provider's size
	m.Plant(192<<10, []byte("\xEB\x58\x90MSWIN4.1\x00\x02\x01\x20\x00\x02\x00\x00\x00\x00\xF8")) // BitLocker To Go
	m.Plant(192<<10+424, []byte("\x3B\xD6\x67\x49\x29\x2E\xD8\x4A\x83\x99\xF6\xA3\x39\xE3\xD0\x01"))
	m.Plant(192<<10+510, []byte("\x55\xAA"))
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	for _, want := range []Finding{
		{Offset: 64 << 10, Detector: detector.Filesystems, Kind: "hpfs-superblock"},
		{Offset: 128 << 10, Detector: detector.Keys, Kind: "geli-metadata"},
		{Offset: 192 << 10, Detector: detector.Filesystems, Kind: "bitlocker-boot-sector"},
	} {
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool {
			return f.Offset == want.Offset && f.Detector == want.Detector && f.Kind == want.Kind && f.Length == 512
		}) {
			t.Errorf("%s at %d is not named: %v", want.Kind, want.Offset, r.Findings)
		}
	}
}
