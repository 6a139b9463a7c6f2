// Package medium has the words for what a medium is found to be, from end to end: the class
// of a stretch of it, its reason, and the places that a partition table names. Whoever looks,
// adds up or reports speaks in them.
package medium

import "slices"

// Class is what a block is. The zero value is "nobody looked".
type Class uint8

const (
	Unread     Class = iota // nobody looked
	Unreadable              // we looked, the medium refused
	Fill                    // one byte value repeated
	Pattern                 // a short period repeated
	Ciphertext              // no detector can tell it from uniform random bytes
	Metadata                // structured, and Explained
	Residue                 // structured, and not Explained

	NumClasses = int(Residue) + 1
)

func (c Class) String() string {
	return [...]string{"unread", "unreadable", "fill", "pattern", "ciphertext", "metadata", "residue"}[c]
}

// Extent is a run of the medium with one class for one reason.
// Offsets and lengths are bytes.
type Extent struct {
	Start  int64
	Length int64
	Class  Class
	// Reason is a short code: the fill byte ("00"), "hole" where a file stores
	// nothing and reads as zeros, the explanation
	// ("gpt", "luks2-wiped"), the detector ("text"), the error ("EIO"), or
	// "time-budget" where the drive was given no more time (Options.Patience).
	Reason string
}

// End is the offset of the first byte behind the extent.
func (e Extent) End() int64 { return e.Start + e.Length }

// Cut gives e's class to the bytes [lo, hi).
func (e Extent) Cut(lo, hi int64) Extent {
	return Extent{Start: lo, Length: hi - lo, Class: e.Class, Reason: e.Reason}
}

// Severity orders classes by how much a reader must not miss them.
func Severity(c Class) int {
	return slices.Index([]Class{Fill, Pattern, Ciphertext, Metadata, Unread, Unreadable, Residue}, c)
}
