package main

import (
	"context"
	"errors"
	"unicode/utf8"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports"
)

// factsOf is what is printed of a report.
func factsOf(d *reports.Document) *exchange.Facts {
	f := &exchange.Facts{
		ReportID: d.ID, Kind: d.Medium.Kind, FractionRead: float64(d.Coverage.ReadBytes) / float64(max(d.Medium.SizeBytes, 1)),
		Residue: d.Statistics.Classes.Residue, Unreadable: d.Coverage.UnreadableBytes, Unread: d.Coverage.UnreadBytes,
		SHA256: d.Digests.SHA256, Scope: d.ScopeWord(), ScopeText: d.Scope.Text, Judged: d.Scope.JudgedBytes, Mode: d.Plan.Mode, Depth: d.Plan.Depth, NotChecked: reasonCodes(d.NotChecked),
		Signer: d.Identity.Name, ThrowAway: d.Identity.ThrowAway, Started: d.Times.Started, Finished: d.Times.Finished,
	}
	if t := d.Digests.SHA256Tree; t != nil {
		f.TreeRoot = t.Root
	}
	return f
}

func reasonCodes(reasons []reports.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Code)
	}
	return out
}

// sayable is a name as JSON can hold it: as it is, or with %XX for what is no text.
func sayable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return examine.Escape(name)
}

// lineOf describes a report that lies in bundle.
func lineOf(source, bundle string, doc *reports.Document) exchange.Result {
	m := &doc.Medium
	return exchange.Result{
		Source: sayable(source), Bundle: sayable(bundle), Verdict: doc.Verdict, Reasons: reasonCodes(doc.Reasons), Claim: doc.Claim,
		Planned: doc.Coverage.PlannedBytes, Read: doc.Coverage.ReadBytes, ExitStatus: statusOf(doc.Verdict),
		Model: m.Model, Serial: m.Serial, WWN: m.Drive.WorldWideName(), SizeBytes: m.SizeBytes, Facts: factsOf(doc),
	}
}

func (p *program) printLine(o *batch.Outcome) error {
	if o.Err == nil {
		return p.printJSON(lineOf(o.Source, o.Bundle, o.Doc))
	}
	l := exchange.Result{Source: sayable(o.Source), Error: errorText(o.Err), ExitStatus: statusOfOutcome(o),
		Model: o.Row.Model, Serial: o.Row.Serial, WWN: o.Row.WWN, SizeBytes: o.Row.SizeBytes}
	if errors.Is(o.Err, context.Canceled) {
		l.Error = "interrupted; --resume goes on"
	}
	return p.printJSON(l)
}
