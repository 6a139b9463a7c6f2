package build

import (
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

func scope(p *scan.Plan, r *scan.Result) reports.Scope {
	s := reports.Scope{Kind: p.Scope.String(), Regions: []string{}}
	for _, g := range p.Regions {
		if g.Expect != scan.ExpectAny {
			s.Regions = append(s.Regions, reports.Clean(g.Name))
			s.JudgedBytes += g.Length
		}
	}
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			s.ReadBytes += g.Planned
		}
	}
	t := scopeText(&s, r.MediumBytes, p.Mode != scan.Full)
	s.Text, s.TextJA = t.EN, t.JA
	return s
}

// scopeText completes "No residue found …" with what that is about and how much of
// the medium it is. It is short enough for a headline.
func scopeText(s *reports.Scope, medium int64, sampled bool) words.Text {
	about := report.TheMedium
	if s.Kind == scan.ScopeRegions.String() {
		about = regionNames(s.Regions)
	}
	switch {
	case sampled:
		return report.ScopeSample.Say(about, bytesize.Report(s.ReadBytes), bytesize.Report(medium))
	case s.Kind == scan.ScopeRegions.String():
		return report.ScopePart.Say(about, bytesize.Report(s.JudgedBytes), bytesize.Report(medium))
	}
	return about.Then(words.Alike(": " + bytesize.Report(medium)))
}

// maxNamed regions are named in a headline; more are counted.
const maxNamed = 3

func regionNames(names []string) words.Text {
	var quoted []words.Text
	for _, n := range names[:min(len(names), maxNamed)] {
		quoted = append(quoted, report.Quoted.Say(n))
	}
	list := words.Join(quoted, words.Comma)
	switch more := len(names) - len(quoted); {
	case len(names) == 0:
		return report.NoRegion
	case len(names) == 1:
		return report.OneRegion.Say(list)
	case more > 0:
		return report.RegionsAndMore.Say(list, more)
	}
	return report.Regions.Say(list)
}
