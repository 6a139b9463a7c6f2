package paper

import (
	"strconv"
	"strings"

	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	"shokyo.dev/shokyo/words/report"
)

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

// drawing is the place of the figure on the page.
type drawing struct {
	*writer
	y float64
}

func (g drawing) at(x, y float64) (float64, float64) {
	return layout.Left + float64(x*scaled), g.y + float64(y*scaled)
}

func (g drawing) fill(x, y, w, h float64, c pdf.Colour) {
	px, py := g.at(x, y)
	g.Page.Fill(px, py, float64(w*scaled), float64(h*scaled), c)
}

func (g drawing) frame(x, y, w, h float64, c pdf.Colour) {
	px, py := g.at(x, y)
	g.Page.Frame(px, py, float64(w*scaled), float64(h*scaled), 0.4, c)
}

// write writes with the middle of the line at y.
func (g drawing) write(x, y float64, anchor, s string) {
	px, py := g.at(x, y)
	py -= small.Lead() / 2
	switch anchor {
	case "end":
		px -= small.Width(s)
	case "middle":
		px -= small.Width(s) / 2
	}
	layout.Write(g.Page, px, py, small, s)
}

func (w *writer) mapSection() {
	w.heading(labels.Labels.Say("MapTitle"))
	w.Room(figureHeight*scaled + 60)
	e := w.Element("Figure")
	e.Alternative(w.label("MapTitle"))
	w.Page.In(e)
	drawing{w, w.Y}.all()
	w.Page.In(nil)
	w.Y += figureHeight*scaled + 4
	w.note(w.label("MapNote") + " " + w.label("EntropyNote"))
	w.classes()
}

func (g drawing) all() {
	g.lanes()
	g.strip()
	g.write(labelEnd, tableTop+laneHeight/2, "end", g.label("Partitions"))
	g.write(labelEnd, planTop+laneHeight/2, "end", g.label("Examined"))
	g.boxes()
	g.entropy()
}

// lanes are marks above the strip, a shape for each class.
func (g drawing) lanes() {
	for _, l := range g.p.Figure.Lanes {
		y, c := float64(l.Y), classInks[l.Class]
		g.write(labelEnd, y, "end", g.say(report.Classes.Say(l.Class)))
		for _, m := range l.Marks {
			x := float64(m.X)
			if m.Bar {
				g.fill(x, y-3.5, float64(m.W), 7, c)
				continue
			}
			g.mark(l.Class, x, y, c)
		}
	}
}

func (g drawing) mark(class string, x, y float64, c pdf.Colour) {
	px, py := g.at(x, y)
	const r = 5.5 * scaled
	switch class {
	case "residue":
		g.Page.Polygon([][2]float64{{px - r, py - r}, {px + r, py - r}, {px, py + r}}, c)
	case "unreadable":
		g.Page.Line(px-r, py-r, px+r, py+r, 1.2, c)
		g.Page.Line(px-r, py+r, px+r, py-r, 1.2, c)
	default:
		g.Page.Polygon([][2]float64{{px, py - r}, {px + r, py}, {px, py + r}, {px - r, py}}, c)
	}
}

func (g drawing) strip() {
	g.write(labelEnd, stripTop+stripHeight/2, "end", g.label("MapRow"))
	for _, r := range g.p.Figure.Strip {
		g.fill(float64(r.X), float64(r.Y), float64(r.W), float64(r.H), classInks[r.Class])
	}
	g.frame(figureLeft, stripTop, figureRight-figureLeft, stripHeight, ink)
	for _, t := range g.p.Figure.Axis {
		g.fill(float64(t.X), stripTop+stripHeight, 0.8, 4, ink)
		g.write(float64(t.X), 127, t.Anchor, t.Label)
	}
}

func (g drawing) boxes() {
	for _, p := range g.p.Figure.Partitions {
		g.box(float64(p.X), tableTop, float64(p.W), p.Label)
	}
	for _, p := range g.p.Figure.Plan {
		g.box(float64(p.X), planTop, float64(p.W), g.region(p.Label))
	}
}

// box is a labelled piece; a label that it has no room for is left out, the tables have it.
func (g drawing) box(x, y, width float64, label string) {
	g.fill(x, y, width, laneHeight, pale)
	g.frame(x, y, width, laneHeight, soft)
	if small.Width(label)+6 < float64(width*scaled) {
		g.write(x+6, y+laneHeight/2, "", label)
	}
}

func (g drawing) entropy() {
	const top, height = 196.0, 96.0
	g.write(96, top+height/2, "end", g.label("Entropy"))
	for _, l := range g.p.Figure.Levels {
		g.fill(figureLeft, float64(l.Y), figureRight-figureLeft, 0.6, rule)
		g.write(labelEnd+2, float64(l.Y), "end", l.Label)
	}
	for _, c := range g.p.Figure.Curves {
		g.Page.Polygon(g.points(c.Range), pdf.Colour{0xC6, 0xD3, 0xE4})
		g.Page.Path(g.points(c.Mean), 0.7, pdf.Colour{0x12, 0x3E, 0x68})
	}
	if g.p.Figure.ShowRandom {
		g.fill(figureLeft, float64(g.p.Figure.Random), figureRight-figureLeft, 0.6, soft)
		g.write(figureRight-4, top+14, "end", g.label("RandomLine"))
	}
}

func (g drawing) points(list string) (out [][2]float64) {
	for at := range strings.FieldsSeq(list) {
		a, b, _ := strings.Cut(at, ",")
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		px, py := g.at(x, y)
		out = append(out, [2]float64{px, py})
	}
	return out
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
