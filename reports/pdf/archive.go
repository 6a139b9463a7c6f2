package pdf

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What PDF/A-3 wants beside pages: metadata, a colour space, and what attachments are.

// writeMetadata gives the number of the XMP packet (ISO 19005-3, 6.6): it says the same as
// the information dictionary, and is not compressed.
func (f *File) writeMetadata() int {
	var b strings.Builder
	add := func(format string, values ...string) {
		escaped := make([]any, len(values))
		for i, v := range values {
			escaped[i] = escape(v)
		}
		fmt.Fprintf(&b, format+"\n", escaped...)
	}
	when := f.info.Created.UTC().Format(time.RFC3339)
	add("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>")
	add(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`)
	add(`<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">`)
	add(`<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>`)
	add(`<dc:format>application/pdf</dc:format>`)
	add(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>`, f.info.Title)
	add(`<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>`, f.info.Author)
	add(`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>`, f.info.Subject)
	b.WriteString("<dc:language><rdf:Bag>")
	for _, l := range f.info.Languages {
		b.WriteString("<rdf:li>" + escape(l) + "</rdf:li>")
	}
	b.WriteString("</rdf:Bag></dc:language>\n")
	add(`<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>`, when, when)
	add(`<pdf:Producer>%s</pdf:Producer>`, f.info.Producer)
	add(`</rdf:Description></rdf:RDF></x:xmpmeta>`)
	b.WriteString(`<?xpacket end="r"?>`)
	return f.out.plain("/Type/Metadata/Subtype/XML", []byte(b.String()))
}

func escape(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic("pdf: a buffer in memory cannot be written: " + err.Error())
	}
	return b.String()
}

// outputIntent says which colours the numbers mean (ISO 19005-3, 6.2.3).
func (f *File) outputIntent() string {
	profile := f.out.stream("/N 3", srgb())
	return fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>", profile)
}

// srgb is a profile of the colours of IEC 61966-2-1 (ICC.1:2010): three primaries adapted
// to D50, and the curve as a formula.
func srgb() []byte {
	fixed := func(list ...float64) (b []byte) { // s15Fixed16Number
		for _, x := range list {
			n := x * 65536
			if n < 0 {
				n -= 0.5
			} else {
				n += 0.5
			}
			b = binary.BigEndian.AppendUint32(b, uint32(int32(n)))
		}
		return b
	}
	kind := func(s string, b []byte) []byte { return append(append([]byte(s), 0, 0, 0, 0), b...) }
	xyz := func(x, y, z float64) []byte { return kind("XYZ ", fixed(x, y, z)) }
	said := func(s string) []byte { // multiLocalizedUnicode, one record, en-US
		b := []byte{0, 0, 0, 1, 0, 0, 0, 12, 'e', 'n', 'U', 'S', 0, 0, 0, byte(2 * len(s)), 0, 0, 0, 28}
		for _, c := range []byte(s) {
			b = append(b, 0, c)
		}
		return kind("mluc", b)
	}
	curve := kind("para", append([]byte{0, 3, 0, 0}, fixed(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...))
	white := [3]float64{0.9642, 1, 0.8249}
	return profile(white, []part{
		{"desc", said("sRGB IEC61966-2.1")}, {"cprt", said("CC0")}, {"wtpt", xyz(white[0], white[1], white[2])},
		{"chad", kind("sf32", fixed(1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678))},
		{"rXYZ", xyz(0.436066, 0.222488, 0.013916)}, {"gXYZ", xyz(0.385147, 0.716873, 0.097076)}, {"bXYZ", xyz(0.143066, 0.060608, 0.714096)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	})
}

type part struct {
	sign string
	data []byte
}

// profile lays the parts out behind a header of 128 bytes; equal parts stand once.
func profile(white [3]float64, parts []part) []byte {
	be := binary.BigEndian
	b := make([]byte, 128, 1024)
	copy(b[8:], []byte{4, 0x20, 0, 0})
	copy(b[12:], "mntrRGB XYZ ")
	copy(b[24:], []byte{0x07, 0xE6, 0, 1, 0, 1}) // 1 January 2022: a profile has a date
	copy(b[36:], "acsp")
	for i, x := range white {
		be.PutUint32(b[68+4*i:], uint32(x*65536+0.5))
	}
	b = be.AppendUint32(b, uint32(len(parts)))
	var body []byte
	start := len(b) + 12*len(parts)
	for i, p := range parts {
		at := start + len(body)
		if i > 0 && bytes.Equal(p.data, parts[i-1].data) {
			at -= len(p.data) + -len(p.data)&3
		} else {
			body = append(append(body, p.data...), make([]byte, -len(p.data)&3)...)
		}
		b = append(b, p.sign...)
		b = be.AppendUint32(be.AppendUint32(b, uint32(at)), uint32(len(p.data)))
	}
	b = append(b, body...)
	be.PutUint32(b, uint32(len(b)))
	return b
}

// writeAttachments gives the entries of the catalog: by name, and as associated files
// (ISO 19005-3, annex E).
func (f *File) writeAttachments() string {
	if len(f.attached) == 0 {
		return ""
	}
	list := slices.SortedFunc(slices.Values(f.attached), func(a, b Attachment) int { return strings.Compare(a.Name, b.Name) })
	var names, associated strings.Builder
	for _, a := range list {
		sum := md5.Sum(a.Data) // what 7.11.4.1, table 46 wants; nothing rests on it
		stream := f.out.stream(fmt.Sprintf("/Type/EmbeddedFile/Subtype%s/Params<</Size %d/ModDate%s/CheckSum<%x>>>", name(a.Type), len(a.Data), date(f.info.Created), sum), a.Data)
		spec := f.out.add(fmt.Sprintf("<</Type/Filespec/F%s/UF%s/Desc%s/AFRelationship/%s/EF<</F %d 0 R/UF %[5]d 0 R>>>>", ascii(a.Name), text(a.Name), text(a.About), a.Relation, stream))
		fmt.Fprintf(&names, "%s %d 0 R ", ascii(a.Name), spec)
		fmt.Fprintf(&associated, "%d 0 R ", spec)
	}
	return fmt.Sprintf("/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]", names.String(), associated.String())
}
