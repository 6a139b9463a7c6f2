package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/image/split"
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

func mustOpen(t testing.TB, path string) *Image {
	t.Helper()
	i, err := Open(context.Background(), path, Options{Open: openPlain})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func TestFormats(t *testing.T) {
	content := imagetest.Mixed(3_000_000, 1)
	gz := imagetest.Gzip(t, content)
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
		{"gzip in members", map[string][]byte{"x.gz": imagetest.Gzip(t, content[:1], nil, content[1:2_000_000], content[2_000_000:])}, "x.gz", Gzip, 1},
		{"split gzip", map[string][]byte{"x.gz.001": gz[:len(gz)-1000], "x.gz.002": gz[len(gz)-1000:]}, "x.gz.002", Gzip, 2},
		{"gzip padded with zeros", map[string][]byte{"x.gz": append(bytes.Clone(gz), make([]byte, 3<<20)...)}, "x.gz", Gzip, 1},
		{"gzip padded with one zero", map[string][]byte{"x.gz": append(bytes.Clone(gz), 0)}, "x.gz", Gzip, 1},
		{"zstd", map[string][]byte{"x.zst": imagetest.Zstd(t, content)}, "x.zst", Zstd, 1},
		{"zstd in frames", map[string][]byte{"x.zst": imagetest.Zstd(t, content[:7], content[7:2_999_999], nil, content[2_999_999:])}, "x.zst", Zstd, 1},
		{"zstd with skippable frames", map[string][]byte{"x.zst": append([]byte("\x5e\x2a\x4d\x18\x03\x00\x00\x00abc"), imagetest.Zstd(t, content)...)}, "x.zst", Zstd, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := mustOpen(t, filepath.Join(imagetest.Put(t, test.files), test.open))
			if i.Format() != test.format || len(i.Parts()) != test.parts {
				t.Errorf("%s in %q, want %s in %d parts", i.Format(), i.Parts(), test.format, test.parts)
			}
			if i.Defect() != nil || len(i.Notes()) != 0 {
				t.Errorf("defect %v, notes %q", i.Defect(), i.Notes())
			}
			if i.Sequential() != (test.format == Gzip || test.format == Zstd) {
				t.Error("Sequential is wrong")
			}
			if !bytes.Equal(imagetest.ReadAll(t, i), content) {
				t.Error("content differs")
			}
		})
	}
}

// aligned4096 is a device with sectors of 4096 bytes.
type aligned4096 struct{ imagetest.Bytes }

func (aligned4096) Alignment() int { return 4096 }

func TestAlignment(t *testing.T) {
	dir := imagetest.Put(t, map[string][]byte{"x.img": {1}, "y.001": {1}, "y.002": {2}})
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
		files[fmt.Sprintf("x.%03d", n)] = part
	}
	i := mustOpen(t, filepath.Join(imagetest.Put(t, files), "x.1001"))
	if len(i.Parts()) != 1002 || !bytes.Equal(imagetest.ReadAll(t, i), want) {
		t.Errorf("%d parts, want 1002, or content differs", len(i.Parts()))
	}
}

func TestNotes(t *testing.T) {
	content := imagetest.Mixed(3000, 2)
	tests := []struct {
		name, open, want string
		files            map[string][]byte
	}{
		{"long middle part", "x.001", "x.002 holds 1500 bytes", map[string][]byte{"x.001": content[:1000], "x.002": content[:1500], "x.003": content[:1000]}},
		{"long last part", "x.001", "x.002 holds 1001 bytes", map[string][]byte{"x.001": content[:1000], "x.002": content[:1001]}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := mustOpen(t, filepath.Join(imagetest.Put(t, test.files), test.open))
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
	content := imagetest.Mixed(100_000, 3)
	badHeader := imagetest.Gzip(t, content)
	badHeader[3] = 0xff
	tests := []struct {
		name, open, want string
		files            map[string][]byte
	}{
		{"hole", "x.001", "x.002 is missing (", map[string][]byte{"x.001": {1}, "x.003": {3}}},
		{"no first part", "x.002", "x.001 is missing (", map[string][]byte{"x.002": {2}}},
		{"part of its own", "x.001.gz", "one part of a split image", map[string][]byte{"x.001.gz": imagetest.Gzip(t, content)}},
		{"no gzip", "x.gz", "is not gzip data", map[string][]byte{"x.gz": content}},
		{"no zstd", "x.zst", "is not zstd data", map[string][]byte{"x.zst": imagetest.Gzip(t, content)}},
		{"gzip of nothing", "x.gz", "nothing to examine", map[string][]byte{"x.gz": imagetest.Gzip(t, nil)}},
		{"zstd of nothing", "x.zst", "nothing to examine", map[string][]byte{"x.zst": []byte("\x50\x2a\x4d\x18\x00\x00\x00\x00")}},
		{"gzip header cut", "x.gz", "ends early", map[string][]byte{"x.gz": []byte("\x1f\x8b\x08\x00")}},
		{"gzip header damaged", "x.gz", "0 bytes could be decoded", map[string][]byte{"x.gz": badHeader[:20]}},
		{"zstd window of 2 GiB", "x.zst", "more than 128 MiB", map[string][]byte{"x.zst": []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00")}},
		{"zstd with a dictionary", "x.zst", "x.zst needs a dictionary that it was compressed with (decompress it with zstd -d -D DICTIONARY)", map[string][]byte{"x.zst": imagetest.ZstdWithDictionary(t, content)}},
		{"qcow2 by name", "x.qcow2", "qcow2 file, not a raw image", map[string][]byte{"x.qcow2": content}},
		{"qcow2 by content", "x.img", "qcow2 file, not a raw image", map[string][]byte{"x.img": append([]byte("QFI\xfb"), content...)}},
		{"VDI by content", "x", "VDI file", map[string][]byte{"x": append(append(make([]byte, 64), "\x7f\x10\xda\xbe"...), content...)}},
		{"E01 by name", "x.E01", "EWF (E01) file", map[string][]byte{"x.E01": content}},
		{"gzip without the name", "x.img", "rename it to end in .gz", map[string][]byte{"x.img": imagetest.Gzip(t, content)}},
		{"zstd without the name", "x", "rename it to end in .zst", map[string][]byte{"x": imagetest.Zstd(t, content)}},
		{"gzip called raw", "x.raw", "is a gzip file", map[string][]byte{"x.raw": imagetest.Gzip(t, content)}},
		{"qcow2 in gzip by name", "x.qcow2.gz", "holds a qcow2 file", map[string][]byte{"x.qcow2.gz": imagetest.Gzip(t, content)}},
		{"qcow2 in gzip by content", "x.img.gz", "x.img.gz holds a qcow2 file", map[string][]byte{"x.img.gz": imagetest.Gzip(t, append([]byte("QFI\xfb"), content...))}},
		{"fixed VHD in zstd", "x.zst", "holds a VHD file", map[string][]byte{"x.zst": imagetest.Zstd(t, content, append([]byte("conectix"), make([]byte, 504)...))}},
		{"gzip in gzip", "x.gz.gz", "holds a gzip file", map[string][]byte{"x.gz.gz": imagetest.Gzip(t, imagetest.Gzip(t, content))}},
		{"split 7z by name", "x.7z.001", "x.7z is a 7z archive", map[string][]byte{"x.7z.001": content, "x.7z.002": content}},
		{"split zip in gzip", "x.zip.gz.001", "x.zip.gz holds a ZIP archive", map[string][]byte{"x.zip.gz.001": content, "x.zip.gz.002": content}},
		{"OpenSSL in two parts", "x.001", "or join its parts into one file (cat); if this really is a medium: --format raw", map[string][]byte{"x.001": []byte("Salt"), "x.002": append([]byte("ed__"), content...)}},
		{"split qcow2", "x.001", "qcow2 file", map[string][]byte{"x.001": append([]byte("QFI\xfb"), content...), "x.002": content}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(context.Background(), filepath.Join(imagetest.Put(t, test.files), test.open), Options{Open: openPlain})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	for _, name := range []string{"x.raw", "x.dd"} {
		dir := imagetest.Put(t, map[string][]byte{name: append([]byte("QFI\xfb"), content...)})
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
	content := imagetest.Mixed(2_000_000, 4)
	gz, zst := imagetest.Gzip(t, content), imagetest.Zstd(t, content[:1_000_000], content[1_000_000:])
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
			i := mustOpen(t, filepath.Join(imagetest.Put(t, map[string][]byte{test.file: test.data}), test.file))
			if i.Defect() == nil || !strings.Contains(i.Defect().Error(), test.want) {
				t.Errorf("defect %v, want %q", i.Defect(), test.want)
			}
			if i.Size() < test.min || !bytes.Equal(imagetest.ReadAll(t, i), content[:i.Size()]) {
				t.Errorf("%d bytes served, want %d, or they differ", i.Size(), test.min)
			}
			imagetest.CheckReads(t, i, content[:i.Size()], 100, 5)
		})
	}
}

func TestRandomAccess(t *testing.T) {
	content := imagetest.Mixed(1_500_000, 6)
	files := map[string][]byte{"a.img": content, "b.img.gz": imagetest.Gzip(t, content), "c.img.zst": imagetest.Zstd(t, content),
		"d.001": content[:512_001], "d.002": content[512_001:1_024_002], "d.003": content[1_024_002:]}
	dir := imagetest.Put(t, files)
	for _, name := range []string{"a.img", "b.img.gz", "c.img.zst", "d.001"} {
		imagetest.CheckReads(t, mustOpen(t, filepath.Join(dir, name)), content, 200, 7)
	}
}

func TestConcurrent(t *testing.T) {
	content := imagetest.Mixed(4<<20, 10)
	dir := imagetest.Put(t, map[string][]byte{"a.gz": imagetest.Gzip(t, content), "b.zst": imagetest.Zstd(t, content), "c.001": content[:1<<20], "c.002": content[1<<20:]})
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
	content := imagetest.Mixed(2_000_000, 11)
	path := filepath.Join(imagetest.Put(t, map[string][]byte{"x.gz": imagetest.Gzip(t, content)}), "x.gz")
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

// holed is a part whose first half is a hole.
type holed struct{ imagetest.Bytes }

func (h holed) Stored(off int64) (end int64, stored bool) {
	if half := h.Size() / 2; off < half {
		return half, false
	}
	return 1 << 40, true // says too much of its end
}

func TestHolesOfParts(t *testing.T) {
	j, err := split.Join([]string{"a", "b", "c"}, []Source{holed{make([]byte, 1000)}, imagetest.Bytes(make([]byte, 1000)), holed{make([]byte, 400)}})
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
	imagetest.Bytes
	closed *int
}

func (c closer) Close() error { *c.closed++; return nil }

func TestClosesParts(t *testing.T) {
	dir := imagetest.Put(t, map[string][]byte{"x.001": {1}, "x.002": {2}, "x.003": {3}})
	closed := 0
	open := func(path string) (Source, error) {
		if strings.HasSuffix(path, "003") && closed == 0 {
			return nil, fs.ErrPermission
		}
		return closer{imagetest.Bytes{1}, &closed}, nil
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

// TestTools reads what the usual programs write.
func TestTools(t *testing.T) {
	content := imagetest.Mixed(5_000_000, 13)
	dir := imagetest.Put(t, map[string][]byte{"x.img": content})
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
		if i := mustOpen(t, out); i.Defect() != nil || !bytes.Equal(imagetest.ReadAll(t, i), content) {
			t.Errorf("%s: %v, or content differs", test.out, i.Defect())
		}
	}
	tooltest.Output(t, "split", "-b", "1000000", "-d", "-a", "3", "--numeric-suffixes=1", path, filepath.Join(dir, "s."))
	if i := mustOpen(t, filepath.Join(dir, "s.003")); len(i.Parts()) != 5 || !bytes.Equal(imagetest.ReadAll(t, i), content) {
		t.Error("what split wrote is not read back")
	}
}
