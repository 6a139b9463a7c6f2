// Package paper prints a document as report.pdf: what a certificate can stand on. It decides
// nothing; the same document gives the same bytes. Page one (front.go) is for those who
// have no time, the sections behind it (sections.go lists them) have all the rest in the
// order of a laboratory's report. What it says stands in words/paper and words/page; which rows of a
// list are printed, reports/render says; where letters go, reports/pdf/layout knows.
//
// To add a section, add a method and its row in the table of sections.
package paper

import (
	"image"
	"strings"
	"time"

	"rsc.io/qr"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
)

// kinds are what the files are that can go along: their type, and what they are to the pages.
var kinds = map[string]struct {
	kind     string
	relation pdf.Relation
}{
	"report.json":      {"application/json", pdf.Source},
	"report.dsse.json": {"application/json", pdf.Supplement},
	"attestation.json": {"application/json", pdf.Supplement},
	"findings.dfxml":   {"application/xml", pdf.Data},
	"regions.map":      {"text/plain", pdf.Data},
}

// Attach makes a file of a bundle one that goes along.
func Attach(name string, data []byte) pdf.Attachment {
	about := text.Attached.Say(name)
	return pdf.Attachment{Name: name, Type: kinds[name].kind, Relation: kinds[name].relation, About: about.JA + " / " + about.EN, Data: data}
}

// Render prints a document in the languages given, one after the other, each from its own
// page one, with files attached. It is not signed.
func Render(d *reports.Document, files []pdf.Attachment, languages words.Languages) []byte {
	w := &writer{d: d, p: render.Print(d), files: files, logo: logo(d.Order.Lab.Logo), square: square(d), language: languages[:1]}
	file := pdf.New(pdf.Info{
		Title: w.say(words.Text{EN: d.Title, JA: d.TitleJA}) + " " + d.ID, Author: w.laboratory(), Subject: w.say(w.p.Name),
		Producer: d.Tool.Name + " " + d.Tool.Version, Languages: languages, Created: instant(d.Times.Finished),
	})
	for _, a := range files {
		file.Attach(a)
	}
	w.Sheets = layout.New(file)
	for i := range languages {
		w.language, w.last = languages[i:i+1], i == len(languages)-1
		w.part()
	}
	w.Pages(w.foot)
	return file.Bytes()
}

// writer prints a document in one language at a time.
type writer struct {
	*layout.Sheets
	d        *reports.Document
	p        *render.Printed
	files    []pdf.Attachment
	logo     image.Image
	square   *qr.Code
	language words.Languages // the one that is printed
	last     bool            // this is the last language
	begins   []begin
}

// begin is where a language begins.
type begin struct {
	page     int
	language words.Languages
}

func (w *writer) part() {
	w.Begin(w.language[0])
	w.front()
	w.Turn()
	for _, section := range sections {
		section(w)
	}
	w.end()
}

// say gives a text in the language that is printed; in English where there is no other.
func (w *writer) say(t words.Text) string { return w.language.Own(t) }

func (w *writer) japanese() bool { return w.language[0] == "ja" }

func (w *writer) sayReason(r reports.Reason) string {
	return words.GroupDigits(w.say(words.Text{EN: words.Whole(r.Text), JA: words.WholeJA(r.TextJA)}))
}

// label is one that report.html has, too.
func (w *writer) label(code string) string { return w.say(labels.Labels.Say(code)) }

// foot goes below every page: the report's number and which page of how many it is
// (ISO/IEC 17025, 7.8.2.1 d).
func (w *writer) foot(p *pdf.Page, number, of int) {
	y := float64(layout.Height) - 42
	p.Line(layout.Left, y, layout.Right, y, 0.4, soft)
	w.language = w.languageOf(number)
	layout.Write(p, layout.Left, y+3, small, w.say(text.Number.Say(w.d.ID)))
	layout.WriteRight(p, layout.Right, y+3, small, w.say(text.Page.Say(number, of)))
}

func instant(stamp string) time.Time {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return time.Unix(0, 0)
	}
	return t
}

// when is a time as the laboratory's clock shows it, and in UTC.
func (w *writer) when(local, utc string) string {
	t, err := time.Parse(time.RFC3339, local)
	if err != nil {
		return utc
	}
	form := w.say(text.Clock)
	if _, offset := t.Zone(); offset == 0 {
		return strings.NewReplacer("UTC+00:00", "UTC").Replace(t.Format(form))
	}
	return w.say(text.Local.Say(t.Format(form), utc))
}

// laboratory is who issues the report.
func (w *writer) laboratory() string {
	switch {
	case w.d.Order.Lab.Name != "":
		return w.d.Order.Lab.Name
	case w.d.Identity.ThrowAway || w.d.Identity.Name == "":
		return w.label("NoLab")
	}
	return w.say(text.SignedAs.Say(w.d.Identity.Name))
}
