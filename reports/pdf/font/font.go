// Package font has the letters of report.pdf: a Japanese typeface in two weights, and what
// makes the subset of it that is embedded in a file.
//
// Text is cut into units ([Units]): what a reader sees as one sign, which is mostly one
// character. A [Set] gives each unit that is used a number and a glyph of its own, also
// where two characters look alike, so that a reader of the file gets back exactly what
// went in. What the typeface lacks is drawn as a box with the character's number in it.
//
// The typeface is BIZ UDPGothic by Morisawa (SIL Open Font License 1.1, see OFL.txt),
// packed by the program in pack: outlines without hints, and what finds them.
package font

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Font is a TrueType font. What it reads is what pack wrote: it is not for fonts of others.
type Font struct {
	Name                    string // PostScript name
	Weight                  int    // 400, 700
	em                      int    // units of the outlines; widths are given in thousandths of an em
	Ascent, Descent, Height int    // thousandths; Descent is negative, Height is that of capitals
	Box                     [4]int // xMin, yMin, xMax, yMax
	glyf                    []byte
	loca                    []uint32
	hmtx                    []byte
	metrics                 int
	groups                  []group
}

// group is a run of characters with consecutive glyphs (OpenType, cmap format 12).
type group struct{ first, last, glyph uint32 }

var be = binary.BigEndian

// Parse reads a TrueType font (OpenType specification, "Organization of an OpenType Font").
func Parse(b []byte) (*Font, error) {
	tables, err := tablesOf(b)
	if err != nil {
		return nil, err
	}
	for name, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 1, "cmap": 4} {
		if len(tables[name]) < least {
			return nil, fmt.Errorf("font: table %s has %d bytes", name, len(tables[name]))
		}
	}
	head, hhea := tables["head"], tables["hhea"]
	f := &Font{em: int(be.Uint16(head[18:])), glyf: tables["glyf"], hmtx: tables["hmtx"], metrics: int(be.Uint16(hhea[34:]))}
	f.Ascent, f.Descent = f.thousandths(int16At(hhea, 4)), f.thousandths(int16At(hhea, 6))
	for i := range f.Box {
		f.Box[i] = f.thousandths(int16At(head, 36+2*i))
	}
	f.loca = offsets(tables["loca"], be.Uint16(head[50:]) == 0)
	if f.groups, err = groupsOf(tables["cmap"]); err != nil {
		return nil, err
	}
	if h := f.outline(f.glyphOf('H')); len(h) >= 10 {
		f.Height = f.thousandths(int16At(h, 8))
	}
	return f, nil
}

func tablesOf(b []byte) (map[string][]byte, error) {
	if len(b) < 12 || be.Uint32(b) != 0x00010000 {
		return nil, fmt.Errorf("font: no TrueType font of %d bytes", len(b))
	}
	tables := map[string][]byte{}
	for i := range int(be.Uint16(b[4:])) {
		at := 12 + 16*i
		if at+16 > len(b) {
			return nil, fmt.Errorf("font: the list of tables is cut short")
		}
		start, length := uint64(be.Uint32(b[at+8:])), uint64(be.Uint32(b[at+12:]))
		if start+length > uint64(len(b)) {
			return nil, fmt.Errorf("font: table %s lies outside of the file", b[at:at+4])
		}
		tables[string(b[at:at+4])] = b[start : start+length]
	}
	return tables, nil
}

func offsets(b []byte, short bool) (out []uint32) {
	if short {
		for ; len(b) >= 2; b = b[2:] {
			out = append(out, 2*uint32(be.Uint16(b)))
		}
		return out
	}
	for ; len(b) >= 4; b = b[4:] {
		out = append(out, be.Uint32(b))
	}
	return out
}

// groupsOf finds the table of all of Unicode (platform 3, encoding 10, format 12).
func groupsOf(cmap []byte) (list []group, err error) {
	for i := range int(be.Uint16(cmap[2:])) {
		at := 4 + 8*i
		if at+8 > len(cmap) || be.Uint32(cmap[at:]) != 3<<16|10 {
			continue
		}
		sub := cmap[be.Uint32(cmap[at+4:]):]
		if be.Uint16(sub) != 12 {
			break
		}
		for g := sub[16:]; len(list) < int(be.Uint32(sub[12:])); g = g[12:] {
			list = append(list, group{be.Uint32(g), be.Uint32(g[4:]), be.Uint32(g[8:])})
		}
		return list, nil
	}
	return nil, fmt.Errorf("font: no table of characters in format 12")
}

func int16At(b []byte, at int) int { return int(int16(be.Uint16(b[at:]))) }

func (f *Font) thousandths(n int) int { return (n*1000 + f.em/2) / f.em }

// glyphOf is the glyph of a character; 0: the font lacks it.
func (f *Font) glyphOf(r rune) int {
	i, found := slices.BinarySearchFunc(f.groups, uint32(r), func(g group, c uint32) int {
		switch {
		case g.last < c:
			return -1
		case g.first > c:
			return 1
		}
		return 0
	})
	if !found {
		return 0
	}
	return int(f.groups[i].glyph + uint32(r) - f.groups[i].first)
}

// outline is the description of a glyph; empty: it draws nothing.
func (f *Font) outline(glyph int) []byte {
	if glyph < 0 || glyph+1 >= len(f.loca) {
		return nil
	}
	return f.glyf[f.loca[glyph]:f.loca[glyph+1]]
}

// advance and bearing are in units of the outlines.
func (f *Font) advance(glyph int) int {
	return int(be.Uint16(f.hmtx[4*min(glyph, f.metrics-1):]))
}

func (f *Font) bearing(glyph int) int {
	if glyph < f.metrics {
		return int16At(f.hmtx, 4*glyph+2)
	}
	return int16At(f.hmtx, 4*f.metrics+2*(glyph-f.metrics))
}
