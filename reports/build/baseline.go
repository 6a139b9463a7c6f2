package build

import (
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// recorded takes over what became of blocks that were recorded before, and says it.
func recorded(in *reports.Baseline) *reports.Baseline {
	if in == nil {
		return nil
	}
	b := *in
	b.ID, b.Signer, b.Made = reports.Clean(b.ID), reports.Clean(b.Signer), reports.Clean(b.Made)
	expect := report.BaselineExpect.Say(b.Expect)
	said := report.BaselineCompared.Say(words.Grouped(b.Recorded), words.Grouped(b.Compared), words.Grouped(b.Unchanged), words.Grouped(b.Unreadable), expect)
	if b.LeftPercent != nil {
		said = said.Then(report.BaselineLeft.Say(words.Number(*b.LeftPercent)))
	}
	if !b.Identified {
		said = said.Then(report.BaselineUnidentified)
	}
	b.Text, b.TextJA = said.EN, said.JA
	return &b
}
