package zstd

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/scan/compressed/bitstream"
)

var trainOn = flag.String("train", "", "count model.bin anew on the files of one zstd frame that match `PATTERN`")

// sample is what the model is counted on: descriptions of codes, and weights.
type sample struct {
	codes [numCodes][]counts
	trees [][]uint8
}

// TestTrain writes model.bin, where that is asked for: go test -run Train -train '/somewhere/*.zst'
func TestTrain(t *testing.T) {
	if *trainOn == "" {
		return
	}
	var s sample
	paths, err := filepath.Glob(*trainOn)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches: %v", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at, last := body(b), false; !last && at+3 < len(b); {
			h := bitstream.Low(b, 8*at)
			size := int(h>>3) & (1<<21 - 1)
			at, last = at+3, h&1 == 1
			switch blockKind(h >> 1 & 3) {
			case runBlock:
				size = 1
			case codedBlock:
				s.block(b[at : at+size])
			}
			at += size
		}
	}
	t.Logf("%d codes of literals, %d of offsets", len(s.trees), len(s.codes[offsets]))
	if err := os.WriteFile("model.bin", s.model(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// block adds the descriptions of a block.
func (s *sample) block(b []byte) {
	var l literals
	var r tree
	if l.header(b); l.kind == codedLiterals && r.read(b[l.size:], math.Inf(-1)) && b[l.size] < 128 {
		s.trees = append(s.trees, append([]uint8{}, r.weight[:r.n-1]...))
		s.codes[weights] = append(s.codes[weights], r.counts)
	}
	b = b[l.size+l.compressed:]
	n, size, _, _ := count(b)
	var c tables
	if n == 0 {
		return
	}
	_, known := c.read(b[size:])
	for k := range known {
		if c.mode(k) == described {
			s.codes[k] = append(s.codes[k], c.counts[k])
		}
	}
}

// model is model.bin: typical values, and how values spread around them.
func (s *sample) model() (out []byte) {
	var typical [numCodes][maxSymbols]uint8
	var spreads [numGrades][countDrifts][droughts][numGrades]float64
	for k := range s.codes {
		for i := range typical[k] {
			sum, n := 0, 0
			for _, c := range s.codes[k] {
				if i < c.n {
					sum, n = sum+grade(int(c.of[i]), c.log), n+1
				}
			}
			typical[k][i] = mean(sum, n)
		}
		out = append(out, typical[k][:]...)
		for _, c := range s.codes[k] {
			var h history
			for i, n := range c.of[:c.n] {
				g, typical := grade(int(n), c.log), int(typical[k][i])
				spreads[typical][h.drift(3)][h.drought][g]++
				h.add(g, typical)
			}
		}
	}
	var weight [256]uint8
	var weights [weightClasses][weightDrifts][droughts][numWeights]float64
	for i := range weight {
		sum, n := 0, 0
		for _, tree := range s.trees {
			if i < len(tree) {
				sum, n = sum+2*int(tree[i]), n+1
			}
		}
		weight[i] = mean(sum, n)
	}
	out = append(out, weight[:]...)
	for _, tree := range s.trees {
		var h history
		for i, w := range tree {
			weights[weight[i]][h.drift(6)][h.drought][w]++
			h.add(2*int(w), int(weight[i]))
		}
	}
	for i := range spreads {
		var rows [][]float64
		for j := range spreads[i] {
			for k := range spreads[i][j] {
				rows = append(rows, spreads[i][j][k][:])
			}
		}
		out = pack(out, rows)
	}
	for i := range weights {
		var rows [][]float64
		for j := range weights[i] {
			for k := range weights[i][j] {
				rows = append(rows, weights[i][j][k][:])
			}
		}
		out = pack(out, rows)
	}
	return out
}

func mean(sum, n int) uint8 { return uint8(math.Round(float64(sum) / float64(max(1, n)))) }

// pack appends the chances that rows of counts tell; each row leans on all of them.
func pack(out []byte, rows [][]float64) []byte {
	const lean = 4
	all, total := make([]float64, len(rows[0])), 0.0
	for _, row := range rows {
		for i, n := range row {
			all[i], total = all[i]+n, total+n
		}
	}
	for _, row := range rows {
		sum := 0.0
		for _, n := range row {
			sum += n
		}
		for i, n := range row {
			prior := (all[i] + .5) / (total + .5*float64(len(row)))
			p := (n+lean*prior)/(sum+lean)*.99 + .01/float64(len(row))
			out = append(out, byte(min(255, math.Round(-16*math.Log2(p)))))
		}
	}
	return out
}
