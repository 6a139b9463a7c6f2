package jpeg

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

const need = 48 + 18 // of a medium of 1 TB, with what a block's positions and its share cost

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// Pieces of scans as testdata/README tells.
func files(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	paths, _ := filepath.Glob("testdata/*.scan")
	if len(paths) != 4 {
		t.Fatalf("%d files in testdata, want 4", len(paths))
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(p)] = b
	}
	return all
}

func find(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { seen = append(seen, o) })
	return seen
}

// A piece of a scan is seen from the first sector on in which it falls in step, up to its end.
func TestPieces(t *testing.T) {
	for name, size := range map[string]int{"cjpeg-85.scan": 1024, "cjpeg-restart.scan": 1024, "ffmpeg-3.scan": 4096, "progressive-85.scan": 4096} {
		piece := files(t)[name][:size]
		seen := find(slices.Concat(random(1, 4096), piece, random(2, 4096)), need)
		if len(seen) == 0 {
			t.Errorf("%s: not seen", name)
			continue
		}
		first, last := seen[0], seen[len(seen)-1]
		if first.Start < 4096 || first.Start > 4096+size/2 || last.End < 4096+size-1024 || last.End > 4096+size+8 {
			t.Errorf("%s: %+v", name, seen)
		}
	}
}

// Where a restart marker is out of turn, or a byte of FF stands free, the evidence ends.
func TestMarkers(t *testing.T) {
	b := files(t)["cjpeg-restart.scan"]
	whole := find(b[:4096], need)
	i := bytes.Index(b[1024:], []byte("\xff\x00")) + 1024
	b[i+1] = 0x01
	broken := find(b[:4096], need)
	if len(whole) != 1 || whole[0].End < 4000 || len(broken) == 0 || broken[0].End > i+1 {
		t.Errorf("whole %+v, broken at %d %+v", whole, i, broken)
	}
}

// The tables and the header between two scans of a progressive file are seen at any byte.
func TestSegments(t *testing.T) {
	row := []byte("\xff\xc4\x00\x1f\x10\x00\x02\x02\x01\x02\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x01\x11\x00\x21\x31\x10\x20\x41\x51\x30\x61\x71" + "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x21")
	at := 1003
	b := slices.Concat(random(1, at), row, random(2, 1000))
	var seen []proof.Observation
	new(Finder).Segments(b, need, func(o proof.Observation) { seen = append(seen, o) })
	if len(seen) != 1 || seen[0].Start != at || seen[0].End != at+len(row) {
		t.Fatalf("%+v, want %d to %d", seen, at, at+len(row))
	}
	for _, wrong := range []struct{ at, to int }{{3, 0x1e}, {8, 0x09}, {22, 0x01}, {37, 0x05}} { // length, counts, a symbol twice, components
		c := slices.Clone(b)
		c[at+wrong.at] = byte(wrong.to)
		new(Finder).Segments(c, need, func(o proof.Observation) {
			if o.Start <= at && o.End > at+wrong.at {
				t.Errorf("byte %d as %#x: %+v", wrong.at, wrong.to, o)
			}
		})
	}
}

// The chances of all that may follow add up to at most 1, in each context.
func TestModelIsFair(t *testing.T) {
	sum := func(c *code, score func(symbol byte, length int) int) (total float64) {
		for _, s := range c.values {
			for l := 1; l <= 16; l++ { // where it stands
				if w := c.word(s, l); w >= 0 {
					total += math.Exp2(float64(score(s, l))/unit - float64(l))
				}
			}
		}
		return total
	}
	for class := range 2 {
		for cell := class * acCells / 2; cell < (class+1)*acCells/2; cell++ {
			if s := sum(standard[class].ac, func(s byte, l int) int { return max(l*unit-acFigure(cell, s), -escape) }); s > 1 {
				t.Fatalf("cell %d: %v", cell, s)
			}
		}
		for cell := class * 6; cell < class*6+6; cell++ {
			if s := sum(standard[class].dc, func(s byte, l int) int { return l*unit - dcFigure(cell, s) }); s > 1 {
				t.Fatalf("first coefficient, cell %d: %v", cell, s)
			}
		}
	}
	for p := 1; p < 256; p++ {
		if s := math.Exp2(float64(gains[p][0])/fine) + math.Exp2(float64(gains[p][1])/fine); s > 2 {
			t.Errorf("histories, %d: %v", p, s)
		}
	}
	follower := func(bits int) float64 { return math.Exp2(float64(bits)/unit) / 256 }
	if s := follower(zeroBits) + 8*follower(restartBits); s > 1 {
		t.Errorf("behind FF: %v", s)
	}
	if s := follower(zeroBits) + follower(inTurnBits) + 7*follower(outOfTurnBits); s > 1 {
		t.Errorf("behind FF, in turn: %v", s)
	}
}

// TestControls counts them one by one.
func TestControls(t *testing.T) {
	b, want := random(7, sector), 0
	for i := range 256 {
		b[i] = byte(i)
	}
	for _, c := range b {
		if c < 0x20 {
			want++
		}
	}
	if got := controls(b); got != want {
		t.Errorf("%d, want %d", got, want)
	}
}

// word is the word of a symbol, if it has that length, and -1.
func (c *code) word(symbol byte, length int) int {
	from := 0
	if length > 1 {
		from = int(c.most[length-1])
	}
	for w := from >> (16 - length); w < int(c.most[length])>>(16-length); w++ {
		if s, l := c.slow(uint32(w) << (16 - length)); l == length && s == symbol {
			return w
		}
	}
	return -1
}

// From each start, random bits reach s bits no more often than once in 2^s.
func TestCalibration(t *testing.T) {
	trials := 100_000
	if testing.Short() {
		trials = 20_000
	}
	source := rand.NewChaCha8([32]byte{7})
	b := make([]byte, 512)
	for name, read := range map[string]func(*stuffed) float64{
		"4:2:0":           func(in *stuffed) float64 { return start(in, layouts[0].blocks) },
		"4:4:4":           func(in *stuffed) float64 { return start(in, layouts[2].blocks) },
		"gray":            func(in *stuffed) float64 { return start(in, layouts[3].blocks) },
		"histories":       func(in *stuffed) float64 { return look(in, histories[0]) },
		"other histories": func(in *stuffed) float64 { return look(in, histories[5]) },
	} {
		var counts [24]int
		var in stuffed
		for range trials {
			source.Read(b)
			in.read(b)
			best := read(&in)
			for s := 0; s < len(counts) && best >= float64(s); s++ {
				counts[s]++
			}
		}
		for s, n := range counts {
			allowed := float64(trials) * math.Exp2(-float64(s))
			if float64(n) > allowed+4*math.Sqrt(allowed) && allowed >= 1 {
				t.Errorf("%s: %d of %d have %d bits or more, allowed are %.1f", name, n, trials, s, allowed)
			}
		}
	}
}

func start(in *stuffed, l []class) float64 {
	r := reading{in: in, book: &standard, layout: l, k: unknown}
	r.read()
	return float64(r.best) / unit
}

func look(in *stuffed, table string) float64 {
	v := sight{bits: mixed}
	in.see(table, sightFar, &v)
	return float64(v.best) / fine
}

// crafted is sectors that each look like the beginning of a piece.
func crafted(t testing.TB, n int) (b []byte) {
	for i := 0; len(b) < n; i++ {
		b = append(b, files(t)["cjpeg-85.scan"][:150+i%64]...)
		b = append(b, random(byte(i), 512-(150+i%64))...)
	}
	return bytes.ReplaceAll(b, []byte{0xFF}, []byte{0xFE})
}

func TestWorkIsBounded(t *testing.T) {
	dense := bytes.Repeat([]byte("\xff\x00\x12\x34"), 1<<18)
	for name, b := range map[string][]byte{
		"beginnings": crafted(t, 1<<20),
		"stuffing":   dense,
		"zeros":      make([]byte, 1<<20),
		"a file":     bytes.Repeat(files(t)["ffmpeg-3.scan"], 40),
	} {
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if most := workAhead + workPerByte*len(b) + 1<<20; f.symbols > most {
			t.Errorf("%s: %d symbols, at most %d are allowed", name, f.symbols, most)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := random(5, 1<<20)
	var f Finder
	f.Find(b, need, func(proof.Observation) {})
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, func(proof.Observation) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, b := range files(f) {
		f.Add(b[:2048])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		new(Finder).Segments(b, 20, func(o proof.Observation) {
			if o.End <= o.Start || o.End > len(b) {
				t.Fatalf("%+v in %d bytes", o, len(b))
			}
		})
		last := 0
		for _, o := range find(b, 20) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Bits < 20 {
				t.Fatalf("%+v in %d bytes, behind %d", o, len(b), last)
			}
			last = o.End
		}
	})
}

func BenchmarkRandom(b *testing.B)  { benchmark(b, random(3, 4<<20)) }
func BenchmarkScan(b *testing.B)    { benchmark(b, bytes.Repeat(files(b)["cjpeg-85.scan"], 100)) }
func BenchmarkOwn(b *testing.B)     { benchmark(b, bytes.Repeat(files(b)["ffmpeg-3.scan"], 100)) }
func BenchmarkCrafted(b *testing.B) { benchmark(b, crafted(b, 1<<20)) }

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
	b.ReportMetric(float64(f.symbols)/float64(len(buf)), "symbols/B")
}
