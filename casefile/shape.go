package casefile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"shokyo.dev/shokyo/internal/tomltext"
)

// entry is a line of a case file: the head of a table, whose key is empty, or a key.
type entry struct {
	line     int
	table    string
	number   int // which of the tables of that name
	repeated bool
	key      string
}

// What a file of at most MaxBytes may be made of. Dotted keys and tables in tables cost the
// decoder a square of their number; a case file has neither.
const maxTables = 500

var (
	head    = regexp.MustCompile(`^(\[\[?)\s*([A-Za-z0-9_-]+)\s*(\]\]?)\s*(#.*)?$`)
	keyLine = regexp.MustCompile(`^([A-Za-z0-9_-]+)\s*=\s*(.*)$`)
)

// shape lets through to the decoder nothing but heads of tables, keys, texts on one line and
// lists of such, and says which stand on which line.
func shape(text string) (out []entry, err error) {
	s := shaper{counts: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		s.line = i + 1
		if err := s.take(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.line, err)
		}
	}
	if s.inList {
		return nil, fmt.Errorf("line %d: a list does not end: write ] behind it", s.list)
	}
	return s.out, nil
}

type shaper struct {
	out        []entry
	line, list int // list: where it began
	inList     bool
	table      entry
	counts     map[string]int
	tables     int
}

func (s *shaper) take(line string) error {
	switch {
	case s.inList:
		return s.value(line)
	case line == "" || line[0] == '#':
		return nil
	case line[0] == '[':
		return s.begin(line)
	}
	m := keyLine.FindStringSubmatch(line)
	if m == nil {
		return errors.New("this is no key of a case file: write key = \"value\"") // not quoted: it may be the wrong file, with a passphrase
	}
	e := s.table
	e.line, e.key = s.line, m[1]
	s.out = append(s.out, e)
	return s.value(m[2])
}

func (s *shaper) begin(line string) error {
	m := head.FindStringSubmatch(line)
	if m == nil || len(m[1]) != len(m[3]) {
		return errors.New("this is no head of a table: write [lab], or [[item]]")
	}
	if s.tables++; s.tables > maxTables {
		return fmt.Errorf("there are more than %d tables", maxTables)
	}
	s.table = entry{line: s.line, table: m[2], number: s.counts[m[2]], repeated: m[1] == "[["}
	s.counts[m[2]]++
	s.out = append(s.out, s.table)
	return nil
}

// value goes over what stands behind a key, or on a line of a list.
func (s *shaper) value(text string) error {
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '#':
			return nil
		case '{':
			return fmt.Errorf("a table in braces stands in a value: write a text in quotation marks")
		case '[':
			if s.inList {
				return fmt.Errorf("a list stands in a list: write texts in quotation marks")
			}
			s.inList, s.list = true, s.line
			i++
		case ']':
			s.inList = false
			i++
		case '"', '\'':
			n := tomltext.Length(text[i:])
			if n == 0 {
				return fmt.Errorf("a text does not end on its line: write the closing quotation mark")
			}
			i += n
		default:
			i++
		}
	}
	return nil
}
