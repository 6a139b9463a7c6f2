package zipped

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

var sample = []File{{"report.json", []byte("{}\n")}, {"report.pdf", bytes.Repeat([]byte("page\n"), 500)}}

func any64(string) int64 { return 1 << 20 }

func written(t testing.TB) []byte {
	t.Helper()
	b, err := Write("束", sample)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func holds(t *testing.T, b []byte) {
	t.Helper()
	got, err := Read(b, 1<<20, any64)
	if err != nil || len(got) != len(sample) {
		t.Fatalf("%d files, %v", len(got), err)
	}
	for _, f := range sample {
		if !bytes.Equal(got[f.Name], f.Data) {
			t.Errorf("%s is another", f.Name)
		}
	}
}

// TestOthersZIPs: what other programs pack is read.
func TestOthersZIPs(t *testing.T) {
	holds(t, written(t))
	dir := t.TempDir()
	for _, folder := range []string{"sdb", "報告書"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range sample {
			if err := os.WriteFile(filepath.Join(dir, folder, f.Name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, command := range map[string][]string{
		"zip": {tooltest.Path(t, "zip"), "-qr", "zip.zip", "sdb"}, "zip without folders": {tooltest.Path(t, "zip"), "-qrD", "zip2.zip", "sdb"},
		"zip stored": {tooltest.Path(t, "zip"), "-qr0X", "zip3.zip", "sdb"}, "zip to a pipe": {"/bin/sh", "-c", "zip -qr - sdb | cat >zip4.zip"},
		"zip, Japanese": {tooltest.Path(t, "zip"), "-qr", "zip5.zip", "報告書"}, "zip, flat": {"/bin/sh", "-c", "cd sdb && zip -q ../zip6.zip *"},
		"7z": {tooltest.Path(t, "7z"), "a", "-bd", "7z.zip", "sdb"}, "7z, Japanese": {tooltest.Path(t, "7z"), "a", "-bd", "7z2.zip", "報告書"},
		"Python": {"/usr/bin/python3", "-m", "zipfile", "-c", "python.zip", "sdb/"},
	} {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		made, _ := filepath.Glob(filepath.Join(dir, "*.zip"))
		if len(made) != 1 {
			t.Fatalf("%s made %q", name, made)
		}
		b, err := os.ReadFile(made[0])
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(made[0])
		t.Run(name, func(t *testing.T) { holds(t, b) })
	}
}

// edited is a ZIP with a change in it, in fields of the n-th record of that kind.
func edited(b []byte, sign uint32, n, at int, to ...byte) []byte {
	out := bytes.Clone(b)
	mark := binary.LittleEndian.AppendUint32(nil, sign)
	from := 0
	for range n {
		from += bytes.Index(out[from:], mark) + len(mark)
	}
	from += bytes.Index(out[from:], mark)
	copy(out[from+at:], to)
	return out
}

const directorySign = 0x02014b50

// TestOneWay: where one program can see other files than another does, none are read.
func TestOneWay(t *testing.T) {
	good := written(t)
	end := len(good) - endLength
	insert := func(at int, more string) []byte {
		return append(append(bytes.Clone(good[:at]), more...), good[at:]...)
	}
	directory := bytes.Index(good, binary.LittleEndian.AppendUint32(nil, directorySign))
	moved := func(b []byte, by int) []byte { // the directory is said to lie elsewhere
		e := len(b) - endLength
		binary.LittleEndian.PutUint32(b[e+16:], uint32(directory+by))
		return b
	}
	const first = localLength + len("束/")
	for name, b := range map[string][]byte{
		"another name in front":                 edited(good, localSign, 0, first, 'R'),
		"another name in the directory":         edited(good, directorySign, 0, directoryLength+len("束/"), 'R'),
		"another length in the directory":       edited(good, directorySign, 0, 24, 4),
		"another packed length":                 edited(good, directorySign, 0, 20, 1),
		"another length behind it":              edited(good, descriptorSign, 0, 12, 9),
		"another checksum":                      edited(good, directorySign, 0, 16, 1, 2, 3, 4),
		"another checksum behind it":            edited(good, descriptorSign, 0, 4, 1),
		"another method in front":               edited(good, localSign, 0, 8, 0),
		"other flags":                           edited(good, localSign, 0, 6, 0),
		"said to lie elsewhere":                 edited(good, directorySign, 0, 42, 1),
		"bytes in front":                        insert(0, "MZ"),
		"bytes in front, counted":               moved(insert(0, "MZ"), 2),
		"bytes between files and the directory": moved(insert(directory, "more"), 4),
		"bytes in the directory":                insert(end, "more"),
		"bytes behind":                          append(bytes.Clone(good), "more"...),
		"a comment":                             append(edited(good, endSign, 0, 20, 4), "more"...),
		"fewer files":                           edited(good, endSign, 0, 8, 1, 0, 1, 0),
		"of several parts":                      edited(good, endSign, 0, 4, 1),
		"two directories":                       append(bytes.Clone(good), good[directory:]...),
		"two ZIPs":                              append(bytes.Clone(good), good...),
		"encrypted":                             edited(edited(good, directorySign, 0, 8, 9), localSign, 0, 6, 9),
		"a name twice":                          twice(t),
		"a field of another name":               withExtra(t, []byte{0x75, 0x70, 1, 0, 1}),
		"a field that is cut":                   withExtra(t, []byte{0x55, 0x54, 9, 0, 1}),
		"a comment of a file":                   withComment(t),
		"a folder within":                       withFolder(t),
		"cut":                                   good[:end],
		"nothing":                               nil,
	} {
		if got, err := Read(b, 1<<20, any64); err == nil {
			t.Errorf("%s: %d files", name, len(got))
		}
	}
	// Every byte of what is not a time, a version or an owner.
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		got, err := Read(bad, 1<<20, any64)
		if err == nil && !maps.EqualFunc(got, map[string][]byte{"report.json": sample[0].Data, "report.pdf": sample[1].Data}, bytes.Equal) {
			t.Fatalf("byte %d changed: other files", i)
		}
	}
}

func raw(t *testing.T, add func(z *zip.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func twice(t *testing.T) []byte {
	return raw(t, func(z *zip.Writer) {
		for _, text := range []string{"a", "b"} {
			w, _ := z.Create("report.json")
			w.Write([]byte(text))
		}
	})
}

func withExtra(t *testing.T, extra []byte) []byte {
	return raw(t, func(z *zip.Writer) { z.CreateHeader(&zip.FileHeader{Name: "report.json", Extra: extra}) })
}

func withComment(t *testing.T) []byte {
	return raw(t, func(z *zip.Writer) { z.CreateHeader(&zip.FileHeader{Name: "report.json", Comment: "see report2.json"}) })
}

func withFolder(t *testing.T) []byte {
	return raw(t, func(z *zip.Writer) { z.Create("a/report.json"); z.Create("a/") })
}

// TestBehindTheStream: what was packed ends where the file ends.
func TestBehindTheStream(t *testing.T) {
	b := raw(t, func(z *zip.Writer) {
		// A last block of deflate, stored and empty (RFC 1951 section 3.2.4), and more behind it.
		w, _ := z.CreateRaw(&zip.FileHeader{Name: "report.json", Method: zip.Deflate, CompressedSize64: 9})
		w.Write([]byte("\x01\x00\x00\xff\xffmore"))
	})
	if _, err := Read(b, 1<<20, any64); err == nil || !strings.Contains(err.Error(), "4 bytes behind its end") {
		t.Error(err)
	}
}

// TestBounds: what is read is bounded before it is read, one by one and together.
func TestBounds(t *testing.T) {
	good := written(t)
	for _, c := range []struct {
		left int64
		most func(string) int64
		says string
	}{
		{1 << 20, func(string) int64 { return 2499 }, "unpacks to 2500 bytes, at most 2499"},
		{2502, any64, "unpacks to 2500 bytes, at most 2499"},
		{2503, any64, ""}, {2503, func(string) int64 { return 2500 }, ""},
	} {
		if _, err := Read(good, c.left, c.most); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%d: %v", c.left, err)
		}
	}
	got, err := Read(good, 1, func(string) int64 { return 0 })
	if err != nil || len(got) != 2 || got["report.pdf"] != nil {
		t.Errorf("names alone: %v, %v", got, err)
	}
	// A ZIP that says of itself that it is small is not believed.
	b := edited(edited(good, directorySign, 1, 24, 1, 0), descriptorSign, 1, 12, 1, 0)
	if _, err := Read(b, 1<<20, any64); err == nil || !strings.Contains(err.Error(), "another length") {
		t.Error(err)
	}
	many := raw(t, func(z *zip.Writer) {
		for i := range mostFiles + 1 {
			z.Create(strings.Repeat("x", i+1))
		}
	})
	if _, err := Read(many, 1<<20, any64); err == nil || !strings.Contains(err.Error(), "a bundle has fewer") {
		t.Error(err)
	}
}

// FuzzRead: nothing panics, and what was read is what is read of it when it is packed again.
func FuzzRead(f *testing.F) {
	f.Add(written(f))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(b, 1<<16, func(string) int64 { return 1 << 16 })
		if err != nil {
			return
		}
		again := raw(t, func(z *zip.Writer) {
			for name, data := range got {
				w, _ := z.Create(name)
				w.Write(data)
			}
		})
		same, err := Read(again, 1<<16, func(string) int64 { return 1 << 16 })
		if err != nil || !maps.EqualFunc(got, same, bytes.Equal) {
			t.Errorf("packed again: %v", err)
		}
	})
}
