package build

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// isoItems fills ISO/IEC 17025:2017 clause 7.8.2.1 as far as the tool knows. The zero text
// is for what it does not.
func isoItems(d *reports.Document) []reports.ISOItem {
	item := func(letter string, text words.Text) reports.ISOItem {
		name := report.ISOItems.Say(letter)
		i := reports.ISOItem{Clause: "7.8.2.1 " + letter, Name: name.EN, NameJA: name.JA}
		if text != (words.Text{}) {
			i.Text, i.TextJA = &text.EN, &text.JA
		}
		return i
	}
	return []reports.ISOItem{
		item("a", words.Text{EN: d.Title, JA: d.TitleJA}),
		item("b", laboratory(d)),
		item("c", words.Alike(d.Examination.Site)),
		item("d", identification(d)),
		item("e", words.Alike(listed(d.Examination.Customer, d.Order.Customer.Address, d.Order.Customer.Contact))),
		item("f", report.ISOMethod.Say(d.Tool.Name+" "+d.Tool.Version, d.Method(), d.Depth())),
		item("g", described(d)),
		item("h", received(&d.Order.Item)),
		item("i", words.Alike(strings.Join(d.Times.Period(), "; "))),
		item("j", words.Alike(strings.Join(reports.Clocks(d.Times.Finished, d.Times.FinishedLocal), "; "))),
		item("k", sampling(d)),
		item("l", report.ISOScope.Say(words.Text{EN: d.Scope.Text, JA: d.Scope.TextJA})),
		item("m", report.ISOUnits),
		item("n", deviations(d)),
		item("o", words.Alike(listed(d.Order.AuthorisedBy.Name, d.Order.AuthorisedBy.Title, d.Order.AuthorisedBy.Organization))),
		item("p", external(d.Order.ExternalResults)),
	}
}

// listed joins what was stated.
func listed(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func laboratory(d *reports.Document) words.Text {
	switch lab := &d.Order.Lab; {
	case lab.Name != "":
		return words.Alike(listed(lab.Name, lab.Address, lab.Contact, lab.Accreditation))
	case d.Identity.ThrowAway || d.Identity.Name == "":
		return words.Text{}
	}
	return report.ISOLaboratory.Say(d.Identity.Name)
}

func identification(d *reports.Document) words.Text {
	id := words.Alike(d.ID)
	if d.Examination.Case != "" {
		id = report.ISOCase.Say(d.ID, d.Examination.Case)
	}
	if d.Order.Number != "" {
		id = report.ISOOrder.Say(id, d.Order.Number)
	}
	return id
}

// described names the medium unambiguously, and says in which condition it was.
func described(d *reports.Document) words.Text {
	item := &d.Order.Item
	text := words.Alike(strings.Join(strings.Fields(d.Medium.Path+" "+d.Medium.Model+" "+d.Medium.Serial), " "))
	if label := strings.Join(strings.Fields(item.Manufacturer+" "+item.Model+" "+item.Serial), " "); label != "" {
		text = report.ISOLabelled.Say(text, label)
	}
	if item.AssetNumber != "" {
		text = report.ISOAsset.Say(text, item.AssetNumber)
	}
	if item.Condition != "" {
		text = report.ISOCondition.Say(text, item.Condition)
	}
	return text
}

func received(item *reports.Item) words.Text {
	var list []words.Text
	if item.Received != "" {
		list = append(list, report.ISOReceived.Say(item.Received))
	}
	if item.Sampled != "" {
		list = append(list, report.ISOSampled.Say(item.Sampled))
	}
	return words.Join(list, words.Semicolon)
}

func external(list []reports.External) words.Text {
	if len(list) == 0 {
		return report.ISONone
	}
	var all []string
	for _, x := range list {
		all = append(all, x.Provider+": "+x.Result)
	}
	return words.Alike(strings.Join(all, "; "))
}

func sampling(d *reports.Document) words.Text {
	if d.Plan.Mode == "full" {
		return report.ISONoSample
	}
	return report.ISOSample.Say(d.Method())
}

func deviations(d *reports.Document) words.Text {
	var list []words.Text
	for _, s := range d.Order.Deviations {
		list = append(list, words.Alike(s))
	}
	if n := len(d.Interrupted); n > 0 {
		list = append(list, report.ISOInterruptions.Say(n))
	}
	if len(list) == 0 {
		return report.ISONoDeviation
	}
	return words.Join(list, words.Semicolon)
}
