package verdict

import (
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	"shokyo.dev/shokyo/words/reason"
	"shokyo.dev/shokyo/words/report"
)

// What was read, and what the plan wanted read.

// cleanReasons says what no-residue rests on, and where it ends.
func cleanReasons(p *scan.Plan, r *scan.Result) []Reason {
	judged := judged(r)
	reasons := []Reason{because(ReasonNoResidue, judged, words.OneIn(r.Budget))}
	reasons = append(reasons, labelReasons(r)...)
	if bytes, residue := described(r); bytes > 0 {
		reasons = append(reasons, because(ReasonDescribedOnly, bytes, residue))
	}
	if p.Mode != scan.Full {
		reasons = append(reasons, because(ReasonSampled, r.Planned, r.MediumBytes))
	}
	if p.Depth == scan.Quick {
		reasons = append(reasons, because(ReasonQuick))
	}
	if planned := regionBytes(p); planned < r.MediumBytes {
		reasons = append(reasons, because(ReasonPartialPlan, planned, r.MediumBytes))
	}
	return append(append(reasons, holesReasons(r)...), islandReasons(p, r)...)
}

// holesReasons say how much of an image file is holes, and what that means.
func holesReasons(r *scan.Result) []Reason {
	if r.Holes() == 0 {
		return nil
	}
	return []Reason{because(ReasonHoles, r.Holes())}
}

// residueReasons lists what rules out every other outcome. A region that is
// only described (ExpectAny) does not count, but a key does, wherever it is.
func residueReasons(r *scan.Result) (reasons []Reason) {
	var residue, findings, keys, material int64
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			residue += g.Classes[scan.Residue]
			findings += g.Findings
		}
		keys += g.LiveKeys
		material += g.KeyMaterial
	}
	if keys > 0 {
		reasons = append(reasons, because(ReasonLiveKeySlot, keys))
	}
	if material > 0 {
		reasons = append(reasons, because(ReasonKeyMaterial, material))
	}
	if residue > 0 || findings > 0 {
		reasons = append(reasons, because(ReasonResidue, residue, findings))
	}
	return reasons
}

// examinedDoubts lists everything that keeps the examination from saying no-residue.
func examinedDoubts(p *scan.Plan, r *scan.Result) (reasons []Reason) {
	add := func(r Reason) { reasons = append(reasons, r) }
	if !r.Complete {
		add(because(ReasonIncomplete))
	}
	if n := r.Classes[scan.Unread]; n > 0 {
		add(because(ReasonUnread, n))
	}
	if n := r.Classes[scan.Unreadable]; n > 0 {
		add(because(ReasonUnreadable, n))
	}
	if p.Scope == scan.ScopeMedium && judged(r) > 0 {
		reasons = append(reasons, notJudged(p, r)...)
	}
	reasons = append(reasons, unexpectedReasons(r)...)
	if p.StrictLabels {
		reasons = append(reasons, labelReasons(r)...)
	}
	switch n := judged(r); {
	case n == 0:
		add(because(ReasonNothingJudged))
	case n < minJudged:
		add(because(ReasonTooSmall, n, minJudged))
	}
	if nothingStored(r) {
		add(because(ReasonNothingStored))
	}
	if n := r.Classes[scan.Metadata]; n > max(maxMetadata, r.Planned/64) {
		add(saying(ReasonExcessMetadata, reason.ExcessStructures.Say(n)))
	}
	if n := r.FreeBytes; n > maxFreeBytes {
		add(saying(ReasonExcessMetadata, reason.ExcessFreeFields.Say(n)))
	}
	if isContainer(p, r) {
		reasons = append(reasons, islandReasons(p, r)...)
	}
	if c := r.Copies; c.Again > 0 {
		add(because(ReasonCopies, c.Again, c.Units, c.First, c.Two))
	}
	if r.Complete && (r.Classes.Total() != r.Planned || r.Planned == 0) {
		add(because(ReasonContradiction, r.Planned, r.Classes.Total()))
	}
	return reasons
}

// described is how many bytes were read and not judged, and how many of them are
// residue.
func described(r *scan.Result) (bytes, residue int64) {
	for _, g := range r.Regions {
		if g.Expect == scan.ExpectAny {
			bytes += g.Planned
			residue += g.Classes[scan.Residue]
		}
	}
	return bytes, residue
}

// notJudged says what keeps the verdict from being about the medium: bytes that no
// region names, and regions that are only described.
func notJudged(p *scan.Plan, r *scan.Result) []Reason {
	left, total := r.MediumBytes, r.MediumBytes
	for _, g := range p.Regions {
		if g.Expect != scan.ExpectAny {
			left -= g.Length
		}
	}
	if left <= 0 {
		return nil
	}
	bytes, residue := described(r)
	return []Reason{because(ReasonNotJudged, left, total, bytes, residue, total-regionBytes(p))}
}

// maxNamedLabels are named in a reason; the report lists more.
const maxNamedLabels = 6

// labelReasons names the texts in explained structures that somebody chose. They are
// no residue of what the structures described, and yet they may be somebody's name.
func labelReasons(r *scan.Result) []Reason {
	if r.LabelCount == 0 {
		return nil
	}
	var names []words.Text
	for _, l := range r.Labels[:min(len(r.Labels), maxNamedLabels)] {
		names = append(names, reason.LabelAt.Say(l.Offset, kinds.Of("", l.Kind).Text))
	}
	if more := r.LabelCount - int64(len(names)); more > 0 {
		names = append(names, reason.MoreLabels.Say(more))
	}
	return []Reason{because(ReasonReadableLabel, r.LabelCount, words.Join(names, words.Comma))}
}

// minJudged is the least that a verdict can rest on: below it a short text could
// be the whole medium and no detector would have anything to go by.
const minJudged = 4096

// maxMetadata is more than the book-keeping of real media takes. Explained
// structures have fields that anybody can choose; nobody shall fill a disk with them.
const maxMetadata = 1 << 20

// maxFreeBytes is more than the numbers and identifiers in the labels of real media take,
// however large these are: a link of logical partitions has some 20, a Linux RAID
// superblock with its bitmap a few hundred, the two headers of a wiped LUKS2 volume 1,400 and,
// with the largest tokens, 16 KiB.
const maxFreeBytes = 64 << 10

// nothingStored says that all that was judged is holes, or metadata, which people
// write onto an image before anything is copied.
func nothingStored(r *scan.Result) bool {
	var holes, stored int64
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			holes += g.Holes
			stored += g.ReadBackFill + g.ReadBackCiphertext - g.Holes
		}
	}
	return holes > 0 && stored == 0
}

// judged is how many planned bytes are judged, not only described.
func judged(r *scan.Result) (n int64) {
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			n += g.Planned
		}
	}
	return n
}

// unexpectedReasons lists what a region holds that is no residue, and yet not
// what the erasure was said to leave.
func unexpectedReasons(r *scan.Result) (reasons []Reason) {
	for _, g := range r.Regions {
		for i, n := range g.Classes {
			if c := scan.Class(i); n > 0 && unexpected(g.Expect, c) {
				reasons = append(reasons, because(ReasonUnexpectedClass, g.Name, n,
					named(report.Classes, c.String()), named(report.Expectations, g.Expect.String())))
			}
		}
	}
	return reasons
}

// named is a code, which is its own word in English, with its name in Japanese.
func named(names words.Table, code string) words.Text {
	return words.Text{EN: code, JA: names.Say(code).JA}
}

// unexpected says whether a class that is no residue belies the expectation.
func unexpected(e scan.Expect, c scan.Class) bool {
	switch c {
	case scan.Unread, scan.Unreadable, scan.Residue: // have reasons of their own
		return false
	}
	return e == scan.ExpectCiphertext && c != scan.Ciphertext || e == scan.ExpectFill && c != scan.Fill
}

// claim is the weakest that holds for all that was judged: one block of fill
// makes it logical, because fill may stand over intact flash.
func claim(r *scan.Result) Claim {
	if judgedFill(r) > 0 {
		return ClaimLogical
	}
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny && g.ReadBackCiphertext > 0 {
			return ClaimPhysicalCiphertext
		}
	}
	return ClaimNone
}

// judgedFill is how much of what is judged was read back as fill.
func judgedFill(r *scan.Result) (n int64) {
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			n += g.ReadBackFill
		}
	}
	return n
}

func regionBytes(p *scan.Plan) (n int64) {
	for _, g := range p.Regions {
		n += g.Length
	}
	return n
}
