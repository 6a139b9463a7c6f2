// Package ascii is text as every console of the kernel can show it: printable ASCII,
// cut and broken to the width of a screen. What came from a disk, or from anywhere else,
// goes through here before a person sees it.
package ascii

import (
	"fmt"
	"strings"
)

// Printable keeps what a VGA console can show and a terminal does not take for a
// command. Text of a disk goes through here too.
func Printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}

// PrintableText does so for several lines.
func PrintableText(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// Clip cuts ASCII to n columns; a ~ says that there was more.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if n <= 0 {
		return ""
	}
	return s[:n-1] + "~"
}

// Column makes a text exactly n columns wide.
func Column(s string, n int) string { return fmt.Sprintf("%-*s", n, Clip(Printable(s), n)) }

// Wrap breaks a text into lines of at most width columns, the first indented by
// first, the others by as many blanks.
func Wrap(first, s string, width int) (lines []string) {
	line := first
	for _, word := range strings.Fields(Printable(s)) {
		if len(line) > len(first) && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = strings.Repeat(" ", len(first))
		}
		if len(line) > len(first) {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// Lines breaks the lines of a text between words before the edge of a screen.
func Lines(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) < width {
			out = append(out, line)
			continue
		}
		out = append(out, Wrap("", line, width-1)...)
	}
	return strings.Join(out, "\n")
}
