package custody

import (
	"fmt"
	"slices"
	"testing"
	"time"

	said "shokyo.dev/shokyo/words/custody"
)

func at(day int) time.Time { return time.Date(2026, 4, day, 12, 0, 0, 0, time.UTC) }

// good is a ledger in which everything is as it should be: written from day 5 to 10,
// destroyed on day 12, seen so on day 13, examined on day 15.
func good() *Ledger {
	return &Ledger{
		Objects: []Object{
			{ID: "K-1", State: Active, Said: at(4), Created: at(1), Activated: at(2)},
			{ID: "K-1", State: Destroyed, Said: at(13), Created: at(1), Activated: at(2), Destroyed: at(12)},
			{ID: "other", State: Destroyed, Said: at(13), Created: at(1), Activated: at(2), Destroyed: at(12)},
			{ID: "living", State: Active, Said: at(13), Created: at(1), Activated: at(2)},
		},
		Events: []Event{{Time: at(1), Kind: LogBegins}},
		Volumes: []Volume{
			{ID: "tenant-a", Keys: []string{"k-1 "}, FirstWrite: at(5), LastWrite: at(10), Examined: at(15)},
			{ID: "tenant-b", Keys: []string{"living"}, LivesOn: true},
		},
	}
}

func only(t *testing.T, l *Ledger) Answer {
	t.Helper()
	list := l.Check()
	if len(list) != 1 {
		t.Fatalf("%d answers: %+v", len(list), list)
	}
	return list[0]
}

func TestComplete(t *testing.T) {
	if a := only(t, good()); a.Result != Complete || len(a.Findings) > 0 || a.State != Destroyed || a.Opens() {
		t.Errorf("%+v", a)
	}
	l := good()
	l.Objects[1].State = DestroyedCompromised
	if a := only(t, l); a.Result != Complete {
		t.Errorf("destroyed and compromised: %+v", a)
	}
	l = good() // by events alone, as a log tells it
	l.Objects = nil
	l.Events = []Event{{Time: at(1), Kind: Create, ID: "K-1"}, {Time: at(2), Kind: Activate, ID: "K-1"}, {Time: at(12), Kind: Destroy, ID: "K-1"}}
	if a := only(t, l); a.Result != Complete {
		t.Errorf("by events: %+v", a)
	}
}

// last is what was said last of the volume's key.
func last(l *Ledger) *Object { return &l.Objects[1] }

func event(l *Ledger, day int, k Kind) {
	l.Events = append(l.Events, Event{Time: at(day), Kind: k, ID: "K-1"})
}

// absent makes the ledger one in which the key was there on a day, and not found on another.
func absent(l *Ledger, there, gone int) {
	l.Objects[0].Said = at(there)
	*last(l) = Object{ID: "K-1", State: Absent, Said: at(gone)}
}

// Each rule is broken by a ledger that breaks nothing else.
var broken = map[string]struct {
	by     func(*Ledger)
	result Result
	opens  bool
}{
	"no-key-named":    {func(l *Ledger) { l.Volumes[0].Keys = nil }, Gap, false},
	"never-listed":    {func(l *Ledger) { l.Volumes[0].Keys = []string{"K-2"} }, Gap, false},
	"absent-unlisted": {func(l *Ledger) { l.Objects = []Object{{ID: "K-1", State: Absent, Said: at(13), Activated: at(2)}} }, Gap, false},
	"state-unknown":   {func(l *Ledger) { l.Objects[0].State, last(l).State = Unknown, Unknown }, Gap, false},
	"absent-unseen":   {func(l *Ledger) { absent(l, 11, 13); last(l).AskedBy = "CN=lab" }, Gap, false},
	"systems-differ":  {func(l *Ledger) { l.Objects[0].System, last(l).System = "kmip://a:5696", "kmip://b:5696" }, Gap, false},
	"alive":           {func(l *Ledger) { last(l).State, last(l).Destroyed = Deactivated, time.Time{} }, Gap, true},
	"only-scheduled":  {func(l *Ledger) { last(l).State = Scheduled }, Gap, true},
	"revived": {func(l *Ledger) {
		event(l, 12, Destroy)
		l.Events = append(l.Events, Event{Time: at(12).Add(time.Hour), Kind: Recover, ID: "K-1"})
	}, Contradiction, false},
	"dates-differ":        {func(l *Ledger) { o := *last(l); o.Destroyed = at(11); l.Objects = append(l.Objects, o) }, Contradiction, false},
	"end-unknown":         {func(l *Ledger) { last(l).Destroyed = time.Time{}; l.Objects = l.Objects[1:] }, Gap, false},
	"before-last-write":   {func(l *Ledger) { l.Volumes[0].LastWrite = at(13) }, Contradiction, false},
	"after-examination":   {func(l *Ledger) { l.Volumes[0].Examined = at(11) }, Gap, false},
	"said-too-early":      {func(l *Ledger) { last(l).Said = at(11) }, Contradiction, false},
	"state-against-dates": {func(l *Ledger) { l.Objects[0].Destroyed = at(3) }, Contradiction, false},
	"used-afterwards":     {func(l *Ledger) { event(l, 14, Use) }, Contradiction, false},

	"last-write-unknown":  {func(l *Ledger) { l.Volumes[0].LastWrite = time.Time{} }, Gap, false},
	"first-write-unknown": {func(l *Ledger) { l.Volumes[0].FirstWrite = time.Time{} }, Gap, false},
	"examination-unknown": {func(l *Ledger) { l.Volumes[0].Examined = time.Time{} }, Gap, false},
	"activation-unknown": {func(l *Ledger) {
		l.Objects[0].Activated, l.Objects[0].Said, last(l).Activated = time.Time{}, at(5), time.Time{}
	}, Gap, false},
	"activated-late": {func(l *Ledger) { l.Objects[0].Activated, last(l).Activated = at(6), at(6) }, Gap, false},

	"shared":           {func(l *Ledger) { l.Volumes[1].Keys = append(l.Volumes[1].Keys, "k-1") }, Gap, true},
	"shared-unstated":  {func(l *Ledger) { last(l).Volumes = []string{"tenant-a", "tenant-c"} }, Gap, false},
	"derived-unstated": {func(l *Ledger) { last(l).Derived = []string{"living", "child"} }, Gap, false},
	"archived":         {func(l *Ledger) { l.Objects[0].Archived = at(8) }, Gap, true},
	"copy-alive":       {func(l *Ledger) { event(l, 8, CopyMade) }, Gap, true},
	"copy-afterwards":  {func(l *Ledger) { event(l, 14, CopyMade); event(l, 14, DestroyCopies) }, Contradiction, false},
	"link-alive":       {func(l *Ledger) { last(l).Linked = []string{"living"} }, Gap, true},
	"link-open":        {func(l *Ledger) { last(l).Linked = []string{"nowhere"} }, Gap, false},
	"wrapping-alive": {func(l *Ledger) {
		last(l).WrappedBy = []string{"other"}
		l.Objects[2].WrappedBy = []string{"living", "K-1"}
	}, Gap, true},
	"wrapping-open": {func(l *Ledger) {
		last(l).WrappedBy = []string{"other"}
		l.Objects[2].WrappedBy = []string{"nowhere", "other"}
	}, Gap, false},
	"copies-unknown": {func(l *Ledger) { l.Events = nil }, Complete, false},
	"absent":         {func(l *Ledger) { absent(l, 11, 13) }, Complete, false},
}

func TestEachRuleAlone(t *testing.T) {
	for code, c := range broken {
		l := good()
		c.by(l)
		a := only(t, l)
		var codes []string
		for _, f := range a.Findings {
			codes = append(codes, f.Code)
			if f.Text.JA == "" {
				t.Errorf("%s has no words", f.Code)
			}
		}
		if !slices.Equal(codes, []string{code}) || a.Result != c.result || a.Opens() != c.opens {
			t.Errorf("%s: %v, %v, opens: %v", code, codes, a.Result, a.Opens())
		}
	}
	for _, r := range slices.Concat(own, others) {
		if _, ok := broken[r.code]; !ok {
			t.Errorf("no case breaks %s", r.code)
		}
	}
	if len(broken) != len(own)+len(others)+1 || len(said.Rules) != len(broken) {
		t.Errorf("%d cases, %d rules, %d sentences", len(broken), len(own)+len(others), len(said.Rules))
	}
}

// What is said later undoes what was said before, and what failed says nothing.
func TestStates(t *testing.T) {
	for name, c := range map[string]struct {
		events []Event
		want   State
	}{
		"nothing":            {nil, Unknown},
		"cancelled":          {[]Event{{Kind: Schedule, Time: at(1)}, {Kind: Cancel, Time: at(2)}}, Active},
		"failed":             {[]Event{{Kind: Activate, Time: at(1)}, {Kind: Destroy, Time: at(2), Failed: true}}, Active},
		"in another order":   {[]Event{{Kind: Destroy, Time: at(3)}, {Kind: Revoke, Time: at(2)}}, Destroyed},
		"at the same time":   {[]Event{{Kind: Destroy, Time: at(3)}, {Kind: Revoke, Time: at(3)}}, Deactivated},
		"used, nothing else": {[]Event{{Kind: Use, Time: at(3)}}, Unknown},
	} {
		l := &Ledger{Events: c.events}
		for i := range l.Events {
			l.Events[i].ID = "K"
		}
		if got := newIndex(l).key("k").state; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for s := Unknown; s <= DestroyedCompromised; s++ {
		var back State
		b, _ := s.MarshalText()
		if err := back.UnmarshalText(b); err != nil || back != s || s.Gone() && s.Alive() {
			t.Errorf("%v: %v, %v", s, back, err)
		}
		if said.States[s.String()] == ([2]string{}) {
			t.Errorf("%v has no words", s)
		}
	}
	var k Kind
	if err := k.UnmarshalText([]byte("destroyed")); err == nil {
		t.Error("a word that is no kind is taken")
	}
}

// Where the key only vanished, it has to have been there at the last write.
func TestAbsent(t *testing.T) {
	l := good()
	absent(l, 9, 13)
	if a := only(t, l); a.Result != Contradiction || a.Findings[0].Code != "before-last-write" {
		t.Errorf("%+v", a)
	}
	l = good()
	absent(l, 11, 13)
	l.Objects[0].AskedBy, last(l).AskedBy = "CN=lab", "CN=lab"
	if a := only(t, l); a.Result != Complete || a.Findings[0].Code != "absent" {
		t.Errorf("the client had seen it: %+v", a)
	}
	l = good()
	l.Objects = append(l.Objects, Object{ID: "K-1", State: Absent, Said: at(14), AskedBy: "CN=lab"})
	if a := only(t, l); a.Result != Complete {
		t.Errorf("another was told that it is destroyed: %+v", a)
	}
	l = good()
	absent(l, 11, 16)
	if a := only(t, l); a.Result != Gap || a.Findings[0].Code != "after-examination" {
		t.Errorf("%+v", a)
	}
}

// Dates are those of a server: what cannot be true together is a contradiction, and a date of activation alone shows nothing.
func TestDates(t *testing.T) {
	for name, c := range map[string]struct {
		by   func(*Ledger)
		want string
	}{
		"destroyed before it was made":       {func(l *Ledger) { l.Objects = l.Objects[1:]; l.Objects[0].Created = at(13) }, "state-against-dates"},
		"made in time to come":               {func(l *Ledger) { l.Objects[0].Created = at(5) }, "state-against-dates"},
		"activated before it was made":       {func(l *Ledger) { l.Objects = l.Objects[1:]; l.Objects[0].Created = at(6) }, "activated-late"},
		"seen in use before the first write": {func(l *Ledger) { l.Objects[0].Activated, last(l).Activated = time.Time{}, time.Time{} }, "activation-unknown"},
	} {
		l := good()
		l.Volumes[0].FirstWrite = at(4) // not later than when it was seen in use
		c.by(l)
		if a := only(t, l); len(a.Findings) == 0 || a.Findings[0].Code != c.want {
			t.Errorf("%s: %+v", name, a)
		}
	}
	l := good()
	l.Objects[0].Activated, last(l).Activated = time.Time{}, time.Time{}
	if a := only(t, l); a.Result != Complete {
		t.Errorf("seen in use: %+v", a)
	}
	l = good()
	last(l).Derived = []string{"child"}
	l.Volumes[1].Keys = append(l.Volumes[1].Keys, "child")
	if a := only(t, l); a.Result != Complete {
		t.Errorf("another's key was made from it: %+v", a)
	}
}

func TestVersions(t *testing.T) {
	const name = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
	l := good()
	l.Volumes[0].Keys = []string{name}
	for i := range 3 {
		o := *last(l)
		o.ID = fmt.Sprintf("%s/cryptoKeyVersions/%d", name, i+1)
		l.Objects = append(l.Objects, o)
	}
	l.Objects[5].State = Active
	list := l.Check()
	if len(list) != 3 || list[0].Result != Complete || !list[1].Opens() {
		t.Errorf("%+v", list)
	}
	if !Same("arn:aws:kms:eu-west-1:1:key/ABC", "abc") || Same("a", "b") {
		t.Error("names")
	}
}

// People know keys by names that they gave them. Whoever states such a name means the key, and a name that two keys
// have means both.
func TestNames(t *testing.T) {
	l := good()
	l.Objects[0].Names = []string{"Tenant A", "k-1"}
	l.Volumes[0].Keys = []string{"tenant a"}
	if a := only(t, l); a.Key != "K-1" || a.Result != Complete {
		t.Errorf("%+v", a)
	}
	l.Volumes[1].Keys = []string{"TENANT A"}
	if a := only(t, l); !a.Opens() || a.Findings[0].Code != "shared" {
		t.Errorf("a volume that lives on has it by its name: %+v", a)
	}
	l.Objects[3].Names = []string{"tenant A"}
	l.Volumes = l.Volumes[:1]
	if list := l.Check(); len(list) != 2 || !list[1].Opens() {
		t.Errorf("two keys have the name: %+v", list)
	}
	l = good()
	l.Objects[3].Names = []string{"K-1"} // another key's own name
	if list := l.Check(); len(list) != 2 || !list[1].Opens() {
		t.Errorf("another key has its name: %+v", list)
	}
}

// A ledger in which everything leads to everything is judged in bounded time.
func TestDense(t *testing.T) {
	l := good()
	var all []string
	for i := range 400 {
		all = append(all, fmt.Sprint("L", i))
	}
	for _, id := range all {
		o := *last(l)
		o.ID, o.Linked = id, all
		l.Objects = append(l.Objects, o)
	}
	last(l).Linked = all
	if a := only(t, l); a.Result != Gap || a.Findings[0].Code != "link-open" {
		t.Errorf("%+v", a.Findings)
	}
}
