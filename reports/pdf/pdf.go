// Package pdf writes files in PDF/A-3 (ISO 19005-3, conformance level B), as far as a report
// needs it: pages of text and shapes, files that go along, and what the standard wants
// beside. The same calls give the same bytes: nothing is asked of the clock or of chance.
//
// A file is made by [New], [File.Page] and the methods of [Page], [File.Attach], and at
// last [File.Bytes]. Where things stand on a page is for package reports/pdf/layout; the
// letters are those of reports/pdf/font. References are to ISO 32000-1 (PDF 1.7).
//
// What comes out is one body with a conventional table of its objects and no form, so that
// a signature can be added behind it as an incremental update (7.5.6).
package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"shokyo.dev/shokyo/reports/pdf/font"
)

// Info is what a file says of itself.
type Info struct {
	Title, Author, Subject, Producer string
	Languages                        []string // "ja", "en"; the first is the file's
	Created                          time.Time
}

// File is a file that is being made.
type File struct {
	info     Info
	pages    []*Page
	sets     []*font.Set // fonts, by the numbers they have on pages
	attached []Attachment
	tree     []*Element
	outline  []mark
	out      objects
}

// New is a file without pages.
func New(info Info) *File {
	return &File{info: info, sets: []*font.Set{font.NewSet(font.Regular()), font.NewSet(font.Bold())}}
}

// Attachment is a file that goes along (ISO 19005-3, 6.8).
type Attachment struct {
	Name, Type, About string
	Relation          Relation
	Data              []byte
}

// Relation is what an attachment is to the pages (ISO 19005-3, annex E).
type Relation string

// The relations that are in use.
const (
	Source     Relation = "Source"     // the pages were made of it
	Data       Relation = "Data"       // what the pages show, to compute with
	Supplement Relation = "Supplement" // what more there is to them
)

// Attach adds a file. Names must differ.
func (f *File) Attach(a Attachment) { f.attached = append(f.attached, a) }

// mark is a line of the outline that a reader can jump by.
type mark struct {
	title string
	page  int
	y     float64
}

// Outline adds a line to it, for what stands at y of the page that was begun last.
func (f *File) Outline(title string, y float64) {
	f.outline = append(f.outline, mark{title, len(f.pages) - 1, f.pages[len(f.pages)-1].height - y})
}

// Numbers of the objects that everything else refers to.
const (
	catalogObject = 1
	pagesObject   = 2
	infoObject    = 3
)

// Bytes is the whole file.
func (f *File) Bytes() []byte {
	f.out = objects{bodies: make([][]byte, infoObject+1)}
	fonts := f.writeFonts()
	pages := f.writePages(fonts)
	catalog := fmt.Sprintf("<</Type/Catalog/Version/1.7/Pages %d 0 R/Lang%s/ViewerPreferences<</DisplayDocTitle true>>/MarkInfo<</Marked true>>", pagesObject, text(f.info.Languages[0]))
	catalog += fmt.Sprintf("/Metadata %d 0 R/OutputIntents[%s]", f.writeMetadata(), f.outputIntent())
	catalog += fmt.Sprintf("/StructTreeRoot %d 0 R", f.writeTree(pages))
	if len(f.outline) > 0 {
		catalog += fmt.Sprintf("/PageMode/UseOutlines/Outlines %d 0 R", f.writeOutline(pages))
	}
	catalog += f.writeAttachments() + ">>"
	f.out.set(catalogObject, catalog)
	f.out.set(infoObject, fmt.Sprintf("<</Title%s/Author%s/Subject%s/Producer%s/CreationDate%s/ModDate%[5]s>>",
		text(f.info.Title), text(f.info.Author), text(f.info.Subject), text(f.info.Producer), date(f.info.Created)))
	return f.out.file()
}

// objects are those of a file, by number from 1.
type objects struct{ bodies [][]byte }

// reserve gives the number of an object that is set later.
func (o *objects) reserve() int {
	o.bodies = append(o.bodies, nil)
	return len(o.bodies) - 1
}

func (o *objects) set(n int, body string) { o.bodies[n] = []byte(body) }

func (o *objects) add(body string) int {
	n := o.reserve()
	o.set(n, body)
	return n
}

// stream adds a stream; dict is the inside of its dictionary besides length and filter.
func (o *objects) stream(dict string, data []byte) int {
	packed := deflate(data)
	return o.plain(dict+"/Filter/FlateDecode", packed)
}

// plain adds a stream as it is.
func (o *objects) plain(dict string, data []byte) int {
	n := o.reserve()
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s/Length %d>>\nstream\n", dict, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	o.bodies[n] = b.Bytes()
	return n
}

// file lays the objects out (7.5). The second line tells programs that it is binary
// (ISO 19005-3, 6.1.2).
func (o *objects) file() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	at := make([]int, len(o.bodies))
	for n, body := range o.bodies[1:] {
		at[n+1] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, body)
	}
	id := sha256.Sum256(b.Bytes())
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(o.bodies))
	for _, n := range at[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%[4]x>]>>\nstartxref\n%[5]d\n%%%%EOF\n",
		len(o.bodies), catalogObject, infoObject, id[:16], table)
	return b.Bytes()
}
