package baseline

import (
	"context"
	"errors"
	"io"
	"math"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

const size = 16 << 20

func draw(t *testing.T, m io.ReaderAt, n int) *Drawn {
	t.Helper()
	d, err := Draw(context.Background(), m, size, n, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range d.Blocks {
		if b.Offset%BlockBytes != 0 || b.Offset+BlockBytes > size || i > 0 && b.Offset <= d.Blocks[i-1].Offset {
			t.Fatalf("block %d at %d", i, b.Offset)
		}
	}
	return d
}

// A medium that was left alone is unchanged, one with another key is not, and a part of it that was left
// alone is found where it is.
func TestCompare(t *testing.T) {
	before := disktest.New(size, 1)
	d := draw(t, before, 1000)
	if len(d.Blocks) != 1000 || d.Fill > 0 || d.Unreadable > 0 {
		t.Fatalf("%d blocks, %d of fill, %d unreadable", len(d.Blocks), d.Fill, d.Unreadable)
	}
	compare := func(m io.ReaderAt) *Compared {
		c, err := Compare(context.Background(), m, d.Key[:], d.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := compare(before); len(c.Unchanged) != 1000 || c.Changed > 0 {
		t.Errorf("left alone: %d unchanged, %d changed", len(c.Unchanged), c.Changed)
	}
	after := disktest.New(size, 2)
	if c := compare(after); len(c.Unchanged) > 0 || c.Changed != 1000 || c.Blocks() != 1000 {
		t.Errorf("erased: %d unchanged, %d changed", len(c.Unchanged), c.Changed)
	}
	old := make([]byte, 4<<20)
	before.ReadAt(old, 4<<20)
	after.Plant(4<<20, old)
	if c := compare(after); len(c.Unchanged) < 150 || len(c.Unchanged) > 350 || c.Unchanged[0] < 4<<20 || c.Unchanged[len(c.Unchanged)-1] >= 8<<20 {
		t.Errorf("a quarter is left: %d unchanged", len(c.Unchanged))
	}
	after.Fail(0, size/2, syscall.EIO)
	if c := compare(after); c.Unreadable < 400 || c.Blocks()+c.Unreadable != 1000 {
		t.Errorf("half of it fails: %d unreadable of %d", c.Unreadable, c.Blocks())
	}
}

// Fill is drawn again: it would read the same after whatever erasure.
func TestFillIsLeftOut(t *testing.T) {
	m := disktest.New(size, 1)
	m.Fill(0, size/2, 0)
	m.Fill(size/2, size/4, 0xFF)
	d := draw(t, m, 500)
	if len(d.Blocks) != 500 || d.Blocks[0].Offset < size/4*3 || d.Fill < 1000 {
		t.Errorf("%d blocks from %d on, %d of fill", len(d.Blocks), d.Blocks[0].Offset, d.Fill)
	}
	m.Fill(0, size, 0)
	if d := draw(t, m, 500); len(d.Blocks) > 0 || d.Fill != redraws*500 {
		t.Errorf("all fill: %d blocks, %d of fill", len(d.Blocks), d.Fill)
	}
	m.Fail(0, size, syscall.EIO)
	if d := draw(t, m, 100); len(d.Blocks) > 0 || d.Unreadable == 0 {
		t.Errorf("unreadable: %d blocks, %d", len(d.Blocks), d.Unreadable)
	}
}

// Places are drawn evenly: of each sixteenth of a medium some.
func TestDrawnEvenly(t *testing.T) {
	d, count := draw(t, disktest.New(size, 3), 1600), [16]int{}
	for _, b := range d.Blocks {
		count[b.Offset/(size/16)]++
	}
	for i, n := range count {
		if n < 50 || n > 150 {
			t.Errorf("%d blocks of the sixteenth %d", n, i)
		}
	}
	if again := draw(t, disktest.New(size, 3), 1600); again.Key == d.Key || again.Blocks[0] == d.Blocks[0] && again.Blocks[1].Offset == d.Blocks[1].Offset && again.Blocks[2].Offset == d.Blocks[2].Offset {
		t.Error("two draws are the same")
	}
}

// A medium that ends, or is interrupted, is no changed one.
func TestEnds(t *testing.T) {
	d := draw(t, disktest.New(size, 1), 500)
	if c, err := Compare(context.Background(), disktest.New(size/2, 1), d.Key[:], d.Blocks); err == nil {
		t.Errorf("half a medium: %+v", c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Compare(ctx, disktest.New(size, 1), d.Key[:], d.Blocks); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := Draw(ctx, disktest.New(size, 1), size, 10, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := Draw(context.Background(), disktest.New(4096, 1), 4095, 10, nil); err == nil {
		t.Error("a medium without a block")
	}
}

func TestLeft(t *testing.T) {
	for n, want := range map[int64]float64{0: 1, 1: 0.95, 59: 0.0495, 1000: 0.00299, 10_000: 0.0003} {
		if got := Left(n); math.Abs(got-want) > want/100 || n > 0 && Missed(got, n) > 0.05+1e-9 {
			t.Errorf("%d blocks leave %v, want %v; it is missed with %v", n, got, want, Missed(got, n))
		}
	}
}
