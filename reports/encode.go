package reports

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// Encode gives report.json: UTF-8, the fields in the order of the type, no
// HTML escaping, one object or list without further nesting per line, a line
// feed at the end. The same document always gives the same bytes.
func (d *Document) Encode() []byte {
	return layout(compactJSON(d))
}

// compactJSON encodes v on one line. It is only called with the types of this
// package, which hold nothing that JSON cannot: [Build] sees to the floats.
func compactJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("reports: a document that JSON cannot hold: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// layout spreads compact JSON over lines: readable, and small in a diff.
func layout(compact []byte) []byte { return layoutWithin(compact, math.MaxInt) }

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

// Decode reads report.json. Fields it does not know are let through, so that
// an older shokyo can check a newer report; everything else is strict: the
// layout must be canonical, no key may occur twice or in other letters (another
// program might read another value), offsets must lie inside the medium, and the
// verdict must not contradict its reasons.
func Decode(b []byte) (*Document, error) {
	compact, err := oneLine(b, plainKey)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(layoutWithin(compact, len(b)), b) {
		return nil, errors.New("not in canonical form (layout, blanks or line ends differ)")
	}
	d := new(Document)
	if err := json.Unmarshal(b, d); err != nil {
		return nil, err
	}
	return d, d.check()
}

// oneLine checks that b is one JSON value and nothing else, in UTF-8, with no
// key twice in one object and none that is not allowed, and gives it without
// blanks.
func oneLine(b []byte, allowed func(key string) bool) ([]byte, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return nil, err
	}
	return compact.Bytes(), checkShape(compact.Bytes(), allowed)
}

// plainKey: Go's decoder takes "Verdict" for "verdict", others do not. All fields
// of a report are in small letters.
func plainKey(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool {
		return !(r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
}

// anyKey is for what is compared with its one spelling afterwards.
func anyKey(string) bool { return true }

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

// check is what every writer and picture may rely on.
func (d *Document) check() error {
	switch {
	case d.Schema != Schema:
		return fmt.Errorf("schema %q is not %q", d.Schema, Schema)
	case !plainID(d.ID):
		return fmt.Errorf("id %q: 1 to 64 letters, digits and - are allowed", d.ID)
	case outcome(d.Verdict) < 0:
		return fmt.Errorf("unknown verdict %q", d.Verdict)
	case d.Medium.SizeBytes <= 0:
		return fmt.Errorf("medium of %d bytes", d.Medium.SizeBytes)
	case d.BlockBytes <= 0 || d.GrainBytes <= 0:
		return errors.New("block_bytes and grain_bytes must be positive")
	case len(d.Map.Cells) > scan.MaxCells:
		return fmt.Errorf("%d map cells, at most %d are allowed", len(d.Map.Cells), scan.MaxCells)
	case len(d.Findings) > scan.MaxFindings:
		return fmt.Errorf("%d findings are listed, at most %d may be", len(d.Findings), scan.MaxFindings)
	}
	if err := d.checkVerdict(); err != nil {
		return err
	}
	if err := d.checkRuns(); err != nil {
		return err
	}
	if _, err := hex.DecodeString(d.Digests.SHA256); err != nil {
		return fmt.Errorf("digests: sha256: %w", err)
	}
	return nil
}

// checkVerdict: some reasons are given for one verdict alone.
func (d *Document) checkVerdict() error {
	for _, r := range d.Reasons {
		if only, sure := verdict.Code(r.Code).Settles(); sure && d.Verdict != only.String() {
			return fmt.Errorf("the verdict is %q, and a reason for it %q", d.Verdict, r.Code)
		}
	}
	if d.Scope.Kind == scan.ScopeMedium.String() && d.Verdict == verdict.NoResidue.String() && d.judgedBytes() < d.Medium.SizeBytes {
		return fmt.Errorf("the verdict is %q of the medium, and %d of its %d bytes are judged", d.Verdict, d.judgedBytes(), d.Medium.SizeBytes)
	}
	return nil
}

// judgedBytes is the size of the regions that the plan judges.
func (d *Document) judgedBytes() (n int64) {
	for _, g := range d.Plan.Regions {
		if g.Expect != scan.ExpectAny.String() {
			n += g.Length
		}
	}
	return n
}

// checkRuns wants every list of runs inside the medium, and regions, cells and
// the plan's regions sorted and without overlap.
func (d *Document) checkRuns() error {
	size := d.Medium.SizeBytes
	r := runs{size: size, what: "regions"}
	for _, g := range d.Regions {
		if classOf(g.Class) < 0 {
			return fmt.Errorf("regions: unknown class %q", g.Class)
		}
		r.add(g.Start, g.Length)
	}
	c := runs{size: size, what: "map cells"}
	for _, g := range d.Map.Cells {
		c.add(g.Start, g.Length)
	}
	p := runs{size: size, what: "plan regions"}
	for _, g := range d.Plan.Regions {
		p.add(g.Start, g.Length)
	}
	f := runs{size: size, what: "findings", loose: true}
	for _, g := range d.Findings {
		f.add(g.Offset, g.Length)
	}
	x := runs{size: size, what: "explanations", loose: true}
	for _, g := range d.Explanations {
		x.add(g.Offset, g.Length)
	}
	return errors.Join(r.err, c.err, p.err, f.err, x.err)
}

// runs checks a list of runs as it goes by; the first error stays.
type runs struct {
	what      string
	size, end int64
	loose     bool // may overlap and be empty
	err       error
}

func (r *runs) add(start, length int64) {
	inside := start >= 0 && length >= 0 && start <= r.size && length <= r.size-start
	inOrder := r.loose || length > 0 && start >= r.end
	if r.err == nil && !(inside && inOrder) {
		r.err = fmt.Errorf("%s: the run of %d bytes at %d is outside the medium of %d bytes or out of order", r.what, length, start, r.size)
	}
	if inside {
		r.end = start + length
	}
}

func plainID(s string) bool {
	for _, c := range []byte(s) {
		if !(c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// classOf is the inverse of scan.Class.String; -1 for no class.
func classOf(s string) int {
	for c := range scan.NumClasses {
		if scan.Class(c).String() == s {
			return c
		}
	}
	return -1
}

// outcome is the inverse of verdict.Outcome.String; -1 for no outcome.
func outcome(s string) int {
	for o := verdict.Inconclusive; o <= verdict.ResidueFound; o++ {
		if o.String() == s {
			return int(o)
		}
	}
	return -1
}
