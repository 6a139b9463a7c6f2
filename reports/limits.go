package reports

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// What a report does not show: the claim of a clean verdict with its limits, and what
// no examination looks at.

// claimText says how much a no-residue verdict proves.
func claimText(c verdict.Claim, d *Drive) words.Text {
	switch {
	case c == verdict.ClaimLogical:
		return report.ClaimLogical
	case c == verdict.ClaimPhysicalCiphertext && d.encryptsItself():
		return report.ClaimCiphertext.Then(report.ClaimOwnEncryption)
	case c == verdict.ClaimPhysicalCiphertext:
		return report.ClaimCiphertext
	}
	return report.ClaimNothing
}

// encryptsItself says that a drive said so: ATA's "all user data is encrypted"
// (identify device data), TCG's locking feature with media encryption.
func (d *Drive) encryptsItself() bool {
	return d != nil && slices.ContainsFunc(d.Facts, func(f DriveFact) bool {
		return f.Value == "yes" && (strings.HasSuffix(f.Name, ".encrypts_all") || f.Name == "tcg.media_encryption")
	})
}

// Headerless is the limit that is said on the first page where it matters.
const Headerless = "headerless-encryption"

// leastContainer: the smallest VeraCrypt volume has 292 KiB; below 256 KiB of
// ciphertext there is no room for one.
const leastContainer = 256 << 10

// HidesVolume says whether a clean medium holds enough ciphertext to be such a volume.
func (d *Document) HidesVolume() bool {
	return d.Verdict == verdict.NoResidue.String() && d.ClaimBytes.PhysicalCiphertext >= leastContainer
}

// neverChecked holds for every medium and every examination.
var neverChecked = []string{
	"spare-cells", "hidden-areas", "other-namespaces", "key-copies", "first-write", "nested-encryption",
	Headerless, "no-medium", "compressed-pieces", "hostile-writer", "outside-plan", "signer-honesty", "clock",
}

// notChecked puts first what the caller knows of this medium; what it says
// under a standing code replaces the standing sentence.
func notChecked(more []verdict.Reason) []Reason {
	out := reasons(more)
	for _, code := range neverChecked {
		if !slices.ContainsFunc(out, func(r Reason) bool { return r.Code == code }) {
			t := report.LimitReasons.Say(code)
			out = append(out, Reason{code, t.EN, t.JA})
		}
	}
	return out
}
