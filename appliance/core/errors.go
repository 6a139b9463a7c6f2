package core

import (
	"errors"
	"fmt"
)

// ErrOtherStick is why nothing can be saved where a stick is there that is not the one
// this computer was started from. Only a person can decide to use it.
var ErrOtherStick = errors.New("not the one this computer was started from: plug that one in")

// Plain is an error that says in plain words what is the matter, and for the log what
// happened.
type Plain struct{ Words, Cause error }

func (e Plain) Error() string   { return fmt.Sprintf("%v (%v)", e.Words, e.Cause) }
func (e Plain) Unwrap() []error { return []error{e.Words, e.Cause} }

// PlainWords are what fits on a screen.
func PlainWords(err error) string {
	var e Plain
	if errors.As(err, &e) {
		return e.Words.Error()
	}
	return err.Error()
}
