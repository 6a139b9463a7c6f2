package reports

import (
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// Lists are cut in two places: the document keeps no more than a bound of what the
// engine found, and a page prints no more than a reader can take. Whoever cuts one says
// how many there are, how many the document has and how many are shown: with a Cut.

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
