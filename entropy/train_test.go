package entropy

import (
	"bytes"
	"cmp"
	"compress/flate"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var trainOn = flag.String("train", "", "count learned.bin anew on the files in `DIR`/MODEL, as scripts/byte-models makes them")

// trained are the formats, and into how many models each is divided: one encoder, or one setting, has other codes than another.
var trained = []struct {
	format string
	models int
}{
	{"aac", 3}, {"mp3", 1}, {"vorbis", 2}, {"opus", 2}, {"flac", 1}, {"jpeg", 2}, {"bzip2", 1}, {"cavlc", 1}, {"png", 1},
}

// codings are how two bits code a base of DNA, the first base of a byte in its highest: UCSC's .2bit, and most others. They are the last models.
var codings = []string{"TCAG", "ACGT"}

// neighbours is how often bases follow each other in the human genome, in thousandths: CG is rare, AA and TT are common (C. Burge, A. M. Campbell, S. Karlin,
// Proc. Natl. Acad. Sci. USA 89, 1992, 1358–1362, on vertebrates). Other vertebrates differ little.
var neighbours = map[byte]map[byte]float64{
	'A': {'A': 98, 'C': 50, 'G': 70, 'T': 77},
	'C': {'A': 73, 'C': 52, 'G': 10, 'T': 70},
	'G': {'A': 59, 'C': 43, 'G': 52, 'T': 50},
	'T': {'A': 66, 'C': 59, 'G': 73, 'T': 98},
}

// bases is the model of a coding.
func bases(coding string) []byte {
	out := make([]byte, pairs)
	for first := range symbols {
		var row [symbols]float64
		for second := range symbols {
			row[second] = 1
			for last, shift := coding[first&3], 6; shift >= 0; shift -= 2 {
				next := coding[second>>shift&3]
				sum := 0.0
				for _, n := range neighbours[last] {
					sum += n
				}
				row[second] *= neighbours[last][next] / sum
				last = next
			}
		}
		for second, v := range rounded(&row) {
			out[second<<8|first] = byte(v)
		}
	}
	return out
}

const (
	// header is left out of each file: it is known for what it is without a model.
	header = 4096
	// mostOfFile is what a file counts for at most, so that none is what a model is made of.
	mostOfFile = 1 << 20
	// chunkBytes is what belongs to one model as a whole.
	chunkBytes = 4096
	rounds     = 8
)

// TestTrain writes learned.bin, where that is asked for: go test ./entropy -run Train -train DIR
func TestTrain(t *testing.T) {
	if *trainOn == "" {
		return
	}
	var packed []byte
	for _, f := range trained {
		packed = append(packed, models(chunks(t, filepath.Join(*trainOn, f.format, "*")), f.models)...)
	}
	for _, coding := range codings {
		packed = append(packed, bases(coding)...)
	}
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	w.Write(packed)
	w.Close()
	if err := os.WriteFile("learned.bin", out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", out.Len())
}

// chunks are those of the files that match a pattern.
func chunks(t *testing.T, pattern string) (list [][]byte) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches %s: %v", pattern, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b = b[min(len(b), header):]
		list = slices.AppendSeq(list, slices.Chunk(b[:min(len(b), mostOfFile)], chunkBytes))
	}
	return list
}

// models gives n models of the chunks, one behind the other: the chunks are divided into those that one model tells best, each is
// counted anew on its own, and so on (k-means). At first they are divided by how well one model of all tells them.
func models(list [][]byte, n int) (packed []byte) {
	of := make([]int, len(list)) // which model
	for round := range rounds {
		packed = packed[:0]
		for i := range n {
			packed = append(packed, model(list, of, i)...)
		}
		if n == 1 {
			break
		}
		var table [pairs * numLearned]byte
		copy(table[:], packed)
		scores := scoresOf(list, unplane(&table))
		if round == 0 {
			divide(of, scores, n)
			continue
		}
		for i, s := range scores {
			of[i] = slices.Index(s[:n], slices.Max(s[:n]))
		}
	}
	return packed
}

// leans are how often a row may seem to have seen the byte alone, besides what it has seen: the more, the less there is to learn of pairs.
var leans = []float64{16, 64, 256, 1024, 4096, 16384}

// model gives the entries of one model. How much it leans on is what tells one part of the files best from the other.
func model(list [][]byte, of []int, which int) []byte {
	var part [2][][]byte
	for i, b := range list {
		if of[i] == which {
			k := i * 8 / len(list) % 2
			part[k] = append(part[k], b)
		}
	}
	one, other := countPairs(part[0]), countPairs(part[1])
	best := slices.MaxFunc(leans, func(a, b float64) int {
		return cmp.Compare(told(one, other, a)+told(other, one, a), told(one, other, b)+told(other, one, b))
	})
	for pair, n := range other {
		one[pair] += n
	}
	return entries(one, best)
}

// told is the score of what was counted elsewhere.
func told(counts, elsewhere *[pairs]float64, lean float64) (sum float64) {
	for pair, v := range entries(counts, lean) {
		sum += float64(int8(v)) * elsewhere[pair]
	}
	return sum
}

func scoresOf(list [][]byte, table *pairTable) (scores [][numLearned]int32) {
	scores = make([][numLearned]int32, len(list))
	for i, b := range list {
		addPairs(&scores[i], table, b)
	}
	return scores
}

// divide gives each model as many chunks, those with the lowest scores of model 0 to the first.
func divide(of []int, scores [][numLearned]int32, n int) {
	order := make([]int, len(of))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[a][0], scores[b][0]) })
	for i, chunk := range order {
		of[chunk] = i * n / len(order)
	}
}

// countPairs counts the pairs of bytes in chunks.
func countPairs(list [][]byte) *[pairs]float64 {
	counts := new([pairs]float64)
	for _, b := range list {
		for i := 1; i < len(b); i++ {
			counts[int(b[i])<<8|int(b[i-1])]++
		}
	}
	return counts
}

// entries are a model's entries. A row leans on the byte alone, as if that had been seen so often.
func entries(counts *[pairs]float64, lean float64) []byte {
	var alone [symbols]float64
	total := 0.0
	for pair, n := range counts {
		alone[pair>>8] += n
		total += n
	}
	out := make([]byte, pairs)
	for first := range symbols {
		var row [symbols]float64
		seen := 0.0
		for second := range symbols {
			seen += counts[second<<8|first]
		}
		for second := range symbols {
			likely := (alone[second] + 1) / (total + symbols)
			row[second] = (counts[second<<8|first] + lean*likely) / (seen + lean)
		}
		for second, v := range rounded(&row) {
			out[second<<8|first] = byte(v)
		}
	}
	return out
}

// rounded are the entries of a row, which add up to no more than those of uniform bytes: those that were rounded up most are
// rounded down until they do.
func rounded(p *[symbols]float64) (row [symbols]int8) {
	exact := [symbols]float64{}
	order := make([]int, symbols)
	for i := range p {
		exact[i] = laneUnit * math.Log2(symbols*p[i])
		row[i] = int8(max(math.MinInt8, min(math.MaxInt8, math.Round(exact[i]))))
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(exact[a]-float64(row[a]), exact[b]-float64(row[b])) })
	for i := 0; rowSum(row[:]) > symbols; i++ {
		if at := order[i%symbols]; row[at] > math.MinInt8 {
			row[at]--
		}
	}
	return row
}

// rowSum is Σ 2^(entry/16).
func rowSum(row []int8) (sum float64) {
	for _, v := range row {
		sum += math.Exp2(float64(v) / laneUnit)
	}
	return sum
}
