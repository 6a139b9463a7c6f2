package checklists

import (
	"strings"
	"testing"
	"unicode"

	"github.com/BurntSushi/toml"
)

// Every list can be filled in: it has items in both languages, each with a name of its own, and none of them is answered.
func TestLists(t *testing.T) {
	if len(Names()) < 5 {
		t.Fatalf("only %q", Names())
	}
	for _, name := range Names() {
		b, err := Text(name)
		if err != nil {
			t.Fatal(err)
		}
		var list struct {
			Item []struct {
				ID, Text, Source, Answer, Reason, Auditor, Date string
				TextJA                                          string `toml:"text_ja"`
				Evidence                                        []string
			}
		}
		meta, err := toml.Decode(string(b), &list)
		if err != nil || len(meta.Undecoded()) > 0 || len(list.Item) < 4 {
			t.Errorf("%s: %d items, %v, %v", name, len(list.Item), err, meta.Undecoded())
		}
		seen := map[string]bool{}
		for _, x := range list.Item {
			if seen[x.ID] || x.ID == "" || x.Text == "" || x.Source == "" || !strings.ContainsFunc(x.TextJA, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: %+v", name, x)
			}
			if seen[x.ID] = true; x.Answer != "" || x.Reason != "" || x.Auditor != "" || x.Date != "" || len(x.Evidence) > 0 {
				t.Errorf("%s: %s is answered", name, x.ID)
			}
		}
		en, ja := Title(name)
		if en == "" || ja == "" || strings.HasPrefix(en, "#") || !strings.ContainsFunc(ja, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q, %q", name, en, ja)
		}
	}
	for _, name := range []string{"", "x", "../x", "certifications.toml"} {
		if _, err := Text(name); err == nil {
			t.Errorf("%q is a list", name)
		}
	}
}
