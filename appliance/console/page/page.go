// Package page is what the console writes its screens with: rows of coloured pieces,
// large letters, and times and numbers in words. It knows nothing of what they say.
package page

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/words/console"
)

// Piece is a part of a row in one colour (the parameters of SGR, ECMA-48
// 8.3.117). A colour never says anything that the text does not.
type Piece struct {
	Color Color
	Text  string
}

// Color is the parameters of SGR.
type Color string

// Of is a text in that colour.
func (c Color) Of(text string) Piece { return Piece{c, text} }

// Row is one line of the screen.
type Row []Piece

const (
	Plain  Color = ""
	Bold   Color = "1"
	Dim    Color = "2"
	Green  Color = "1;32"
	Yellow Color = "1;33"
	Red    Color = "1;31"
	Bar    Color = "7" // reversed
)

// Say is a row without colour.
func Say(format string, args ...any) Row { return Row{Plain.Of(fmt.Sprintf(format, args...))} }

// Ink is a row of one colour.
func Ink(c Color, format string, args ...any) Row { return Row{c.Of(fmt.Sprintf(format, args...))} }

// Paint makes a row what goes to the terminal: at most width columns, and nothing
// in it but printable ASCII and our own colours, wherever the text came from.
func (r Row) Paint(width int) string {
	var b strings.Builder
	for _, p := range r {
		t := ascii.Clip(ascii.Printable(p.Text), width)
		width -= len(t)
		switch {
		case t == "":
		case p.Color == Plain:
			b.WriteString(t)
		default:
			b.WriteString("\x1b[" + string(p.Color) + "m" + t + "\x1b[0m")
		}
	}
	return b.String()
}

// Wrap breaks a text into rows of at most width columns, the first indented by
// first, the others by as many blanks.
func Wrap(c Color, first, s string, width int) (rows []Row) {
	for _, line := range ascii.Wrap(first, s, width) {
		rows = append(rows, Row{c.Of(line)})
	}
	return rows
}

// Cut keeps n rows; the last then says that there were more.
func Cut(rows []Row, n int) []Row {
	if len(rows) <= n {
		return rows
	}
	if n <= 0 {
		return nil
	}
	return append(rows[:n-1:n-1], Ink(Dim, "   %s", console.More.Say(console.Lines(len(rows)-n+1)).EN))
}

// Window is the part of a list of length all, n long, that has the cursor in it.
func Window(cursor, all, n int) (first, last int) {
	first = max(min(cursor-n/2, all-n), 0)
	return first, min(first+n, all)
}
