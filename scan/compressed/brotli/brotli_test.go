package brotli

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
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

// files are what encoders wrote, with the bits at which their meta-blocks begin
// (testdata/README).
var files = []struct {
	name   string
	blocks []int
}{
	{"c-1.br", []int{4}},
	{"c-3.br", []int{4}},
	{"c-5.br", []int{4}},
	{"c-11.br", []int{4}},
	{"go-6.br", []int{4, 206040}},
	{"rust-1.br", []int{4, 17843, 35823, 54920, 72604}},
}

func read(t testing.TB, name string) []byte {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A stream is seen from its beginning at the start of a sector, up to its last header.
func TestStreams(t *testing.T) {
	for _, file := range files {
		b := slices.Concat(random(1, 2048), read(t, file.name), random(2, 3000))
		seen := find(b, need)
		last := 2048 + file.blocks[len(file.blocks)-1]/8
		if len(seen) != 1 || seen[0].Start != 2048 || seen[0].End < last+30 || seen[0].End > last+2500 {
			t.Errorf("%s: %+v, want 2048 to %d and some bytes", file.name, seen, last)
		}
	}
}

// Without its beginning, at any byte, it is seen from the next meta-block on.
func TestStreamsWithoutTheirBeginning(t *testing.T) {
	for _, file := range files {
		for _, cut := range []int{20, 100, 515} {
			b := slices.Concat(random(1, 1234), read(t, file.name)[cut:], random(2, 3000))
			seen := find(b, need)
			i, _ := slices.BinarySearch(file.blocks, 8*cut)
			if i == len(file.blocks) {
				continue // there is none
			}
			first, last := 1234-cut+(file.blocks[i]+7)/8, 1234-cut+file.blocks[len(file.blocks)-1]/8
			if len(seen) != 1 || seen[0].Start != first || seen[0].End < last+30 || seen[0].End > last+2500 {
				t.Errorf("%s from %d on: %+v, want %d to %d and some bytes", file.name, cut, seen, first, last)
			}
		}
	}
}

// Commands can be read in random bytes too: a stream that was cut ends with its header.
func TestCutStreams(t *testing.T) {
	b := read(t, "rust-1.br")[:1000]
	for seed := range byte(100) {
		for _, o := range find(slices.Concat(b, random(seed, 8000)), need) {
			if o.End > len(b) {
				t.Errorf("%d: %+v of %d bytes", seed, o, len(b))
			}
		}
	}
}

// What random bytes give keeps the bound, from every part on.
func TestCalibration(t *testing.T) {
	trials := 200_000
	if testing.Short() {
		trials = 20_000
	}
	for name, read := range map[string]func(*chain){
		"meta-blocks": func(c *chain) { c.metaBlocks() },
		"stream":      func(c *chain) { c.stream() },
		"literals":    func(c *chain) { c.readPrefix(&c.scratch, literals) },
		"fixed":       func(c *chain) { c.at = fixedLengthsBits; _ = c.fixed() && c.readLengths(&c.scratch) },
		"codes":       func(c *chain) { c.block.kinds = [3]int{1, 1, 1}; c.readCodes() },
		"commands": func(c *chain) {
			for c.readPrefix(&c.scratch, 704) {
			}
		},
	} {
		source := rand.NewChaCha8([32]byte{7})
		c, b := new(chain), make([]byte, 1024)
		var counts [24]int
		for range trials {
			source.Read(b)
			if name == "fixed" {
				for i := range 5 {
					b[i] = byte(uint64(fixedLengths) >> (8 * i))
				}
			}
			c.b, c.worked = b, 0
			c.begin(0)
			c.bits, c.best, c.scratch.size = 0, 0, maxSymbols
			read(c)
			for s := 0; s < len(counts) && c.best >= float64(s); s++ {
				counts[s]++
			}
		}
		for s, n := range counts {
			allowed := float64(trials) * math.Exp2(-float64(s))
			if allowed >= 1 && float64(n) > allowed+4*math.Sqrt(allowed) {
				t.Errorf("%s: %d of %d have %d bits or more, allowed are %.1f", name, n, trials, s, allowed)
			}
		}
	}
}

// The two ways to begin a code for literals have chances that add up to 1 at most.
func TestFixedLengthsArePaidFor(t *testing.T) {
	c := new(chain)
	c.b = []byte{0x54, 0x55, 0x55, 0x55, 0xff}
	c.begin(0)
	c.bits, c.best = 0, 0
	c.readPrefix(&c.scratch, literals)
	if sum := math.Exp2(c.best-fixedLengthsBits) + math.Exp2(notFixed); c.end != fixedLengthsBits || sum > 1+1e-9 {
		t.Errorf("%v bits for %d, %v for others: %v", c.best, c.end, notFixed, sum)
	}
}

// What may come next is expected with chances that add up to 1 at most.
func TestExpectationsAddUp(t *testing.T) {
	k := &lengthCode{}
	for _, lengths := range [][lengthCodes]uint8{
		{0: 2, 5: 2, 7: 2, 16: 3, 17: 3},
		{1: 1, 8: 2, 15: 3, 0: 4, 17: 5, 16: 5},
	} {
		k.lengths = lengths
		if k.together = ([lengthCodes][maxLength + 1]float64{}); !k.build() {
			t.Fatal(lengths)
		}
		for last := range lengthCodes {
			for least := range maxLength + 1 {
				sum := 0.0
				for s, p := range k.chance {
					if p > 0 && (s == 0 || s >= least) {
						sum += p * math.Exp2(k.worth(last, s, least))
					}
				}
				if sum > 1+1e-9 {
					t.Errorf("%v behind %d, at least %d: the chances add up to %v", lengths, last, least, sum)
				}
			}
		}
	}
	for _, width := range []int{1, 6} {
		f, p := fieldOf(width), math.Ldexp(1, -width)
		if sum := p*math.Exp2(f.zero) + (1-p)*math.Exp2(f.other); sum > 1+1e-9 {
			t.Errorf("a field of %d bits: %v", width, sum)
		}
	}
}

// What is refused at a glance is what can't be read, whatever the words are.
func TestGlances(t *testing.T) {
	c, b, seen := new(chain), make([]byte, 16), 0
	c.b, c.need = b, math.Inf(-1) // nothing is refused
	source := rand.NewChaCha8([32]byte{11})
	for trial := range 50_000 {
		source.Read(b)
		for i := range trial % 10 {
			few := byte(source.Uint64())
			b[i] &= few & byte(source.Uint64()) // single symbols, too
		}
		for _, skip := range []int{0, 2, 3} {
			c.begin(trial % 8)
			want := c.readLengthCode(skip)
			if got := completes(b, trial%8, skip); got != want {
				t.Fatalf("%x from bit %d on, without %d: %v", b, trial%8, skip, got)
			} else if want {
				seen++
			}
		}
	}
	if seen < 1000 {
		t.Errorf("%d codes", seen)
	}
}

// Before its codes a header is worth less than mostOfHeader, and a code for lengths that is not complete less than mostOfLengthCode.
func TestRefusedIsWorthLittle(t *testing.T) {
	c := new(chain)
	c.b = []byte{0: 0, 1: 0, 2: 0x20, 40: 0} // two nibbles more, zeros
	c.need = math.Inf(-1)
	for head := range byte(8) {
		c.b[0] = head
		c.begin(0)
		if c.metaBlocks(); c.best >= mostOfHeader {
			t.Errorf("%d: %v bits", head, c.best)
		}
	}
	for space, bits := range fitting {
		if lengthCodes*bits > mostOfLengthCode {
			t.Errorf("%d: %v bits", space, bits)
		}
	}
}

// crafted is headers at every turn whose codes have one word without bits: commands that
// go on for ever.
func crafted(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = [...]byte{0, 0x80, 0xff, 0xff, 0, 0, 0x04}[i%7]
	}
	return b
}

// claim is a header that is worth to be read on, with a command that wants 8 MiB of literals. Its code for
// literals is that of a file.
func claim(t testing.TB) []byte {
	c := new(chain)
	c.b = read(t, "rust-1.br")
	c.begin(4)
	c.readLength()
	c.at += zerosBefore + freeBits + zerosBehind
	from := c.at
	if !c.readPrefix(&c.scratch, literals) {
		t.Fatal("no code for literals")
	}
	var b []byte
	at := 0
	put := func(v, width int) {
		for i := range width {
			if at%8 == 0 {
				b = append(b, 0)
			}
			b[at/8] |= byte(v>>i&1) << (at % 8)
			at++
		}
	}
	put(2<<1, 3)     // not the last; six nibbles:
	put(1<<24-1, 24) // 16 MiB
	put(0, 1+zerosBefore+freeBits+zerosBehind)
	for ; from < c.at; from++ {
		put(int(bitstream.Low(c.b, from)), 1)
	}
	put(1, 4) // one command:
	put(7<<6|7<<3, 10)
	put(1, 4) // one distance
	put(0, 6)
	put(8<<20, 24) // literals, and 22,594
	return b
}

// What lies behind a claim that can't be true is seen all the same.
func TestClaimsHideNothing(t *testing.T) {
	b, file := random(9, 1<<20), read(t, "rust-1.br")
	copy(b[1000:], claim(t))
	copy(b[1<<19:], file)
	seen := find(b, need)
	if n := len(seen); n == 0 || seen[n-1].Start != 1<<19 || seen[0].Start != 1000 {
		t.Errorf("%+v", seen)
	}
}

func TestWorkIsBounded(t *testing.T) {
	for name, b := range map[string][]byte{
		"crafted": crafted(1 << 20),
		"zeros":   make([]byte, 1<<20),
		"blocks":  slices.Repeat(read(t, "rust-1.br"), 30),
		"headers": slices.Repeat(read(t, "c-1.br")[:200], 5000),
		"claims":  slices.Repeat(claim(t), 5000),
	} {
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if most := workAhead + (workPerByte+2)*len(b); f.chain.worked > most {
			t.Errorf("%s: %d units of work, at most %d are allowed", name, f.chain.worked, most)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := random(5, 1<<18)
	var f Finder
	report := func(proof.Observation) {}
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, report) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, file := range files {
		f.Add(read(f, file.name)[:2500])
	}
	f.Add(crafted(2000))
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		for _, o := range find(b, 20) {
			if o.Start < last || o.End < o.Start || o.End > len(b) || o.Bits < 20 {
				t.Fatalf("%+v in %d bytes, behind %d", o, len(b), last)
			}
			last = o.End
		}
	})
}

func BenchmarkRandom(b *testing.B)  { benchmark(b, random(1, 4<<20)) }
func BenchmarkBlocks(b *testing.B)  { benchmark(b, slices.Repeat(read(b, "rust-1.br"), 50)) }
func BenchmarkCrafted(b *testing.B) { benchmark(b, crafted(1<<20)) }

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
