package sheet

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

// Every text of an order stands in a row, and nothing is said of what was not stated.
func TestEveryFactHasARow(t *testing.T) {
	d := build.Document(reporttest.Ordered(), reporttest.Lab)
	var all []string
	for _, g := range Groups(d) {
		for _, r := range g.Rows {
			if r.Label.EN == "" || r.Label.JA == "" || r.Value.EN == "" {
				t.Errorf("%+v", r)
			}
			all = append(all, r.Value.EN)
		}
	}
	for _, r := range Digests(d) {
		all = append(all, r.Value.EN)
	}
	printed := strings.Join(all, "\n")
	d.Order.Lab.Logo, d.Order.Erasure.Category = nil, "Purge"
	b, _ := json.Marshal([]any{d.Order, d.Examination})
	for _, s := range texts(t, b) {
		if !strings.Contains(printed, s) {
			t.Errorf("%q is in no row", s)
		}
	}
	if g := Groups(build.Document(reporttest.Small(), reporttest.Lab)); len(g) != 0 {
		t.Errorf("of nothing: %+v", g)
	}
}

func texts(t *testing.T, b []byte) (out []string) {
	t.Helper()
	var top any
	if err := json.Unmarshal(b, &top); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case string:
			if v != "" {
				out = append(out, v)
			}
		}
	}
	walk(top)
	slices.Sort(out)
	return out
}
