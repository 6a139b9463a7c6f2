package reports

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/scan"
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
			s.Regions = append(s.Regions, clean(g.Name))
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
func scopeText(s *Scope, medium int64, sampled bool) bi {
	about := bi{"the medium", "媒体全体"}
	if s.Kind == scan.ScopeRegions.String() {
		about = regionNames(s.Regions)
	}
	switch {
	case sampled:
		return bi{fmt.Sprintf("a sample of %s: %s of %s", about.EN, binarySize(s.ReadBytes), binarySize(medium)),
			fmt.Sprintf("%sの標本: %s 中 %s", about.JA, binarySize(medium), binarySize(s.ReadBytes))}
	case s.Kind == scan.ScopeRegions.String():
		return bi{fmt.Sprintf("%s: %s of %s", about.EN, binarySize(s.JudgedBytes), binarySize(medium)),
			fmt.Sprintf("%s: %s 中 %s", about.JA, binarySize(medium), binarySize(s.JudgedBytes))}
	}
	return bi{fmt.Sprintf("%s: %s", about.EN, binarySize(medium)), fmt.Sprintf("%s: %s", about.JA, binarySize(medium))}
}

// maxNamed regions are named in a headline; more are counted.
const maxNamed = 3

func regionNames(names []string) bi {
	quoted := make([]string, 0, maxNamed)
	quotedJA := make([]string, 0, maxNamed)
	for _, n := range names[:min(len(names), maxNamed)] {
		quoted, quotedJA = append(quoted, "“"+n+"”"), append(quotedJA, "「"+n+"」")
	}
	en, ja := strings.Join(quoted, ", "), strings.Join(quotedJA, "、")
	switch more := len(names) - len(quoted); {
	case len(names) == 0:
		return bi{"no region", "領域なし"}
	case len(names) == 1:
		return bi{"region " + en, "領域" + ja}
	case more > 0:
		return bi{fmt.Sprintf("regions %s and %d more", en, more), fmt.Sprintf("領域%s ほか %d 件", ja, more)}
	}
	return bi{"regions " + en, "領域" + ja}
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
