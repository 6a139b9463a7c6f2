package reports

import (
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
