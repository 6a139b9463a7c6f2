// Command power measures what byte statistics notice: pieces of real files are laid
// into random bytes, block by block and window by window as package scan looks at
// them, and scored. It prints scan/power/table.go.
//
//	go run ./internal/power DIR > scan/power/table.go
//
// DIR has one folder of files for each row (scripts/power-corpus makes it). The first
// 4 KiB of a file are left out: a header is another detector's business. A file is
// drawn with the root of its size as weight, so that a few large ones do not speak for
// all.
package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/power"
)

const (
	block   = 4096
	head    = 4096 // of a file, left out
	share   = 2    // bits that byte statistics pay for their part of a block's budget (scan)
	largest = 1 << 20
	medium  = 3 * largest // the random bytes around the piece
	pieces  = 1000
	long    = 400 // pieces from 64 KiB up
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: power DIR")
		os.Exit(2)
	}
	fmt.Print("package power\n\n// Made by internal/power; see there how.\n\nvar table = [...]Row{\n")
	for _, depth := range []string{"deep", "quick"} { // byte statistics are the same at both
		for _, t := range types {
			files, err := load(filepath.Join(os.Args[1], t))
			if err != nil {
				fmt.Fprintln(os.Stderr, "power:", err)
				os.Exit(1)
			}
			fmt.Printf("\t{%q, %q, [len(Thresholds)][len(Sizes)]Cell{\n", t, depth)
			for _, row := range measure(files) {
				fmt.Printf("\t\t{%s},\n", strings.Join(row[:], ", "))
			}
			fmt.Print("\t}},\n")
		}
	}
	fmt.Print("}\n")
}

var types = []string{"text", "elf", "wav", "jpeg", "ogg", "png", "bzip2", "gzip-6", "gzip-manual", "zip", "zstd-3", "zstd-12", "webp", "xz"}

func load(dir string) (files [][]byte, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no files in %s: scripts/power-corpus makes them", dir)
	}
	slices.Sort(paths)
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, b)
	}
	return files, nil
}

// measure gives the share of pieces of each size that score at least each threshold, in
// percent, rounded down to a tenth.
func measure(files [][]byte) (out [len(power.Thresholds)][len(power.Sizes)]string) {
	rng := rand.New(rand.NewChaCha8([32]byte{9}))
	g := newGround(rng)
	for j, size := range power.Sizes {
		fit := slices.DeleteFunc(slices.Clone(files), func(b []byte) bool { return int64(len(b)) < head+size })
		n := pieces
		if size >= 64<<10 {
			n = long
		}
		var scores []float64
		for range n {
			if b := draw(rng, fit); b != nil {
				at := head + rng.Int64N(int64(len(b))-head-size+1)
				scores = append(scores, g.score(rng, b[at:at+size]))
			}
		}
		for i, theta := range power.Thresholds {
			out[i][j] = cell(scores, theta)
		}
	}
	return out
}

// cell writes the share with the low end of its 95 % interval, of pieces (Wilson, 1927).
func cell(scores []float64, theta float64) string {
	if len(scores) == 0 {
		return fmt.Sprintf("{%d, %[1]d}", power.NotMeasured)
	}
	hits := 0
	for _, s := range scores {
		if s >= theta {
			hits++
		}
	}
	const z2 = 1.96 * 1.96
	n, p := float64(len(scores)), float64(hits)/float64(len(scores))
	low := (p + z2/(2*n) - math.Sqrt(z2*(p*(1-p)/n+z2/(4*n*n)))) / (1 + z2/n)
	return fmt.Sprintf("{%v, %v}", tenth(p), tenth(max(0, low)))
}

func tenth(share float64) float64 { return math.Floor(1000*share) / 10 }

func draw(rng *rand.Rand, files [][]byte) []byte {
	var sum float64
	weights := make([]float64, len(files))
	for i, b := range files {
		sum += math.Sqrt(float64(len(b)))
		weights[i] = sum
	}
	i, _ := slices.BinarySearchFunc(weights, rng.Float64()*sum, cmp.Compare[float64])
	if i >= len(files) {
		return nil
	}
	return files[i]
}

// ground is random bytes with the counts of each block.
type ground struct {
	bytes   []byte
	tallies []entropy.Window
	meter   entropy.Meter
}

func newGround(rng *rand.Rand) *ground {
	g := &ground{bytes: make([]byte, medium), tallies: make([]entropy.Window, medium/block)}
	for i := range g.bytes {
		g.bytes[i] = byte(rng.Uint32())
	}
	for i := range g.tallies {
		g.measure(i, &g.tallies[i])
	}
	return g
}

// measure scores block i and gives its counts.
func (g *ground) measure(i int, counts *entropy.Window) float64 {
	bits := g.meter.Block(g.bytes[i*block:][:block], &counts.Tally)
	counts.History = *g.meter.History()
	return bits
}

// score lays the piece at a random block (a shorter one at a random sector of it) and
// gives the best score of the blocks and windows that it touches.
func (g *ground) score(rng *rand.Rand, piece []byte) (best float64) {
	at := largest + rng.IntN(largest/block)*block
	if len(piece) < block {
		at += rng.IntN(block/512) * 512
	}
	saved := slices.Clone(g.bytes[at : at+len(piece)])
	copy(g.bytes[at:], piece)
	defer copy(g.bytes[at:], saved)
	first, last := at/block, (at+len(piece)-1)/block
	changed := make([]entropy.Window, last-first+1)
	best = math.Inf(-1)
	for i := range changed {
		best = max(best, g.measure(first+i, &changed[i])-share)
	}
	for _, window := range look.WindowSizes[:len(look.WindowSizes)-1] {
		n := int(window) / block
		for w := first / n; w <= last/n; w++ {
			var sum entropy.Window
			for i := w * n; i < (w+1)*n; i++ {
				if i >= first && i <= last {
					sum.Merge(&changed[i-first])
				} else {
					sum.Merge(&g.tallies[i])
				}
			}
			best = max(best, sum.Bits())
		}
	}
	return best
}
