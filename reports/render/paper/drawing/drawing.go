// Package drawing draws the map of a document on a page of report.pdf, as report.html has it:
// reports/render/shapes says what lies where, this room how it looks on paper, in colours and
// letters that all of report.pdf has.
package drawing

import (
	"strconv"
	"strings"

	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/render/shapes"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	"shokyo.dev/shokyo/words/report"
)

// Colours: those of report.html.
var (
	Ink  = pdf.Colour{0x16, 0x19, 0x1D}
	Soft = pdf.Colour{0x59, 0x60, 0x6A}
	Rule = pdf.Colour{0xC9, 0xCE, 0xD6}
	Pale = pdf.Colour{0xF5, 0xF6, 0xF8}

	// Inks are those of the classes.
	Inks = map[string]pdf.Colour{
		"unread": {0xEC, 0xEC, 0xEC}, "unreadable": {0x3A, 0x3A, 0x3A}, "fill": {0xF1, 0xEB, 0xDB}, "pattern": {0xF0, 0xD5, 0x8A},
		"ciphertext": {0xAE, 0xBF, 0xD6}, "metadata": {0x1B, 0x66, 0xA8}, "residue": {0xD6, 0x28, 0x1C},
	}
)

// Small is the smallest letters.
var Small = layout.Style{Size: 7, Ink: Soft}

// The figure of report.html, which is 1000 wide, brought to the width of the page.
const scaled = float64(layout.Measure) / 1000

// Heights in the figure, as report.html has them.
const (
	figureLeft, figureRight = 128.0, 996.0
	labelEnd                = 118.0
	stripTop, stripHeight   = 54.0, 62.0
	tableTop, planTop       = 139.0, 161.0
	laneHeight              = 17.0
	figureHeight            = 300.0
)

// Map is the map of a document on a page, in one language.
type Map struct {
	Page   *pdf.Page
	Figure *shapes.Figure
	Say    func(words.Text) string
	Y      float64 // of its upper edge
}

// Height is that of a map, in points.
const Height = figureHeight * scaled

func (m Map) at(x, y float64) (float64, float64) {
	return layout.Left + float64(x*scaled), m.Y + float64(y*scaled)
}

func (m Map) fill(x, y, w, h float64, c pdf.Colour) {
	px, py := m.at(x, y)
	m.Page.Fill(px, py, float64(w*scaled), float64(h*scaled), c)
}

func (m Map) frame(x, y, w, h float64, c pdf.Colour) {
	px, py := m.at(x, y)
	m.Page.Frame(px, py, float64(w*scaled), float64(h*scaled), 0.4, c)
}

// write writes with the middle of the line at y.
func (m Map) write(x, y float64, anchor, s string) {
	px, py := m.at(x, y)
	py -= Small.Lead() / 2
	switch anchor {
	case "end":
		px -= Small.Width(s)
	case "middle":
		px -= Small.Width(s) / 2
	}
	layout.Write(m.Page, px, py, Small, s)
}

// Draw draws it.
func (m Map) Draw() {
	m.lanes()
	m.strip()
	m.write(labelEnd, tableTop+laneHeight/2, "end", m.Say(labels.Labels.Say("Partitions")))
	m.write(labelEnd, planTop+laneHeight/2, "end", m.Say(labels.Labels.Say("Examined")))
	m.boxes()
	m.entropy()
}

// lanes are marks above the strip, a shape for each class.
func (m Map) lanes() {
	for _, l := range m.Figure.Lanes {
		y, c := float64(l.Y), Inks[l.Class]
		m.write(labelEnd, y, "end", m.Say(report.Classes.Say(l.Class)))
		for _, s := range l.Marks {
			x := float64(s.X)
			if s.Bar {
				m.fill(x, y-3.5, float64(s.W), 7, c)
				continue
			}
			m.mark(l.Class, x, y, c)
		}
	}
}

func (m Map) mark(class string, x, y float64, c pdf.Colour) {
	px, py := m.at(x, y)
	const r = 5.5 * scaled
	switch class {
	case "residue":
		m.Page.Polygon([][2]float64{{px - r, py - r}, {px + r, py - r}, {px, py + r}}, c)
	case "unreadable":
		m.Page.Line(px-r, py-r, px+r, py+r, 1.2, c)
		m.Page.Line(px-r, py+r, px+r, py-r, 1.2, c)
	default:
		m.Page.Polygon([][2]float64{{px, py - r}, {px + r, py}, {px, py + r}, {px - r, py}}, c)
	}
}

func (m Map) strip() {
	m.write(labelEnd, stripTop+stripHeight/2, "end", m.Say(labels.Labels.Say("MapRow")))
	for _, r := range m.Figure.Strip {
		m.fill(float64(r.X), float64(r.Y), float64(r.W), float64(r.H), Inks[r.Class])
	}
	m.frame(figureLeft, stripTop, figureRight-figureLeft, stripHeight, Ink)
	for _, t := range m.Figure.Axis {
		m.fill(float64(t.X), stripTop+stripHeight, 0.8, 4, Ink)
		m.write(float64(t.X), 127, t.Anchor, t.Label)
	}
}

func (m Map) boxes() {
	for _, p := range m.Figure.Partitions {
		m.box(float64(p.X), tableTop, float64(p.W), p.Label)
	}
	for _, p := range m.Figure.Plan {
		m.box(float64(p.X), planTop, float64(p.W), m.Say(render.RegionName(p.Label)))
	}
}

// box is a labelled piece; a label that it has no room for is left out, the tables have it.
func (m Map) box(x, y, width float64, label string) {
	m.fill(x, y, width, laneHeight, Pale)
	m.frame(x, y, width, laneHeight, Soft)
	if Small.Width(label)+6 < float64(width*scaled) {
		m.write(x+6, y+laneHeight/2, "", label)
	}
}

func (m Map) entropy() {
	const top, height = 196.0, 96.0
	m.write(96, top+height/2, "end", m.Say(labels.Labels.Say("Entropy")))
	for _, l := range m.Figure.Levels {
		m.fill(figureLeft, float64(l.Y), figureRight-figureLeft, 0.6, Rule)
		m.write(labelEnd+2, float64(l.Y), "end", l.Label)
	}
	for _, c := range m.Figure.Curves {
		m.Page.Polygon(m.points(c.Range), pdf.Colour{0xC6, 0xD3, 0xE4})
		m.Page.Path(m.points(c.Mean), 0.7, pdf.Colour{0x12, 0x3E, 0x68})
	}
	if m.Figure.ShowRandom {
		m.fill(figureLeft, float64(m.Figure.Random), figureRight-figureLeft, 0.6, Soft)
		m.write(figureRight-4, top+14, "end", m.Say(labels.Labels.Say("RandomLine")))
	}
}

func (m Map) points(list string) (out [][2]float64) {
	for at := range strings.FieldsSeq(list) {
		a, b, _ := strings.Cut(at, ",")
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		px, py := m.at(x, y)
		out = append(out, [2]float64{px, py})
	}
	return out
}
