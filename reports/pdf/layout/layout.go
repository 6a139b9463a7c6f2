// Package layout lays text and tables out on the pages of a PDF, from top to bottom: it
// breaks lines as Japanese and English want it, and pages so that nothing is torn from what
// it belongs to. It knows nothing of reports.
//
// [Sheets] has a place on a page, below which everything that is added goes. What has to
// stand on one page asks for [Sheets.Room] first.
package layout

import (
	"shokyo.dev/shokyo/reports/pdf"
)

// A4, and the part of it that is written on, in points.
const (
	Width, Height = 595.28, 841.89
	Left, Right   = 51, Width - 51
	Top, Bottom   = 48, Height - 56
	Measure       = Right - Left
)

// Sheets are the pages of a file in one language after the other.
type Sheets struct {
	File    *pdf.File
	Page    *pdf.Page
	Y       float64
	all     []*pdf.Page
	section *pdf.Element
}

// New has no page yet: [Sheets.Begin] begins one.
func New(f *pdf.File) *Sheets { return &Sheets{File: f} }

// Begin begins a part in a language, on a page of its own.
func (s *Sheets) Begin(language string) {
	s.section = s.File.Element("Sect", language)
	s.Turn()
}

// Turn begins a page.
func (s *Sheets) Turn() {
	s.Page = s.File.Page(Width, Height)
	s.all = append(s.all, s.Page)
	s.Y = Top
}

// Room begins a page unless so many points are left on this one.
func (s *Sheets) Room(points float64) {
	if s.Y+points > Bottom && s.Y > Top {
		s.Turn()
	}
}

// Count is how many pages there are, and so the number of the last.
func (s *Sheets) Count() int { return len(s.all) }

// Skip leaves room, but not at the top of a page.
func (s *Sheets) Skip(points float64) {
	if s.Y > Top {
		s.Y += points
	}
}

// Element adds a part of a kind to the structure of the text.
func (s *Sheets) Element(kind string) *pdf.Element { return s.section.Add(kind) }

// Pages calls f for every page, from 1, with how many there are.
func (s *Sheets) Pages(f func(p *pdf.Page, number, of int)) {
	for i, p := range s.all {
		p.In(nil)
		f(p, i+1, len(s.all))
	}
}

// Write writes one line of text at x and the height y of its upper edge, as it is.
func Write(p *pdf.Page, x, y float64, style Style, text string) {
	p.Text(x, y+style.rise(), style.Size, style.Ink, style.line(style.glyphs(text)).Runs)
}

// WriteRight writes a line so that it ends at x.
func WriteRight(p *pdf.Page, x, y float64, style Style, text string) {
	Write(p, x-style.Width(text), y, style, text)
}

// Width is that of a text in one line.
func (s Style) Width(text string) float64 { return s.line(s.glyphs(text)).Width }

// Box writes a text into a column at x, y, and gives its height. It does not look for the
// end of the page.
func (s *Sheets) Box(kind string, x, y, width float64, style Style, text string) float64 {
	s.Page.In(s.Element(kind))
	lines := style.Wrap(text, width)
	for i, l := range lines {
		s.Page.Text(x, y+float64(float64(i)*style.Lead())+style.rise(), style.Size, style.Ink, l.Runs)
	}
	s.Page.In(nil)
	return float64(len(lines)) * style.Lead()
}

// Paragraph adds a text, over as many pages as it takes, at least two lines on each.
func (s *Sheets) Paragraph(style Style, text string) { s.tagged("P", style, text) }

func (s *Sheets) tagged(kind string, style Style, text string) {
	e := s.Element(kind)
	lines := style.Wrap(text, Measure)
	s.Room(style.Lead() * float64(min(len(lines), 2)))
	for i, l := range lines {
		if left := len(lines) - i; left == 2 {
			s.Room(2 * style.Lead())
		}
		s.Room(style.Lead())
		s.Page.In(e)
		s.Page.Text(Left, s.Y+style.rise(), style.Size, style.Ink, l.Runs)
		s.Page.In(nil)
		s.Y += style.Lead()
	}
}

// Heading adds a heading of the first or second level with room below it for what it is
// about.
func (s *Sheets) Heading(level int, style Style, text string, below float64) {
	s.Skip(style.Size)
	s.Room(style.Lead() + below)
	if level == 1 {
		s.File.Outline(text, s.Y)
		s.tagged("H1", style, text)
		s.Page.Line(Left, s.Y+1, Right, s.Y+1, 0.7, style.Ink)
		s.Y += 5
		return
	}
	s.tagged("H2", style, text)
	s.Y += 1.5
}
