package files

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// pdfWriter writes PDF 1.4 (ISO 32000-1, section 7.5): numbered objects, a
// table of their offsets, a trailer. Objects may be referred to before they
// are written.
type pdfWriter struct {
	b       bytes.Buffer
	offsets []int // of objects 1, 2, …; 0 is not yet written
}

func (w *pdfWriter) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *pdfWriter) write(n int, format string, a ...any) {
	w.offsets[n-1] = w.b.Len()
	fmt.Fprintf(&w.b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{n}, a...)...)
}

func (w *pdfWriter) object(format string, a ...any) int {
	n := w.reserve()
	w.write(n, format, a...)
	return n
}

func (w *pdfWriter) stream(dictionary string, data []byte) int {
	return w.object("<<%s/Length %d>>stream\n%s\nendstream", dictionary, len(data), data)
}

func (w *pdfWriter) flate(text string) int {
	var z bytes.Buffer
	c := zlib.NewWriter(&z)
	_, err := c.Write([]byte(text))
	must(err)
	must(c.Close())
	return w.stream("/Filter/FlateDecode", z.Bytes())
}

// finish adds page tree, catalogue, information, cross references.
func (w *pdfWriter) finish(tree int, pages []int, title string) []byte {
	kids := strings.Builder{}
	for _, p := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", p)
	}
	w.write(tree, "<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 595 842]>>", len(pages), kids.String())
	root := w.object("<</Type/Catalog/Pages %d 0 R>>", tree)
	info := w.object("<</Title(%s)/Producer(shokyo test document)/CreationDate(D:20250401100000+09'00')>>", title)
	start := w.b.Len()
	fmt.Fprintf(&w.b, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(&w.b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&w.b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, info, start)
	return w.b.Bytes()
}

func newPDF() *pdfWriter {
	w := &pdfWriter{}
	w.b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	return w
}

const pdfLinesPerPage = 50

// pdfText sets lines in one font; show turns a line into a PDF string.
func (w *pdfWriter) pdfText(font int, lines []string, title string, show func(string) string) []byte {
	tree := w.reserve()
	var pages []int
	for part := range slices.Chunk(lines, pdfLinesPerPage) {
		var text strings.Builder
		text.WriteString("BT /F1 10 Tf 15 TL 50 790 Td\n")
		for _, line := range part {
			text.WriteString(show(line) + " Tj T*\n")
		}
		text.WriteString("ET\n")
		content := w.flate(text.String())
		pages = append(pages, w.object("<</Type/Page/Parent %d 0 R/Contents %d 0 R/Resources<</Font<</F1 %d 0 R>>>>>>", tree, content, font))
	}
	return w.finish(tree, pages, title)
}

// englishPDF sets ASCII text in Helvetica.
func englishPDF(text, title string) []byte {
	w := newPDF()
	font := w.object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	escape := strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`)
	return w.pdfText(font, wrap(text, 100), title, func(s string) string { return "(" + escape.Replace(s) + ")" })
}

// japanesePDF sets text in a font that readers bring along, by glyph numbers
// of Adobe-Japan1, with the map back to Unicode that searching needs.
func japanesePDF(text, title string) []byte {
	w := newPDF()
	descriptor := w.object("<</Type/FontDescriptor/FontName/HeiseiMin-W3/Flags 6/FontBBox[-123 -257 1001 910]/ItalicAngle 0/Ascent 709/Descent -241/CapHeight 709/StemV 69>>")
	cid := w.object("<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor %d 0 R/DW 1000/W[231 325 500]>>", descriptor)
	font := w.object("<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3-Identity-H/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", cid, w.flate(toUnicode(text)))
	return w.pdfText(font, wrap(text, 46), title, func(s string) string {
		var hex strings.Builder
		for _, r := range s {
			fmt.Fprintf(&hex, "%04X", japanCID(r))
		}
		return "<" + hex.String() + ">"
	})
}

// japanCID is the Adobe-Japan1 number of a character of ASCII or of the rows of
// JIS X 0208 that Adobe numbered in order (Technical Note 5078); 0 for others.
func japanCID(r rune) int {
	if r >= ' ' && r <= '~' {
		return 231 + int(r-' ')
	}
	b, err := japanese.EUCJP.NewEncoder().Bytes(utf8.AppendRune(nil, r))
	if err != nil || len(b) != 2 || b[0] < 0xa1 {
		return 0
	}
	row, cell := int(b[0])-0xa0, int(b[1])-0xa1
	switch {
	case row == 1:
		return 633 + cell
	case row == 4:
		return 842 + cell // hiragana
	case row == 5:
		return 925 + cell // katakana
	case row >= 16 && row <= 47:
		return 1125 + (row-16)*94 + cell // kanji, level 1
	case row >= 48 && row <= 83:
		return 4090 + (row-48)*94 + cell // level 2
	}
	return 0
}

// toUnicode is a ToUnicode CMap (ISO 32000-1, 9.10.3) for the characters of text.
func toUnicode(text string) string {
	runes := []rune(text)
	slices.Sort(runes)
	runes = slices.DeleteFunc(slices.Compact(runes), func(r rune) bool { return japanCID(r) == 0 })
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Text def /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for part := range slices.Chunk(runes, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", japanCID(r), r)
		}
		b.WriteString("endbfchar\n")
	}
	return b.String() + "endcmap end end\n"
}

// scanPDF is what an office scanner makes: pages that are JPEG pictures.
func scanPDF(title string, width, height int, pictures ...[]byte) []byte {
	w := newPDF()
	tree := w.reserve()
	var pages []int
	for _, jpeg := range pictures {
		picture := w.stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", width, height), jpeg)
		content := w.flate("q 515 0 0 386 40 400 cm /Im0 Do Q\n")
		pages = append(pages, w.object("<</Type/Page/Parent %d 0 R/Contents %d 0 R/Resources<</XObject<</Im0 %d 0 R>>>>>>", tree, content, picture))
	}
	return w.finish(tree, pages, title)
}

// wrap breaks text into lines of at most width characters: at a space where
// there is one near, else anywhere, as Japanese allows.
func wrap(text string, width int) (lines []string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := []rune(strings.TrimSpace(paragraph))
		for len(line) > width {
			cut := width
			if space := strings.LastIndexByte(string(line[:width]), ' '); space > width/2 {
				cut = utf8.RuneCountInString(string(line[:width])[:space])
			}
			lines = append(lines, string(line[:cut]))
			line = []rune(strings.TrimLeft(string(line[cut:]), " "))
		}
		lines = append(lines, string(line))
	}
	return lines
}
