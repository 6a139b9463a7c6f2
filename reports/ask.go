package reports

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	"shokyo.dev/shokyo/words/report"
)

// What whoever prints a document asks it.

// Method says how the medium was read.
func (d *Document) Method() words.Text {
	switch {
	case d.Plan.Mode == "full":
		return report.MethodFull
	case d.Plan.Sample != nil && d.Plan.Sample.Method == scan.NIST.String():
		return report.MethodNIST
	}
	return report.MethodRandom
}

// Depth says how hard what was read was looked at.
func (d *Document) Depth() words.Text { return report.Depths.Say(d.Plan.Depth) }

// Headerless is the limit that is said on the first page where it matters.
const Headerless = "headerless-encryption"

// leastContainer: the smallest VeraCrypt volume has 292 KiB; below 256 KiB of
// ciphertext there is no room for one.
const leastContainer = 256 << 10

// HidesVolume says whether a clean medium holds enough ciphertext to be such a volume.
func (d *Document) HidesVolume() bool {
	return d.Verdict == verdict.NoResidue.String() && d.ClaimBytes.PhysicalCiphertext >= leastContainer
}

// ByImportance orders counts: what a file is comes before what its bytes look like.
func ByImportance(list []FindingCount) []FindingCount {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b FindingCount) int {
		return cmp.Or(cmp.Compare(kinds.Rank(a.Family), kinds.Rank(b.Family)), cmp.Compare(b.Count, a.Count), cmp.Compare(b.Bytes, a.Bytes))
	})
	return list
}

// ByClass are the same in the order of the classes.
func (c *ClassBytes) ByClass() scan.ClassBytes {
	return scan.ClassBytes{c.Unread, c.Unreadable, c.Fill, c.Pattern, c.Ciphertext, c.Metadata, c.Residue}
}
