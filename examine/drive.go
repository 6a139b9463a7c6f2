package examine

import (
	"context"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// What a drive says of itself, on its way into the report.

// describe asks the drive of a block device; nil for image files.
func (e *Examination) describe() (*statements.Drive, error) {
	f := e.media[0].Facts()
	if f.Kind != kernel.BlockDevice {
		return nil, nil
	}
	d, err := devices.Describe(e.source)
	if err == nil && d.Name != f.Name {
		err = fmt.Errorf("%s led to the device %q and leads to %q now: name it by a path that stays", e.source, f.Name, d.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("ask the drive: %w", err)
	}
	return d, nil
}

// evidence gathers what the decision rests on: what was read, what the drive said before
// and says now, and what happened to the medium meanwhile.
func (e *Examination) evidence(ctx context.Context, result *scan.Result) *verdict.Input {
	in := &verdict.Input{Plan: e.plan, Result: result, Medium: e.length(), Facts: e.media[0].Facts(),
		Changes: e.changes(), Resumed: len(e.saved.Interruptions) > 0, Before: e.drive}
	in.After, in.NotAsked = e.describe()
	in.Trailers = e.trailers(ctx)
	return in
}

// changes compares the medium with what it was when it was first opened, before
// any interruption.
func (e *Examination) changes() (out []verdict.Change) {
	for i, m := range e.media {
		c, err := m.Since(e.saved.Before[i])
		out = append(out, verdict.Change{Changes: c, Err: err})
	}
	return out
}

// ReportDrive spells a drive out for the report and for programs.
func ReportDrive(d *statements.Drive) *reports.Drive {
	if d == nil {
		return nil
	}
	out := &reports.Drive{
		Path: d.Path, Bus: d.Bus, Model: d.Model, Serial: d.Serial, Firmware: d.Firmware,
		WWN: d.WWN, EUI64: d.EUI64, NGUID: d.NGUID, WWID: d.WWID,
		SizeBytes: d.SizeBytes, LogicalBlockBytes: int64(d.LogicalBlockBytes), PhysicalBlockBytes: int64(d.PhysicalBlockBytes),
		Rotation: reportStatement(d.Rotation), Removable: reportAnswer(d.Removable), ReadOnly: reportAnswer(d.ReadOnlyFlag),
		InUse: reportAnswer(d.InUse), Users: d.Users,
		Hidden:   reports.Hidden{State: d.Hidden.State.String(), Bytes: d.Hidden.Bytes, Text: d.Hidden.Text, TextJA: d.Hidden.TextJA},
		Sanitize: reportStatement(d.Sanitize), Security: reportStatement(d.Security),
		Deallocated: reportStatement(d.Deallocated), AfterErase: reportStatement(d.AfterErase),
	}
	if w := d.Written; w.Known {
		out.Written = &reports.Written{Counter: w.Name, Value: w.Value, UnitBytes: w.UnitBytes}
	}
	for _, f := range d.Details {
		out.Facts = append(out.Facts, reports.DriveFact{Name: f.Name, Value: f.Value, From: f.From, Why: f.Why.EN, WhyJA: f.Why.JA})
	}
	for _, p := range d.Pages {
		out.Commands = append(out.Commands, reports.NewSentCommand(p.Bus, p.Name, p.Command, p.Data, p.Status, p.Error))
	}
	return out
}

func reportStatement[S statements.AnyState](s statements.Statement[S]) reports.Statement {
	return reports.Statement{State: s.State.String(), Text: s.Text, TextJA: s.TextJA}
}

// sentCommands names every command that went to a drive, once.
func sentCommands(drives ...*statements.Drive) (names []string) {
	for _, d := range drives {
		if d == nil {
			continue
		}
		for _, p := range d.Pages {
			if name := p.Bus + " " + p.Name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
