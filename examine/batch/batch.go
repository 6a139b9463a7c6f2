// Package batch examines several media at the same time and sums up. A folder gets a bundle per
// source and the batch's own summary, which can be made again from the bundles.
//
// share.go has how the machine is divided, sources.go which sources stand in each other's way.
package batch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/reports"
	batches "shokyo.dev/shokyo/reports/batch"
)

// Batch examines the sources of one call, several at the same time, and sums up.
//
// Each examination has its own engine with its own workers, and nothing is shared
// between them but the cores. That is fair enough without a scheduler of our own: a
// drive is waited for in a system call, which takes no core, and what computes is
// given the cores by turns (Go's scheduler preempts a goroutine after 10 ms, and
// every examination has the same number of them). So a slow drive holds up no
// other, and a fast one takes what the slow ones leave.
type Batch struct {
	Settings examine.Settings // of every examination, with all sources; without Workers they get their share
	Out      string           // folder of the bundles
	Parallel int              // sources at once; 0: their share
	Summary  bool             // is wanted
	Ledger   *batches.Ledger  // nil: none was given

	started  time.Time
	lock     *checkpoint.Reserve // of the summary
	rows     []batches.Row
	foreseen []error // why no source can be examined; nil: some may be
}

// Watcher is told how far one source is.
type Watcher interface {
	examine.Observer
	Opening()
	Ended(*Outcome)
}

// Outcome is what came of one source.
type Outcome struct {
	Source string
	Bundle string
	Doc    *reports.Document // nil if Err is not
	Row    batches.Row
	Early  bool // the bundle was there from an earlier run
	Err    error

	at int // in the call
}

// Hopeless says whether no source can be examined, and keeps why not. Nobody watches.
func (b *Batch) Hopeless(ctx context.Context) bool {
	b.foreseen = make([]error, len(b.Settings.Sources))
	for i, s := range b.Settings.Sources {
		if b.foreseen[i] = examine.New(&b.Settings, s, b.Out, nil).Foresee(ctx); b.foreseen[i] == nil {
			b.foreseen = nil
			return false
		}
	}
	return true
}

// Open takes the lock of the summary and sees that none is there
// already. Only to resume, which takes its rows over from the bundles, may replace it.
func (b *Batch) Open() (err error) {
	b.started = time.Now()
	if !b.Summary {
		return nil
	}
	path := filepath.Join(b.Out, batches.File)
	if b.lock, err = checkpoint.Take(path + checkpoint.Suffix); err != nil {
		return err
	}
	b.lock.Release() // no room is kept: what is lost with it can be made again from the bundles
	for _, name := range batches.Files() {
		path := filepath.Join(b.Out, name)
		if _, err := os.Lstat(path); err == nil && !b.Settings.Resume {
			b.Close()
			return fmt.Errorf("%s is there already: reports are never overwritten; choose another --out, or go on with that batch by --resume", path)
		}
	}
	return nil
}

// Close gives the lock up.
func (b *Batch) Close() {
	if b.lock != nil {
		b.lock.Close()
		b.lock = nil
	}
}

// Examine examines all sources, and hands over what comes of each as it comes. watch gives
// the one who is told of source i. One that fails stops no other.
func (b *Batch) Examine(ctx context.Context, watch func(i int) Watcher, each func(*Outcome)) {
	parallel, workers := Share(len(b.Settings.Sources), runtime.NumCPU(), b.Parallel, b.Settings.Workers)
	b.Settings.Workers = workers
	debug.SetMemoryLimit(memoryFor(parallel, workers))
	b.rows = make([]batches.Row, len(b.Settings.Sources))
	for o := range b.outcomes(ctx, parallel, watch) {
		b.rows[o.at] = o.Row
		each(o)
	}
}

// outcomes examines, and sends what comes of it as it comes.
func (b *Batch) outcomes(ctx context.Context, parallel int, watch func(i int) Watcher) <-chan *Outcome {
	next, out := make(chan int), make(chan *Outcome)
	var wg sync.WaitGroup
	for range parallel {
		wg.Go(func() {
			for i := range next {
				out <- b.examineOne(ctx, i, watch(i))
			}
		})
	}
	go func() {
		for i := range b.Settings.Sources {
			next <- i
		}
		close(next)
		wg.Wait()
		close(out)
	}()
	return out
}

func (b *Batch) examineOne(ctx context.Context, i int, w Watcher) *Outcome {
	source := b.Settings.Sources[i]
	e := examine.New(&b.Settings, source, b.Out, w)
	o := &Outcome{at: i, Source: source, Bundle: e.Bundle()}
	if o.Err = ctx.Err(); o.Err == nil && b.foreseen != nil {
		o.Err = b.foreseen[i]
	}
	if o.Err == nil {
		w.Opening()
		o.Doc, o.Err = e.Run(ctx)
	}
	if o.Err == nil && b.Summary {
		o.Row, o.Err = batches.ExaminedRow(examine.Escape(source), e.Bundle(), o.Doc)
	}
	if o.Err != nil {
		o.Row = batches.FailedRow(e.Known(), o.Err)
	}
	o.Early = e.Early()
	w.Ended(o)
	return o
}

// Summarize writes the summary of what was examined, in the order of the call.
func (b *Batch) Summarize() (*batches.Batch, error) {
	summary := batches.Build(&batches.Run{
		Started: b.started, Finished: time.Now(), Tool: b.Settings.Tool, Rows: b.rows, Ledger: b.Ledger}, b.Settings.Identity.Facts())
	if err := batches.Write(b.Out, summary, b.Settings.Identity); err != nil {
		return nil, fmt.Errorf("%w; the bundles are there: repeat the command with --resume", err)
	}
	return summary, nil
}
