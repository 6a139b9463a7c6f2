package core

import (
	"testing"

	"shokyo.dev/shokyo/internal/exchange"
)

// A verdict that nobody here knows is said to be none, never nothing.
func TestAnswer(t *testing.T) {
	for want, o := range map[string]Outcome{
		"no-residue":                    {Verdict: exchange.NoResidue},
		"no-residue, in a sample":       {Verdict: exchange.NoResidue, Scope: "a sample"},
		"no verdict that is known here": {Scope: "a sample", Bundle: "b"},
	} {
		if got := o.Answer(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
