package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"html"
	"mime"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

func zipOf(members ...File) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.Name, Method: zip.Deflate, Modified: time.Unix(Written, 0).UTC()})
		must(err)
		_, err = w.Write(m.Data)
		must(err)
	}
	must(z.Close())
	return b.Bytes()
}

func tarOf(members ...File) []byte {
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, m := range members {
		must(t.WriteHeader(&tar.Header{Name: m.Name, Mode: 0o644, Size: int64(len(m.Data)), ModTime: time.Unix(Written, 0).UTC(), Format: tar.FormatPAX}))
		_, err := t.Write(m.Data)
		must(err)
	}
	must(t.Close())
	return b.Bytes()
}

func gzipOf(name string, data []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	must(err)
	z.Name, z.ModTime = name, time.Unix(Written, 0).UTC()
	_, err = z.Write(data)
	must(err)
	must(z.Close())
	return b.Bytes()
}

// Office Open XML (ECMA-376): the fewest parts that Word and Excel open. The
// relation's target and the part's type differ, the rest is the same.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	ooxmlPackage = "http://schemas.openxmlformats.org/package/2006/"
	ooxmlOffice  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	ooxmlTypes   = "application/vnd.openxmlformats-officedocument."
)

func ooxmlContentTypes(overrides ...string) File {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="` + ooxmlPackage + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	for pair := range slices.Chunk(overrides, 2) {
		fmt.Fprintf(&b, `<Override PartName="%s" ContentType="%s%s+xml"/>`, pair[0], ooxmlTypes, pair[1])
	}
	return File{"[Content_Types].xml", []byte(b.String() + `</Types>`)}
}

func ooxmlRelation(name, kind, target string) File {
	return File{name, fmt.Appendf(nil, `%s<Relationships xmlns="%srelationships"><Relationship Id="rId1" Type="%s/%s" Target="%s"/></Relationships>`,
		xmlHead, ooxmlPackage, ooxmlOffice, kind, target)}
}

func docx(text string) []byte {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(`<w:p><w:r><w:t xml:space="preserve">` + html.EscapeString(line) + `</w:t></w:r></w:p>`)
	}
	b.WriteString(`</w:body></w:document>`)
	return zipOf(
		ooxmlContentTypes("/word/document.xml", "wordprocessingml.document.main"),
		ooxmlRelation("_rels/.rels", "officeDocument", "word/document.xml"),
		File{"word/document.xml", []byte(b.String())})
}

func xlsx(list []resident) []byte {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, p := range list {
		fmt.Fprintf(&b, `<row r="%d"><c><v>%d</v></c>`, i+1, p.id)
		for _, cell := range []string{p.name, p.reading, p.born, p.address, p.phone, p.note} {
			b.WriteString(`<c t="inlineStr"><is><t>` + html.EscapeString(cell) + `</t></is></c>`)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	workbook := xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + ooxmlOffice + `"><sheets><sheet name="名簿" sheetId="1" r:id="rId1"/></sheets></workbook>`
	return zipOf(
		ooxmlContentTypes("/xl/workbook.xml", "spreadsheetml.sheet.main", "/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
		ooxmlRelation("_rels/.rels", "officeDocument", "xl/workbook.xml"),
		ooxmlRelation("xl/_rels/workbook.xml.rels", "worksheet", "worksheets/sheet1.xml"),
		File{"xl/workbook.xml", []byte(workbook)},
		File{"xl/worksheets/sheet1.xml", []byte(b.String())})
}

// mail is a message in ISO-2022-JP with one attachment (RFC 1468, 2045, 2047).
func mail(name, subject, text string, attached File) []byte {
	body := encode(japanese.ISO2022JP, text)
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: <soumu@example.jp>\r\nSubject: %s\r\nDate: Tue, 01 Apr 2025 10:00:00 +0900\r\nMessage-ID: <%s@example.jp>\r\nMIME-Version: 1.0\r\n",
		mime.BEncoding.Encode("utf-8", "見本 花子")+" <hanako@example.jp>", mime.BEncoding.Encode("utf-8", subject), name)
	b.WriteString("Content-Type: multipart/mixed; boundary=\"=_part\"\r\n\r\n--=_part\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n")
	b.Write(bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")))
	fmt.Fprintf(&b, "\r\n--=_part\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n", attached.Name)
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(attached.Data)), 76) {
		b.Write(append(line[:len(line):len(line)], "\r\n"...))
	}
	b.WriteString("--=_part--\r\n")
	return b.Bytes()
}

func page(title, text string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"ja\">\n<head><meta charset=\"utf-8\"><title>%s</title></head>\n<body>\n<h1>%s</h1>\n", title, title)
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>\n")
		}
	}
	return []byte(b.String() + "</body>\n</html>\n")
}

func residentsJSON(list []resident) []byte {
	var b strings.Builder
	separator := "["
	for _, p := range list {
		fmt.Fprintf(&b, "%s\n  {\"id\": %d, \"name\": %q, \"born\": %q, \"address\": %q, \"mail\": %q}", separator, p.id, p.name, p.born, p.address, p.mail)
		separator = ","
	}
	return []byte(b.String() + "\n]\n")
}

func residentsXML(list []resident) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<residents>\n")
	for _, p := range list {
		fmt.Fprintf(&b, "  <resident id=\"%d\"><name>%s</name><born>%s</born><address>%s</address></resident>\n", p.id, p.name, p.born, p.address)
	}
	return []byte(b.String() + "</residents>\n")
}

// encode writes text in another character set; the documents hold nothing that
// these sets lack.
func encode(set encoding.Encoding, text string) []byte {
	b, err := set.NewEncoder().Bytes([]byte(text))
	must(err)
	return b
}
