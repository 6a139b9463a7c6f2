package scan

import (
	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/seen"
)

// What is to be examined, in the words of package plan.
type (
	Plan   = plan.Plan
	Region = plan.Region
	Mode   = plan.Mode
	Expect = plan.Expect
	Scope  = plan.Scope
	Depth  = plan.Depth
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

	Deep  = plan.Deep
	Quick = plan.Quick

	ScopeMedium  = plan.ScopeMedium
	ScopeRegions = plan.ScopeRegions

	NewestSampling = plan.NewestSampling
	LeafBytes      = plan.LeafBytes
)

// What is said of a page is said of the whole medium in the same words.
type (
	Class        = medium.Class
	Extent       = medium.Extent
	Finding      = seen.Finding
	FindingCount = gather.FindingCount
	Explanation  = explained.Explanation
	Label        = explained.Label
	WindowTest   = gather.WindowTest
	Corpus       = look.Corpus
	KnownRun     = seen.KnownRun
	Place        = medium.Place
)

const (
	Unread     = medium.Unread
	Unreadable = medium.Unreadable
	Fill       = medium.Fill
	Pattern    = medium.Pattern
	Ciphertext = medium.Ciphertext
	Metadata   = medium.Metadata
	Residue    = medium.Residue
	NumClasses = medium.NumClasses

	SectorBytes = look.SectorBytes
	PageBytes   = look.PageBytes
	LiveKeySlot = seen.LiveKeySlot
)

// What the whole medium comes to, in the words of package fold.
type (
	Result       = fold.Result
	RegionResult = fold.RegionResult
	ClassBytes   = fold.ClassBytes
	Cell         = fold.Cell
	Tree         = fold.Tree
	Island       = fold.Island
	Copies       = copies.Copies
	LiveMap      = fold.LiveMap
	KnownResult  = fold.KnownResult
)

const (
	MaxCells    = fold.MaxCells
	MaxFindings = fold.MaxFindings
	MaxIslands  = fold.MaxIslands
)

// What is read, in the words of package read.
type (
	Source = read.Source
)

// ErrGone says that the medium vanished (ENXIO, ENODEV, or Options.Alive said so): a cable, a
// pulled drive.
var ErrGone = read.ErrGone

// ParseExpect reads the words of the command line.
func ParseExpect(s string) (Expect, error) { return plan.ParseExpect(s) }

// ParseDepth reads the words of the command line: deep, quick.
func ParseDepth(s string) (Depth, error) { return plan.ParseDepth(s) }

// ParseScope reads the words of the command line.
func ParseScope(s string) (Scope, error) { return plan.ParseScope(s) }
