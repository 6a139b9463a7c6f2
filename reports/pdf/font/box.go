package font

import "bytes"

// What is drawn for a character that the typeface lacks.

// box draws the number of the character r in a frame, one em wide, as glyph n: four
// hexadecimal digits in two rows, or six.
func (c *collector) box(n int, r rune) {
	const percent = 42 // of its size is a digit drawn
	em, digits := c.from.em, hexDigits(r)
	out := be.AppendUint16(nil, 0xFFFF) // it is made of parts
	for _, n := range frameBox(em) {
		out = be.AppendUint16(out, uint16(int16(n)))
	}
	out = appendPart(out, c.frame(), 0, 0, 100, true)
	perRow := len(digits) / 2
	step := em * 80 / 100 / perRow
	for i, d := range digits {
		glyph := c.from.glyphOf(d)
		x := em*10/100 + i%perRow*step + (step-c.from.advance(glyph)*percent/100)/2
		y := em * 44 / 100
		if i >= perRow {
			y = em * 2 / 100
		}
		out = appendPart(out, c.part(glyph), x, y, percent, i < len(digits)-1)
	}
	c.glyphs[n] = drawn{out, em, frameBox(em)[0]}
}

// appendPart adds a glyph at x, y to one that is made of parts.
func appendPart(out []byte, glyph, x, y, percent int, more bool) []byte {
	flags := argsAreWords | argsAreOffsets | hasScale | offsetsAsTheyAre
	if more {
		flags |= moreParts
	}
	for _, n := range []int{flags, glyph, x, y, 1 << 14 * percent / 100} {
		out = be.AppendUint16(out, uint16(n))
	}
	return out
}

// hexDigits are four, or six above U+FFFF.
func hexDigits(r rune) []rune {
	n := 4
	if r > 0xFFFF {
		n = 6
	}
	out := make([]rune, n)
	for i := range out {
		out[n-1-i] = rune("0123456789ABCDEF"[r>>(4*i)&15])
	}
	return out
}

func frameBox(em int) [4]int {
	return [4]int{em * 4 / 100, -em * 8 / 100, em * 96 / 100, em * 84 / 100}
}

// frameGlyph is no glyph of a font: the frame's place among the parts.
const frameGlyph = -1

// frame is a rectangle in a rectangle, the inner one the other way round.
func (c *collector) frame() int {
	if n, ok := c.parts[frameGlyph]; ok {
		return n
	}
	outer := frameBox(c.from.em)
	line := c.from.em * 3 / 100
	x0, y0, x1, y1 := outer[0], outer[1], outer[2], outer[3]
	points := [][2]int{{x0, y0}, {x0, y1}, {x1, y1}, {x1, y0}, {x0 + line, y0 + line}, {x1 - line, y0 + line}, {x1 - line, y1 - line}, {x0 + line, y1 - line}}
	b := be.AppendUint16(nil, 2)
	for _, n := range outer {
		b = be.AppendUint16(b, uint16(int16(n)))
	}
	for _, n := range []uint16{3, 7, 0} { // ends of the contours, no instructions
		b = be.AppendUint16(b, n)
	}
	b = append(b, bytes.Repeat([]byte{1}, len(points))...) // on the curve, both coordinates as words
	for axis := range 2 {
		last := 0
		for _, p := range points {
			b = be.AppendUint16(b, uint16(int16(p[axis]-last)))
			last = p[axis]
		}
	}
	n := c.room()
	c.glyphs[n], c.parts[frameGlyph] = drawn{b, c.from.em, x0}, n
	return n
}
