package disktest

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// plainKeystream is the definition, one block at a time.
func plainKeystream(seed uint64, off int64, n int) []byte {
	key := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("shokyo disktest keystream "), seed))
	block, _ := aes.NewCipher(key[:])
	var out []byte
	for at := off / 16; len(out) < n+16; at++ {
		b := make([]byte, 16)
		binary.BigEndian.PutUint64(b[8:], uint64(at))
		block.Encrypt(b, b)
		out = append(out, b...)
	}
	return out[off%16:][:n]
}

func TestKeystreamIsCTRAtAnyOffset(t *testing.T) {
	for _, off := range []int64{0, 1, 15, 16, 17, 4095, 1<<36 - 3, 20e12, math.MaxInt64 - 8192} {
		for _, n := range []int{0, 1, 15, 16, 17, 4096, 5000} {
			got := bytes.Repeat([]byte{0x55}, n) // what was in the buffer must not matter
			if k, err := Keystream(7).ReadAt(got, off); k != n || err != nil {
				t.Fatalf("ReadAt(%d bytes at %d) = %d, %v", n, off, k, err)
			}
			if !bytes.Equal(got, plainKeystream(7, off, n)) {
				t.Errorf("%d bytes at %d are not the keystream", n, off)
			}
		}
	}
	if bytes.Equal(plainKeystream(7, 0, 64), plainKeystream(8, 0, 64)) {
		t.Error("two seeds, one stream")
	}
	if _, err := Keystream(1).ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("a negative offset was accepted")
	}
}

// A medium must read like an array on which the same things were laid.
func TestMediumReadsLikeAnArray(t *testing.T) {
	const size = 100_000
	r := rand.New(rand.NewChaCha8(sha256.Sum256([]byte("medium test"))))
	for range 20 {
		m, want := New(size, 3), plainKeystream(3, 0, size)
		for range r.IntN(12) {
			off, n := r.Int64N(size+200)-100, r.IntN(30_000)
			b := bytes.Repeat([]byte{byte(r.IntN(256))}, n)
			if r.IntN(2) == 0 {
				for i := range b {
					b[i] = byte(r.Uint32())
				}
				m.Plant(off, b)
			} else {
				m.Fill(off, int64(n), append(b, 0)[0])
			}
			for i := range b {
				if at := off + int64(i); at >= 0 && at < size {
					want[at] = b[i]
				}
			}
		}
		for range 50 {
			off := r.Int64N(size)
			p := make([]byte, r.IntN(40_000))
			n, err := m.ReadAt(p, off)
			short := int64(len(p)) > size-off
			if short != (err == io.EOF) || !bytes.Equal(p[:n], want[off:off+int64(n)]) || !short && n != len(p) {
				t.Fatalf("ReadAt(%d bytes at %d) = %d, %v", len(p), off, n, err)
			}
		}
	}
}

func TestFailingSectorsFailTheWholeRead(t *testing.T) {
	m := New(10_000, 1)
	m.Fail(4096, 512, syscall.EIO)
	for _, c := range []struct {
		off  int64
		n    int
		want error
	}{{0, 4096, nil}, {0, 4097, syscall.EIO}, {4607, 1, syscall.EIO}, {4608, 100, nil}, {4000, 5000, syscall.EIO}, {9999, 1, nil}} {
		n, err := m.ReadAt(make([]byte, c.n), c.off)
		if !errors.Is(err, c.want) || (err != nil && n != 0) {
			t.Errorf("read of %d at %d = %d, %v, want %v", c.n, c.off, n, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "x.img")
	if err := m.WriteFile(path); !errors.Is(err, syscall.EIO) {
		t.Errorf("WriteFile = %v, want EIO", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
		t.Errorf("a failed WriteFile left %v", left)
	}
}

func TestWeakSectorIsReadInTheEnd(t *testing.T) {
	m := New(10_000, 1)
	m.FailTimes(4096, 512, syscall.EIO, 2)
	var seen []error
	m.OnRead(func(off, length int64, err error) { seen = append(seen, err) })
	want := []error{syscall.EIO, syscall.EIO, syscall.EIO, syscall.EIO, nil, nil}
	for i, n := range []int{4000, 512, 4000, 512, 512, 4000} {
		if _, err := m.ReadAt(make([]byte, n), 4096); err != want[i] {
			t.Errorf("read %d of %d bytes: %v, want %v", i, n, err, want[i])
		}
	}
	if !slices.Equal(seen, want) {
		t.Errorf("OnRead was told of %v", seen)
	}
}

func TestShrunkMediumEndsEarlyAndKeepsItsSize(t *testing.T) {
	m := New(10_000, 1)
	m.Shrink(5000)
	if n, err := m.ReadAt(make([]byte, 1000), 4500); n != 500 || err != io.EOF {
		t.Errorf("read across the new end = %d, %v", n, err)
	}
	if n, err := m.ReadAt(make([]byte, 10), 5000); n != 0 || err != io.EOF {
		t.Errorf("read behind the new end = %d, %v", n, err)
	}
	if m.Size() != 10_000 {
		t.Errorf("size is now %d", m.Size())
	}
}

func TestWriteFileWritesTheMedium(t *testing.T) {
	m := New(3<<20+5, 9)
	m.Plant(1<<20-2, []byte("across"))
	path := filepath.Join(t.TempDir(), "x.img")
	if err := m.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	want := make([]byte, m.Size())
	m.ReadAt(want, 0)
	if !bytes.Equal(got, want) || string(got[1<<20-2:][:6]) != "across" {
		t.Error("the file is not the medium")
	}
	if err := m.WriteFile(filepath.Join(path, "below-a-file")); err == nil {
		t.Error("WriteFile into no folder succeeded")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "x.img", "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteFile(filepath.Join(dir, "x.img")); err == nil || !strings.Contains(err.Error(), "x.img") {
		t.Errorf("over a folder that is not empty: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Under the race detector this shows that a scan may run while a test damages
// the medium.
func TestMediumMayChangeWhileItIsRead(t *testing.T) {
	m := New(1<<20, 1)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for off := int64(0); off < 1<<20; off += 65536 {
				m.ReadAt(make([]byte, 65536), off)
			}
		})
	}
	for i := range int64(100) {
		m.Plant(i, []byte{1})
		m.Fail(i, 1, syscall.EIO)
	}
	wait.Wait()
	if _, err := m.ReadAt(make([]byte, 1), 50); !errors.Is(err, syscall.EIO) {
		t.Errorf("the last change is not seen: %v", err)
	}
}

func BenchmarkMediumReadAt(b *testing.B) {
	m, p := New(20<<30, 1), make([]byte, 4<<20)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		m.ReadAt(p, 19<<30)
	}
}
