// Package imagetest has what the tests of image and its rooms share: files to be
// opened, and a check of what was read.
package imagetest

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/image/source"
)

// Mixed is a mix of keystream, text and zeros, so that it compresses, but
// not to nothing.
func Mixed(n int, seed byte) []byte {
	rng := rand.NewChaCha8([32]byte{seed})
	b := make([]byte, 0, n+4096)
	for len(b) < n {
		part := make([]byte, 4096)
		switch rng.Uint64() % 3 {
		case 0:
			rng.Read(part)
		case 1:
			copy(part, bytes.Repeat([]byte("lorem ipsum dolor "), 300))
			part[rng.Uint64()%4096]++
		}
		b = append(b, part...)
	}
	return b[:n]
}

// Gzip makes a file of members.
func Gzip(t testing.TB, members ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, m := range members {
		w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(m)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// Zstd makes a file of frames.
func Zstd(t testing.TB, frames ...[]byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(true), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var out []byte
	for _, f := range frames {
		out = w.EncodeAll(f, out)
	}
	return out
}

// ZstdWithDictionary names it in the frame (RFC 8878 §3.1.1.1.3).
func ZstdWithDictionary(t testing.TB, content []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(7, content[:4096]))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(content, nil)
}

// Put writes files into a new folder and gives the folder.
func Put(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ReadAll reads a source at once.
func ReadAll(t testing.TB, src source.Source) []byte {
	t.Helper()
	b := make([]byte, src.Size())
	if n, err := src.ReadAt(b, 0); n != len(b) || err != nil && err != io.EOF {
		t.Fatalf("ReadAt: %d of %d bytes, %v", n, len(b), err)
	}
	return b
}

// CheckReads compares random reads with the bytes they should give.
func CheckReads(t *testing.T, src source.Source, want []byte, reads int, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range reads {
		off := rng.Int64N(int64(len(want)) + 10)
		p := make([]byte, rng.IntN(100_000))
		n, err := src.ReadAt(p, off)
		expect := want[min(off, int64(len(want))):]
		expect = expect[:min(len(expect), len(p))]
		if !bytes.Equal(p[:n], expect) {
			t.Fatalf("ReadAt(%d, %d): %d bytes, wrong ones or too few (%v)", len(p), off, n, err)
		}
		if (n < len(p)) != (err == io.EOF) {
			t.Fatalf("ReadAt(%d, %d): %d bytes, error %v", len(p), off, n, err)
		}
	}
	if _, err := src.ReadAt(make([]byte, 1), -1); err == nil {
		t.Fatal("no error at a negative offset")
	}
}

// Bytes are a source.
type Bytes []byte

func (b Bytes) Size() int64 { return int64(len(b)) }
func (b Bytes) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(b).ReadAt(p, off)
}
