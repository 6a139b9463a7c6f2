package scan

// What an examination comes to is decided in package verdict, which imports this one. Tests that
// go all the way to the answer get it through here: verdict_test.go puts it in.

type (
	Outcome string
	Claim   string
	Reason  struct{ Code, Text, TextJA string }
	Answer  struct {
		Outcome Outcome
		Claim   Claim
		Reasons []Reason
	}
)

var Decide func(p *Plan, r *Result) Answer

const (
	Inconclusive Outcome = "inconclusive"
	NoResidue    Outcome = "no-residue"
	ResidueFound Outcome = "residue-found"

	ClaimLogical            Claim = "logical"
	ClaimPhysicalCiphertext Claim = "physical-ciphertext"

	ReasonHoles           = "holes"
	ReasonNoResidue       = "no-residue"
	ReasonNothingJudged   = "nothing-judged"
	ReasonResidue         = "residue"
	ReasonUnexpectedClass = "unexpected-class"
	ReasonNothingStored   = "nothing-stored"
	ReasonRandomIsland    = "random-island"
	ReasonReadableLabel   = "readable-label"
	ReasonUnreadable      = "unreadable"
)
