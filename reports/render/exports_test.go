package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

// The table has every region, in order, and comes back from any reader of CSV.
func TestCSV(t *testing.T) {
	d := build.Document(reporttest.Control(), reporttest.Lab)
	rows, err := csv.NewReader(bytes.NewReader(CSV(d))).ReadAll()
	if err != nil || len(rows) != len(d.Regions)+1 || strings.Join(rows[0], ",") != "start,length,class,reason" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range d.Regions {
		if got, want := strings.Join(rows[i+1], "|"), fmt.Sprintf("%d|%d|%s|%s", r.Start, r.Length, r.Class, r.Reason); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A graph holds together: each node has an id of its own and a type, every prefix is in the
// context, and whatever is referred to is there.
func TestCASE(t *testing.T) {
	for _, e := range []*build.Examination{reporttest.Control(), reporttest.Ordered(), reporttest.Damaged()} {
		e.Result.SHA256 = make([]byte, 32)
		d := build.Document(e, reporttest.Lab)
		b := CASE(d)
		if !bytes.Equal(b, CASE(d)) {
			t.Error("the same document gives other bytes")
		}
		var top struct {
			Context map[string]string `json:"@context"`
			Graph   []map[string]any  `json:"@graph"`
		}
		if err := json.Unmarshal(b, &top); err != nil {
			t.Fatal(err)
		}
		defined, used := map[string]bool{}, map[string]bool{}
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, x := range v {
					walk(x)
				}
			case map[string]any:
				id, _ := v["@id"].(string)
				switch {
				case len(v) == 1:
					used[id] = true
				case v["@value"] == nil:
					if id == "" || defined[id] || v["@type"] == nil {
						t.Errorf("node %q: %v", id, v["@type"])
					}
					defined[id] = true
				}
				for key, x := range v {
					if m := regexp.MustCompile(`^([a-z-]+):`).FindStringSubmatch(key); m != nil && top.Context[m[1]] == "" {
						t.Errorf("the prefix of %s is not defined", key)
					}
					walk(x)
				}
			}
		}
		for _, n := range top.Graph {
			walk(n)
		}
		for id := range used {
			if !defined[id] {
				t.Errorf("%s is referred to, and is not there", id)
			}
		}
		if n := strings.Count(string(b), "uco-observable:rangeOffset"); n != len(d.Findings) {
			t.Errorf("%d ranges for %d findings", n, len(d.Findings))
		}
	}
}
