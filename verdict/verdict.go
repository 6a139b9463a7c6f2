// Package verdict decides. From what was examined (package scan), what the drive says of itself
// (package devices) and what is known of the medium besides, it makes the outcome, the claim and
// the reasons of a report, and what it says was not checked. It is the only place where that is
// done: pure functions, which look at nothing but the Input.
//
// A file per source of doubts: examined.go (what was read), islands.go (what looks random amid
// fill), corpus.go (files that were looked for), baseline.go (blocks that were recorded), medium.go (length, changes, use), drive.go, trailers.go, platform.go; codes.go has every
// code. To add a doubt: a field of Input that says what is known, a code with its
// sentence (package words/reason), and a function that gives the reason, which Decide calls in the
// order in which reports list reasons. A doubt rules out no-residue; a remark bears on what a
// no-residue is worth, and rules out nothing.
package verdict

import (
	"slices"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/reason"
)

// Outcome is the answer. The zero value is the one that claims nothing.
type Outcome uint8

const (
	Inconclusive Outcome = iota
	NoResidue
	ResidueFound
)

func (o Outcome) String() string {
	return [...]string{"inconclusive", "no-residue", "residue-found"}[o]
}

// Claim is how much a no-residue verdict proves of the erasure.
type Claim uint8

const (
	ClaimNone               Claim = iota
	ClaimLogical                  // fill was read back: the cells below may hold anything
	ClaimPhysicalCiphertext       // what was read can not be told from ciphertext, and no fill was read
)

func (c Claim) String() string {
	return [...]string{"none", "logical", "physical-ciphertext"}[c]
}

// Reason is why a verdict is what it is: a stable code for programs, one
// sentence for people, in English and in Japanese.
type Reason struct {
	Code   Code
	Text   string
	TextJA string
}

// because is the reason of a code that has one sentence, with its figures.
func because(code Code, figures ...any) Reason {
	return saying(code, reason.Reasons.Say(string(code), figures...))
}

// saying is the reason of a code that has several sentences, with one of them.
func saying(code Code, sentence words.Text) Reason {
	return Reason{code, sentence.EN, sentence.JA}
}

// Verdict is the outcome with its reasons, most important first.
type Verdict struct {
	Outcome    Outcome
	Reasons    []Reason
	Claim      Claim
	NotChecked []Reason // on this medium, beside what never is
}

// Input is all that a decision looks at. The zero value of everything but Plan and Result
// adds neither doubt nor remark: nothing more is known, or it does not apply. A drive that was
// asked before reading has to be asked after it, or to be said why not (NotAsked).
type Input struct {
	Plan   *scan.Plan
	Result *scan.Result

	Medium   Medium
	Facts    kernel.Facts // of the medium while it was examined
	Changes  []Change     // of each of its files
	Resumed  bool         // after an interruption
	Before   *statements.Drive
	After    *statements.Drive // nil like Before: an image has none
	NotAsked error             // why the drive could not be asked again
	Trailers *Trailers         // nil: there is nothing beside the data
	Corpora  []Corpus          // that were looked for
	Baseline *Baseline         // nil: nothing was recorded before
}

// Decide gives the verdict.
func Decide(in *Input) Verdict {
	v := Verdict{NotChecked: notChecked(in)}
	doubts, remarks := in.besides()
	if v.Reasons = slices.Concat(residueReasons(in.Result), corpusFound(in.Corpora), in.Baseline.unchangedBlocks()); len(v.Reasons) > 0 {
		v.Outcome = ResidueFound
		return v
	}
	if v.Reasons = slices.Concat(doubts, examinedDoubts(in.Plan, in.Result), in.Baseline.doubts()); len(v.Reasons) > 0 {
		return v
	}
	v.Outcome, v.Claim, v.Reasons = NoResidue, claim(in.Result), slices.Concat(cleanReasons(in.Plan, in.Result), corpusNotFound(in), in.Baseline.remarks(), remarks)
	return v
}

// besides is what is doubted and remarked whatever was read.
func (in *Input) besides() (doubts, remarks []Reason) {
	doubts, remarks = in.Medium.foreseen()
	changed, anew := changeReasons(in)
	trailers, sampled := in.Trailers.reasons()
	return slices.Concat(doubts, changed, driveDoubts(in), useDoubts(&in.Facts), trailers),
		slices.Concat(remarks, anew, driveRemarks(in.Before, in.Result), sampled)
}

// notChecked lists what stays open on this medium.
func notChecked(in *Input) []Reason {
	return slices.Concat(holesReasons(in.Result), driveNotChecked(in.Before), mediumNotChecked(in))
}
