package paper

import (
	"strconv"

	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/render/paper/drawing"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	"shokyo.dev/shokyo/words/report"
)

func (w *writer) mapSection() {
	w.heading(labels.Labels.Say("MapTitle"))
	w.Room(drawing.Height + 60)
	e := w.Element("Figure")
	e.Alternative(w.label("MapTitle"))
	w.Page.In(e)
	drawing.Map{Page: w.Page, Figure: &w.p.Figure, Say: w.say, Y: w.Y}.Draw()
	w.Page.In(nil)
	w.Y += drawing.Height + 4
	w.note(w.label("MapNote") + " " + w.label("EntropyNote"))
	w.classes()
}

// classes is the legend with the sums.
func (w *writer) classes() {
	t := table(cell, layout.Column{Title: w.label("Class"), Share: 0.2}, layout.Column{Title: w.label("Meaning"), Share: 0.32},
		layout.Column{Title: w.label("Bytes"), Share: 0.22, Right: true}, layout.Column{Title: w.label("Share"), Share: 0.14, Right: true}, layout.Column{Title: w.label("Count"), Share: 0.12, Right: true})
	for _, r := range w.p.ClassRows {
		key := classInks[r.Class]
		t.Rows = append(t.Rows, []layout.Cell{
			{Text: w.say(report.Classes.Say(r.Class)), Key: &key}, {Text: w.say(report.ClassMeanings.Say(r.Class))},
			{Text: words.Grouped(r.Bytes)}, {Text: words.Percent(r.Bytes, w.d.Medium.SizeBytes)}, {Text: strconv.Itoa(r.Regions)},
		})
	}
	w.Table(t)
}

// region is the name of one of the plan's.
func (w *writer) region(name string) string { return w.say(render.RegionName(name)) }
