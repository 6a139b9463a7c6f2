// Command calibrate holds every detector to its claim: on ciphertext in every mode that
// disks are encrypted in, scores of s bits and more come no more often than 2^-s, for each
// detector, for all of a block together and for windows. The engine's own sweep is asked,
// with a threshold of 8 bits, and scores are taken as they stand against a threshold: with
// shares and positions paid.
//
//	go run ./internal/calibrate                 # 10^7 blocks for each mode and size of block
//	go run ./internal/calibrate -blocks 20000   # seconds
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"shokyo.dev/shokyo/internal/accuracy/ground"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
)

func main() {
	blocks := flag.Int64("blocks", 1e7, "blocks for each mode and size")
	seed := flag.Uint64("seed", 1, "of the keys")
	workers := flag.Int("workers", runtime.NumCPU(), "goroutines")
	flag.Parse()
	if err := run(*blocks, *seed, *workers, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "calibrate:", err)
		os.Exit(1)
	}
}

// blockSizes are those of a sector and of an examination.
var blockSizes = []int{look.SectorBytes, 4096}

func run(blocks int64, seed uint64, workers int, w io.Writer) error {
	failures := 0
	for _, mode := range ground.Modes {
		for _, size := range blockSizes {
			pages := (blocks*int64(size)-1)/look.PageBytes + 1
			t := calibrate(ground.New(mode, seed), func() sweep { return newSweep(size) }, size, pages, workers)
			fmt.Fprintf(w, "%s, blocks of %s\n%s", mode, bytesize.Format(int64(size)), t)
			for _, b := range t.broken() {
				failures++
				fmt.Fprintln(w, "  BROKEN:", b)
			}
		}
	}
	if failures > 0 {
		return fmt.Errorf("%d claims do not hold", failures)
	}
	return nil
}

// sweep looks at one page. It has working memory: one for each goroutine.
type sweep func(look.Span) *gather.Page

// context is what is read around a page.
const context = 64 << 10

// newSweep is the engine's, which reports all that scores at least lowest.
func newSweep(blockBytes int) sweep {
	l := look.New(look.Terms{Size: 1 << 50, BlockBytes: blockBytes, Threshold: lowest})
	pages := gather.Pages{BlockBytes: blockBytes, Threshold: lowest}
	return func(s look.Span) *gather.Page {
		p := pages.New()
		p.Add(l.Look(s))
		p.Close()
		return p
	}
}

// calibrate counts the scores of so many pages of a ground.
func calibrate(g *ground.Ground, of func() sweep, blockBytes int, pages int64, workers int) *tally {
	var next atomic.Int64
	tallies := make([]*tally, workers)
	var all sync.WaitGroup
	for i := range tallies {
		tallies[i] = newTally(blockBytes)
		all.Go(func() {
			see, buf := of(), make([]byte, look.PageBytes+2*context)
			for {
				at := (next.Add(1) - 1) * look.PageBytes
				if at >= pages*look.PageBytes {
					return
				}
				lo := int(min(at, context)) // the first page has nothing before it
				b := buf[:lo+look.PageBytes+context]
				g.ReadAt(b, at-int64(lo))
				tallies[i].page(see(look.Span{Buf: b, Base: at - int64(lo), Lo: lo, Hi: lo + look.PageBytes}), int64(look.PageBytes/blockBytes))
			}
		})
	}
	all.Wait()
	for _, t := range tallies[1:] {
		tallies[0].merge(t)
	}
	return tallies[0]
}
