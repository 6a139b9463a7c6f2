// Package exports reads what key servers, clouds and their logs write of keys, and makes objects
// and events of package custody out of it.
//
// A file is taken apart into records by a reader (csv.go, json.go, lines.go): flat lists of fields. A
// [Mapping] says which field is which, and what the words in it mean; it is a TOML file. Those of
// the systems that are known are in the folder mappings; for any other a laboratory writes its own.
// To add a system, add a mapping there with the address of its vendor's documentation.
//
// The files come from outside, of any length and in any encoding: they are read as a stream
// (input.go), a record at a time, and what is kept is bounded. A field whose name says that it may hold
// a secret is dropped before anything else sees it.
package exports

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"shokyo.dev/shokyo/custody"
)

// Bounds of what one file may give.
const (
	MaxKept  = 200_000 // objects and events
	maxValue = 1 << 10 // bytes of a value that is kept
)

// Read is what a file said.
type Read struct {
	SHA256      string // of the file as it is
	Bytes       int64
	Records     int64
	Objects     []custody.Object
	Events      []custody.Event
	Unmapped    map[string]int64 // operations that the mapping does not know, the first maxUnmapped of them
	Others      int64            // records without an operation or a key, or of unmapped operations not listed
	Unread      int64            // lines that are no record of the format
	Chained     int64            // records that have to be chained
	ChainHead   string           // the hash of the last of them
	Broken      int64            // of them, those that do not fit what stands before
	ChainBreaks []string         // where those are; the first maxBreaks of them
	Breaks      []string         // where sequence numbers leave something out, or come again; the first maxBreaks of them
}

const (
	maxUnmapped = 100
	maxBreaks   = 100
)

// Options are what the person who imports states.
type Options struct {
	Said   time.Time      // when the system was asked, for exports that do not say
	Zone   *time.Location // of times that have none
	Ahead  time.Duration  // how much the system's clock is ahead
	Source int            // number of the file among the sources
}

// File reads an export or a log.
func File(r io.Reader, m *Mapping, o Options) (*Read, error) {
	in, err := newInput(r, m.Encoding)
	if err != nil {
		return nil, err
	}
	t := &taker{m: m, o: o, out: &Read{Unmapped: map[string]int64{}}}
	if err := readers[m.Reader](in, m, t.take); err != nil {
		return nil, err
	}
	t.out.Unread = in.unread
	if t.out.SHA256, t.out.Bytes, err = in.finish(); err != nil {
		return nil, err
	}
	if t.out.Records == 0 {
		return nil, errors.New("holds no record of the format: is it the right file, and the right format?")
	}
	if t.out.Chained > 1 && t.out.Broken == t.out.Chained {
		return nil, errors.New("the hash chain holds for no record: does [chain] in the mapping say how it is made?")
	}
	return t.out, nil
}

// field is one value of a record, by its path: "requestParameters.keyId", "tags.0", or a column.
type field struct{ path, value string }

// record is one row, line or element, and where it stands.
type record struct {
	at     string
	fields []field
}

func (r *record) add(path, value string) {
	if value = strings.TrimSpace(value); value != "" && !custody.MayBeSecret(path) {
		r.fields = append(r.fields, field{path, value})
	}
}

// values are those of the first of the paths that the record has; a step * stands for any.
func (r *record) values(paths []string) (out []string) {
	for _, p := range paths {
		for _, f := range r.fields {
			if samePath(p, f.path) {
				out = append(out, f.value)
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

func (r *record) value(paths []string) string {
	if v := r.values(paths); v != nil {
		return v[0]
	}
	return ""
}

func samePath(pattern, path string) bool {
	if !strings.Contains(pattern, "*") {
		return strings.EqualFold(pattern, path)
	}
	a, b := strings.Split(pattern, "."), strings.Split(path, ".")
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == "*" || strings.EqualFold(x, y) })
}

// taker makes objects and events of records.
type taker struct {
	m   *Mapping
	o   Options
	out *Read

	number   int64 // the last sequence number
	numbered bool
	hash     string // of the record before, where they are chained
}

func (t *taker) take(r record) error {
	t.out.Records++
	t.sequence(&r)
	t.chain(&r)
	if !t.m.wants(&r) {
		t.out.Others++
		return nil
	}
	object, err := t.object(&r)
	if err != nil {
		return fmt.Errorf("%s: %w", r.at, err)
	}
	event, err := t.event(&r)
	if err != nil {
		return fmt.Errorf("%s: %w", r.at, err)
	}
	if !object && !event {
		t.out.Others++
	}
	if len(t.out.Objects)+len(t.out.Events) > MaxKept {
		return fmt.Errorf("%s: more than %d keys and events: cut the export to the time and the keys in question", r.at, MaxKept)
	}
	return nil
}

// sequence follows the numbers of all records, also of those that mean nothing here: what was taken
// out of a log is seen by the number that it leaves behind.
func (t *taker) sequence(r *record) {
	n, err := strconv.ParseInt(r.value(t.m.Event.Sequence), 10, 64)
	if err != nil {
		return
	}
	if t.numbered && n != t.number+1 && len(t.out.Breaks) < maxBreaks {
		t.out.Breaks = append(t.out.Breaks, r.at)
	}
	t.number, t.numbered = n, true
}

func (t *taker) object(r *record) (bool, error) {
	f := &t.m.Object
	id, err := kept(r.value(f.ID))
	if id == "" || err != nil {
		return false, err
	}
	o := custody.Object{ID: id, State: t.m.states[strings.ToLower(r.value(f.State))], Said: t.o.Said, Place: custody.Place{Source: t.o.Source, At: r.at}}
	if len(f.State) == 0 {
		o.State = t.m.states["*"]
	}
	for _, x := range []struct {
		to   *time.Time
		from []string
	}{{&o.Said, f.Said}, {&o.Created, f.Created}, {&o.Activated, f.Activated}, {&o.Revoked, f.Revoked}, {&o.Destroyed, f.Destroyed}} {
		if v := r.value(x.from); v != "" && !never(v) {
			if *x.to, err = t.time(v); err != nil {
				return false, err
			}
		}
	}
	if o.Said.IsZero() {
		return false, errors.New("nothing says when the system was asked: state it (--taken)")
	}
	if o.Archived, err = t.archived(r.value(f.Archived), o.Said); err != nil {
		return false, err
	}
	for _, x := range []struct {
		to   *[]string
		from []string
	}{{&o.Names, f.Names}, {&o.WrappedBy, f.WrappedBy}, {&o.Linked, f.Linked}, {&o.Copies, f.Copies}, {&o.Volumes, f.Volumes}} {
		if *x.to, err = list(r.values(x.from)); err != nil {
			return false, err
		}
	}
	o.Algorithm, _ = kept(r.value(f.Algorithm))
	o.Bits, _ = kept(r.value(f.Bits))
	t.out.Objects = append(t.out.Objects, o)
	return true, nil
}

// never says that a field holds no time: systems write a word or a dash where there is none.
func never(v string) bool {
	return slices.Contains([]string{"-", "--", "never", "none", "null", "n/a", "0", "なし", "未設定"}, strings.ToLower(v))
}

// archived is a time, or yes or no; a yes holds from when it was said, at the latest.
func (t *taker) archived(v string, said time.Time) (time.Time, error) {
	switch strings.ToLower(v) {
	case "true", "yes", "1", "archived":
		return said, nil
	case "", "false", "no", "online", "off-line":
		return time.Time{}, nil
	}
	if never(v) {
		return time.Time{}, nil
	}
	return t.time(v)
}

// list takes several names, also where one cell holds them.
func list(values []string) (out []string, err error) {
	for _, v := range values {
		for _, s := range strings.FieldsFunc(v, func(c rune) bool { return c == ';' || c == ',' || c == '\n' }) {
			s, err := kept(strings.TrimSpace(s))
			if err != nil {
				return nil, err
			}
			if s != "" {
				out = append(out, s)
			}
		}
		if len(out) > 1000 {
			return nil, errors.New("more than 1000 names stand in one field")
		}
	}
	return out, nil
}

// kept refuses what is too long to be a name. It is not quoted: it may be anything.
func kept(s string) (string, error) {
	if len(s) > maxValue {
		return "", fmt.Errorf("a name has %d bytes, at most %d are allowed", len(s), maxValue)
	}
	return strings.ToValidUTF8(s, "\uFFFD"), nil
}

func (t *taker) event(r *record) (bool, error) {
	f := &t.m.Event
	name := strings.TrimSpace(r.value(f.Operation) + " " + r.value(f.Detail))
	if r.value(f.Operation) == "" {
		return false, nil
	}
	name, err := kept(name)
	if err != nil {
		return false, err
	}
	kinds, ids, known := t.m.kinds(name)
	if !known {
		if _, listed := t.out.Unmapped[name]; listed || len(t.out.Unmapped) < maxUnmapped {
			t.out.Unmapped[name]++
			return true, nil
		}
		return false, nil
	}
	if ids == nil {
		if ids, err = list(r.values(f.ID)); err != nil {
			return false, err
		}
	}
	at, err := t.time(r.value(f.Time))
	if err != nil {
		return false, err
	}
	e := custody.Event{Time: at, Name: name, Failed: t.m.failed(r), Place: custody.Place{Source: t.o.Source, At: r.at}}
	e.Actor, _ = kept(r.value(f.Actor))
	e.Sequence, _ = kept(r.value(f.Sequence))
	if ids == nil {
		ids = []string{""}
	}
	for _, e.ID = range ids {
		for _, e.Kind = range kinds {
			t.out.Events = append(t.out.Events, e)
		}
	}
	return true, nil
}
