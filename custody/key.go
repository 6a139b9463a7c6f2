package custody

import (
	"cmp"
	"slices"
	"time"
)

// key is all that was said of one key, made one.
type key struct {
	id      string
	said    []Object // in the order of time
	events  []Event  // that did not fail, likewise
	state   State    // the last that was said
	stateAt Place

	created, activated, destroyed time.Time // the first that is known; zero: not known
	destroyedPlaces               []Place
	revived                       Place // something is said of it alive after it was said to be gone
	isRevived, datesDiffer        bool
	wrappedBy, linked             []string
	derived, volumes              []string
}

// Ledger is what was said of all keys, and the volumes they protect.
type Ledger struct {
	Objects []Object
	Events  []Event
	Volumes []Volume
}

// index finds what was said of a key without going over all of it.
type index struct {
	ledger  *Ledger
	objects map[string][]int // by canonical name
	events  map[string][]int
	parts   map[string][]string // by canonical name: the versions of a key, and the keys that have a name of people's
	paired  map[[2]string]bool  // what is in parts
}

func newIndex(l *Ledger) *index {
	x := &index{l, map[string][]int{}, map[string][]int{}, map[string][]string{}, map[[2]string]bool{}}
	for i := range l.Objects {
		o := &l.Objects[i]
		x.add(x.objects, o.ID, i)
		for _, name := range o.Names {
			x.isPart(o.ID, name)
		}
	}
	for i := range l.Events {
		if l.Events[i].ID != "" {
			x.add(x.events, l.Events[i].ID, i)
		}
	}
	return x
}

func (x *index) add(to map[string][]int, name string, i int) {
	id := canonical(name)
	if key, ok := versionOf(name); ok {
		x.isPart(name, key)
	}
	to[id] = append(to[id], i)
}

// isPart notes that a name stands for an object, too.
func (x *index) isPart(object, name string) {
	pair := [2]string{canonical(name), canonical(object)}
	if pair[0] != pair[1] && !x.paired[pair] {
		x.paired[pair] = true
		x.parts[pair[0]] = append(x.parts[pair[0]], object)
	}
}

// ids are the objects that a name stands for: itself, the versions of a key, without which it is nothing, or all that
// people gave this name. A name that is an object's own is that object as well.
func (x *index) ids(name string) []string {
	id := canonical(name)
	parts := x.parts[id]
	if len(parts) == 0 || len(x.objects[id]) > 0 && !slices.ContainsFunc(parts, isVersion) {
		return append([]string{name}, parts...)
	}
	return parts
}

func isVersion(id string) bool { _, ok := versionOf(id); return ok }

// maxReach bounds how many keys are looked at to answer for one.
const maxReach = 256

// reach are all keys that these lead to, by what they are wrapped by and linked to, but one; whole
// says that there are no more.
func (x *index) reach(ids []string, but string) (out []string, whole bool) {
	seen := map[string]bool{canonical(but): true}
	for queue := slices.Clone(ids); len(queue) > 0; queue = queue[1:] {
		id := canonical(queue[0])
		if seen[id] {
			continue
		}
		if len(out) == maxReach {
			return out, false
		}
		seen[id], out = true, append(out, queue[0])
		for _, i := range x.objects[id] {
			o := &x.ledger.Objects[i]
			queue = append(append(queue, o.WrappedBy...), o.Linked...)
		}
	}
	return out, true
}

// key gathers what was said of one object.
func (x *index) key(id string) *key {
	k := &key{id: id}
	for _, i := range x.objects[canonical(id)] {
		k.said = append(k.said, x.ledger.Objects[i])
	}
	for _, i := range x.events[canonical(id)] {
		if e := x.ledger.Events[i]; !e.Failed {
			k.events = append(k.events, e)
		}
	}
	slices.SortStableFunc(k.said, func(a, b Object) int { return a.Said.Compare(b.Said) })
	slices.SortStableFunc(k.events, func(a, b Event) int { return a.Time.Compare(b.Time) })
	k.fold()
	return k
}

// eventStates are the states that events bring about.
var eventStates = map[Kind]State{Create: PreActive, Activate: Active, Revoke: Deactivated, Schedule: Scheduled, Cancel: Active, Recover: Active, Destroy: Destroyed}

// change is one word about the state, of an observation or of an event.
type change struct {
	at    time.Time
	state State
	place Place
}

// changes are all words about the state of a key in the order of time.
func (k *key) changes() (out []change) {
	for _, o := range k.said {
		if o.State != Unknown {
			out = append(out, change{o.Said, o.State, o.Place})
		}
	}
	for _, e := range k.events {
		if s := eventStates[e.Kind]; s != Unknown {
			out = append(out, change{e.Time, s, e.Place})
		}
	}
	// What is said of the same moment: the state that is worth less counts, and stands last.
	slices.SortStableFunc(out, func(a, b change) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(b.state, a.state)) })
	return out
}

func (k *key) fold() {
	for _, c := range k.changes() {
		if k.state.Gone() && c.state.Alive() {
			k.revived, k.isRevived = c.place, true
		}
		if k.state.Gone() && c.state == Absent {
			continue // what was destroyed may be forgotten
		}
		k.state, k.stateAt = c.state, c.place
	}
	for _, o := range k.said {
		earliest(&k.created, o.Created)
		earliest(&k.activated, o.Activated)
		if o.State.Gone() {
			k.gone(o.Destroyed, o.Place)
		}
		k.wrappedBy = append(k.wrappedBy, o.WrappedBy...)
		k.linked = append(k.linked, o.Linked...)
		k.derived = append(k.derived, o.Derived...)
		k.volumes = append(k.volumes, o.Volumes...)
	}
	for _, e := range k.events {
		switch e.Kind {
		case Create:
			earliest(&k.created, e.Time)
		case Activate:
			earliest(&k.activated, e.Time)
		case Destroy:
			k.gone(e.Time, e.Place)
		}
	}
}

// agreeing is how far two statements of one destruction may be apart: clocks differ, and an outcome is logged after it.
const agreeing = 5 * time.Minute

func (k *key) gone(at time.Time, p Place) {
	if at.IsZero() {
		return
	}
	if !k.destroyed.IsZero() && at.Sub(k.destroyed).Abs() > agreeing {
		k.datesDiffer = true
	}
	k.destroyedPlaces = append(k.destroyedPlaces, p)
	earliest(&k.destroyed, at)
}

func earliest(to *time.Time, at time.Time) {
	if !at.IsZero() && (to.IsZero() || at.Before(*to)) {
		*to = at
	}
}

// end is between which times the key ended: when it was destroyed, or when it was last known to
// be there and first known not to be. A zero time is not known.
func (k *key) end() (after, before time.Time) {
	if !k.destroyed.IsZero() && k.state.Gone() {
		return k.destroyed, k.destroyed
	}
	for _, c := range k.changes() {
		if c.state.Alive() {
			after, before = c.at, time.Time{}
		} else if before.IsZero() {
			before = c.at
		}
	}
	return after, before
}

// listed says whether some evidence has the key as there.
func (k *key) listed() bool {
	return slices.ContainsFunc(k.changes(), func(c change) bool { return c.state != Absent }) ||
		slices.ContainsFunc(k.events, func(e Event) bool { return e.Kind != Destroy })
}
