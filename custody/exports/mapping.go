package exports

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // names of zones, also where the system has none

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/internal/tomltext"
)

// Mapping says what the fields and words of a format mean. docs/keys.md has an example.
type Mapping struct {
	Reader   string   `toml:"reader"`   // csv, json, syslog, cef, ontap
	Records  string   `toml:"records"`  // of JSON: the path of the list; empty: the whole, or each line
	Encoding string   `toml:"encoding"` // empty: UTF-8, UTF-16 by its mark, or Shift_JIS
	Zone     string   `toml:"zone"`
	Ok       []string `toml:"ok"` // values of event.result that say success; none: any value is a failure

	Object struct {
		ID        []string `toml:"id"`
		Names     []string `toml:"names"`
		State     []string `toml:"state"`
		Said      []string `toml:"said"`
		Created   []string `toml:"created"`
		Activated []string `toml:"activated"`
		Revoked   []string `toml:"revoked"`
		Destroyed []string `toml:"destroyed"`
		Archived  []string `toml:"archived"`
		Algorithm []string `toml:"algorithm"`
		Bits      []string `toml:"bits"`
		WrappedBy []string `toml:"wrapped_by"`
		Linked    []string `toml:"linked"`
		Copies    []string `toml:"copies"`
		Volumes   []string `toml:"volumes"`
	} `toml:"object"`
	States map[string]string `toml:"states"` // words for states; "*": what is listed has no word

	Event struct {
		Time      []string `toml:"time"`
		Operation []string `toml:"operation"`
		Detail    []string `toml:"detail"` // put behind the operation, with a blank between
		ID        []string `toml:"id"`
		Actor     []string `toml:"actor"`
		Result    []string `toml:"result"`
		Sequence  []string `toml:"sequence"`
	} `toml:"event"`
	Events map[string][]string `toml:"events"` // regular expressions for operations; a group "id" is the key

	Chain Chain `toml:"chain"`

	Only map[string][]string `toml:"only"` // records are taken if these fields have one of these values

	zone   *time.Location
	states map[string]custody.State
	events []pattern
}

// pattern is what an operation means.
type pattern struct {
	re    *regexp.Regexp
	kinds []custody.Kind
}

// MaxMapping is more bytes than a mapping needs.
const MaxMapping = 32 << 10

// Parse reads a mapping.
func Parse(b []byte) (*Mapping, error) {
	m := new(Mapping)
	if err := tomltext.Decode(b, MaxMapping, m); err != nil {
		return nil, err
	}
	return m, m.compile()
}

func (m *Mapping) compile() error {
	if readers[m.Reader] == nil {
		return fmt.Errorf("reader = %q: use csv, json, syslog, cef or ontap", m.Reader)
	}
	if len(m.Object.ID) == 0 && len(m.Event.Operation) == 0 {
		return errors.New("neither [object] id nor [event] operation is given: nothing would be read")
	}
	if m.Zone != "" {
		z, err := time.LoadLocation(m.Zone)
		if err != nil || m.Zone == "Local" {
			return fmt.Errorf("zone = %q: write a name such as Asia/Tokyo", m.Zone)
		}
		m.zone = z
	}
	if err := m.Chain.compile(); err != nil {
		return err
	}
	m.states = map[string]custody.State{}
	for word, name := range m.States {
		var s custody.State
		if err := s.UnmarshalText([]byte(name)); err != nil {
			return fmt.Errorf("[states] %q: %w", word, err)
		}
		m.states[strings.ToLower(word)] = s
	}
	for text, names := range m.Events {
		p, err := newPattern(text, names)
		if err != nil {
			return fmt.Errorf("[events] %q: %w", text, err)
		}
		m.events = append(m.events, p)
	}
	slices.SortFunc(m.events, func(a, b pattern) int { // the most particular first
		return cmp.Or(cmp.Compare(len(b.re.String()), len(a.re.String())), strings.Compare(a.re.String(), b.re.String()))
	})
	return nil
}

func newPattern(text string, names []string) (p pattern, err error) {
	if p.re, err = regexp.Compile("^(?:" + text + ")$"); err != nil {
		return p, err
	}
	for _, name := range names {
		var k custody.Kind
		if err := k.UnmarshalText([]byte(name)); err != nil {
			return p, err
		}
		p.kinds = append(p.kinds, k)
	}
	return p, nil
}

// kinds is what an operation means, and the keys that its name has in it.
func (m *Mapping) kinds(operation string) (kinds []custody.Kind, ids []string, known bool) {
	for _, p := range m.events {
		found := p.re.FindStringSubmatch(operation)
		if found == nil {
			continue
		}
		if i := p.re.SubexpIndex("id"); i >= 0 && found[i] != "" {
			ids = []string{found[i]}
		}
		return p.kinds, ids, true
	}
	return nil, nil, false
}

// failed says whether a record tells of something that did not happen.
func (m *Mapping) failed(r *record) bool {
	if len(m.Event.Result) == 0 {
		return false
	}
	v := r.value(m.Event.Result)
	if len(m.Ok) == 0 {
		return v != ""
	}
	return !slices.ContainsFunc(m.Ok, func(ok string) bool { return strings.EqualFold(ok, v) })
}

func (m *Mapping) wants(r *record) bool {
	for p, values := range m.Only {
		if !slices.Contains(values, r.value([]string{p})) {
			return false
		}
	}
	return true
}

//go:embed mappings/*.toml
var mappings embed.FS

// Formats are the names of the mappings that are known.
func Formats() (names []string) {
	list, err := fs.Glob(mappings, "mappings/*.toml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, p := range list {
		names = append(names, strings.TrimSuffix(path.Base(p), ".toml"))
	}
	return names
}

// Text is the mapping of a format as it stands, to make one's own of.
func Text(format string) ([]byte, error) {
	b, err := mappings.ReadFile("mappings/" + format + ".toml")
	if err != nil {
		return nil, fmt.Errorf("there is no format %.40q: use one of %s, or a mapping of your own", format, strings.Join(Formats(), ", "))
	}
	return b, nil
}

// Known is the mapping of a format.
func Known(format string) (*Mapping, error) {
	b, err := Text(format)
	if err != nil {
		return nil, err
	}
	return Parse(b)
}
