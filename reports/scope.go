package reports

import (
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// Scope is what the verdict is about. Whoever prints the verdict prints this with
// it, unless Kind is "medium" and nothing was sampled: then the verdict is about
// all that Medium names.
type Scope struct {
	Kind    string   `json:"kind"`    // "medium", "regions"; "": an older report, of which only coverage tells
	Regions []string `json:"regions"` // names of the regions that were judged
	// JudgedBytes is the size of what the verdict is about: of a sample, of what it
	// was drawn from. ReadBytes is how much of that was to be read.
	JudgedBytes int64  `json:"judged_bytes"`
	ReadBytes   int64  `json:"read_bytes"`
	Text        string `json:"text"`
	TextJA      string `json:"text_ja"`
}

func scope(p *scan.Plan, r *scan.Result) Scope {
	s := Scope{Kind: p.Scope.String(), Regions: []string{}}
	for _, g := range p.Regions {
		if g.Expect != scan.ExpectAny {
			s.Regions = append(s.Regions, Clean(g.Name))
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
func scopeText(s *Scope, medium int64, sampled bool) words.Text {
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

// ScopeWord is the scope for programs: "medium", "regions", and with " sample"
// behind it where only samples of that were read.
func (d *Document) ScopeWord() string {
	word := d.Scope.Kind
	if d.Plan.Mode != "full" {
		word += " sample"
	}
	return strings.TrimSpace(word)
}

// WholeMedium says that the verdict is about every byte of the medium, so that it
// may stand alone.
func (d *Document) WholeMedium() bool {
	return d.Plan.Mode == "full" && d.Scope.Kind != scan.ScopeRegions.String() && d.Coverage.PlannedBytes >= d.Medium.SizeBytes
}
