// Package answer is yes, no, or not known: what the kernel or a drive says to a
// question that it may also leave open. All buses answer in it.
package answer

// Answer is yes, no, or not known; the zero value claims nothing.
type Answer uint8

const (
	Unknown Answer = iota
	No
	Yes
)

// Of is the answer of a bit that is there.
func Of(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// String is the answer as a report prints it.
func (a Answer) String() string {
	switch a {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "unknown"
}
