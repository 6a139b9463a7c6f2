package exports

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// reader takes a file apart.
type reader func(*input, *Mapping, func(record) error) error

// readers by the names that mappings have for them; set here, since a mapping is checked by it.
var readers map[string]reader

func init() {
	readers = map[string]reader{"csv": readCSV, "json": readJSON, "syslog": readSyslog, "cef": readCEF, "ontap": readONTAP}
}

// maxColumns is more than a table has.
const maxColumns = 1000

// readCSV: RFC 4180, with commas, semicolons or tabs; the first line has the names.
func readCSV(in *input, _ *Mapping, take func(record) error) error {
	first, _ := in.Peek(min(in.Size(), 4096))
	line, _, _ := strings.Cut(string(first), "\n")
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = separator(line), true, -1, true
	var names []string
	for {
		in.next()
		row, err := r.Read()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case len(row) > maxColumns:
			return fmt.Errorf("a row has %d columns, at most %d are allowed", len(row), maxColumns)
		case names == nil:
			names = slices.Clone(row)
			for i, name := range names {
				names[i] = strings.Clone(strings.TrimSpace(name))
			}
			continue
		}
		n, _ := r.FieldPos(0)
		rec := record{at: fmt.Sprintf("line %d", n)}
		for i, v := range row {
			if i < len(names) {
				rec.add(names[i], strings.Clone(v))
			}
		}
		if err := take(rec); err != nil {
			return err
		}
	}
}

// separator is the one that the first line has most of.
func separator(line string) rune {
	best := ','
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// readJSON takes the elements of the list that the mapping names, or those of the whole, or one
// document behind the other, as a line each.
func readJSON(in *input, m *Mapping, take func(record) error) error {
	d := json.NewDecoder(in)
	d.UseNumber()
	j := &jsonReader{in, d, 0, take}
	for {
		in.next()
		c, err := in.firstOf(d)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case m.Records != "":
			err = j.find(strings.Split(m.Records, "."))
		case c == '[':
			err = j.list()
		default:
			err = j.element()
		}
		if err != nil {
			return err
		}
	}
}

// firstOf is the first character of what comes next; it stays.
func (in *input) firstOf(d *json.Decoder) (byte, error) {
	if !d.More() { // fills the buffer of the decoder
		if _, err := d.Token(); err != nil {
			return 0, err
		}
		return 0, errors.New("a bracket is closed that was not opened")
	}
	b := make([]byte, 64<<10)
	n, _ := d.Buffered().Read(b)
	for _, c := range b[:n] {
		if !strings.ContainsRune(" \t\r\n", rune(c)) {
			return c, nil
		}
	}
	return 0, nil
}

type jsonReader struct {
	in   *input
	d    *json.Decoder
	n    int
	take func(record) error
}

func (j *jsonReader) element() error {
	j.in.next()
	j.n++
	var v any
	if err := j.d.Decode(&v); err != nil {
		return fmt.Errorf("record %d: %w", j.n, jsonError(err))
	}
	r := record{at: fmt.Sprintf("record %d", j.n)}
	if err := r.flatten("", v, 0); err != nil {
		return fmt.Errorf("record %d: %w", j.n, err)
	}
	return j.take(r)
}

// jsonError leaves out what the package quotes of the text.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("is no JSON, at byte %d", syntax.Offset)
	}
	return err
}

func (j *jsonReader) list() error {
	if t, err := j.d.Token(); err != nil || t != json.Delim('[') {
		return errors.Join(errors.New("a list is expected where the records are"), err)
	}
	for j.d.More() {
		if err := j.element(); err != nil {
			return err
		}
	}
	_, err := j.d.Token()
	return err
}

// find goes down a path of objects to the list of records.
func (j *jsonReader) find(path []string) error {
	if len(path) == 0 {
		return j.list()
	}
	if t, err := j.d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(fmt.Errorf("an object with %q is expected", path[0]), err)
	}
	for j.d.More() {
		name, err := j.d.Token()
		if err != nil {
			return jsonError(err)
		}
		j.in.next()
		if name == path[0] {
			err = j.find(path[1:])
		} else {
			err = j.d.Decode(new(json.RawMessage))
		}
		if err != nil {
			return jsonError(err)
		}
	}
	_, err := j.d.Token()
	return err
}

// Bounds of an element.
const (
	maxDepth  = 32
	maxFields = 20_000
)

// flatten makes fields of an element. What lies below a secret's name is left out with it.
func (r *record) flatten(path string, v any, depth int) error {
	if depth > maxDepth || len(r.fields) > maxFields {
		return fmt.Errorf("nests deeper than %d, or has more than %d fields", maxDepth, maxFields)
	}
	below := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if err := r.flatten(below(name), v[name], depth+1); err != nil {
				return err
			}
		}
	case []any:
		for i, x := range v {
			if err := r.flatten(below(strconv.Itoa(i)), x, depth+1); err != nil {
				return err
			}
		}
	case string:
		r.add(path, v)
	case json.Number:
		r.add(path, v.String())
	case bool:
		r.add(path, strconv.FormatBool(v))
	}
	return nil
}
