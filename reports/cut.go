package reports

import (
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// Lists are cut in two places: the document keeps no more than a bound of what the
// engine found, and a page prints no more than a reader can take. Whoever cuts one says
// how many there are, how many the document has and how many are shown: with a Cut.

// lists says what the document's lists hold.
func lists(d *Document, r *scan.Result) []List {
	var findings int64
	for _, c := range d.FindingCount {
		findings += c.Count
	}
	all := func(name string, n int) List { return List{name, int64(n), int64(n)} }
	some := func(name string, exist int64, listed int) List {
		return List{name, max(exist, int64(listed)), int64(listed)}
	}
	return []List{
		all("regions", len(d.Regions)),
		some("findings", findings, len(d.Findings)),
		all("finding_counts", len(d.FindingCount)),
		some("explanations", r.Explained, len(d.Explanations)),
		some("readable_labels", r.LabelCount, len(d.Labels)),
		all("partitions", len(d.Medium.Partitions)),
	}
}

// Cut is a list of which only the beginning is shown.
type Cut struct{ Exist, Listed, Shown int64 }

// Cut says how much of a list of the document is shown, if listed of it are there.
func (d *Document) Cut(name string, listed, shown int) Cut {
	c := Cut{int64(listed), int64(listed), int64(shown)}
	for _, l := range d.Lists {
		if l.Name == name {
			c.Exist, c.Listed = l.Exist, l.Listed
		}
	}
	return c
}

// Left says that there is more than is shown.
func (c Cut) Left() bool { return c.Exist > c.Shown }

// Text says what is so.
func (c Cut) Text() words.Text {
	where := report.ListsAll
	if c.Listed < c.Exist {
		where = report.ListsSome.Say(words.Grouped(c.Listed))
	}
	return report.Shown.Say(words.Grouped(c.Shown), words.Grouped(c.Exist), where)
}
