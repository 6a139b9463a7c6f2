// Package statements is what drives say of themselves, in one language for all buses:
// a state that programs decide by, a sentence for people, and every fact with the page
// it comes from.
//
// The packages of the buses turn bytes into facts of their own; from_ata.go,
// from_nvme.go, from_scsi.go and from_tcg.go make statements of those. A new fact of a
// bus is a line there; a new thing that drives can say is a type here (see AnyState).
// Nothing here sends a command: questions go through a transport, which package
// devices has.
package statements

import (
	"cmp"
	"fmt"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Statement is what a drive says of one thing: a state that programs decide by, and a sentence
// for people, of words/drive. The zero state is always unknown, and comes with the reason why.
type Statement[S AnyState] struct {
	State  S
	Text   string // what reports and the console have
	TextJA string
}

// AnyState is what can be said of one thing. Each has a type of its own, so that a word
// which it does not have, or another's, does not compile; String gives the words that reports,
// JSON and the console have. To add one: the constant, its word, and what it means in
// package verdict, whose tests fail until that is said.
type AnyState interface {
	RotationState | HiddenState | SanitizeState | SecurityState | DeallocatedState | AfterEraseState
	fmt.Stringer
}

// Stated makes one. Where nothing is known that is what is said, never "no".
func Stated[S AnyState](state S, text words.Text) Statement[S] {
	if state == *new(S) {
		text = cmp.Or(text, drive.Unsaid)
	}
	return Statement[S]{state, text.EN, text.JA}
}

// Known says whether the state is not the unknown one.
func (s Statement[S]) Known() bool { return s.State != *new(S) }

func (s Statement[S]) said() words.Text { return words.Text{EN: s.Text, JA: s.TextJA} }

// States are all that can be said of one thing, unknown first.
func States[S AnyState]() (all []S) {
	for s := S(0); s.String() != ""; s++ {
		all = append(all, s)
	}
	return all
}

// wordOf is a state's; empty if there is no such state.
func wordOf[S AnyState](words []string, s S) string {
	if int(s) < len(words) {
		return words[s]
	}
	return ""
}

// RotationState is whether there are platters.
type RotationState uint8

const (
	RotationUnknown RotationState = iota
	SolidState
	Rotating
)

func (s RotationState) String() string {
	return wordOf([]string{"unknown", "solid-state", "rotating"}, s)
}

// HiddenState is whether there is capacity that a scan does not reach.
type HiddenState uint8

const (
	HiddenUnknown HiddenState = iota
	HiddenNone
	HiddenSome
)

func (s HiddenState) String() string { return wordOf([]string{"unknown", "none", "hidden"}, s) }

// SanitizeState is what became of the drive's own erasure.
type SanitizeState uint8

const (
	SanitizeUnknown SanitizeState = iota
	SanitizeNotSupported
	SanitizeNever
	SanitizeSucceeded
	SanitizeNoFailure // none runs or has failed; whether there ever was one is not said
	SanitizeInProgress
	SanitizeFailed
)

func (s SanitizeState) String() string {
	return wordOf([]string{"unknown", "not-supported", "never", "succeeded", "no-failure", "in-progress", "failed"}, s)
}

// SecurityState is whether what is read is what is stored.
type SecurityState uint8

const (
	SecurityUnknown  SecurityState = iota
	SecurityNone                   // the drive has no locks
	SecurityOff                    // it has, and they are not in use
	SecurityUnlocked               // they are in use, and open
	SecurityShadowed               // a shadow MBR is shown in place of the first blocks
	SecurityLocked
)

func (s SecurityState) String() string {
	return wordOf([]string{"unknown", "none", "off", "unlocked", "shadowed", "locked"}, s)
}

// DeallocatedState is what blocks read as that were trimmed.
type DeallocatedState uint8

const (
	DeallocatedUnknown DeallocatedState = iota
	DeallocatedZeros
	DeallocatedOnes
	DeallocatedUndefined // as anything, or none ever is trimmed
)

func (s DeallocatedState) String() string {
	return wordOf([]string{"unknown", "zeros", "ones", "undefined"}, s)
}

// AfterEraseState is what a read gives after a cryptographic erase.
type AfterEraseState uint8

const (
	AfterEraseUnknown AfterEraseState = iota
	AfterEraseData
	AfterEraseError
)

func (s AfterEraseState) String() string { return wordOf([]string{"unknown", "data", "error"}, s) }
