package statements

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// facts collects details of one bus: each is there with its value, or with the
// reason why it is not.
type facts struct {
	list []Detail
	why  func(page string) words.Text // of the bus's drive
}

// add notes a fact read from a page. value is only called if the page is there;
// an empty value means that the page does not tell.
func (f *facts) add(name, page string, there bool, value func() string) {
	d := Detail{Name: name, From: page}
	if there {
		d.Value = kernel.Printable(value())
		if d.Value == "" {
			d.Why = drive.Unsaid
		}
	} else {
		d.Why = printable(cmp.Or(f.why(page), drive.NotAsked))
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

// printable is a reason made fit to be shown: it may hold what the drive said.
func printable(t words.Text) words.Text {
	return words.Text{EN: kernel.Printable(t.EN), JA: kernel.Printable(t.JA)}
}

// sentence joins what is not empty.
func sentence(parts ...words.Text) words.Text {
	said := slices.DeleteFunc(slices.Clone(parts), func(t words.Text) bool { return t == words.Text{} })
	return words.Join(said, drive.Also)
}

// reason is why there is no answer, as an error.
type reason words.Text

func (r reason) Error() string { return r.EN }

// whyNot says an error in both languages, if it has them.
func whyNot(err error) words.Text {
	var r reason
	if errors.As(err, &r) {
		return words.Text(r)
	}
	return words.Alike(err.Error())
}

// rotating is a drive's statement about its platters: revolutions per minute, 1
// for none.
func rotating(rpm int) Statement[RotationState] {
	switch {
	case rpm == 1:
		return Stated(SolidState, drive.SolidState)
	case rpm > 1:
		return Stated(Rotating, drive.Revolutions.Say(rpm))
	}
	return Stated(RotationUnknown, drive.RotationUnsaid)
}
