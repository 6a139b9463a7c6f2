package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/reports/sign/identity"
)

func example() *Record {
	return &Record{Schema: Kind, Case: "C-1", Made: time.Unix(1776168000, 0).UTC(), Sources: []Source{{Name: "a.csv", SHA256: "x"}},
		Objects: []custody.Object{{ID: "K", State: custody.Destroyed, Said: time.Unix(1776168000, 0).UTC(), Place: custody.Place{At: "line 2"}}},
		Events:  []custody.Event{{Time: time.Unix(1776168000, 0).UTC(), Kind: custody.Destroy, ID: "K", Place: custody.Place{At: "line 3"}}}}
}

func TestSealed(t *testing.T) {
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "keys")
	if err := Write(dir, example(), id); err != nil {
		t.Fatal(err)
	}
	o, err := Open(dir, id.Certificate())
	if err != nil || o.Objects[0].State != custody.Destroyed || o.Events[0].Kind != custody.Destroy || o.Case != "C-1" || len(o.SHA256) != 64 {
		t.Fatalf("%v, %+v", err, o)
	}
	if err := Write(dir, example(), id); err == nil {
		t.Error("a record is written over")
	}
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		t.Error("a record that was there is removed")
	}
	other, _ := identity.ThrowAway(time.Now())
	if _, err := Open(dir, other.Certificate()); err == nil || !strings.Contains(err.Error(), "not by the given certificate") {
		t.Errorf("signed by another: %v", err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, File))
	os.WriteFile(filepath.Join(dir, File), []byte(strings.Replace(string(b), `"destroyed"`, `"active"   `, 1)), 0o644)
	if _, err := Open(dir, nil); err == nil || !strings.Contains(err.Error(), "not as it was sealed") {
		t.Errorf("changed: %v", err)
	}
}

func TestChecked(t *testing.T) {
	for name, spoil := range map[string]func(*Record){
		"schema":                 func(r *Record) { r.Schema = "x" },
		"no name":                func(r *Record) { r.Objects[0].ID = "" },
		"no time":                func(r *Record) { r.Objects[0].Said = time.Time{} },
		"source":                 func(r *Record) { r.Objects[0].Place.Source = 1 },
		"minus":                  func(r *Record) { r.Events[0].Place.Source = -1 },
		"event":                  func(r *Record) { r.Events[0].Time = time.Time{} },
		"listed in time to come": func(r *Record) { r.Objects[0].Said = r.Made.Add(6 * time.Minute) },
		"event of time to come":  func(r *Record) { r.Events[0].Time = r.Made.Add(6 * time.Minute) },
		"made in time to come":   func(r *Record) { r.Made = time.Now().Add(6 * time.Minute) },
	} {
		r := example()
		spoil(r)
		if r.check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestLives: what is the matter with a log comes to the answer about each key, with its place.
func TestLives(t *testing.T) {
	r := example()
	r.Sources[0].Breaks, r.Sources[0].ChainBreaks = []string{"line 7"}, []string{"line 8"}
	list := r.Lives([]custody.Volume{{ID: "v", Keys: []string{"K"}}, {ID: "w", Keys: []string{"K"}, LivesOn: true}})
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	where := map[string]string{}
	for _, f := range list[0].Findings {
		if len(f.Places) > 0 {
			where[f.Code] = r.Where(f.Places[0])
		}
	}
	if where["sequence-broken"] != "a.csv, line 7" || where["chain-broken"] != "a.csv, line 8" {
		t.Errorf("%q", where)
	}
}

func TestJoin(t *testing.T) {
	a, b := example(), example()
	b.Sources[0].Name = "b.csv"
	b.Made = a.Made.Add(time.Hour)
	b.Objects[0].Said = b.Made
	all := Join(a, b)
	if all.check() != nil || all.Where(all.Objects[1].Place) != "b.csv, line 2" || all.Where(all.Events[0].Place) != "a.csv, line 3" || b.Objects[0].Place.Source != 0 {
		t.Errorf("%+v", all)
	}
	if all.Where(custody.Place{Source: 7, At: "x"}) != "" {
		t.Error("a place that is not there")
	}
}
