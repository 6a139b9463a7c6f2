package words

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How figures are written, in both languages alike, and what makes a clause a sentence.

// Grouped prints an integer with commas.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(s, "-")
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return s[:len(s)-len(digits)] + b.String()
}

// Number prints a float as short as it can be said exactly.
func Number(x float64) string {
	if x != 0 && math.Abs(x) < 1e-4 {
		return strings.Replace(strconv.FormatFloat(x, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// OneIn says of how many one is: 1,000,000 for a chance of 1e-6; of no chance, a dash.
func OneIn(chance float64) string {
	if !(chance > 0 && chance <= 1) {
		return "–"
	}
	return Grouped(int64(math.Floor(1 / chance)))
}

// Percent says part of whole. It says 100 only of all and 0 only of nothing.
func Percent(part, whole int64) string {
	if whole <= 0 || part <= 0 {
		return "0 %"
	}
	if part >= whole {
		return "100 %"
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case p < 0.01:
		return "< 0.01 %"
	case p > 99.99:
		return "> 99.99 %"
	}
	return strconv.FormatFloat(p, 'f', 2, 64) + " %"
}

// A figure to be grouped stands before or behind one of these.
var (
	amounts = regexp.MustCompile(`(\d{5,}) (bytes|planned bytes|of|are|バイト)`)
	places  = regexp.MustCompile(`(?:byte|offset|findings:|位置|オフセット|検出数) \d{5,}`)
)

// GroupDigits groups the digits of large amounts and places in a sentence, for reading only.
func GroupDigits(s string) string {
	for _, known := range []*regexp.Regexp{amounts, places} {
		s = known.ReplaceAllStringFunc(s, func(m string) string { return digits.ReplaceAllStringFunc(m, grouped) })
	}
	return s
}

var digits = regexp.MustCompile(`\d+`)

// grouped groups a number; one that is too large for one stays as it is.
func grouped(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return s
	}
	return Grouped(n)
}

// Whole turns a reason, a clause without capital and stop, into a sentence.
func Whole(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:] + "."
}

// WholeJA does the same for Japanese.
func WholeJA(s string) string {
	if s == "" || strings.HasSuffix(s, "。") {
		return s
	}
	return s + "。"
}
