package reports

import (
	"strings"
	"testing"
)

func TestCleanMakesTextHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"resident-records":        "resident-records",
		"住民票 データ":                 "住民票 データ",
		"a\x00b\n":                `a\u{0}b\u{a}`,
		"txt.\u202egpj":           `txt.\u{202e}gpj`,
		"zero\u200bwidth":         `zero\u{200b}width`,
		"\xff\xfe":                "\ufffd",
		strings.Repeat("x", 2000): strings.Repeat("x", 1024) + "…",
	} {
		if got := Clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}
