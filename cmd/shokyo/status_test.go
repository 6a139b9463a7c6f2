package main

import "testing"

// The exit status of several sources is the one that says the most: residue over
// could not run over inconclusive over none, in whatever order they come.
func TestWorseStatus(t *testing.T) {
	order := []int{exitOK, exitInconclusive, exitFailed, exitUsage, exitResidue}
	for i, a := range order {
		for j, b := range order {
			if got, want := worse(a, b), order[max(i, j)]; got != want {
				t.Errorf("of %d and %d: %d, want %d", a, b, got, want)
			}
		}
	}
}
