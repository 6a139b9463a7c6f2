// Package labels tells texts that tools give by default from texts that somebody
// chose. Structures that erasure leaves (partition tables, volume managers' and RAID
// labels, key headers) have fields for a name, and a name can be a person's: such a
// text is residue of its own kind, whoever put it there. What is known says nothing
// of anybody and may be shown; what is not known is shown as a shape only.
package labels

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"
)

// Known says whether a text is one that tools, vendors and installers give by
// themselves: one of the table (names.go), such a name with a number of at most three
// digits, a bare number of that length, an identifier in the form that programs
// print, or nothing. Case, width and the number of blanks do not count. A host name
// is never known: it was chosen.
func Known(text string) bool {
	s := normal(text)
	if s == "" || known()[s] || identifier.MatchString(s) {
		return true
	}
	stem := strings.TrimRight(s, "0123456789")
	digits := len(s) - len(stem)
	if digits == 0 || digits > 3 {
		return false
	}
	stem = strings.TrimRight(stem, " -_.:#")
	return stem == "" || known()[stem]
}

// identifier is a UUID (RFC 9562 section 4) or LVM's form of one (lib/uuid/uuid.c:
// 32 characters grouped 6-4-4-4-4-4-6): random, and made by a program.
var identifier = regexp.MustCompile(`^(\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?|[0-9a-z]{6}(-[0-9a-z]{4}){5}-[0-9a-z]{6})$`)

// normal is what must be equal for two texts to be one.
func normal(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(width.Fold.String(text))), " ")
}

var known = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for _, list := range names {
		for _, line := range strings.Split(list, "\n") {
			if s := normal(line); s != "" {
				m[s] = true
			}
		}
	}
	return m
})

// maxMask bounds a mask: no name field of a format is longer in print.
const maxMask = 128

// Mask shows the shape of a text and never its content, by the signs of the masked
// previews (package text): x and X for letters, 9 for a digit, あ for kana, 漢 for
// kanji; blanks and ASCII punctuation stay; everything else, also what cannot be
// seen, is a middle dot.
func Mask(text string) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > maxMask {
			b.WriteRune('…')
			break
		}
		b.WriteRune(shape(r))
	}
	return b.String()
}

func shape(r rune) rune {
	switch {
	case r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)), r == ' ':
		return r
	case unicode.In(r, unicode.Hiragana, unicode.Katakana), r == 'ー':
		return 'あ'
	case unicode.Is(unicode.Han, r):
		return '漢'
	case unicode.IsUpper(r):
		return 'X'
	case unicode.IsLetter(r):
		return 'x'
	case unicode.IsDigit(r):
		return '9'
	case unicode.IsSpace(r):
		return ' '
	}
	return '·'
}

// Shown is what may be printed of a text: itself where it is known, else its shape.
func Shown(text string) (s string, masked bool) {
	if Known(text) {
		return text, false
	}
	return Mask(text), true
}
