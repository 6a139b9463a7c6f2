package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/reports"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
)

// batch examines the sources of one call, several at the same time, and sums up.
//
// Each examination has its own engine with its own workers, and nothing is shared
// between them but the cores. That is fair enough without a scheduler of our own: a
// drive is waited for in a system call, which takes no core, and what computes is
// given the cores by turns (Go's scheduler preempts a goroutine after 10 ms, and
// every examination has the same number of them). So a slow drive holds up no
// other, and a fast one takes what the slow ones leave.
type batch struct {
	*program
	flags    *scanFlags
	sources  []string
	identity sign.Identity
	platform *platform
	ledger   *batches.Ledger // nil: none was given
	foreseen []error         // why no source can be examined; nil: some may be
}

const (
	maxParallel     = 16
	maxTotalWorkers = 32 // of all examinations at work
)

// share says how many sources are examined at once, and with how many workers
// each. Two are the least: one reads while the other computes.
func (f *scanFlags) share(sources, cores int) (parallel, workers int) {
	parallel = min(sources, cmp.Or(f.parallel, maxParallel))
	if f.workers > 0 {
		if f.parallel == 0 {
			parallel = min(parallel, max(1, maxTotalWorkers/f.workers))
		}
		return parallel, f.workers
	}
	if parallel == 1 {
		return 1, min(cores, scan.MaxWorkers)
	}
	return parallel, max(2, min(cores/parallel, maxTotalWorkers/parallel, scan.MaxWorkers))
}

// memoryFor is memoryLimit for several examinations. Beyond one, each brings a
// state, a checkpoint and a report under way, and 64 MiB that the decoder of a
// compressed image remembers.
func memoryFor(parallel, workers int) int64 {
	const worker, examination = 16 << 20, 96 << 20
	more := max(0, parallel*workers-scan.MaxWorkers)*worker + (parallel-1)*examination
	return memoryLimit + int64(more)
}

// wantSummary: one source alone has its report, and that says it all.
func (f *scanFlags) wantSummary() bool { return f.several || f.ledger != "" }

func (b *batch) run() (int, error) {
	started := time.Now()
	if b.flags.wantSummary() {
		lock, err := b.reserveSummary()
		if err != nil {
			return exitFailed, err
		}
		defer lock.close()
	}
	rows, status, err := b.examine()
	if err != nil {
		return status, err
	}
	if !b.flags.wantSummary() {
		return status, nil
	}
	summary := batches.Build(&batches.Run{
		Started: started, Finished: time.Now(), Tool: tool(), Rows: rows, Ledger: b.ledger}, b.identity.Facts())
	if err := batches.Write(b.flags.out, summary); err != nil {
		return worse(status, exitFailed), fmt.Errorf("%w; the bundles are there: repeat the command with --resume", err)
	}
	if !b.flags.quiet {
		b.showBatch(summary, b.flags.out)
	}
	return status, nil
}

// reserveSummary takes the lock of the summary and sees that none is there
// already. Only --resume, which takes its rows over from the bundles, may replace it.
func (b *batch) reserveSummary() (*reserve, error) {
	path := filepath.Join(b.flags.out, batches.File)
	lock, err := newReserve(path + reserveSuffix)
	if err != nil {
		return nil, err
	}
	lock.release() // no room is kept: what is lost with it can be made again from the bundles
	for _, name := range []string{batches.File, batches.CSV} {
		path := filepath.Join(b.flags.out, name)
		if _, err := os.Lstat(path); err == nil && !b.flags.resume {
			lock.close()
			return nil, fmt.Errorf("%s is there already: reports are never overwritten; choose another --out, or go on with that batch by --resume", path)
		}
	}
	return lock, nil
}

// examine examines all sources, and gives their rows in the order of the call.
// One that fails stops no other.
func (b *batch) examine() (rows []batches.Row, status int, err error) {
	parallel, workers := b.flags.share(len(b.sources), runtime.NumCPU())
	b.flags.workers = workers
	debug.SetMemoryLimit(memoryFor(parallel, workers))
	var program io.Writer
	if b.flags.progress {
		program = b.stdout
	}
	b.screen = b.openBoard(b.flags.quiet, program, b.sources...)
	defer func() { b.screen = nil }()
	rows = make([]batches.Row, len(b.sources))
	status, interrupted := exitOK, false
	for o := range b.outcomes(parallel) {
		rows[o.at] = o.row
		status = worse(status, b.report(&o))
		interrupted = interrupted || errors.Is(o.err, context.Canceled)
	}
	b.screen.close()
	if interrupted {
		b.showHowToGoOn()
		return nil, exitInterrupted, context.Canceled
	}
	return rows, status, nil
}

// outcome is what came of one source.
type outcome struct {
	at     int // in the call
	source string
	bundle string
	doc    *reports.Document
	row    batches.Row
	early  bool // the bundle was there from an earlier run
	err    error
}

// outcomes examines, and yields what comes of it as it comes.
func (b *batch) outcomes(parallel int) <-chan outcome {
	next, out := make(chan int), make(chan outcome)
	var wg sync.WaitGroup
	for range parallel {
		wg.Go(func() {
			for i := range next {
				out <- b.examineOne(i)
			}
		})
	}
	go func() {
		for i := range b.sources {
			next <- i
		}
		close(next)
		wg.Wait()
		close(out)
	}()
	return out
}

func (b *batch) examination(i int) *examination {
	source := b.sources[i]
	return &examination{program: b.program, flags: b.flags, source: source, identity: b.identity, platform: b.platform,
		bundle: filepath.Join(b.flags.out, bundleName(source)), line: b.screen.line(i)}
}

func (b *batch) examineOne(i int) outcome {
	source := b.sources[i]
	e := b.examination(i)
	o := outcome{at: i, source: source, bundle: e.bundle}
	if o.err = b.ctx.Err(); o.err == nil && b.foreseen != nil {
		o.err = b.foreseen[i]
	}
	if o.err == nil {
		e.line.open()
		o.doc, o.err = e.run()
	}
	if o.err == nil && b.flags.wantSummary() {
		o.row, o.err = batches.ExaminedRow(escape(source), e.bundle, o.doc)
	}
	if o.err != nil {
		o.row = batches.FailedRow(e.known(), o.err)
	}
	o.early = e.early
	e.line.end(o.word())
	return o
}

// known is what is known of a medium that was not examined.
func (e *examination) known() reports.Medium {
	m := reports.Medium{Path: escape(e.source)}
	if len(e.media) > 0 {
		f := e.media[0].Facts()
		m.Model, m.Serial, m.Kind = f.Model, f.Serial, string(f.Kind)
		if f.Kind == devices.BlockDevice { // an image's size is not known from one file
			m.SizeBytes = f.SizeBytes
		}
	}
	if d := e.drive; d != nil {
		m.Model, m.Serial, m.Drive = d.Model, d.Serial, reportDrive(d)
	}
	return m
}

// word is what stands on the board in the end.
func (o *outcome) word() span {
	switch {
	case errors.Is(o.err, context.Canceled):
		return span{"1;33", "interrupted"}
	case o.err != nil:
		return span{"1;31", "COULD NOT RUN"}
	}
	w := verdictWord(o.doc)
	if o.early {
		w.text += ", examined earlier"
	}
	return w
}

// report tells person and program what came of a source, and gives its exit status.
func (b *batch) report(o *outcome) int {
	status := o.status()
	if b.flags.json {
		if err := b.printLine(o); err != nil {
			b.showError("scan", err)
			return exitFailed
		}
	}
	switch {
	case errors.Is(o.err, context.Canceled):
		return exitOK // there is no answer yet
	case o.err != nil:
		b.showError("scan", o.err)
	case b.flags.quiet:
	case !o.early:
		b.showVerdict(o.doc, o.bundle)
	case !b.flags.several:
		b.showVerdict(o.doc, o.bundle)
		b.showExaminedEarlier(o.bundle)
	}
	return status
}

// status is what the program would end with, were this the only source.
func (o *outcome) status() int {
	var usage usageError
	switch {
	case errors.Is(o.err, context.Canceled):
		return exitInterrupted
	case errors.As(o.err, &usage):
		return exitUsage
	case o.err != nil:
		return exitFailed
	}
	return statusOf(o.doc.Verdict)
}

// examinedEarlier takes over the bundle that an earlier run of the batch left.
// The path may by now name another drive, which then was never examined.
func (e *examination) examinedEarlier() (*reports.Document, error) {
	cert := e.identity.Certificate()
	if e.identity.IsThrowAway() {
		cert = nil // the earlier run had another
	}
	v, err := sign.Verify(e.bundle, cert)
	if err != nil {
		return nil, fmt.Errorf("%w: move it away to examine %s again", err, e.source)
	}
	if !e.flags.answeredBy(v.Document) {
		return nil, fmt.Errorf("%s is the report of an examination with another plan: repeat the first command's flags, or move it away to examine %s again", e.bundle, e.source)
	}
	if err := e.stillIs(v.Document); err != nil {
		return nil, err
	}
	if c, err := loadCheckpoint(e.checkpointPath()); err == nil && c != nil && c.ID == v.Document.ID {
		os.Remove(e.checkpointPath()) // the run was killed between the bundle and this
	}
	e.early = true
	return v.Document, nil
}

// answeredBy says whether a report is of an examination like the one that is asked
// for: a sample is no answer to who asks for the whole.
func (f *scanFlags) answeredBy(d *reports.Document) bool {
	t := &table.Table{}
	for _, p := range d.Medium.Partitions {
		t.Partitions = append(t.Partitions, table.Partition{Name: p.Name, Label: p.Label, Start: p.Start, Length: p.Length})
	}
	masked := f.planFlags
	masked.regions = nil
	for _, s := range f.regions { // the report has the shapes of labels only
		masked.regions = append(masked.regions, quiet(s))
	}
	p, err := masked.plan(d.Medium.SizeBytes, t)
	if err != nil {
		return false
	}
	s := reports.Sample{Method: scan.Full.String()}
	if d.Plan.Sample != nil {
		s = *d.Plan.Sample
	}
	return f.statedFlags.answeredBy(&d.Medium) && p.Mode.String() == s.Method && p.Scope.String() == cmp.Or(d.Scope.Kind, p.Scope.String()) &&
		p.Fraction == s.Fraction && (d.Plan.StrictLabels || !p.StrictLabels) &&
		(f.seed == "" || strings.EqualFold(f.seed, s.Seed) && s.DrawnBy() == p.Algorithm()) &&
		int64(p.BlockBytes) == d.BlockBytes && (f.layout == "" || cmp.Or(d.Medium.SectorLayout, "512") == f.layout) &&
		slices.EqualFunc(p.Regions, d.Plan.Regions, func(a scan.Region, b reports.PlanRegion) bool {
			return a.Start == b.Start && a.Length == b.Length && a.Expect.String() == b.Expect
		})
}

// stillIs says whether the source is the medium of a report, as far as it is still
// there: a drive that is done may have been put away.
func (e *examination) stillIs(d *reports.Document) error {
	info, err := os.Stat(e.source)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() {
		for _, c := range d.Medium.WriteGuard.Counters {
			if c.Name == "modified_unix_us" && c.After == info.ModTime().UnixMicro() {
				return nil
			}
		}
		return fmt.Errorf("%s was changed or replaced after %s was written: move that away to examine it again", e.source, e.bundle)
	}
	if err := e.open(); err != nil {
		return fmt.Errorf("%s is there, but whether it is the report of %s cannot be told: %w", e.bundle, e.source, err)
	}
	defer e.image.Close()
	if e.drive, err = e.describe(); err != nil {
		return err
	}
	switch is, was := e.identify(), reported(&d.Medium); {
	case is != was:
		return fmt.Errorf("%s is the report of another medium (%v) than %s is now (%v): move it away, or name its own path", e.bundle, was, e.source, is)
	case is.anonymous():
		return fmt.Errorf("%s tells no serial number, so whether it is the medium of %s is not known: leave it out of the call, or move that away to examine it again", e.source, e.bundle)
	}
	return nil
}

// reported is the medium that a report is about, as identify gives it.
func reported(m *reports.Medium) mediumID {
	return mediumID{Model: m.Model, Serial: m.Serial, Name: m.Drive.WorldWideName(), Size: m.SizeBytes}
}

// checkSame refuses sources that are one medium: by another path, a link, or
// as a drive and a partition of it.
func checkSame(sources []string) error {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = identityOf(s)
		for j, other := range ids[:i] {
			switch {
			case ids[i] == "" || other == "":
			case ids[i] == other:
				return usagef("%s and %s are the same medium: name it once", sources[j], s)
			case strings.HasPrefix(ids[i], other+"/") || strings.HasPrefix(other, ids[i]+"/"):
				return usagef("one of %s and %s is a partition of the other: name the drive, or examine one after the other", sources[j], s)
			}
		}
	}
	return nil
}

// identityOf names what a path leads to: a device by its place in sysfs, where a
// partition lies below its drive, a file by its inode. It is empty for what is
// not there, which is the examination's business.
func identityOf(path string) string {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return ""
	}
	if st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return fmt.Sprintf("file %d:%d", st.Dev, st.Ino)
	}
	number := fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	if place, err := filepath.EvalSymlinks(number); err == nil {
		return place
	}
	return number
}
