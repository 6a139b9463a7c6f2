// Package build makes a document of an examination: it takes over what the engine
// measured, what was decided and what the caller knows, and judges nothing. The sentences
// stand in words/report; a new fact is a field of reports.Document, filled in here.
package build

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	"shokyo.dev/shokyo/words/report"
)

// Examination is all that goes into a document: what the engine measured and
// what only the caller knows. How many workers there were is not in it,
// because that must not change a byte.
type Examination struct {
	ID            string // letters, digits and "-", at most 64; new for every examination
	Medium        reports.Medium
	Plan          *scan.Plan
	Result        *scan.Result
	Verdict       verdict.Verdict
	Started       time.Time
	Finished      time.Time
	Interruptions []Pause
	Tool          reports.Tool
	DriveStatus   string // what the drive says of its health; "": not stated
	Assignment    reports.Assignment
	Order         reports.Order
	Zone          *time.Location // of the laboratory; nil: UTC
	Release       string         // of the bootable image, if it was one
	Attested      bool           // attestation.json comes with it
	WhyNot        verdict.Reason // why it does not
	Corpora       []reports.Corpus
	Baseline      *reports.Baseline // nil: nothing was recorded before
}

// Pause is an interruption: stopped, resumed, and from which byte on.
type Pause struct {
	Stopped, Resumed time.Time
	AtByte           int64
}

// Document makes the document. It takes over what it is given and judges nothing;
// only text that could deceive a reader is made harmless, and figures rounded.
func Document(e *Examination, signer reports.IdentityFacts) *reports.Document {
	p, r := e.Plan, e.Result
	d := &reports.Document{
		Schema: reports.Schema, ID: e.ID, Title: report.Title.EN, TitleJA: report.Title.JA,
		Verdict:      e.Verdict.Outcome.String(),
		Reasons:      reasons(e.Verdict.Reasons),
		Claim:        e.Verdict.Claim.String(),
		ClaimText:    claimText(e.Verdict.Claim, e.Medium.Drive).EN,
		ClaimTextJA:  claimText(e.Verdict.Claim, e.Medium.Drive).JA,
		ClaimBytes:   claimBytes(r),
		Scope:        scope(p, r),
		Medium:       reports.CleanMedium(e.Medium),
		Plan:         plan(p, r),
		Coverage:     reports.Coverage{PlannedBytes: r.Planned, ReadBytes: r.Read(), UnreadBytes: r.Classes[scan.Unread], UnreadableBytes: r.Classes[scan.Unreadable], HoleBytes: r.Holes()},
		BlockBytes:   int64(p.BlockBytes),
		GrainBytes:   max(r.GrainBytes, 1),
		Regions:      regions(r),
		Findings:     findings(r),
		FindingCount: counts(r),
		Statistics:   statistics(r),
		Explanations: explanations(r),
		Labels:       readable(r),
		Map:          reports.Map{Cells: cells(r)},
		Corpora:      corpora(e.Corpora),
		Baseline:     recorded(e.Baseline),
		DecisionRule: rule(r),
		Noticed:      noticed(p, r),
		Digests:      digests(p, r),
		Verification: verification(e),
		Validation:   reports.Validation{Standard: "NIST SP 800-88r2 4.5.2", Status: "open"},
		NotChecked:   notChecked(e.Verdict.NotChecked),
		Identity:     signer,
		Examination:  cleanAssignment(e.Assignment),
		Order:        reports.CleanOrder(e.Order),
		Platform:     reports.Platform{Release: reports.Clean(strings.TrimSpace(e.Release)), Attestation: attestation(e)},
		Tool:         e.Tool,
		Times:        reports.TimesOf(e.Started.In(zone(e)), e.Finished.In(zone(e))),
		Interrupted:  interruptions(e.Interruptions),
	}
	found := summary(d.FindingCount)
	d.Found = reports.Sentence{Text: words.Whole(found.EN), TextJA: words.WholeJA(found.JA)}
	d.Lists = lists(d, r)
	d.ISO17025 = isoItems(d)
	return d
}

// bits rounds down to a tenth: a score may be understated, never overstated,
// and rounding the threshold the same way keeps their order.
func bits(x float64) float64 { return math.Floor(finite(x)*10+1e-9) / 10 }

// thousandth rounds an entropy to the nearest thousandth of a bit per byte.
func thousandth(x float64) float64 { return math.Round(finite(x)*1000) / 1000 }

// finite makes any float one that JSON can hold.
func finite(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, -1e12), 1e12)
}

func zone(e *Examination) *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

func attestation(e *Examination) reports.AttestationFacts {
	if e.Attested {
		return reports.AttestationFacts{Kind: reports.AttestedTPM2, Text: report.Attested.EN, TextJA: report.Attested.JA}
	}
	if e.WhyNot.Text == "" {
		return reports.AttestationFacts{Kind: reports.NotAttested, Text: report.NotAsked.EN, TextJA: report.NotAsked.JA}
	}
	return reports.AttestationFacts{Kind: reports.NotAttested, Text: reports.Clean(e.WhyNot.Text), TextJA: reports.Clean(e.WhyNot.TextJA)}
}

func reasons(in []verdict.Reason) []reports.Reason {
	out := make([]reports.Reason, 0, len(in))
	for _, r := range in {
		out = append(out, reports.Reason{Code: string(r.Code), Text: reports.Clean(r.Text), TextJA: reports.Clean(r.TextJA)})
	}
	return out
}

// claimBytes counts what the claim rests on: regions that are judged.
func claimBytes(r *scan.Result) (c reports.ClaimBytes) {
	for _, g := range r.Regions {
		if g.Expect == scan.ExpectAny {
			continue
		}
		c.Logical += g.ReadBackFill
		c.PhysicalCiphertext += g.ReadBackCiphertext
		c.Metadata += g.Classes[scan.Metadata]
	}
	return c
}

func plan(p *scan.Plan, r *scan.Result) reports.Plan {
	out := reports.Plan{Mode: "full", Regions: make([]reports.PlanRegion, 0, len(p.Regions)), StrictLabels: p.StrictLabels, Depth: p.Depth.String()}
	if p.Mode != scan.Full {
		out.Mode, out.Sample = "sample", sample(p, r)
	}
	for _, g := range p.Regions {
		out.Regions = append(out.Regions, reports.PlanRegion{Name: reports.Clean(g.Name), Start: g.Start, Length: g.Length, Expect: g.Expect.String()})
	}
	return out
}

func sample(p *scan.Plan, r *scan.Result) *reports.Sample {
	s := &reports.Sample{Method: p.Mode.String(), Seed: hex.EncodeToString(p.Seed[:]), Power: []reports.Power{}, Algorithm: p.Algorithm()}
	if p.Mode == scan.Random {
		s.Fraction = finite(p.Fraction)
		for size := int64(64 << 10); size <= min(64<<20, r.MediumBytes); size *= 4 {
			s.Power = append(s.Power, meets(sampled(p, r), int64(p.BlockBytes), size))
		}
	}
	return s
}

// sampled is the share of the plan's regions that the samples make up.
func sampled(p *scan.Plan, r *scan.Result) float64 {
	var all int64
	for _, g := range p.Regions {
		all += g.Length
	}
	share := finite(float64(r.Planned) / float64(max(all, 1)))
	return max(min(share, finite(p.Fraction), 1), 0)
}

// meets bounds the chance to meet residue of size bytes. Wherever it starts,
// it holds at least m = size/block - 1 whole blocks. Of N blocks n = f·N are
// drawn without replacement, so the chance to miss all m is
// C(N-m,n)/C(N,n) = Π_{i<m} (N-n-i)/(N-i) ≤ (1-f)^m.
func meets(f float64, block, size int64) reports.Power {
	m := size/max(block, 1) - 1
	met := 1 - math.Pow(1-f, float64(max(m, 0)))
	return reports.Power{ResidueBytes: size, Probability: min(math.Floor(met*1e4)/1e4, 0.9999)} // never certain
}

func classBytes(t *scan.ClassBytes) reports.ClassBytes {
	return reports.ClassBytes{Unread: t[scan.Unread], Unreadable: t[scan.Unreadable], Fill: t[scan.Fill], Pattern: t[scan.Pattern], Ciphertext: t[scan.Ciphertext], Metadata: t[scan.Metadata], Residue: t[scan.Residue]}
}

func regions(r *scan.Result) []reports.Region {
	out := make([]reports.Region, 0, len(r.Extents))
	for _, x := range r.Extents {
		out = append(out, reports.Region{Start: x.Start, Length: x.Length, Class: x.Class.String(), Reason: reports.Clean(x.Reason)})
	}
	return out
}

func findings(r *scan.Result) []reports.Finding {
	out := make([]reports.Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		out = append(out, reports.Finding{Offset: f.Offset, Length: f.Length, Detector: f.Detector.String(), Kind: reports.Clean(f.Kind), Path: reports.Clean(f.Path.String()), Bits: bits(f.Bits), Preview: reports.Clean(f.Preview)})
	}
	return out
}

func statistics(r *scan.Result) reports.Statistics {
	s := reports.Statistics{
		Classes: classBytes(&r.Classes),
		Windows: make([]reports.WindowTest, 0, len(r.Windows)),
		Regions: make([]reports.RegionResult, 0, len(r.Regions)),
	}
	for _, w := range r.Windows {
		s.Windows = append(s.Windows, reports.WindowTest{WindowBytes: w.WindowBytes, Windows: w.Windows, MaxBits: bits(w.MaxBits), MaxOffset: w.MaxOffset, Alarms: w.Alarms})
	}
	for _, g := range r.Regions {
		s.Regions = append(s.Regions, reports.RegionResult{Name: reports.Clean(g.Name), PlannedBytes: g.Planned, Classes: classBytes(&g.Classes), Findings: g.Findings, LiveKeySlots: g.LiveKeys})
	}
	return s
}

func explanations(r *scan.Result) []reports.Explanation {
	out := make([]reports.Explanation, 0, len(r.Explanations))
	for _, x := range r.Explanations {
		out = append(out, reports.Explanation{Offset: x.Offset, Length: x.Length, Kind: reports.Clean(x.Kind), Path: reports.Clean(x.Path.String()), Text: reports.Clean(x.Text), TextJA: explanationJA(x.Kind)})
	}
	return out
}

// explanationJA is the Japanese sentence for a kind of explanation.
func explanationJA(kind string) string {
	if s, ok := report.ExplanationsJA[kind]; ok {
		return s
	}
	return fmt.Sprintf(report.BookKeepingJA, kinds.Of("", kind).JA)
}

func readable(r *scan.Result) []reports.Label {
	out := make([]reports.Label, 0, len(r.Labels))
	for _, l := range r.Labels {
		out = append(out, reports.Label{Offset: l.Offset, Kind: reports.Clean(l.Kind), Path: reports.Clean(l.Path.String()), Shape: reports.Clean(l.Shape)})
	}
	return out
}

func cells(r *scan.Result) []reports.Cell {
	out := make([]reports.Cell, 0, len(r.Cells))
	for _, c := range r.Cells {
		out = append(out, reports.Cell{
			Start: c.Start, Length: c.Length, ClassBytes: classBytes(&c.Classes),
			EntropyMin: thousandth(c.EntropyMin), EntropyMean: thousandth(c.EntropyMean),
			EntropyMax: thousandth(c.EntropyMax), EntropyBlocks: c.EntropyBlocks,
		})
	}
	return out
}

func rule(r *scan.Result) reports.DecisionRule {
	d := reports.DecisionRule{
		FalseAlarmBudget: finite(r.Budget), ThresholdBits: bits(r.ThresholdBits), Tests: r.Tests,
		Formula: "threshold_bits = log2(tests / false_alarm_budget)",
	}
	s := report.Rule.Say(words.Number(d.ThresholdBits), words.Grouped(d.Tests), words.Number(d.FalseAlarmBudget))
	d.Statement, d.StatementJA = s.EN, s.JA
	return d
}

func digests(p *scan.Plan, r *scan.Result) (d reports.Digests) {
	if r.Tree.Present {
		d.SHA256Tree = &reports.Tree{LeafBytes: r.Tree.LeafBytes, Root: hex.EncodeToString(r.Tree.Root[:]), Covers: "examined-bytes"}
		if p.Mode == scan.Full && r.Planned == r.MediumBytes && r.Complete {
			d.SHA256Tree.Covers = "medium"
		}
	}
	d.SHA256 = hex.EncodeToString(r.SHA256)
	return d
}

func verification(e *Examination) reports.Verification {
	v := reports.Verification{Standard: "NIST SP 800-88r2 4.5.1", Status: "incomplete"}
	how := report.Ended
	if e.Result.Complete {
		v.Status, how = "completed", report.Completed
	}
	if e.DriveStatus != "" {
		s := reports.Clean(e.DriveStatus)
		v.DriveStatus = &s
	}
	r := e.Result
	t := how.Say(words.Grouped(r.Read()), words.Grouped(r.Planned), words.Grouped(r.Classes[scan.Unreadable]))
	v.Text, v.TextJA = t.EN, t.JA
	return v
}

func interruptions(in []Pause) []reports.Interruption {
	out := make([]reports.Interruption, 0, len(in))
	for _, p := range in {
		out = append(out, reports.Interruption{Stopped: reports.Stamp(p.Stopped), Resumed: reports.Stamp(p.Resumed), AtByte: p.AtByte})
	}
	return out
}

func cleanAssignment(a reports.Assignment) reports.Assignment {
	a.Operator, a.Case, a.Customer = reports.Clean(a.Operator), reports.Clean(a.Case), reports.Clean(a.Customer)
	a.Site, a.Note, a.JobSHA256 = reports.Clean(a.Site), reports.Clean(a.Note), reports.Clean(a.JobSHA256)
	return a
}

// lists says what the document's lists hold.
func lists(d *reports.Document, r *scan.Result) []reports.List {
	var findings int64
	for _, c := range d.FindingCount {
		findings += c.Count
	}
	all := func(name string, n int) reports.List {
		return reports.List{Name: name, Exist: int64(n), Listed: int64(n)}
	}
	some := func(name string, exist int64, listed int) reports.List {
		return reports.List{Name: name, Exist: max(exist, int64(listed)), Listed: int64(listed)}
	}
	return []reports.List{
		all("regions", len(d.Regions)),
		some("findings", findings, len(d.Findings)),
		all("finding_counts", len(d.FindingCount)),
		some("explanations", r.Explained, len(d.Explanations)),
		some("readable_labels", r.LabelCount, len(d.Labels)),
		all("partitions", len(d.Medium.Partitions)),
	}
}
