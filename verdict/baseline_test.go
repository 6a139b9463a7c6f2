package verdict

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/words/reason"
)

// What an erasure had to change and did not is residue; a comparison that shows nothing, or another medium, is no verdict.
func TestBaseline(t *testing.T) {
	for name, c := range map[string]struct {
		b       Baseline
		outcome Outcome
		code    Code
	}{
		"all changed":                     {Baseline{Expect: baseline.Changed, Compared: 10_000, Identified: true}, NoResidue, ReasonBaselineChanged},
		"one did not":                     {Baseline{Expect: baseline.Changed, Compared: 10_000, Unchanged: 1, Identified: true}, ResidueFound, ReasonUnchangedBlock},
		"one did not, of very few":        {Baseline{Expect: baseline.Changed, Compared: 2, Unchanged: 1}, ResidueFound, ReasonUnchangedBlock},
		"too few":                         {Baseline{Expect: baseline.Changed, Compared: baseline.MinBlocks - 1}, Inconclusive, ReasonBaselineFew},
		"none could be read":              {Baseline{Expect: baseline.Changed, Unreadable: 10_000}, Inconclusive, ReasonBaselineFew},
		"a host encrypts":                 {Baseline{Expect: baseline.Same, Compared: 500, Unchanged: 500}, NoResidue, ReasonBaselineSame},
		"a host encrypts, and wrote":      {Baseline{Expect: baseline.Same, Compared: 500, Unchanged: 3}, NoResidue, ReasonBaselineSame},
		"a host encrypts another medium":  {Baseline{Expect: baseline.Same, Compared: 500}, Inconclusive, ReasonBaselineOther},
		"a host encrypts, too few to see": {Baseline{Expect: baseline.Same, Compared: 5, Unchanged: 5}, Inconclusive, ReasonBaselineFew},
	} {
		in := cleanInput()
		in.Baseline = &c.b
		v := Decide(in)
		has := false
		for _, r := range v.Reasons {
			has = has || r.Code == c.code
		}
		if v.Outcome != c.outcome || !has {
			t.Errorf("%s: %v, %+v", name, v.Outcome, v.Reasons)
		}
	}
	for identified, want := range map[bool]bool{true: false, false: true} {
		in := cleanInput()
		in.Baseline = &Baseline{Expect: baseline.Changed, Compared: 10_000, Identified: identified}
		v, said := Decide(in), false
		for _, r := range v.Reasons {
			said = said || r.Code == ReasonBaselineChanged && strings.Contains(r.Text, reason.BaselineUnidentified.EN)
		}
		if said != want {
			t.Errorf("identified %v: that nobody says so is said: %v", identified, said)
		}
	}
}
