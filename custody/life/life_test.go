package life

import (
	"slices"
	"testing"
	"time"

	"shokyo.dev/shokyo/custody"
	said "shokyo.dev/shokyo/words/custody"
)

func at(day int) time.Time { return time.Date(2026, 4, day, 12, 0, 0, 0, time.UTC) }

// good is a whole life: one event a day, from the first on.
func good() ([]custody.Event, *custody.Volume, []Log) {
	var list []custody.Event
	for i, k := range []custody.Kind{custody.Create, custody.Activate, custody.EncryptionOn, custody.FirstWrite, custody.Use, custody.Revoke, custody.Destroy, custody.Certificate} {
		list = append(list, custody.Event{Time: at(i + 1), Kind: k, ID: "K", Actor: "alice", Place: custody.Place{At: k.String()}})
	}
	return list, &custody.Volume{ID: "v", FirstWrite: at(4), Actors: []string{"alice"}}, []Log{{}}
}

// Each change breaks one rule and nothing else.
var spoiled = map[string]struct {
	by   func(list *[]custody.Event, v *custody.Volume, logs []Log)
	want Verdict
}{
	"step-missing": {func(l *[]custody.Event, _ *custody.Volume, _ []Log) { *l = slices.Delete(*l, 6, 7) }, Insufficient},
	"step-out-of-order": {func(l *[]custody.Event, _ *custody.Volume, _ []Log) {
		(*l)[7].Time = at(7).Add(-time.Hour)
		swap(*l, 6, 7)
	}, Inconsistent},
	"step-repeated":   {func(l *[]custody.Event, _ *custody.Volume, _ []Log) { *l = slices.Insert(*l, 7, (*l)[6]) }, Inconsistent},
	"encryption-late": {func(_ *[]custody.Event, v *custody.Volume, _ []Log) { v.FirstWrite = at(2) }, Inconsistent},
	"after-destruction": {func(l *[]custody.Event, _ *custody.Volume, _ []Log) {
		(*l)[4].Time = at(9)
		*l = append(slices.Delete(slices.Clone(*l), 4, 5), (*l)[4])
	}, Inconsistent},
	"destruction-failed": {func(l *[]custody.Event, _ *custody.Volume, _ []Log) {
		e := (*l)[6]
		e.Failed, e.Time = true, at(9)
		*l = append(*l, e)
	}, Insufficient},
	"unknown-actor":   {func(l *[]custody.Event, _ *custody.Volume, _ []Log) { (*l)[4].Actor = "mallory" }, Inconsistent},
	"chain-broken":    {func(_ *[]custody.Event, _ *custody.Volume, g []Log) { g[0].Unchained = []custody.Place{{At: "line 3"}} }, Inconsistent},
	"sequence-broken": {func(_ *[]custody.Event, _ *custody.Volume, g []Log) { g[0].Breaks = []custody.Place{{At: "line 3"}} }, Insufficient},
	"time-goes-back":  {func(l *[]custody.Event, _ *custody.Volume, _ []Log) { swap(*l, 4, 5) }, Insufficient},
	"clock-set": {func(l *[]custody.Event, _ *custody.Volume, _ []Log) {
		*l = append(*l, custody.Event{Time: at(9), Kind: custody.ClockSet})
	}, Insufficient},
	"lines-unread": {func(_ *[]custody.Event, _ *custody.Volume, g []Log) { g[0].Unread = 1 }, Insufficient},
}

func swap(l []custody.Event, i, j int) { l[i], l[j] = l[j], l[i] }

func TestEachRuleAlone(t *testing.T) {
	list, v, logs := good()
	if a := Check(v, "k", list, logs); a.Verdict != Consistent || len(a.Findings) > 0 {
		t.Fatalf("%+v", a)
	}
	if a := Check(v, "other", list, logs); a.Verdict != Insufficient {
		t.Errorf("of a key of which nothing is told: %v", a.Verdict)
	}
	for code, c := range spoiled {
		list, v, logs := good()
		c.by(&list, v, logs)
		a := Check(v, "K", list, logs)
		if len(a.Findings) != 1 || a.Findings[0].Code != code || a.Verdict != c.want || a.Findings[0].Text.JA == "" {
			t.Errorf("%s: %v %+v", code, a.Verdict, a.Findings)
		}
	}
	if len(spoiled) != len(rules) || len(said.Life) != len(rules) {
		t.Errorf("%d cases, %d sentences, %d rules", len(spoiled), len(said.Life), len(rules))
	}
}

// Two logs may tell of one destruction, and one may be a little late.
func TestTwoLogs(t *testing.T) {
	list, v, _ := good()
	e := list[6]
	e.Place.Source, e.Time = 1, e.Time.Add(time.Minute)
	if a := Check(v, "K", append(list, e), []Log{{}, {}}); a.Verdict != Consistent {
		t.Errorf("%+v", a)
	}
	e.Time = e.Time.Add(time.Hour)
	if a := Check(v, "K", append(list, e), []Log{{}, {}}); a.Verdict != Inconsistent {
		t.Errorf("an hour apart: %+v", a)
	}
}
