package build

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// What a report does not show: the claim of a clean verdict with its limits, and what
// no examination looks at.

// claimText says how much a no-residue verdict proves.
func claimText(c verdict.Claim, d *reports.Drive) words.Text {
	switch {
	case c == verdict.ClaimLogical:
		return report.ClaimLogical
	case c == verdict.ClaimPhysicalCiphertext && encryptsItself(d):
		return report.ClaimCiphertext.Then(report.ClaimOwnEncryption)
	case c == verdict.ClaimPhysicalCiphertext:
		return report.ClaimCiphertext
	}
	return report.ClaimNothing
}

// encryptsItself says that a drive said so: ATA's "all user data is encrypted"
// (identify device data), TCG's locking feature with media encryption.
func encryptsItself(d *reports.Drive) bool {
	return d != nil && slices.ContainsFunc(d.Facts, func(f reports.DriveFact) bool {
		return f.Value == "yes" && (strings.HasSuffix(f.Name, ".encrypts_all") || f.Name == "tcg.media_encryption")
	})
}

// neverChecked holds for every medium and every examination.
var neverChecked = []string{
	"spare-cells", "hidden-areas", "other-namespaces", "key-copies", "first-write", "nested-encryption",
	reports.Headerless, "no-medium", "compressed-pieces", "hostile-writer", "outside-plan", "signer-honesty", "clock",
}

// notChecked puts first what the caller knows of this medium; what it says
// under a standing code replaces the standing sentence.
func notChecked(more []verdict.Reason) []reports.Reason {
	out := reasons(more)
	for _, code := range neverChecked {
		if !slices.ContainsFunc(out, func(r reports.Reason) bool { return r.Code == code }) {
			t := report.LimitReasons.Say(code)
			out = append(out, reports.Reason{Code: code, Text: t.EN, TextJA: t.JA})
		}
	}
	return out
}
