package font

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Unit is what a reader sees as one sign: the characters that it stands for, and the one
// that it is drawn as.
type Unit struct {
	Text  string
	Shape rune
}

// Units cuts a text into units. A mark that makes one character of Unicode with what
// stands before it, and that the typeface has as such, is drawn so (Unicode Standard Annex
// 15, form C); a variation selector belongs to what stands before it, in whose usual form
// it is drawn, as the Unicode Standard has it (23.4) where the variant is lacking.
func Units(text string) (list []Unit) {
	for _, r := range text {
		if n := len(list); n > 0 && (unicode.Is(unicode.M, r) || unicode.Is(unicode.Variation_Selector, r)) {
			if shape, ok := joined(list[n-1].Shape, r); ok {
				list[n-1].Text += string(r)
				list[n-1].Shape = shape
				continue
			}
		}
		list = append(list, Unit{string(r), r})
	}
	return list
}

func joined(base, mark rune) (rune, bool) {
	if unicode.Is(unicode.Variation_Selector, mark) {
		return base, !unicode.IsSpace(base)
	}
	both := []rune(norm.NFC.String(string([]rune{base, mark})))
	if len(both) == 1 && Regular().Has(both[0]) {
		return both[0], true
	}
	return 0, false
}

// Has says whether the font can draw a character.
func (f *Font) Has(r rune) bool { return f.glyphOf(r) != 0 }

// Advance is the width of a unit in thousandths of the size it is written in.
func (f *Font) Advance(u Unit) int {
	if g := f.glyphOf(u.Shape); g != 0 {
		return f.thousandths(f.advance(g))
	}
	return 1000 // a box
}

// Set is the units of a font that a file uses, by number.
type Set struct {
	Font    *Font
	Units   []Unit // number 1 is the first
	numbers map[Unit]int
}

// NewSet is empty.
func NewSet(f *Font) *Set { return &Set{Font: f, numbers: map[Unit]int{}} }

// Number is that of a unit, from 1 in the order of their first use.
func (s *Set) Number(u Unit) int {
	n, ok := s.numbers[u]
	if !ok {
		s.Units = append(s.Units, u)
		n = len(s.Units)
		s.numbers[u] = n
	}
	return n
}

// File is a font of the units alone: the glyph of each has its number.
func (s *Set) File() []byte {
	c := &collector{from: s.Font, parts: map[int]int{}}
	for range len(s.Units) + 1 {
		c.room()
	}
	c.take(0, 0)
	for i, u := range s.Units {
		if g := s.Font.glyphOf(u.Shape); g != 0 {
			c.take(i+1, g)
		} else {
			c.box(i+1, u.Shape)
		}
	}
	return build(s.Font, c.glyphs, nil)
}
