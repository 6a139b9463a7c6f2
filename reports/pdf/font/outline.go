package font

import "bytes"

// Flags of a glyph that is put together of others (OpenType, table glyf).
const (
	argsAreWords     = 0x0001
	argsAreOffsets   = 0x0002
	hasScale         = 0x0008
	moreParts        = 0x0020
	hasTwoScales     = 0x0040
	hasMatrix        = 0x0080
	hasInstructions  = 0x0100
	offsetsAsTheyAre = 0x1000
)

// collector takes glyphs over from one font into another, each with the parts it is made of.
type collector struct {
	from   *Font
	glyphs []drawn
	parts  map[int]int // of from, and where they are now
}

// room makes room for a glyph, and gives its number.
func (c *collector) room() int {
	c.glyphs = append(c.glyphs, drawn{})
	return len(c.glyphs) - 1
}

// take takes a glyph over as number n.
func (c *collector) take(n, glyph int) {
	outline := c.unhinted(c.from.outline(glyph)) // which may add parts
	c.glyphs[n] = drawn{outline, c.from.advance(glyph), c.from.bearing(glyph)}
}

// part is the number of a glyph that is taken once, however many are made of it.
func (c *collector) part(glyph int) int {
	n, ok := c.parts[glyph]
	if !ok {
		n = c.room()
		c.parts[glyph] = n
		c.take(n, glyph)
	}
	return n
}

// unhinted is an outline without instructions, its parts by their new numbers.
func (c *collector) unhinted(b []byte) []byte {
	if len(b) < 10 {
		return nil
	}
	if n := int16At(b, 0); n >= 0 {
		at := 10 + 2*n // of the length of the instructions
		out := append(bytes.Clone(b[:at]), 0, 0)
		return trimmed(append(out, b[at+2+int(be.Uint16(b[at:])):]...), n)
	}
	out := bytes.Clone(b[:10])
	for at := 10; ; {
		flags := be.Uint16(b[at:])
		size := partSize(flags)
		p := bytes.Clone(b[at : at+size])
		be.PutUint16(p, flags&^hasInstructions)
		be.PutUint16(p[2:], uint16(c.part(int(be.Uint16(p[2:])))))
		out, at = append(out, p...), at+size
		if flags&moreParts == 0 {
			return out
		}
	}
}

func partSize(flags uint16) int {
	size := 4 + 2
	if flags&argsAreWords != 0 {
		size += 2
	}
	switch {
	case flags&hasScale != 0:
		size += 2
	case flags&hasTwoScales != 0:
		size += 4
	case flags&hasMatrix != 0:
		size += 8
	}
	return size
}

// trimmed cuts the padding off behind the coordinates of a simple glyph.
func trimmed(b []byte, contours int) []byte {
	if contours == 0 {
		return b
	}
	points := int(be.Uint16(b[10+2*(contours-1):])) + 1
	at, coordinates := 10+2*contours+2, 0
	for points > 0 {
		flag, times := b[at], 1
		at++
		if flag&8 != 0 { // repeated
			times += int(b[at])
			at++
		}
		coordinates += times * (coordinate(flag&2 != 0, flag&16 != 0) + coordinate(flag&4 != 0, flag&32 != 0))
		points -= times
	}
	return b[:at+coordinates]
}

// coordinate is how many bytes one has, by its two flags.
func coordinate(short, same bool) int {
	switch {
	case short:
		return 1
	case same:
		return 0
	}
	return 2
}
