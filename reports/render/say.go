package render

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	"shokyo.dev/shokyo/words/report"
)

// What the page says that is not in the document.

// verdictText is the verdict in large letters, and what it means.
func verdictText(d *reports.Document) (name, meaning words.Text) {
	switch d.Verdict {
	case verdict.NoResidue.String():
		return noResidue(d), report.NoResidueMeans
	case verdict.ResidueFound.String():
		return report.ResidueFound, report.ResidueFoundMeans
	}
	return report.Inconclusive, report.InconclusiveMeans
}

// noResidue may not claim more than was looked at.
func noResidue(d *reports.Document) words.Text {
	switch {
	case d.WholeMedium():
		return report.NoResidue
	case d.Scope.Kind != "":
		return report.NoResidueIn.Say(words.Text{EN: d.Scope.Text, JA: d.Scope.TextJA})
	case d.Plan.Mode != "full":
		return report.NoResidueInSample
	}
	return report.NoResidueInRegions
}

func claimName(claim string) words.Text {
	if _, ok := report.Claims[claim]; !ok {
		return report.NoClaim
	}
	return report.Claims.Say(claim)
}

func CounterName(name string) words.Text {
	if own, ok := strings.CutPrefix(name, "drive."); ok {
		return report.OwnCounter.Say(own)
	}
	return report.Counters.Say(name)
}

// amount writes a counter's figure.
func Amount(name string, n int64) string {
	if name == "modified_unix_us" {
		return time.UnixMicro(n).UTC().Format(time.RFC3339Nano)
	}
	return words.Grouped(n)
}

// YesNo says a three-state answer.
func YesNo(b *bool) words.Text {
	switch {
	case b == nil:
		return report.NotKnown
	case *b:
		return report.Yes
	}
	return report.No
}

// Why says why a part of the medium has its class; the byte of a fill and the bytes of a pattern as they are.
func Why(r reports.Region) words.Text {
	switch r.Class {
	case scan.Residue.String():
		return kinds.FamilyOf(kinds.Of(r.Reason, "").Family).Text
	case scan.Metadata.String():
		return called("", r.Reason)
	}
	for prefix, said := range map[string]words.Sentence{"period-": report.Period, "errno-": report.Errno} {
		if n, ok := strings.CutPrefix(r.Reason, prefix); ok {
			return said.Say(n)
		}
	}
	if _, ok := report.Causes[r.Reason]; !ok {
		return words.Alike(r.Reason)
	}
	return report.Causes.Say(r.Reason)
}

// RegionName is the name of a region of the plan.
func RegionName(name string) words.Text {
	if name == "medium" {
		return report.TheMedium
	}
	return words.Alike(name)
}

// Shown says that a finding's preview is the shape of a text: what else a preview has is English.
func Shown(f reports.Finding) bool {
	family := kinds.Of(f.Detector, f.Kind).Family
	return f.Preview == "" || family == "text" || family == "decoded"
}

func oneDecimal(x float64) string { return fmt.Sprintf("%.1f", x) }

func hexOffset(n int64) string { return fmt.Sprintf("%X", n) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// called is what people call a kind of finding or structure.
func called(detector, kind string) words.Text {
	return kinds.Of(detector, kind).Text
}

// logo is a picture inside of the page. Its bytes were checked ([reports.Decode]), and base64
// can not leave its quotation marks.
func logo(d *reports.Document) template.URL {
	if d.Order.Lab.Logo == nil {
		return ""
	}
	return template.URL("data:image/png;base64," + d.Order.Lab.Logo.PNG)
}

// sure says how likely a false alarm is, in words that need no bits.
func sure(d *reports.Document) words.Text {
	if b := d.DecisionRule.FalseAlarmBudget; b > 0 && b <= 1 {
		said := report.Sure.Say(words.OneIn(b))
		if len(d.Noticed.Rows) > 0 {
			said = said.Then(report.FiguresFollow)
		}
		return said
	}
	return report.NotKnown
}

// stated are the texts that are not empty, each once.
func stated(list ...string) (out []string) {
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
