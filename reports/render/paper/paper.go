// Package paper prints a document as report.pdf: what a certificate can stand on. It decides
// nothing; the same document gives the same bytes. Page one (front.go) is for those who
// have no time, the sections behind it (sections.go lists them) have all the rest in the
// order of a laboratory's report. What it says stands in words/paper and words/page; which rows of a
// list are printed, reports/render says; where letters go, reports/pdf/layout knows.
//
// To add a section, add a method and its row in the table of sections.
package paper

import (
	"path"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
)

// Language is one that a report can be printed in.
type Language string

// The languages.
const (
	Japanese Language = "ja"
	English  Language = "en"
)

// Languages reads a list as the command line has it: "ja", "en", "ja,en". ok is false for
// any other word, and for a language named twice.
func Languages(list string) (out []Language, ok bool) {
	seen := map[Language]bool{}
	for word := range strings.SplitSeq(list, ",") {
		l := Language(strings.TrimSpace(word))
		if l != Japanese && l != English || seen[l] {
			return nil, false
		}
		seen[l], out = true, append(out, l)
	}
	return out, true
}

// Attach makes a file of a bundle one that goes along.
func Attach(name string, data []byte) pdf.Attachment {
	about, relation := text.Attached.Say(name), pdf.Data
	if name == "report.json" {
		relation = pdf.Source
	}
	return pdf.Attachment{Name: name, Type: types[path.Ext(name)], About: about.JA + " / " + about.EN, Relation: relation, Data: data}
}

var types = map[string]string{".json": "application/json", ".dfxml": "application/xml", ".map": "text/plain"}

// Render prints a document in the languages given, one after the other, each from its own
// page one, with files attached. It is not signed.
func Render(d *reports.Document, files []pdf.Attachment, languages ...Language) []byte {
	w := &writer{d: d, p: render.Print(d), files: files}
	info := pdf.Info{Producer: d.Tool.Name + " " + d.Tool.Version, Created: instant(d.Times.Finished)}
	for _, l := range languages {
		info.Languages = append(info.Languages, string(l))
	}
	w.language = languages[0]
	info.Title, info.Author, info.Subject = w.say(words.Text{EN: d.Title, JA: d.TitleJA})+" "+d.ID, w.laboratory(), w.say(w.p.Name)
	file := pdf.New(info)
	for _, a := range files {
		file.Attach(a)
	}
	w.Sheets = layout.New(file)
	for i, l := range languages {
		w.language, w.last = l, i == len(languages)-1
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
	language Language
	last     bool // this is the last language
	begins   []begin
}

// begin is where a language begins.
type begin struct {
	page     int
	language Language
}

func (w *writer) part() {
	w.Begin(string(w.language))
	w.front()
	w.Turn()
	for _, section := range sections {
		section(w)
	}
	w.end()
}

// say gives a text in the language that is printed; in English where there is no other.
func (w *writer) say(t words.Text) string {
	if w.language == Japanese && t.JA != "" {
		return t.JA
	}
	return t.EN
}

func (w *writer) sayReason(r reports.Reason) string {
	if w.language == Japanese && r.TextJA != "" {
		return words.GroupDigits(words.WholeJA(r.TextJA))
	}
	return words.GroupDigits(words.Whole(r.Text))
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
		return w.say(text.NoLab)
	}
	return w.say(text.SignedAs.Say(w.d.Identity.Name))
}
