// Package examine takes a medium from its path to a signed bundle: it opens it, makes the plan,
// lets package scan read it, asks the drive before and after, has package verdict decide, and
// builds and writes the document. What is asked for is in Settings; who wants to know how far it
// is, is an Observer. It prints nothing.
//
// examine.go has the way of an examination; source.go, length.go and trailers.go what is known
// of the medium besides its bytes, drive.go and medium.go what the report says of it, platform.go
// what is said of the system that examines, corpora.go what was found of files that were looked for, earlier.go what earlier runs left, names.go what
// bundles are called. Below it stand the plan (plan), checkpoints (checkpoint) and several media
// at once (batch).
package examine

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/baseline/record"
	"shokyo.dev/shokyo/casefile"
	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/examine/plan"
	"shokyo.dev/shokyo/image"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// Settings are what is asked for, the same for all media of a call.
type Settings struct {
	plan.Words
	Format     string   // what a file is: FormatRaw, or empty: found out by name and content
	Backing    []string // files that a virtual disk rests on, layer by layer
	Size       int64    // how long the medium is said to be; 0: not stated
	Sources    []string // all of the call: each is a medium of its own
	Layout     string   // of sectors with checksums between the data; empty: what the drive says
	InUse      bool     // examine what something else has in use
	Workers    int      // 0: one per core
	Retries    int
	Patience   time.Duration
	Checkpoint time.Duration // save one every so often
	SHA256     bool
	NoDigest   bool
	Resume     bool

	Corpora    []*corpus.Corpus // that are looked for
	CorpusCert bool             // their signer was demanded

	Baseline     *record.Opened // that the medium is held against; nil: none
	BaselineCert bool           // its signer was demanded

	Assignment reports.Assignment
	Case       *casefile.Case // nil: there is none
	Identity   identity.Identity
	Platform   *Platform // nil: nothing is said of it
	Tool       reports.Tool
}

// FormatRaw: the file is the medium, byte for byte.
const FormatRaw = "raw"

// Observer is told how far an examination is.
type Observer interface {
	Measuring(done, total int64) // of the first pass over a compressed image, which finds its size
	Reading(status func() scan.Status)
	Finishing() // everything that is going to be read has been
	NothingToResume()
	Interrupted(Kept)
	Warn(error) // it goes on
}

// Kept is what an interruption leaves.
type Kept struct {
	DoneBytes, PlannedBytes int64
	Checkpoint              string
	Unsaved                 error // why the checkpoint could not be saved; nil: it was
}

// Examination takes one source all the way to its bundle.
type Examination struct {
	settings *Settings
	source   string
	bundle   string
	observer Observer

	media    []*devices.Medium // as opened; several for a split image
	image    *image.Image
	laid     *layout.Laid // nil unless the sectors carry checksums
	table    *table.Table
	drive    *statements.Drive // what the drive said before; nil for files
	plan     *scan.Plan
	saved    checkpoint.Checkpoint
	engine   *scan.Scan
	reserve  *checkpoint.Reserve
	unsaved  error     // why the last checkpoint could not be saved
	early    bool      // the bundle is from an earlier run
	compared *compared // with blocks that were recorded before; nil: there are none
	tooDear  func()    // ends what is only tried (Foresee); nil: this is the examination
}

// New is the examination of a source, whose bundle lies in folder out. Nothing is opened yet.
func New(s *Settings, source, out string, o Observer) *Examination {
	return &Examination{settings: s, source: source, bundle: filepath.Join(out, BundleName(source)), observer: o}
}

// Bundle is where the bundle lies, or will.
func (e *Examination) Bundle() string { return e.bundle }

// Early says that the bundle is from an earlier run.
func (e *Examination) Early() bool { return e.early }

// streamWorkers is the most that a compressed image is given. Its one decoder is
// the bottleneck, and pages must not be asked for further back than it remembers
// (64 MiB), or it starts over. Samples lie apart, so they are read one by one.
const streamWorkers = 3

func (e *Examination) checkpointPath() string { return e.bundle + ".checkpoint" }

// Run examines, or takes over what an earlier run made. Cancelled, it leaves a checkpoint.
func (e *Examination) Run(ctx context.Context) (doc *reports.Document, err error) {
	if err := noMedium(e.source); err != nil {
		return nil, err
	}
	// The lock comes first: what lies in the output folder must not change
	// between looking at it and writing there.
	if e.reserve, err = checkpoint.Take(e.bundle + checkpoint.Suffix); err != nil {
		return nil, err
	}
	defer e.reserve.Close()
	if done, err := e.finished(); err != nil {
		return nil, err
	} else if done {
		return e.examinedEarlier(ctx)
	}
	earlier, err := e.earlier()
	if err != nil {
		return nil, err
	}
	if earlier == nil && e.settings.Resume {
		e.observer.NothingToResume()
	}
	if err := e.open(ctx); err != nil {
		return nil, err
	}
	defer e.image.Close()
	if err := e.prepare(earlier); err != nil {
		return nil, err
	}
	if e.compared, err = e.compare(ctx); err != nil {
		return nil, err
	}
	if e.engine, err = scan.New(e.plan, e.image, e.options(earlier)); err != nil {
		return nil, fmt.Errorf("%s: %w", e.source, err)
	}
	result, err := e.watch(ctx)
	if err != nil {
		return nil, err
	}
	return e.conclude(ctx, result)
}

// open opens the medium and reads what its partition table says.
func (e *Examination) open(ctx context.Context) error {
	open := func(path string) (image.Source, error) {
		open := devices.Open
		if e.settings.InUse {
			open = devices.OpenInUse
		}
		m, err := open(path)
		if err != nil {
			return nil, err
		}
		e.media = append(e.media, m)
		return m, nil
	}
	var err error
	o := image.Options{Open: open, Progress: e.measuring, Raw: e.settings.Format == FormatRaw, Backing: e.settings.Backing, Together: e.settings.Sources}
	if e.image, err = image.Open(ctx, e.source, o); err != nil {
		return err
	}
	if err := e.lay(); err != nil {
		return fmt.Errorf("%s: %w", e.source, err)
	}
	if e.table, err = table.Read(e.image); err != nil {
		// A table that cannot be read names nothing; its bytes are examined like all others.
		e.table = nil
	}
	return e.checkSize()
}

// lay takes the checksums of array disks away: those asked for, or what a drive's
// own sector size says.
func (e *Examination) lay() error {
	name := e.settings.Layout
	if unit := e.media[0].Facts().LogicalBlockBytes; name == "" && unit&(unit-1) != 0 {
		name = strconv.Itoa(unit)
	}
	if name == "" {
		return nil
	}
	l, err := layout.Parse(name)
	if err == nil && l.TrailerBytes > 0 {
		e.laid, err = e.image.Lay(l)
	}
	return err
}

// prepare makes the plan and takes over what an earlier run recorded.
func (e *Examination) prepare(earlier *checkpoint.Checkpoint) (err error) {
	if e.plan, err = e.settings.Plan(e.image.Size(), e.table); err != nil {
		return err
	}
	if e.drive, err = e.describe(); err != nil {
		return err
	}
	length := e.length()
	e.saved = checkpoint.Checkpoint{ID: newID(), Medium: e.identify(), Format: e.settings.Format, Started: time.Now().UTC(), Foreseen: verdict.Foreseen(&length)}
	if earlier != nil {
		return e.takeUp(earlier)
	}
	e.saved.Seed = e.plan.Seed
	for _, m := range e.media {
		c, err := m.Check()
		if err != nil {
			return err
		}
		e.saved.Before = append(e.saved.Before, c.Before)
	}
	return nil
}

func (e *Examination) options(earlier *checkpoint.Checkpoint) scan.Options {
	workers := e.settings.Workers
	if e.image.Sequential() {
		workers = min(cmp.Or(workers, runtime.NumCPU()), streamWorkers)
		if e.plan.Mode != scan.Full {
			workers = 1
		}
	}
	next := time.Now().Add(e.settings.Checkpoint)
	o := scan.Options{
		Workers: workers, SectorBytes: e.image.Alignment(),
		NoDigest: e.settings.NoDigest, SHA256: e.settings.SHA256,
		InOrder: e.image.Sequential(), Retries: e.settings.Retries, Patience: e.settings.Patience, Alive: e.alive,
		Due: func() bool { return !time.Now().Before(next) },
		Save: func(b []byte, done int64) error {
			next = time.Now().Add(e.settings.Checkpoint)
			e.saved.OddTrailers = e.saved.OddTrailers || e.laid != nil && e.laid.OddTrailer()
			e.saved.Engine, e.saved.Saved, e.saved.AtByte = b, time.Now().UTC(), done
			if e.unsaved = e.saved.Save(e.checkpointPath()); e.unsaved != nil {
				e.reserve.Release()
				e.unsaved = e.saved.Save(e.checkpointPath())
			}
			return e.unsaved
		},
	}
	for _, c := range e.settings.Corpora {
		o.Corpora = append(o.Corpora, c)
	}
	if earlier != nil {
		o.Resume = earlier.Engine
	}
	return o
}

// alive says why a part of the medium is not there any more.
func (e *Examination) alive() error {
	for _, m := range e.media {
		if err := m.Alive(); err != nil {
			return err
		}
	}
	return nil
}

// watch runs the engine, and lets see how far it is.
func (e *Examination) watch(ctx context.Context) (*scan.Result, error) {
	e.observer.Reading(e.engine.Status)
	result, err := e.engine.Run(ctx)
	e.observer.Finishing()
	switch {
	case errors.Is(err, context.Canceled):
		e.observer.Interrupted(Kept{e.saved.AtByte, e.engine.Status().PlannedBytes, e.checkpointPath(), e.unsaved})
		return nil, err
	case errors.Is(err, scan.ErrGone):
		return nil, e.resumable(fmt.Errorf("%s: %w", e.source, err))
	case result == nil:
		return nil, err
	case err != nil: // complete, but a checkpoint could not be saved
		e.observer.Warn(err)
	}
	return result, nil
}

// conclude decides, builds, signs and writes. The checkpoint stays until the
// bundle is safe, so that a full disk costs no second examination.
func (e *Examination) conclude(ctx context.Context, result *scan.Result) (*reports.Document, error) {
	in := e.evidence(ctx, result)
	var corpora []reports.Corpus
	in.Corpora, corpora = e.corpora(result)
	var before *reports.Baseline
	if c := e.compared; c != nil {
		in.Baseline, before = &c.judged, &c.reported
	}
	x := &build.Examination{
		Medium: e.medium(in), Plan: e.plan, Result: result, Verdict: verdict.Decide(in),
		ID: e.saved.ID, Started: e.saved.Started, Finished: time.Now().UTC(), Interruptions: e.saved.Interruptions,
		Tool: e.settings.Tool, Assignment: e.settings.Assignment, Zone: time.Local, Corpora: corpora, Baseline: before,
	}
	e.settings.order(x)
	e.reserve.Release()
	doc, err := e.settings.Platform.write(e.bundle, x, e.settings.Identity)
	if err != nil {
		return nil, e.resumable(err)
	}
	os.Remove(e.checkpointPath())
	return doc, nil
}

// order takes over what the case file says of the medium.
func (s *Settings) order(x *build.Examination) {
	if s.Case == nil {
		return
	}
	x.Order = s.Case.Order(x.Medium.Path, x.Medium.Serial)
	if s.Case.Zone != nil {
		x.Zone = s.Case.Zone
	}
}

// resumable adds to an error whether the examination is kept, and how to go on.
func (e *Examination) resumable(err error) error {
	if e.unsaved != nil {
		return fmt.Errorf("%w; and the examination is lost: %w", err, e.unsaved)
	}
	return fmt.Errorf("%w; the examination is kept in %s: repeat the command with --resume", err, e.checkpointPath())
}

// newID is a random UUID (RFC 9562 §5.4, version 4).
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
