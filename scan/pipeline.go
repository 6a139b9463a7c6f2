package scan

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/read"
)

// pipeline hands the pages of a pass to the workers and yields what they find, in
// page order. At most two pages a worker are under way, however far one of them
// falls behind.
//
// While nothing fails, pages are handed out as fast as workers take them. A page
// that fails makes the pipeline wait for what the folder decides, and as long as
// the trouble lasts one page is read at a time: every read in a bad stretch may
// cost half a minute. None of this changes what is decided. The second pass has
// one worker: a drive that struggles has one head, and no page's time budget
// should pay for waiting in line.
type pipeline struct {
	scan    *Scan
	stop    context.CancelCauseFunc
	workers []*worker
	pass    read.Pass
	todo    read.Stretches
	holes   *read.HoleFinder

	mu     sync.Mutex
	freed  sync.Cond
	under  int           // pages handed out and not folded yet
	failed int           // of these, pages that could not be read
	skip   read.Skipping // what the folder decided last; only the first pass skips
}

// job is a page on its way through a worker.
type job struct {
	page
	left read.Allowance
	read bool // handed to a worker
	out  chan *fold.Page
}

func (s *Scan) newPipeline(stop context.CancelCauseFunc) *pipeline {
	q := &pipeline{scan: s, stop: stop, holes: read.NewHoleFinder(s.src, s.size)}
	q.freed.L = &q.mu
	turn := &sync.Mutex{}
	terms := look.Terms{Size: s.size, BlockBytes: s.plan.BlockBytes, Threshold: s.terms.Threshold, Places: s.plan.Places, Scattered: s.plan.Mode == Random, Quick: s.plan.Depth == Quick, Corpora: s.opt.Corpora}
	for range s.opt.Workers {
		q.workers = append(q.workers, &worker{plan: s.plan, size: s.size, looker: look.New(terms), pages: gather.Pages{BlockBytes: terms.BlockBytes, Threshold: terms.Threshold},
			chooser: copies.For(s.size), digest: !s.opt.NoDigest, keep: s.opt.SHA256, buf: newBuffer(),
			reader: read.Reader{Source: s.src, Sector: s.opt.SectorBytes, Retries: s.opt.Retries,
				Now: s.opt.Now, Alive: s.opt.Alive, Turn: turn}})
	}
	return q
}

// results yields the pages of the pass up to the first that was not finished when
// ctx ended, or until the caller has enough.
func (q *pipeline) results(ctx context.Context) iter.Seq[*fold.Page] {
	return func(yield func(*fold.Page) bool) {
		ctx, end := context.WithCancel(ctx)
		defer end()
		workers := q.workers
		if q.pass == read.SecondPass {
			workers = workers[:1]
		}
		jobs, order := make(chan *job), make(chan *job, len(workers))
		q.under, q.failed = 0, 0 // an earlier pass may have been left in the middle
		go q.dispatch(ctx, jobs, order)
		var wg sync.WaitGroup
		for _, w := range workers {
			wg.Go(func() { q.work(ctx, w, jobs) })
		}
		more := true
		for j := range order {
			r := <-j.out
			if more = more && r != nil && yield(r); !more {
				end()
			}
			q.folded(j, r)
		}
		wg.Wait()
	}
}

// dispatch hands out pages until there are no more or ctx ends.
func (q *pipeline) dispatch(ctx context.Context, jobs, order chan<- *job) {
	defer close(jobs)
	defer close(order)
	used, group := &atomic.Int64{}, -1
	for p := range q.pages() {
		if p.Group != group {
			used, group = &atomic.Int64{}, p.Group
		}
		p.holes = q.holes.Around(&p.Page)
		j := &job{p, read.Allow(&p.Page, q.scan.opt.Patience, used), q.enter(&p), make(chan *fold.Page, 1)}
		if !j.read {
			j.out <- &fold.Page{Page: p.Page}
		}
		select {
		case order <- j:
		case <-ctx.Done():
			return
		}
		if !j.read {
			continue
		}
		select {
		case jobs <- j:
		case <-ctx.Done():
			close(j.out)
			return
		}
	}
}

// pages are those of the plan that this pass is about.
func (q *pipeline) pages() iter.Seq[page] {
	return func(yield func(page) bool) {
		rest := q.todo
		for p := range q.scan.plan.Pages() {
			if p.Index < rest[0].From {
				continue
			}
			if !yield(page{Page: p}) {
				return
			}
			if p.Index+1 == rest[0].To {
				if rest = rest[1:]; len(rest) == 0 {
					return
				}
			}
		}
	}
}

// work is what each worker does.
func (q *pipeline) work(ctx context.Context, w *worker, jobs <-chan *job) {
	w.reader.Ctx, w.pass = ctx, q.pass
	for j := range jobs {
		w.left = j.left
		r := w.page(j.page)
		if r.Gone != nil {
			q.stop(r.Gone)
		}
		if r.Trouble {
			q.mu.Lock()
			q.failed++
			q.mu.Unlock()
		}
		if ctx.Err() != nil { // it may lack reads
			r = nil
		}
		j.out <- r
	}
}

// enter waits until a page may be read; false says that it is to be put off.
func (q *pipeline) enter(p *page) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.under > 0 && (q.failed > 0 || q.skip.Streak > 0) {
		q.freed.Wait()
	}
	if p.Group < q.skip.To {
		return false
	}
	q.under++
	return true
}

// decided is told what the folder makes of the pages so far.
func (q *pipeline) decided(skip read.Skipping) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pass == read.FirstPass {
		q.skip = skip
	}
}

// folded is told of each job that is done with; nil: it was not finished.
func (q *pipeline) folded(j *job, r *fold.Page) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if j.read {
		q.under--
	}
	if r != nil && r.Trouble {
		q.failed--
	}
	q.freed.Signal()
}
