package deflate

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var trainFrom = flag.String("train", "", "fit model.bin to the raw DEFLATE streams KIND-*.deflate of this `folder`")

// sample is one symbol of the code lengths of a header: what it was, and what it depended on.
type sample struct {
	contexts [numTables]int
	symbol   uint8
}

// example is one header.
type example struct {
	kind    string
	fields  [3]int
	precode []uint8 // in the order in which they are written
	lengths [precodeSymbols]uint8
	repeats [][2]int
	samples []sample
}

// TestTrain fits the model: tables of the code lengths one after the other, each to what those before
// it get wrong (iterative scaling), twice.
func TestTrain(t *testing.T) {
	if *trainFrom == "" {
		t.Skip("only with -train")
	}
	examples, weight := loadExamples(t, *trainFrom)
	var raw rawModel
	raw.each(func([]int8) {})
	trainCounts(&raw, examples, weight)
	trainWeights(&raw, examples, weight)
	var out []byte
	raw.each(func(part []int8) {
		for _, w := range part {
			out = append(out, byte(w))
		}
	})
	if err := os.WriteFile("model.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d headers, weights %v", len(examples), weight)
}

// loadExamples reads all headers. A kind counts for 800 of them, if it has 200.
func loadExamples(t *testing.T, dir string) (list []example, weight map[string]float64) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.deflate"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no streams", err)
	}
	weight = map[string]float64{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(filepath.Base(path), "-")
		for _, e := range examplesOf(b) {
			e.kind = kind
			weight[kind]++
			list = append(list, e)
		}
	}
	for k, n := range weight {
		weight[k] = min(4, 800/n)
	}
	return list, weight
}

func toUnits(x float64) int8 { return int8(max(-127, min(127, math.Round(unit*x)))) }

func trainCounts(raw *rawModel, examples []example, weight map[string]float64) {
	var fields [3][32]float64
	var repeats [3][128]float64
	var precode [precodeSymbols][8][8]float64
	for i := range examples {
		e := &examples[i]
		w := weight[e.kind]
		for k, v := range e.fields {
			fields[k][v] += w
		}
		for _, r := range e.repeats {
			repeats[r[0]][r[1]] += w
		}
		before := uint8(0)
		for k, l := range e.precode {
			precode[k][before][l] += w
			before = l
		}
	}
	// An eighth of each is as likely as any other.
	store := func(out []int8, counts, back []float64, prior float64) {
		sum := prior
		for _, n := range counts {
			sum += n
		}
		for i := range out {
			out[i] = toUnits(math.Log2((counts[i]+prior*back[i])/sum*7/8+1/(8*float64(len(out)))) + 6)
		}
	}
	flat := func(n int) []float64 {
		f := make([]float64, n)
		for i := range f {
			f[i] = 1 / float64(n)
		}
		return f
	}
	for i, n := range [3]int{30, 30, 16} {
		store(raw.fields[i][:n], fields[i][:n], flat(n), 30)
	}
	for i := range repeats {
		n := 1 << repeatBits[i]
		store(raw.repeats[i][:n], repeats[i][:n], flat(n), 30)
	}
	for k := range precode {
		var all [8]float64
		sum := 8.0
		for l := range all {
			all[l] = 1
			for before := range precode[k] {
				all[l] += precode[k][before][l]
				sum += precode[k][before][l]
			}
		}
		for l := range all {
			all[l] /= sum
		}
		for before := range precode[k] {
			store(raw.precode[k][before][:], precode[k][before][:], all[:], 4)
		}
	}
}

func trainWeights(raw *rawModel, examples []example, weight map[string]float64) {
	const rounds, prior = 2, 2
	var weights [numTables][][precodeSymbols]float64
	for t := range weights {
		weights[t] = make([][precodeSymbols]float64, contexts[t])
	}
	for range rounds {
		for t := range weights {
			seen := make([][precodeSymbols]float64, contexts[t])
			expected := make([][precodeSymbols]float64, contexts[t])
			for i := range examples {
				e := &examples[i]
				w := weight[e.kind]
				for _, s := range e.samples {
					var p [precodeSymbols]float64
					sum := 0.0
					for x, n := range e.lengths {
						if n == 0 {
							continue
						}
						p[x] = -float64(n)
						for u := range weights {
							p[x] += weights[u][s.contexts[u]][x]
						}
						p[x] = math.Exp2(p[x])
						sum += p[x]
					}
					c := s.contexts[t]
					for x := range p {
						expected[c][x] += w * p[x] / sum
					}
					seen[c][s.symbol] += w
				}
			}
			for c := range seen {
				for x := range seen[c] {
					g := weights[t][c][x] + math.Log2((seen[c][x]+prior)/(expected[c][x]+prior))
					weights[t][c][x] = max(-127.0/unit, min(127.0/unit, g))
				}
			}
		}
	}
	for t := range weights {
		for c := range weights[t] {
			for x, w := range weights[t][c] {
				raw.weights[t][c][x] = toUnits(w)
			}
		}
	}
}

// examplesOf reads the headers of a stream.
func examplesOf(b []byte) (list []example) {
	d := decoder{worked: -1 << 40, limit: math.MaxInt}
	var m model
	for t := range m.weights {
		m.weights[t] = make([][precodeSymbols]int8, contexts[t])
	}
	d.header.m, d.header.pow = &m, powers()
	d.begin(b, 0)
	for !d.final {
		at := d.at
		d.final = d.take(1) == 1
		var s stop
		switch d.take(2) {
		case 0:
			s = d.stored()
		case 1:
			f := fixed()
			s = d.data(&f.literals, &f.distances)
		case 2:
			e, ok := exampleAt(&d, at+3)
			if !ok {
				return list
			}
			list = append(list, e)
			d.literals.build(d.header.lens[:d.header.literals])
			d.distances.build(d.header.lens[d.header.literals:][:d.header.distances])
			s = d.data(&d.literals, &d.distances)
		default:
			return list
		}
		if s != goesOn {
			return list
		}
	}
	return list
}

// exampleAt reads one header, and leaves the decoder behind it.
func exampleAt(d *decoder, at int) (e example, ok bool) {
	d.at = at
	h, r := &d.header, &d.bitReader
	e.fields = [3]int{int(r.take(5)), int(r.take(5)), int(r.take(4))}
	for range e.fields[2] + 4 {
		e.precode = append(e.precode, uint8(r.take(3)))
	}
	d.at = at
	if _, ok := h.readPrecode(r); !ok {
		return e, false
	}
	e.lengths = h.precode
	h.buildPrecode()
	h.start()
	for h.at < h.literals+h.distances {
		v := r.peek()
		s := h.table[v&127] >> 3
		e.samples = append(e.samples, sample{h.contexts(), s})
		if s >= 16 {
			n := h.table[v&127] & 7
			e.repeats = append(e.repeats, [2]int{int(s) - 16, int(v >> n & (1<<repeatBits[s-16] - 1))})
		}
		if _, ok := h.readLength(r); !ok {
			return e, false
		}
	}
	return e, h.valid()
}
