// Package screen is where people look and type: the consoles of the kernel, which all
// show the same, and the journal, which has what they showed until it is on the stick.
//
// Log puts a line on both (log.go). A program of its own has the consoles meanwhile by
// [TTYs.Relay] (ttys.go); then lines go to the journal alone. Lines that are typed where
// no program runs come by [TTYs.AwaitLines].
package screen

import (
	"strings"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/words"
)

const rule = "------------------------------------------------------------------------------"

// Prefix is how programs tell our lines on the serial line from the kernel's.
const Prefix = "shokyo-init: "

// Log is what is said to people: on every console, and in the journal.
type Log struct {
	TTYs    *TTYs
	Journal *Journal
}

// Line adds a line to the log. While a console has the screen, the line is not
// shown; the log is on the stick in the end.
func (l *Log) Line(line string) {
	line = ascii.Printable(line)
	l.Journal.Add(line)
	if !l.TTYs.print(Prefix + line) {
		l.Journal.toKernelLog(Prefix + line)
	}
}

// Say is Line of a text, in English.
func (l *Log) Say(t words.Text) { l.Line(t.EN) }

// Show prints a screen on every console, and puts it into the log: what happened, and
// what to do now.
func (l *Log) Show(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		l.Journal.Add(ascii.Printable(line))
	}
	l.TTYs.print(rule + "\n" + ascii.Lines(ascii.PrintableText(text), Columns) + "\n" + rule)
}
