package examine

import (
	"context"
	"fmt"
	"math"
	"time"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/baseline/record"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
)

// Recording is what a baseline is asked to be.
type Recording struct {
	Expect   baseline.Expect
	Blocks   int
	Case     string
	Progress func(read, most int)
}

// Record reads a baseline of a medium that is not erased yet.
func (e *Examination) Record(ctx context.Context, r *Recording) (*record.Record, error) {
	if err := noMedium(e.source); err != nil {
		return nil, err
	}
	if err := e.open(ctx); err != nil {
		return nil, err
	}
	defer e.image.Close()
	var err error
	if e.drive, err = e.describe(); err != nil {
		return nil, err
	}
	d, err := baseline.Draw(ctx, e.image, e.image.Size(), r.Blocks, r.Progress)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.source, err)
	}
	if n := len(d.Blocks); n < baseline.MinBlocks {
		return nil, fmt.Errorf("%s: of the places that were read %d hold data (%d are fill, %d could not be read), and at least %d are needed: a baseline is taken before the erasure, of a medium that is in use", e.source, n, d.Fill, d.Unreadable, baseline.MinBlocks)
	}
	out := &record.Record{ID: newID(), Tool: e.settings.Tool.Name + " " + e.settings.Tool.Version, Case: r.Case, Made: time.Now().UTC().Truncate(time.Second),
		Expect: r.Expect, Medium: e.recorded(), Wanted: r.Blocks}
	out.Take(d)
	return out, nil
}

// recorded is what the medium is known by.
func (e *Examination) recorded() record.Medium {
	id := e.identify()
	return record.Medium{Path: Escape(e.source), Model: id.Model, Serial: id.Serial, WWN: id.Name, Bytes: id.Size}
}

// compared is a baseline with what became of its blocks: for the decision, and for the report.
type compared struct {
	judged   verdict.Baseline
	reported reports.Baseline
}

// compare reads the recorded blocks again. It goes before the examination: a medium that the baseline is not of is refused at once.
func (e *Examination) compare(ctx context.Context) (*compared, error) {
	b := e.settings.Baseline
	if b == nil {
		return nil, nil
	}
	this := e.recorded()
	if err := b.Of(this); err != nil {
		return nil, fmt.Errorf("%s: %w: give the baseline of this medium, or none", e.source, err)
	}
	key, blocks := b.Keyed()
	c, err := baseline.Compare(ctx, e.image, key, blocks)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.source, err)
	}
	identified := this.Serial != "" && this.Serial == b.Medium.Serial || this.WWN != "" && this.WWN == b.Medium.WWN
	out := &compared{
		verdict.Baseline{Expect: b.Expect, Compared: c.Blocks(), Unchanged: int64(len(c.Unchanged)), Unreadable: c.Unreadable, Identified: identified},
		reports.Baseline{ID: b.ID, SealSHA256: b.SHA256, Signer: b.Signer.Name, ThrowAway: b.Signer.ThrowAway, SignerGiven: e.settings.BaselineCert,
			Made: b.Made.UTC().Format(time.RFC3339), Expect: string(b.Expect), Identified: identified, BlockBytes: b.BlockBytes, Recorded: int64(len(blocks)),
			Compared: c.Blocks(), Unchanged: int64(len(c.Unchanged)), Unreadable: c.Unreadable,
			Offsets: append([]int64{}, c.Unchanged[:min(len(c.Unchanged), reports.MaxUnchanged)]...)},
	}
	if len(c.Unchanged) == 0 && c.Blocks() > 0 {
		left := math.Ceil(baseline.Left(c.Blocks())*1e5) / 1e3
		out.reported.LeftPercent = &left
	}
	return out, nil
}
