package corpus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus/sorted"
)

// noise is what no two files share, always the same.
func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// folder writes files, by name.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func testIdentity(t testing.TB) identity.Identity {
	t.Helper()
	id, err := identity.ThrowAway(time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func build(t *testing.T, m *Making) (*Description, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "c")
	if m.Name == "" {
		m.Name = "test"
	}
	d, err := Build(context.Background(), m, dir, testIdentity(t))
	if err != nil {
		t.Fatal(err)
	}
	return d, dir
}

func opened(t *testing.T, dir string) *Corpus {
	t.Helper()
	c, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// found is the file and the sector in it where a sector is found: "a.txt/3", "shared", "".
func found(c *Corpus, sector []byte) string {
	place, ok := c.Find(sector)
	switch {
	case !ok:
		return ""
	case place < 0:
		return "shared"
	}
	_, f, ok := c.FileAt(place)
	return fmt.Sprintf("%s/%d/%v", f.Name, place-f.First, ok)
}

func TestWhatIsFound(t *testing.T) {
	a, b := noise(1, 10*512), noise(2, 4*512+100)
	common := noise(3, 2*512)
	files := map[string][]byte{
		"a.bin":       slices.Concat(common, a),
		"b/b.bin":     slices.Concat(common[:512], b),
		"b/copy.bin":  slices.Concat(common, a),
		"empty":       nil,
		"zeros":       make([]byte, 5*512),
		"z.twice":     slices.Concat(noise(4, 512), noise(4, 512), noise(5, 512)),
		"z/short.txt": []byte("a few words"),
		"名簿.csv":      noise(6, 512),
	}
	d, dir := build(t, &Making{Sources: []string{folder(t, files)}, Plain: true})
	want := Counts{Files: 7, Copies: 1, Bytes: d.Bytes, Sectors: 12 + 6 + 12 + 5 + 3 + 1 + 1, Fill: 5, Poor: 1,
		Repeated: 12 + 1 + 1, Shared: 1, Probative: 11 + 5 + 2 + 1}
	if d.Counts != want {
		t.Errorf("%+v\nwant %+v", d.Counts, want)
	}
	c := opened(t, dir)
	tail := append(slices.Clone(b[4*512:]), make([]byte, 412)...)
	for i, x := range []struct {
		sector []byte
		want   string
	}{
		{a[3*512:][:512], "a.bin/5/true"},
		{common[:512], "shared"},
		{common[512:], "a.bin/1/true"},
		{b[:512], "b/b.bin/1/true"},
		{tail, "b/b.bin/5/true"},
		{noise(4, 512), "z.twice/0/true"},
		{noise(6, 512), "名簿.csv/0/true"},
		{make([]byte, 512), ""},
		{noise(7, 512), ""},
		{a[1:513], ""},
	} {
		if got := found(c, x.sector); got != x.want {
			t.Errorf("%d: found as %q, want %q", i, got, x.want)
		}
	}
}

// What another corpus has, be it probative there or shared, is left out.
func TestCommonIsLeftOut(t *testing.T) {
	a, b := noise(1, 512), noise(2, 512)
	_, common := build(t, &Making{Sources: []string{folder(t, map[string][]byte{"x": slices.Concat(a, b), "y": slices.Concat(a, noise(3, 512))})}})
	d, dir := build(t, &Making{Sources: []string{folder(t, map[string][]byte{"z": slices.Concat(a, b, noise(4, 512))})}, Common: []*Corpus{opened(t, common)}})
	if d.Common != 2 || d.Probative != 1 {
		t.Errorf("%+v", d.Counts)
	}
	if c := opened(t, dir); found(c, a) != "" || found(c, b) != "" || found(c, noise(4, 512)) == "" {
		t.Error("the wrong sectors were left out")
	}
}

// A corpus in which nothing can be found is none: it would be "found: 0" of every medium.
func TestNothingProbative(t *testing.T) {
	shared := noise(1, 4096)
	for name, files := range map[string]map[string][]byte{
		"no file":  {},
		"fill":     {"a": make([]byte, 1<<16)},
		"short":    {"a": []byte("x")},
		"all both": {"a": shared, "b": append([]byte(nil), shared[:4095]...)},
	} {
		if name == "all both" {
			files["b"] = slices.Concat(shared[512:], shared[:512]) // the same sectors in another order
		}
		dir := filepath.Join(t.TempDir(), "c")
		_, err := Build(context.Background(), &Making{Sources: []string{folder(t, files)}, Name: "x"}, dir, testIdentity(t))
		if !errors.Is(err, ErrNothingToFind) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

// With the least memory the sorter lays thirty runs aside and merges them more than once.
func TestBoundedMemory(t *testing.T) {
	const sectors = 60_000
	files := map[string][]byte{"a": noise(1, sectors/2*512), "b": noise(2, sectors/2*512)}
	d, dir := build(t, &Making{Sources: []string{folder(t, files)}, Memory: sorted.MinMemory})
	if d.Probative != sectors {
		t.Fatalf("%d of %d sectors", d.Probative, sectors)
	}
	c := opened(t, dir)
	for _, b := range files {
		for at := 0; at < len(b); at += 512 {
			if place, ok := c.Find(b[at : at+512]); !ok || place%(sectors/2) != int64(at/512) {
				t.Fatalf("sector %d: %d, %v", at/512, place, ok)
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Error(left)
	}
}

func TestNamesAreHashed(t *testing.T) {
	files := map[string][]byte{"山田太郎.txt": noise(1, 512)}
	_, dir := build(t, &Making{Sources: []string{folder(t, files)}})
	for _, name := range fileNames {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("山田")) {
			t.Errorf("%s has the name", name)
		}
	}
	c := opened(t, dir)
	_, f, _ := c.FileAt(0)
	if f.Name != c.keys.nameOf("山田太郎.txt") || len(f.Name) != 32 {
		t.Error(f)
	}
	if info, err := os.Stat(KeyFile(dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

// A name of a file may hold line ends, and what is no text.
func TestOddNames(t *testing.T) {
	files := map[string][]byte{"a\nb\x1b[31m": noise(1, 512), "\xff": noise(2, 512)}
	_, dir := build(t, &Making{Sources: []string{folder(t, files)}, Plain: true})
	c := opened(t, dir)
	for i := range 2 {
		_, f, ok := c.FileAt(int64(i))
		if !ok || strings.ContainsAny(f.Name, "\n\x1b") || !utf8.ValidString(f.Name) || f.Name == "" {
			t.Errorf("%q, %v", f.Name, ok)
		}
	}
}

func TestEveryByteIsChecked(t *testing.T) {
	_, dir := build(t, &Making{Sources: []string{folder(t, map[string][]byte{"a": noise(1, 64*512)})}})
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(fileNames)+2 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := map[string][]byte{"cut": b[:len(b)-1], "longer": append(slices.Clone(b), 0), "empty": {}}
		for i := 0; i < len(b); i += 1 + len(b)/20 {
			x := slices.Clone(b)
			x[i] ^= 1
			broken[fmt.Sprint("byte ", i)] = x
		}
		for what, x := range broken {
			os.WriteFile(path, x, 0o644)
			if c, err := Open(dir, nil); err == nil {
				c.Close()
				t.Errorf("%s, %s: opened", e.Name(), what)
			}
		}
		os.Remove(path)
		if _, err := Open(dir, nil); err == nil {
			t.Errorf("%s missing: opened", e.Name())
		}
		os.WriteFile(path, b, 0o644)
	}
	opened(t, dir)
}

func TestKeyAndSigner(t *testing.T) {
	m := &Making{Sources: []string{folder(t, map[string][]byte{"a": noise(1, 512)})}}
	_, one := build(t, m)
	_, other := build(t, m)
	key, _ := os.ReadFile(KeyFile(one))
	for what, b := range map[string][]byte{"another": nil, "no": []byte("x"), "half": key[:30]} {
		if what == "another" {
			b, _ = os.ReadFile(KeyFile(other))
		}
		os.WriteFile(KeyFile(one), b, 0o600)
		if _, err := Open(one, nil); err == nil || strings.Contains(err.Error(), string(b)) {
			t.Errorf("%s key: %v", what, err)
		}
	}
	os.Remove(KeyFile(one))
	if _, err := Open(one, nil); err == nil || !strings.Contains(err.Error(), "key") {
		t.Error(err)
	}
	os.WriteFile(KeyFile(one), key, 0o600)
	opened(t, one)
	if _, err := Open(one, testIdentity(t).Certificate()); err == nil || !strings.Contains(err.Error(), "signed by") {
		t.Errorf("another signer: %v", err)
	}
	if _, err := Build(context.Background(), m, one, testIdentity(t)); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("over another: %v", err)
	}
}

// What a corpus of 128 MiB costs where a medium shows none of it.
func BenchmarkFind(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), noise(1, 128<<20), 0o644); err != nil {
		b.Fatal(err)
	}
	made := filepath.Join(b.TempDir(), "c")
	if _, err := Build(b.Context(), &Making{Sources: []string{dir}, Name: "x"}, made, testIdentity(b)); err != nil {
		b.Fatal(err)
	}
	c, err := Open(made, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	medium := noise(2, 4<<20)
	b.SetBytes(SectorBytes)
	at := 0
	for b.Loop() {
		c.Find(medium[at : at+SectorBytes])
		at = (at + SectorBytes) % len(medium)
	}
}
