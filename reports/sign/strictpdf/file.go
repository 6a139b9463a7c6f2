// Package strictpdf reads PDF files of the shape that shokyo writes, and refuses all others. It
// is what signatures of PDF files stand on, so it is strict where readers of PDF are kind:
// attacks on signed PDF files live from bytes that one reader sees and another does not.
//
// [Open] takes a file of one revision: a header, objects, one cross-reference table, a
// trailer, nothing else. The objects lie side by side: there is no byte that belongs to
// none of them, so there is no room for an object that the table does not list. No
// encryption, no object streams, no scripts, no forms, no layers ([forbidden]).
// [File.Attachments] are the files embedded in it (ISO 32000-1 7.11.4), all of them.
// Syntax is in parse.go; what signs and checks is package pades.
package strictpdf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Bounds: a report has some hundred objects and a megabyte.
const (
	MaxBytes   = 64 << 20
	maxObjects = 100_000
)

// File is a PDF file that was read.
type File struct {
	Bytes   []byte
	Root    Ref
	Info    Ref    // 0: none
	ID      String // the first half; "": none
	Size    int    // one more than the highest object number
	XRef    int    // where the table begins
	objects []any  // by number; [0] is none
	spans   [][]byte
}

const endOfFile = "%%EOF\n"

// Open reads a file of one revision. It does not copy b.
func Open(b []byte) (*File, error) {
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("the PDF has %d bytes, at most %d can be", len(b), MaxBytes)
	}
	if !bytes.HasPrefix(b, []byte("%PDF-1.")) {
		return nil, errors.New("not a PDF")
	}
	f := &File{Bytes: b}
	offsets, err := f.table()
	if err != nil {
		return nil, fmt.Errorf("the table of the PDF's objects: %w", err)
	}
	if err := f.cut(offsets); err != nil {
		return nil, err
	}
	for n := 1; n < f.Size; n++ {
		if f.objects[n], err = object(f.spans[n], n, f.length); err != nil {
			return nil, fmt.Errorf("object %d of the PDF: %w", n, err)
		}
		if err := harmless(f.objects[n]); err != nil {
			return nil, fmt.Errorf("object %d of the PDF: %w", n, err)
		}
	}
	return f, nil
}

// startXRef is the number behind the last "startxref", and where that word begins.
func startXRef(b []byte) (offset, at int, err error) {
	at = bytes.LastIndex(b, []byte("startxref\n"))
	if at < 0 || !bytes.HasSuffix(b, []byte(endOfFile)) {
		return 0, 0, errors.New("does not end as a PDF of shokyo ends")
	}
	text, end := b[at+len("startxref\n"):], []byte("\n"+endOfFile)
	if !bytes.HasSuffix(text, end) {
		return 0, 0, errors.New("does not end as a PDF of shokyo ends")
	}
	offset, err = strconv.Atoi(string(text[:len(text)-len(end)]))
	if err != nil || offset <= 0 || offset >= at {
		return 0, 0, errors.New("startxref points nowhere")
	}
	return offset, at, nil
}

// table reads the cross-reference table (ISO 32000-1 7.5.4) and the trailer.
func (f *File) table() (offsets []int, err error) {
	var end int
	if f.XRef, end, err = startXRef(f.Bytes); err != nil {
		return nil, err
	}
	p := &parser{b: f.Bytes[:end], at: f.XRef}
	if !p.take("xref\n0 ") {
		return nil, errors.New("not a table from object 0 on (a table in a stream is not read)")
	}
	f.Size, err = strconv.Atoi(p.word())
	if err != nil || f.Size < 2 || f.Size > maxObjects || !p.take("\n") {
		return nil, errors.New("lists no objects, or too many")
	}
	if offsets, err = p.entries(f.Size); err != nil {
		return nil, err
	}
	if !p.take("trailer") {
		return nil, errors.New("has no trailer")
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at != end {
		return nil, p.fail(errors.New("something stands behind the trailer"))
	}
	return offsets, f.trailer(v)
}

// entries are lines of 20 bytes; none but the first may be free.
func (p *parser) entries(n int) (offsets []int, err error) {
	const line = len("0000000000 65535 f \n")
	if len(p.b)-p.at < n*line || !p.take("0000000000 65535 f \n") {
		return nil, errors.New("is shorter than it says, or does not begin with object 0")
	}
	offsets = append(offsets, 0)
	for range n - 1 {
		entry := p.b[p.at : p.at+line]
		offset, err := strconv.ParseUint(string(entry[:10]), 10, 40)
		if err != nil || string(entry[10:]) != " 00000 n \n" {
			return nil, p.fail(errors.New("an entry that is not of an object in use"))
		}
		offsets = append(offsets, int(offset))
		p.at += line
	}
	return offsets, nil
}

func (f *File) trailer(v any) error {
	d, ok := v.(Dict)
	if !ok {
		return errors.New("the trailer is no dictionary")
	}
	for _, key := range []Name{"Prev", "Encrypt", "XRefStm"} {
		if _, is := d[key]; is {
			return fmt.Errorf("the trailer has /%s: the file was encrypted, or changed after it was written", key)
		}
	}
	f.Root, ok = d["Root"].(Ref)
	if size, _ := d["Size"].(int64); !ok || size != int64(f.Size) || int(f.Root) >= f.Size {
		return errors.New("the trailer has no /Root, or another /Size than the table")
	}
	f.Info, _ = d["Info"].(Ref)
	if id, ok := d["ID"].(Array); ok && len(id) == 2 {
		f.ID, _ = id[0].(String)
	}
	return nil
}

// cut gives each object its bytes: up to where the next begins.
func (f *File) cut(offsets []int) error {
	const header = 32 // "%PDF-1.7" and a comment with bytes above 127
	order := make([]int, 0, f.Size-1)
	for n := 1; n < f.Size; n++ {
		order = append(order, n)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(offsets[a], offsets[b]) })
	f.objects, f.spans = make([]any, f.Size), make([][]byte, f.Size)
	if first := offsets[order[0]]; first > header || bytes.Contains(f.Bytes[:min(first, len(f.Bytes))], []byte("obj")) {
		return errors.New("something lies between the header of the PDF and its first object")
	}
	for i, n := range order {
		end := f.XRef
		if i+1 < len(order) {
			end = offsets[order[i+1]]
		}
		if offsets[n] >= end || end > f.XRef {
			return fmt.Errorf("object %d of the PDF lies where another one does, or behind the table", n)
		}
		f.spans[n] = f.Bytes[offsets[n]:end]
	}
	return nil
}

// length is the number that an object is.
func (f *File) length(r Ref) (int64, error) {
	const most = 64 // bytes of an object that is a number: it is read for every stream whose length it is
	if int(r) >= f.Size || len(f.spans[r]) > most {
		return 0, fmt.Errorf("object %d is not there, or no length", r)
	}
	v, err := object(f.spans[r], int(r), func(Ref) (int64, error) { return 0, errors.New("a length that has a length") })
	if n, ok := v.(int64); ok && err == nil {
		return n, nil
	}
	return 0, fmt.Errorf("object %d is no length", r)
}

// forbidden are the keys of what acts, asks or hides (ISO 32000-1 8.11, 12.6, 12.7). A
// report has none; what a signature adds is added by package pades behind this revision.
var forbidden = []Name{"AA", "AcroForm", "ByteRange", "JavaScript", "JS", "Launch", "OCProperties", "OpenAction", "Perms", "RichMedia", "XFA"}

// harmless walks over all that lies in a value; its depth is bounded by the parser.
func harmless(v any) error {
	switch v := v.(type) {
	case *Stream:
		return harmless(v.Dict)
	case Array:
		for _, x := range v {
			if err := harmless(x); err != nil {
				return err
			}
		}
	case Dict:
		return harmlessDict(v)
	}
	return nil
}

func harmlessDict(d Dict) error {
	for _, key := range forbidden {
		if _, is := d[key]; is {
			return fmt.Errorf("has /%s, which no report has", key)
		}
	}
	if t, _ := d["Type"].(Name); t == "ObjStm" || t == "XRef" {
		return fmt.Errorf("is of the type /%s, in which objects can be hidden", t)
	}
	if d["Subtype"] == Name("FileAttachment") {
		return errors.New("attaches a file to a page")
	}
	for _, x := range d {
		if err := harmless(x); err != nil {
			return err
		}
	}
	return nil
}

// Object is a value by its number; nil: there is none.
func (f *File) Object(r Ref) any {
	if r <= 0 || int(r) >= f.Size {
		return nil
	}
	return f.objects[r]
}

// at follows a reference, if v is one.
func (f *File) at(v any) any {
	if r, ok := v.(Ref); ok {
		return f.Object(r)
	}
	return v
}

// dict is the dictionary that v is, or refers to; empty: none.
func (f *File) dict(v any) Dict {
	d, _ := f.at(v).(Dict)
	return d
}

// Body are the bytes of an object's value, as they lie in the file: what stands between
// "obj" and "endobj".
func (f *File) Body(r Ref) []byte {
	if f.Object(r) == nil {
		return nil
	}
	b := bytes.TrimSpace(f.spans[r])
	b = bytes.TrimPrefix(b, []byte(strconv.Itoa(int(r))+" 0 obj"))
	return bytes.TrimSpace(bytes.TrimSuffix(b, []byte("endobj")))
}

// FirstPage is the object of page one.
func (f *File) FirstPage() (Ref, error) {
	at := f.dict(f.Object(f.Root))["Pages"]
	for range maxDepth {
		d := f.dict(at)
		kids, _ := f.at(d["Kids"]).(Array)
		r, isRef := at.(Ref)
		switch {
		case isRef && d["Type"] == Name("Page"):
			return r, nil
		case len(kids) == 0:
			return 0, errors.New("the PDF has no page")
		}
		at = kids[0]
	}
	return 0, errors.New("the pages of the PDF lie too deep")
}

// Pages counts the pages.
func (f *File) Pages() (n int) {
	for _, v := range f.objects {
		if d, ok := v.(Dict); ok && d["Type"] == Name("Page") {
			n++
		}
	}
	return n
}
