package paper

import (
	"cmp"
	"fmt"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/render/sheet"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
	"shokyo.dev/shokyo/words/report"
)

// sections are what follows page one, in order.
var sections = []func(*writer){
	(*writer).reasons, (*writer).mapSection, (*writer).stated, (*writer).item, (*writer).method, (*writer).rule,
	(*writer).corpora, (*writer).recorded, (*writer).findings, (*writer).explanations, (*writer).regions, (*writer).notChecked, (*writer).noticed, (*writer).deviations,
	(*writer).evidence, (*writer).standards, (*writer).verification, (*writer).validation, (*writer).glossary,
}

func (w *writer) reasons() {
	w.heading(text.Why)
	for _, r := range w.d.Reasons {
		w.point(w.sayReason(r))
	}
	w.minor(w.say(text.Proves))
	w.paragraph(w.say(words.Text{EN: w.d.ClaimText, JA: w.d.ClaimTextJA}))
}

// stated is what the laboratory wrote down (ISO/IEC 17025, 7.8.2.1 b, e, g, h; NIST SP
// 800-88r1 appendix G, r2 appendix C).
func (w *writer) stated() {
	groups := sheet.Groups(w.d)
	if len(groups) == 0 {
		return
	}
	w.heading(text.Stated)
	w.note(w.say(labels.StatedNote))
	for _, g := range groups {
		w.minor(w.say(g.Title))
		p := newPairs()
		for _, r := range g.Rows {
			p.add(w.say(r.Label), w.say(r.Value))
		}
		w.pairs(p)
	}
}

func (w *writer) item() {
	m := &w.d.Medium
	w.heading(text.Item)
	p := newPairs()
	p.add(w.label("Path"), m.Path)
	p.add(w.label("Kind"), strings.Join(filled(w.say(report.MediumKinds.Say(m.Kind)), m.Format), w.say(words.Comma)))
	p.add(w.label("Size"), w.bytes(m.SizeBytes)+" ("+bytesize.Report(m.SizeBytes)+")")
	p.add(w.label("Model"), cmp.Or(m.Model, w.label("NotStated")))
	p.add(w.label("Serial"), cmp.Or(m.Serial, w.label("NotStated")))
	p.add(w.label("Blocks"), w.bytesOr(m.LogicalBlockBytes)+" / "+w.bytesOr(m.PhysicalBlockBytes))
	p.add(w.label("Parts"), strings.Join(m.Parts, "\n"))
	p.with(w.label("Layout"), layout.Cell{Text: m.SectorLayout, Note: m.LayoutText})
	p.add(w.label("ReadOnly"), w.say(w.p.ReadOnly))
	w.guard(p, &m.WriteGuard)
	if m.Drive != nil {
		w.drive(p, m.Drive)
	}
	w.pairs(p)
	if m.Drive != nil {
		w.note(w.say(text.DriveAnswers))
	}
	w.partitions()
}

// guard says how the medium was opened, and by what it is known that nothing was written to it.
func (w *writer) guard(p pairs, g *reports.WriteGuard) {
	var counted []string
	for _, c := range g.Counters {
		counted = append(counted, w.say(render.CounterName(c.Name))+": "+render.Amount(c.Name, c.Before)+" → "+render.Amount(c.Name, c.After))
	}
	p.with(w.label("Untouched"), layout.Cell{Text: w.say(w.p.Untouched), Note: strings.Join(counted, "\n")})
	p.with(w.label("Descriptor"), layout.Cell{Text: g.Descriptor, Note: w.say(words.Text{EN: words.Whole(g.Text), JA: words.WholeJA(g.TextJA)})})
	if g.Claimed != nil {
		p.add(w.label("Claimed"), w.say(render.YesNo(g.Claimed)))
	}
}

func (w *writer) bytes(n int64) string { return w.say(text.Bytes.Say(words.Grouped(n))) }

func (w *writer) bytesOr(n int64) string {
	if n == 0 {
		return w.label("NotStated")
	}
	return words.Grouped(n)
}

func (w *writer) drive(p pairs, d *reports.Drive) {
	p.add(w.label("Bus"), strings.ToUpper(d.Bus))
	p.add(w.label("Firmware"), d.Firmware)
	p.add(w.label("WorldWide"), strings.Join(filled(d.WWN, d.EUI64, d.NGUID, d.WWID), "\n"))
	hidden := reports.Statement{State: d.Hidden.State, Text: d.Hidden.Text, TextJA: d.Hidden.TextJA}
	for _, s := range []struct {
		label string
		reports.Statement
	}{{"Rotation", d.Rotation}, {"Hidden", hidden}, {"Sanitize", d.Sanitize}, {"Security", d.Security}, {"Deallocated", d.Deallocated}, {"AfterErase", d.AfterErase}} {
		c := layout.Cell{Text: w.say(report.States.Say(s.State))}
		if s.TextJA != "" || !w.japanese() { // older reports tell it in English alone
			c.Note = w.say(words.Text{EN: s.Text, JA: s.TextJA})
		}
		if s.label == "Hidden" && d.Hidden.Bytes > 0 {
			c.Text += " " + w.bytes(d.Hidden.Bytes) + " (" + bytesize.Report(d.Hidden.Bytes) + ")"
		}
		p.with(w.label(s.label), c)
	}
	p.add(w.label("Users"), strings.Join(d.Users, "\n"))
}

func (w *writer) partitions() {
	if len(w.p.Partitions) == 0 {
		return
	}
	w.minor(w.label("Table") + " " + strings.ToUpper(w.d.Medium.PartitionTable))
	t := table(cell, layout.Column{Title: w.label("Name"), Share: 0.26}, layout.Column{Title: w.label("Type"), Share: 0.4},
		layout.Column{Title: w.label("Offset"), Share: 0.17, Right: true}, layout.Column{Title: w.label("Length"), Share: 0.17, Right: true})
	for _, p := range w.p.Partitions {
		t.Rows = append(t.Rows, []layout.Cell{{Text: strings.TrimSpace(p.Name + " " + p.Label)}, {Text: p.Type, Size: tight.Size}, {Text: words.Grouped(p.Start)}, {Text: words.Grouped(p.Length)}})
	}
	w.Table(t)
	w.more(w.p.MorePartitions)
}

// more says what of a list is not printed.
func (w *writer) more(c reports.Cut) {
	if c.Left() {
		w.note(w.say(c.Text()))
	}
}

func (w *writer) method() {
	w.heading(text.Method)
	p := newPairs()
	p.add(w.label("Tool"), w.tool())
	p.add(w.label("Method"), w.say(w.p.Method))
	p.add(w.label("Depth"), w.say(w.d.Depth()))
	if s := w.d.Plan.Sample; s != nil {
		p.add(w.label("Seed"), s.Seed+" ("+s.DrawnBy()+")")
		var power []string
		for _, x := range s.Power {
			power = append(power, bytesize.Report(x.ResidueBytes)+": "+words.Number(x.Probability))
		}
		p.with(w.label("Power"), layout.Cell{Text: strings.Join(power, " · "), Note: w.label("PowerNote")})
	}
	c := &w.d.Coverage
	share := func(n int64) string {
		return w.bytes(n) + " (" + words.Percent(n, w.d.Medium.SizeBytes) + ")"
	}
	p.add(w.label("Planned"), share(c.PlannedBytes))
	p.add(w.label("Read"), share(c.ReadBytes))
	p.add(w.label("Unread"), share(c.UnreadBytes))
	p.add(w.label("Unreadable"), share(c.UnreadableBytes))
	if c.HoleBytes > 0 {
		p.add(w.label("Holes"), share(c.HoleBytes))
	}
	w.pairs(p)
	t := table(cell, layout.Column{Title: w.label("Region"), Share: 0.24}, layout.Column{Title: w.label("Expect"), Share: 0.22},
		layout.Column{Title: w.label("Offset"), Share: 0.27, Right: true}, layout.Column{Title: w.label("Length"), Share: 0.27, Right: true})
	for _, r := range w.p.PlanRegions {
		t.Rows = append(t.Rows, []layout.Cell{{Text: w.region(r.Name)}, {Text: w.say(report.Expectations.Say(r.Expect))}, {Text: words.Grouped(r.Start)}, {Text: words.Grouped(r.Length)}})
	}
	w.Table(t)
	w.more(w.p.MorePlan)
}

func (w *writer) tool() string {
	t := &w.d.Tool
	return strings.Join(filled(t.Name, t.Version, t.Commit, t.GoVersion, t.OS+"/"+t.Arch), " ")
}

func (w *writer) rule() {
	r := &w.d.DecisionRule
	w.heading(text.Rule)
	w.paragraph(w.say(words.Text{EN: r.Statement, JA: r.StatementJA}))
	w.Y += 3
	p := newPairs()
	p.add(w.say(text.FalseReject), w.say(text.AtMost.Say(words.OneIn(r.FalseAlarmBudget))))
	p.add(w.say(text.FalseAccept), w.say(text.Depends))
	p.add(w.say(text.Applies), w.say(text.AppliesTo.Say(words.Text{EN: w.d.Scope.Text, JA: w.d.Scope.TextJA})))
	p.add(w.label("Formula"), fmt.Sprintf("θ = log2(N / δ) = log2(%s / %s) = %.1f", words.Grouped(r.Tests), words.Number(r.FalseAlarmBudget), r.ThresholdBits))
	w.pairs(p)
	w.minor(w.label("Tests"))
	w.note(w.label("TestsNote"))
	t := table(cell, layout.Column{Title: w.label("Window"), Share: 0.24}, layout.Column{Title: w.label("Windows"), Share: 0.18, Right: true},
		layout.Column{Title: w.label("Highest"), Share: 0.2, Right: true}, layout.Column{Title: w.label("Offset"), Share: 0.2, Right: true}, layout.Column{Title: w.label("Alarms"), Share: 0.18, Right: true})
	for _, x := range w.d.Statistics.Windows {
		size := w.label("WholeRegion")
		if x.WindowBytes > 0 {
			size = bytesize.Report(x.WindowBytes)
		}
		highest, at := "–", "–" // of no window there is no score
		if x.Windows > 0 {
			highest, at = fmt.Sprintf("%.1f", x.MaxBits), words.Grouped(x.MaxOffset)
		}
		t.Rows = append(t.Rows, []layout.Cell{{Text: size}, {Text: words.Grouped(x.Windows)}, {Text: highest}, {Text: at}, w.warn(x.Alarms)})
	}
	w.Table(t)
	w.judged()
}

// judged is what came of each region of the plan.
func (w *writer) judged() {
	t := table(cell, layout.Column{Title: w.label("Region"), Share: 0.28}, layout.Column{Title: w.label("Planned"), Share: 0.2, Right: true},
		layout.Column{Title: w.say(report.Classes.Say("residue")), Share: 0.2, Right: true}, layout.Column{Title: w.label("Findings"), Share: 0.14, Right: true}, layout.Column{Title: w.label("Live"), Share: 0.18, Right: true})
	for _, r := range w.d.Statistics.Regions {
		t.Rows = append(t.Rows, []layout.Cell{{Text: w.region(r.Name)}, {Text: words.Grouped(r.PlannedBytes)}, w.warn(r.Classes.Residue), w.warn(r.Findings), w.warn(r.LiveKeySlots)})
	}
	w.Y += 6
	w.Table(t)
}

// warn is a figure that stands out unless it is none.
func (w *writer) warn(n int64) layout.Cell {
	c := layout.Cell{Text: words.Grouped(n)}
	if n > 0 {
		c.Ink, c.Bold = &hot, true
	}
	return c
}

func (w *writer) notChecked() {
	w.heading(labels.Labels.Say("NotChecked"))
	w.note(w.label("NotCheckedNote"))
	for _, r := range w.d.NotChecked {
		w.point(w.sayReason(r))
	}
}

// noticed is the power of the examination, as measured.
func (w *writer) noticed() {
	n := &w.d.Noticed
	if n.Note == "" {
		return
	}
	w.heading(labels.Labels.Say("Noticed"))
	w.note(w.say(words.Text{EN: n.Note, JA: n.NoteJA}))
	p := newPairs()
	for _, g := range n.Groups {
		p.add(w.say(words.Text{EN: g.Name, JA: g.NameJA}), w.say(words.Text{EN: g.Text, JA: g.TextJA}))
	}
	w.pairs(p)
	if len(w.p.NoticedRows) == 0 {
		return
	}
	columns := []layout.Column{{Title: w.label("Piece"), Share: 0.28}}
	for _, size := range n.PieceBytes {
		columns = append(columns, layout.Column{Title: bytesize.Report(size), Share: 0.72 / float64(len(n.PieceBytes)), Right: true})
	}
	t := table(tight, columns...)
	for _, r := range w.p.NoticedRows {
		if r.Begins && r.Group.EN != "" {
			t.Group[len(t.Rows)] = true
			t.Rows = append(t.Rows, []layout.Cell{{Text: w.say(r.Group), Bold: true}})
		}
		row := []layout.Cell{{Text: w.say(r.Name)}}
		for _, c := range r.Cells {
			figure := c.Percent
			if c.Low != "" {
				figure += " (" + c.Low + ")"
			}
			row = append(row, layout.Cell{Text: figure})
		}
		t.Rows = append(t.Rows, row)
	}
	w.Table(t)
}

func (w *writer) deviations() {
	w.heading(labels.Labels.Say("Deviations"))
	for _, s := range w.d.Order.Deviations {
		w.paragraph(w.say(text.Stated1.Say(s)))
	}
	for _, x := range w.d.Interrupted {
		w.paragraph(w.say(text.Paused.Say(x.Stopped, x.Resumed, words.Grouped(x.AtByte))))
	}
	if len(w.d.Order.Deviations)+len(w.d.Interrupted) == 0 {
		w.paragraph(w.say(text.NoDeviation))
	}
}

func (w *writer) evidence() {
	w.heading(labels.Labels.Say("Evidence"))
	p := newPairs()
	g := &w.d.Digests
	p.hash(w.label("Digest"), g.SHA256)
	if g.SHA256Tree != nil {
		p.with(w.label("Tree"), layout.Cell{Text: g.SHA256Tree.Root, Size: tight.Size, Note: w.say(text.Leaves.Say(bytesize.Report(g.SHA256Tree.LeafBytes), report.TreeCovers.Say(g.SHA256Tree.Covers)))})
	}
	if g.SHA256 == "" && g.SHA256Tree == nil {
		p.add(w.label("Digest"), w.label("NoDigest"))
	}
	signer := w.d.Identity.Name
	if w.d.Identity.ThrowAway {
		signer = w.label("ThrowAway")
	}
	p.add(w.label("Signed"), signer)
	p.hash(w.label("Certificate"), w.d.Identity.CertificateSHA256)
	for _, r := range sheet.Digests(w.d) {
		p.hash(w.say(r.Label), w.say(r.Value))
	}
	p.add(w.label("Release"), w.d.Platform.Release)
	a := w.d.Platform.Attestation
	p.add(w.label("Attestation"), w.sayReason(reports.Reason{Text: a.Text, TextJA: a.TextJA}))
	p.add(w.label("Times"), w.say(text.Span.Say(w.d.Times.Started, w.d.Times.Finished)))
	w.pairs(p)
	w.attachments()
}

func (w *writer) attachments() {
	if len(w.files) == 0 {
		return
	}
	w.minor(w.say(text.Attachments))
	p := newPairs()
	for _, a := range w.files {
		about := a.About
		if _, ok := text.Attached[a.Name]; ok {
			about = w.say(text.Attached.Say(a.Name))
		}
		p.with(a.Name, layout.Cell{Text: about, Note: w.bytes(int64(len(a.Data))) + "  SHA-256 " + digest(a.Data)})
	}
	w.pairs(p)
}

// standards is ISO/IEC 17025, 7.8.2.1, item by item.
func (w *writer) standards() {
	w.heading(labels.Labels.Say("ISO"))
	p := newPairs()
	for _, i := range w.d.ISO17025 {
		value := w.label("NotStated")
		if i.Text != nil {
			value = w.say(words.Text{EN: *i.Text, JA: said(i.TextJA)})
		}
		p.add(i.Clause[strings.LastIndexByte(i.Clause, ' ')+1:]+"  "+w.say(words.Text{EN: i.Name, JA: i.NameJA}), value)
	}
	w.pairs(p)
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
