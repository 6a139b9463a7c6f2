package examine

import (
	"math"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
)

// medium gathers what the report says of the medium itself.
func (e *Examination) medium(in *verdict.Input) reports.Medium {
	facts := e.media[0].Facts()
	m := reports.Medium{
		Path: Escape(e.source), SizeBytes: e.image.Size(), Kind: string(facts.Kind), Format: e.image.Format(),
		FormatStated: e.settings.Format, SizeStated: e.settings.Size,
		LogicalBlockBytes: int64(facts.LogicalBlockBytes), PhysicalBlockBytes: int64(facts.PhysicalBlockBytes),
		Model: facts.Model, Serial: facts.Serial, ReadOnlyFlag: reportAnswer(facts.ReadOnlyFlag),
		Drive: ReportDrive(e.drive),
	}
	if e.drive != nil {
		m.Model, m.Serial = e.drive.Model, e.drive.Serial
	}
	if parts := e.image.Parts(); len(parts) > 1 {
		m.Parts = parts
	}
	if t := in.Trailers; t != nil {
		m.SectorLayout, m.LayoutText = t.Layout, layoutText(t)
	}
	if e.table != nil {
		m.PartitionTable = e.table.Kind
		for _, p := range e.table.Partitions {
			m.Partitions = append(m.Partitions, reports.Partition{Name: p.Name, Label: p.Label, Type: p.Type, Start: p.Start, Length: p.Length})
		}
	}
	m.WriteGuard = writeGuard(in.Changes)
	m.WriteGuard.Descriptor, m.WriteGuard.Claimed = e.media[0].OpenedAs(), reportAnswer(facts.Claimed)
	m.WriteGuard.Commands = sentCommands(in.Before, in.After)
	if by := e.media[0].ReadBy(); by != "" {
		m.WriteGuard.Commands = append(m.WriteGuard.Commands, by)
	}
	if in.Before != nil && in.After != nil {
		m.WriteGuard.Counters = append(m.WriteGuard.Counters, ownCounters(in.Before.Written, in.After.Written)...)
	}
	return m
}

// ownCounters is the drive's count of what was written to it, before and after.
func ownCounters(before, after statements.Written) []reports.Counter {
	if !before.Known || !after.Known || before.Name != after.Name || max(before.Value, after.Value) > math.MaxInt64 {
		return nil
	}
	return []reports.Counter{{Name: "drive." + before.Name, Before: int64(before.Value), After: int64(after.Value)}}
}

// writeGuard says whether every file of the medium stayed as it was.
func writeGuard(changes []verdict.Change) (g reports.WriteGuard) {
	untouched := answer.Unknown // of being changed
	if len(changes) > 0 {
		untouched = answer.No // so far
	}
	for _, c := range changes {
		switch c.Changed {
		case answer.Yes:
			untouched = answer.Yes
		case answer.Unknown:
			if untouched == answer.No {
				untouched = answer.Unknown
			}
		}
		g.Counters = append(g.Counters, counters(c.Changes)...)
		g.Text, g.TextJA = c.Text, c.TextJA
	}
	if changed := reportAnswer(untouched); changed != nil {
		ok := !*changed
		g.Untouched = &ok
	}
	return g
}

func counters(c written.Changes) []reports.Counter {
	a, b := c.Before, c.After
	out := []reports.Counter{{Name: "size_bytes", Before: a.SizeBytes, After: b.SizeBytes}}
	if !a.ModTime.IsZero() {
		out = append(out, reports.Counter{Name: "modified_unix_us", Before: a.ModTime.UnixMicro(), After: b.ModTime.UnixMicro()})
	}
	if a.Counted && b.Counted {
		out = append(out,
			reports.Counter{Name: "write_ios", Before: a.Counters.Writes, After: b.Counters.Writes},
			reports.Counter{Name: "write_sectors", Before: a.Counters.WrittenSectors, After: b.Counters.WrittenSectors},
			reports.Counter{Name: "discard_ios", Before: a.Counters.Discards, After: b.Counters.Discards},
			reports.Counter{Name: "discard_sectors", Before: a.Counters.DiscardedSectors, After: b.Counters.DiscardedSectors})
	}
	return out
}

// reportAnswer is yes or no, or nil where it is not known.
func reportAnswer(a answer.Answer) *bool {
	if a == answer.Unknown {
		return nil
	}
	yes := a == answer.Yes
	return &yes
}

// Known is what is known of a medium that was not examined.
func (e *Examination) Known() reports.Medium {
	m := reports.Medium{Path: Escape(e.source)}
	if len(e.media) > 0 {
		f := e.media[0].Facts()
		m.Model, m.Serial, m.Kind = f.Model, f.Serial, string(f.Kind)
		if f.Kind == kernel.BlockDevice { // an image's size is not known from one file
			m.SizeBytes = f.SizeBytes
		}
	}
	if d := e.drive; d != nil {
		m.Model, m.Serial, m.Drive = d.Model, d.Serial, ReportDrive(d)
	}
	return m
}
