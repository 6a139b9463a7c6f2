package paper

import (
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
	"shokyo.dev/shokyo/words/report"
)

// What is measured, and what a person decides: kept apart (NIST SP 800-88r2, 4.5.1, 4.5.2).

func (w *writer) verification() {
	v := &w.d.Verification
	w.heading(text.Verified)
	p := newPairs()
	p.with(w.say(report.Statuses.Say(v.Status)), layout.Cell{Text: words.GroupDigits(w.say(words.Text{EN: v.Text, JA: v.TextJA}))})
	status := w.label("NotStated")
	if v.DriveStatus != nil {
		status = *v.DriveStatus
	}
	p.add(w.label("DriveStatus"), status)
	w.pairs(p)
	w.Heading(2, minor, w.say(text.Signatures), boxHeight+10)
	w.boxes(signed{labels.Order.Say("operator"), w.d.Examination.Operator, false}, signed{text.BoxAuthorised, w.d.Order.AuthorisedBy.Name, false})
}

func (w *writer) validation() {
	w.Room(250)
	w.heading(text.Validated)
	w.paragraph(w.say(text.ValidationOut))
	w.Y += 4
	w.boxes(signed{text.BoxValidation, "", true}, signed{labels.Labels.Say("Concurrence"), "", true})
}

// signed is a box to be signed by hand.
type signed struct {
	title   words.Text
	name    string // if it is known
	decides bool   // approves or rejects
}

const (
	boxLine   = 18.0
	boxHeight = 24 + 5*boxLine
	boxSeal   = 32 // beside the last two lines, which end before it
)

// boxes draws boxes side by side.
func (w *writer) boxes(list ...signed) {
	w.Room(boxHeight + 8)
	width := float64((layout.Measure - 14.0) / 2)
	for i, b := range list {
		w.box(b, layout.Left+float64(float64(i)*(width+14)), width)
	}
	w.Y += boxHeight + 8
}

func (w *writer) box(b signed, x, width float64) {
	w.Page.Frame(x, w.Y, width, boxHeight, 0.8, ink)
	w.Box("P", x+8, w.Y+5, width-16, minor, w.say(b.title))
	y := w.Y + 22
	if b.decides {
		w.tick(x+8, y+6, w.label("Approved"))
		w.tick(x+8+width/2, y+6, w.label("Rejected"))
		y += boxLine
	}
	for i, code := range []string{"Person", "Function", "Date", "Signature"} {
		bottom := y + boxLine - 4
		w.Box("P", x+8, bottom-cell.Lead(), 60, cell, w.label(code))
		end := x + width - 8
		if i > 1 {
			end -= boxSeal + 4
		}
		w.Page.Line(x+72, bottom, end, bottom, 0.4, soft)
		if i == 0 && b.name != "" {
			w.Box("P", x+74, bottom-cell.Lead(), width-84, cell, short(b.name, 30))
		}
		y += boxLine
	}
	w.Page.Frame(x+width-8-boxSeal, y-boxSeal-6, boxSeal, boxSeal, 0.4, rule)
	layout.Write(w.Page, x+width-8-boxSeal+2, y-boxSeal-5, small, w.label("Seal"))
}

func (w *writer) tick(x, y float64, name string) {
	w.Page.Frame(x, y, 8, 8, 0.7, ink)
	w.Box("P", x+13, y-1.5, 110, cell, name)
}

// glossaryHeight is about how much room the glossary takes with the end mark: they stand on one page.
const glossaryHeight = 400

// glossary is a page for readers who are not experts.
func (w *writer) glossary() {
	w.Room(glossaryHeight)
	w.heading(labels.GlossaryTitle)
	p := newPairs()
	for _, t := range labels.Glossary {
		p.add(w.say(t.Word), w.say(t.Meaning))
	}
	p.Columns[0].Style.Ink, p.Columns[0].Style.Bold = ink, true
	w.pairs(p)
}
