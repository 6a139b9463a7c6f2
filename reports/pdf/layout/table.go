package layout

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/reports/pdf"
)

// Column is one of a table. Its share is that of the table's width.
type Column struct {
	Title string
	Share float64
	Right bool // what stands in it ends at its right edge
	Style Style
}

// Cell is what stands in a row's column: a text, and smaller below it a note.
type Cell struct {
	Text, Note string
	Bold       bool
	Size       float64 // of the text, if not the column's
	Ink        *pdf.Colour
	Key        *pdf.Colour // a small square before the text
}

// Table is rows below a head that is said again on every page.
type Table struct {
	Columns []Column
	Head    Style
	Note    Style
	Rule    pdf.Colour // of the lines between rows
	Rows    [][]Cell
	// Group is the rows that are headings of those below them, and take all columns.
	Group map[int]bool
}

const (
	gutter  = 10.0 // between columns
	padding = 2.4  // above and below a row
	keySize = 7.0  // of the square before a text
	mostRow = 20   // lines of a row that is not torn
)

// set is a cell in lines.
type set struct {
	lines []Line
	style []Style
	key   *pdf.Colour
	begun bool // its key is drawn
}

// Table adds a table.
func (s *Sheets) Table(t *Table) {
	e := s.Element("Table")
	head, headHeight := t.head()
	withHead := false
	for i, row := range t.Rows {
		cells, height := t.row(row, t.Group[i])
		need := height
		for j := i; t.Group[j] && j+1 < len(t.Rows); j++ { // a heading stays with what is below it
			_, more := t.row(t.Rows[j+1], t.Group[j+1])
			need += more
		}
		if tall := float64(mostRow) * t.Columns[0].Style.Lead(); need > tall {
			need = tall
		}
		before := len(s.all)
		if !withHead {
			need += headHeight
		}
		s.Room(need)
		if turned := len(s.all) != before; head != nil && (!withHead || turned) {
			t.place(s, e.Add("TR"), "TH", slices.Clone(head))
			s.Page.Line(Left, s.Y, Right, s.Y, 0.7, t.Head.Ink)
		}
		withHead = true
		t.place(s, e.Add("TR"), "TD", cells)
		s.Page.Line(Left, s.Y, Right, s.Y, 0.3, t.Rule)
	}
	s.Y += 4
}

func (t *Table) width(i int) float64 { return float64(Measure*t.Columns[i].Share) - gutter }

func (t *Table) head() (cells []set, height float64) {
	said := false
	for i, c := range t.Columns {
		said = said || c.Title != ""
		lines := t.Head.Wrap(c.Title, t.width(i))
		cells = append(cells, set{lines: lines, style: repeated(t.Head, len(lines))})
	}
	if !said {
		return nil, 0
	}
	return cells, heightOf(cells)
}

func repeated(s Style, n int) (list []Style) {
	for range n {
		list = append(list, s)
	}
	return list
}

func (t *Table) row(row []Cell, group bool) (cells []set, height float64) {
	for i, c := range row {
		style := t.Columns[i].Style
		style.Bold = style.Bold || c.Bold
		if c.Ink != nil {
			style.Ink = *c.Ink
		}
		style.Size = cmp.Or(c.Size, style.Size)
		width := t.width(i)
		if group {
			width = Measure
		}
		if c.Key != nil {
			width -= keySize + 4
		}
		one := set{key: c.Key}
		one.add(style, c.Text, width)
		if c.Note != "" {
			one.add(t.Note, c.Note, width)
		}
		cells = append(cells, one)
		if group {
			break
		}
	}
	return cells, heightOf(cells)
}

func (c *set) add(style Style, text string, width float64) {
	lines := style.Wrap(text, width)
	c.lines, c.style = append(c.lines, lines...), append(c.style, repeated(style, len(lines))...)
}

func heightOf(cells []set) (most float64) {
	for _, c := range cells {
		height := 2 * padding
		for _, style := range c.style {
			height += style.Lead()
		}
		most = max(most, height)
	}
	return most
}

// place draws a row, line by line; what does not go on the page goes on the next.
func (t *Table) place(s *Sheets, row *pdf.Element, kind string, cells []set) {
	parts := make([]*pdf.Element, len(cells))
	for i := range cells {
		parts[i] = row.Add(kind)
	}
	for {
		left := false
		end := s.Y + padding
		for i := range cells {
			s.Page.In(parts[i])
			end = max(end, t.column(s, i, &cells[i]))
			s.Page.In(nil)
			left = left || len(cells[i].lines) > 0
		}
		s.Y = end + padding
		if !left {
			return
		}
		s.Turn()
	}
}

// column draws of a cell what goes on the page, and gives where it ends.
func (t *Table) column(s *Sheets, i int, c *set) float64 {
	y := s.Y + padding
	if c.key != nil && !c.begun {
		s.Page.Fill(t.x(i), y+1.2, keySize, keySize, *c.key)
		s.Page.Frame(t.x(i), y+1.2, keySize, keySize, 0.4, t.Head.Ink)
		c.begun = true
	}
	for len(c.lines) > 0 && y+c.style[0].Lead()+padding <= Bottom+0.01 {
		t.line(s, i, y, c)
		y += c.style[0].Lead()
		c.lines, c.style = c.lines[1:], c.style[1:]
	}
	return y
}

func (t *Table) x(i int) float64 {
	x := float64(Left)
	for _, c := range t.Columns[:i] {
		x += float64(Measure * c.Share)
	}
	return x
}

func (t *Table) line(s *Sheets, i int, y float64, c *set) {
	x := t.x(i)
	if c.key != nil {
		x += keySize + 4
	}
	if t.Columns[i].Right {
		x += t.width(i) - c.lines[0].Width
		if i == len(t.Columns)-1 {
			x += gutter
		}
	}
	s.Page.Text(x, y+c.style[0].rise(), c.style[0].Size, c.style[0].Ink, c.lines[0].Runs)
}
