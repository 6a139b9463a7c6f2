package zstd

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
	"shokyo.dev/shokyo/scan/proof"
)

const need = 48 + 17.1 // of a medium of 1 TB, with what a block's positions and its share cost

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

type seen struct {
	proof.Observation
	way     string
	decoded []byte
}

func find(b []byte, need float64) (all []seen) {
	new(Finder).Find(b, need, func(o proof.Observation, way string, decoded []byte) {
		all = append(all, seen{o, way, bytes.Clone(decoded)})
	})
	return all
}

// frames are frames of the tool and of the library, and what all of them hold.
func frames(t testing.TB) (all map[string][]byte, plain []byte) {
	t.Helper()
	all = map[string][]byte{}
	for _, name := range []string{"cli-3", "cli-19"} {
		b, err := os.ReadFile("testdata/" + name + ".zst")
		if err != nil {
			t.Fatal(err)
		}
		all[name] = b
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	if plain, err = decoder.DecodeAll(all["cli-3"], nil); err != nil {
		t.Fatal(err)
	}
	for level := zstd.SpeedFastest; level <= zstd.SpeedBestCompression; level++ {
		for _, window := range []int{4 << 10, 1 << 20} { // a block is no longer than the window
			w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithWindowSize(window), zstd.WithEncoderCRC(false))
			if err != nil {
				t.Fatal(err)
			}
			all[fmt.Sprintf("library, %v, %d", level, window)] = w.EncodeAll(plain, nil)
		}
	}
	return all, plain
}

// body is where the blocks of a frame begin (RFC 8878 §3.1.1.1).
func body(b []byte) int {
	d := b[4]
	single := int(d >> 5 & 1)
	size := [...]int{single, 2, 4, 8}[d>>6]
	return 5 + 1 - single + [...]int{0, 1, 2, 4}[d&3] + size
}

// part is where the parts of the first block of a frame are.
type part struct{ block, literals, streams, modes, next int }

func parts(t testing.TB, b []byte) (p part) {
	p.block = body(b)
	p.literals = p.block + 3
	p.next = p.literals + int(bitstream.Low(b, 8*p.block)>>3&(1<<21-1))
	var l literals
	var r tree
	if _, ok := l.header(b[p.literals:]); !ok || l.kind != codedLiterals || !r.read(b[p.literals+l.size:], -1000) {
		t.Fatal("the first block has no coded literals")
	}
	p.streams = p.literals + l.size + r.size
	_, size, _, ok := count(b[p.literals+l.size+l.compressed:])
	if !ok {
		t.Fatal("no sequences")
	}
	p.modes = p.literals + l.size + l.compressed + size
	return p
}

// Blocks without their frame's header are found, from the first byte to the last, and
// come out as they went in.
func TestFrames(t *testing.T) {
	all, plain := frames(t)
	for name, b := range all {
		buf := slices.Concat(random(1, 1000), b[body(b):], random(2, 1000))
		got := find(buf, need)
		if len(got) != 1 || got[0].Start != 1000 || got[0].way != way || got[0].Kind != Kind {
			t.Errorf("%s: %d, want one at 1000", name, len(got))
			continue
		}
		// The checksum of the frame is not looked at; a last block may be worth little.
		if over := len(buf) - 1000 - got[0].End; over < 0 || over > 600 {
			t.Errorf("%s: it ends %d bytes before the end", name, over)
		}
		if d := got[0].decoded; !bytes.HasPrefix(plain, d) || len(d) < len(plain)/2 {
			t.Errorf("%s: %d bytes were decoded, and not of %d as they were", name, len(d), len(plain))
		}
	}
}

// The beginning of a block is enough, and so are the codes of sequences; what is reported ends where the piece does.
func TestPieces(t *testing.T) {
	all, _ := frames(t)
	b := all["cli-3"]
	p := parts(t, b)
	for _, c := range []struct {
		what     string
		from, to int
		start    int // that is found; -1: nothing
	}{
		{"whole", p.block, p.next, p.block},
		{"beginning", p.block, p.streams + 10, p.block},
		{"some streams", p.block, p.modes - 20, p.block},
		{"codes", p.modes - 100, p.modes + 120, p.modes},
		{"from the literals on", p.literals, p.next, p.modes},
		{"half of a description", p.block, p.block + (p.streams-p.block)/2, -1},
		{"streams", p.streams, p.modes, -1},
		{"first code", p.modes, p.modes + 12, -1},
	} {
		buf := slices.Concat(random(1, 1000), b[c.from:c.to], random(2, 1000))
		got := find(buf, need)
		switch {
		case c.start < 0 && len(got) == 0:
		case c.start < 0 || len(got) != 1 || got[0].Start != 1000+c.start-c.from:
			t.Errorf("%s: %d, want one at %d", c.what, len(got), c.start)
		case got[0].End > 1000+c.to-c.from:
			t.Errorf("%s: it ends %d bytes behind the piece", c.what, got[0].End-1000-c.to+c.from)
		}
	}
}

// Each code has one description: what else could be read as the same is refused.
func TestOneDescription(t *testing.T) {
	var bits []uint64 // value, width
	put := func(v uint64, width int) { bits = append(bits, v, uint64(width)) }
	describe := func() []byte {
		b, at := make([]byte, 16), 0
		for i := 0; i < len(bits); i += 2 {
			for k := range bits[i+1] {
				b[at/8] |= byte(bits[i]>>k&1) << (at % 8)
				at++
			}
		}
		bits = nil
		return b
	}
	var c counts
	// 2^5 states: 16 for symbol 0, none for 1 and 2, 16 for the next
	put(0, 4)
	put(17, 5) // of 0 to 33
	put(1, 4)  // none, of 0 to 17
	put(1, 2)  // and one more
	put(16+15-0, 5)
	if b := describe(); !c.read(b, 36, 9) || c.n != 4 || c.of[3] != 16 || c.bits != 20 || c.pad != 0 {
		t.Errorf("%+v", c)
	}
	put(0, 4)
	put(17, 5)
	put(1, 4)
	put(0, 2)
	put(1, 4) // one more, in a run that was over
	put(0, 2)
	put(16+15-0, 5)
	if c.read(describe(), 36, 9) {
		t.Errorf("a run of zeros in two pieces: %+v", c)
	}
}

// A part that is worth little moves the end when those behind it confirm it.
func TestMark(t *testing.T) {
	var c chain
	c.start(nil, 10)
	for _, m := range []struct {
		end  int
		bits float64
		want int
	}{{20, 3, 10}, {30, 3, 10}, {40, 5.5, 20}, {50, 30, 50}, {60, 7.9, 50}, {70, 7.9, 50}, {80, 1, 60}} {
		if c.mark(m.end, m.bits); c.end != m.want {
			t.Errorf("%v bits up to %d: proven up to %d, want %d", m.bits, m.end, c.end, m.want)
		}
	}
}

// Both places are paid for.
func TestBits(t *testing.T) {
	all, _ := frames(t)
	b := all["cli-3"]
	p := parts(t, b)
	for at, try := range map[int]func(*chain){
		p.block: func(c *chain) { c.follow(p.block) },
		p.modes: func(c *chain) { c.described(p.modes, len(b)) },
	} {
		c := chain{worked: math.MinInt32}
		c.start(b, at)
		try(&c)
		if got := find(b[at:], need); len(got) == 0 || got[0].Bits != c.best-1 {
			t.Errorf("at %d: not %v bits", at, c.best-1)
		}
		if got := find(b[at:], c.best-.5); len(got) > 0 && got[0].Start == 0 {
			t.Errorf("at %d: %v bits are enough for %v", at, c.best-1, c.best-.5)
		}
	}
}

// One wrong bit in what is compared is seen.
func TestDamage(t *testing.T) {
	all, _ := frames(t)
	b := all["cli-3"]
	p := parts(t, b)
	whole := find(b[p.block:], need)[0]
	for name, at := range map[string]int{"block header": p.block, "form": p.literals, "size of a stream": p.streams + 1, "last stream": p.modes - 20} {
		damaged := bytes.Clone(b)
		damaged[at] ^= 0xFC
		for _, o := range find(damaged[p.block:], need) {
			if o.Start == 0 && o.Bits > whole.Bits-4 {
				t.Errorf("%s: %v bits of %v are left", name, o.Bits, whole.Bits)
			}
		}
	}
}

// What random bytes give keeps the bound, from every part on.
func TestCalibration(t *testing.T) {
	trials := 300_000
	if testing.Short() {
		trials = 60_000
	}
	for name, score := range map[string]func(c *chain, b []byte) float64{
		"block": func(c *chain, b []byte) float64 {
			b[0], b[2], b[3] = b[0]&^6|4, b[2]&15, b[3]&^3|2
			c.start(b, 0)
			c.follow(0)
			return c.best - 2 - 4 - 2
		},
		"tree": func(c *chain, b []byte) float64 {
			b[0], b[1] = b[0]&127, b[1]&0xF1
			if !c.tree.read(b, -100) {
				return -1000
			}
			return c.tree.bits - 1 - 3
		},
		"codes": func(c *chain, b []byte) float64 {
			b[0], b[1] = 0xA8, b[1]&0xF3
			c.start(b, 0)
			c.described(0, len(b))
			return c.best - 8 - 2
		},
		"sizes": func(c *chain, b []byte) float64 {
			l := literals{kind: codedLiterals, streams: 4, width: 14, compressed: int(b[100]) | int(b[101])&63<<8}
			bits, ok := l.sizes(b, 5000)
			if !ok {
				return -1000
			}
			return bits
		},
	} {
		source := rand.NewChaCha8([32]byte{7})
		c, b := new(chain), make([]byte, 512)
		var counts [24]int
		mean := 0.0
		for range trials {
			source.Read(b)
			c.worked = math.MinInt32
			bits := score(c, b)
			mean += math.Exp2(min(bits, 8)) / float64(trials)
			for s := 0; s < len(counts) && bits >= float64(s); s++ {
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

// Of every number that a description may hold the model makes a probability: they add up to at most 1.
func TestCountsAreFair(t *testing.T) {
	for code := range numCodes {
		for log := 5; log <= maxLog; log++ {
			if logs[code][log-5] == 0 {
				continue
			}
			for _, taken := range []int{0, 1, 3, 20, 1<<log - 10, 1<<log - 2} {
				if taken > 1<<log-2 {
					continue
				}
				before := counts{log: log, n: 2, of: [maxSymbols]int16{-1, int16(taken)}}
				if taken == 0 {
					before.n = 1
				}
				left := 1<<log - int(before.of[0])*-1 - taken
				sum := 0.0
				for n := -1; n <= left; n++ {
					c := before
					c.of[c.n] = int16(n)
					c.n++
					sum += math.Exp2(theModel().bits(code, &c) - theModel().bits(code, &before))
				}
				if sum > 1+1e-5 || sum < .9 {
					t.Errorf("code %d of 2^%d states, %d taken: the chances add up to %v", code, log, taken, sum)
				}
			}
		}
	}
}

// The mean of a weight's e-value, over the states that it may come from, is 1.
func TestWeightsAreFair(t *testing.T) {
	c := counts{log: 5, n: 4, of: [maxSymbols]int16{16, 9, 6, 1}}
	var s states
	s.build(&c)
	var m mixer
	m.open(&c)
	for i := range 200 {
		among := s.of[:32]
		if x := s.of[i%32]; i > 0 {
			among = s.of[x.base : int(x.base)+1<<x.bits]
		}
		mean := 0.0
		for _, x := range among {
			try := m
			try.see(i, among, x.symbol)
			mean += try.e / m.e / float64(len(among))
		}
		if math.Abs(mean-1) > 1e-6 {
			t.Fatalf("weight %d: the mean is %v", i, mean)
		}
		m.see(i, among, among[0].symbol)
		m.e = 1
	}
}

// That so many literals take exactly so many bits is no less probable than what is paid for.
func TestExact(t *testing.T) {
	for _, weights := range [][]uint8{{1, 1}, {2, 1, 1}, {6, 5, 4, 3, 2, 1, 1}, {3, 3, 3, 3, 2, 2, 2, 2}, {9, 1, 1, 2, 3, 4, 5, 6, 7, 8}} {
		var r tree
		r.n = len(weights)
		copy(r.weight[:], weights)
		sum := 0
		for _, w := range weights {
			sum += 1 << (w - 1)
		}
		for r.most = 0; 1<<r.most < sum; r.most++ {
		}
		for _, n := range []int{1, 10, 100, 600} {
			chance := map[int]float64{0: 1}
			for range n {
				next := map[int]float64{}
				for l, p := range chance {
					for _, w := range weights {
						next[l+r.most+1-int(w)] += p * math.Ldexp(1, int(w)-1-r.most)
					}
				}
				chance = next
			}
			highest := 0.0
			for _, p := range chance {
				highest = max(highest, p)
			}
			if bits := r.exact(n); bits > -math.Log2(highest) {
				t.Errorf("%v, %d literals: %v bits, the most probable length is worth %v", weights, n, bits, -math.Log2(highest))
			}
		}
	}
}

// crafted begins a block every few bytes, each as likely as can be for as long as can be.
func crafted(t testing.TB) map[string][]byte {
	all, _ := frames(t)
	b := all["cli-3"]
	p := parts(t, b)
	return map[string][]byte{
		"headers and trees": slices.Repeat(b[p.block:p.streams-1], 4000),
		"beginnings":        slices.Repeat(b[p.block:p.streams+6], 4000),
		"blocks":            slices.Repeat(b[p.block:p.next], 40),
		"codes":             slices.Repeat(b[p.modes:p.modes+50], 4000),
		"modes":             bytes.Repeat([]byte{0xA8}, 1<<20),
		"runs":              bytes.Repeat([]byte{0xFA, 0xFF, 0x0F, 'a'}, 1<<18),
		"headers":           bytes.Repeat([]byte{0xFC, 0xFF, 0x0F, 0x0E}, 1<<18),
	}
}

// Whatever the bytes are, no more is done than a few nanoseconds for each, and one block more.
func TestWorkIsBounded(t *testing.T) {
	for name, b := range crafted(t) {
		var f Finder
		f.Find(b, 1e6, func(proof.Observation, string, []byte) {}) // nothing is found, so nothing is passed over
		if most := workAhead + workPerByte*len(b); f.chain.worked > most+3_000_000 {
			t.Errorf("%s: %d units of work too many", name, f.chain.worked-most)
		}
	}
}

// What lies behind crafted bytes is seen all the same, also where they are worth too little to be passed over.
func TestBaitHidesNothing(t *testing.T) {
	all, _ := frames(t)
	real := all["cli-3"]
	for name, b := range crafted(t) {
		bait := slices.Repeat(b, 1+(1<<20)/len(b))[:1<<20]
		unseen := need // what the bait is not worth
		for found := find(bait, unseen); len(found) > 0; found = find(bait, unseen) {
			for _, s := range found {
				unseen = max(unseen, s.Bits+1)
			}
		}
		page, at := append(bait, random(9, 1<<20)...), 1<<20+1<<19
		copy(page[at:], real)
		if len(find(real, unseen)) > 0 && len(find(page, unseen)) == 0 {
			t.Errorf("%s: nothing of %.0f bits is found behind it", name, unseen)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := random(5, 1<<20)
	var f Finder
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, func(proof.Observation, string, []byte) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	all, _ := frames(f)
	for _, b := range all {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		for _, o := range find(b, 20) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Bits < 20 || len(o.decoded) > MaxOutput {
				t.Fatalf("%+v in %d bytes, behind %d", o.Observation, len(b), last)
			}
			last = o.End
		}
	})
}

func BenchmarkRandom(b *testing.B) { benchmark(b, random(1, 4<<20), need) }
func BenchmarkFrames(b *testing.B) {
	all, _ := frames(b)
	benchmark(b, slices.Repeat(all["cli-19"], 200), need)
}
func BenchmarkCrafted(b *testing.B) {
	for name, buf := range crafted(b) {
		b.Run(name, func(b *testing.B) { benchmark(b, buf, 1e6) })
	}
}

func benchmark(b *testing.B, buf []byte, need float64) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation, string, []byte) {})
	}
}
