// Package scan examines a medium: it reads every planned byte of a Source,
// gives each block a class, reports what is not what erasure leaves behind, and
// decides the verdict.
//
// The life of a block: the plan is cut into pages of 4 MiB. Workers read pages
// with some context, find the sectors that cannot be read by halving, recognise
// structures, and let the detectors (entropy and the packages below scan) look
// at what is left. The results are folded in page order into one state, so that
// the Result does not depend on the number of workers. The state can be saved at
// any time and continued later with the same outcome.
//
// # Decision rule
//
// Detectors speak one currency, bits: a score s carries the proven claim
// P(score ≥ s) ≤ 2^-s on uniform random bytes. With N tests and a budget δ for
// a false alarm anywhere in the examination, the threshold is log2(N/δ); by
// Bonferroni the examination of a perfectly erased medium raises an alarm with
// probability at most δ. docs/detection.md derives each detector's bound.
//
// # Memory
//
// Each worker holds a page with its context, its tables and a little scratch,
// about 16 MiB; at most two finished pages a worker wait to be folded. The state
// is bounded whatever the size of the medium: 100,000 extents, 10,000 findings,
// 1,024 map cells.
package scan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options are how an examination is carried out; they never change its result
// but for the digests. The zero value is useful.
type Options struct {
	Workers     int  // 0: one per core, at most MaxWorkers
	SectorBytes int  // halving of failed reads ends here; 0: 512
	NoDigest    bool // no tree hash
	SHA256      bool // also one SHA-256 over the whole medium; only for one region that is all of it
	// Save is called between groups of pages with a checkpoint and the bytes
	// that are done in it, never by two goroutines at once. Due says whether
	// to; nil: only at the end.
	Due  func() bool
	Save func(checkpoint []byte, done int64) error
	// Resume is a checkpoint to go on from.
	Resume []byte
}

// MaxWorkers keeps the memory of the default under 512 MiB.
const MaxWorkers = 16

// Status is what can be asked while an examination runs.
type Status struct {
	PlannedBytes    int64
	DoneBytes       int64
	ResumedBytes    int64 // of DoneBytes, what an earlier run had done
	ResidueBytes    int64
	UnreadableBytes int64
}

// Scan is one examination.
type Scan struct {
	plan      *Plan
	src       Source
	opt       Options
	size      int64
	threshold float64
	planned   []int64 // bytes per region
	total     int64
	state     *state

	done, residue, unreadable atomic.Int64
	resumed                   int64
}

// New prepares an examination. It reads nothing, except to make sure that a
// checkpoint belongs to this medium.
func New(plan *Plan, src Source, opt Options) (*Scan, error) {
	size := src.Size()
	if err := plan.Validate(size); err != nil {
		return nil, err
	}
	if opt.SHA256 && (plan.Mode != Full || len(plan.Regions) != 1 || plan.Regions[0].Length != size) {
		return nil, errors.New("a digest of the whole medium needs a full examination of the whole medium")
	}
	if opt.Workers <= 0 {
		opt.Workers = min(runtime.NumCPU(), MaxWorkers)
	}
	if opt.SectorBytes <= 0 {
		opt.SectorBytes = SectorBytes
	}
	s := &Scan{plan: plan, src: src, opt: opt, size: size, threshold: plan.threshold(),
		planned: make([]int64, len(plan.Regions)), state: newState(plan, size)}
	for p := range plan.pages() {
		s.planned[p.region] += p.bytes()
		s.total += p.bytes()
	}
	if opt.Resume != nil {
		if err := s.restore(opt.Resume); err != nil {
			return nil, fmt.Errorf("resume: %w", err)
		}
	}
	return s, nil
}

// Status may be called by any goroutine at any time.
func (s *Scan) Status() Status {
	return Status{
		PlannedBytes: s.total, DoneBytes: s.done.Load(), ResumedBytes: s.resumed,
		ResidueBytes: s.residue.Load(), UnreadableBytes: s.unreadable.Load(),
	}
}

// ErrGone says that the medium vanished (ENXIO, ENODEV): a cable, a pulled drive.
var ErrGone = errors.New("the medium is not there any more")

// Run examines. When ctx ends, or the medium vanishes, it stops after the reads
// under way, saves a checkpoint if it can, and returns what it has with the
// context's error or ErrGone; such a Result is not Complete. A checkpoint that
// cannot be saved does not stop the examination; the first such error is
// returned with the complete Result.
func (s *Scan) Run(ctx context.Context) (*Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	f, err := s.newFolder()
	if err != nil {
		return nil, err
	}
	var saveErr error
	save := func() {
		if s.opt.Save == nil {
			return
		}
		if err := s.opt.Save(s.checkpoint(), s.state.Done); err != nil && saveErr == nil {
			saveErr = err
		}
	}
	for r := range s.results(ctx, stop) {
		s.count(r)
		if f.fold(r) && s.opt.Due != nil && s.opt.Due() {
			save()
		}
	}
	if ctx.Err() != nil {
		save()
		return f.result(s, false), context.Cause(ctx)
	}
	f.commit()
	save()
	return f.result(s, true), saveErr
}

func (s *Scan) newFolder() (*folder, error) {
	f := &folder{state: s.state, plan: s.plan, threshold: s.threshold}
	if s.opt.SHA256 {
		var err error
		if f.sha, err = restoreSHA(s.state.SHA256); err != nil {
			return nil, fmt.Errorf("continue the digest: %w", err)
		}
	}
	return f, nil
}

func (s *Scan) count(r *pageResult) {
	s.done.Add(r.bytes())
	for _, p := range r.pieces {
		switch p.Class {
		case Residue:
			s.residue.Add(p.Length)
		case Unreadable:
			s.unreadable.Add(p.Length)
		}
	}
}

// results runs the workers and yields what they find, in page order, up to the
// first page that was not finished when ctx ended. At most two pages a worker
// are under way, however far one of them falls behind.
func (s *Scan) results(ctx context.Context, stop context.CancelCauseFunc) iter.Seq[*pageResult] {
	return func(yield func(*pageResult) bool) {
		n, first := s.opt.Workers, s.state.Next
		type job struct {
			page
			out chan *pageResult
		}
		jobs, order := make(chan job), make(chan job, n)
		go func() {
			defer close(jobs)
			defer close(order)
			for p := range s.plan.pages() {
				if p.index < first {
					continue
				}
				j := job{p, make(chan *pageResult, 1)}
				select {
				case order <- j:
				case <-ctx.Done():
					return
				}
				select {
				case jobs <- j:
				case <-ctx.Done():
					close(j.out)
					return
				}
			}
		}()
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				w := s.newWorker(ctx)
				for j := range jobs {
					r := w.page(j.page)
					if r.gone != nil {
						stop(fmt.Errorf("%w: %v", ErrGone, r.gone))
					}
					if ctx.Err() != nil { // it may lack reads
						r = nil
					}
					j.out <- r
				}
			})
		}
		whole := true
		for j := range order {
			r := <-j.out
			if whole = whole && r != nil; whole {
				yield(r)
			}
		}
		wg.Wait()
	}
}

func (s *Scan) newWorker(ctx context.Context) *worker {
	return &worker{plan: s.plan, threshold: s.threshold, size: s.size, digest: !s.opt.NoDigest,
		keep: s.opt.SHA256, buf: newBuffer(), reader: reader{ctx, s.src, s.opt.SectorBytes}}
}

// checkpoint is the committed state with the plan it belongs to.
type checkpoint struct {
	Plan  *Plan
	Size  int64
	Opt   [2]bool // NoDigest, SHA256
	State *state
}

func (s *Scan) checkpoint() []byte {
	b, err := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, s.state})
	if err != nil {
		panic(err) // plain numbers, strings and slices: cannot fail
	}
	return b
}

// restore takes up a checkpoint, if it was made with this plan, on this medium.
func (s *Scan) restore(b []byte) error {
	c := checkpoint{State: &state{}}
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	had, _ := json.Marshal(checkpoint{c.Plan, c.Size, c.Opt, nil})
	want, _ := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, nil})
	if string(had) != string(want) {
		return errors.New("the checkpoint was made with another plan, other digests or on a medium of another size; repeat the first command's flags")
	}
	if c.State == nil || c.Plan == nil {
		return errors.New("the checkpoint is damaged: it has no plan or no state")
	}
	if err := c.State.fits(s.state); err != nil {
		return fmt.Errorf("the checkpoint is damaged: %w", err)
	}
	if p := c.State.Probe; p.Length > 0 {
		buf := make([]byte, p.Length)
		if _, err := s.src.ReadAt(buf, p.Start); err != nil || leafHash(buf) != p.Hash {
			return fmt.Errorf("the medium differs at %d from the one the checkpoint was made on", p.Start)
		}
	}
	s.state = c.State
	s.resumed = s.state.Done
	s.done.Store(s.state.Done)
	for _, g := range s.state.Regions {
		s.residue.Add(g.Classes[Residue])
		s.unreadable.Add(g.Classes[Unreadable])
	}
	return nil
}

// fits checks a loaded state's shape against a new one of the same plan.
func (c *state) fits(fresh *state) error {
	switch {
	case c.Next < 0 || c.Done < 0,
		len(c.Regions) != len(fresh.Regions), len(c.Windows) != len(fresh.Windows),
		len(c.Cells) != len(fresh.Cells), c.CellBytes != fresh.CellBytes,
		len(c.Findings) > MaxFindings, c.Probe.Start < 0, c.Probe.Length < 0, c.Probe.Length > LeafBytes,
		bits.OnesCount64(c.Tree.Leaves) != len(c.Tree.Roots),
		len(c.Extents.List) > maxExtents, c.Extents.Grain < 0:
		return errors.New("its numbers do not fit the plan")
	}
	at := int64(0)
	for _, e := range c.Extents.List {
		if e.Start != at || e.Length <= 0 || e.Class > Residue {
			return errors.New("its extents do not follow each other")
		}
		at += e.Length
	}
	for _, k := range c.Counts {
		if k.Index >= len(c.Findings) {
			return errors.New("its counts do not fit its findings")
		}
	}
	return nil
}
