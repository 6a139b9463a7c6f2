package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
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

func file(t testing.TB, name string) []byte {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func find(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { seen = append(seen, o) })
	return seen
}

// A file without its beginning is seen from the first chunk that begins in it to its end.
func TestPNG(t *testing.T) {
	b := file(t, "ffmpeg.png")
	at := 4100 + bytes.Index(b[4100:], []byte("IDAT")) - 4
	seen := find(slices.Concat(random(1, 1000), b[1000:], random(2, 1000)), need)
	if len(seen) != 1 || seen[0].Kind != "png-chunks" || seen[0].Start != at || seen[0].End != len(b) {
		t.Errorf("%+v, want from %d to %d", seen, at, len(b))
	}
}

// A chunk whose CRC is wrong is the last, and its data is not proven.
func TestPNGBroken(t *testing.T) {
	b := file(t, "ffmpeg.png")
	second := 4100 + bytes.Index(b[4100:], []byte("IDAT")) - 4
	third := second + 100 + bytes.Index(b[second+100:], []byte("IDAT")) - 4
	b[third+500] ^= 1
	seen := find(slices.Concat(random(1, 1000), b[1000:], random(2, 1000)), need)
	if len(seen) == 0 || seen[0].Start != second || seen[0].End != third+8 {
		t.Errorf("%+v, want from %d to %d", seen, second, third+8)
	}
}

// One border is not enough in random bytes, and is where statistics say that there is something.
func TestPNGBorder(t *testing.T) {
	border := []byte("\x12\x34\x56\x78\x00\x00\x20\x00IDAT")
	if seen := find(slices.Concat(random(1, 2000), border, random(2, 2000)), need); len(seen) != 0 {
		t.Errorf("in random bytes: %+v", seen)
	}
	skew := random(3, 2000)
	for i := range skew {
		skew[i] &= 0x7F | byte(i&2)<<6
	}
	if seen := find(slices.Concat(random(1, 2000), border, skew, random(4, 2000)), need); len(seen) != 1 || seen[0].End-seen[0].Start != 8 {
		t.Errorf("before uneven bytes: %+v", seen)
	}
}

func TestPNGChancesAddUp(t *testing.T) {
	sum := 0.0
	for _, c := range pngTypes {
		sum += c.chance
	}
	lengths := pngOther
	for n, c := range pngLengths {
		lengths += c
		if pngLength(n) < c {
			t.Errorf("%d: %v", n, pngLength(n))
		}
	}
	for k := range 30 {
		if got, want := pngLength(1<<k+1<<k/3)*math.Ldexp(1, k), pngOther/30; k != 13 && math.Abs(got-want) > 1e-12 {
			t.Errorf("%d bits: %v, want %v", k, got, want)
		}
	}
	if sum > 1+1e-9 || lengths > 1+1e-9 {
		t.Errorf("types %v, lengths %v", sum, lengths)
	}
}

func TestGIF(t *testing.T) {
	b := file(t, "im.gif")
	seen := find(slices.Concat(random(1, 900), b[900:], random(2, 1000)), need)
	if len(seen) != 1 || seen[0].Kind != "gif-blocks" || seen[0].Start > 900+256 || seen[0].End < len(b)-512 || seen[0].End > len(b) {
		t.Errorf("%+v of %d bytes", seen, len(b))
	}
	if seen := find(slices.Concat(random(1, 900), b[900:2400], random(2, 1000)), need); len(seen) != 0 {
		t.Errorf("of six sub-blocks: %+v", seen)
	}
}

// Chunks within chunks, and bytes of FF everywhere, cost no more than the bytes there are.
func crafted(n int) []byte {
	b := bytes.Repeat([]byte("\x00\x20\x00\x00IDAT\xff\xff\xff\xff\xff\xff\xff\xff"), n/16)
	for i := 0; i+16 <= len(b); i += 16 {
		binary.BigEndian.PutUint32(b[i:], uint32(len(b)/2))
		b[i+8] = byte(i >> 4)
	}
	binary.BigEndian.PutUint32(b[len(b)-4:], crc32.ChecksumIEEE(b[4:len(b)-4]))
	return b
}

func TestWorkIsBounded(t *testing.T) {
	b, spent, f := crafted(1<<20), work(0), new(Finder)
	for at := range occurrences(b, "IDAT") {
		r := pngRow{b: b, spent: &spent}
		r.read(at - 4)
		r.beside(&f.meter, at-4)
	}
	if most := workAhead + workPerByte*len(b); int(spent) > most || int(spent) < most-len(b) {
		t.Errorf("%d bytes read, at most %d are allowed", spent, most)
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
	f.Add(file(f, "ffmpeg.png")[1000:])
	f.Add(file(f, "im.gif")[900:])
	f.Add(crafted(512))
	f.Fuzz(func(t *testing.T, b []byte) {
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
func BenchmarkCrafted(b *testing.B) { benchmark(b, crafted(1<<20)) }

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
