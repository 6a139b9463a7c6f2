package bzip2

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

const need = 48 + 21 // of a medium of 1 TB, with what a block's positions and its share cost

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { seen = append(seen, o) })
	return seen
}

// reference finds the magic numbers bit by bit.
func reference(b []byte) (at []int) {
	w := uint64(0)
	for i := range 8 * len(b) {
		w = w<<1 | uint64(b[i/8]>>(7-i%8)&1)
		if m := w & (1<<magicBits - 1); i >= magicBits-1 && (m == blockMagic || m == endMagic) {
			at = append(at, i+1-magicBits)
		}
	}
	return at
}

// put writes a number of so many bits at a bit.
func put(b []byte, at, width int, v uint64) {
	for i := range width {
		bit := byte(0x80) >> ((at + i) % 8)
		b[(at+i)/8] &^= bit
		if v>>(width-1-i)&1 != 0 {
			b[(at+i)/8] |= bit
		}
	}
}

// shifted is b from a bit on.
func shifted(b []byte, bit int) []byte {
	out := make([]byte, len(b))
	for i := range out {
		out[i] = b[i]<<bit | byte(uint(b[min(i+1, len(b)-1)])>>(8-bit))
	}
	return out
}

// Files of a few blocks of 100 kB, of the text that is told in testdata/README.
func files(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	paths, _ := filepath.Glob("testdata/*.bz2")
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

// A file without its first magic number is seen from its second block to its end, and
// blocks begin at any bit.
func TestFilesWithoutTheirBeginning(t *testing.T) {
	for name, b := range files(t) {
		buf := slices.Concat(random(1, 1000), b[10:], random(2, 1000))
		at := reference(buf)
		if len(at) < 3 {
			t.Fatalf("%s: magic numbers at %v", name, at)
		}
		seen := find(buf, need)
		start, end, checksum := (at[0]+7)/8, (at[len(at)-1]+magicBits)/8, 5
		if len(seen) != 1 || seen[0].Start != start || seen[0].End < end || seen[0].End > end+checksum {
			t.Errorf("%s: %+v, want %d to %d", name, seen, start, end)
		}
	}
}

// Of a block whose end is not there the header is proven, and no more.
func TestHeaderAlone(t *testing.T) {
	b := files(t)["bzip2-1.bz2"]
	at := reference(b)
	buf := slices.Concat(random(1, 1000), b[at[1]/8:at[1]/8+2000], random(2, 1000))
	seen := find(buf, need)
	if len(seen) != 1 || seen[0].Start < 1000 || seen[0].Start > 1001 || seen[0].End > 1000+200 || seen[0].Bits < 80 {
		t.Errorf("%+v", seen)
	}
	for _, cut := range []int{0, 10, 14, 40} { // nor what ends within a header
		for _, o := range find(buf[:1000+cut], 0) {
			if o.End > 1000+cut || o.Bits > 47+float64(8*cut) {
				t.Errorf("cut after %d bytes: %+v", cut, o)
			}
		}
	}
}

// Either magic number, with nothing behind it, has one bit less than it is long.
func TestMagicAlone(t *testing.T) {
	for _, magic := range []uint64{blockMagic, endMagic} {
		b := make([]byte, 6)
		put(b, 0, magicBits, magic)
		if seen := find(b, 1); len(seen) != 1 || seen[0].Bits != 47 {
			t.Errorf("%x: %+v", magic, seen)
		}
	}
}

func TestMagicsAreFoundAtEveryBit(t *testing.T) {
	for at := range 200 {
		for _, magic := range []uint64{blockMagic, endMagic} {
			b := random(3, 40)
			if at+magicBits > 8*len(b) {
				continue
			}
			put(b, at, magicBits, magic)
			if got := slices.Collect(magics(b)); !slices.Equal(got, []int{at}) {
				t.Errorf("%x at bit %d: found at %v", magic, at, got)
			}
			cut := b[:(at+magicBits-1)/8] // without its last bits
			if got := slices.Collect(magics(cut)); len(got) != 0 {
				t.Errorf("%x at bit %d of %d bytes: found at %v", magic, at, len(cut), got)
			}
		}
	}
}

// What random bytes give keeps the bound, from every part of a header on.
func TestCalibration(t *testing.T) {
	trials := 200_000
	if testing.Short() {
		trials = 30_000
	}
	for name, read := range map[string]func(*chain){
		"header":    func(c *chain) { c.header() },
		"selectors": func(c *chain) { c.block.codes, c.block.selectors = 6, 5000; c.readSelectors() },
		"two codes": func(c *chain) { c.block.codes, c.block.selectors = 2, 5000; c.readSelectors() },
		"lengths":   func(c *chain) { c.block.codes, c.block.symbols = 6, 258; c.readCodes() },
	} {
		source := rand.NewChaCha8([32]byte{7})
		c, b := new(chain), make([]byte, 2048)
		var counts [24]int
		for range trials {
			source.Read(b)
			*c = chain{bitReader: bitReader{b: b}}
			read(c)
			for s := 0; s < len(counts) && c.best >= float64(s); s++ {
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

// The evidence of one step is, in the mean over random bits, at most 1.
func TestModelIsFair(t *testing.T) {
	for codes := 2; codes <= maxCodes; codes++ {
		var m model
		for j := range codes {
			m.expect(j, j+1)
		}
		for i := range 100 {
			mean := 0.0
			for j := range codes {
				try := m
				mean += math.Ldexp(math.Exp2(try.factor(j, j+1)), -j-1)
			}
			if mean > 1+1e-12 {
				t.Errorf("%d codes, step %d: the mean is %v", codes, i, mean)
			}
			m.factor(i%codes, i%codes+1)
		}
	}
}

// crafted is headers inside of headers: each magic number begins one that goes on
// through the selectors over the next.
func crafted(n int) []byte {
	b := make([]byte, n)
	for at := 0; at+256 < 8*n; at += 144 {
		put(b, at, magicBits, blockMagic)
		put(b, at+80, 25, 0)
		put(b, at+105, 32, 0x80008000) // one sixteenth, one value
		put(b, at+137, 3, 2)
	}
	return b
}

func TestWorkIsBounded(t *testing.T) {
	for name, b := range map[string][]byte{
		"headers in headers": crafted(1 << 20),
		"files":              slices.Concat(slices.Repeat(files(t)["pbzip2-1.bz2"], 20)),
		"headers, no bodies": slices.Repeat(files(t)["bzip2-1.bz2"][:600], 2000),
	} {
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if most := workAhead + (workPerByte+1)*len(b); f.chain.worked > most {
			t.Errorf("%s: %d units of work, at most %d are allowed", name, f.chain.worked, most)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := random(5, 1<<20)
	var f Finder
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, func(proof.Observation) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, b := range files(f) {
		f.Add(b[:3000], uint8(3))
	}
	f.Add(crafted(400), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, bit uint8) {
		if len(b) == 0 {
			return
		}
		b = shifted(b, int(bit%8))
		if got, want := slices.Collect(magics(b)), reference(b); !slices.Equal(got, want) {
			t.Fatalf("magic numbers at %v, want %v", got, want)
		}
		last := 0
		for _, o := range find(b, 20) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Bits < 20 {
				t.Fatalf("%+v in %d bytes, behind %d", o, len(b), last)
			}
			last = o.End
		}
	})
}

func BenchmarkRandom(b *testing.B) { benchmark(b, random(1, 4<<20)) }
func BenchmarkBlocks(b *testing.B) {
	benchmark(b, slices.Repeat(files(b)["bzip2-1.bz2"], 100))
}
func BenchmarkCrafted(b *testing.B) { benchmark(b, crafted(1<<20)) }

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
