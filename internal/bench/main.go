// Command bench measures what an examination costs, beside what others do with the same bytes (make bench). All of it is
// held against openssl's SHA-256 in the same run, for machines and their load differ and ratios hold better than figures. It
// writes docs/performance.md and the ratios (recorded.json), and says which are worse by more than a fifth than those that
// were recorded last.
//
// A row is a line in rows.go. What is measured of it is in run.go, the media it is measured on are made in media.go, and
// page.go prints.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"shokyo.dev/shokyo/internal/bytesize"
)

const (
	page     = "docs/performance.md"
	recorded = "internal/bench/recorded.json"
)

type options struct {
	size   int64 // of the media
	rounds int
	grow   int64
	dir    string
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	size := flag.String("size", "1G", "size of the media of ciphertext and zeros")
	grow := flag.String("grow", "4G", "size up to which the engine's cost is followed")
	o := options{}
	flag.IntVar(&o.rounds, "rounds", 3, "how often each thing is measured: the least counts")
	flag.StringVar(&o.dir, "dir", "", "folder for the media (default: a temporary one)")
	flag.Parse()
	var err error
	if o.size, err = bytesize.Parse(*size); err != nil {
		return err
	}
	if o.grow, err = bytesize.Parse(*grow); err != nil {
		return err
	}
	if o.dir, err = os.MkdirTemp(o.dir, "shokyo-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(o.dir)
	b := &bench{options: o, shokyo: filepath.Join(o.dir, "shokyo"), cost: map[string]cost{}}
	if err := b.build(); err != nil {
		return err
	}
	if err := b.makeMedia(); err != nil {
		return err
	}
	if err := b.measure(); err != nil {
		return err
	}
	if b.finders, err = finders(); err != nil {
		return err
	}
	if b.growth, err = growth(o.grow); err != nil {
		return err
	}
	points := b.points()
	worse, err := compare(points)
	if err != nil {
		return err
	}
	text := b.page(points, worse)
	fmt.Print(text)
	return os.WriteFile(page, []byte(text), 0o644)
}
