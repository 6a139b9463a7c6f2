package custody

import (
	"slices"

	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/custody"
)

// Result is what comes of a key. The zero value claims nothing.
type Result uint8

const (
	Gap Result = iota
	Complete
	Contradiction
)

func (r Result) String() string { return [...]string{"gap", "complete", "contradiction"}[r] }

// Weight is what a finding does to the answer.
type Weight uint8

const (
	Open    Weight = iota // something is not known: a gap
	Opens                 // the key, or another way to it, is there: a gap, and the data can be opened
	Against               // two things that were said cannot both be true
	Remark                // bears on what the answer is worth
)

// Finding is one rule that a key does not keep, or a remark on it.
type Finding struct {
	Code   string
	Weight Weight
	Text   words.Text
	Places []Place
}

// Answer is what comes of one key of one volume.
type Answer struct {
	Volume, Key string
	Result      Result
	State       State
	Findings    []Finding // in the order of the rules
}

// Opens says whether the data can still be opened by this key or another way to it.
func (a *Answer) Opens() bool {
	return slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Weight == Opens })
}

// question is a key of a volume, put to the rules.
type question struct {
	*key
	index  *index
	volume *Volume
}

// rule says whether a key breaks it, and where that stands.
type rule struct {
	code   string
	weight Weight
	far    bool // also asked of the keys that this one is wrapped by or has a link to
	broken func(*question) (broken bool, places []Place)
}

// own are the rules that a key has to keep by itself, in the order in which people read them. The
// table Rules of words/custody says each.
var own = []rule{
	{"never-listed", Open, true, func(q *question) (bool, []Place) { return len(q.said)+len(q.events) == 0, nil }},
	{"absent-unlisted", Open, true, func(q *question) (bool, []Place) { return q.state == Absent && !q.listed(), q.at() }},
	{"absent-unseen", Open, true, absentUnseen},
	{"state-unknown", Open, true, func(q *question) (bool, []Place) { return q.state == Unknown && len(q.said)+len(q.events) > 0, nil }},
	{"systems-differ", Open, true, systemsDiffer},
	{"alive", Opens, true, func(q *question) (bool, []Place) { return q.state.Alive() && q.state != Scheduled, q.at() }},
	{"only-scheduled", Opens, true, func(q *question) (bool, []Place) { return q.state == Scheduled, q.at() }},
	{"revived", Against, true, func(q *question) (bool, []Place) { return q.isRevived, []Place{q.revived} }},
	{"dates-differ", Against, true, func(q *question) (bool, []Place) { return q.datesDiffer, q.destroyedPlaces }},
	{"end-unknown", Open, true, endUnknown},
	{"before-last-write", Against, false, beforeLastWrite},
	{"after-examination", Open, true, afterExamination},
	{"said-too-early", Against, true, saidTooEarly},
	{"state-against-dates", Against, true, stateAgainstDates},
	{"used-afterwards", Against, true, usedAfterwards},
	{"last-write-unknown", Open, false, func(q *question) (bool, []Place) { return q.volume.LastWrite.IsZero(), nil }},
	{"first-write-unknown", Open, false, func(q *question) (bool, []Place) { return q.volume.FirstWrite.IsZero(), nil }},
	{"examination-unknown", Open, false, func(q *question) (bool, []Place) { return q.volume.Examined.IsZero(), nil }},
	{"activation-unknown", Open, false, activationUnknown},
	{"activated-late", Open, false, activatedLate},
	{"shared", Opens, true, shared},
	{"shared-unstated", Open, true, sharedUnstated},
	{"derived-unstated", Open, false, derivedUnstated},
	{"archived", Opens, true, archived},
	{"copy-alive", Opens, true, copyAlive},
	{"copy-afterwards", Against, true, copyAfterwards},
	{"copies-unknown", Remark, false, func(q *question) (bool, []Place) { return q.ended() && len(q.index.ledger.Events) == 0, nil }},
	{"absent", Remark, false, func(q *question) (bool, []Place) {
		unseen, _ := absentUnseen(q)
		return q.state == Absent && q.listed() && !unseen, q.at()
	}},
}

// others are the rules about the keys by which one can be had, wherever they lead.
var others = []rule{
	{"link-alive", Opens, false, func(q *question) (bool, []Place) { return q.leads(q.linked, Opens), q.at() }},
	{"link-open", Open, false, func(q *question) (bool, []Place) { return q.leads(q.linked, Open), q.at() }},
	{"wrapping-alive", Opens, false, func(q *question) (bool, []Place) { return q.leads(q.wrappedBy, Opens), q.at() }},
	{"wrapping-open", Open, false, func(q *question) (bool, []Place) { return q.leads(q.wrappedBy, Open), q.at() }},
}

// at is where the state stands; nothing stands nowhere.
func (q *question) at() []Place { return []Place{q.stateAt} }

// ended says that the key is said to be gone, in whatever way.
func (q *question) ended() bool { return q.state.Gone() || q.state == Absent && q.listed() }

// absentUnseen: to a client that may not see a key, a server says that there is none. It has to have seen it before.
func absentUnseen(q *question) (broken bool, places []Place) {
	for _, o := range q.said {
		if o.State == Absent && o.AskedBy != "" && q.listed() && !slices.ContainsFunc(q.said, func(x Object) bool {
			return x.State != Absent && x.State != Unknown && x.AskedBy == o.AskedBy && !x.Said.After(o.Said)
		}) {
			places = append(places, o.Place)
		}
	}
	return places != nil && !q.state.Gone(), places
}

// systemsDiffer: key 7 of one server is not key 7 of another, and what one does not find, the other may have.
func systemsDiffer(q *question) (broken bool, places []Place) {
	first := ""
	for _, o := range q.said {
		switch {
		case o.System == "":
		case first == "":
			first = o.System
		case o.System != first:
			places = append(places, o.Place)
		}
	}
	return places != nil, places
}

func endUnknown(q *question) (bool, []Place) {
	after, before := q.end()
	return q.ended() && (after.IsZero() || before.IsZero()), q.at()
}

// beforeLastWrite: nothing can be written under a key that is gone. Where it only was not found
// any more, its last sign of life has to be as late as the last write.
func beforeLastWrite(q *question) (bool, []Place) {
	after, _ := q.end()
	return q.ended() && !after.IsZero() && after.Before(q.volume.LastWrite), q.at()
}

func afterExamination(q *question) (bool, []Place) {
	_, before := q.end()
	return q.ended() && !q.volume.Examined.IsZero() && before.After(q.volume.Examined), q.at()
}

// saidTooEarly: a system cannot say that a key was destroyed at a time that was yet to come.
func saidTooEarly(q *question) (broken bool, places []Place) {
	for _, o := range q.said {
		if o.State.Gone() && !o.Said.IsZero() && o.Destroyed.Sub(o.Said) > agreeing {
			places = append(places, o.Place)
		}
	}
	return places != nil, places
}

// stateAgainstDates: what is there was not destroyed, and what was destroyed was made before, and not in time to come.
func stateAgainstDates(q *question) (broken bool, places []Place) {
	for _, o := range q.said {
		there := o.State.Alive() && o.State != Scheduled
		if there && !o.Destroyed.IsZero() && !o.Destroyed.After(o.Said) ||
			o.State.Gone() && !o.Destroyed.IsZero() && o.Created.Sub(o.Destroyed) > agreeing || o.Created.Sub(o.Said) > agreeing {
			places = append(places, o.Place)
		}
	}
	return places != nil, places
}

// after gives where events of a kind stand that came after the end of the key.
func (q *question) after(kinds ...Kind) (places []Place) {
	if q.destroyed.IsZero() || !q.state.Gone() {
		return nil
	}
	for _, e := range q.events {
		if slices.Contains(kinds, e.Kind) && e.Time.Sub(q.destroyed) > agreeing {
			places = append(places, e.Place)
		}
	}
	return places
}

func usedAfterwards(q *question) (bool, []Place) {
	places := q.after(Use, Rotate)
	return places != nil, places
}

func copyAfterwards(q *question) (bool, []Place) {
	places := q.after(CopyMade, Archive)
	return places != nil, places
}

// activationUnknown: a key that was seen in use before the first write was in use, whenever that began.
func activationUnknown(q *question) (bool, []Place) {
	late, _ := activatedLate(q)
	seen := slices.ContainsFunc(q.said, func(o Object) bool { return o.State == Active && o.Said.Before(q.volume.FirstWrite) })
	return len(q.said)+len(q.events) > 0 && q.activated.IsZero() && !late && !seen, nil
}

// activatedLate: what was written before the key was in use, was written without it. A key
// that was made later was not in use earlier, whatever date of activation somebody gave it.
func activatedLate(q *question) (bool, []Place) {
	first := q.activated
	if q.created.After(first) {
		first = q.created
	}
	return !q.volume.FirstWrite.IsZero() && first.After(q.volume.FirstWrite), nil
}

func shared(q *question) (bool, []Place) {
	return slices.ContainsFunc(q.index.ledger.Volumes, func(v Volume) bool { return v.LivesOn && q.index.protects(q.id, &v) }), nil
}

// protects says whether a key is stated to be one of a volume's.
func (x *index) protects(key string, v *Volume) bool {
	return slices.ContainsFunc(v.Keys, func(name string) bool {
		return Same(name, key) || slices.ContainsFunc(x.ids(name), func(id string) bool { return Same(id, key) })
	})
}

// derivedUnstated: the system names keys that were made from this one, and nobody stated what they protect.
func derivedUnstated(q *question) (bool, []Place) {
	return slices.ContainsFunc(q.derived, func(key string) bool {
		return !slices.ContainsFunc(q.index.ledger.Volumes, func(v Volume) bool { return q.index.protects(key, &v) })
	}), q.at()
}

// sharedUnstated: the system names a volume of which nobody stated whether it lives on.
func sharedUnstated(q *question) (bool, []Place) {
	return slices.ContainsFunc(q.volumes, func(name string) bool {
		return !slices.ContainsFunc(q.index.ledger.Volumes, func(v Volume) bool { return Same(v.ID, name) })
	}), q.at()
}

// archived: an archived object can be recovered (KMIP 1.4, 4.22), also after it was destroyed.
func archived(q *question) (broken bool, places []Place) {
	for _, o := range q.said {
		if !o.Archived.IsZero() {
			places = append(places, o.Place)
		}
	}
	places = append(places, q.copies(Archive)...)
	return places != nil, places
}

func copyAlive(q *question) (broken bool, places []Place) {
	for _, o := range q.said {
		if len(o.Copies) > 0 {
			places = append(places, o.Place)
		}
	}
	places = append(places, q.copies(CopyMade)...)
	return places != nil, places
}

// copies gives where copies of a kind were made after the last time that all were destroyed.
func (q *question) copies(kind Kind) (places []Place) {
	for _, e := range q.events {
		switch e.Kind {
		case kind:
			places = append(places, e.Place)
		case DestroyCopies:
			places = nil
		}
	}
	return places
}

// leads says whether one of these keys, or one that is reached from them, is there (Opens), or
// whether one is neither there nor known to be gone (Open).
func (q *question) leads(ids []string, weight Weight) bool {
	way, whole := q.index.reach(ids, q.id)
	opens, open := false, !whole
	for _, id := range way {
		for _, f := range (&question{q.index.key(id), q.index, q.volume}).breaks(farOnly) {
			opens = opens || f.Weight == Opens
			open = open || f.Weight != Opens
		}
	}
	if weight == Opens {
		return opens
	}
	return open && !opens
}

var farOnly = slices.DeleteFunc(slices.Clone(own), func(r rule) bool { return !r.far })

// breaks gives the rules that the key breaks.
func (q *question) breaks(rules []rule) (out []Finding) {
	for _, r := range rules {
		if broken, places := r.broken(q); broken {
			out = append(out, Finding{r.code, r.weight, said.Rules.Say(r.code), places})
		}
	}
	return out
}

func (q *question) answer() Answer {
	a := Answer{Volume: q.volume.ID, Key: q.id, State: q.state, Findings: append(q.breaks(own), q.breaks(others)...)}
	a.Result = resultOf(a.Findings)
	return a
}

func resultOf(list []Finding) Result {
	r := Complete
	for _, f := range list {
		switch {
		case f.Weight == Against:
			return Contradiction
		case f.Weight != Remark:
			r = Gap
		}
	}
	return r
}

// Check answers for every key of every volume that does not live on. A volume without a key has an
// answer too: nobody said which key it was.
func (l *Ledger) Check() (out []Answer) {
	x := newIndex(l)
	for i := range l.Volumes {
		v := &l.Volumes[i]
		if v.LivesOn {
			continue
		}
		if len(v.Keys) == 0 {
			out = append(out, Answer{Volume: v.ID, Findings: []Finding{{"no-key-named", Open, said.Rules.Say("no-key-named"), nil}}})
		}
		for _, name := range v.Keys {
			for _, id := range x.ids(name) {
				out = append(out, (&question{x.key(id), x, v}).answer())
			}
		}
	}
	return out
}
