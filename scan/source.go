package scan

import (
	"io"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// Source is the medium as the engine sees it. ReadAt must be safe for
// concurrent use; Size is in bytes and does not change.
type Source interface {
	io.ReaderAt
	Size() int64
}

// What is to be examined, in the words of package plan.
type (
	Plan   = plan.Plan
	Region = plan.Region
	Mode   = plan.Mode
	Expect = plan.Expect
	Scope  = plan.Scope
	span   = plan.Span
)

const (
	Full   = plan.Full
	NIST   = plan.NIST
	Random = plan.Random

	ExpectErased     = plan.ExpectErased
	ExpectCiphertext = plan.ExpectCiphertext
	ExpectFill       = plan.ExpectFill
	ExpectAny        = plan.ExpectAny

	ScopeMedium  = plan.ScopeMedium
	ScopeRegions = plan.ScopeRegions

	NewestSampling = plan.NewestSampling
	LeafBytes      = plan.LeafBytes
)

// ParseExpect reads the words of the command line.
func ParseExpect(s string) (Expect, error) { return plan.ParseExpect(s) }

// ParseScope reads the words of the command line.
func ParseScope(s string) (Scope, error) { return plan.ParseScope(s) }

// page is a page of the plan on its way through the engine.
type page struct {
	plan.Page
	holes []span // of the source, in it and its context
}

// contextBytes is read before and behind a page, so that what crosses an
// edge is seen whole by both sides.
const contextBytes = 64 << 10

// terms are what holds for every page of a plan.
func terms(p *Plan, size int64) look.Terms {
	return look.Terms{Size: size, BlockBytes: p.BlockBytes, Threshold: p.Threshold(), Places: p.Places, Scattered: p.Mode == Random}
}
