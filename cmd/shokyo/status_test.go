package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
)

// The exit status of several sources is the one that says the most: residue over
// could not run over inconclusive over none, in whatever order they come.
func TestWorseStatus(t *testing.T) {
	order := []int{exitOK, exitInconclusive, exitFailed, exitUsage, exitResidue}
	for i, a := range order {
		for j, b := range order {
			if got, want := worse(a, b), order[max(i, j)]; got != want {
				t.Errorf("of %d and %d: %d, want %d", a, b, got, want)
			}
			for k, c := range order {
				if got, want := worse(worse(a, b), c), order[max(i, j, k)]; got != want {
					t.Errorf("of %d, %d and %d: %d, want %d", a, b, c, got, want)
				}
			}
		}
	}
	if worse(exitOK, exitNotValid) != exitNotValid || worse(exitInconclusive, exitInterrupted) != exitInconclusive || worse(exitInterrupted, exitInconclusive) != exitInconclusive {
		t.Error("a bundle that is not valid, or an interruption")
	}
}

// Every outcome has its status; a word that is none is inconclusive.
func TestStatusOf(t *testing.T) {
	for outcome, want := range map[string]int{verdict.NoResidue.String(): exitOK, verdict.ResidueFound.String(): exitResidue,
		verdict.Inconclusive.String(): exitInconclusive, "": exitInconclusive, "NO-RESIDUE": exitInconclusive, "clean": exitInconclusive} {
		if got := statusOf(outcome); got != want {
			t.Errorf("%q: %d, want %d", outcome, got, want)
		}
		if got := statusOfOutcome(&batch.Outcome{Doc: &reports.Document{Verdict: outcome}}); got != want {
			t.Errorf("%q: %d, want %d", outcome, got, want)
		}
	}
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("x"), exitFailed}, {fmt.Errorf("x: %w", usagef("y")), exitUsage}, {fmt.Errorf("x: %w", context.Canceled), exitInterrupted},
	} {
		if got := statusOfOutcome(&batch.Outcome{Err: c.err}); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}
