package child

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/ascii"
)

func TestLastLines(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"\n\n":                              "",
		"one\ntwo":                          "two",
		"shokyo scan: no\nand more\n":       "shokyo scan: no",
		"goroutine\npanic: x\n\nmore\n\n":   "panic: x",
		"\x1b[1mbold\n":                     "?[1mbold",
		strings.Repeat("x", 10*maxLine):     strings.Repeat("x", maxLine),
		strings.Repeat("y\n", 10*keptLines): "y",
	} {
		if got := LastWords([]byte(in)); got != want {
			t.Errorf("%.40q: %.60q", in, got)
		}
	}
}

func FuzzLastLines(f *testing.F) {
	f.Add([]byte("a\nb"), 1)
	f.Add([]byte(strings.Repeat("long", 1000)), 7)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		at = min(max(at, 0), len(b))
		var l LastLines
		l.Write(b[:at])
		l.Write(b[at:])
		text := l.Text()
		if text != ascii.Printable(text) || len(text) > 2*maxLine+2 || len(l.lines) > keptLines {
			t.Errorf("%q", text)
		}
	})
}
