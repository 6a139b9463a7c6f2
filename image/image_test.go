package image

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/internal/tooltest"
)

// plainFile is what cmd's opener gives, without the read-only rules.
type plainFile struct {
	*os.File
	size int64
}

func (f *plainFile) Size() int64 { return f.size }

func openPlain(path string) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &plainFile{f, st.Size()}, nil
}

// testBytes is a mix of keystream, text and zeros, so that it compresses, but
// not to nothing.
func testBytes(n int, seed byte) []byte {
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

func gzipped(t testing.TB, members ...[]byte) []byte {
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

func zstded(t testing.TB, frames ...[]byte) []byte {
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

// zstdWithDictionary names it in the frame (RFC 8878 §3.1.1.1.3).
func zstdWithDictionary(t testing.TB, content []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(7, content[:4096]))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(content, nil)
}

// put writes files into a new folder and gives the folder.
func put(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func mustOpen(t testing.TB, path string) *Image {
	t.Helper()
	i, err := Open(context.Background(), path, Options{Open: openPlain})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func readAll(t testing.TB, src Source) []byte {
	t.Helper()
	b := make([]byte, src.Size())
	if n, err := src.ReadAt(b, 0); n != len(b) || err != nil && err != io.EOF {
		t.Fatalf("ReadAt: %d of %d bytes, %v", n, len(b), err)
	}
	return b
}

func TestFormats(t *testing.T) {
	content := testBytes(3_000_000, 1)
	gz := gzipped(t, content)
	tests := []struct {
		name   string
		files  map[string][]byte
		open   string
		format string
		parts  int
	}{
		{"plain", map[string][]byte{"x.img": content}, "x.img", Raw, 1},
		{"no extension", map[string][]byte{"x": content}, "x", Raw, 1},
		{"date is no part", map[string][]byte{"x.2024": content}, "x.2024", Raw, 1},
		{"split from 1", map[string][]byte{"x.001": content[:1_000_000], "x.002": content[1_000_000:2_000_000], "x.003": content[2_000_000:]}, "x.001", SplitRaw, 3},
		{"split from 0", map[string][]byte{"x.000": content[:2_000_000], "x.001": content[2_000_000:]}, "x.000", SplitRaw, 2},
		{"split, last part given", map[string][]byte{"x.001": content[:2_000_000], "x.002": content[2_000_000:]}, "x.002", SplitRaw, 2},
		{"split beside another", map[string][]byte{"x.001": content[:2_999_990], "x.002": content[2_999_990:], "xy.003": nil, "y.x.003": nil, "x.3": nil, "x.0003": nil}, "x.001", SplitRaw, 2},
		{"gzip", map[string][]byte{"x.img.gz": gz}, "x.img.gz", Gzip, 1},
		{"gzip, capital letters", map[string][]byte{"X.IMG.GZ": gz}, "X.IMG.GZ", Gzip, 1},
		{"gzip in members", map[string][]byte{"x.gz": gzipped(t, content[:1], nil, content[1:2_000_000], content[2_000_000:])}, "x.gz", Gzip, 1},
		{"split gzip", map[string][]byte{"x.gz.001": gz[:len(gz)-1000], "x.gz.002": gz[len(gz)-1000:]}, "x.gz.002", Gzip, 2},
		{"gzip padded with zeros", map[string][]byte{"x.gz": append(bytes.Clone(gz), make([]byte, 3*readAhead)...)}, "x.gz", Gzip, 1},
		{"gzip padded with one zero", map[string][]byte{"x.gz": append(bytes.Clone(gz), 0)}, "x.gz", Gzip, 1},
		{"zstd", map[string][]byte{"x.zst": zstded(t, content)}, "x.zst", Zstd, 1},
		{"zstd in frames", map[string][]byte{"x.zst": zstded(t, content[:7], content[7:2_999_999], nil, content[2_999_999:])}, "x.zst", Zstd, 1},
		{"zstd with skippable frames", map[string][]byte{"x.zst": append([]byte("\x5e\x2a\x4d\x18\x03\x00\x00\x00abc"), zstded(t, content)...)}, "x.zst", Zstd, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := mustOpen(t, filepath.Join(put(t, test.files), test.open))
			if i.Format() != test.format || len(i.Parts()) != test.parts {
				t.Errorf("%s in %q, want %s in %d parts", i.Format(), i.Parts(), test.format, test.parts)
			}
			if i.Defect() != nil || len(i.Notes()) != 0 {
				t.Errorf("defect %v, notes %q", i.Defect(), i.Notes())
			}
			if i.Sequential() != (test.format == Gzip || test.format == Zstd) {
				t.Error("Sequential is wrong")
			}
			if !bytes.Equal(readAll(t, i), content) {
				t.Error("content differs")
			}
		})
	}
}

// aligned4096 is a device with sectors of 4096 bytes.
type aligned4096 struct{ bytesSource }

func (aligned4096) Alignment() int { return 4096 }

func TestAlignment(t *testing.T) {
	dir := put(t, map[string][]byte{"x.img": {1}, "y.001": {1}, "y.002": {2}})
	open := func(string) (Source, error) { return aligned4096{make([]byte, 8192)}, nil }
	for name, want := range map[string]int{"x.img": 4096, "y.001": 512} {
		i, err := Open(context.Background(), filepath.Join(dir, name), Options{Open: open})
		if err != nil || i.Alignment() != want {
			t.Errorf("%s: %v, want alignment %d", name, err, want)
		}
	}
	if a := mustOpen(t, filepath.Join(dir, "x.img")).Alignment(); a != 512 {
		t.Errorf("alignment %d of a source that does not say", a)
	}
}

func TestSplitBehind999(t *testing.T) {
	files := map[string][]byte{}
	var want []byte
	for n := 1; n <= 1002; n++ {
		part := []byte{byte(n), byte(n >> 8), 7}
		want = append(want, part...)
		files[partName("x", n)] = part
	}
	i := mustOpen(t, filepath.Join(put(t, files), "x.1001"))
	if len(i.Parts()) != 1002 || !bytes.Equal(readAll(t, i), want) {
		t.Errorf("%d parts, want 1002, or content differs", len(i.Parts()))
	}
}

func TestNotes(t *testing.T) {
	content := testBytes(3000, 2)
	tests := []struct {
		name, open, want string
		files            map[string][]byte
	}{
		{"long middle part", "x.001", "x.002 holds 1500 bytes", map[string][]byte{"x.001": content[:1000], "x.002": content[:1500], "x.003": content[:1000]}},
		{"long last part", "x.001", "x.002 holds 1001 bytes", map[string][]byte{"x.001": content[:1000], "x.002": content[:1001]}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := mustOpen(t, filepath.Join(put(t, test.files), test.open))
			if len(i.Notes()) != 1 || !strings.Contains(i.Notes()[0], test.want) {
				t.Errorf("notes %q, want one with %q", i.Notes(), test.want)
			}
			if f := i.Format(); f != Raw && f != SplitRaw || i.Defect() != nil {
				t.Errorf("format %q, defect %v", f, i.Defect())
			}
		})
	}
}

func TestRefused(t *testing.T) {
	content := testBytes(100_000, 3)
	badHeader := gzipped(t, content)
	badHeader[3] = 0xff
	tests := []struct {
		name, open, want string
		files            map[string][]byte
	}{
		{"hole", "x.001", "x.002 is missing (", map[string][]byte{"x.001": {1}, "x.003": {3}}},
		{"no first part", "x.002", "x.001 is missing (", map[string][]byte{"x.002": {2}}},
		{"part of its own", "x.001.gz", "one part of a split image", map[string][]byte{"x.001.gz": gzipped(t, content)}},
		{"no gzip", "x.gz", "is not gzip data", map[string][]byte{"x.gz": content}},
		{"no zstd", "x.zst", "is not zstd data", map[string][]byte{"x.zst": gzipped(t, content)}},
		{"gzip of nothing", "x.gz", "nothing to examine", map[string][]byte{"x.gz": gzipped(t, nil)}},
		{"zstd of nothing", "x.zst", "nothing to examine", map[string][]byte{"x.zst": []byte("\x50\x2a\x4d\x18\x00\x00\x00\x00")}},
		{"gzip header cut", "x.gz", "ends early", map[string][]byte{"x.gz": []byte("\x1f\x8b\x08\x00")}},
		{"gzip header damaged", "x.gz", "0 bytes could be decoded", map[string][]byte{"x.gz": badHeader[:20]}},
		{"zstd window of 2 GiB", "x.zst", "more than 128 MiB", map[string][]byte{"x.zst": []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00")}},
		{"zstd with a dictionary", "x.zst", "x.zst needs a dictionary that it was compressed with (decompress it with zstd -d -D DICTIONARY)", map[string][]byte{"x.zst": zstdWithDictionary(t, content)}},
		{"qcow2 by name", "x.qcow2", "qcow2 file, not a raw image", map[string][]byte{"x.qcow2": content}},
		{"qcow2 by content", "x.img", "qcow2 file, not a raw image", map[string][]byte{"x.img": append([]byte("QFI\xfb"), content...)}},
		{"VDI by content", "x", "VDI file", map[string][]byte{"x": append(append(make([]byte, 64), "\x7f\x10\xda\xbe"...), content...)}},
		{"E01 by name", "x.E01", "EWF (E01) file", map[string][]byte{"x.E01": content}},
		{"gzip without the name", "x.img", "rename it to end in .gz", map[string][]byte{"x.img": gzipped(t, content)}},
		{"zstd without the name", "x", "rename it to end in .zst", map[string][]byte{"x": zstded(t, content)}},
		{"gzip called raw", "x.raw", "is a gzip file", map[string][]byte{"x.raw": gzipped(t, content)}},
		{"qcow2 in gzip by name", "x.qcow2.gz", "holds a qcow2 file", map[string][]byte{"x.qcow2.gz": gzipped(t, content)}},
		{"qcow2 in gzip by content", "x.img.gz", "x.img.gz holds a qcow2 file", map[string][]byte{"x.img.gz": gzipped(t, append([]byte("QFI\xfb"), content...))}},
		{"fixed VHD in zstd", "x.zst", "holds a VHD file", map[string][]byte{"x.zst": zstded(t, content, append([]byte("conectix"), make([]byte, 504)...))}},
		{"gzip in gzip", "x.gz.gz", "holds a gzip file", map[string][]byte{"x.gz.gz": gzipped(t, gzipped(t, content))}},
		{"split 7z by name", "x.7z.001", "x.7z is a 7z archive", map[string][]byte{"x.7z.001": content, "x.7z.002": content}},
		{"split zip in gzip", "x.zip.gz.001", "x.zip.gz holds a ZIP archive", map[string][]byte{"x.zip.gz.001": content, "x.zip.gz.002": content}},
		{"OpenSSL in two parts", "x.001", "or join its parts into one file (cat); if this really is a medium: --format raw", map[string][]byte{"x.001": []byte("Salt"), "x.002": append([]byte("ed__"), content...)}},
		{"split qcow2", "x.001", "qcow2 file", map[string][]byte{"x.001": append([]byte("QFI\xfb"), content...), "x.002": content}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(context.Background(), filepath.Join(put(t, test.files), test.open), Options{Open: openPlain})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	for _, name := range []string{"x.raw", "x.dd"} {
		dir := put(t, map[string][]byte{name: append([]byte("QFI\xfb"), content...)})
		if i := mustOpen(t, filepath.Join(dir, name)); i.Format() != Raw {
			t.Errorf("the name %s is not taken at its word", name)
		}
	}
	for _, name := range []string{"x", "x.001", "x.gz"} {
		_, err := Open(context.Background(), filepath.Join(t.TempDir(), name), Options{Open: openPlain})
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing %s: %v", name, err)
		}
	}
}

// TestDefects cuts and damages compressed images: what decodes is served and
// right, and the defect says what happened.
func TestDefects(t *testing.T) {
	content := testBytes(2_000_000, 4)
	gz, zst := gzipped(t, content), zstded(t, content[:1_000_000], content[1_000_000:])
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 0x20
		return b
	}
	tests := []struct {
		name, file, want string
		data             []byte
		min              int64 // bytes that must be served
	}{
		{"gzip cut in the middle", "x.gz", "ends early", gz[:len(gz)/2], 500_000},
		{"gzip without trailer", "x.gz", "ends early", gz[:len(gz)-8], 2_000_000},
		{"gzip trailer cut", "x.gz", "ends early", gz[:len(gz)-1], 2_000_000},
		{"gzip wrong checksum", "x.gz", "wrong checksum", flip(gz, len(gz)-7), 2_000_000},
		{"gzip wrong length", "x.gz", "wrong checksum", flip(gz, len(gz)-2), 2_000_000},
		{"gzip with garbage behind", "x.gz", "goes on with something that is no gzip data", append(bytes.Clone(gz), "garbage behind"...), 2_000_000},
		{"gzip with zeros and garbage behind", "x.gz", "goes on with something that is no gzip data", append(append(bytes.Clone(gz), make([]byte, 512)...), 1), 2_000_000},
		{"gzip with zeros and a member behind", "x.gz", "goes on with something that is no gzip data", append(append(bytes.Clone(gz), 0), gz...), 2_000_000},
		{"gzip second member cut", "x.gz", "ends early", append(bytes.Clone(gz), gz[:5]...), 2_000_000},
		{"zstd cut in the middle", "x.zst", "ends early", zst[:len(zst)*3/4], 1_000_000},
		{"zstd wrong checksum", "x.zst", "wrong checksum", flip(zst, len(zst)-2), 1_000_000},
		{"zstd checksum cut", "x.zst", "ends early", zst[:len(zst)-2], 1_000_000},
		{"zstd with garbage behind", "x.zst", "goes on with something that is no zstd data", append(bytes.Clone(zst), "garbage behind"...), 2_000_000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := mustOpen(t, filepath.Join(put(t, map[string][]byte{test.file: test.data}), test.file))
			if i.Defect() == nil || !strings.Contains(i.Defect().Error(), test.want) {
				t.Errorf("defect %v, want %q", i.Defect(), test.want)
			}
			if i.Size() < test.min || !bytes.Equal(readAll(t, i), content[:i.Size()]) {
				t.Errorf("%d bytes served, want %d, or they differ", i.Size(), test.min)
			}
			checkReads(t, i, content[:i.Size()], 100, 5)
		})
	}
}

// checkReads compares random reads with the bytes they should give.
func checkReads(t *testing.T, src Source, want []byte, reads int, seed uint64) {
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

func TestRandomAccess(t *testing.T) {
	content := testBytes(1_500_000, 6)
	files := map[string][]byte{"a.img": content, "b.img.gz": gzipped(t, content), "c.img.zst": zstded(t, content),
		"d.001": content[:512_001], "d.002": content[512_001:1_024_002], "d.003": content[1_024_002:]}
	dir := put(t, files)
	for _, name := range []string{"a.img", "b.img.gz", "c.img.zst", "d.001"} {
		checkReads(t, mustOpen(t, filepath.Join(dir, name)), content, 200, 7)
	}
}

// smallRing serves content from a ring far smaller than it, as a large image is.
func smallRing(t *testing.T, content []byte, c codec, data []byte, ring int) *stream {
	t.Helper()
	s, defect, err := newStream(context.Background(), "x", bytesSource(data), &c, nil)
	if err != nil || defect != nil {
		t.Fatal(err, defect)
	}
	if s.size != int64(len(content)) {
		t.Fatalf("size %d, want %d", s.size, len(content))
	}
	s.ring = make([]byte, ring)
	return s
}

type bytesSource []byte

func (b bytesSource) Size() int64 { return int64(len(b)) }
func (b bytesSource) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(b).ReadAt(p, off)
}

func TestRing(t *testing.T) {
	content := testBytes(1_500_000, 8)
	data := [][]byte{gzipped(t, content), zstded(t, content)}
	for k, c := range codecs() {
		for _, ring := range []int{1000, 300_000, 1 << 20, 1_499_999} {
			checkReads(t, smallRing(t, content, c, data[k], ring), content, 20, uint64(ring))
		}
	}
}

// TestRingKeepsOrder: readers in ascending order, give or take half a ring,
// never make the decoder start over.
func TestRingKeepsOrder(t *testing.T) {
	const page, pages, ring = 64 << 10, 64, 16 * 64 << 10
	content := testBytes(page*pages, 9)
	s := smallRing(t, content, codecs()[1], zstded(t, content), ring)
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
	Source
	fromStart atomic.Int64
}

func (c *countingSource) ReadAt(p []byte, off int64) (int, error) {
	if off == 0 {
		c.fromStart.Add(1)
	}
	return c.Source.ReadAt(p, off)
}

func TestConcurrent(t *testing.T) {
	content := testBytes(4<<20, 10)
	dir := put(t, map[string][]byte{"a.gz": gzipped(t, content), "b.zst": zstded(t, content), "c.001": content[:1<<20], "c.002": content[1<<20:]})
	for _, name := range []string{"a.gz", "b.zst", "c.001"} {
		i := mustOpen(t, filepath.Join(dir, name))
		var next atomic.Int64
		var group sync.WaitGroup
		for range 7 {
			group.Go(func() {
				p := make([]byte, 100_000)
				for {
					off := (next.Add(1) - 1) * 100_000
					if off >= i.Size() {
						return
					}
					n, err := i.ReadAt(p, off)
					if err != nil && err != io.EOF || !bytes.Equal(p[:n], content[off:off+int64(n)]) {
						t.Errorf("%s at %d: %v, or bytes differ", name, off, err)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestProgressAndCancel(t *testing.T) {
	content := testBytes(2_000_000, 11)
	path := filepath.Join(put(t, map[string][]byte{"x.gz": gzipped(t, content)}), "x.gz")
	var last, total int64
	i, err := Open(context.Background(), path, Options{Open: openPlain, Progress: func(d, n int64) {
		if d < last {
			t.Errorf("progress went back from %d to %d", last, d)
		}
		last, total = d, n
	}})
	if err != nil {
		t.Fatal(err)
	}
	i.Close()
	if st, _ := os.Stat(path); last != total || total != st.Size() {
		t.Errorf("progress ended at %d of %d, want %d", last, total, st.Size())
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err = Open(ctx, path, Options{Open: openPlain, Progress: func(int64, int64) { calls++; cancel() }})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("after cancelling: %v, %d calls", err, calls)
	}
}

// TestChanged: an image that holds less on the second pass gives an error, and
// never other bytes or a silent end.
func TestChanged(t *testing.T) {
	content := testBytes(1_000_000, 12)
	s := smallRing(t, content, codecs()[0], gzipped(t, content), 1<<20)
	s.src = bytesSource(gzipped(t, content[:400_000]))
	p := make([]byte, 500_000)
	n, err := s.ReadAt(p, 0)
	if err == nil || err == io.EOF || n != 400_000 || !bytes.Equal(p[:n], content[:n]) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if _, err := s.ReadAt(p[:10], 900_000); err == nil || err == io.EOF {
		t.Errorf("behind what is left: %v", err)
	}
}

// shrunk is a part that has lost its end since it was opened.
type shrunk struct{ bytesSource }

func (s shrunk) Size() int64 { return int64(len(s.bytesSource)) + 100 }

func TestShrunkPart(t *testing.T) {
	j, err := newJoined([]string{"a", "b"}, []Source{shrunk{make([]byte, 400)}, bytesSource(bytes.Repeat([]byte{1}, 500))})
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1000)
	n, err := j.ReadAt(p, 0)
	if n != 400 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read over the lost end: %d bytes, %v", n, err)
	}
	if n, err := j.ReadAt(p[:500], 500); n != 500 || err != nil {
		t.Errorf("the part behind: %d bytes, %v", n, err)
	}
	if j, err = newJoined([]string{"a", "b"}, []Source{bytesSource(make([]byte, 500)), shrunk{make([]byte, 400)}}); err != nil {
		t.Fatal(err)
	}
	if n, err := j.ReadAt(p, 0); n != 900 || !errors.Is(err, io.EOF) {
		t.Errorf("the last part lost its end: %d bytes, %v; want its end", n, err)
	}
}

// holed is a part whose first half is a hole.
type holed struct{ bytesSource }

func (h holed) Stored(off int64) (end int64, stored bool) {
	if half := h.Size() / 2; off < half {
		return half, false
	}
	return 1 << 40, true // says too much of its end
}

func TestHolesOfParts(t *testing.T) {
	j, err := newJoined([]string{"a", "b", "c"}, []Source{holed{make([]byte, 1000)}, bytesSource(make([]byte, 1000)), holed{make([]byte, 400)}})
	if err != nil {
		t.Fatal(err)
	}
	i := &Image{content: j}
	for _, c := range []struct {
		off, end int64
		stored   bool
	}{{0, 500, false}, {499, 500, false}, {500, 1000, true}, {1000, 2000, true}, {1999, 2000, true}, {2000, 2200, false}, {2200, 2400, true}, {2400, 2400, true}} {
		if end, stored := i.Stored(c.off); end != c.end || stored != c.stored {
			t.Errorf("at %d: stored is %v to %d, want %v to %d", c.off, stored, end, c.stored, c.end)
		}
	}
	l, err := layout.Parse("9th")
	if err != nil {
		t.Fatal(err)
	}
	h := holed{make([]byte, 9*512*4)}
	laid, err := l.Apply(h)
	if err != nil {
		t.Fatal(err)
	}
	if end, stored := (&Image{content: laid}).Stored(0); !stored || end != laid.Size() {
		t.Errorf("what is laid out: stored is %v to %d: the holes lie elsewhere", stored, end)
	}
	if end, stored := (&Image{content: h}).Stored(0); stored || end != h.Size()/2 {
		t.Errorf("a plain file: stored is %v to %d", stored, end)
	}
}

type closer struct {
	bytesSource
	closed *int
}

func (c closer) Close() error { *c.closed++; return nil }

func TestClosesParts(t *testing.T) {
	dir := put(t, map[string][]byte{"x.001": {1}, "x.002": {2}, "x.003": {3}})
	closed := 0
	open := func(path string) (Source, error) {
		if strings.HasSuffix(path, "003") && closed == 0 {
			return nil, fs.ErrPermission
		}
		return closer{bytesSource{1}, &closed}, nil
	}
	if _, err := Open(context.Background(), filepath.Join(dir, "x.001"), Options{Open: open}); !errors.Is(err, fs.ErrPermission) {
		t.Fatal(err)
	}
	if closed != 2 {
		t.Errorf("%d parts closed after a failed Open, want 2", closed)
	}
	i, err := Open(context.Background(), filepath.Join(dir, "x.001"), Options{Open: open})
	if err != nil {
		t.Fatal(err)
	}
	i.Close()
	if closed != 5 {
		t.Errorf("%d closed in all, want 5", closed)
	}
}

// panicking stands for a decoder with a bug.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("bug") }

func TestDecoderPanics(t *testing.T) {
	c := codec{format: "x", open: func(io.Reader) (io.Reader, func(), error) {
		return panicking{}, func() { panic("again") }, nil
	}}
	_, _, err := newStream(context.Background(), "x", bytesSource{1}, &c, nil)
	if err == nil || !strings.Contains(err.Error(), "decoder failed") {
		t.Errorf("got %v", err)
	}
	c.open = func(io.Reader) (io.Reader, func(), error) { panic("at once") }
	if _, _, err := newStream(context.Background(), "x", bytesSource{1}, &c, nil); err == nil {
		t.Error("no error")
	}
}

// TestTools reads what the usual programs write.
func TestTools(t *testing.T) {
	content := testBytes(5_000_000, 13)
	dir := put(t, map[string][]byte{"x.img": content})
	path := filepath.Join(dir, "x.img")
	for _, test := range []struct {
		out string
		run []string
	}{
		{"gzip.gz", []string{"gzip", "-k", "-1"}},
		{"zstd.zst", []string{"zstd", "-q", "-k", "-3"}},
		{"long.zst", []string{"zstd", "-q", "-k", "--long=27"}},
		{"pzstd.zst", []string{"pzstd", "-q", "-k", "-p", "4"}},
	} {
		out := filepath.Join(dir, test.out)
		args := append(test.run[1:], path)
		tooltest.Output(t, test.run[0], args...)
		if err := os.Rename(path+filepath.Ext(test.out), out); err != nil {
			t.Fatal(err)
		}
		if i := mustOpen(t, out); i.Defect() != nil || !bytes.Equal(readAll(t, i), content) {
			t.Errorf("%s: %v, or content differs", test.out, i.Defect())
		}
	}
	tooltest.Output(t, "split", "-b", "1000000", "-d", "-a", "3", "--numeric-suffixes=1", path, filepath.Join(dir, "s."))
	if i := mustOpen(t, filepath.Join(dir, "s.003")); len(i.Parts()) != 5 || !bytes.Equal(readAll(t, i), content) {
		t.Error("what split wrote is not read back")
	}
}

func FuzzGzip(f *testing.F) {
	fuzzCodec(f, codecs()[0], gzipped(f, []byte("abc"), bytes.Repeat([]byte("text "), 99)))
}
func FuzzZstd(f *testing.F) {
	fuzzCodec(f, codecs()[1], zstded(f, []byte("abc"), bytes.Repeat([]byte("text "), 99)))
}

// fuzzCodec: whatever the input, decoding ends, and both passes give the same.
func fuzzCodec(f *testing.F, c codec, seed []byte) {
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Add(append(bytes.Clone(seed), 1, 2, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var decoded int
		s, _, err := newStream(ctx, "x", bytesSource(data), &c, func(int64, int64) {
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
	mixed := testBytes(16<<20, 1)
	for _, bench := range []struct {
		name  string
		codec codec
		data  []byte
	}{
		{"gzip/ciphertext", codecs()[0], gzipped(b, random)},
		{"gzip/mixed", codecs()[0], gzipped(b, mixed)},
		{"zstd/ciphertext", codecs()[1], zstded(b, random)},
		{"zstd/mixed", codecs()[1], zstded(b, mixed)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s, _, err := newStream(context.Background(), "x", bytesSource(bench.data), &bench.codec, nil)
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
