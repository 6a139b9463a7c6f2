// Package record keeps what was read of keys as evidence: a sealed folder with keys.json, which has
// the objects and events, and of each file that they came from its name and digest. Whoever has the
// file can see that it is the one.
package record

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/life"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
)

// Kind names the format of the sealed folder and of keys.json. Fields may be added under it,
// never renamed.
const Kind = "https://shokyo.dev/keys/v1"

// File is what is sealed.
const File = "keys.json"

// maxFile is more than the bounds of package custody/exports let in.
const maxFile = 512 << 20

// Source is a file, or an answer of a server.
type Source struct {
	Name    string `json:"name"`
	Format  string `json:"format"`
	SHA256  string `json:"sha256"`
	Bytes   int64  `json:"bytes"`
	Records int64  `json:"records"`
	// Unread lines are none of the format; of Unmapped records nobody said what the operation means.
	Unread   int64            `json:"unread_lines"`
	Unmapped map[string]int64 `json:"unmapped_operations"`
	Breaks   []string         `json:"sequence_breaks"` // where numbers leave something out, or come again
	// Chained records have a hash over themselves and the one before; ChainBreaks is where it does not hold.
	Chained     int64           `json:"chained_records,omitempty"`
	ChainHead   string          `json:"chain_head,omitempty"` // the last hash: it stands where the log came from, too
	ChainBreaks []string        `json:"chain_breaks,omitempty"`
	Ahead       float64         `json:"clock_ahead_seconds"` // as stated, and taken off
	Server      *custody.Server `json:"server,omitempty"`    // that was asked, where it is no file
}

// Record is keys.json.
type Record struct {
	Schema  string           `json:"schema"`
	Case    string           `json:"case"` // that it was read for; empty: not stated
	Tool    string           `json:"tool"`
	Made    time.Time        `json:"made"`
	Sources []Source         `json:"sources"`
	Objects []custody.Object `json:"objects"`
	Events  []custody.Event  `json:"events"`
}

// Write makes the folder dir, which must not exist, and seals it.
func Write(dir string, r *Record, id identity.Identity) error {
	if err := r.check(); err != nil {
		return fmt.Errorf("keys %s: %w", dir, err)
	}
	if err := sealed.Write(id, dir, Kind, File, canonical.Document(r), false); err != nil {
		return fmt.Errorf("write keys %s: %w", dir, sign.Advise(err))
	}
	return nil
}

// Opened is a record with who sealed it.
type Opened struct {
	*Record
	Signer reports.IdentityFacts
	SHA256 string // of the seal
}

// Open reads a sealed record; with trusted, only of that certificate's key.
func Open(dir string, trusted *x509.Certificate) (*Opened, error) {
	o, err := open(dir, trusted)
	if err != nil {
		return nil, fmt.Errorf("keys %s: %w", dir, err)
	}
	return o, nil
}

func open(dir string, trusted *x509.Certificate) (*Opened, error) {
	b, seal, err := sealed.ReadFile(dir, Kind, File, maxFile, trusted)
	if err != nil {
		return nil, err
	}
	r := new(Record)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%s: %w", File, err)
	}
	return &Opened{r, seal.Signer, seal.SHA256}, r.check()
}

// clocks may differ by this much before what they say is called yet to come.
const clocks = 5 * time.Minute

// check holds what readers rely on: whoever sealed it need not be honest.
func (r *Record) check() error {
	if r.Schema != Kind {
		return fmt.Errorf("%s is not of the format %s", File, Kind)
	}
	if time.Until(r.Made) > clocks {
		return fmt.Errorf("it was made at %s, which is yet to come: is the clock of this machine right?", r.Made.Format(time.RFC3339))
	}
	in := func(p custody.Place) bool { return p.Source >= 0 && p.Source < len(r.Sources) }
	for i := range r.Objects {
		o := &r.Objects[i]
		if o.ID == "" || o.Said.IsZero() || !in(o.Place) {
			return errors.New("a key has no name, no time at which it was asked for, or no source")
		}
		if o.Said.Sub(r.Made) > clocks {
			return fmt.Errorf("the key %.80q was listed at %s, which is yet to come: is the time right (--taken, --clock-ahead)?", o.ID, o.Said.Format(time.RFC3339))
		}
	}
	for i := range r.Events {
		e := &r.Events[i]
		if e.Time.IsZero() || !in(e.Place) {
			return errors.New("an event has no time, or no source")
		}
		if e.Time.Sub(r.Made) > clocks {
			return fmt.Errorf("an event is of %s, which is yet to come: is the time right (--zone, --clock-ahead)?", e.Time.Format(time.RFC3339))
		}
	}
	return nil
}

// Join makes one of several: sources are numbered on.
func Join(list ...*Record) *Record {
	all := &Record{Schema: Kind}
	for _, r := range list {
		n := len(all.Sources)
		if r.Made.After(all.Made) {
			all.Made = r.Made
		}
		all.Sources = append(all.Sources, r.Sources...)
		for _, o := range r.Objects {
			o.Place.Source += n
			all.Objects = append(all.Objects, o)
		}
		for _, e := range r.Events {
			e.Place.Source += n
			all.Events = append(all.Events, e)
		}
	}
	return all
}

// Logs are the sources of events, as package custody/life takes them.
func (r *Record) Logs() (out []life.Log) {
	told := map[int]bool{}
	for i := range r.Events {
		told[r.Events[i].Place.Source] = true
	}
	for i, s := range r.Sources {
		if !told[i] {
			continue
		}
		l := life.Log{Unread: s.Unread}
		for _, at := range s.Breaks {
			l.Breaks = append(l.Breaks, custody.Place{Source: i, At: at})
		}
		for _, at := range s.ChainBreaks {
			l.Unchained = append(l.Unchained, custody.Place{Source: i, At: at})
		}
		out = append(out, l)
	}
	return out
}

// Lives compares what the logs tell of each key of the volumes that do not live on with its life; without
// any event there is nothing to compare.
func (r *Record) Lives(list []custody.Volume) (out []life.Answer) {
	if len(r.Events) == 0 {
		return nil
	}
	logs := r.Logs()
	for i := range list {
		for _, key := range list[i].Keys {
			if !list[i].LivesOn {
				out = append(out, life.Check(&list[i], key, r.Events, logs))
			}
		}
	}
	return out
}

// Where says where something stands, for people: the file and the place in it.
func (r *Record) Where(p custody.Place) string {
	if p.Source < 0 || p.Source >= len(r.Sources) || p.At == "" {
		return ""
	}
	return reports.Clean(r.Sources[p.Source].Name + ", " + p.At)
}
