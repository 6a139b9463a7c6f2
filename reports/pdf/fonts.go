package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf16"

	"shokyo.dev/shokyo/reports/pdf/font"
)

// writeFonts gives the dictionary by which pages name the fonts: /F0, /F1.
func (f *File) writeFonts() string {
	var b strings.Builder
	b.WriteString("<<")
	for i, s := range f.sets {
		if len(s.Units) > 0 {
			fmt.Fprintf(&b, "/F%d %d 0 R", i, f.writeFont(s))
		}
	}
	return b.String() + ">>"
}

// writeFont embeds a font as a composite one whose character codes are the numbers of
// its glyphs (9.7.4.2, Identity-H).
func (f *File) writeFont(s *font.Set) int {
	data := s.File()
	named := tag(data) + "+" + s.Font.Name
	program := f.out.stream(fmt.Sprintf("/Length1 %d", len(data)), data)
	box := s.Font.Box
	descriptor := f.out.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontWeight %d/FontFile2 %d 0 R>>",
		named, box[0], box[1], box[2], box[3], s.Font.Ascent, s.Font.Descent, s.Font.Height, s.Font.Weight/5, s.Font.Weight, program))
	descendant := f.out.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W[1[%s]]/CIDToGIDMap/Identity>>",
		named, descriptor, widths(s)))
	unicode := f.out.stream("", toUnicode(s))
	return f.out.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", named, descendant, unicode))
}

// tag is the six letters before the name of a subset (9.6.4).
func tag(data []byte) string {
	sum := sha256.Sum256(data)
	b := make([]byte, 6)
	for i := range b {
		b[i] = 'A' + sum[i]%26
	}
	return string(b)
}

func widths(s *font.Set) string {
	var b strings.Builder
	for i, u := range s.Units {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, s.Font.Advance(u))
	}
	return b.String()
}

// toUnicode is the table by which a reader gets the characters back (9.10.3).
func toUnicode(s *font.Set) []byte {
	const most = 100 // entries of one list
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	for at := 0; at < len(s.Units); at += most {
		list := s.Units[at:min(at+most, len(s.Units))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(list))
		for i, u := range list {
			fmt.Fprintf(&b, "<%04X><", at+i+1)
			for _, c := range utf16.Encode([]rune(mapped(u.Text))) {
				fmt.Fprintf(&b, "%04X", c)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

// mapped is a text without the characters that such a table may not have (ISO 19005-3,
// 6.2.11.7.2), which are no characters.
func mapped(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0 || r == 0xFEFF || r == 0xFFFE {
			return 0xFFFD
		}
		return r
	}, s)
}
