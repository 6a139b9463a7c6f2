// Package canonical is JSON with exactly one spelling: whoever signs bytes must not leave
// room for other bytes that say the same, nor for the same bytes that two programs read
// in two ways.
package canonical

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Compact encodes v on one line. It is only called with types
// that hold nothing that JSON cannot: whoever fills them in sees to the floats.
func Compact(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("canonical: a document that JSON cannot hold: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Layout spreads compact JSON over lines: readable, and small in a diff.
func Layout(compact []byte) []byte { return layoutWithin(compact, math.MaxInt) }

// Document is v as a file of a bundle has it: compact, then laid out.
func Document(v any) []byte { return Layout(Compact(v)) }

// layoutWithin stops once there are more than limit bytes.
func layoutWithin(compact []byte, limit int) []byte {
	var out bytes.Buffer
	out.Grow(len(compact) + len(compact)/4)
	depth := 0
	line := func() {
		out.WriteByte('\n')
		for range depth {
			out.WriteByte(' ')
		}
	}
	for i := 0; i < len(compact) && out.Len() <= limit; {
		switch c := compact[i]; c {
		case '{', '[':
			if n := flat(compact[i:]); n > 0 {
				spaced(&out, compact[i:i+n])
				i += n
				continue
			}
			depth++
			out.WriteByte(c)
			line()
		case '}', ']':
			depth--
			line()
			out.WriteByte(c)
		case ',':
			out.WriteByte(c)
			line()
		case ':':
			out.WriteString(": ")
		case '"':
			n := stringLength(compact[i:])
			out.Write(compact[i : i+n])
			i += n
			continue
		default:
			out.WriteByte(c)
		}
		i++
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// flat gives the length of the object or list at b[0] when it holds no other
// object or list, else 0.
func flat(b []byte) int {
	for i := 1; i < len(b); {
		switch b[i] {
		case '{', '[':
			return 0
		case '}', ']':
			return i + 1
		case '"':
			i += stringLength(b[i:])
			continue
		}
		i++
	}
	return 0
}

// spaced writes a flat object or list with a blank behind each comma and colon.
func spaced(out *bytes.Buffer, b []byte) {
	for i := 0; i < len(b); {
		if b[i] == '"' {
			n := stringLength(b[i:])
			out.Write(b[i : i+n])
			i += n
			continue
		}
		out.WriteByte(b[i])
		if b[i] == ',' || b[i] == ':' {
			out.WriteByte(' ')
		}
		i++
	}
}

// stringLength is the length of the JSON string at b[0], quotes included.
func stringLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// Open checks that b is one JSON value laid out by [Layout] and nothing else, and that all
// its keys are [Plain].
func Open(b []byte) error {
	compact, err := OneLine(b, Plain)
	if err != nil {
		return err
	}
	if !bytes.Equal(layoutWithin(compact, len(b)), b) {
		return errors.New("not in canonical form (layout, blanks or line ends differ)")
	}
	return nil
}

// OneLine checks that b is one JSON value and nothing else, in UTF-8, with no
// key twice in one object and none that is not allowed, and gives it without
// blanks.
func OneLine(b []byte, allowed func(key string) bool) ([]byte, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return nil, err
	}
	return compact.Bytes(), checkShape(compact.Bytes(), allowed)
}

// Plain: Go's decoder takes "Verdict" for "verdict", others do not. All fields
// of a report are in small letters.
func Plain(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool {
		return !(r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
}

// Any is for what is compared with its one spelling afterwards.
func Any(string) bool { return true }

// What no report comes near to. Without bounds a small file could be decoded into
// more memory than there is.
const (
	maxDepth    = 32
	maxElements = 1_000_000 // of all lists together
)

// checkShape refuses what another program may read otherwise (a key twice, in
// whatever case), and what is too deep or too long.
func checkShape(b []byte, allowed func(key string) bool) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	type object struct {
		keys []string // nil for a list
		key  bool     // a key comes next
	}
	var stack []object
	elements := 0
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if d, ok := tok.(json.Delim); ok && (d == '}' || d == ']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if n := len(stack); n > 0 && stack[n-1].keys != nil {
			top := &stack[n-1]
			if top.key = !top.key; !top.key {
				if err := addKey(&top.keys, tok.(string), allowed); err != nil {
					return err
				}
				continue
			}
		} else if elements++; elements > maxElements {
			return fmt.Errorf("lists with more than %d elements", maxElements)
		}
		switch tok {
		case json.Delim('{'):
			stack = append(stack, object{keys: make([]string, 0, 8), key: true})
		case json.Delim('['):
			stack = append(stack, object{})
		}
		if len(stack) > maxDepth {
			return fmt.Errorf("nested deeper than %d levels", maxDepth)
		}
	}
}

// maxKeys is more than any object of ours has; it keeps addKey quick.
const maxKeys = 200

func addKey(keys *[]string, key string, allowed func(string) bool) error {
	if !allowed(key) {
		return fmt.Errorf("the field %q is spelled otherwise than in a report", key)
	}
	for _, k := range *keys {
		if strings.EqualFold(k, key) {
			return fmt.Errorf("the field %q is given twice", key)
		}
	}
	if len(*keys) == maxKeys {
		return fmt.Errorf("an object with more than %d fields", maxKeys)
	}
	*keys = append(*keys, key)
	return nil
}
