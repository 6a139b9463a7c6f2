package ascii

import (
	"strings"
	"testing"
)

// Long lines break between words.
func TestWrapped(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for _, line := range strings.Split(Lines("short\n  indented\n"+long, 80), "\n") {
		if len(line) >= 80 || strings.HasSuffix(line, "wor") {
			t.Errorf("%q", line)
		}
	}
	if got := Lines("short\n  indented", 80); got != "short\n  indented" {
		t.Errorf("%q", got)
	}
}

func TestWidths(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Clip("abcdef", 3), "ab~"}, {Clip("abc", 3), "abc"}, {Clip("abc", 0), ""}, {Clip("abc", -1), ""},
		{Column("ab\x1b", 5), "ab?  "}, {Column("abcdef", 3), "ab~"},
		{strings.Join(Wrap(" - ", "one  two three", 10), "|"), " - one two|   three"}, {strings.Join(Wrap("- ", "", 10), "|"), "- "},
		{Printable("a\x1b[2J\n\x7f~é"), "a?[2J??~?"}, {PrintableText("a\tb\nc"), "a?b\nc"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
