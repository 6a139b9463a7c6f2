package casefile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"shokyo.dev/shokyo/reports"
)

// key is what stands behind a key: a place for its text, and what is wanted of it. A key
// that may be given as a list, or in several tables of one name, has more instead.
type key struct {
	to   *string
	more *[]string
	want func(string) string // what is expected instead; "": nothing
}

func text(to *string) key { return key{to: to} }
func date(to *string) key { return key{to: to, want: wantDate} }

// tables are those that a case file may have, in the order of the documentation.
var tables = []string{"lab", "customer", "order", "operator", "witness", "authorised_by", "erasure", "erased_by", "item", "external_result"}

// repeated may stand several times, as [[item]].
var repeated = []string{"item", "external_result"}

// keys are those of a table; of a repeated one, of its last.
func (c *Case) keys(table string) map[string]key {
	o, a := &c.order, &c.Assignment
	switch table {
	case "lab":
		return map[string]key{"name": text(&o.Lab.Name), "address": text(&o.Lab.Address), "contact": text(&o.Lab.Contact),
			"accreditation": text(&o.Lab.Accreditation), "logo": text(&c.logo), "timezone": text(&c.zone)}
	case "customer":
		return map[string]key{"name": text(&a.Customer), "address": text(&o.Customer.Address), "contact": text(&o.Customer.Contact)}
	case "order":
		return map[string]key{"number": text(&o.Number), "case": text(&a.Case), "place": text(&a.Site), "conditions": text(&o.Conditions),
			"note": text(&a.Note), "deviations": {more: &o.Deviations}}
	case "operator":
		return person(&a.Operator, &o.Operator)
	case "witness":
		return person(&o.Witness.Name, &o.Witness.Role)
	case "authorised_by":
		return person(&o.AuthorisedBy.Name, &o.AuthorisedBy.Role)
	case "erased_by":
		return person(&o.Erasure.By.Name, &o.Erasure.By.Role)
	case "erasure":
		e := &o.Erasure
		return map[string]key{"category": {to: &e.Category, want: wantCategory}, "technique": text(&e.Technique), "details": text(&e.Details), "tool": text(&e.Tool),
			"tool_version": text(&e.ToolVersion), "date": date(&e.Date), "certificate": text(&e.Certificate), "processing_number": text(&e.ProcessingNumber)}
	case "item":
		return c.items[len(c.items)-1].keys()
	case "external_result":
		x := &o.ExternalResults[len(o.ExternalResults)-1]
		return map[string]key{"provider": text(&x.Provider), "result": text(&x.Result)}
	}
	return nil
}

func person(name *string, r *reports.Role) map[string]key {
	return map[string]key{"name": text(name), "title": text(&r.Title), "organization": text(&r.Organization), "place": text(&r.Place), "contact": text(&r.Contact)}
}

func (i *item) keys() map[string]key {
	return map[string]key{"medium": text(&i.medium), "asset_number": text(&i.AssetNumber), "manufacturer": text(&i.Manufacturer), "model": text(&i.Model),
		"serial": text(&i.Serial), "type": text(&i.Type), "source": text(&i.Source), "condition": text(&i.Condition), "received": date(&i.Received), "sampled": date(&i.Sampled),
		"confidentiality_before": text(&i.ConfidentialityBefore), "confidentiality_after": text(&i.ConfidentialityAfter), "backup": text(&i.Backup),
		"destination": text(&i.Destination), "certificate": text(&i.certificate), "processing_number": text(&i.processing)}
}

// open begins a table.
func (c *Case) open(e entry) error {
	switch {
	case !slices.Contains(tables, e.table):
		return fmt.Errorf("line %d: unknown table [%s]: a case file has [%s]", e.line, e.table, strings.Join(tables, "], ["))
	case e.repeated != slices.Contains(repeated, e.table):
		return fmt.Errorf("line %d: write %s", e.line, header(e.table))
	case e.table == "item":
		c.items = append(c.items, item{line: e.line})
	case e.table == "external_result":
		c.order.ExternalResults = append(c.order.ExternalResults, reports.External{})
	}
	return nil
}

func header(table string) string {
	if slices.Contains(repeated, table) {
		return "[[" + table + "]]"
	}
	return "[" + table + "]"
}

// take takes one entry over.
func (c *Case) take(e entry, values map[string]any) error {
	if e.key == "" {
		return c.open(e)
	}
	if e.table == "" {
		return fmt.Errorf("line %d: %s stands before the first table: write [lab], [order] or another above it", e.line, e.key)
	}
	all := c.keys(e.table)
	k, ok := all[e.key]
	if !ok {
		return fmt.Errorf("line %d: unknown key %s in %s: its keys are %s", e.line, e.key, header(e.table), strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	list, err := stated(e, value(e, values), k.more != nil)
	if err != nil {
		return err
	}
	if k.more != nil {
		*k.more = list
		return nil
	}
	if k.want != nil && list[0] != "" {
		if want := k.want(list[0]); want != "" {
			return fmt.Errorf("line %d: %s = %q in %s: %s", e.line, e.key, list[0], header(e.table), want)
		}
	}
	*k.to = list[0]
	return nil
}

// value is what the decoder has for an entry; nil: nothing.
func value(e entry, values map[string]any) any {
	switch t := values[e.table].(type) {
	case map[string]any:
		return t[e.key]
	case []map[string]any:
		if e.number < len(t) {
			return t[e.number][e.key]
		}
	}
	return nil
}

// localDate is the zone that the decoder gives a date that has no time. One with a time may be another day elsewhere.
const localDate = "date-local"

// maxText is enough for an address or a sentence, in any script.
const maxText = 500

// stated are the texts of a value: one, or where it may be, a list.
func stated(e entry, v any, many bool) ([]string, error) {
	fail := func(want string) ([]string, error) {
		return nil, fmt.Errorf("line %d: %s in %s: %s", e.line, e.key, header(e.table), want)
	}
	list, isList := v.([]any)
	switch {
	case isList && !many:
		return fail("write one text in quotation marks")
	case !isList:
		list = []any{v}
	}
	var out []string
	for _, v := range list {
		if t, ok := v.(time.Time); ok { // without quotation marks
			if t.Location().String() != localDate {
				return fail("write a date as 2026-04-01, without a time")
			}
			v = t.Format(time.DateOnly)
		}
		s, ok := v.(string)
		switch {
		case !ok:
			return fail("write the text in quotation marks")
		case utf8.RuneCountInString(s) > maxText || strings.ContainsFunc(s, unicode.IsControl):
			return fail(fmt.Sprintf("use at most %d characters on one line", maxText))
		}
		out = append(out, strings.TrimSpace(s))
	}
	return out, nil
}

func wantDate(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "write a date as 2026-04-01"
	}
	return ""
}

func wantCategory(s string) string {
	if !slices.Contains([]string{reports.Clear, reports.Purge, reports.Destroy}, s) {
		return "write clear, purge or destroy (NIST SP 800-88)"
	}
	return ""
}
