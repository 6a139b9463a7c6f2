package build

import (
	"cmp"
	"slices"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	"shokyo.dev/shokyo/words/report"
)

// What was found, summed up by what people call it.

// maxNamedKinds are named in the sentence for one family.
const maxNamedKinds = 6

// summary says in a sentence what was found: "2 LUKS headers …; ext2/3/4; at least 10
// pictures (8 JPEG, 2 PNG); …". It is empty where nothing was found.
func summary(counts []reports.FindingCount) words.Text {
	counts = reports.ByImportance(counts)
	var list []words.Text
	for len(counts) > 0 {
		n := 1
		for n < len(counts) && counts[n].Family == counts[0].Family {
			n++
		}
		list = append(list, familySummary(counts[:n]))
		counts = counts[n:]
	}
	return words.Join(list, words.Semicolon)
}

// member is a name in a family with how many there are.
type member struct {
	words.Text
	count int64
}

func familySummary(counts []reports.FindingCount) words.Text {
	var list []member
	var count, bytes int64
	for i := range counts {
		c := &counts[i]
		count, bytes = count+c.Count, bytes+c.Bytes
		name := words.Text{EN: c.Name, JA: c.NameJA}
		if c.Family == "filesystem" { // the system, not which of its structures
			name.EN, _, _ = strings.Cut(name.EN, ": ")
			name.JA, _, _ = strings.Cut(name.JA, ": ")
		}
		if at := slices.IndexFunc(list, func(m member) bool { return m.Text == name }); at >= 0 {
			list[at].count += c.Count
		} else {
			list = append(list, member{name, c.Count})
		}
	}
	f := kinds.FamilyOf(counts[0].Family)
	in := members(list, f.Files())
	switch {
	case f.Code == "text":
		return report.FoundText.Say(words.Grouped(count), bytesize.Report(bytes))
	case f.Code == "statistics":
		return report.FoundStatistics.Say(words.Grouped(count), bytesize.Report(bytes))
	case !f.Files():
		return words.Text{EN: lower(f.EN) + ": " + in.EN, JA: f.JA + ": " + in.JA}
	case count == 1:
		return report.FoundOne.Say(f.One, in)
	}
	return report.FoundMany.Say(words.Grouped(count), f.Many, in)
}

// members names the kinds, each with its number: before the name of a file, behind
// that of a structure.
func members(list []member, files bool) words.Text {
	sentence := report.StructuresOfKind
	if files {
		sentence = report.FilesOfKind
	}
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(b.count, a.count) })
	var named []words.Text
	for _, m := range list[:min(len(list), maxNamedKinds)] {
		named = append(named, sentence.Say(words.Grouped(m.count), m.Text))
	}
	if more := len(list) - maxNamedKinds; more > 0 {
		named = append(named, report.MoreKinds.Say(more))
	}
	return words.Join(named, words.Comma)
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// counts takes over how many findings there are of each kind, with what people call it
// and how many of them the document lists.
func counts(r *scan.Result) []reports.FindingCount {
	listed := make(map[[2]string]int64)
	for _, f := range r.Findings {
		listed[[2]string{f.Detector.String(), f.Kind}]++
	}
	out := make([]reports.FindingCount, 0, len(r.Counts))
	for _, c := range r.Counts {
		k := kinds.Of(c.Detector.String(), reports.Clean(c.Kind))
		out = append(out, reports.FindingCount{Detector: c.Detector.String(), Kind: reports.Clean(c.Kind), Count: c.Count, Bytes: c.Bytes, Listed: listed[[2]string{c.Detector.String(), c.Kind}], Family: k.Family, Name: k.EN, NameJA: k.JA})
	}
	return out
}
