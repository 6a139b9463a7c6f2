package codec

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
)

// smallRing serves content from a ring far smaller than it, as a large image is.
func smallRing(t *testing.T, content []byte, c Codec, data []byte, ring int) *Stream {
	t.Helper()
	s, defect, err := Open(context.Background(), "x", imagetest.Bytes(data), &c, nil)
	if err != nil || defect != nil {
		t.Fatal(err, defect)
	}
	if s.size != int64(len(content)) {
		t.Fatalf("size %d, want %d", s.size, len(content))
	}
	s.ring = make([]byte, ring)
	return s
}

func TestRing(t *testing.T) {
	content := imagetest.Mixed(1_500_000, 8)
	data := [][]byte{imagetest.Gzip(t, content), imagetest.Zstd(t, content)}
	for k, c := range All() {
		for _, ring := range []int{1000, 300_000, 1 << 20, 1_499_999} {
			imagetest.CheckReads(t, smallRing(t, content, c, data[k], ring), content, 20, uint64(ring))
		}
	}
}

// TestRingKeepsOrder: readers in ascending order, give or take half a ring,
// never make the decoder start over.
func TestRingKeepsOrder(t *testing.T) {
	const page, pages, ring = 64 << 10, 64, 16 * 64 << 10
	content := imagetest.Mixed(page*pages, 9)
	s := smallRing(t, content, All()[1], imagetest.Zstd(t, content), ring)
	starts := &countingSource{Source: s.src}
	s.src = starts
	rng := rand.New(rand.NewPCG(9, 9))
	for at := 0; at < pages; at += 4 {
		for _, k := range rng.Perm(4) {
			p := make([]byte, page)
			off := int64(at+k) * page
			if _, err := s.ReadAt(p, off); err != nil || !bytes.Equal(p, content[off:off+page]) {
				t.Fatalf("page %d: %v", at+k, err)
			}
		}
	}
	if n := starts.fromStart.Load(); n != 1 {
		t.Errorf("decoding started %d times, want once", n)
	}
}

type countingSource struct {
	source.Source
	fromStart atomic.Int64
}

func (c *countingSource) ReadAt(p []byte, off int64) (int, error) {
	if off == 0 {
		c.fromStart.Add(1)
	}
	return c.Source.ReadAt(p, off)
}

// TestChanged: an image that holds less on the second pass gives an error, and
// never other bytes or a silent end.
func TestChanged(t *testing.T) {
	content := imagetest.Mixed(1_000_000, 12)
	s := smallRing(t, content, All()[0], imagetest.Gzip(t, content), 1<<20)
	s.src = imagetest.Bytes(imagetest.Gzip(t, content[:400_000]))
	p := make([]byte, 500_000)
	n, err := s.ReadAt(p, 0)
	if err == nil || err == io.EOF || n != 400_000 || !bytes.Equal(p[:n], content[:n]) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if _, err := s.ReadAt(p[:10], 900_000); err == nil || err == io.EOF {
		t.Errorf("behind what is left: %v", err)
	}
}

// panicking stands for a decoder with a bug.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("bug") }

func TestDecoderPanics(t *testing.T) {
	c := Codec{Format: "x", open: func(io.Reader) (io.Reader, func(), error) {
		return panicking{}, func() { panic("again") }, nil
	}}
	_, _, err := Open(context.Background(), "x", imagetest.Bytes{1}, &c, nil)
	if err == nil || !strings.Contains(err.Error(), "decoder failed") {
		t.Errorf("got %v", err)
	}
	c.open = func(io.Reader) (io.Reader, func(), error) { panic("at once") }
	if _, _, err := Open(context.Background(), "x", imagetest.Bytes{1}, &c, nil); err == nil {
		t.Error("no error")
	}
}

func FuzzGzip(f *testing.F) {
	fuzzCodec(f, All()[0], imagetest.Gzip(f, []byte("abc"), bytes.Repeat([]byte("text "), 99)))
}
func FuzzZstd(f *testing.F) {
	fuzzCodec(f, All()[1], imagetest.Zstd(f, []byte("abc"), bytes.Repeat([]byte("text "), 99)))
}

// fuzzCodec: whatever the input, decoding ends, and both passes give the same.
func fuzzCodec(f *testing.F, c Codec, seed []byte) {
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Add(append(bytes.Clone(seed), 1, 2, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var decoded int
		s, _, err := Open(ctx, "x", imagetest.Bytes(data), &c, func(int64, int64) {
			if decoded++; decoded > 100 { // a bomb: 25 MB are enough
				cancel()
			}
		})
		if err != nil {
			return
		}
		first, second := make([]byte, s.Size()), make([]byte, s.Size())
		if _, err := s.ReadAt(first, 0); err != nil {
			t.Fatalf("what decoded once is not read: %v", err)
		}
		s.restart()
		if _, err := s.ReadAt(second, 0); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("a second pass gives other bytes, or %v", err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	random := make([]byte, 16<<20)
	rand.NewChaCha8([32]byte{1}).Read(random)
	mixed := imagetest.Mixed(16<<20, 1)
	for _, bench := range []struct {
		name  string
		codec Codec
		data  []byte
	}{
		{"gzip/ciphertext", All()[0], imagetest.Gzip(b, random)},
		{"gzip/mixed", All()[0], imagetest.Gzip(b, mixed)},
		{"zstd/ciphertext", All()[1], imagetest.Zstd(b, random)},
		{"zstd/mixed", All()[1], imagetest.Zstd(b, mixed)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s, _, err := Open(context.Background(), "x", imagetest.Bytes(bench.data), &bench.codec, nil)
			if err != nil {
				b.Fatal(err)
			}
			p := make([]byte, 1<<20)
			b.SetBytes(s.Size())
			for b.Loop() {
				s.restart()
				for off := int64(0); off < s.Size(); off += int64(len(p)) {
					if _, err := s.ReadAt(p, off); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
