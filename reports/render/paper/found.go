package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/words"
	called "shokyo.dev/shokyo/words/kinds"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
	"shokyo.dev/shokyo/words/report"
)

// What was found, by kind and by place.

// none says that a list is empty, and where nothing was read, that it could be nothing else.
func (w *writer) none(label string) {
	if w.p.NothingRead {
		label = "NothingRead"
	}
	w.paragraph(w.label(label))
}

func (w *writer) findings() {
	w.heading(text.Findings)
	if len(w.d.FindingCount) == 0 {
		w.none("NoFindings")
		return
	}
	if w.d.Found.Text != "" {
		w.paragraph(w.say(words.Text{EN: w.d.Found.Text, JA: w.d.Found.TextJA}))
		w.Y += 2
	}
	w.note(w.label("FindingsNote"))
	w.minor(w.label("Counts"))
	t := table(cell, layout.Column{Title: w.label("KindOf"), Share: 0.4}, layout.Column{Title: w.label("Count"), Share: 0.1, Right: true},
		layout.Column{Title: w.label("Bytes"), Share: 0.17, Right: true}, layout.Column{Title: w.label("Examples"), Share: 0.33})
	family := ""
	for _, c := range w.p.Counts {
		if c.Family != family {
			family = c.Family
			t.Group[len(t.Rows)] = true
			f := called.FamilyOf(family)
			t.Rows = append(t.Rows, []layout.Cell{{Text: w.say(f.Text), Bold: true}})
		}
		var places []string
		for _, at := range c.Places {
			places = append(places, fmt.Sprintf("%X", at))
		}
		k := called.Of(c.Detector, c.Kind)
		t.Rows = append(t.Rows, []layout.Cell{{Text: w.say(k.Text)}, {Text: words.Grouped(c.Count)}, {Text: words.Grouped(c.Bytes)}, {Text: strings.Join(places, ", ")}})
	}
	w.Table(t)
	w.more(w.p.MoreCounts)
	w.places()
}

func (w *writer) places() {
	w.minor(w.label("Findings"))
	t := table(tight, layout.Column{Title: w.label("KindOf"), Share: 0.25}, layout.Column{Title: w.label("Offset"), Share: 0.14, Right: true}, layout.Column{Title: w.label("Length"), Share: 0.12, Right: true},
		layout.Column{Title: w.label("Place"), Share: 0.16}, layout.Column{Title: w.label("Bits"), Share: 0.1, Right: true}, layout.Column{Title: w.label("Preview"), Share: 0.23})
	for _, f := range w.p.Findings {
		k := called.Of(f.Detector, f.Kind)
		t.Rows = append(t.Rows, []layout.Cell{{Text: w.say(k.Text)}, {Text: words.Grouped(f.Offset)}, {Text: words.Grouped(f.Length)}, {Text: f.Path}, {Text: fmt.Sprintf("%.1f", f.Bits)}, {Text: w.preview(f)}})
	}
	w.Table(t)
	if w.japanese() {
		w.note(w.label("PreviewNote"))
	}
	w.more(w.p.MoreFindings)
}

// preview is the shape of a text. What other detectors say of a structure is English, and
// stands on English pages; the name of the kind says it in both languages.
func (w *writer) preview(f reports.Finding) string {
	if w.japanese() && !render.Shown(f) {
		return "–"
	}
	return short(f.Preview, 120)
}

// corpora are files that were noted before the erasure, and how much of them is still there.
func (w *writer) corpora() {
	if len(w.p.Corpora) == 0 {
		return
	}
	w.heading(labels.Labels.Say("Corpora"))
	w.note(w.label("CorporaNote"))
	for _, c := range w.p.Corpora {
		w.minor(c.Name)
		w.paragraph(w.say(words.Text{EN: c.Text, JA: c.TextJA}))
		p := newPairs()
		signer := layout.Cell{Text: c.Signer}
		if c.ThrowAway {
			signer.Note = w.label("ThrowAway")
		}
		p.with(w.label("CorpusSigner"), signer)
		p.hash(w.label("CorpusSeal"), c.SealSHA256)
		w.pairs(p)
		w.corpusFiles(c.Rows)
		w.more(c.More)
	}
}

// recorded are blocks that were recorded before the erasure, and what became of them.
func (w *writer) recorded() {
	b := w.p.D.Baseline
	if b == nil {
		return
	}
	w.heading(labels.Labels.Say("Baseline"))
	w.note(w.label("BaselineNote"))
	w.paragraph(w.say(words.Text{EN: b.Text, JA: b.TextJA}))
	p := newPairs()
	p.with(w.label("BaselineMade"), layout.Cell{Text: b.Made})
	signer := layout.Cell{Text: b.Signer}
	if b.ThrowAway {
		signer.Note = w.label("ThrowAway")
	}
	p.with(w.label("CorpusSigner"), signer)
	p.hash(w.label("CorpusSeal"), b.SealSHA256)
	if len(b.Offsets) > 0 {
		p.with(w.label("BaselineAt"), layout.Cell{Text: places(b.Offsets, b.Unchanged)})
	}
	w.pairs(p)
}

// places lists the first offsets of so many.
func places(offsets []int64, count int64) string {
	const most = 20
	var list []string
	for _, at := range offsets[:min(most, len(offsets))] {
		list = append(list, words.Grouped(at))
	}
	if count > int64(len(list)) {
		list = append(list, "…")
	}
	return strings.Join(list, " · ")
}

func (w *writer) corpusFiles(list []render.CorpusRow) {
	if len(list) == 0 {
		return
	}
	t := table(tight, layout.Column{Title: w.label("CorpusFile"), Share: 0.42}, layout.Column{Title: w.label("Bytes"), Share: 0.14, Right: true},
		layout.Column{Title: w.label("CorpusFound"), Share: 0.2, Right: true}, layout.Column{Title: w.label("Share"), Share: 0.08, Right: true}, layout.Column{Title: w.label("CorpusPlace"), Share: 0.16, Right: true})
	for _, f := range list {
		place := "–"
		if f.Place >= 0 {
			place = words.Grouped(f.Place)
		}
		t.Rows = append(t.Rows, []layout.Cell{{Text: f.Name}, {Text: words.Grouped(f.Bytes)}, {Text: words.Grouped(f.Found) + " / " + words.Grouped(f.Probative)},
			{Text: words.Percent(f.Found, f.Probative)}, {Text: place}})
	}
	w.Table(t)
}

func (w *writer) explanations() {
	w.heading(labels.Labels.Say("Explanations"))
	if len(w.p.Explanations) == 0 {
		w.none("NoExplanations")
		return
	}
	w.note(w.label("ExplanationsNote"))
	t := table(tight, layout.Column{Title: w.label("Offset"), Share: 0.17, Right: true}, layout.Column{Title: w.label("Length"), Share: 0.13, Right: true},
		layout.Column{Title: w.label("Place"), Share: 0.12}, layout.Column{Title: w.label("What"), Share: 0.58})
	for _, x := range w.p.Explanations {
		t.Rows = append(t.Rows, []layout.Cell{{Text: words.Grouped(x.Offset)}, {Text: words.Grouped(x.Length)}, {Text: x.Path}, {Text: w.say(words.Text{EN: words.Whole(x.Text), JA: words.WholeJA(x.TextJA)})}})
	}
	w.Table(t)
	w.more(w.p.MoreExplanations)
	w.readable()
}

// readable are names that somebody chose, by their shape.
func (w *writer) readable() {
	if len(w.p.Labels) == 0 {
		return
	}
	w.minor(w.label("Labels"))
	w.note(w.label("LabelsNote"))
	t := table(tight, layout.Column{Title: w.label("Offset"), Share: 0.2, Right: true}, layout.Column{Title: w.label("Place"), Share: 0.25}, layout.Column{Title: w.label("Masked"), Share: 0.55})
	for _, l := range w.p.Labels {
		t.Rows = append(t.Rows, []layout.Cell{{Text: words.Grouped(l.Offset)}, {Text: l.Path}, {Text: l.Shape}})
	}
	w.Table(t)
	w.more(w.p.MoreLabels)
}

func (w *writer) regions() {
	w.heading(text.Regions)
	t := table(tight, layout.Column{Title: w.label("Offset"), Share: 0.19, Right: true}, layout.Column{Title: w.label("Length"), Share: 0.19, Right: true},
		layout.Column{Title: w.label("Size"), Share: 0.12, Right: true}, layout.Column{Title: w.label("Class"), Share: 0.17}, layout.Column{Title: w.label("Reason"), Share: 0.33})
	for _, r := range w.p.Regions {
		key := classInks[r.Class]
		t.Rows = append(t.Rows, []layout.Cell{{Text: words.Grouped(r.Start)}, {Text: words.Grouped(r.Length)}, {Text: bytesize.Report(r.Length)},
			{Text: w.say(report.Classes.Say(r.Class)), Key: &key}, {Text: w.say(render.Why(r))}})
	}
	w.Table(t)
	if w.p.MoreRegions.Left() {
		w.note(w.label("RegionsNote") + " " + w.say(w.p.MoreRegions.Text()))
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
