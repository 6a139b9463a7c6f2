// Package trust says whom the reader of a report trusts, and whether they stand behind it: a laboratory whose
// certificate the reader has, or authorities that vouch for laboratories (package authority); and authorities
// of time, whose timestamps then say when it was signed. It takes bytes: a command reads them from files, a page in
// a browser is handed them.
package trust

import (
	"crypto/x509"
	"errors"
	"time"

	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/authority"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/words/terminal"
)

// ErrNoAuthority says that there are revocation lists and nobody who could have issued them.
var ErrNoAuthority = errors.New("a revocation list is of an authority, and no certificate of one was given")

// Trust is whom somebody trusts. The zero value trusts nobody.
type Trust struct {
	cert        *x509.Certificate      // of who must have signed
	authorities *authority.Authorities // or of who must vouch for them; nil: neither
	itself      *x509.Certificate      // one that could be either: OpenSSL makes certificates of authorities where nothing else is asked for
	stamps      *x509.CertPool         // nil: not asked for
}

// Signer trusts who is named in a PEM file: a laboratory, or authorities.
func (t *Trust) Signer(pem []byte) error {
	a, err := authority.Parse(pem)
	if errors.Is(err, authority.ErrNone) {
		t.cert, err = identity.ParseCertificate(pem)
		return err
	}
	if err != nil {
		return err
	}
	t.authorities = a
	t.itself, _ = identity.ParseCertificate(pem) // several are none
	return nil
}

// AddList takes a revocation list of the authorities, PEM or DER.
func (t *Trust) AddList(b []byte) error {
	if t.authorities == nil {
		return ErrNoAuthority
	}
	return t.authorities.AddList(b)
}

// Stamps trusts timestamps by those whose certificates, or whose roots', are in a PEM file: each report must have one.
func (t *Trust) Stamps(pem []byte) (err error) {
	t.stamps, err = Pool(pem)
	return err
}

// Pool reads certificates in PEM.
func Pool(pem []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("holds no certificate in PEM")
	}
	return pool, nil
}

// Laboratory is the certificate of who must have signed, as sign.Verify takes it; nil: nobody in particular.
func (t *Trust) Laboratory() *x509.Certificate { return t.cert }

// Answer is what came of a report.
type Answer struct {
	VouchedBy     string // the authority of the signer's certificate; empty: it was given itself, or none was asked for
	StampsTrusted bool   // the timestamps are by authorities that are trusted
}

// Check holds a report that was verified against this trust. The problems say that it is not what was asked for, the
// error that this could not be found out. Whom authorities vouch for is noted in v as trusted.
func (t *Trust) Check(v *sign.Verified) (a Answer, problems []sign.Problem, err error) {
	a.StampsTrusted, problems = t.checkStamps(v)
	by, refused, err := t.Vouch(v.Certificate(), signedAt(v, a.StampsTrusted))
	switch {
	case err != nil:
		return a, problems, err
	case refused != nil:
		return a, append(problems, sign.Problem{File: identity.CertificateFile, Code: string(refused.Code), Text: refused.Error()}), nil
	case t.authorities != nil:
		v.Vouched()
	}
	a.VouchedBy = by
	return a, problems, nil
}

// Vouch asks the authorities, where any are trusted, for who signed at a time.
func (t *Trust) Vouch(signer *x509.Certificate, when authority.When) (by string, refused *authority.Refused, err error) {
	if t.authorities == nil || t.itself != nil && t.itself.Equal(signer) {
		return "", nil, nil
	}
	by, err = t.authorities.Vouch(signer, when)
	if errors.As(err, &refused) {
		return "", refused, nil
	}
	return by, nil, err
}

// checkStamps: where an authority was asked for, there must be a timestamp, and each must be by one of those.
func (t *Trust) checkStamps(v *sign.Verified) (trusted bool, problems []sign.Problem) {
	switch {
	case t.stamps == nil:
		return false, nil
	case len(v.Timestamps) == 0:
		return false, []sign.Problem{{Code: "not-timestamped", Text: terminal.NotStamped.EN}}
	}
	for _, s := range v.Timestamps {
		if err := s.Chain(t.stamps); err != nil {
			problems = append(problems, sign.Problem{File: s.Of, Code: "timestamp", Text: err.Error()})
		}
	}
	return len(problems) == 0, problems
}

// signedAt is when a report was signed: by its first timestamp, if whose word that is is trusted, or else by the
// signer's word.
func signedAt(v *sign.Verified, proven bool) authority.When {
	when := authority.When{Time: Finished(v), Proven: proven}
	for i, s := range v.Timestamps {
		if proven && (i == 0 || s.Time.Before(when.Time)) {
			when.Time = s.Time
		}
	}
	return when
}

// Finished is when the examination ended, as the report says; now, where it says nothing that can be read.
func Finished(v *sign.Verified) time.Time {
	t, err := time.Parse(time.RFC3339, v.Document.Times.Finished)
	if err != nil {
		return time.Now()
	}
	return t
}
