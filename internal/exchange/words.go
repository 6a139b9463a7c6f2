package exchange

import "slices"

// The words that decide something are numbers where they are compared. What is no word
// of ours reads as unknown: a program that is newer may have others, and whoever reads
// them must not take them for one that is known.

// Verdict is what came of an examination.
type Verdict uint8

const (
	VerdictUnknown Verdict = iota // there is none, or none that is known
	NoResidue
	ResidueFound
	Inconclusive
)

var verdicts = []string{"", "no-residue", "residue-found", "inconclusive"}

func (v Verdict) String() string                { return wordOf(verdicts, v) }
func (v Verdict) MarshalText() ([]byte, error)  { return []byte(v.String()), nil }
func (v *Verdict) UnmarshalText(b []byte) error { *v = numberOf[Verdict](verdicts, b); return nil }

// Claim is how much a clean verdict proves.
type Claim uint8

const (
	ClaimUnknown Claim = iota
	ClaimNone
	ClaimLogical
	ClaimPhysicalCiphertext
)

var claims = []string{"", "none", "logical", "physical-ciphertext"}

func (c Claim) String() string                { return wordOf(claims, c) }
func (c Claim) MarshalText() ([]byte, error)  { return []byte(c.String()), nil }
func (c *Claim) UnmarshalText(b []byte) error { *c = numberOf[Claim](claims, b); return nil }

// Phase is what an examination is at.
type Phase uint8

const (
	PhaseUnknown Phase = iota
	Waiting
	Opening
	Reading
	SecondPass // reads again what could not be read
	Finishing
)

var phases = []string{"", "waiting", "opening", "reading", "second-pass", "finishing"}

func (p Phase) String() string                { return wordOf(phases, p) }
func (p Phase) MarshalText() ([]byte, error)  { return []byte(p.String()), nil }
func (p *Phase) UnmarshalText(b []byte) error { *p = numberOf[Phase](phases, b); return nil }

// State is what a drive says of itself, as far as a person should know it before
// choosing the drive; the others are unknown here.
type State uint8

const (
	StateUnknown State = iota
	Hidden             // capacity that reading does not reach
	Locked
	Shadowed // another medium is shown in the place of the locked one
	SanitizeInProgress
	SanitizeFailed
)

var states = []string{"", "hidden", "locked", "shadowed", "in-progress", "failed"}

func (s State) String() string                { return wordOf(states, s) }
func (s State) MarshalText() ([]byte, error)  { return []byte(s.String()), nil }
func (s *State) UnmarshalText(b []byte) error { *s = numberOf[State](states, b); return nil }

func wordOf[N ~uint8](words []string, n N) string {
	if int(n) >= len(words) {
		return ""
	}
	return words[n]
}

func numberOf[N ~uint8](words []string, word []byte) N {
	return N(max(slices.Index(words, string(word)), 0))
}
