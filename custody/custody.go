// Package custody judges what is known of keys: whether every key that could open a volume is
// gone for good, by what key servers, clouds and their logs say of it. It never holds a key.
//
// What was said are observations ([Object], at a time) and events ([Event]), as package
// custody/exports reads them out of what systems write. A [Ledger] has them with the volumes that
// the keys protect; [Ledger.Check] makes one view of each key (key.go) and puts it to the table
// of rules (rules.go), which is pure and the only place where a key is judged. To add a rule, add
// a row there, its sentence in words/custody, and a case of rules_test.go that breaks only it.
//
// A state or a time that nobody stated is unknown, and what is unknown is a gap, never a yes.
package custody

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// State is what a system says of a key (KMIP 1.4, 9.1.3.2.2, and what clouds know besides).
type State uint8

const (
	Unknown State = iota
	PreActive
	Active
	Deactivated
	Compromised
	Scheduled // for destruction: it can still be taken back
	Absent    // the system was asked and does not know it; a wrong name looks the same
	Destroyed
	DestroyedCompromised
)

var stateNames = []string{"unknown", "pre-active", "active", "deactivated", "compromised", "scheduled", "absent", "destroyed", "destroyed-compromised"}

func (s State) String() string { return nameOf(stateNames, int(s)) }

// Gone says that the system itself says that the key is destroyed.
func (s State) Gone() bool { return s == Destroyed || s == DestroyedCompromised }

// Alive says that whoever may ask the system for the key still gets it, or can have it back.
func (s State) Alive() bool { return s >= PreActive && s <= Scheduled }

// MarshalText and UnmarshalText are the state in documents.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s *State) UnmarshalText(b []byte) error {
	return parseName(s, stateNames, "state of a key", string(b))
}

// Kind is what happened, in the words of the life of a key.
type Kind uint8

const (
	Other Kind = iota
	Create
	Activate
	EncryptionOn
	FirstWrite
	Use
	Rotate
	CopyMade // backed up, exported, replicated, imported from elsewhere
	Archive
	Recover
	Revoke
	Schedule
	Cancel
	Destroy
	DestroyCopies
	Certificate
	LogBegins
	ClockSet
)

var kindNames = []string{"other", "create", "activate", "encryption-on", "first-write", "use", "rotate", "copy", "archive", "recover", "revoke", "schedule", "cancel",
	"destroy", "destroy-copies", "certificate", "log-begins", "clock-set"}

func (k Kind) String() string { return nameOf(kindNames, int(k)) }

func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

func (k *Kind) UnmarshalText(b []byte) error {
	return parseName(k, kindNames, "kind of event", string(b))
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return names[0]
}

// parseName reads a word back; another is an error, not the zero value.
func parseName[T ~uint8](to *T, names []string, what, word string) error {
	i := slices.Index(names, word)
	if i < 0 {
		return fmt.Errorf("%.40q is no %s: use one of %s", word, what, strings.Join(names, ", "))
	}
	*to = T(i)
	return nil
}

// Place is where something stands: a file by its number among the sources, and a line or a pointer in it.
type Place struct {
	Source int    `json:"source"`
	At     string `json:"at"`
}

// Object is what a system said of a key at one time.
type Object struct {
	ID        string    `json:"id"`
	Names     []string  `json:"names,omitempty"`
	State     State     `json:"state"`
	Said      time.Time `json:"said,omitzero"` // when the system was asked
	Created   time.Time `json:"created,omitzero"`
	Activated time.Time `json:"activated,omitzero"`
	Revoked   time.Time `json:"revoked,omitzero"`
	Destroyed time.Time `json:"destroyed,omitzero"`
	Archived  time.Time `json:"archived,omitzero"`
	Algorithm string    `json:"algorithm,omitempty"`
	Bits      string    `json:"bits,omitempty"`
	WrappedBy []string  `json:"wrapped_by,omitempty"` // the keys that it is stored under
	Linked    []string  `json:"linked,omitempty"`     // other objects with the same secret, or from which it can be had: clones, replacements, parents
	Derived   []string  `json:"derived,omitempty"`    // keys that were made from this one
	Copies    []string  `json:"copies,omitempty"`     // named by the system: backups, replicas
	Volumes   []string  `json:"volumes,omitempty"`    // that it protects, as the system says
	Facts     []Fact    `json:"facts,omitempty"`
	System    string    `json:"system,omitempty"`   // that said it, where it is known: a name is a key's on one system
	AskedBy   string    `json:"asked_by,omitempty"` // the client of that system, where it is known: another may see less
	Place     Place     `json:"place"`
}

// Fact is something else that a system says of a key. No rule looks at it.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Server is who was asked, and by whom.
type Server struct {
	Address      string    `json:"address"`
	Protocol     string    `json:"protocol"`
	Vendor       string    `json:"vendor"` // as it names itself; empty: it does not
	TLS          string    `json:"tls"`
	Subject      string    `json:"certificate_subject"`
	Issuer       string    `json:"certificate_issuer"`
	Certificate  string    `json:"certificate_sha256"`
	Client       string    `json:"client_subject"`
	ClientSHA256 string    `json:"client_certificate_sha256"`
	Asked        time.Time `json:"asked"`          // when, by the clock of the machine that asked
	Clock        time.Time `json:"clock,omitzero"` // the server's at that time
}

// Event is one line of a log.
type Event struct {
	Time     time.Time `json:"time"`
	Kind     Kind      `json:"kind"`
	ID       string    `json:"id,omitempty"` // of the key; empty: of none in particular
	Actor    string    `json:"actor,omitempty"`
	Name     string    `json:"operation"` // as the log calls it
	Failed   bool      `json:"failed,omitempty"`
	Sequence string    `json:"sequence,omitempty"`
	Place    Place     `json:"place"`
}

// Volume is what keys protect, as whoever ordered its erasure states it.
type Volume struct {
	ID         string    `toml:"id" json:"id"`
	Keys       []string  `toml:"keys" json:"keys"`
	FirstWrite time.Time `toml:"first_write" json:"first_write,omitzero"` // of data to be protected
	LastWrite  time.Time `toml:"last_write" json:"last_write,omitzero"`
	Examined   time.Time `toml:"examined" json:"examined,omitzero"` // when the examination of its medium began
	LivesOn    bool      `toml:"lives_on" json:"lives_on,omitempty"`
	Actors     []string  `toml:"actors" json:"actors,omitempty"` // who may act on its keys; none: not stated
}

// secret are names of fields that can hold one.
var secret = regexp.MustCompile(`(?i)(plain[_ -]?text|ciphertext[_ -]?blob|key[_ -]?material|private[_ -]?key|secret|password|passphrase|passwd|token|credential|session[_ -]?key|key[_ -]?value|authorization|cookie)`)

// MayBeSecret says of the name of a field that it can hold a secret: nothing reads it, whatever it has.
func MayBeSecret(name string) bool { return secret.MatchString(name) }

// Same says whether two names are of one key: letters count alike, and the name of a resource (ARN) is the key's at its end.
func Same(a, b string) bool { return canonical(a) == canonical(b) }

func canonical(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	if strings.HasPrefix(id, "arn:") {
		_, key, ok := strings.Cut(id, ":key/")
		if ok {
			return key
		}
	}
	return id
}

// versionOf is the key that an object is one version of: Google Cloud keeps each version as an object,
// and each opens what was written under it.
func versionOf(object string) (key string, ok bool) {
	key, _, ok = strings.Cut(canonical(object), "/cryptokeyversions/")
	return key, ok
}
