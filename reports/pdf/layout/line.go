package layout

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"

	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/font"
)

// Style is how a text is written. Sizes are in points.
type Style struct {
	Size float64
	Bold bool
	Ink  pdf.Colour
}

// lead is the distance from line to line, in sizes; rise is how far below the upper edge of
// its line a text stands.
const (
	lead = 1.42
	rise = 1.06
)

// Lead is the height of a line.
func (s Style) Lead() float64 { return float64(s.Size * lead) }

func (s Style) rise() float64 { return float64(s.Size * rise) }

// glyph is a unit with the font that has it.
type glyph struct {
	font.Unit
	bold  bool
	width float64 // in sizes
}

func (s Style) glyphs(text string) (list []glyph) {
	for _, u := range font.Units(text) {
		f, bold := font.Regular(), false
		if s.Bold && font.Bold().Has(u.Shape) {
			f, bold = font.Bold(), true
		}
		list = append(list, glyph{u, bold, float64(f.Advance(u)) / 1000})
	}
	return list
}

// Line is a line of text.
type Line struct {
	Runs  []pdf.Run
	Width float64 // points, without spaces at the end
}

// Wrap cuts a text into lines of at most so many points. Nothing is left out: the lines
// behind one another are the text, but for line ends in it, which begin a new line. A word
// that is longer than a line is cut where the line is full.
func (s Style) Wrap(text string, width float64) (lines []Line) {
	for part := range strings.SplitSeq(text, "\n") {
		list := s.glyphs(part)
		for {
			n := s.fit(list, width)
			lines = append(lines, s.line(list[:n]))
			if list = list[n:]; len(list) == 0 {
				break
			}
		}
	}
	return lines
}

// fit is how many of the glyphs go into a line.
func (s Style) fit(list []glyph, width float64) int {
	used, last := 0.0, 0
	for i, g := range list {
		if i > 0 && mayBreak(list[i-1].Shape, g.Shape) {
			last = i
		}
		used += float64(g.width * s.Size)
		if used > width && !unicode.IsSpace(g.Shape) && i > 0 {
			if last == 0 {
				return i
			}
			return last
		}
	}
	return len(list)
}

func (s Style) line(list []glyph) (l Line) {
	spaces := 0.0
	for _, g := range turned(list) {
		if n := len(l.Runs); n == 0 || l.Runs[n-1].Bold != g.bold {
			l.Runs = append(l.Runs, pdf.Run{Bold: g.bold})
		}
		r := &l.Runs[len(l.Runs)-1]
		r.Units = append(r.Units, g.Unit)
		if w := float64(g.width * s.Size); unicode.IsSpace(g.Shape) {
			spaces += w
		} else {
			l.Width, spaces = l.Width+spaces+w, 0
		}
	}
	return l
}

// turned is a line as it is seen: what is written from right to left is turned about, as
// programs expect that take text out of a page.
func turned(list []glyph) []glyph {
	out := slices.Clone(list)
	for i := 0; i < len(out); {
		j := i
		for j < len(out) && leftward(out[j].Shape) {
			j++
		}
		slices.Reverse(out[i:j])
		i = max(j, i+1)
	}
	return out
}

func leftward(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// Characters that may not begin a line, and that may not end one (JIS X 4051, 6.1; JLREQ,
// 3.1.7 and 3.1.8, as offices have it: small kana and the long vowel mark do not begin a line).
const (
	notFirst = "、。，．・：；？！ヽヾゝゞ々〻ー゠–〜‐ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ" +
		"）］｝」』】〕〉》〙〗〟’”｠»､｡･ｰﾞﾟｧｨｩｪｫｯｬｭｮ｣)]},.:;?!%％"
	notLast = "（［｛「『【〔〈《〘〖〝‘“｟«｢([{"
)

// mayBreak says whether a line may end between two characters.
func mayBreak(before, after rune) bool {
	switch {
	case unicode.IsSpace(after), unicode.Is(unicode.M, after), strings.ContainsRune(notFirst, after), strings.ContainsRune(notLast, before):
		return false
	case unicode.IsSpace(before):
		return after != '·' // a mark between things hangs on to what stands before it
	case wide(before) || wide(after):
		return true
	case before == '/' || before == '_':
		return true
	}
	return before == '-' && unicode.IsLetter(after)
}

// wide says that a character is one of those between which Japanese lines end.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFFF0
}
