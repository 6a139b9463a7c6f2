package main

import (
	"context"
	"errors"
	"unicode/utf8"

	"shokyo.dev/shokyo/reports"
)

// resultLine is what --json prints for a source (docs/scripts.md). What is not known
// is left out; the two amounts that were always there stay.
type resultLine struct {
	Source       string   `json:"source"`
	Bundle       string   `json:"bundle,omitempty"`
	Verdict      string   `json:"verdict,omitempty"`
	Reasons      []string `json:"reasons,omitempty"`
	Claim        string   `json:"claim,omitempty"`
	Planned      int64    `json:"planned_bytes"`
	Read         int64    `json:"read_bytes"`
	Error        string   `json:"error,omitempty"`
	ExitStatus   int      `json:"exit_status"`
	Model        string   `json:"model"`
	Serial       string   `json:"serial"`
	WWN          string   `json:"wwn"`
	SizeBytes    int64    `json:"size_bytes"` // 0: not known
	*resultFacts          // nil: there is no report
}

// resultFacts are what a report says of a medium, for programs that read one line.
type resultFacts struct {
	ReportID     string   `json:"report_id"`
	Kind         string   `json:"kind"`
	FractionRead float64  `json:"fraction_read"` // of the medium, 0 to 1
	Residue      int64    `json:"residue_bytes"`
	Unreadable   int64    `json:"unreadable_bytes"`
	Unread       int64    `json:"unread_bytes"`
	TreeRoot     string   `json:"sha256_tree_root,omitempty"`
	SHA256       string   `json:"sha256,omitempty"`
	Scope        string   `json:"scope"`      // what the verdict is about: "medium", "regions"; of a sample "… sample"
	ScopeText    string   `json:"scope_text"` // the same for people, with the regions
	Judged       int64    `json:"judged_bytes"`
	Mode         string   `json:"mode"`
	NotChecked   []string `json:"not_checked"` // codes
	Signer       string   `json:"signer"`
	ThrowAway    bool     `json:"throw_away"`
	Started      string   `json:"started"`
	Finished     string   `json:"finished"`
}

func factsOf(d *reports.Document) *resultFacts {
	f := &resultFacts{
		ReportID: d.ID, Kind: d.Medium.Kind, FractionRead: float64(d.Coverage.ReadBytes) / float64(max(d.Medium.SizeBytes, 1)),
		Residue: d.Statistics.Classes.Residue, Unreadable: d.Coverage.UnreadableBytes, Unread: d.Coverage.UnreadBytes,
		SHA256: d.Digests.SHA256, Scope: d.ScopeWord(), ScopeText: d.Scope.Text, Judged: d.Scope.JudgedBytes, Mode: d.Plan.Mode, NotChecked: reasonCodes(d.NotChecked),
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
	return escape(name)
}

// lineOf describes a report that lies in bundle.
func lineOf(source, bundle string, doc *reports.Document) resultLine {
	m := &doc.Medium
	return resultLine{
		Source: sayable(source), Bundle: sayable(bundle), Verdict: doc.Verdict, Reasons: reasonCodes(doc.Reasons), Claim: doc.Claim,
		Planned: doc.Coverage.PlannedBytes, Read: doc.Coverage.ReadBytes, ExitStatus: statusOf(doc.Verdict),
		Model: m.Model, Serial: m.Serial, WWN: m.Drive.WorldWideName(), SizeBytes: m.SizeBytes, resultFacts: factsOf(doc),
	}
}

func (p *program) printLine(o *outcome) error {
	if o.err == nil {
		return p.printJSON(lineOf(o.source, o.bundle, o.doc))
	}
	l := resultLine{Source: sayable(o.source), Error: errorText(o.err), ExitStatus: o.status(),
		Model: o.row.Model, Serial: o.row.Serial, WWN: o.row.WWN, SizeBytes: o.row.SizeBytes}
	if errors.Is(o.err, context.Canceled) {
		l.Error = "interrupted; --resume goes on"
	}
	return p.printJSON(l)
}
