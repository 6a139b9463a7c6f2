package examine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// What earlier runs left: a checkpoint to go on from, or a bundle. Neither may speak for another
// medium than the one that is there now.

// finished says whether the bundle is there. Only --resume may meet one.
func (e *Examination) finished() (bool, error) {
	_, err := os.Lstat(e.bundle)
	if err == nil && !e.settings.Resume {
		return true, fmt.Errorf("%s is there already: reports are never overwritten; choose another --out", e.bundle)
	}
	return err == nil, nil
}

// earlier loads the checkpoint that --resume goes on from; nil where there is none.
func (e *Examination) earlier() (*checkpoint.Checkpoint, error) {
	c, err := checkpoint.Load(e.checkpointPath())
	switch {
	case err != nil:
		return nil, err
	case c != nil && !e.settings.Resume:
		return nil, fmt.Errorf("an interrupted examination is there: go on with --resume, or remove %s to begin again", e.checkpointPath())
	}
	return c, nil
}

// takeUp goes on from a checkpoint, if that is of this medium, asked for in the same way, and the
// medium is what it was.
func (e *Examination) takeUp(earlier *checkpoint.Checkpoint) error {
	fresh := &e.saved
	if earlier.Format != fresh.Format {
		return fmt.Errorf("%s was interrupted while it was read with another --format: repeat the first command's flags, or remove %s and examine it from the start", e.source, e.checkpointPath())
	}
	if earlier.Medium != fresh.Medium || len(earlier.Before) != len(e.media) {
		return fmt.Errorf("%s is not the medium that was interrupted: that has %v, this has %v", e.source, earlier.Medium, fresh.Medium)
	}
	if err := e.unchangedSince(earlier, fresh.Medium); err != nil {
		return err
	}
	if !sameReasons(earlier.Foreseen, fresh.Foreseen) {
		return fmt.Errorf("%s: the checkpoint was made with another plan, other digests or on a medium of another size; repeat the first command's flags", e.source)
	}
	pause := build.Pause{Stopped: earlier.Saved, Resumed: fresh.Started, AtByte: earlier.AtByte}
	e.saved = *earlier
	e.saved.Interruptions = append(slices.Clip(earlier.Interruptions), pause)
	if e.settings.Seed == "" {
		e.plan.Seed = earlier.Seed
	}
	e.saved.Seed = e.plan.Seed
	return nil
}

// sameReasons compares as a checkpoint has them: what is no text in them is lost there.
func sameReasons(a, b []verdict.Reason) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

// identify is by what an examination is resumed: the drive's own word where there
// is one.
func (e *Examination) identify() checkpoint.Medium {
	f := e.media[0].Facts()
	id := checkpoint.Medium{Model: f.Model, Serial: f.Serial, Size: e.image.Size()}
	if d := e.drive; d != nil {
		id.Model, id.Serial, id.Name = d.Model, d.Serial, d.WorldWideName()
	}
	return id
}

// unchangedSince refuses to go on with a medium that was written to after the
// examination began: what was read then says nothing about what is there now.
func (e *Examination) unchangedSince(earlier *checkpoint.Checkpoint, id checkpoint.Medium) error {
	for i, m := range e.media {
		c, err := m.Since(earlier.Before[i])
		if err := notResumable(&c, err, id); err != nil {
			return fmt.Errorf("%s cannot be resumed: %w; remove %s and examine it from the start", e.source, err, e.checkpointPath())
		}
	}
	return nil
}

// notResumable says what keeps a medium from being gone on with; nil: nothing does. A
// drive that was attached anew may be another one, if nothing tells them apart:
// wiped drives of one size read alike.
func notResumable(c *written.Changes, err error, id checkpoint.Medium) error {
	switch {
	case err == nil && c.Changed == answer.No:
	case err == nil && c.Changed == answer.Yes:
		return errors.New(c.Text)
	case id.Anonymous():
		return errors.New("it tells no serial number, so whether it is the drive that was interrupted is not known")
	}
	return nil
}

// examinedEarlier takes over the bundle that an earlier run of the batch left.
// The path may by now name another drive, which then was never examined.
func (e *Examination) examinedEarlier(ctx context.Context) (*reports.Document, error) {
	cert := e.settings.Identity.Certificate()
	if e.settings.Identity.IsThrowAway() {
		cert = nil // the earlier run had another
	}
	v, err := sign.Verify(e.bundle, cert)
	if err != nil {
		return nil, fmt.Errorf("%w: move it away to examine %s again", err, e.source)
	}
	if !e.settings.answeredBy(v.Document) {
		return nil, fmt.Errorf("%s is the report of an examination with another plan: repeat the first command's flags, or move it away to examine %s again", e.bundle, e.source)
	}
	if err := e.stillIs(ctx, v.Document); err != nil {
		return nil, err
	}
	if c, err := checkpoint.Load(e.checkpointPath()); err == nil && c != nil && c.ID == v.Document.ID {
		os.Remove(e.checkpointPath()) // the run was killed between the bundle and this
	}
	e.early = true
	return v.Document, nil
}

// answeredBy says whether a report is of an examination like the one that is asked
// for: a sample is no answer to who asks for the whole, and decoded a medium is another one
// than byte for byte.
func (s *Settings) answeredBy(d *reports.Document) bool {
	t := &table.Table{}
	for _, p := range d.Medium.Partitions {
		t.Partitions = append(t.Partitions, table.Partition{Name: p.Name, Label: p.Label, Start: p.Start, Length: p.Length})
	}
	masked := s.Masked()
	p, err := masked.Plan(d.Medium.SizeBytes, t)
	if err != nil {
		return false
	}
	sample := reports.Sample{Method: scan.Full.String()}
	if d.Plan.Sample != nil {
		sample = *d.Plan.Sample
	}
	sought := func(c *corpus.Corpus, r reports.Corpus) bool {
		return c.SHA256 == r.SealSHA256 && (r.SignerGiven || !s.CorpusCert)
	}
	return slices.EqualFunc(s.Corpora, d.Corpora, sought) && s.heldAgainst(d.Baseline) && d.Medium.FormatStated == s.Format && d.Medium.SizeStated == s.Size && p.Mode.String() == sample.Method && p.Scope.String() == cmp.Or(d.Scope.Kind, p.Scope.String()) &&
		p.Depth.String() == d.Plan.Depth && p.Fraction == sample.Fraction && (d.Plan.StrictLabels || !p.StrictLabels) &&
		(s.Seed == "" || strings.EqualFold(s.Seed, sample.Seed) && sample.DrawnBy() == p.Algorithm()) &&
		int64(p.BlockBytes) == d.BlockBytes && (s.Layout == "" || cmp.Or(d.Medium.SectorLayout, "512") == s.Layout) &&
		slices.EqualFunc(p.Regions, d.Plan.Regions, func(a scan.Region, b reports.PlanRegion) bool {
			return a.Start == b.Start && a.Length == b.Length && a.Expect.String() == b.Expect
		})
}

// heldAgainst says whether a medium was held against the baseline that is given, or against none if none is.
func (s *Settings) heldAgainst(b *reports.Baseline) bool {
	if s.Baseline == nil || b == nil {
		return s.Baseline == nil && b == nil
	}
	return s.Baseline.SHA256 == b.SealSHA256 && (b.SignerGiven || !s.BaselineCert)
}

// stillIs says whether the source is the medium of a report, as far as it is still
// there: a drive that is done may have been put away.
func (e *Examination) stillIs(ctx context.Context, d *reports.Document) error {
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
	if err := e.open(ctx); err != nil {
		return fmt.Errorf("%s is there, but whether it is the report of %s cannot be told: %w", e.bundle, e.source, err)
	}
	defer e.image.Close()
	if e.drive, err = e.describe(); err != nil {
		return err
	}
	switch is, was := e.identify(), reported(&d.Medium); {
	case is != was:
		return fmt.Errorf("%s is the report of another medium (%v) than %s is now (%v): move it away, or name its own path", e.bundle, was, e.source, is)
	case is.Anonymous():
		return fmt.Errorf("%s tells no serial number, so whether it is the medium of %s is not known: leave it out of the call, or move that away to examine it again", e.source, e.bundle)
	}
	return nil
}

// reported is the medium that a report is about, as identify gives it.
func reported(m *reports.Medium) checkpoint.Medium {
	return checkpoint.Medium{Model: m.Model, Serial: m.Serial, Name: m.Drive.WorldWideName(), Size: m.SizeBytes}
}
