package ewf

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/internal/tooltest"
)

// acquire has ewfacquire make an image of a file.
func acquire(t testing.TB, from, to string, args ...string) {
	t.Helper()
	tooltest.Run(t, "", "ewfacquire", append(append([]string{"-q", "-u", "-t", to, "-C", "c", "-D", "d", "-E", "x", "-e", "e 試", "-N", "n", "-m", "fixed", "-M", "physical"}, args...), from)...)
}

// Every format and size that ewfacquire writes shows the medium that was acquired.
func TestMadeByEwfacquire(t *testing.T) {
	dir := t.TempDir()
	want := imagetest.Content(t, 13<<20+512)
	flat := writeFile(t, filepath.Join(dir, "disk.raw"), want)
	for name, args := range map[string][]string{
		"encase6":           {"-f", "encase6", "-c", "deflate:fast"},
		"not-compressed":    {"-f", "encase6", "-c", "deflate:none"},
		"best":              {"-f", "encase5", "-c", "deflate:best", "-b", "128"},
		"empty-blocks":      {"-f", "encase6", "-c", "deflate:empty-block"},
		"ftk":               {"-f", "ftk", "-c", "deflate:fast"},
		"encase1":           {"-f", "encase1", "-c", "deflate:fast"},
		"encase7":           {"-f", "encase7", "-c", "deflate:fast"},
		"linen":             {"-f", "linen6", "-c", "deflate:fast"},
		"large-chunks":      {"-f", "encase6", "-c", "deflate:fast", "-b", "4096"},
		"smart":             {"-f", "smart", "-c", "deflate:fast"},
		"ewf":               {"-f", "ewf", "-c", "deflate:fast"},
		"encase3":           {"-f", "encase3", "-c", "deflate:fast"},
		"segments":          {"-f", "encase6", "-c", "deflate:none", "-S", "1048576"},
		"segments-deflated": {"-f", "encase6", "-c", "deflate:fast", "-S", "1048576"},
	} {
		acquire(t, flat, filepath.Join(dir, name), args...)
		ext := map[string]string{"smart": ".s01", "ewf": ".e01"}[name]
		d, err := openImage(t, filepath.Join(dir, name+cmp.Or(ext, ".E01")))
		if err != nil || d.Defect != nil {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		if d.Size() != int64(len(want)) {
			t.Errorf("%s: %d bytes", name, d.Size())
		}
		imagetest.Like(t, name, d, want)
		if strings.HasPrefix(name, "segments") && len(d.Paths) < 3 {
			t.Errorf("%s: %q", name, d.Paths)
		}
		for _, want := range []string{"MD5 ", `examiner "e `, `case "c"`} {
			if said := strings.Join(d.Notes, " "); !strings.Contains(said, want) || name == "encase6" && !strings.Contains(said, "e 試") {
				t.Errorf("%s: %q lacks %s", name, said, want)
			}
		}
	}
}

// A segment that is not there, or a byte that is not as it was written, is said: never zeros.
func TestDamagedEvidence(t *testing.T) {
	dir := t.TempDir()
	want := imagetest.Content(t, 11<<20)
	flat := writeFile(t, filepath.Join(dir, "disk.raw"), want)
	acquire(t, flat, filepath.Join(dir, "x"), "-f", "encase6", "-c", "deflate:none", "-S", "1048576")
	if err := os.Remove(filepath.Join(dir, "x.E03")); err != nil {
		t.Fatal(err)
	}
	d, err := openImage(t, filepath.Join(dir, "x.E01"))
	if err != nil || d.Defect == nil || !strings.Contains(d.Defect.Error(), "x.E03") {
		t.Fatalf("%+v, %v", d, err)
	}
	buf := make([]byte, 4096)
	if _, err := d.ReadAt(buf, 5<<20); err == nil {
		t.Error("what a missing segment has was read")
	}
	if _, err := d.ReadAt(buf, 0); err != nil || !bytes.Equal(buf, want[:4096]) {
		t.Error(err)
	}
	for _, args := range [][]string{{"-c", "deflate:none"}, {"-c", "deflate:best"}} {
		name := filepath.Join(dir, strings.TrimPrefix(args[1], "deflate:"))
		acquire(t, flat, name, append(args, "-f", "encase6")...)
		whole, err := os.ReadFile(name + ".E01")
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{40, 500, 4000, 70_000, len(whole) / 3, len(whole) - 200} {
			b := bytes.Clone(whole)
			b[at] ^= 0x10
			d, err := Open(&disk.Opening{Path: "x.E01", File: imagetest.Memory(b)})
			if err != nil || d.Defect != nil {
				continue
			}
			got := make([]byte, len(want))
			if n, err := d.ReadAt(got, 0); (err == nil || errors.Is(err, io.EOF)) && !bytes.Equal(got[:n], want[:n]) {
				t.Errorf("%s: byte %d is changed, and other bytes are served", args, at)
			}
		}
	}
}

func TestSegmentName(t *testing.T) {
	for n, want := range map[int]string{1: "a/x.E01", 2: "a/x.E02", 99: "a/x.E99", 100: "a/x.EAA", 101: "a/x.EAB", 126: "a/x.EBA", 775: "a/x.EZZ", 776: "a/x.FAA"} {
		if got := segmentName("a/x.E01", n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for _, name := range []string{"x", "x.bin", "x.E", "x.E02", "."} {
		if got := segmentName(name, 2); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := segmentName("x.e01", 100); got != "x.eaa" {
		t.Error(got)
	}
}

func openImage(t testing.TB, path string) (*disk.Opened, error) {
	t.Helper()
	f, err := imagetest.Opener(t)(path)
	if err != nil {
		t.Fatal(err)
	}
	return Open(&disk.Opening{Path: path, File: f, Open: imagetest.Opener(t)})
}

func writeFile(t testing.TB, path string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// evidence is an E01 of two chunks of 1 KiB, "A" deflated and "B" as it is, of which sector 3 could not be read.
func evidence(change func(section string, b []byte)) imagetest.Memory {
	le := binary.LittleEndian
	b := append([]byte(ewfMagic), 1, 1, 0, 0, 0)
	add := func(kind string, data []byte, last bool) {
		if change != nil {
			change(kind, data)
		}
		h := make([]byte, ewfSection)
		copy(h, kind)
		next := len(b) + ewfSection + len(data)
		if last {
			next = len(b)
		}
		le.PutUint64(h[16:], uint64(next))
		le.PutUint64(h[24:], uint64(ewfSection+len(data)))
		le.PutUint32(h[72:], adler32.Checksum(h[:72]))
		b = append(append(b, h...), data...)
	}
	volume := make([]byte, 1052)
	le.PutUint32(volume[4:], 2)
	le.PutUint32(volume[8:], 2)
	le.PutUint32(volume[12:], 512)
	le.PutUint64(volume[16:], 4)
	le.PutUint32(volume[1048:], adler32.Checksum(volume[:1048]))
	add("volume", volume, false)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(bytes.Repeat([]byte("A"), 1024))
	z.Close()
	bare := bytes.Repeat([]byte("B"), 1024)
	at := len(b) + ewfSection
	sectors := append(packed.Bytes(), bare...)
	add("sectors", le.AppendUint32(sectors, adler32.Checksum(bare)), false)
	table := make([]byte, ewfTableHead)
	le.PutUint32(table, 2)
	le.PutUint64(table[8:], uint64(at))
	le.PutUint32(table[20:], adler32.Checksum(table[:20]))
	entries := le.AppendUint32(le.AppendUint32(nil, ewfPacked), uint32(packed.Len()))
	table = append(append(table, entries...), le.AppendUint32(nil, adler32.Checksum(entries))...)
	add("table", table, false)
	failed := make([]byte, ewfErrorHead+8)
	le.PutUint32(failed, 1)
	le.PutUint32(failed[ewfErrorHead:], 3)
	le.PutUint32(failed[ewfErrorHead+4:], 1)
	add("error2", failed, false)
	add("hash", make([]byte, 36), false)
	add("done", nil, true)
	return imagetest.Memory(b)
}

func TestEvidence(t *testing.T) {
	d, err := openMemory(evidence(nil))
	if err != nil || d.Defect != nil || d.Size() != 2048 || !strings.Contains(strings.Join(d.Notes, " "), "MD5 0000") {
		t.Fatalf("%+v, %v", d, err)
	}
	got := make([]byte, 2048)
	n, err := d.ReadAt(got, 0)
	if n != 1536 || err == nil || string(got[:n]) != strings.Repeat("A", 1024)+strings.Repeat("B", 512) {
		t.Errorf("%d bytes up to what could not be read: %v, %q", n, err, got[:n])
	}
	if n, err := d.ReadAt(got[:512], 1536); n != 0 || err == nil {
		t.Errorf("what could not be read: %d bytes, %v", n, err)
	}
	for name, c := range map[string]struct {
		section string
		change  func(b []byte)
		at      int64 // what cannot be read then; -1: the image does not open, or says that it lacks something
	}{
		"a byte of what is stored as it is": {"sectors", func(b []byte) { b[len(b)-9] ^= 1 }, 1024},
		"a byte of what is deflated":        {"sectors", func(b []byte) { b[12] ^= 1 }, 0},
		"an entry":                          {"table", func(b []byte) { b[ewfTableHead] ^= 1 }, 0},
		"an entry that is another's":        {"table", func(b []byte) { copy(b[ewfTableHead+4:], b[ewfTableHead:ewfTableHead+4]) }, 1024},
		"a medium of more chunks": {"volume", func(b []byte) {
			b[16] = 6
			binary.LittleEndian.PutUint32(b[1048:], adler32.Checksum(b[:1048]))
		}, -1},
		"how many entries":       {"table", func(b []byte) { b[0]++ }, -1},
		"the size of the medium": {"volume", func(b []byte) { b[17] ^= 1 }, -1},
	} {
		b := evidence(func(section string, b []byte) {
			if section == c.section {
				c.change(b)
			}
		})
		d, err := openMemory(b)
		if failed := err != nil || d.Defect != nil; failed || c.at < 0 {
			if failed != (c.at < 0) {
				t.Errorf("%s: %+v, %v", name, d, err)
			}
			continue
		}
		if n, err := d.ReadAt(got[:512], c.at); err == nil {
			t.Errorf("%s: %d bytes are read", name, n)
		}
	}
	b := evidence(nil)
	if d, err := openMemory(b[:len(b)-ewfSection]); err == nil && d.Defect == nil {
		t.Error("without an end it is whole")
	}
}

func openMemory(b imagetest.Memory) (*disk.Opened, error) {
	return Open(&disk.Opening{Path: "x.E01", File: b, Open: func(string) (source.Source, error) { return nil, os.ErrNotExist }})
}

// Whatever an image says of itself, opening and reading it ends, and gives as much as was asked for.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(evidence(nil)))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := openMemory(b)
		if err != nil {
			return
		}
		buf := make([]byte, 4096)
		for _, at := range []int64{0, d.Size() / 2, d.Size() - 10} {
			if at < 0 || at >= d.Size() {
				continue
			}
			if n, err := d.ReadAt(buf, at); err == nil && n != len(buf) || n > len(buf) {
				t.Fatalf("%d bytes at %d", n, at)
			}
			if end, _ := d.Stored(at); end <= at || end > d.Size() {
				t.Fatalf("stored from %d to %d of %d", at, end, d.Size())
			}
		}
	})
}
