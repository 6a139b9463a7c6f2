package paper

import (
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render/paper/drawing"
	"shokyo.dev/shokyo/words"
)

// Colours: those of report.html.
var (
	ink  = drawing.Ink
	soft = drawing.Soft
	rule = drawing.Rule
	pale = drawing.Pale
	hot  = pdf.Colour{0xB3, 0x17, 0x0D}

	tones = map[string]pdf.Colour{"no-residue": {0x14, 0x66, 0x4A}, "residue-found": hot, "inconclusive": {0x7A, 0x56, 0x00}}

	classInks = drawing.Inks
)

var (
	body    = layout.Style{Size: 9, Ink: ink}
	note    = layout.Style{Size: 7.5, Ink: soft}
	small   = drawing.Small
	cell    = layout.Style{Size: 8, Ink: ink}
	tight   = layout.Style{Size: 7, Ink: ink}
	head    = layout.Style{Size: 7.5, Bold: true, Ink: ink}
	heading = layout.Style{Size: 12, Bold: true, Ink: ink}
	minor   = layout.Style{Size: 9.5, Bold: true, Ink: ink}
)

// room below a heading: its text or table may begin on the same page.
const room = 46

func (w *writer) heading(t words.Text) { w.Heading(1, heading, w.say(t), room) }

func (w *writer) minor(s string) { w.Heading(2, minor, s, room) }

func (w *writer) paragraph(s string) { w.Paragraph(body, s) }

// point is one of a list.
func (w *writer) point(s string) {
	w.Paragraph(body, "• "+s)
	w.Y += 1.5
}

func (w *writer) note(s string) {
	w.Paragraph(note, s)
	w.Y += 2
}

// table is one in the style of the report.
func table(style layout.Style, columns ...layout.Column) *layout.Table {
	for i := range columns {
		columns[i].Style = style
	}
	return &layout.Table{Columns: columns, Head: head, Note: small, Rule: rule, Group: map[int]bool{}}
}

// pairs is a table of names and what they stand for; what is empty is left out.
type pairs struct{ *layout.Table }

func newPairs() pairs {
	t := table(cell, layout.Column{Share: 0.29}, layout.Column{Share: 0.71})
	t.Columns[0].Style.Ink = soft
	return pairs{t}
}

func (p pairs) add(name, value string) { p.with(name, layout.Cell{Text: value}) }

// hash adds a long number, small enough to stand in one line.
func (p pairs) hash(name, value string) { p.with(name, layout.Cell{Text: value, Size: tight.Size}) }

func (p pairs) with(name string, value layout.Cell) {
	if value.Text != "" {
		p.Rows = append(p.Rows, []layout.Cell{{Text: name}, value})
	}
}

func (w *writer) pairs(p pairs) {
	if len(p.Rows) > 0 {
		w.Table(p.Table)
	}
}
