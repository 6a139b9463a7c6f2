// Command accuracy measures what an examination notices: pieces of real files are laid
// into ciphertext, and the engine examines that as a medium. A piece counts as noticed if
// a finding of the result touches it, at the threshold that is asked for: 48 bits are that of
// a medium of 860 GB.
//
//	go run ./internal/accuracy -corpus DIR/tune -types gzip-6,xz -sizes 4K,64K -n 200
//
// The corpus has a folder of files for each type (scripts/accuracy-corpus makes it). The
// first 4 KiB of a file are left out: a header is another detector's business. Pieces are
// laid at sectors, or with -odd at any byte; ciphertext is that of all modes that disks are
// encrypted in, by turns (package ground).
//
// -results keeps what was measured in a file, a line for each cell, and passes over what is
// there; -write makes docs/detection.md and scan/power/table.go of it.
package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
)

type options struct {
	corpus, results  string
	types            []string
	sizes            []int64
	thresholds       []float64
	depths           []string
	pieces, workers  int
	seed             uint64
	odd, why, render bool
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil && o.render {
		err = write(o.results)
	} else if err == nil {
		err = run(o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("accuracy", flag.ExitOnError)
	f.StringVar(&o.corpus, "corpus", "bin/accuracy/test", "folder with a folder of files for each type")
	f.StringVar(&o.results, "results", "", "file that keeps what was measured")
	types := f.String("types", os.Getenv("ACC_TYPES"), "types, by comma; none: all that the corpus has")
	sizes := f.String("sizes", "512,4K,16K,64K,256K,1M", "sizes of pieces")
	thresholds := f.String("thresholds", "48", "in bits")
	depth := f.String("depths", "deep", "depths of examination")
	f.IntVar(&o.pieces, "n", 200, "pieces of each type and size")
	f.IntVar(&o.workers, "workers", runtime.NumCPU(), "workers of the engine")
	f.Uint64Var(&o.seed, "seed", 1, "what pieces are drawn by")
	f.BoolVar(&o.odd, "odd", false, "lay pieces at any byte, not at sectors")
	f.BoolVar(&o.why, "v", false, "say what was found, and in which files nothing")
	f.BoolVar(&o.render, "write", false, "measure nothing: write the documents from -results")
	f.Parse(args)
	if o.types = strings.Split(*types, ","); *types == "" {
		if o.types, err = folders(o.corpus); err != nil && !o.render {
			return o, err
		}
	}
	o.depths = strings.Split(*depth, ",")
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := bytesize.Parse(s)
		if err != nil {
			return o, err
		}
		o.sizes = append(o.sizes, n)
	}
	for s := range strings.SplitSeq(*thresholds, ",") {
		bits, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return o, fmt.Errorf("threshold: %w", err)
		}
		o.thresholds = append(o.thresholds, bits)
	}
	return o, nil
}

func folders(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// run measures all cells and prints a table for each threshold and depth.
func run(o options, w io.Writer) error {
	kept, err := read(o.results)
	if err != nil {
		return err
	}
	for _, theta := range o.thresholds {
		for _, depth := range o.depths {
			if err := o.table(theta, depth, kept, w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o options) table(theta float64, depth string, kept map[cell]*measured, w io.Writer) error {
	place := "at sectors"
	if o.odd {
		place = "at any byte"
	}
	fmt.Fprintf(w, "%% noticed [95 %% interval] of %d pieces %s, %g bits, %s\n%-12s", o.pieces, place, theta, depth, "")
	for _, size := range o.sizes {
		fmt.Fprintf(w, "%19s", bytesize.Format(size))
	}
	fmt.Fprintln(w)
	mean := means{}
	for _, t := range o.types {
		files, err := load(filepath.Join(o.corpus, t))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-12s", t)
		var row []*measured
		for _, size := range o.sizes {
			c := cell{t, size, theta, depth, o.odd}
			m := kept[c]
			if m == nil {
				if m, err = measure(c, files, o.pieces, o.workers, o.seed); err != nil {
					return err
				}
				if err := keep(o.results, m); err != nil {
					return err
				}
			}
			row = append(row, m)
			mean.add(c, m)
			fmt.Fprintf(w, "%19s", m.String())
		}
		fmt.Fprintln(w)
		if o.why {
			explain(w, row)
		}
	}
	fmt.Fprintf(w, "%-12s", "mean")
	for _, size := range o.sizes {
		fmt.Fprintf(w, "%19s", mean.String(size))
	}
	_, err := fmt.Fprintln(w)
	return err
}

func (m *measured) String() string {
	if m == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f [%.0f-%.0f]", m.Percent, m.Low, m.High)
}

// explain says by which findings pieces were noticed, and in which files they were not.
func explain(w io.Writer, row []*measured) {
	for _, m := range row {
		if m != nil && m.Kinds == nil {
			fmt.Fprintf(w, "    %s: measured earlier: what was found and what missed is not kept\n", bytesize.Format(m.Size))
		} else if m != nil {
			fmt.Fprintf(w, "    %s: %s; beyond the piece %s\n", bytesize.Format(m.Size), list(m.Kinds), spread(m.Beyond))
			fmt.Fprintf(w, "      missed: %s\n", list(m.Missed))
		}
	}
}

// list has names by how often they come, the most frequent first.
func list(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%s %d", n, counts[n]))
	}
	return strings.Join(out, ", ")
}

// spread is the median and the largest.
func spread(bytes []int64) string {
	if len(bytes) == 0 {
		return "-"
	}
	s := slices.Sorted(slices.Values(bytes))
	return fmt.Sprintf("%d, at most %d bytes", s[len(s)/2], s[len(s)-1])
}

// plain types are not compressed; the mean is of the others.
var plain = []string{"text-ascii", "text-utf8-ja", "text-sjis", "text-eucjp", "text-utf16", "elf", "wav", "sqlite"}

// means adds up the compressed types by size.
type means map[int64][]float64

func (x means) add(c cell, m *measured) {
	if m != nil && !slices.Contains(plain, c.Type) {
		x[c.Size] = append(x[c.Size], m.Percent)
	}
}

func (x means) String(size int64) string {
	if len(x[size]) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f of %d", mean(x[size]), len(x[size]))
}

func mean(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}
