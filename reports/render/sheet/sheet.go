// Package sheet lays out what a certificate asks for as rows of label and value, in the
// order in which every page has them: HTML and PDF print the same rows. A new fact of the
// order is a field of reports.Order, a label in words/page and a row here.
package sheet

import (
	"strings"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/page"
)

// Row is one fact. Its value is never empty.
type Row struct{ Label, Value words.Text }

// Group are rows under one title.
type Group struct {
	Title words.Text
	Rows  []Row
}

// Groups are all that was stated, in fixed order; a group without a row is left out.
func Groups(d *reports.Document) (out []Group) {
	for _, g := range []Group{
		{page.Order.Say("who"), who(d)},
		{page.Order.Say("item"), item(&d.Order.Item)},
		{page.Order.Say("erasure"), erasure(&d.Order.Erasure)},
		{page.Order.Say("conduct"), conduct(d)},
	} {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// rows gathers what was stated.
type rows []Row

func (r *rows) add(label words.Text, value string) { r.say(label, words.Alike(value)) }

func (r *rows) say(label, value words.Text) {
	if value.EN != "" {
		*r = append(*r, Row{label, value})
	}
}

func who(d *reports.Document) (r rows) {
	lab, customer := &d.Order.Lab, &d.Order.Customer
	r.add(page.Order.Say("lab"), lab.Name)
	r.add(page.Order.Say("address"), lab.Address)
	r.add(page.Order.Say("contact"), lab.Contact)
	r.add(page.Order.Say("accreditation"), lab.Accreditation)
	r.add(page.Order.Say("customer"), Listed(d.Examination.Customer, customer.Address, customer.Contact))
	r.add(page.Order.Say("number"), d.Order.Number)
	r.add(page.Order.Say("case"), d.Examination.Case)
	return r
}

func item(i *reports.Item) (r rows) {
	r.add(page.Order.Say("asset"), i.AssetNumber)
	r.add(page.Order.Say("manufacturer"), i.Manufacturer)
	r.add(page.Order.Say("model"), i.Model)
	r.add(page.Order.Say("serial"), i.Serial)
	r.add(page.Order.Say("type"), i.Type)
	r.add(page.Order.Say("source"), i.Source)
	r.add(page.Order.Say("received"), i.Received)
	r.add(page.Order.Say("sampled"), i.Sampled)
	r.add(page.Order.Say("condition"), i.Condition)
	r.add(page.Order.Say("before"), i.ConfidentialityBefore)
	r.add(page.Order.Say("after"), i.ConfidentialityAfter)
	r.add(page.Order.Say("backup"), i.Backup)
	r.add(page.Order.Say("destination"), i.Destination)
	return r
}

func erasure(e *reports.Erasure) (r rows) {
	if e.Category != "" {
		r.say(page.Order.Say("category"), page.Categories.Say(e.Category))
	}
	r.add(page.Order.Say("technique"), e.Technique)
	r.add(page.Order.Say("details"), e.Details)
	r.add(page.Order.Say("tool"), strings.TrimSpace(e.Tool+" "+e.ToolVersion))
	r.add(page.Order.Say("by"), Named(e.By.Name, e.By.Role))
	r.add(page.Order.Say("date"), e.Date)
	r.add(page.Order.Say("certificate"), e.Certificate)
	r.add(page.Order.Say("processing"), e.ProcessingNumber)
	return r
}

func conduct(d *reports.Document) (r rows) {
	o := &d.Order
	r.add(page.Order.Say("operator"), Named(d.Examination.Operator, o.Operator))
	r.add(page.Order.Say("witness"), Named(o.Witness.Name, o.Witness.Role))
	r.add(page.Order.Say("authorised"), Named(o.AuthorisedBy.Name, o.AuthorisedBy.Role))
	r.add(page.Order.Say("place"), d.Examination.Site)
	r.add(page.Order.Say("conditions"), o.Conditions)
	for _, s := range o.Deviations {
		r.add(page.Order.Say("deviation"), s)
	}
	for _, x := range o.ExternalResults {
		r.add(page.Order.Say("external"), Listed(x.Provider, x.Result))
	}
	r.add(page.Order.Say("note"), d.Examination.Note)
	return r
}

// Digests are those of the files in which the laboratory wrote it down.
func Digests(d *reports.Document) (r rows) {
	r.add(page.Order.Say("case file"), d.Order.CaseSHA256)
	r.add(page.Order.Say("job file"), d.Examination.JobSHA256)
	return r
}

// Named is a person with what they are, where.
func Named(name string, r reports.Role) string {
	return Listed(name, r.Title, r.Organization, r.Place, r.Contact)
}

// Listed joins what was stated.
func Listed(parts ...string) string {
	var list []string
	for _, s := range parts {
		if s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, " / ")
}
