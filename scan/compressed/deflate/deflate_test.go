package deflate

import (
	"bytes"
	"compress/flate"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// need is what a medium of 1 TB asks, with the price of a start at every bit.
const need = 48 + 20.1

func noise(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// rows is a text with something to learn in it.
func rows(n int) []byte {
	r, b := rand.New(rand.NewChaCha8([32]byte{5})), new(bytes.Buffer)
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(b, "%05d;%c%x;%s;%.2f\n", 37*i, 'A'+rune(r.IntN(4)), r.IntN(1<<16), []string{"paid", "open", "sent", "void"}[r.IntN(4)], 1000*r.Float64())
	}
	return b.Bytes()[:n]
}

func deflated(t testing.TB, level int, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// shifted is b a few bits later.
func shifted(b []byte, bits int) []byte {
	out := make([]byte, len(b)+1)
	for i, c := range b {
		out[i] |= c << bits
		out[i+1] |= byte(uint16(c) << bits >> 8)
	}
	return out
}

type found struct {
	proof.Observation
	way     string
	decoded []byte
}

func find(b []byte, need float64) (list []found) {
	var f Finder
	f.Find(b, need, func(o proof.Observation, way string, decoded []byte) {
		list = append(list, found{o, way, slices.Clone(decoded)})
	})
	return list
}

// files are the beginnings of what other encoders wrote (testdata/README).
func files(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/rows.*")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	all := map[string][]byte{}
	for _, p := range paths {
		if all[filepath.Base(p)], err = os.ReadFile(p); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestOtherEncoders(t *testing.T) {
	for name, b := range files(t) {
		for bit := range 8 {
			buf := slices.Concat(noise(700, 1), shifted(b, bit), noise(700, 2))
			list := find(buf, need)
			if len(list) == 0 {
				t.Fatalf("%s at bit %d: nothing", name, bit)
			}
			o := list[0]
			if o.Start < 700 || o.Start > 750 || o.End > len(buf)-700+160 || o.End < len(buf)-2000 || !bytes.Contains(o.decoded, []byte("00037;")) {
				t.Errorf("%s at bit %d: %+v", name, bit, o.Observation)
			}
		}
	}
}

// A stream is found from its first block to its last bit, and comes out again.
func TestWholeStreams(t *testing.T) {
	text := rows(200_000)
	for level := -2; level <= 9; level++ {
		b := deflated(t, level, text)
		if level == 0 {
			continue
		}
		for bit := range 8 {
			buf := slices.Concat(noise(300, 3), shifted(b, bit), noise(300, 4))
			list := find(buf, need)
			if len(list) != 1 {
				t.Fatalf("level %d at bit %d: %d findings", level, bit, len(list))
			}
			o := list[0]
			end := 300 + (8*len(b)+bit+7)/8
			if o.Start != 300 || o.way != fmt.Sprintf("deflate@bit %d", bit) || o.End < end-200 || o.End > end {
				t.Errorf("level %d at bit %d: %+v %s, want an end at %d", level, bit, o.Observation, o.way, end)
			}
			if !bytes.HasPrefix(text, o.decoded) || len(o.decoded) < len(text)-2000 {
				t.Errorf("level %d at bit %d: %d bytes decoded", level, bit, len(o.decoded))
			}
		}
	}
}

// A piece that begins inside of a block is read from the next on; what it refers to and is not
// there comes out as zeros.
func TestPieces(t *testing.T) {
	text := rows(2 << 20)
	b := deflated(t, 6, text)
	for at := 4096; at+65536 < len(b); at += 50_000 {
		list := find(slices.Concat(noise(512, 5), b[at:at+65536], noise(512, 6)), need)
		if len(list) != 1 || list[0].Start < 512 || list[0].End > 512+65536+160 || list[0].End < 60000 {
			t.Fatalf("piece at %d: %d findings, %+v", at, len(list), list[0].Observation)
		}
		d := list[0].decoded
		if n := bytes.Count(d, []byte{0}); n == 0 || n == len(d) {
			t.Errorf("piece at %d: %d zeros of %d", at, n, len(d))
		}
	}
}

// A few bytes are too few.
func TestShort(t *testing.T) {
	for n := range 100 {
		if list := find(noise(n, 8), need); len(list) != 0 {
			t.Errorf("%d bytes: %+v", n, list)
		}
	}
}

// A stream that is cut off is read on through what follows; a header there is found all the same.
func TestCutStreams(t *testing.T) {
	a, b := deflated(t, 6, rows(200_000)), deflated(t, 6, []byte(fmt.Sprintf("%o", noise(20_000, 6))))
	for _, n := range []int{5000, 20_000, 40_000} {
		list := find(slices.Concat(a[:n], b, noise(200, 7)), need)
		if len(list) != 2 || list[0].End > n+1000 || list[1].Start < n || list[1].Start > n+100 {
			t.Errorf("cut at %d: %d findings, %+v", n, len(list), list[0].Observation)
		}
	}
}

// What breaks a header, or the bits behind it, is seen.
func TestBrokenHeaders(t *testing.T) {
	b := deflated(t, 6, rows(20_000))
	var f Finder
	f.Find(nil, need, nil)
	if f.chain(b, 0); f.best < need || f.blocks == 0 {
		t.Fatalf("%v bits, %d blocks", f.best, f.blocks)
	}
	whole := f.best
	for bit := 3; bit < 300; bit++ {
		c := slices.Clone(b)
		c[bit/8] ^= 1 << (bit % 8)
		f.worked = 0
		if f.chain(c, 0); f.best >= whole {
			t.Errorf("bit %d says nothing: %v", bit, f.best)
		}
	}
}

// On random bits the score of a header is at least s with probability 2^-s at most, however far
// it is read: counted where a dynamic header is announced and its precode complete, which by
// itself is 10 bits.
func TestNull(t *testing.T) {
	n := 16 << 20
	if testing.Short() {
		n = 2 << 20
	}
	var counts [64]int
	starts := 0.0
	h := header{m: headers(), pow: powers()}
	var f Finder
	for seed := byte(0); seed < byte(n>>20); seed++ {
		b := noise(1<<20, 100+seed)
		starts += float64(8 * stride * words(len(b)))
		for lo := 0; lo < words(len(b)); lo += chunk {
			for _, place := range f.search(b[stride*lo:]) {
				score, _ := h.read(&bitReader{b, 8*stride*lo + int(place) + 3})
				for s := range counts {
					if float64(s) <= typeBits+score {
						counts[s]++
					}
				}
			}
		}
	}
	for s, n := range counts {
		allowed := starts * math.Exp2(-float64(s))
		if float64(n) > allowed+4*math.Sqrt(allowed)+1 {
			t.Errorf("%d of %.0f starts have %d bits or more, allowed are %.1f", n, starts, s, allowed)
		}
	}
	if counts[8] < 100 {
		t.Errorf("%d have 8 bits: the test sees nothing", counts[8])
	}
}

// crafted is headers inside of headers: each of many starts passes, and is read far.
func crafted(t testing.TB, n int) []byte {
	head := deflated(t, 6, rows(20_000))[:90]
	var b []byte
	for i := 0; len(b) < n; i++ {
		b = append(b, shifted(head, i%8)...)
	}
	return b[:n]
}

func TestWorkIsBounded(t *testing.T) {
	for name, b := range map[string][]byte{
		"headers, no bodies": crafted(t, 1<<20),
		"ones":               bytes.Repeat([]byte{0xff}, 1<<20),
		"short symbols":      slices.Repeat(deflated(t, 9, make([]byte, 1<<20)), 800),
		"empty blocks":       slices.Concat(deflated(t, 6, rows(50_000))[:9000], bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), 100_000)),
		"files":              slices.Repeat(deflated(t, 6, rows(50_000)), 60),
	} {
		var f Finder
		f.Find(b, need, func(proof.Observation, string, []byte) {})
		// What is begun is ended: one header more, and one step of symbols.
		if most := workAtFirst + workPerByte*len(b) + 8*320 + step; f.worked > most {
			t.Errorf("%s: %d units of work, at most %d are allowed", name, f.worked, most)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := noise(1<<20, 8)
	var f Finder
	report := func(proof.Observation, string, []byte) {}
	f.Find(deflated(t, 6, rows(1<<20)), need, report)
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, report) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, b := range files(f) {
		f.Add(b[:2000], uint8(3))
	}
	f.Add(crafted(f, 400), uint8(0))
	f.Add(deflated(f, 0, rows(500)), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, bit uint8) {
		b = shifted(b, int(bit%8))
		last := 0
		for _, o := range find(b, 20) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Bits < 20 || len(o.decoded) > MaxOutput || !strings.HasPrefix(o.way, "deflate@bit ") {
				t.Fatalf("%+v in %d bytes, behind %d", o.Observation, len(b), last)
			}
			last = o.Start
		}
	})
}

func BenchmarkRandom(b *testing.B)  { benchmark(b, noise(4<<20, 9)) }
func BenchmarkBlocks(b *testing.B)  { benchmark(b, deflated(b, 6, rows(8<<20))) }
func BenchmarkCrafted(b *testing.B) { benchmark(b, crafted(b, 1<<20)) }

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation, string, []byte) {})
	}
}
