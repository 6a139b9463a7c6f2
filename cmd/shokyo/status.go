package main

import (
	"context"
	"errors"
	"slices"

	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/verdict"
)

// Exit statuses: what a verdict, a source and several sources end with.

// statusOf is the exit status of a verdict. Anything unknown is inconclusive.
func statusOf(outcome string) int {
	switch outcome {
	case verdict.NoResidue.String():
		return exitOK
	case verdict.ResidueFound.String():
		return exitResidue
	}
	return exitInconclusive
}

// statusOfOutcome is what the program would end with, were this the only source.
func statusOfOutcome(o *batch.Outcome) int {
	var usage usageError
	switch {
	case errors.Is(o.Err, context.Canceled):
		return exitInterrupted
	case errors.As(o.Err, &usage):
		return exitUsage
	case o.Err != nil:
		return exitFailed
	}
	return statusOf(o.Doc.Verdict)
}

// ranked are the statuses that several sources can have, from the one that says least to
// the one that says most: residue over could-not-run over inconclusive over none.
var ranked = []int{exitOK, exitInconclusive, exitFailed, exitUsage, exitResidue}

// worse gives the status that says the more. One that has no rank says nothing.
func worse(a, b int) int {
	if slices.Index(ranked, b) > max(slices.Index(ranked, a), 0) {
		return b
	}
	return a
}
