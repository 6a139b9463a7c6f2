package entropy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// calibration counts how often a score reaches 2 … 16 bits on uniform bytes.
type calibration struct {
	name   string
	trials int
	counts [17]int
}

func (c *calibration) add(score float64) {
	c.trials++
	for s := 2; s < len(c.counts) && score >= float64(s); s++ {
		c.counts[s]++
	}
}

func (c *calibration) check(t *testing.T) {
	t.Helper()
	for s := 2; s < len(c.counts); s++ {
		allowed := float64(c.trials) * math.Exp2(-float64(s))
		if got := float64(c.counts[s]); got > allowed+4*math.Sqrt(allowed) {
			t.Errorf("%s: %v of %d scores reach %d bits, %.1f are allowed", c.name, got, c.trials, s, allowed)
		}
	}
}

func TestCalibration(t *testing.T) {
	for _, size := range []int{512, 4096} {
		t.Run(fmt.Sprint(size), func(t *testing.T) { calibrate(t, size) })
	}
}

func calibrate(t *testing.T, size int) {
	t.Parallel()
	trials := 200_000
	if testing.Short() {
		trials /= 10
	}
	scores := [3]calibration{{name: "UniformBits"}, {name: "StuffingBits"}, {name: "Block"}}
	merged := [2]calibration{{name: "UniformBits of 8 blocks"}, {name: "Bits of 8 blocks"}}
	r := rand.NewChaCha8([32]byte{3, byte(size >> 8)})
	b := make([]byte, size)
	var m Meter
	var window Tally
	for i := range trials {
		r.Read(b)
		var block Tally
		score := m.Block(b, &block)
		scores[0].add(block.UniformBits())
		scores[1].add(block.StuffingBits())
		scores[2].add(score)
		window.Merge(&block)
		if i%8 == 7 {
			merged[0].add(window.UniformBits())
			merged[1].add(window.Bits())
			window = Tally{}
		}
	}
	for i := range scores {
		scores[i].check(t)
	}
	for i := range merged {
		merged[i].check(t)
	}
}

// flateProgram is a piece of this test program, compressed.
func flateProgram(t *testing.T, n int) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, 6)
	w.Write(program(t))
	w.Close()
	if out.Len() < n+4096 {
		t.Fatalf("the test program compresses to %d bytes, %d are needed", out.Len(), n+4096)
	}
	return out.Bytes()[4096:][:n]
}

func program(t *testing.T) []byte {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// photograph is a JPEG of smooth shapes with grain, without its headers.
func photograph(t *testing.T, n int) []byte {
	r := rand.New(rand.NewPCG(5, 5))
	m := image.NewRGBA(image.Rect(0, 0, 1024, 768))
	for y := range 768 {
		for x := range 1024 {
			v := 120 + 60*math.Sin(float64(x)/40)*math.Cos(float64(y)/30) + 12*r.NormFloat64()
			m.Set(x, y, color.RGBA{uint8(v), uint8(v * 0.9), uint8(v * 0.8), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	if out.Len() < n+4096 {
		t.Fatalf("the picture has only %d bytes", out.Len())
	}
	return out.Bytes()[4096:][:n]
}

// TestPower sees to it that the score is worth having: 48 bits are the threshold of a
// whole terabyte.
func TestPower(t *testing.T) {
	code := program(t)
	padded := random(6, 4096)
	copy(padded[1024:], prose(1, Sector))
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"prose, one sector", prose(1, 512)},
		{"prose, one block", prose(2, 4096)},
		{"machine code, one block", code[len(code)/4:][:4096]},
		{"one sector of prose in a random block", padded},
		{"JPEG, one block", photograph(t, 4096)},
		{"JPEG, 64 KiB", photograph(t, 65536)},
	} {
		var m Meter
		if got := m.Block(c.data, nil); got < 48 {
			t.Errorf("%s: %.1f bits", c.name, got)
		}
	}
}

func TestPowerOfWindows(t *testing.T) {
	var m Meter
	var window Window
	data := random(8, 1<<20)
	deflate := flateProgram(t, 1<<18)
	weak := 0
	for i := 0; i < len(data); i += 4096 {
		copy(data[i:], deflate[i/4:][:1024])
		if m.Block(data[i:i+4096], &window.Tally) < 34 {
			weak++
		}
		window.History.Merge(m.History())
	}
	if weak < 64 {
		t.Fatalf("only %d of 256 blocks are inconspicuous: the data do not test the window", weak)
	}
	if got := window.Bits(); got < 48 {
		t.Errorf("deflate, 1 KiB of each block of 1 MiB: %.1f bits", got)
	}
}

// TestStuffing holds the score against values computed by hand.
func TestStuffing(t *testing.T) {
	for _, c := range []struct {
		data        []byte
		ff, stuffed uint64
	}{
		{nil, 0, 0},
		{[]byte{0xFF}, 0, 0},
		{[]byte{0xFF, 0}, 1, 1},
		{[]byte{0xFF, 0xFF, 0}, 2, 1},
		{[]byte{0xFF, 0xD0, 0, 0xFF, 0, 0xFF}, 2, 1},
	} {
		var whole, measured Tally
		var m Meter
		whole.Add(c.data)
		m.Block(c.data, &measured)
		if whole.FF != c.ff || whole.StuffedFF != c.stuffed || whole != measured {
			t.Errorf("% x: %d FF, %d stuffed; Block: %d, %d", c.data, whole.FF, whole.StuffedFF, measured.FF, measured.StuffedFF)
		}
	}
	// One stuffed FF: Q(00) = 4/4.5. Two: times 5/5.5. One that is not: 0.5/4.5.
	for _, c := range []struct {
		ff, stuffed uint64
		want        float64
	}{
		{0, 0, 0},
		{1, 1, 8 + math.Log2(4/4.5)},
		{2, 2, 16 + math.Log2(4/4.5*5/5.5)},
		{1, 0, math.Log2(0.5 / 4.5 * 256 / 255)},
	} {
		tally := Tally{FF: c.ff, StuffedFF: c.stuffed}
		if got := tally.StuffingBits(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d FF, %d stuffed: %.12f bits, want %.12f", c.ff, c.stuffed, got, c.want)
		}
	}
}

// TestStuffingOfWholeDisk: with as many FF as 20 TB have, and as many stuffed as chance gives,
// the score stays small and finite.
func TestStuffingOfWholeDisk(t *testing.T) {
	ff := uint64(20e12 / 256)
	tally := Tally{FF: ff, StuffedFF: ff / 256}
	// Laplace's approximation, good to 1/f: the prior's density at p times √(2πp(1-p)/f),
	// where 1/B(4, ½) = 35/32.
	p := 1. / 256
	density := 35. / 32 * math.Pow(p, 3) / math.Sqrt(1-p)
	want := math.Log2(density * math.Sqrt(2*math.Pi*p*(1-p)/float64(ff)))
	if got := tally.StuffingBits(); math.Abs(got-want) > 0.01 {
		t.Errorf("%.4f bits, Laplace's approximation gives %.4f", got, want)
	}
}

// TestBlockModels holds the table arithmetic of Block against that of Tally.
func TestBlockModels(t *testing.T) {
	skewed := random(8, 65536)
	for i := range skewed {
		skewed[i] &= 0x3F | byte(i)
	}
	for _, data := range [][]byte{random(9, 512), random(9, 4096), random(9, 65536), prose(1, 512), prose(2, 65536), skewed[:4096], skewed, make([]byte, 4096)} {
		var m Meter
		m.Block(data, nil)
		n := fill(&m.coins, &m.bytes)
		ones := m.coins.ones()
		list, k := priors(n)
		for _, a := range list[:k] {
			leaves, inner := m.sums(a)
			near(t, "symbols", m.symbols(n, a, leaves), m.coins.symbols(float64(a)))
			near(t, "tree", m.tree(n, a, leaves+inner), m.coins.tree(float64(a)))
			near(t, "positions", m.positions(n, a, &ones), m.coins.positions(float64(a)))
		}
	}
}

// TestAverageIsBelowTheBest: the models are weighed against each other, so no score is above
// that of the model that fits best, whichever of the three that is.
func TestAverageIsBelowTheBest(t *testing.T) {
	var uneven []byte // each value by itself
	for v, n := range noisyHistogram(60000, 2) {
		uneven = append(uneven, bytes.Repeat([]byte{byte(v)}, int(n))...)
	}
	zeros := random(11, 32768) // each bit by itself
	for i, c := range random(12, len(zeros)) {
		zeros[i] &= c
	}
	for name, data := range map[string][]byte{"symbols": uneven, "tree": prose(1, 4096), "positions": zeros} {
		var tally Tally
		var m Meter
		block := m.Block(data, &tally)
		var c coins
		list, k := priors(fill(&c, &tally.Bytes))
		best := map[string]float64{}
		for _, p := range list[:k] {
			a := float64(p)
			best["symbols"] = max(best["symbols"], c.symbols(a))
			best["tree"] = max(best["tree"], c.tree(a))
			best["positions"] = max(best["positions"], c.positions(a))
		}
		top := max(best["symbols"], best["tree"], best["positions"])
		if best[name] < top {
			t.Errorf("the data are not best told by %s: %v", name, best)
		}
		for which, score := range map[string]float64{"UniformBits": tally.UniformBits(), "Block": block} {
			if score > top || score < top-10 {
				t.Errorf("%s of %s: %.2f bits, the best model gives %.2f", which, name, score, top)
			}
		}
	}
}

// TestOneSectorOfMany: a sector of prose is found in a block that as a whole is random, and
// costs what it costs to say which of the sectors it is.
func TestOneSectorOfMany(t *testing.T) {
	sector := prose(1, Sector)
	var m Meter
	m.Block(sector, nil) // fills the tables
	alone := m.sectors(sector)
	for _, number := range []int{32, 128} {
		b := random(12, number*Sector)
		copy(b[5*Sector:], sector)
		var tally Tally
		got := m.Block(b, &tally)
		if whole := tally.Bits(); whole > plainly {
			t.Fatalf("%d sectors: %.1f bits as a whole: its sectors are not looked at", number, whole)
		}
		near(t, fmt.Sprintf("prose in one of %d sectors", number), got, alone-math.Log2(float64(number)/sectorWeight))
	}
}

// TestStuffingAlone: a block whose histogram says nothing is known for JPEG by what follows FF.
func TestStuffingAlone(t *testing.T) {
	b := random(13, 4096)
	for i := range len(b) - 1 {
		if b[i] == 0xFF {
			b[i+1] = 0
		}
	}
	var tally Tally
	var m Meter
	got := m.Block(b, &tally)
	if tally.StuffedFF < 8 || tally.UniformBits() > 8 {
		t.Fatalf("%d stuffed FF, %.1f bits by the histogram: the data do not test the stuffing", tally.StuffedFF, tally.UniformBits())
	}
	if got < 48 {
		t.Errorf("%d stuffed FF: %.1f bits", tally.StuffedFF, got)
	}
}

// TestMerge: what blocks add up to is what one pass over them counts, FF at a seam aside.
func TestMerge(t *testing.T) {
	data := random(10, 64<<10)
	copy(data[8192:], photograph(t, 20000))
	var m Meter
	var blocks, tallies Tally
	for i := 0; i < len(data); i += 4096 {
		piece := data[i : i+4096]
		piece[4095] |= 1 // sometimes FF
		m.Block(piece, &blocks)
		var one Tally
		one.Add(piece)
		tallies.Merge(&one)
	}
	var whole Tally
	whole.Add(data)
	if blocks != tallies {
		t.Error("Block counts other than Add and Merge")
	}
	if blocks.Bytes != whole.Bytes || blocks.N() != uint64(len(data)) {
		t.Error("the histogram of the pieces is not that of the whole")
	}
}

// shannon is the entropy by its definition.
func shannon(t *Tally) float64 {
	n := t.N()
	if n == 0 {
		return 0
	}
	var sum float64
	for _, v := range t.Bytes {
		if v > 0 {
			sum -= float64(v) * math.Log2(float64(v)/float64(n))
		}
	}
	return sum / float64(n)
}

func TestShannon(t *testing.T) {
	halves := bytes.Repeat([]byte{1, 2}, 256)
	for _, c := range []struct {
		data []byte
		want float64
	}{{nil, 0}, {make([]byte, 512), 0}, {halves, 1}, {random(1, 4096), 7.955}, {make([]byte, 65536), 0}} {
		var tally Tally
		var m Meter
		tally.Add(c.data)
		m.Block(c.data, nil)
		if got := shannon(&tally); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%d bytes: %.4f bits per byte, want %.4f", len(c.data), got, c.want)
		}
		if got := m.Shannon(); math.Abs(got-shannon(&tally)) > 1e-9 {
			t.Errorf("%d bytes: the meter says %.9f, the tally %.9f", len(c.data), got, shannon(&tally))
		}
	}
}

// TestShortcuts: what is passed over as not suspicious would not have scored.
func TestShortcuts(t *testing.T) {
	r := rand.NewChaCha8([32]byte{11})
	b := make([]byte, 4096)
	passed := 0
	for range 5000 {
		r.Read(b)
		var tally Tally
		tally.Add(b)
		var c coins
		n := fill(&c, &tally.Bytes)
		if c.suspicious(n) {
			passed++
			continue
		}
		var score average
		c.models(n, &score)
		if score.bits() > 8 {
			t.Errorf("a block of %.1f bits was passed over", score.bits())
		}
	}
	if passed == 0 || passed > 1000 {
		t.Errorf("%d of 5000 random blocks are suspicious", passed)
	}
}

func TestBlockAllocatesNothing(t *testing.T) {
	var m Meter
	var tally Tally
	text, noise := prose(1, 4096), random(1, 4096)
	m.Block(noise, &tally)
	if n := testing.AllocsPerRun(100, func() { m.Block(text, &tally); m.Block(noise, &tally) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzBlock: for any bytes the counts are right and the score is finite, at least the floor, at
// most all bits there are, and independent of what was measured before.
func FuzzBlock(f *testing.F) {
	for _, seed := range [][]byte{nil, {0xFF}, {0xFF, 0}, random(1, 512), prose(1, 513), make([]byte, 4096), random(2, 1025), bytes.Repeat([]byte{0xFF}, 70000)} {
		f.Add(seed)
	}
	var used Meter
	f.Fuzz(func(t *testing.T, b []byte) {
		var fresh Meter
		var got, want Tally
		want.Add(b)
		score := fresh.Block(b, &got)
		if got != want {
			t.Fatal("Block counts other than Add")
		}
		if score < -6 || score > 8*float64(len(b)) || math.IsNaN(score) {
			t.Fatalf("a score of %v bits for %d bytes", score, len(b))
		}
		if again := used.Block(b, nil); again != score {
			t.Fatalf("%v bits, and %v from a meter used before", score, again)
		}
		for _, v := range []float64{got.UniformBits(), got.Bits(), got.StuffingBits()} {
			if v > 8*float64(len(b)) || math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("a score of %v bits for %d bytes", v, len(b))
			}
		}
	})
}
