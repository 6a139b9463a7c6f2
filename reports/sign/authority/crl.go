package authority

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// AddList reads a certificate revocation list, PEM or DER. Who signed it is asked when it is used.
func (a *Authorities) AddList(b []byte) error {
	if block, rest := pem.Decode(b); block != nil {
		if block.Type != "X509 CRL" || len(bytes.TrimSpace(rest)) > 0 {
			return errors.New("does not hold one certificate revocation list")
		}
		b = block.Bytes
	}
	list, err := x509.ParseRevocationList(b)
	if err != nil {
		return fmt.Errorf("no certificate revocation list: %w", err)
	}
	if err := whole(list); err != nil {
		return err
	}
	a.lists = append(a.lists, list)
	return nil
}

// Lists says whether there is a revocation list.
func (a *Authorities) Lists() bool { return len(a.lists) > 0 }

// whole refuses lists that cover a part of what an authority issued, or what others did: they say so
// in critical extensions (RFC 5280 sections 5.2.4, 5.2.5 and 5.3.3).
func whole(list *x509.RevocationList) error {
	for _, e := range list.Extensions {
		if e.Critical {
			return fmt.Errorf("the revocation list covers a part of the certificates (extension %v): give the authority's whole list", e.Id)
		}
	}
	for i := range list.RevokedCertificateEntries {
		for _, e := range list.RevokedCertificateEntries[i].Extensions {
			if e.Critical {
				return fmt.Errorf("the revocation list has entries of others (extension %v): give the authority's own list", e.Id)
			}
		}
	}
	return nil
}

// revoked asks the lists, where some were given, for each certificate of a chain but the root. For the
// signer's there must be one.
func (a *Authorities) revoked(chain []*x509.Certificate, when When) error {
	if len(a.lists) == 0 {
		return nil
	}
	for i, c := range chain[:len(chain)-1] {
		covered, err := a.ask(c, chain[i+1], when)
		if err != nil {
			return err
		}
		if i == 0 && !covered {
			return fmt.Errorf("whether the certificate of %q was revoked is not known: no list that was given is by %q and as late as the report, %s",
				name(c), name(chain[1]), when.Time.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// ask looks for a certificate in the lists of its issuer, and says whether one is as late as the
// signature.
func (a *Authorities) ask(c, issuer *x509.Certificate, when When) (covered bool, err error) {
	for _, list := range a.lists {
		if !bytes.Equal(list.RawIssuer, c.RawIssuer) || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		if !list.ThisUpdate.Before(when.Time) {
			covered = true
		}
		for i := range list.RevokedCertificateEntries {
			if e := &list.RevokedCertificateEntries[i]; e.SerialNumber.Cmp(c.SerialNumber) == 0 {
				if err := held(c, e, when); err != nil {
					return false, err
				}
			}
		}
	}
	return covered, nil
}

// held holds an entry of a list against the time of a signature.
func held(c *x509.Certificate, e *x509.RevocationListEntry, when When) error {
	from, err := invalidFrom(e)
	switch at := from.UTC().Format(time.RFC3339); {
	case err != nil:
		return err
	case !when.Proven:
		return &Refused{fmt.Errorf("the certificate of %q is revoked, from %s on, and that the report was signed before is the signer's word alone: a timestamp by an authority that is given with --tsa-cert could prove it", name(c), at), Revoked}
	case !from.After(when.Time):
		return &Refused{fmt.Errorf("the certificate of %q was revoked from %s on, before the report was signed: its timestamp is of %s", name(c), at, when.Time.UTC().Format(time.RFC3339)), Revoked}
	}
	return nil
}

// oidInvalidityDate: from when on a key is known or suspected to be in other hands, which can be long
// before it was revoked (RFC 5280 section 5.3.2).
var oidInvalidityDate = asn1.ObjectIdentifier{2, 5, 29, 24}

func invalidFrom(e *x509.RevocationListEntry) (time.Time, error) {
	from := e.RevocationTime
	for _, x := range e.Extensions {
		if !x.Id.Equal(oidInvalidityDate) {
			continue
		}
		var since time.Time
		if rest, err := asn1.UnmarshalWithParams(x.Value, &since, "generalized"); err != nil || len(rest) > 0 {
			return from, errors.New("the revocation list has a date that is none")
		}
		if since.Before(from) {
			from = since
		}
	}
	return from, nil
}
