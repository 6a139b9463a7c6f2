package words

import (
	"fmt"
	"slices"
	"strings"
)

// Languages are those that a page is printed in; the first is the page's own.
type Languages []string

// Both is what a bundle's page has.
var Both = Languages(strings.Split("en,ja", ","))

// ParseLanguages reads what --lang takes: "ja", "en", or both with a comma between them.
func ParseLanguages(s string) (Languages, error) {
	list := Languages(strings.Split(s, ","))
	for i, l := range list {
		if l != "en" && l != "ja" || slices.Contains(list[:i], l) {
			return nil, fmt.Errorf("--lang %q: use ja, en or ja,en", s)
		}
	}
	return list, nil
}

// Said is a text in one language.
type Said struct{ Language, Text string }

// Of gives a text in each of the languages: once where they say it alike, and in English
// where there is only that.
func (l Languages) Of(t Text) (out []Said) {
	for _, language := range l {
		said := Said{language, t.EN}
		if language == "ja" {
			if t.JA == "" {
				said.Language = "en"
			} else {
				said.Text = t.JA
			}
		}
		if !slices.ContainsFunc(out, func(s Said) bool { return s.Text == said.Text }) {
			out = append(out, said)
		}
	}
	return out
}

// Own is a text in the first of the languages.
func (l Languages) Own(t Text) string { return l.Of(t)[0].Text }
