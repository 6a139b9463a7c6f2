package font

import (
	"bytes"
	"maps"
	"math/bits"
	"slices"
)

// drawn is a glyph of a font that is being made.
type drawn struct {
	outline          []byte
	advance, bearing int
}

// build makes a font file of glyphs, the first of which stands for what is lacking.
// characters is nil where the font is embedded: a PDF names glyphs by number.
func build(f *Font, glyphs []drawn, characters []group) []byte {
	var glyf, loca, hmtx []byte
	widest := 0
	for _, g := range glyphs {
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, g.outline...)
		glyf = append(glyf, make([]byte, -len(g.outline)&3)...)
		hmtx = be.AppendUint16(be.AppendUint16(hmtx, uint16(g.advance)), uint16(g.bearing))
		widest = max(widest, g.advance)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	tables := map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx, "head": head(f), "hhea": hhea(f, len(glyphs), widest), "maxp": maxp(len(glyphs))}
	if characters != nil {
		tables["cmap"] = cmap(characters)
	}
	return file(tables)
}

func (f *Font) units(thousandths int) uint16 { return uint16(int16(thousandths * f.em / 1000)) }

// head without dates, so that the same glyphs give the same bytes.
func head(f *Font) []byte {
	b := be.AppendUint32(nil, 0x00010000)
	b = be.AppendUint32(b, 0x00010000)
	b = be.AppendUint32(b, 0) // checkSumAdjustment, filled in by file
	b = be.AppendUint32(b, 0x5F0F3CF5)
	b = be.AppendUint16(b, 0x0003) // baseline and left side bearing at 0
	b = be.AppendUint16(b, uint16(f.em))
	b = append(b, make([]byte, 16)...)
	for _, n := range f.Box {
		b = be.AppendUint16(b, f.units(n))
	}
	for _, n := range []uint16{0, 8, 2, 1, 0} { // style, least size, direction, long offsets, format
		b = be.AppendUint16(b, n)
	}
	return b
}

func hhea(f *Font, glyphs, widest int) []byte {
	b := be.AppendUint32(nil, 0x00010000)
	for _, n := range []uint16{f.units(f.Ascent), f.units(f.Descent), 0, uint16(widest), f.units(f.Box[0]), 0, f.units(f.Box[2]), 1, 0, 0, 0, 0, 0, 0, 0, uint16(glyphs)} {
		b = be.AppendUint16(b, n)
	}
	return b
}

// maxp: the bounds are those of the format, for what is not hinted.
func maxp(glyphs int) []byte {
	b := be.AppendUint16(be.AppendUint32(nil, 0x00010000), uint16(glyphs))
	for _, n := range []uint16{2048, 256, 4096, 512, 1, 0, 0, 0, 0, 0, 0, 16, 4} {
		b = be.AppendUint16(b, n)
	}
	return b
}

func cmap(characters []group) []byte {
	b := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12}
	b = be.AppendUint16(be.AppendUint16(b, 12), 0)
	for _, n := range []uint32{uint32(16 + 12*len(characters)), 0, uint32(len(characters))} {
		b = be.AppendUint32(b, n)
	}
	for _, g := range characters {
		b = be.AppendUint32(be.AppendUint32(be.AppendUint32(b, g.first), g.last), g.glyph)
	}
	return b
}

// file lays tables out, by name, each at a multiple of four.
func file(tables map[string][]byte) []byte {
	names := slices.Sorted(maps.Keys(tables))
	n := len(names)
	log := bits.Len(uint(n)) - 1
	b := be.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, 16 << log, log, 16*n - 16<<log} {
		b = be.AppendUint16(b, uint16(v))
	}
	at := len(b) + 16*n
	var body []byte
	adjust := 0
	for _, name := range names {
		t := tables[name]
		if name == "head" {
			adjust = at + 8
		}
		b = append(b, name...)
		for _, v := range []uint32{sum(t), uint32(at), uint32(len(t))} {
			b = be.AppendUint32(b, v)
		}
		padded := append(bytes.Clone(t), make([]byte, -len(t)&3)...)
		body, at = append(body, padded...), at+len(padded)
	}
	b = append(b, body...)
	be.PutUint32(b[adjust:], 0xB1B0AFBA-sum(b))
	return b
}

func sum(b []byte) (n uint32) {
	for ; len(b) >= 4; b = b[4:] {
		n += be.Uint32(b)
	}
	if len(b) > 0 {
		n += be.Uint32(append(bytes.Clone(b), 0, 0, 0)[:4])
	}
	return n
}
