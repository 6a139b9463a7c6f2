package signature

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
	"shokyo.dev/shokyo/scan/proof"
)

// Each format has its samples in its room; here is the way from a sector to the row.

// bmp is a small file: its header is 34 bytes.
var bmp = "BM" + filetest.LE(4, 9000) + filetest.Zeros(4) + filetest.LE(4, 54) + filetest.LE(4, 40) + filetest.LE(4, 64) +
	filetest.LE(4, 48) + filetest.LE(2, 1) + filetest.LE(2, 24) + filetest.Zeros(512)

// sqlite has a header of 100 bytes.
var sqlite = "SQLite format 3\x00" + filetest.BE(2, 4096) + "\x01\x01\x00\x40\x20\x20" + filetest.Zeros(20) + filetest.BE(4, 4) +
	filetest.Zeros(8) + filetest.BE(4, 1) + filetest.Zeros(512)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The table is paid for, its kinds are distinct, and no row is hidden by another.
func TestTable(t *testing.T) {
	if n := len(formats); n != 145 || n > proof.MaxKinds {
		t.Errorf("%d rows of the 145 known, every score pays for %d", n, proof.MaxKinds)
	}
	kinds := Kinds()
	if n := len(kinds); n != 144 {
		t.Errorf("%d kinds: docs/detection.md says 144", n)
	}
	slices.Sort(kinds)
	if n := len(slices.Compact(slices.Clone(kinds))); n != len(kinds) {
		t.Errorf("%d kinds, %d distinct", len(kinds), n)
	}
	for i, f := range formats {
		if f.Magic == "" || f.Read == nil || len(f.Kinds) == 0 || f.At > 0 && !slices.Contains(places[:], f.At) {
			t.Errorf("row %d: %q at %d: %v", i, f.Magic, f.At, f.Kinds)
		}
		for _, other := range formats[:i] {
			if other.At == f.At && other.Magic == f.Magic && other.Kinds[0] != f.Kinds[0] {
				t.Errorf("%q at %d is %s and %s", f.Magic, f.At, other.Kinds[0], f.Kinds[0])
			}
		}
	}
}

// TestIndex: the fast way out lets every row's magic number through, whatever is around it, and
// nearly nothing else.
func TestIndex(t *testing.T) {
	random := rand.NewChaCha8([32]byte{9})
	var b [MinBytes]byte
	for _, f := range formats {
		for range 16 {
			_, _ = random.Read(b[:])
			copy(b[f.At:], f.Magic)
			start, elsewhere := formatIndex.plausible(&b)
			if f.At == 0 && !start || f.At != 0 && !elsewhere {
				t.Fatalf("%q at %d is not let through", f.Magic, f.At)
			}
		}
	}
	const tries = 100_000
	starts, elsewheres := 0, 0
	for range tries {
		_, _ = random.Read(b[:])
		start, elsewhere := formatIndex.plausible(&b)
		if start {
			starts++
		}
		if elsewhere {
			elsewheres++
		}
	}
	if starts > tries/150 || elsewheres > tries/20 {
		t.Errorf("of %d random sectors %d and %d are let through", tries, starts, elsewheres)
	}
	for _, f := range formatIndex.elsewhere {
		if f.At == 0 {
			t.Errorf("%q is looked for at the start, and listed elsewhere", f.Magic)
		}
	}
	if n := len(formatIndex.atStart) + len(formatIndex.elsewhere); n != len(formats) {
		t.Errorf("%d rows are tried of %d", n, len(formats))
	}
}

// TestAt: the answer is about the offset asked for, and its place is in the buffer.
func TestAt(t *testing.T) {
	var f Finder
	before := filetest.Noise(1024, 1)
	for _, c := range []struct {
		name, buf string
		off       int
		kind      string
		end       int
	}{
		{"at the start", bmp, 0, "bmp", 34},
		{"behind others", before + bmp, 1024, "bmp", 1024 + 34},
		{"at no sector", before[:77] + sqlite, 77, "sqlite", 77 + 92},
		{"one before", before + bmp, 1023, "", 0},
		{"one behind", before + bmp, 1025, "", 0},
		{"a sector to the end", bmp[:MinBytes], 0, "bmp", 34},
		{"less than a sector", bmp[:MinBytes-1], 0, "", 0},
		{"nothing", "", 0, "", 0},
		{"before the start", bmp, -1, "", 0},
		{"behind the end", bmp, 4096, "", 0},
		{"magic number elsewhere", strings.Repeat("\x07", 128) + "DICM\x02\x00\x00\x00UL\x04\x00" + filetest.LE(4, 200) + "\x02\x00\x01\x00OB" + filetest.Zeros(400), 0, "dicom", 150},
		{"of two the stronger", "BM" + bmp[2:60] + "BOOKMOBI" + bmp[68:], 0, "bmp", 34},
	} {
		o, ok := f.At([]byte(c.buf), c.off)
		if ok != (c.kind != "") || o.Kind != c.kind || ok && (o.Start != c.off || o.End != c.end || o.Bits < proof.MinBits || o.Detail == "") {
			t.Errorf("%s: %v %+v", c.name, ok, o)
		}
	}
}

// TestStronger: of two kinds at one offset the stronger is reported, whichever row comes first.
func TestStronger(t *testing.T) {
	weak, strong := proof.File("BM", func(c *proof.Cursor) { c.Zeros(7); c.Found("weak") }, "weak"),
		proof.File("BM", func(c *proof.Cursor) { c.Zeros(9); c.Found("strong") }, "strong")
	b := []byte("BM" + filetest.Zeros(600))
	for _, rows := range [][]proof.Format{{weak, strong}, {strong, weak}} {
		var f Finder
		var best proof.Observation
		f.cursor.Strongest(rows, b, 0, &best)
		if best.Kind != "strong" || best.Bits != 16+72-8 {
			t.Errorf("%+v", best)
		}
	}
}

// A finder says the same again, whatever it looked at in between.
func TestAgain(t *testing.T) {
	var f Finder
	page := func(s string) []byte { return append([]byte(s), make([]byte, MinBytes)...) }
	pages := [][]byte{page(gzipped(t, strings.Repeat(filetest.Prose, 20))), page(bmp), page(filetest.Noise(600, 2)), page(sqlite), page(gzipped(t, "x"))}
	first := make([]proof.Observation, len(pages))
	for round := range 3 {
		for i, b := range pages {
			o, _ := f.At(b, 0)
			if round == 0 {
				first[i] = o
			} else if o.Kind != first[i].Kind || o.Bits != first[i].Bits || o.End != first[i].End || o.Detail != first[i].Detail {
				t.Errorf("%d: %+v, first %+v", i, o, first[i])
			}
		}
	}
}

// TestPlantedMagicIsRejected: a magic number over random bytes is nothing.
func TestPlantedMagicIsRejected(t *testing.T) {
	each := 20000
	if testing.Short() {
		each = 1000
	}
	var f Finder
	r, random := rand.New(rand.NewChaCha8([32]byte{1})), filetest.Noise(1<<20, 30)
	b := make([]byte, 4096)
	for _, row := range formats {
		for range each {
			at := r.IntN(len(random) - len(b))
			copy(b, random[at:])
			copy(b[row.At:], row.Magic)
			if o, ok := f.At(b, 0); ok {
				t.Fatalf("magic %q over random bytes: %+v", row.Magic, o)
			}
		}
	}
}

func FuzzAt(f *testing.F) {
	for _, row := range formats {
		f.Add([]byte(filetest.Noise(row.At, 3)+row.Magic+filetest.Zeros(4096)), uint8(0))
	}
	f.Add([]byte(sqlite), uint8(0))
	var finder Finder
	f.Fuzz(func(t *testing.T, b []byte, at uint8) {
		off := int(at)
		o, ok := finder.At(b, off)
		if ok && (o.Start != off || o.End <= off || o.End > len(b) || o.Bits < proof.MinBits || o.Kind == "" || o.Detail == "") {
			t.Fatalf("%+v for %d bytes", o, len(b))
		}
	})
}

func BenchmarkRandom(b *testing.B) {
	data := []byte(filetest.Noise(4<<20, 40))
	var f Finder
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for at := 0; at < len(data); at += 512 {
			if _, ok := f.At(data, at); ok {
				b.Fatal("match in random bytes")
			}
		}
	}
}

// Files are found at every byte where one begins, each once, and what lies inside of one that was
// found is part of it.
func TestEmbedded(t *testing.T) {
	var f Finder
	gz := gzipped(t, strings.Repeat(filetest.Prose, 20))
	for at := 700; at < 712; at++ {
		b := []byte(filetest.Noise(at, 4) + sqlite + filetest.Noise(333, 5) + gz + filetest.Noise(900, 6))
		var got []string
		f.Embedded(b, proof.MinBits, func(int) bool { return true }, func(o proof.Observation) {
			got = append(got, o.Kind)
			if o.Kind == "sqlite" && o.Start != at || o.Kind == "gzip" && o.Start != at+len(sqlite)+333 {
				t.Errorf("at %d: %+v", at, o)
			}
		})
		if strings.Join(got, " ") != "sqlite gzip" {
			t.Errorf("at %d: %q", at, got)
		}
	}
	b := []byte(filetest.Noise(99, 4) + sqlite + filetest.Noise(900, 6))
	f.Embedded(b, proof.MinBits, func(at int) bool { return at != 99 }, func(o proof.Observation) { t.Errorf("nobody asked for %+v", o) })
	f.Embedded(b, 1e6, func(int) bool { return true }, func(o proof.Observation) { t.Errorf("nobody needs %+v", o) })
}

// Crafted bytes, a magic number at each turn, get no more work than is due.
func TestEmbeddedIsBounded(t *testing.T) {
	var f Finder
	entry := "PK\x03\x04\x14\x00\x00\x00\x08\x00" + filetest.Zeros(16) + "\x01\x00\x00\x00a"
	b := []byte(strings.Repeat(entry, 1<<20/len(entry)))
	asked := 0
	f.Embedded(b, 1e6, func(int) bool { asked++; return true }, func(proof.Observation) {})
	if most := (firstCost + costPerByte*len(b)) / (tryCost + 16*len(entry)); asked == 0 || asked > most {
		t.Errorf("%d starts are read of at most %d", asked, most)
	}
}

func BenchmarkEmbedded(b *testing.B) {
	var f Finder
	page := []byte(filetest.Noise(1<<20, 7))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		f.Embedded(page, proof.MinBits, func(int) bool { return true }, func(proof.Observation) {})
	}
}

func FuzzEmbedded(f *testing.F) {
	f.Add([]byte(filetest.Noise(77, 3) + sqlite))
	var finder Finder
	f.Fuzz(func(t *testing.T, b []byte) {
		behind := 0
		finder.Embedded(b, proof.MinBits, func(int) bool { return true }, func(o proof.Observation) {
			if o.Start < behind || o.End <= o.Start || o.End > len(b) || o.Bits < proof.MinBits {
				t.Fatalf("%+v behind %d in %d bytes", o, behind, len(b))
			}
			behind = o.End
		})
	})
}
