// Package countersign is what a second person signs: what the first has signed, the envelope, by
// its digest. NIST SP 800-88r2 keeps two things apart (section 4.5 and appendix C): the
// concurrence of a second person, and the validation, by which a person decides on the result.
//
// What can be said and by whom is held here, once for who signs and for who reads ([Said.Check],
// [another]). Nothing here reads or writes files: package sign puts what [Make] gives beside a
// bundle's other files, and holds them against [Open].
package countersign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
)

// Role is what somebody signs as.
type Role uint8

// The roles.
const (
	_           Role = iota
	Concurrence      // agrees with what the first has signed
	Validation       // decides on it: approves or rejects, with a reason
)

var roleWords = map[Role]string{Concurrence: "concurrence", Validation: "validation"}

func (r Role) String() string { return roleWords[r] }

// File is the name that it has in a bundle.
func (r Role) File() string { return r.String() + ".dsse.json" }

// Decision is that of a validation.
type Decision uint8

// The decisions.
const (
	Undecided Decision = iota // of a concurrence, always
	Approved
	Rejected
)

var decisionWords = map[Decision]string{Undecided: "", Approved: "approved", Rejected: "rejected"}

func (d Decision) String() string { return decisionWords[d] }

// Said is what a second person says by signing.
type Said struct {
	Role     Role
	Decision Decision
	Reason   string
}

// Signature is what a second person signed.
type Signature struct {
	Said
	Time              time.Time // by the clock of who signed
	Name              string    // in the certificate, which came with it: anybody can choose it
	CertificateSHA256 string
	Key               [32]byte // SHA-256 of the public key
}

// predicateType is the predicate's.
const predicateType = "https://shokyo.dev/countersignature/v1"

type statement struct {
	Type          string             `json:"_type"`
	Subject       []envelope.Subject `json:"subject"`
	PredicateType string             `json:"predicateType"`
	Predicate     predicate          `json:"predicate"`
}

type predicate struct {
	Role        string `json:"role"`
	Decision    string `json:"decision,omitempty"`
	Reason      string `json:"reason,omitempty"`
	Time        string `json:"time"` // RFC 3339
	Certificate string `json:"certificate"`
}

// maxReason is the length of a reason in characters.
const maxReason = 2000

// Check has the rules of what can be said.
func (w Said) Check() error {
	switch {
	case roleWords[w.Role] == "" || (w.Role == Validation) == (w.Decision == Undecided):
		return errors.New("a validation approves or rejects, a concurrence does neither")
	case w.Decision == Rejected && strings.TrimSpace(w.Reason) == "":
		return errors.New("a rejection has a reason")
	case !utf8.ValidString(w.Reason) || utf8.RuneCountInString(w.Reason) > maxReason:
		return fmt.Errorf("a reason is UTF-8, of at most %d characters", maxReason)
	}
	return nil
}

// another says whether who has the certificate is another person than the first: a key of their
// own, that proves somebody.
func another(second, first *x509.Certificate) error {
	facts := identity.FactsOf(second)
	switch {
	case facts.ThrowAway:
		return errors.New("a second person signs with an identity of their own, not with a throw-away one")
	case facts == identity.FactsOf(first):
		return fmt.Errorf("%q has signed the report: the second signature is another person's", facts.Name)
	case keyOf(second) == keyOf(first):
		return fmt.Errorf("the key of %q has signed the report, under another certificate: the second signature is another person's", facts.Name)
	}
	return nil
}

func keyOf(c *x509.Certificate) [32]byte { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// Beside says whether two signatures can be in one bundle: each role once, and nobody under two
// names.
func (s *Signature) Beside(other *Signature) error {
	switch {
	case s.Role == other.Role:
		return fmt.Errorf("there is a %s already", s.Role)
	case s.Key == other.Key && s.CertificateSHA256 != other.CertificateSHA256:
		return fmt.Errorf("the key of %q signs as %q, too, under another certificate", s.Name, other.Name)
	}
	return nil
}

// Make signs what the first has signed, the envelope e.
func Make(e []byte, first *x509.Certificate, what Said, id identity.Identity, now time.Time) ([]byte, error) {
	if err := what.Check(); err != nil {
		return nil, err
	}
	if id.Certificate() == nil {
		return nil, errors.New("there is no identity to sign with")
	}
	if err := another(id.Certificate(), first); err != nil {
		return nil, err
	}
	return envelope.Seal(newStatement(e, what, id, now), id)
}

func newStatement(e []byte, w Said, id identity.Identity, now time.Time) *statement {
	s := &statement{Type: envelope.StatementType, Subject: []envelope.Subject{subjectOf(e)}, PredicateType: predicateType}
	s.Predicate = predicate{w.Role.String(), w.Decision.String(), w.Reason, now.UTC().Format(time.RFC3339), base64.StdEncoding.EncodeToString(id.Certificate().Raw)}
	return s
}

// subjectOf is the envelope of a report, under the name that it has in every bundle.
func subjectOf(e []byte) envelope.Subject {
	const name = "report.dsse.json"
	return envelope.Subject{Name: name, Digest: envelope.Digest{SHA256: envelope.Pin(name, e).SHA256}}
}

// Open reads what Make made, in that role and of that envelope, which first has signed.
func Open(b, of []byte, first *x509.Certificate, role Role) (*Signature, error) {
	e, err := envelope.Decode(b)
	if err != nil {
		return nil, err
	}
	var s statement
	if err := json.Unmarshal(e.Payload, &s); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	p := &s.Predicate
	der, err := envelope.StrictBase64(p.Certificate)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	when, err := time.Parse(time.RFC3339, p.Time)
	decision, known := decisionOf(p.Decision)
	what := Said{role, decision, p.Reason}
	switch {
	case err != nil || !bytes.Equal(canonical.Compact(s), e.Payload) || s.Type != envelope.StatementType || s.PredicateType != predicateType:
		return nil, fmt.Errorf("payload: not a statement of the type %s", predicateType)
	case len(s.Subject) != 1 || s.Subject[0] != subjectOf(of):
		return nil, errors.New("is of another report")
	case p.Role != role.String() || !known:
		return nil, errors.New("is in another role than its name says, or decides what nobody knows")
	}
	if err := what.Check(); err != nil {
		return nil, err
	}
	if err := e.Check(cert); err != nil {
		return nil, err
	}
	if err := another(cert, first); err != nil {
		return nil, err
	}
	facts := identity.FactsOf(cert)
	what.Reason = reports.Clean(what.Reason)
	return &Signature{what, when, facts.Name, facts.CertificateSHA256, keyOf(cert)}, nil
}

func decisionOf(word string) (Decision, bool) {
	for d, w := range decisionWords {
		if w == word {
			return d, true
		}
	}
	return Undecided, false
}
