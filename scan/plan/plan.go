// Package plan says what is to be examined and how: regions and what is expected of them,
// which samples are drawn, in which pages the medium is read, and how many tests that
// makes, hence the threshold. It follows from its figures alone; nothing here reads a medium.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/medium"
)

// Mode says how much of the planned regions is read.
type Mode uint8

const (
	Full   Mode = iota // every byte
	NIST               // NIST SP 800-88r1 §4.7 representative sampling
	Random             // uniformly random blocks, without replacement
)

func (m Mode) String() string {
	return [...]string{"full", "nist-800-88r1", "random"}[m]
}

// Expect is what a region is claimed to hold after erasure.
type Expect uint8

const (
	ExpectErased     Expect = iota // ciphertext, fill, pattern or explained metadata
	ExpectCiphertext               // ciphertext only
	ExpectFill                     // fill only
	ExpectAny                      // described, not judged
)

var expectNames = []string{"erased", "ciphertext", "fill", "any"}

func (e Expect) String() string { return expectNames[e] }

// ParseExpect reads the words of the command line: erased, ciphertext, fill, any.
func ParseExpect(s string) (Expect, error) {
	if i := slices.Index(expectNames, s); i >= 0 {
		return Expect(i), nil
	}
	return 0, fmt.Errorf("unknown expectation %q: use one of %s", s, strings.Join(expectNames, ", "))
}

// Scope is what the verdict is about. The zero value is the one that a reader
// takes for granted.
type Scope uint8

const (
	ScopeMedium  Scope = iota // every byte of the medium must be judged
	ScopeRegions              // the regions that are judged, and nothing besides
)

var scopeNames = []string{"medium", "regions"}

func (s Scope) String() string { return scopeNames[s] }

// ParseScope reads the words of the command line: medium, regions.
func ParseScope(s string) (Scope, error) {
	if i := slices.Index(scopeNames, s); i >= 0 {
		return Scope(i), nil
	}
	return 0, fmt.Errorf("unknown scope %q: use one of %s", s, strings.Join(scopeNames, ", "))
}

// Depth is how hard the bytes that are read are looked at. It changes what is noticed,
// never how often something is noticed where there is nothing.
type Depth uint8

const (
	DepthUnknown Depth = iota // nobody said; of checkpoints and reports from before there were depths
	Deep                      // every detector looks at every byte
	Quick                     // the dear ones only where a cheap look leaves doubt (dear in package look)
)

var depthNames = []string{"", "deep", "quick"}

func (d Depth) String() string { return depthNames[d] }

// ParseDepth reads the words of the command line: deep, quick.
func ParseDepth(s string) (Depth, error) {
	if i := slices.Index(depthNames, s); i > 0 {
		return Depth(i), nil
	}
	return DepthUnknown, fmt.Errorf("unknown depth %q: use %s", s, strings.Join(depthNames[1:], " or "))
}

// Region is a part of the medium that is examined, and what is expected there.
// Start and Length are bytes, multiples of 512.
type Region struct {
	Name   string
	Start  int64
	Length int64
	Expect Expect
}

// End is the offset of the first byte behind the region.
func (r Region) End() int64 { return r.Start + r.Length }

// Plan is what is to be examined and how: together with the medium it
// determines the result, byte for byte.
type Plan struct {
	Mode Mode
	// Fraction of the blocks that Random reads, in (0, 1].
	Fraction float64
	// Seed drives the choice of samples (ChaCha8); unused by Full.
	Seed [32]byte
	// Sampling is the version by which Random draws; 0: the newest. See Algorithm.
	Sampling int
	// BlockBytes is the unit that gets a class: a power of two from 512 to 65536.
	BlockBytes int
	// Scope is what the verdict is about.
	Scope Scope
	// Depth is how hard what is read is looked at. Unknown is looked at as Deep, and
	// nobody may call it so.
	Depth Depth `json:",omitempty"`
	// Regions are sorted by Start and do not overlap.
	Regions []Region
	Places  []medium.Place
	// StrictLabels makes a readable label in an explained structure a doubt.
	StrictLabels bool `json:",omitempty"`
}

// RegionOf is the index of the region that an offset lies in.
func (p *Plan) RegionOf(off int64) int {
	return max(0, slices.IndexFunc(p.Regions, func(g Region) bool { return off < g.End() }))
}
