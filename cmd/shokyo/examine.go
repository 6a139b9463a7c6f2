package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/image"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// examination takes one source all the way to its bundle.
type examination struct {
	*program
	flags    *scanFlags
	source   string
	bundle   string
	identity sign.Identity
	platform *platform // nil: nothing is said of it
	line     *line     // on the board; nil: nobody watches

	media   []*devices.Medium // as opened; several for a split image
	image   *image.Image
	laid    *layout.Laid // nil unless the sectors carry checksums
	table   *table.Table
	drive   *devices.Drive // what the drive said before; nil for files
	after   *devices.Drive // and after
	plan    *scan.Plan
	saved   checkpoint
	engine  *scan.Scan
	reserve *reserve
	unsaved error  // why the last checkpoint could not be saved
	early   bool   // the bundle is from an earlier run
	tooDear func() // ends what is only tried (foresee); nil: this is the examination
}

// streamWorkers is the most that a compressed image is given. Its one decoder is
// the bottleneck, and pages must not be asked for further back than it remembers
// (64 MiB), or it starts over. Samples lie apart, so they are read one by one.
const streamWorkers = 3

func (e *examination) checkpointPath() string { return e.bundle + ".checkpoint" }

func (e *examination) run() (doc *reports.Document, err error) {
	if err := noMedium(e.source); err != nil {
		return nil, err
	}
	// The lock comes first: what lies in the output folder must not change
	// between looking at it and writing there.
	if e.reserve, err = newReserve(e.bundle + reserveSuffix); err != nil {
		return nil, err
	}
	defer e.reserve.close()
	if done, err := e.finished(); err != nil {
		return nil, err
	} else if done {
		return e.examinedEarlier()
	}
	earlier, err := e.earlier()
	if err != nil {
		return nil, err
	}
	if earlier == nil && e.flags.resume {
		e.showNothingToResume()
	}
	if err := e.open(); err != nil {
		return nil, err
	}
	defer e.image.Close()
	if err := e.prepare(earlier); err != nil {
		return nil, err
	}
	if e.engine, err = scan.New(e.plan, e.image, e.options(earlier)); err != nil {
		return nil, fmt.Errorf("%s: %w", e.source, err)
	}
	result, err := e.watch()
	if err != nil {
		return nil, err
	}
	return e.conclude(result)
}

// earlier loads the checkpoint that --resume goes on from; nil where there is none.
func (e *examination) earlier() (*checkpoint, error) {
	c, err := loadCheckpoint(e.checkpointPath())
	switch {
	case err != nil:
		return nil, err
	case c != nil && !e.flags.resume:
		return nil, fmt.Errorf("an interrupted examination is there: go on with --resume, or remove %s to begin again", e.checkpointPath())
	}
	return c, nil
}

// open opens the medium and reads what its partition table says.
func (e *examination) open() error {
	open := func(path string) (image.Source, error) {
		open := devices.Open
		if e.flags.inUse {
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
	o := image.Options{Open: open, Progress: e.measuring, Raw: e.flags.format == formatRaw, Together: e.flags.sources}
	if e.image, err = image.Open(e.ctx, e.source, o); err != nil {
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
func (e *examination) lay() error {
	name := e.flags.layout
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
func (e *examination) prepare(earlier *checkpoint) (err error) {
	if e.plan, err = e.flags.plan(e.image.Size(), e.table); err != nil {
		return err
	}
	length := e.length()
	foreseen := verdict.Foreseen(&length)
	if e.drive, err = e.describe(); err != nil {
		return err
	}
	id := e.identify()
	now := time.Now().UTC()
	e.saved = checkpoint{ID: newID(), Medium: id, Format: e.flags.formatStated(), Started: now, Foreseen: foreseen}
	if earlier != nil {
		if earlier.Format != e.flags.formatStated() {
			return fmt.Errorf("%s was interrupted while it was read with another --format: repeat the first command's flags, or remove %s and examine it from the start", e.source, e.checkpointPath())
		}
		if earlier.Medium != id || len(earlier.Before) != len(e.media) {
			return fmt.Errorf("%s is not the medium that was interrupted: that has %v, this has %v", e.source, earlier.Medium, id)
		}
		if err := e.unchangedSince(earlier, id); err != nil {
			return err
		}
		if !slices.Equal(earlier.Foreseen, foreseen) {
			return fmt.Errorf("%s: the checkpoint was made with another plan, other digests or on a medium of another size; repeat the first command's flags", e.source)
		}
		e.saved = *earlier
		e.saved.Interruptions = append(slices.Clip(earlier.Interruptions),
			build.Pause{Stopped: earlier.Saved, Resumed: now, AtByte: earlier.AtByte})
		if e.flags.seed == "" {
			e.plan.Seed = earlier.Seed
		}
	}
	e.saved.Seed = e.plan.Seed
	if earlier == nil {
		for _, m := range e.media {
			c, err := m.Check()
			if err != nil {
				return err
			}
			e.saved.Before = append(e.saved.Before, c.Before)
		}
	}
	return nil
}

// identify is by what an examination is resumed: the drive's own word where there
// is one.
func (e *examination) identify() mediumID {
	f := e.media[0].Facts()
	id := mediumID{Model: f.Model, Serial: f.Serial, Size: e.image.Size()}
	if d := e.drive; d != nil {
		id.Model, id.Serial, id.Name = d.Model, d.Serial, d.WorldWideName()
	}
	return id
}

// unchangedSince refuses to go on with a medium that was written to after the
// examination began: what was read then says nothing about what is there now. A
// drive that was attached anew may be another one, if nothing tells them apart:
// wiped drives of one size read alike.
func (e *examination) unchangedSince(earlier *checkpoint, id mediumID) error {
	for i, m := range e.media {
		c, err := m.Since(earlier.Before[i])
		switch {
		case err == nil && c.Changed == answer.No:
		case err == nil && c.Changed == answer.Yes:
			return fmt.Errorf("%s cannot be resumed: %s; remove %s and examine it from the start", e.source, c.Text, e.checkpointPath())
		case id.anonymous():
			return fmt.Errorf("%s cannot be resumed: it tells no serial number, so whether it is the drive that was interrupted is not known; remove %s and examine it from the start", e.source, e.checkpointPath())
		}
	}
	return nil
}

func (e *examination) options(earlier *checkpoint) scan.Options {
	workers := e.flags.workers
	if e.image.Sequential() {
		workers = min(cmp.Or(workers, runtime.NumCPU()), streamWorkers)
		if e.plan.Mode != scan.Full {
			workers = 1
		}
	}
	next := time.Now().Add(e.flags.checkpoint)
	o := scan.Options{
		Workers: workers, SectorBytes: e.image.Alignment(),
		NoDigest: e.flags.noDigest, SHA256: e.flags.sha256,
		InOrder: e.image.Sequential(), Retries: e.flags.retries, Patience: e.flags.patience, Alive: e.alive,
		Due: func() bool { return !time.Now().Before(next) },
		Save: func(b []byte, done int64) error {
			next = time.Now().Add(e.flags.checkpoint)
			e.saved.OddTrailers = e.saved.OddTrailers || e.laid != nil && e.laid.OddTrailer()
			e.saved.Engine, e.saved.Saved, e.saved.AtByte = b, time.Now().UTC(), done
			if e.unsaved = e.saved.save(e.checkpointPath()); e.unsaved != nil {
				e.reserve.release()
				e.unsaved = e.saved.save(e.checkpointPath())
			}
			return e.unsaved
		},
	}
	if earlier != nil {
		o.Resume = earlier.Engine
	}
	return o
}

// alive says why a part of the medium is not there any more.
func (e *examination) alive() error {
	for _, m := range e.media {
		if err := m.Alive(); err != nil {
			return err
		}
	}
	return nil
}

// watch runs the engine and shows how far it is.
func (e *examination) watch() (*scan.Result, error) {
	e.line.read(e.engine.Status)
	result, err := e.engine.Run(e.ctx)
	e.line.wrote()
	switch {
	case errors.Is(err, context.Canceled):
		e.showInterrupted()
		return nil, err
	case errors.Is(err, scan.ErrGone):
		return nil, e.resumable(fmt.Errorf("%s: %w", e.source, err))
	case result == nil:
		return nil, err
	case err != nil: // complete, but a checkpoint could not be saved
		e.showError("scan: warning", err)
	}
	return result, nil
}

// conclude decides, builds, signs and writes. The checkpoint stays until the
// bundle is safe, so that a full disk costs no second examination.
func (e *examination) conclude(result *scan.Result) (*reports.Document, error) {
	in := e.evidence(result)
	v := verdict.Decide(in)
	x := &build.Examination{
		Medium: e.medium(in), Plan: e.plan, Result: result, Verdict: v,
		ID: e.saved.ID, Started: e.saved.Started, Finished: time.Now().UTC(), Interruptions: e.saved.Interruptions,
		Tool: tool(), Assignment: e.flags.Assignment,
	}
	e.reserve.release()
	doc, err := e.platform.write(e.bundle, x, e.identity)
	if err != nil {
		return nil, e.resumable(err)
	}
	os.Remove(e.checkpointPath())
	return doc, nil
}

// resumable adds to an error whether the examination is kept, and how to go on.
func (e *examination) resumable(err error) error {
	if e.unsaved != nil {
		return fmt.Errorf("%w; and the examination is lost: %w", err, e.unsaved)
	}
	return fmt.Errorf("%w; the examination is kept in %s: repeat the command with --resume", err, e.checkpointPath())
}

// changes compares the medium with what it was when it was first opened, before
// any interruption.
func (e *examination) changes() (out []verdict.Change) {
	for i, m := range e.media {
		c, err := m.Since(e.saved.Before[i])
		out = append(out, verdict.Change{Changes: c, Err: err})
	}
	return out
}

// newID is a random UUID (RFC 9562 §5.4, version 4).
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// outPath is where a person finds the report of a bundle.
func outPath(bundle string) string { return filepath.Join(bundle, "report.html") }
