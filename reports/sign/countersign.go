package sign

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
	"unicode/utf8"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
)

// A second person signs what the first has signed: the envelope, by its digest. NIST SP
// 800-88r2 keeps two things apart (section 4.5 and appendix C): the concurrence of a second
// person, and the validation, by which a person decides on the result.

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

func (r Role) file() string { return r.String() + ".dsse.json" }

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

// Countersignature is what a second person signed.
type Countersignature struct {
	Role              Role
	Decision          Decision
	Reason            string
	Time              time.Time // by the clock of who signed
	Name              string    // in the certificate, which came with it: anybody can choose it
	CertificateSHA256 string
}

// countersignatureType is the predicate's.
const countersignatureType = "https://shokyo.dev/countersignature/v1"

type counterStatement struct {
	Type          string           `json:"_type"`
	Subject       []subject        `json:"subject"`
	PredicateType string           `json:"predicateType"`
	Predicate     counterPredicate `json:"predicate"`
}

type counterPredicate struct {
	Role        string `json:"role"`
	Decision    string `json:"decision,omitempty"`
	Reason      string `json:"reason,omitempty"`
	Time        string `json:"time"` // RFC 3339
	Certificate string `json:"certificate"`
}

// maxReason is the length of a reason in characters.
const maxReason = 2000

// Countersign adds a second person's signature to the bundle in dir, which must be valid.
// Nothing that the first has signed changes, and none is written over.
func Countersign(dir string, role Role, decision Decision, reason string, id Identity, now time.Time) error {
	v, err := Verify(dir, nil)
	if err != nil {
		return err
	}
	switch {
	case roleWords[role] == "" || (role == Validation) == (decision == Undecided):
		return errors.New("a validation approves or rejects, a concurrence does neither")
	case decision == Rejected && reason == "":
		return errors.New("a rejection has a reason")
	case !utf8.ValidString(reason) || utf8.RuneCountInString(reason) > maxReason:
		return fmt.Errorf("a reason is UTF-8, of at most %d characters", maxReason)
	case id.key == nil || id.IsThrowAway():
		return errors.New("a second person signs with an identity of their own, not with a throw-away one")
	case id.Facts().CertificateSHA256 == v.CertificateSHA256:
		return fmt.Errorf("%q has signed the report: the second signature is another person's", id.Name())
	}
	envelope, err := wholefile.Read(filepath.Join(dir, envelopeFile), maxEnvelope)
	if err != nil {
		return err
	}
	b, err := sealEnvelope(newCounterStatement(envelope, role, decision, reason, id, now), id)
	if err != nil {
		return err
	}
	err = wholefile.Create(filepath.Join(dir, role.file()), b, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s has a %s already: none is written over", dir, role)
	}
	if err != nil {
		return err
	}
	return wholefile.SyncDir(dir)
}

func newCounterStatement(envelope []byte, role Role, decision Decision, reason string, id Identity, now time.Time) *counterStatement {
	s := &counterStatement{Type: statementType, Subject: []subject{subjectOf(envelope)}, PredicateType: countersignatureType}
	s.Predicate = counterPredicate{role.String(), decision.String(), reason, now.UTC().Format(time.RFC3339), base64.StdEncoding.EncodeToString(id.cert.Raw)}
	return s
}

func subjectOf(envelope []byte) subject {
	return subject{envelopeFile, subjectDigest{SHA256: pin(envelopeFile, envelope).SHA256}}
}

// countersigned checks a countersignature in that role.
func countersigned(role Role) laterCheck {
	return func(c *check, v *Verified, name string, b, envelope []byte, first *x509.Certificate) {
		s, err := openCountersignature(b, envelope, role)
		if err == nil && s.CertificateSHA256 == certFacts(first).CertificateSHA256 {
			err = errors.New("is by the person who signed the report")
		}
		if err != nil {
			c.wrong(name, "countersignature", err)
			return
		}
		v.Countersigned = append(v.Countersigned, *s)
	}
}

func openCountersignature(b, envelope []byte, role Role) (*Countersignature, error) {
	e, payload, err := decodeEnvelope(b)
	if err != nil {
		return nil, err
	}
	var s counterStatement
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	p := &s.Predicate
	der, err := strictBase64(p.Certificate)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	when, err := time.Parse(time.RFC3339, p.Time)
	decision, known := decisionOf(p.Decision)
	switch {
	case err != nil || !bytes.Equal(canonical.Compact(s), payload) || s.Type != statementType || s.PredicateType != countersignatureType:
		return nil, fmt.Errorf("payload: not a statement of the type %s", countersignatureType)
	case len(s.Subject) != 1 || s.Subject[0] != subjectOf(envelope):
		return nil, errors.New("is of another report")
	case p.Role != role.String() || !known || (role == Validation) == (decision == Undecided):
		return nil, errors.New("is in another role than its name says, or decides what it cannot")
	}
	if err := checkSignature(e, cert); err != nil {
		return nil, err
	}
	facts := certFacts(cert)
	return &Countersignature{role, decision, reports.Clean(p.Reason), when, facts.Name, facts.CertificateSHA256}, nil
}

func decisionOf(word string) (Decision, bool) {
	for d, w := range decisionWords {
		if w == word {
			return d, true
		}
	}
	return Undecided, false
}
