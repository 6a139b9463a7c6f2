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

// TestCleanMediumMasksLabels: a label that somebody chose may name a person; of it the report has
// the shape alone. One that every system writes stands as it is.
func TestCleanMediumMasksLabels(t *testing.T) {
	for _, c := range []struct {
		label, want string
		masked      bool
	}{
		{"Tanaka 1958", "Xxxxxx 9999", true},
		{"EFI system partition", "EFI system partition", false},
		{"", "", false},
	} {
		m := CleanMedium(Medium{Partitions: []Partition{{Label: c.label}}})
		if p := m.Partitions[0]; p.Label != c.want || p.Masked != c.masked {
			t.Errorf("label %q: %q, masked %v", c.label, p.Label, p.Masked)
		}
		if again := CleanMedium(m).Partitions[0]; again.Label != c.want || again.Masked != c.masked {
			t.Errorf("label %q, cleaned again: %q, masked %v", c.label, again.Label, again.Masked)
		}
	}
}
