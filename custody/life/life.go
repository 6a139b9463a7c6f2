// Package life compares what logs tell of a key with the life that it should have had: created,
// activated, encryption switched on, first write, … revoked, destroyed, certificate. The verdict on the
// logs stands apart from that on the key (package custody) and on the medium.
//
// To add a rule, add a row to rules, its sentence in words/custody, and a case of life_test.go that
// breaks only it.
package life

import (
	"slices"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/custody"
)

// Verdict on logs. The zero value claims nothing.
type Verdict uint8

const (
	Insufficient Verdict = iota
	Consistent
	Inconsistent
)

func (v Verdict) String() string { return [...]string{"insufficient", "consistent", "inconsistent"}[v] }

// Log is a file of events: what cannot be seen in the events themselves.
type Log struct {
	Unread    int64           // lines that are none of the format
	Unchained []custody.Place // where its hash chain does not hold
	Breaks    []custody.Place // where its sequence numbers leave something out, or come again
}

// Answer is what comes of the logs about one key of a volume.
type Answer struct {
	Volume, Key string
	Verdict     Verdict
	Findings    []custody.Finding
}

// agreeing is how far apart two logs may tell of one thing, and how far a log may go back: clocks
// differ, and systems write a little out of order.
const agreeing = 5 * time.Minute

// story is what the logs tell of one key, in the order of time.
type story struct {
	volume *custody.Volume
	told   []custody.Event // of the key, failures included
	all    []custody.Event // as they stand in the logs
	logs   []Log
}

// happened are the events of a kind that did not fail.
func (s *story) happened(k custody.Kind) (out []custody.Event) {
	for _, e := range s.told {
		if e.Kind == k && !e.Failed {
			out = append(out, e)
		}
	}
	return out
}

// steps are the life of a key, in order. Those that are wanted have to be told.
var steps = []struct {
	kind   custody.Kind
	wanted bool
}{
	{custody.Create, true}, {custody.Activate, true}, {custody.EncryptionOn, false}, {custody.FirstWrite, false},
	{custody.Revoke, false}, {custody.Destroy, true}, {custody.Certificate, false},
}

// rules are asked in this order; each gives where it is broken, nil where it is kept.
var rules = []struct {
	code   string
	weight custody.Weight
	broken func(*story) []custody.Place
}{
	{"step-missing", custody.Open, missing},
	{"step-out-of-order", custody.Against, outOfOrder},
	{"step-repeated", custody.Against, repeated},
	{"encryption-late", custody.Against, encryptionLate},
	{"after-destruction", custody.Against, afterDestruction},
	{"destruction-failed", custody.Open, destructionFailed},
	{"unknown-actor", custody.Against, unknownActor},
	{"chain-broken", custody.Against, chainBroken},
	{"sequence-broken", custody.Open, sequenceBroken},
	{"time-goes-back", custody.Open, timeGoesBack},
	{"clock-set", custody.Open, clockSet},
	{"lines-unread", custody.Open, linesUnread},
}

// Check compares what the logs tell of a key with its life.
func Check(v *custody.Volume, key string, events []custody.Event, logs []Log) Answer {
	s := &story{volume: v, all: events, logs: logs}
	for _, e := range events {
		if custody.Same(e.ID, key) {
			s.told = append(s.told, e)
		}
	}
	slices.SortStableFunc(s.told, func(a, b custody.Event) int { return a.Time.Compare(b.Time) })
	a := Answer{Volume: v.ID, Key: key, Verdict: Consistent}
	for _, r := range rules {
		places := r.broken(s)
		if places == nil {
			continue
		}
		a.Findings = append(a.Findings, custody.Finding{Code: r.code, Weight: r.weight, Text: text(r.code, s), Places: places})
		if r.weight == custody.Against {
			a.Verdict = Inconsistent
		} else if a.Verdict == Consistent {
			a.Verdict = Insufficient
		}
	}
	return a
}

// text says the rule, and of what is missing also which.
func text(code string, s *story) words.Text {
	if code != "step-missing" {
		return said.Life.Say(code)
	}
	var list []words.Text
	for _, x := range steps {
		if x.wanted && len(s.happened(x.kind)) == 0 {
			list = append(list, said.Steps.Say(x.kind.String()))
		}
	}
	return said.Life.Say("step-missing", words.Join(list, words.Comma))
}

// nowhere is where something stands that is not there.
var nowhere = []custody.Place{}

func missing(s *story) []custody.Place {
	for _, x := range steps {
		if x.wanted && len(s.happened(x.kind)) == 0 {
			return nowhere
		}
	}
	return nil
}

// outOfOrder: the first of each step is not before the first of a step that comes earlier.
func outOfOrder(s *story) (places []custody.Place) {
	var last time.Time
	for _, x := range steps {
		if x.kind == custody.FirstWrite { // encryptionLate has it
			continue
		}
		list := s.happened(x.kind)
		if len(list) == 0 {
			continue
		}
		if last.Sub(list[0].Time) > agreeing {
			places = append(places, list[0].Place)
		}
		last = later(last, list[0].Time)
	}
	return places
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// repeated: a key is created once and destroyed once. Two logs may both tell it.
func repeated(s *story) (places []custody.Place) {
	for _, k := range []custody.Kind{custody.Create, custody.Destroy} {
		list := s.happened(k)
		for i := 1; i < len(list); i++ {
			if list[i].Place.Source == list[0].Place.Source || list[i].Time.Sub(list[0].Time) > agreeing {
				places = append(places, list[i].Place)
			}
		}
	}
	return places
}

// encryptionLate: whatever was written before encryption was on, was written in the clear.
func encryptionLate(s *story) (places []custody.Place) {
	first := s.volume.FirstWrite
	if w := s.happened(custody.FirstWrite); len(w) > 0 && (first.IsZero() || w[0].Time.Before(first)) {
		first = w[0].Time
	}
	for _, k := range []custody.Kind{custody.Activate, custody.EncryptionOn} {
		if list := s.happened(k); len(list) > 0 && !first.IsZero() && list[0].Time.After(first) {
			places = append(places, list[0].Place)
		}
	}
	return places
}

func afterDestruction(s *story) (places []custody.Place) {
	list := s.happened(custody.Destroy)
	if len(list) == 0 {
		return nil
	}
	for _, e := range s.told {
		alive := slices.Contains([]custody.Kind{custody.Activate, custody.FirstWrite, custody.Use, custody.Rotate, custody.CopyMade, custody.Archive, custody.Recover, custody.Cancel}, e.Kind)
		if alive && !e.Failed && e.Time.Sub(list[0].Time) > agreeing {
			places = append(places, e.Place)
		}
	}
	return places
}

// destructionFailed: the last that is told of a destruction is that it failed.
func destructionFailed(s *story) (places []custody.Place) {
	for _, e := range s.told {
		if e.Kind == custody.Destroy {
			places = nil
			if e.Failed {
				places = []custody.Place{e.Place}
			}
		}
	}
	return places
}

func unknownActor(s *story) (places []custody.Place) {
	for _, e := range s.told {
		if len(s.volume.Actors) > 0 && !slices.Contains(s.volume.Actors, e.Actor) {
			places = append(places, e.Place)
		}
	}
	return places
}

func sequenceBroken(s *story) (places []custody.Place) {
	for _, l := range s.logs {
		places = append(places, l.Breaks...)
	}
	return places
}

// chainBroken: a record was changed, taken out or put in after the log was written.
func chainBroken(s *story) (places []custody.Place) {
	for _, l := range s.logs {
		places = append(places, l.Unchained...)
	}
	return places
}

// timeGoesBack: a log is written in the order of time.
func timeGoesBack(s *story) (places []custody.Place) {
	last := map[int]time.Time{}
	for _, e := range s.all {
		if last[e.Place.Source].Sub(e.Time) > agreeing {
			places = append(places, e.Place)
		}
		last[e.Place.Source] = later(last[e.Place.Source], e.Time)
	}
	return places
}

func clockSet(s *story) (places []custody.Place) {
	for _, e := range s.all {
		if e.Kind == custody.ClockSet {
			places = append(places, e.Place)
		}
	}
	return places
}

func linesUnread(s *story) []custody.Place {
	if slices.ContainsFunc(s.logs, func(l Log) bool { return l.Unread > 0 }) {
		return nowhere
	}
	return nil
}
