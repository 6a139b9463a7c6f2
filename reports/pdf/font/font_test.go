package font

import (
	"testing"
)

// A subset has, glyph by glyph, what the font has: the same widths, and outlines where the
// font has them.
func TestSubset(t *testing.T) {
	for _, f := range []*Font{Regular(), Bold()} {
		s := NewSet(f)
		for i, u := range Units("Aあ漢 ｱ𠮷é") {
			if n := s.Number(u); n != i+1 || s.Number(u) != n {
				t.Errorf("%q has number %d", u.Text, n)
			}
		}
		b := s.File()
		tables, err := tablesOf(b)
		if err != nil {
			t.Fatal(err)
		}
		if sum(b) != 0xB1B0AFBA {
			t.Errorf("the file adds up to %08X", sum(b))
		}
		sub := &Font{em: f.em, glyf: tables["glyf"], loca: offsets(tables["loca"], false), hmtx: tables["hmtx"], metrics: int(be.Uint16(tables["hhea"][34:]))}
		for i, u := range s.Units {
			g := i + 1
			if sub.thousandths(sub.advance(g)) != f.Advance(u) {
				t.Errorf("%q is %d wide, want %d", u.Text, sub.advance(g), f.Advance(u))
			}
			if empty := len(sub.outline(g)) == 0; empty != (u.Text == " ") {
				t.Errorf("%q draws nothing: %v", u.Text, empty)
			}
		}
		if n := len(sub.loca) - 1; n <= len(s.Units)+1 || int(be.Uint16(tables["maxp"][4:])) != n {
			t.Errorf("%d glyphs for %d units and the parts of a box", n, len(s.Units))
		}
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string][]Unit{
		"":              nil,
		"ab":            {{"a", 'a'}, {"b", 'b'}},
		"か\u3099":       {{"か\u3099", 'が'}},
		"葛\U000E0100城":  {{"葛\U000E0100", '葛'}, {"城", '城'}},
		" \U000E0100":   {{" ", ' '}, {"\U000E0100", 0xE0100}},
		"x\u0301":       {{"x", 'x'}, {"\u0301", 0x301}},
		"\u0301":        {{"\u0301", 0x301}},
		"𠮷":             {{"𠮷", '𠮷'}},
		"e\u0301\uFE0E": {{"e\u0301\uFE0E", 'é'}},
	} {
		got := Units(text)
		if len(got) != len(want) {
			t.Errorf("%q: %v", text, got)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %v, want %v", text, got[i], want[i])
			}
		}
	}
}

// The bold weight lacks rare characters, the regular one nothing that it has.
func TestWeights(t *testing.T) {
	for r := rune(0x20); r < 0x30000; r++ {
		if Bold().Has(r) && !Regular().Has(r) {
			t.Errorf("%U is only bold", r)
		}
	}
	for r, bold := range map[rune]bool{'A': true, '消': true, '残': true, '龗': false, '髙': false, 'ｱ': true} {
		if Bold().Has(r) != bold {
			t.Errorf("%c in bold: %v", r, !bold)
		}
	}
	if Regular().Advance(Unit{"𠮷", '𠮷'}) != 1000 || Regular().Height < 600 || Regular().Ascent < 800 {
		t.Error("measures")
	}
}

func TestHexDigits(t *testing.T) {
	for r, want := range map[rune]string{0x301: "0301", 0x20BB7: "020BB7", 0xFFFF: "FFFF", 0x10FFFF: "10FFFF"} {
		if got := string(hexDigits(r)); got != want {
			t.Errorf("%U: %s", r, got)
		}
	}
}

// What is no font is refused.
func TestParse(t *testing.T) {
	good := NewSet(Regular()).File() // without a table of characters
	for _, b := range [][]byte{nil, []byte("OTTO"), good[:20], good} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%d bytes are a font", len(b))
		}
	}
}
