package render

import (
	"fmt"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
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

func counterName(name string) words.Text {
	if own, ok := strings.CutPrefix(name, "drive."); ok {
		return report.OwnCounter.Say(own)
	}
	return report.Counters.Say(name)
}

// amount writes a counter's figure.
func amount(name string, n int64) string {
	if name == "modified_unix_us" {
		return time.UnixMicro(n).UTC().Format(time.RFC3339Nano)
	}
	return words.Grouped(n)
}

// yesNo says a three-state answer.
func yesNo(b *bool) words.Text {
	switch {
	case b == nil:
		return report.NotKnown
	case *b:
		return report.Yes
	}
	return report.No
}

func oneDecimal(x float64) string { return fmt.Sprintf("%.1f", x) }

func hexOffset(n int64) string { return fmt.Sprintf("%X", n) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
