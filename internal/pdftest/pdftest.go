// Package pdftest makes small PDF files for tests: pages of one line, and files embedded as
// a report has them. What it writes is what reports/sign/strictpdf reads.
package pdftest

import (
	"bytes"
	"fmt"

	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

// Make writes a file with the pages, a line each, and the attachments.
func Make(pages []string, attachments []strictpdf.Attachment) []byte {
	w := &file{}
	w.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var kids, names string
	next := 4 // 1 is the catalog, 2 the pages, 3 the font
	for _, text := range pages {
		kids += fmt.Sprintf("%d 0 R ", next)
		w.late(fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents %d 0 R>>", next+1))
		w.late(stream("", "BT /F1 12 Tf 72 770 Td ("+text+") Tj ET"))
		next += 2
	}
	for _, a := range attachments {
		names += fmt.Sprintf("(%s) %d 0 R ", a.Name, next)
		w.late(fmt.Sprintf("<</Type /Filespec /F (%s) /UF (%s) /AFRelationship /Data /EF <</F %d 0 R>>>>", a.Name, a.Name, next+1))
		w.late(stream("/Type /EmbeddedFile ", string(a.Data)))
		next += 2
	}
	w.object(1, "<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles <</Names ["+names+"]>>>>>>")
	w.object(2, fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(pages), kids))
	w.object(3, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
	for i, body := range w.waiting {
		w.object(4+i, body)
	}
	return w.end()
}

func stream(more, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", more, len(data), data)
}

type file struct {
	out     bytes.Buffer
	offsets []int
	waiting []string // objects from 4 on, in order
}

func (w *file) late(body string) { w.waiting = append(w.waiting, body) }

func (w *file) object(n int, body string) {
	w.offsets = append(w.offsets, w.out.Len())
	fmt.Fprintf(&w.out, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (w *file) end() []byte {
	at := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, offset := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&w.out, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, at)
	return w.out.Bytes()
}
