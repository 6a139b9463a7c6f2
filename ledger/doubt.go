package ledger

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	batches "shokyo.dev/shokyo/reports/batch"
)

// A spreadsheet makes of a serial number what it takes it for: a number, a date, a
// truth value. What it was cannot be known from what is left, and a serial number
// that is not the drive's must not be matched with one, nor silently be missing.

// doubtOf says why the text of a cell cannot be relied on to be a serial number,
// or nothing. The text is as it stands in the file but for blanks at its ends.
func doubtOf(cell string) string {
	if hiddenIn(cell) {
		return batches.DoubtInvisible
	}
	s := plain(cell)
	switch {
	case errorWord.MatchString(s) || slices.Contains(errorWords(), s):
		return batches.DoubtError
	case slices.Contains(truthWords(), s):
		return batches.DoubtTruth
	case isDate(s):
		return batches.DoubtDate
	case isNumber(s):
		return batches.DoubtNumber
	}
	return ""
}

// alike are signs that NFKC leaves apart.
var alike = strings.NewReplacer("−", "-", "–", "-", "‐", "-", "‑", "-", "⏨", "e", "×", "*", "·", "*", "∙", "*", "٫", ".")

// plain spells a cell in one way: signs that look alike become one (NFKC makes ｅ e
// and ¹¹ 11), letters are small.
func plain(cell string) string {
	return strings.ToLower(strings.Join(strings.Fields(alike.Replace(norm.NFKC.String(cell))), " "))
}

// hiddenIn says whether a cell holds what nobody can see: control and format
// characters, blanks that are none, fillers, and what stands for a lost character.
func hiddenIn(cell string) bool {
	return strings.ContainsFunc(cell, func(c rune) bool {
		switch {
		case c == ' ' || c == '\u3000':
			return false
		case c == unicode.ReplacementChar || c == '\u2800': // braille without a dot
			return true
		}
		return !unicode.IsGraphic(c) || unicode.In(c, unicode.Zs, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
	})
}

// trimBlanks takes away what stands at the ends of a cell and is nobody's doing.
func trimBlanks(cell string) string { return strings.Trim(cell, " \t\r\n\u3000") }

// Numbers, after plain.
var (
	// 1.23457e+11, 1,23457e11, 1.2 * 10^11, 1e-5. Without a point and a sign only what
	// has one digit before the e and two behind: 12E45 can be a serial number.
	exponent  = regexp.MustCompile(`^[+-]?(?:[0-9]+[.,'][0-9]* ?e ?[+-]? ?[0-9]+|[0-9]+ ?e ?[+-] ?[0-9]+|[0-9]e[0-9]{2,3}|[0-9]+(?:[.,][0-9]*)? ?[*x] ?10 ?\^? ?[+-]?[0-9]+)$`)
	decimal   = regexp.MustCompile(`^[+-]?[0-9]+[.,][0-9]+$`)
	grouped   = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?:[,.'][0-9]{3})+(?:[.,][0-9]+)?$`)
	allDigits = regexp.MustCompile(`^[0-9]+$`)
)

// spreadsheetDigits are the significant digits that a spreadsheet keeps of a number
// (IEEE 754 doubles, cut to 15 by Excel): what comes behind is zeros.
const spreadsheetDigits = 15

func isNumber(s string) bool {
	if exponent.MatchString(s) || decimal.MatchString(s) || grouped.MatchString(s) {
		return true
	}
	digits := strings.TrimLeft(s, "0")
	return allDigits.MatchString(s) && len(digits) > spreadsheetDigits && strings.Trim(digits[spreadsheetDigits:], "0") == ""
}

// Errors, after plain: #ref!, #スピル!, #n/a, #¿nombre?, err:502, and a cell that was
// too narrow for its number, ####.
var errorWord = regexp.MustCompile(`^(?:#+|#[^0-9#].*[!?]|#n/?[a-z]{1,2}|#(?:getting_data|データ.*|n/a n/a)|err:[0-9]+|エラー:[0-9]+)$`)

// errorWords are what programs write where they have no value.
func errorWords() []string {
	return []string{"nan", "null", "none", "#error", "n/a", "inf", "undefined"}
}

// truthWords are TRUE and FALSE in the languages whose spreadsheets translate them.
func truthWords() []string {
	return []string{"true", "false", "真", "偽", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro", "waar", "onwaar", "истина", "ложь"}
}

// Dates, after plain.
var (
	// 2024年1月5日(金), 令和6年1月5日, 令和元年, 1月5日, 2024년 1월 5일
	eastern = regexp.MustCompile(`^(?:(?:明治|大正|昭和|平成|令和)? ?(?:[0-9]{1,4}|元) ?[年년](?: ?[0-9]{1,2} ?[月월](?: ?[0-9]{1,2} ?[日일])?)?|[0-9]{1,2} ?[月월](?: ?[0-9]{1,2} ?[日일])?)(?: ?[日月火水木金土]曜日)?$`)
	era     = regexp.MustCompile(`^[mtshr]\.?([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{1,2})$`) // r6.1.5
	clock   = regexp.MustCompile(`[t ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:[ap]\.?m\.?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?$`)
	weekday = regexp.MustCompile(`^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? |\([月火水木金土日]\)$`)
	slashed = regexp.MustCompile(`^([0-9]{1,4})([/.-])([0-9]{1,2})[/.-]([0-9]{1,4})\.?$`)
	twoPart = regexp.MustCompile(`^([0-9]{1,4})/([0-9]{1,4})$`)
	worded  = regexp.MustCompile(`^(?:([0-9]{1,4})(?:st|nd|rd|th)?[. /-]{1,2})?([\p{L}\p{M}]{3,})\.?(?:[ /,'-]{1,2}([0-9]{1,4})(?:st|nd|rd|th)?)?(?:[ /,'-]{1,2}([0-9]{1,4}))?$`)
)

// months are the names in the languages of spreadsheets that write Latin letters, and
// what is no beginning of one.
func months() []string {
	return strings.Fields(`
		january february march april may june july august september october november december
		januar februar märz maerz mrz april mai juni juli august september oktober november dezember
		janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre
		enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
		gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
		janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
		januari februari maart mrt april mei juni juli augustus september oktober november december`)
}

func isMonth(word string) bool {
	return slices.ContainsFunc(months(), func(m string) bool { return strings.HasPrefix(m, word) })
}

func isDate(s string) bool {
	s = weekday.ReplaceAllString(s, "")
	if rest := clock.ReplaceAllString(s, ""); rest != s {
		if rest == "" {
			return true // a time
		}
		s = strings.TrimSpace(rest)
	}
	if eastern.MatchString(s) {
		return true
	}
	if m := era.FindStringSubmatch(s); m != nil {
		return dayAndMonth(m[2], m[3])
	}
	if m := twoPart.FindStringSubmatch(s); m != nil {
		return dayAndMonth(m[1], m[2]) || isYear(m[1]) && dayAndMonth("31", m[2]) || isYear(m[2]) && dayAndMonth("31", m[1])
	}
	if m := slashed.FindStringSubmatch(s); m != nil && strings.Count(s, m[2]) >= 2 {
		return isYear(m[1]) && dayAndMonth(m[3], m[4]) || isYear(m[4]) && dayAndMonth(m[1], m[3])
	}
	m := worded.FindStringSubmatch(s)
	return m != nil && m[1]+m[3]+m[4] != "" && isMonth(m[2]) && !slices.ContainsFunc([]string{m[1], m[3], m[4]}, func(n string) bool { return len(n) > 2 && !isYear(n) })
}

// isYear: of two digits, or of the times of spreadsheets.
func isYear(digits string) bool {
	return len(digits) == 2 || len(digits) == 4 && digits >= "1900" && digits < "2200"
}

// dayAndMonth says whether one can be a month and the other a day, in either order.
func dayAndMonth(a, b string) bool {
	if len(a) > 2 || len(b) > 2 {
		return false
	}
	m, _ := strconv.Atoi(a)
	n, _ := strconv.Atoi(b)
	return min(m, n) >= 1 && min(m, n) <= 12 && max(m, n) <= 31
}

// foldCell is what is compared and shown of a cell: full-width letters are as good
// as others.
func foldCell(cell string) string { return trimBlanks(width.Fold.String(cell)) }
