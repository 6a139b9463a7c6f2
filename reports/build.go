package reports

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"shokyo.dev/shokyo/scan"
	known "shokyo.dev/shokyo/scan/labels"
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
	Medium        Medium
	Plan          *scan.Plan
	Result        *scan.Result
	Verdict       verdict.Verdict
	Started       time.Time
	Finished      time.Time
	Interruptions []Pause
	Tool          Tool
	DriveStatus   string // what the drive says of its health; "": not stated
	Assignment    Assignment
	Release       string         // of the bootable image, if it was one
	Attested      bool           // attestation.json comes with it
	WhyNot        verdict.Reason // why it does not
}

// Pause is an interruption: stopped, resumed, and from which byte on.
type Pause struct {
	Stopped, Resumed time.Time
	AtByte           int64
}

// Build makes the document. It takes over what it is given and judges nothing;
// only text that could deceive a reader is made harmless, and figures rounded.
func Build(e *Examination, signer IdentityFacts) *Document {
	p, r := e.Plan, e.Result
	d := &Document{
		Schema: Schema, ID: e.ID, Title: report.Title.EN, TitleJA: report.Title.JA,
		Verdict:      e.Verdict.Outcome.String(),
		Reasons:      reasons(e.Verdict.Reasons),
		Claim:        e.Verdict.Claim.String(),
		ClaimText:    claimText(e.Verdict.Claim, e.Medium.Drive).EN,
		ClaimTextJA:  claimText(e.Verdict.Claim, e.Medium.Drive).JA,
		ClaimBytes:   claimBytes(r),
		Scope:        scope(p, r),
		Medium:       CleanMedium(e.Medium),
		Plan:         plan(p, r),
		Coverage:     Coverage{r.Planned, r.Read(), r.Classes[scan.Unread], r.Classes[scan.Unreadable], r.Holes()},
		BlockBytes:   int64(p.BlockBytes),
		GrainBytes:   max(r.GrainBytes, 1),
		Regions:      regions(r),
		Findings:     findings(r),
		FindingCount: counts(r),
		Statistics:   statistics(r),
		Explanations: explanations(r),
		Labels:       readable(r),
		Map:          Map{cells(r)},
		DecisionRule: rule(r),
		Noticed:      noticed(p, r),
		Digests:      digests(p, r),
		Verification: verification(e),
		Validation:   Validation{Standard: "NIST SP 800-88r2 4.5.2", Status: "open"},
		NotChecked:   notChecked(e.Verdict.NotChecked),
		Identity:     signer,
		Examination:  cleanAssignment(e.Assignment),
		Platform:     Platform{Clean(strings.TrimSpace(e.Release)), attestation(e)},
		Tool:         e.Tool,
		Times:        Times{stamp(e.Started), stamp(e.Finished)},
		Interrupted:  interruptions(e.Interruptions),
	}
	found := summary(d.FindingCount)
	d.Found = Sentence{words.Whole(found.EN), words.WholeJA(found.JA)}
	d.Lists = lists(d, r)
	d.ISO17025 = isoItems(d)
	return d
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

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

// maxText bounds a text from the medium: a label is a label, not a novel.
const maxText = 1024

// Clean makes text from a medium or a file system safe to read: control
// characters, and those that turn the writing direction or are invisible,
// are spelled out. Such a character in a partition label could otherwise make
// the report read as if it said something else.
func Clean(s string) string {
	var b strings.Builder
	n := 0
	for _, c := range strings.ToValidUTF8(s, "\uFFFD") {
		if n++; n > maxText {
			b.WriteString("…")
			break
		}
		if unicode.IsGraphic(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\u{%x}`, c)
		}
	}
	return b.String()
}

// CleanMedium makes all texts of a medium safe to read, and masks labels that somebody chose.
func CleanMedium(m Medium) Medium {
	m.Path, m.Kind, m.Format, m.FormatStated = Clean(m.Path), Clean(m.Kind), Clean(m.Format), Clean(m.FormatStated)
	m.Model, m.Serial = Clean(m.Model), Clean(m.Serial)
	m.PartitionTable = Clean(m.PartitionTable)
	parts := make([]string, 0, len(m.Parts))
	for _, p := range m.Parts {
		parts = append(parts, Clean(p))
	}
	m.Parts = parts
	m.SectorLayout, m.LayoutText = Clean(m.SectorLayout), Clean(m.LayoutText)
	if m.Drive != nil {
		d := cleanDrive(*m.Drive)
		m.Drive = &d
	}
	g := &m.WriteGuard
	g.Descriptor, g.Text = Clean(g.Descriptor), Clean(g.Text)
	g.Commands = append([]string{}, g.Commands...)
	g.Counters = append([]Counter{}, g.Counters...)
	m.Partitions = append([]Partition{}, m.Partitions...)
	for i := range m.Partitions {
		p := &m.Partitions[i]
		p.Name, p.Type = Clean(p.Name), Clean(p.Type)
		if !p.Masked {
			p.Label, p.Masked = known.Shown(p.Label)
		}
		p.Label = Clean(p.Label)
	}
	return m
}

func cleanAssignment(a Assignment) Assignment {
	a.Operator, a.Case, a.Customer = Clean(a.Operator), Clean(a.Case), Clean(a.Customer)
	a.Site, a.Note, a.JobSHA256 = Clean(a.Site), Clean(a.Note), Clean(a.JobSHA256)
	return a
}

func attestation(e *Examination) AttestationFacts {
	if e.Attested {
		return AttestationFacts{AttestedTPM2, report.Attested.EN, report.Attested.JA}
	}
	if e.WhyNot.Text == "" {
		return AttestationFacts{NotAttested, report.NotAsked.EN, report.NotAsked.JA}
	}
	return AttestationFacts{NotAttested, Clean(e.WhyNot.Text), Clean(e.WhyNot.TextJA)}
}

func reasons(in []verdict.Reason) []Reason {
	out := make([]Reason, 0, len(in))
	for _, r := range in {
		out = append(out, Reason{string(r.Code), Clean(r.Text), Clean(r.TextJA)})
	}
	return out
}

// claimBytes counts what the claim rests on: regions that are judged.
func claimBytes(r *scan.Result) (c ClaimBytes) {
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

func plan(p *scan.Plan, r *scan.Result) Plan {
	out := Plan{Mode: "full", Regions: make([]PlanRegion, 0, len(p.Regions)), StrictLabels: p.StrictLabels}
	if p.Mode != scan.Full {
		out.Mode, out.Sample = "sample", sample(p, r)
	}
	for _, g := range p.Regions {
		out.Regions = append(out.Regions, PlanRegion{Clean(g.Name), g.Start, g.Length, g.Expect.String()})
	}
	return out
}

func sample(p *scan.Plan, r *scan.Result) *Sample {
	s := &Sample{Method: p.Mode.String(), Seed: hex.EncodeToString(p.Seed[:]), Power: []Power{}, Algorithm: p.Algorithm()}
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
func meets(f float64, block, size int64) Power {
	m := size/max(block, 1) - 1
	met := 1 - math.Pow(1-f, float64(max(m, 0)))
	return Power{size, min(math.Floor(met*1e4)/1e4, 0.9999)} // never certain
}

func classBytes(t *scan.ClassBytes) ClassBytes {
	return ClassBytes{
		t[scan.Unread], t[scan.Unreadable], t[scan.Fill], t[scan.Pattern],
		t[scan.Ciphertext], t[scan.Metadata], t[scan.Residue],
	}
}

// ByClass is the inverse of classBytes.
func (c *ClassBytes) ByClass() scan.ClassBytes {
	return scan.ClassBytes{c.Unread, c.Unreadable, c.Fill, c.Pattern, c.Ciphertext, c.Metadata, c.Residue}
}

func regions(r *scan.Result) []Region {
	out := make([]Region, 0, len(r.Extents))
	for _, x := range r.Extents {
		out = append(out, Region{x.Start, x.Length, x.Class.String(), Clean(x.Reason)})
	}
	return out
}

func findings(r *scan.Result) []Finding {
	out := make([]Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		out = append(out, Finding{f.Offset, f.Length, f.Detector.String(), Clean(f.Kind), Clean(f.Path.String()), bits(f.Bits), Clean(f.Preview)})
	}
	return out
}

func statistics(r *scan.Result) Statistics {
	s := Statistics{
		Classes: classBytes(&r.Classes),
		Windows: make([]WindowTest, 0, len(r.Windows)),
		Regions: make([]RegionResult, 0, len(r.Regions)),
	}
	for _, w := range r.Windows {
		s.Windows = append(s.Windows, WindowTest{w.WindowBytes, w.Windows, bits(w.MaxBits), w.MaxOffset, w.Alarms})
	}
	for _, g := range r.Regions {
		s.Regions = append(s.Regions, RegionResult{Clean(g.Name), g.Planned, classBytes(&g.Classes), g.Findings, g.LiveKeys})
	}
	return s
}

func explanations(r *scan.Result) []Explanation {
	out := make([]Explanation, 0, len(r.Explanations))
	for _, x := range r.Explanations {
		out = append(out, Explanation{x.Offset, x.Length, Clean(x.Kind), Clean(x.Path.String()), Clean(x.Text), explanationJA(x.Kind)})
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

func readable(r *scan.Result) []Label {
	out := make([]Label, 0, len(r.Labels))
	for _, l := range r.Labels {
		out = append(out, Label{l.Offset, Clean(l.Kind), Clean(l.Path.String()), Clean(l.Shape)})
	}
	return out
}

func cells(r *scan.Result) []Cell {
	out := make([]Cell, 0, len(r.Cells))
	for _, c := range r.Cells {
		out = append(out, Cell{
			Start: c.Start, Length: c.Length, ClassBytes: classBytes(&c.Classes),
			EntropyMin: thousandth(c.EntropyMin), EntropyMean: thousandth(c.EntropyMean),
			EntropyMax: thousandth(c.EntropyMax), EntropyBlocks: c.EntropyBlocks,
		})
	}
	return out
}

func rule(r *scan.Result) DecisionRule {
	d := DecisionRule{
		FalseAlarmBudget: finite(r.Budget), ThresholdBits: bits(r.ThresholdBits), Tests: r.Tests,
		Formula: "threshold_bits = log2(tests / false_alarm_budget)",
	}
	s := report.Rule.Say(words.Number(d.ThresholdBits), words.Grouped(d.Tests), words.Number(d.FalseAlarmBudget))
	d.Statement, d.StatementJA = s.EN, s.JA
	return d
}

func digests(p *scan.Plan, r *scan.Result) (d Digests) {
	if r.Tree.Present {
		d.SHA256Tree = &Tree{r.Tree.LeafBytes, hex.EncodeToString(r.Tree.Root[:]), "examined-bytes"}
		if p.Mode == scan.Full && r.Planned == r.MediumBytes && r.Complete {
			d.SHA256Tree.Covers = "medium"
		}
	}
	d.SHA256 = hex.EncodeToString(r.SHA256)
	return d
}

func verification(e *Examination) Verification {
	v := Verification{Standard: "NIST SP 800-88r2 4.5.1", Status: "incomplete"}
	how := report.Ended
	if e.Result.Complete {
		v.Status, how = "completed", report.Completed
	}
	if e.DriveStatus != "" {
		s := Clean(e.DriveStatus)
		v.DriveStatus = &s
	}
	r := e.Result
	t := how.Say(words.Grouped(r.Read()), words.Grouped(r.Planned), words.Grouped(r.Classes[scan.Unreadable]))
	v.Text, v.TextJA = t.EN, t.JA
	return v
}

func interruptions(in []Pause) []Interruption {
	out := make([]Interruption, 0, len(in))
	for _, p := range in {
		out = append(out, Interruption{stamp(p.Stopped), stamp(p.Resumed), p.AtByte})
	}
	return out
}
