// Package scan examines a medium: it reads every planned byte of a Source,
// gives each block a class, and reports what is not what erasure leaves behind.
// What that comes to, package verdict decides.
//
// The life of a block: the plan is cut into pages of 4 MiB (package plan). Workers read pages
// with some context (package read) and look at them (package look: the detectors are there, and
// how to add one), each a page at a time (page.go), as the pipeline hands them out
// (pipeline.go). The results are folded into one state (package fold), which comes out the
// same in whatever order pages come, so that the Result does not depend on the number of
// workers. The state can be saved at any time and continued later with the same outcome
// (checkpoint.go). At the end what only the whole medium can tell is judged (package fold).
//
// # Bad media
//
// What reads well is read first: where a read fails, the pages around it are put
// off, and while trouble lasts ever longer stretches behind it. A second
// pass comes back for them and finds the sectors that cannot be read by halving
// (package read). They are a class of their own, not an error.
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
// Each worker holds a page with its context, its tables and scratch: about 10 MiB,
// on hostile media up to 50. At most two finished pages a worker wait to be folded.
// The state is bounded whatever the size of the medium: 100,000 extents, 10,000
// findings, 1,024 map cells, 4,096 stretches that were put off.
package scan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/read"
)

// Options are how an examination is carried out; on a medium that reads well they
// never change its result but for the digests. The zero value is useful.
type Options struct {
	Workers     int  // 0: one per core, at most MaxWorkers
	SectorBytes int  // halving of failed reads ends here; 0: 512
	NoDigest    bool // no tree hash
	// SHA256 asks for one SHA-256 over the whole medium as well; only for one
	// region that is all of it. It needs the bytes in order, so it implies InOrder:
	// on a dying drive, where it cannot come about anyway, leave it out.
	SHA256 bool
	// InOrder puts nothing off: what fails is halved on the spot. For a source that
	// reads well forwards only, a compressed image say.
	InOrder bool

	// Retries is how often a sector that could not be read is tried again.
	Retries int
	// Patience is how long the drive may take over a group of pages (16 MiB) that
	// does not read well; 0: as long as it likes. What was not read by then is
	// unreadable for the reason "time-budget".
	Patience time.Duration
	// Alive is asked after a read that failed, by several goroutines at once,
	// whether the medium is still there. Its error ends the examination with
	// ErrGone. A drive that was pulled out may give nothing but EIO, or end of file.
	Alive func() error
	// Now is the clock; nil: time.Now.
	Now func() time.Time

	// Corpora are what is known to have been on the medium; every sector of it is looked up in them.
	Corpora []Corpus

	// Floor is the least threshold, in bits: what is measured on a small medium is held
	// against that of a large one. An examination leaves it 0.
	Floor float64

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
	DeferredBytes   int64 // put off for the second pass
	Pass            int   // 1, or 2: what was put off is being read
	Map             LiveMap
}

// Scan is one examination.
type Scan struct {
	plan  *Plan
	src   Source
	opt   Options
	size  int64
	terms fold.Terms
	most  int // maxDeferred, less in tests
	state *fold.State

	done, residue, unreadable, deferred, pass atomic.Int64
	resumed                                   int64
	live                                      atomic.Pointer[LiveMap]
}

// New prepares an examination. It reads nothing, except to make sure that a
// checkpoint belongs to this medium.
func New(p *Plan, src Source, opt Options) (*Scan, error) {
	size := src.Size()
	if err := p.Validate(size); err != nil {
		return nil, err
	}
	if opt.SHA256 && (p.Mode != Full || len(p.Regions) != 1 || p.Regions[0].Length != size) {
		return nil, errors.New("a digest of the whole medium needs a full examination of the whole medium")
	}
	if opt.Workers <= 0 {
		opt.Workers = min(runtime.NumCPU(), MaxWorkers)
	}
	if opt.SectorBytes <= 0 {
		opt.SectorBytes = SectorBytes
	}
	opt.InOrder = opt.InOrder || opt.SHA256
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Scan{plan: p, src: src, opt: opt, size: size, most: read.MaxDeferred, state: fold.NewState(p, size),
		terms: fold.Terms{Plan: p, Size: size, Threshold: max(p.Threshold(), opt.Floor), Outline: p.Outline(), NoDigest: opt.NoDigest, SHA256: opt.SHA256, Corpora: len(opt.Corpora)}}
	if opt.Resume != nil {
		if err := s.restore(opt.Resume); err != nil {
			return nil, fmt.Errorf("resume: %w", err)
		}
	}
	s.resumed = s.state.Done
	s.pass.Store(1)
	live := s.state.Map()
	s.live.Store(&live)
	s.publish(span{})
	return s, nil
}

// Status may be called by any goroutine at any time.
func (s *Scan) Status() Status {
	return Status{
		PlannedBytes: s.terms.Outline.Total, DoneBytes: s.done.Load(), ResumedBytes: s.resumed,
		ResidueBytes: s.residue.Load(), UnreadableBytes: s.unreadable.Load(),
		DeferredBytes: s.deferred.Load(), Pass: int(s.pass.Load()), Map: *s.live.Load(),
	}
}

// publish makes Status say what the state holds; of the map, what changed.
func (s *Scan) publish(changed span) {
	var classes ClassBytes
	for _, g := range s.state.Regions {
		for c, n := range g.Classes {
			classes[c] += n
		}
	}
	s.done.Store(s.state.Done)
	s.residue.Store(classes[Residue])
	s.unreadable.Store(classes[Unreadable])
	s.deferred.Store(s.state.Deferred.Bytes())
	if cell := s.state.CellBytes; changed.Len() > 0 {
		live := *s.live.Load()
		s.state.Draw(&live, int(changed.Lo/cell), int((changed.Hi-1)/cell)+1)
		s.live.Store(&live)
	}
}

// Run examines. When ctx ends, or the medium vanishes, it stops after the reads
// under way, saves a checkpoint if it can, and returns what it has with the
// context's error or ErrGone; such a Result is not Complete. A checkpoint that
// cannot be saved does not stop the examination; the first such error is
// returned with the complete Result.
func (s *Scan) Run(ctx context.Context) (*Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	f, err := fold.New(s.state, s.terms)
	if err != nil {
		return nil, err
	}
	q := s.newPipeline(stop)
	save := &saver{scan: s}
	for ctx.Err() == nil && s.todo(q) {
		s.carryOut(ctx, q, f, save)
	}
	save.now()
	if ctx.Err() != nil {
		return f.Result(false), context.Cause(ctx)
	}
	return f.Result(true), save.err
}

// todo gives the next pass to the pipeline; false: all is done.
func (s *Scan) todo(q *pipeline) bool {
	st := s.state
	q.skip, q.todo = read.Skipping{}, read.Stretches{{From: st.Next, To: math.MaxInt}} // to the end, wherever that is
	more := st.Done+st.Deferred.Bytes() < s.terms.Outline.Total
	switch {
	case more && !s.opt.InOrder && len(st.Deferred) < s.most:
		q.pass, q.skip = read.FirstPass, st.Skip
	case more:
		q.pass = read.OnTheSpot
	default:
		q.pass, q.todo = read.SecondPass, slices.Clone(st.Deferred)
	}
	return len(q.todo) > 0
}

// carryOut folds what the pipeline yields in one pass. The first pass ends early
// when too much was put off to remember more.
func (s *Scan) carryOut(ctx context.Context, q *pipeline, f *fold.Folder, save *saver) {
	f.Pass = q.pass
	if q.pass == read.SecondPass {
		s.pass.Store(2)
	}
	for r := range q.results(ctx) {
		if f.Begins(r) {
			f.Commit()
			s.publish(f.Added)
			save.ifDue()
			if f.Pass == read.FirstPass && len(f.Deferred) >= s.most {
				return
			}
		}
		f.Take(r)
		q.decided(f.Skip)
	}
	if ctx.Err() == nil {
		f.Commit()
		s.publish(f.Added)
	}
}
