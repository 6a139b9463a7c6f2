package build

import (
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
	about := strings.Join(strings.Fields(d.Medium.Path+" "+d.Medium.Model+" "+d.Medium.Serial), " ")
	return []reports.ISOItem{
		item("a", words.Text{EN: d.Title, JA: d.TitleJA}),
		item("b", laboratory(d)),
		item("c", words.Alike(d.Examination.Site)),
		item("d", identification(d)),
		item("e", words.Alike(d.Examination.Customer)),
		item("f", report.ISOMethod.Say(d.Tool.Name+" "+d.Tool.Version, d.Method(), d.Depth())),
		item("g", words.Alike(about)),
		item("h", words.Text{}),
		item("i", words.Alike(d.Times.Started+" – "+d.Times.Finished)),
		item("j", words.Alike(d.Times.Finished)),
		item("k", sampling(d)),
		item("l", report.ISOScope.Say(words.Text{EN: d.Scope.Text, JA: d.Scope.TextJA})),
		item("m", report.ISOUnits),
		item("n", deviations(d)),
		item("o", words.Text{}),
		item("p", report.ISONone),
	}
}

func laboratory(d *reports.Document) words.Text {
	if d.Identity.ThrowAway || d.Identity.Name == "" {
		return words.Text{}
	}
	return report.ISOLaboratory.Say(d.Identity.Name)
}

func identification(d *reports.Document) words.Text {
	if d.Examination.Case == "" {
		return words.Alike(d.ID)
	}
	return report.ISOCase.Say(d.ID, d.Examination.Case)
}

func sampling(d *reports.Document) words.Text {
	if d.Plan.Mode == "full" {
		return report.ISONoSample
	}
	return report.ISOSample.Say(d.Method())
}

func deviations(d *reports.Document) words.Text {
	if len(d.Interrupted) == 0 {
		return report.ISONoDeviation
	}
	return report.ISOInterruptions.Say(len(d.Interrupted))
}
