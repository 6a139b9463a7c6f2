package statements

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
)

// facts collects details of one bus: each is there with its value, or with the
// reason why it is not.
type facts struct {
	list []Detail
	why  func(page string) string // of the bus's drive
}

// add notes a fact read from a page. value is only called if the page is there;
// an empty value means that the page does not tell.
func (f *facts) add(name, page string, there bool, value func() string) {
	d := Detail{Name: name, From: page}
	if there {
		d.Value = kernel.Printable(value())
		if d.Value == "" {
			d.Why = "the drive does not say"
		}
	} else {
		d.Why = kernel.Printable(cmp.Or(f.why(page), "not asked"))
	}
	f.list = append(f.list, d)
}

func decimal[T ~int | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64](n T) string {
	return fmt.Sprintf("%d", n)
}

// answered is an answer as a value: empty if it is unknown.
func answered(a answer.Answer) string {
	if a == answer.Unknown {
		return ""
	}
	return a.String()
}

// hexName is a name of n bytes in hexadecimal; empty if it is 0.
func hexName(v uint64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", v)
}

// sentence joins what is not empty.
func sentence(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "; ")
}

// rotating is a drive's statement about its platters: revolutions per minute, 1
// for none.
func rotating(rpm int) Statement[RotationState] {
	switch {
	case rpm == 1:
		return Stated(SolidState, "solid state")
	case rpm > 1:
		return Stated(Rotating, strconv.Itoa(rpm)+" revolutions per minute")
	}
	return Stated(RotationUnknown, "the drive does not say whether it rotates")
}
