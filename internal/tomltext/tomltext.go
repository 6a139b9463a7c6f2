// Package tomltext reads TOML that comes from outside: what is bounded, whole and has no key that nobody knows
// (Decode); and it measures texts, for those who bound what the decoder sees before it does, work orders and case files.
package tomltext

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// Decode reads a file of at most so many bytes, and refuses keys that its reader does not know.
func Decode(b []byte, most int, to any) error {
	switch {
	case len(b) > most:
		return fmt.Errorf("has %d bytes, at most %d are allowed", len(b), most)
	case !utf8.Valid(b):
		return errors.New("is not UTF-8: save it as UTF-8")
	}
	meta, err := toml.Decode(string(bytes.TrimPrefix(b, []byte("\ufeff"))), to)
	var parse toml.ParseError
	_, all := to.(*map[string]any) // which has every key; the decoder says otherwise of tables in arrays
	switch {
	case errors.As(err, &parse):
		return fmt.Errorf("line %d: %s", parse.Position.Line, parse.Message)
	case err != nil:
		return err
	case !all && len(meta.Undecoded()) > 0:
		return fmt.Errorf("unknown key %s", meta.Undecoded()[0])
	}
	return nil
}

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
