package entropy

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFirstJPEG: the models are where learned.bin has them, in the order of trained.
func TestFirstJPEG(t *testing.T) {
	first := 0
	for _, f := range trained {
		if f.format == "jpeg" {
			if first != firstJPEG || f.models != 2 {
				t.Errorf("%d models from %d on, want 2 from %d on", f.models, first, firstJPEG)
			}
			return
		}
		first += f.models
	}
	t.Error("there is none")
}

// TestRows: every row of the learned table is an e-value.
func TestRows(t *testing.T) {
	table := learned()
	for model := range numLearned {
		for first := range symbols {
			var row [symbols]int8
			for second := range symbols {
				row[second] = table[(second<<8|first)*numLearned+model]
			}
			if sum := rowSum(row[:]); sum > symbols {
				t.Fatalf("model %d behind %02x: the e-values of all bytes add up to %v", model, first, sum)
			}
		}
	}
}

// noisyTable is a table with the highest and lowest entries in it.
func noisyTable() *pairTable {
	t := new(pairTable)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range t {
		t[i] = int8(r.Uint32())
		if i%numLearned < 2 {
			t[i] = math.MinInt8 + int8(i%numLearned)*math.MaxInt8
		}
	}
	return t
}

func addsAsDefined(t *testing.T, table *pairTable, b []byte) {
	t.Helper()
	got, want := [numLearned]int32{1, 2, 3}, [numLearned]int32{1, 2, 3}
	addPairs(&got, table, b)
	addPairsGeneric(&want, table, b)
	if got != want {
		t.Fatalf("%d bytes: %v, want %v", len(b), got, want)
	}
}

func TestAddPairs(t *testing.T) {
	table := noisyTable()
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 255, 256, 257, 258, 259, 512, 513, 514, 4096} {
		addsAsDefined(t, table, random(byte(n), n))
	}
}

func FuzzAddPairs(f *testing.F) {
	f.Add([]byte("a sector"))
	f.Add(make([]byte, 600))
	table := noisyTable()
	f.Fuzz(func(t *testing.T, b []byte) { addsAsDefined(t, table, b) })
}

// runsByHand is Lanes by its definition.
func runsByHand(sectors []laneScores) *Lanes {
	l := &Lanes{Sectors: int64(len(sectors))}
	for lane := range numLanes {
		for from := range sectors {
			var sum int32
			for to, scores := range sectors[from:] {
				sum += scores[lane]
				l.best[lane] = max(l.best[lane], sum)
				if from == 0 {
					l.sum[lane], l.head[lane] = sum, max(l.head[lane], sum)
				}
				if from+to == len(sectors)-1 {
					l.tail[lane] = max(l.tail[lane], sum)
				}
			}
		}
	}
	return l
}

func TestLanesOfParts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 12 {
		sectors := make([]laneScores, n)
		for i := range sectors {
			for lane := range numLanes {
				sectors[i][lane] = int32(r.IntN(41)) - 20
			}
		}
		want := runsByHand(sectors)
		for cut := range n + 1 {
			var front, back Lanes
			for _, s := range sectors[:cut] {
				front.follow(&s)
			}
			for _, s := range sectors[cut:] {
				back.follow(&s)
			}
			front.Merge(&back)
			if front != *want {
				t.Fatalf("%d of %d sectors, and the others: %v, want %v", cut, n, front, *want)
			}
		}
	}
}

// TestLanesWeight holds the score against what it is defined as.
func TestLanesWeight(t *testing.T) {
	sectors := make([]laneScores, 3)
	sectors[0][0], sectors[1][0], sectors[2][0] = -32, 80, 48
	sectors[1][1] = 16
	var l Lanes
	for _, s := range sectors {
		l.follow(&s)
	}
	var score average
	l.add(&score, 0.25)
	want := 0.25 / 2 / numLanes * (math.Exp2(6) + math.Exp2(8)/6 + math.Exp2(1) + math.Exp2(1)/6)
	near(t, "two lanes over three sectors", score.bits(), math.Log2(want))
	l.Lacks = true
	score = average{}
	score.add(1, 0)
	if l.add(&score, 0.25); score.bits() != 0 {
		t.Errorf("what was not all counted has %v bits", score.bits())
	}
}

func BenchmarkAddPairs(b *testing.B) {
	table := noisyTable()
	data := random(1, 1<<20)
	var sums [numLearned]int32
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for at := 0; at < len(data); at += Sector {
			addPairs(&sums, table, data[at:at+Sector])
		}
	}
}

// TestLanesCalibration: no score of a lane, nor of all of them over a window, comes more often than it says. Uniform bytes are told badly by every
// lane, so that few scores are high; the bound itself is what TestRows proves.
func TestLanesCalibration(t *testing.T) {
	windows := 20_000
	if testing.Short() {
		windows /= 10
	}
	r := rand.NewChaCha8([32]byte{7, 7})
	lane, all := calibration{name: "the best run of a lane"}, calibration{name: "Lanes of 8 sectors"}
	b := make([]byte, 8*Sector)
	for range windows {
		r.Read(b)
		var l Lanes
		l.Add(b)
		for _, best := range l.best {
			lane.add(float64(best)/laneUnit - math.Log2(8*9/2))
		}
		var score average
		l.add(&score, 1)
		all.add(score.bits())
	}
	lane.check(t)
	all.check(t)
}

// TestLanesAcrossBlocks: a run that goes on in the next block is one, and what a block lacks is not made up for.
func TestLanesAcrossBlocks(t *testing.T) {
	var whole, parts Window
	one := laneScores{40}
	for range 4 {
		whole.Lanes.follow(&one)
		var next Window
		next.Lanes.follow(&one)
		parts.Merge(&next)
	}
	if parts.Lanes != whole.Lanes {
		t.Errorf("%v, want %v", parts.Lanes, whole.Lanes)
	}
	bits := parts.Bits()
	if parts.Merge(&Window{Lanes: Lanes{Lacks: true}}); parts.Bits() >= bits {
		t.Errorf("%v bits though something was not counted, %v before", parts.Bits(), bits)
	}
}

// TestDNA: one sector of packed bases in a random block is above the threshold of a terabyte, in both codings.
func TestDNA(t *testing.T) {
	for _, coding := range codings {
		r := rand.New(rand.NewPCG(8, 8))
		b := random(14, 4096)
		last := byte('A')
		for i := range Sector {
			b[1024+i] = 0
			for range 4 {
				x := r.Float64() * (neighbours[last]['A'] + neighbours[last]['C'] + neighbours[last]['G'] + neighbours[last]['T'])
				code := 0
				for ; code < 3 && x >= neighbours[last][coding[code]]; code++ {
					x -= neighbours[last][coding[code]]
				}
				last = coding[code]
				b[1024+i] = b[1024+i]<<2 | byte(code)
			}
		}
		var m Meter
		if got := m.Block(b, nil); got < 50 {
			t.Errorf("%s: %.1f bits", coding, got)
		}
	}
}
