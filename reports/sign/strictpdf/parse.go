package strictpdf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// What a value can be (ISO 32000-1 7.3): bool, nil, int64, [Real], [Name], [String],
// [Array], [Dict], [Ref]; and, as an object of its own, *[Stream].
type (
	Name   string
	String string // decoded: bytes, not text
	Real   string // as it is written; nothing here reckons with it
	Array  []any
	Dict   map[Name]any
	Ref    int // of an object of generation 0
)

// Stream is a dictionary with bytes as they lie in the file.
type Stream struct {
	Dict Dict
	Raw  []byte
}

// maxDepth is how deep values may lie in each other; what shokyo writes has five.
const maxDepth = 16

type parser struct {
	b     []byte
	at    int
	depth int
}

// fail says where something is wrong.
func (p *parser) fail(err error) error { return fmt.Errorf("byte %d: %w", p.at, err) }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// isDelimiter: ISO 32000-1 table 2.
func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (p *parser) space() {
	for p.at < len(p.b) && isSpace(p.b[p.at]) {
		p.at++
	}
}

// take goes on behind s, if s comes next.
func (p *parser) take(s string) bool {
	if bytes.HasPrefix(p.b[p.at:], []byte(s)) {
		p.at += len(s)
		return true
	}
	return false
}

// word is what comes before the next space or delimiter.
func (p *parser) word() string {
	from := p.at
	for p.at < len(p.b) && !isSpace(p.b[p.at]) && !isDelimiter(p.b[p.at]) {
		p.at++
	}
	return string(p.b[from:p.at])
}

// value reads one value. There are no comments in what shokyo writes, and none are taken.
func (p *parser) value() (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail(errors.New("values lie too deep in each other"))
	}
	defer func() { p.depth-- }()
	p.space()
	switch {
	case p.at >= len(p.b):
		return nil, p.fail(errors.New("a value is missing"))
	case p.take("<<"):
		return p.dict()
	case p.take("<"):
		return p.hexString()
	case p.take("("):
		return p.literal()
	case p.take("["):
		return p.array()
	case p.take("/"):
		return p.name()
	}
	return p.scalar()
}

func (p *parser) dict() (Dict, error) {
	d := Dict{}
	for {
		p.space()
		if p.take(">>") {
			return d, nil
		}
		if !p.take("/") {
			return nil, p.fail(errors.New("a key is missing in a dictionary"))
		}
		key, err := p.name()
		if err != nil {
			return nil, err
		}
		if _, twice := d[key]; twice { // one reader would take the first, another the last
			return nil, p.fail(fmt.Errorf("the key /%s stands twice in a dictionary", key))
		}
		if d[key], err = p.value(); err != nil {
			return nil, err
		}
	}
}

func (p *parser) array() (Array, error) {
	var a Array
	for {
		p.space()
		if p.take("]") {
			return a, nil
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

// name reads a name. #xx stands only for what a name cannot have as it is (ISO 32000-1
// 7.3.5): two spellings of one key would be two keys.
func (p *parser) name() (Name, error) {
	w := []byte(p.word())
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c == '#' {
			b, err := hex.DecodeString(string(w[i+1 : min(i+3, len(w))]))
			if err != nil || len(b) != 1 || regular(b[0]) {
				return "", p.fail(errors.New("a name in another spelling"))
			}
			out = append(out, b[0])
			i += 2
			continue
		}
		if !regular(c) {
			return "", p.fail(errors.New("a name with other characters than letters"))
		}
		out = append(out, c)
	}
	return Name(out), nil
}

// regular characters stand in names as they are.
func regular(c byte) bool { return c > ' ' && c <= '~' && c != '#' && !isDelimiter(c) }

func (p *parser) hexString() (String, error) {
	n := bytes.IndexByte(p.b[p.at:], '>')
	if n < 0 {
		return "", p.fail(errors.New("a string does not end"))
	}
	b, err := hex.DecodeString(string(p.b[p.at : p.at+n]))
	if err != nil {
		return "", p.fail(errors.New("a string that is not hexadecimal"))
	}
	p.at += n + 1
	return String(b), nil
}

// literal reads a string in parentheses (ISO 32000-1 7.3.4.2).
func (p *parser) literal() (String, error) {
	var out []byte
	for open := 1; p.at < len(p.b); {
		c := p.b[p.at]
		p.at++
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return String(out), nil
			}
		case '\\':
			out = p.escape(out)
			continue
		}
		out = append(out, c)
	}
	return "", p.fail(errors.New("a string does not end"))
}

// escaped are the letters of ISO 32000-1 table 3.
var escaped = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', '(': '(', ')': ')', '\\': '\\'}

// escape reads what stands behind a backslash. At the end of the file there is nothing, and
// the string does not end.
func (p *parser) escape(out []byte) []byte {
	if p.at >= len(p.b) {
		return out
	}
	if c, ok := escaped[p.b[p.at]]; ok {
		p.at++
		return append(out, c)
	}
	octal, digits := 0, 0
	for ; digits < 3 && p.at < len(p.b) && p.b[p.at] >= '0' && p.b[p.at] <= '7'; digits++ {
		octal = octal*8 + int(p.b[p.at]-'0')
		p.at++
	}
	if digits > 0 {
		return append(out, byte(octal))
	}
	return out // the backslash is ignored
}

// scalar reads a number, a reference, or a word.
func (p *parser) scalar() (any, error) {
	w := p.word()
	switch w {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	if !number(w) {
		return nil, p.fail(fmt.Errorf("%.20q is no value", w))
	}
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		return Real(w), nil
	}
	after := *p
	if after.space(); n > 0 && n <= maxObjects && after.word() == "0" {
		if after.space(); after.word() == "R" {
			*p = after
			return Ref(n), nil
		}
	}
	return n, nil
}

// number says whether w is one (ISO 32000-1 7.3.3).
func number(w string) bool {
	digits := bytes.TrimLeft([]byte(w), "+-")
	return len(w) <= 20 && len(w)-len(digits) <= 1 && len(bytes.TrimLeft(digits, "0123456789.")) == 0 &&
		bytes.Count(digits, []byte(".")) <= 1 && len(digits) > bytes.Count(digits, []byte("."))
}

var errNoEnd = errors.New("the object does not end where the next begins")

// object reads what stands between "n 0 obj" and "endobj", and nothing may stand behind.
// length gives the length of a stream whose dictionary refers to another object for it.
func object(b []byte, n int, length func(Ref) (int64, error)) (any, error) {
	p := &parser{b: b}
	if !p.take(strconv.Itoa(n) + " 0 obj") {
		return nil, errors.New("does not begin where the table says")
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	if d, ok := v.(Dict); ok {
		if p.space(); p.take("stream") {
			if v, err = p.stream(d, length); err != nil {
				return nil, err
			}
		}
	}
	if p.space(); !p.take("endobj") {
		return nil, errNoEnd
	}
	if p.space(); p.at != len(b) {
		return nil, errNoEnd
	}
	return v, nil
}

func (p *parser) stream(d Dict, length func(Ref) (int64, error)) (*Stream, error) {
	if !p.take("\n") && !p.take("\r\n") {
		return nil, p.fail(errors.New("a stream does not begin on a new line"))
	}
	n, ok := d["Length"].(int64)
	if r, isRef := d["Length"].(Ref); isRef {
		var err error
		if n, err = length(r); err != nil {
			return nil, err
		}
		ok = true
	}
	if !ok || n < 0 || n > int64(len(p.b)-p.at) {
		return nil, p.fail(errors.New("a stream without a length, or with one that the file has not"))
	}
	raw := p.b[p.at : p.at+int(n)]
	p.at += int(n)
	if p.space(); !p.take("endstream") {
		return nil, p.fail(errors.New("a stream does not end where its length says"))
	}
	return &Stream{d, raw}, nil
}
