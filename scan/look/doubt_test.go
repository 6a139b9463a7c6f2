package look

import (
	"bytes"
	"slices"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// marker is what the dear detector of these tests finds: random bytes to all others.
var marker = []byte{0x9c, 0x13, 0xe1, 0x7a, 0xd5, 0x08, 0x4f, 0xb6, 0x71, 0x2e, 0xc9, 0x60, 0xf3, 0x8d, 0x5a, 0x07}

// withDearDetector puts a dear detector in place of that of repeats. It finds markers, and
// notes every sector that it was shown.
func withDearDetector(t *testing.T) (shown *[]int64) {
	t.Helper()
	own := ways[detector.Repeats]
	t.Cleanup(func() { ways[detector.Repeats] = own })
	shown = new([]int64)
	ways[detector.Repeats] = way{dear: true, sweep: func(s *segment) {
		for lo, hi := range s.searched(detector.Repeats) {
			for at := lo; at < hi; at += SectorBytes {
				*shown = append(*shown, s.base+int64(at))
			}
			for at := lo; ; at++ {
				next := bytes.Index(s.buf[at:hi], marker)
				if next < 0 {
					break
				}
				at += next
				s.take(detector.Repeats, &proof.Observation{Kind: "marker", Start: at, End: at + len(marker), Bits: 100})
			}
		}
	}}
	return shown
}

const doubtBase = 1 << 30

// lookAt looks at bytes that lie behind and before 64 KiB of context.
func lookAt(quick bool, buf []byte) *seen.Span {
	l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Quick: quick})
	return l.Look(Span{Buf: buf, Base: doubtBase, Lo: 64 << 10, Hi: len(buf) - 64<<10})
}

func keystream(n int) []byte {
	buf := make([]byte, n)
	disktest.Keystream(7).ReadAt(buf, 0)
	return buf
}

// stretches are the numbers of those that the dear detector was shown.
func stretches(shown []int64) (list []int) {
	for _, off := range shown {
		if n := int((off - doubtBase) / doubtStretch); !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// At full depth a dear detector sees every byte, at quick depth the stretches in doubt: on
// uniform bytes about one in forty.
func TestQuickLooksWhereThereIsDoubt(t *testing.T) {
	shown := withDearDetector(t)
	buf := keystream(16 << 20)
	lookAt(false, buf)
	if len(*shown) != len(buf)/SectorBytes {
		t.Fatalf("at full depth %d of %d sectors were shown", len(*shown), len(buf)/SectorBytes)
	}
	*shown = nil
	saw := lookAt(true, buf)
	if n := len(stretches(*shown)); n < 1 || n > 256/20 {
		t.Errorf("%d of 256 stretches of uniform bytes are in doubt", n)
	}
	if len(saw.Findings) > 0 {
		t.Error("something was found in uniform bytes")
	}
}

// calm is a run of uniform stretches in which there is no doubt.
func calm(t *testing.T, n int) []byte {
	t.Helper()
	buf := keystream(4 << 20)
	s := New(Terms{BlockBytes: 4096}).segment
	s.buf = buf
	s.classifySectors(nil)
	s.findDoubts()
	var out []byte
	for i := 0; len(out) < n*doubtStretch; i++ {
		if !s.doubts[i] {
			out = append(out, buf[i*doubtStretch:(i+1)*doubtStretch]...)
		}
	}
	return out
}

// What makes a stretch doubtful, and how far doubt reaches.
func TestDoubt(t *testing.T) {
	shown := withDearDetector(t)
	for name, c := range map[string]struct {
		spoil func(b []byte) // of the stretches 0 … 11
		want  []int
	}{
		"nothing": {func([]byte) {}, nil},
		"one block that is likelier under a model": {func(b []byte) {
			for i := range 40 {
				b[5*doubtStretch+8192+100*i] = 'e'
			}
		}, []int{5}},
		"all of a stretch a little": {func(b []byte) {
			for i := 7; i < doubtStretch; i += 120 {
				b[5*doubtStretch+i] &= 0x7f
				b[5*doubtStretch+i+1] &= 0x7f
			}
		}, []int{5}},
		"beside a finding": {func(b []byte) {
			copy(b[6*doubtStretch+3000:], "the quick brown fox jumps over the lazy dog, and then it sleeps in the shade of a tree")
		}, []int{5, 6, 7}},
		"beside a finding in the context": {func(b []byte) {
			copy(b[3000:], "the quick brown fox jumps over the lazy dog, and then it sleeps in the shade of a tree")
		}, []int{0, 1}},
		"fill is no doubt": {func(b []byte) { clear(b[4*doubtStretch : 6*doubtStretch]) }, nil},
	} {
		buf := calm(t, 12)
		c.spoil(buf)
		*shown = nil
		lookAt(true, buf)
		if got := stretches(*shown); !slices.Equal(got, c.want) {
			t.Errorf("%s: the stretches %v were looked at, want %v", name, got, c.want)
		}
	}
}

// A page in which a dear detector finds something is looked at whole, and each thing is
// reported once: as at full depth.
func TestQuickFindsTheRest(t *testing.T) {
	shown := withDearDetector(t)
	buf := calm(t, 12)
	copy(buf[3*doubtStretch+77:], marker)
	copy(buf[8*doubtStretch+99:], marker)
	if saw := lookAt(true, buf); len(saw.Findings) != 0 || len(*shown) != 0 {
		t.Fatalf("without doubt %v was found in %v", saw.Findings, stretches(*shown))
	}
	for i := range 60 { // doubt where the first is
		buf[3*doubtStretch+8192+50*i] = 'e'
	}
	got, want := slices.Clone(lookAt(true, buf).Findings), lookAt(false, buf).Findings
	if len(got) != 2 || !slices.EqualFunc(got, want, func(a, b seen.Finding) bool { return seen.Compare(a, b) == 0 && a.Length == b.Length }) {
		t.Errorf("quick found %v, deep %v", got, want)
	}
}

// What is mostly text is shown to no dear detector at quick depth, and what lies beside it is.
func TestQuickPassesOverText(t *testing.T) {
	shown := withDearDetector(t)
	buf := calm(t, 12)
	const text, beside = 5*doubtStretch + 8192, 5*doubtStretch + 8192 + 20*SectorBytes
	copy(buf[text:beside], story(20*SectorBytes))
	for at := text + 500; at < beside; at += 500 {
		buf[at] = 1 // ends a run
	}
	sees := func(quick bool, at int) bool {
		*shown = nil
		lookAt(quick, buf)
		return slices.Contains(*shown, int64(doubtBase+at))
	}
	for at := text; at < beside; at += SectorBytes {
		if sees(true, at) {
			t.Errorf("the sector of text at %d was shown", at)
		}
	}
	if !sees(true, beside) || !sees(true, text-SectorBytes) {
		t.Error("what lies beside text was not shown")
	}
}

// A dear detector of blocks is asked of the blocks in doubt.
func TestQuickAsksOfBlocks(t *testing.T) {
	withDearDetector(t)
	var asked []int
	ways[detector.Repeats].sweep = nil
	ways[detector.Repeats].block = func(_ *segment, b *block) {
		if n := b.lo / doubtStretch; !slices.Contains(asked, n) {
			asked = append(asked, n)
		}
	}
	buf := calm(t, 12)
	copy(buf[6*doubtStretch+3000:], "the quick brown fox jumps over the lazy dog, and then it sleeps in the shade of a tree")
	lookAt(true, buf)
	if !slices.Equal(asked, []int{5, 6, 7}) {
		t.Errorf("asked of blocks in the stretches %v", asked)
	}
}

// Whichever page sees a stretch, whole or as context, doubts it alike.
func TestDoubtDoesNotDependOnThePage(t *testing.T) {
	buf := keystream(8 << 20)
	doubts := func(from, to int) []bool {
		s := New(Terms{BlockBytes: 4096}).segment
		s.base, s.buf = int64(from), buf[from:to]
		s.classifySectors(nil)
		s.findDoubts()
		return s.doubts
	}
	all := doubts(0, len(buf))
	for _, c := range [][2]int{{0, 4<<20 + doubtStretch}, {4<<20 - doubtStretch, 8 << 20}} {
		if got := doubts(c[0], c[1]); !slices.Equal(got, all[c[0]/doubtStretch:c[1]/doubtStretch]) {
			t.Errorf("[%d, %d): the doubts differ from those of the whole", c[0], c[1])
		}
	}
}

// The history of bits is dear as well: where there is no doubt it is left out, and then out of
// every window that the stretch lies in.
func TestQuickLeavesHistoryOut(t *testing.T) {
	l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Quick: true})
	buf := calm(t, 12)
	for i := range 40 {
		buf[5*doubtStretch+8192+100*i] = 'e'
	}
	got := l.Look(Span{Buf: buf, Base: doubtBase, Lo: 0, Hi: len(buf)})
	counted, windows := 0, 0
	for _, p := range got.Pieces {
		w := p.Tally
		if w == nil {
			continue
		}
		i := int((p.Start - doubtBase) / seen.WindowSizes[0])
		windows++
		if n := w.History.Least[0] > 0; n == w.History.Lacks {
			t.Errorf("window %d: counted %v, lacks %v", i, n, w.History.Lacks)
		}
		if stretch := i / int(doubtStretch/seen.WindowSizes[0]); w.History.Lacks != (stretch != 5) {
			t.Errorf("window %d lacks its history: %v", i, w.History.Lacks)
		} else if stretch == 5 {
			counted++
		}
	}
	if counted != 4 || windows != 12*int(doubtStretch/seen.WindowSizes[0]) {
		t.Errorf("%d of %d windows have a history", counted, windows)
	}
}
