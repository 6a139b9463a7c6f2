// Package tomltext measures the texts of TOML files, for those who bound what the decoder sees
// before it does: work orders and case files come from outside.
package tomltext

import "strings"

// Length is the length of the TOML string at s[0], a quotation mark, both included; 0 if it does not
// end on this line, or is of the kind that need not (TOML 1.0.0, String).
func Length(s string) int {
	quote := s[0]
	if strings.HasPrefix(s, strings.Repeat(string(quote), 3)) {
		return 0
	}
	for i := 1; i < len(s) && s[i] != '\n'; i++ {
		switch {
		case s[i] == quote:
			return i + 1
		case s[i] == '\\' && quote == '"':
			i++
		}
	}
	return 0
}
