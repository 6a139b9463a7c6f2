package read

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// newReader is a reader for tests, without a worker around it.
func newReader(src Source, sector int) *Reader {
	return &Reader{Ctx: context.Background(), Source: src, Sector: sector, Now: time.Now, Turn: &sync.Mutex{}}
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
		holes, _ := newReader(m, sector).carefully(buf, 0, Allowance{})
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
	holes, _ := newReader(m, 512).carefully(buf, 0, Allowance{})
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
		hole   plan.Span
	}{
		{"no error", 300_000, 4096, 512, 0, nil, plan.Span{Lo: 299_520, Hi: 303_104}},
		{"EINVAL at odd offsets", 300_000, 4096, 512, 0, syscall.EINVAL, plan.Span{Lo: 299_520, Hi: 303_104}},
		{"EIO", 300_000, 512, 512, 0, syscall.EIO, plan.Span{Lo: 299_520, Hi: 300_032}},
		{"a part of an image ends", 300_000, 512, 512, 0, io.ErrUnexpectedEOF, plan.Span{Lo: 299_520, Hi: 300_032}},
		{"large sectors, small alignment", 300_000, 512, 4096, 0, syscall.EIO, plan.Span{Lo: 299_008, Hi: 303_104}},
		{"a buffer across the sectors", 300_000, 512, 4096, 512, syscall.EIO, plan.Span{Lo: 299_008, Hi: 303_104}},
		{"in the first sector", 100, 4096, 512, 0, syscall.EINVAL, plan.Span{Lo: 0, Hi: 4096}},
		{"sectors of an array disk", 300_000, 520, 520, 0, syscall.EIO, plan.Span{Lo: 299_520, Hi: 300_040}},
	} {
		m := odd{1 << 20, c.ends, c.align, c.err}
		buf := make([]byte, m.size-c.off)
		holes, gone := newReader(m, c.sector).carefully(buf, c.off, Allowance{})
		got := plan.Span{Lo: c.off + int64(holes[0].Lo), Hi: c.off + int64(holes[len(holes)-1].Hi)}
		if gone != nil || got != c.hole {
			t.Errorf("%s: the hole is %v, want %v (%v)", c.name, got, c.hole, gone)
		}
		if bytes.IndexByte(buf, 0xee) >= 0 {
			t.Errorf("%s: what a failed read left behind is taken for the medium", c.name)
		}
	}
}

// scripted answers reads as it is told.
type scripted func(p []byte, off int64) (int, error)

func (s scripted) ReadAt(p []byte, off int64) (int, error) { return s(p, off) }
func (s scripted) Size() int64                             { return 1 << 20 }

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
		r := newReader(scripted(func([]byte, int64) (int, error) { return c.n, c.err }), 512)
		if _, _, err := r.Once(make([]byte, 4096), 0); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestNothingOfBeforeStays: where a sector can not be read there are zeros, and a hole.
func TestNothingOfBeforeStays(t *testing.T) {
	bad := plan.Span{Lo: 1024, Hi: 1536}
	r := newReader(scripted(func(p []byte, off int64) (int, error) {
		for i := range p {
			p[i] = 0xAA
		}
		if off < bad.Hi && off+int64(len(p)) > bad.Lo {
			return 0, syscall.EIO
		}
		return len(p), nil
	}), 512)
	buf := bytes.Repeat([]byte{0x55}, 4096)
	holes, gone := r.carefully(buf, 0, Allowance{})
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
	r := newReader(scripted(func([]byte, int64) (int, error) { return 0, syscall.EIO }), 512)
	var used atomic.Int64
	used.Store(int64(time.Hour))
	holes, _ := r.carefully(make([]byte, 4096), 0, Allow(&plan.Page{}, time.Minute, &used))
	if len(holes) != 1 || holes[0] != (look.Hole{Lo: 0, Hi: 4096, Reason: timeBudget}) {
		t.Errorf("%+v", holes)
	}
}
