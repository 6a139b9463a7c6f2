package imagetest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/internal/disktest"
)

// What the tests of virtual disks share.

type file struct {
	*os.File
	size int64
}

func (f file) Size() int64 { return f.size }

// Opener opens files until the test ends.
func Opener(t testing.TB) func(path string) (source.Source, error) {
	return func(path string) (source.Source, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { f.Close() })
		st, err := f.Stat()
		if err != nil {
			return nil, err
		}
		return file{f, st.Size()}, nil
	}
}

// Memory is a file in memory.
type Memory []byte

func (m Memory) Size() int64 { return int64(len(m)) }
func (m Memory) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(m).ReadAt(p, off)
}

// Content is a disk with ciphertext, text, zeros that are stored and stretches where nothing ever was.
func Content(t testing.TB, size int64) []byte {
	t.Helper()
	b := make([]byte, size)
	m := disktest.New(size, 5)
	m.ReadAt(b[:3<<20], 0)
	m.ReadAt(b[9<<20:9<<20+123*512], 9<<20)
	copy(b[5<<20+512:], bytes.Repeat([]byte("a line of text that somebody wrote\n"), 3000))
	m.ReadAt(b[size-1024:], size-1024)
	return b
}

// Like holds a disk against what it should show, read in pieces of several sizes.
func Like(t *testing.T, name string, d Disk, want []byte) {
	t.Helper()
	if d.Size() < int64(len(want)) {
		t.Errorf("%s: %d bytes, want %d", name, d.Size(), len(want))
		return
	}
	for _, n := range []int{len(want), 1 << 20, 70_001} {
		buf := make([]byte, n)
		for at := 0; at < len(want); at += n {
			k, err := d.ReadAt(buf, int64(at))
			wanted := want[at:min(len(want), at+n)]
			if k < len(wanted) || err != nil && !errors.Is(err, io.EOF) {
				t.Fatalf("%s: %d bytes at %d: %v", name, k, at, err)
			}
			if !bytes.Equal(buf[:len(wanted)], wanted) {
				t.Fatalf("%s: %d bytes at %d differ", name, n, at)
			}
		}
	}
	// What is not stored reads as zeros, and stretches end where that changes.
	stored := int64(0)
	for at := int64(0); at < d.Size(); {
		end, is := d.Stored(at)
		if end <= at || end > d.Size() {
			t.Fatalf("%s: from %d to %d", name, at, end)
		}
		if is {
			stored += end - at
		} else if end = min(end, int64(len(want))); at < end && bytes.Count(want[at:end], []byte{0}) != int(end-at) {
			t.Fatalf("%s: nothing is stored from %d to %d, and there is something", name, at, end)
		}
		at = max(end, at+1)
	}
	if stored == 0 || stored > d.Size() {
		t.Errorf("%s: %d bytes are stored", name, stored)
	}
}

// Disk is one that tells what it stores.
type Disk interface {
	source.Source
	Stored(off int64) (end int64, stored bool)
}
