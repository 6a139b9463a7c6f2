// Package authority says whether certification authorities that somebody trusts vouch for a
// signer's certificate: the chain (RFC 5280 section 6), what the certificate may be used for, and
// whether it was revoked. Nothing is fetched; certificates and revocation lists are handed over.
//
// The time that counts is that of the signature, since a report is read years later. Where
// nobody but the signer says when that was, a certificate that was revoked at any time is refused:
// who has a stolen key can write any time. A list that does not reach to that time, or covers a
// part of the certificates, says nothing, and that is not "not revoked".
//
// This file has the chain, crl.go the lists.
package authority

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"shokyo.dev/shokyo/reports"
)

// Authorities are those that somebody trusts, and what they revoked.
type Authorities struct {
	roots, between *x509.CertPool
	lists          []*x509.RevocationList
}

// ErrNone is what the error of a file is that holds the certificate of no authority, but one
// certificate of somebody.
var ErrNone = errors.New("holds no certificate of an authority")

// Parse reads the certificates of authorities in PEM: roots, which signed themselves, and those between.
// Without roots all of them are trusted for themselves. What names somebody besides is refused, for all whom the
// authorities know would be taken for them.
func Parse(b []byte) (*Authorities, error) {
	list, err := parse(b)
	if err != nil {
		return nil, err
	}
	a := &Authorities{roots: x509.NewCertPool(), between: x509.NewCertPool()}
	rooted := slices.ContainsFunc(list, selfSigned)
	for _, c := range list {
		if rooted && !selfSigned(c) {
			a.between.AddCert(c)
		} else {
			a.roots.AddCert(c)
		}
	}
	return a, nil
}

func parse(b []byte) (list []*x509.Certificate, err error) {
	isAuthority := func(c *x509.Certificate) bool { return c.BasicConstraintsValid && c.IsCA }
	for len(bytes.TrimSpace(b)) > 0 {
		block, rest := pem.Decode(b)
		if block == nil || block.Type != "CERTIFICATE" {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("not a certificate: %w", err)
		}
		list, b = append(list, c), rest
	}
	switch n := len(list); {
	case n == 0 || !slices.ContainsFunc(list, isAuthority):
		return nil, ErrNone
	case len(bytes.TrimSpace(b)) > 0:
		return nil, errors.New("holds something else than certificates in PEM form")
	case slices.ContainsFunc(list, func(c *x509.Certificate) bool { return !isAuthority(c) }):
		return nil, errors.New("holds certificates of authorities and of somebody else: give the one of a laboratory, or those of authorities alone")
	}
	return list, nil
}

func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, c.RawSubject) && c.CheckSignatureFrom(c) == nil
}

// When is the time of a signature.
type When struct {
	Time   time.Time
	Proven bool // by a timestamp whose authority is trusted; else the signer says so alone
}

// Code says what is wrong with a signer.
type Code string

// The codes, as verify has them in its problems.
const (
	Signer      Code = "signer"      // nobody who is trusted vouches for the certificate
	Certificate Code = "certificate" // it may not sign reports, or not at that time
	Revoked     Code = "revoked"
)

// Refused says why a signer is not taken.
type Refused struct {
	error
	Code Code
}

// Vouch gives the name of the authority that vouches for who signed at that time. A [*Refused] says
// that none does; any other error, that it could not be found out.
func (a *Authorities) Vouch(signer *x509.Certificate, when When) (by string, err error) {
	chain, err := a.chain(signer, when)
	if err != nil {
		return "", err
	}
	if err := maySign(signer); err != nil {
		return "", err
	}
	if err := a.revoked(chain, when); err != nil {
		return "", err
	}
	return name(chain[len(chain)-1]), nil
}

func (a *Authorities) chain(signer *x509.Certificate, when When) ([]*x509.Certificate, error) {
	at := when.Time.UTC().Format(time.RFC3339)
	if when.Time.Before(signer.NotBefore) || when.Time.After(signer.NotAfter) {
		return nil, &Refused{fmt.Errorf("the certificate of %q is valid from %s to %s, and the report is of %s", name(signer),
			signer.NotBefore.Format(time.RFC3339), signer.NotAfter.Format(time.RFC3339), at), Certificate}
	}
	chains, err := signer.Verify(x509.VerifyOptions{Roots: a.roots, Intermediates: a.between, CurrentTime: when.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return nil, &Refused{fmt.Errorf("the given authorities do not vouch for %q at %s, whose certificate is issued by %q (certificates between belong into the file of --cert): %v",
			name(signer), at, reports.Clean(signer.Issuer.CommonName), err), Signer}
	}
	return chains[0], nil
}

func name(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return reports.Clean(c.Subject.CommonName)
	}
	return reports.Clean(c.Subject.String())
}

// maySign: RFC 5280 section 4.2.1.3: what verifies signatures other than on certificates asserts
// digitalSignature or nonRepudiation. An authority does not sign reports, and a certificate for
// something else (a server, programs) is not one of a laboratory.
func maySign(c *x509.Certificate) error {
	usage := x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case c.IsCA:
		return &Refused{fmt.Errorf("the certificate of %q is one of an authority, which signs certificates and no reports", name(c)), Certificate}
	case c.KeyUsage != 0 && c.KeyUsage&usage == 0:
		return &Refused{fmt.Errorf("the certificate of %q may not be used to sign (key usage)", name(c)), Certificate}
	case !documents(c):
		return &Refused{fmt.Errorf("the certificate of %q is for something else than to sign documents (extended key usage)", name(c)), Certificate}
	}
	return nil
}

// documents says whether a certificate is for documents: for anything, mail (RFC 5280 section
// 4.2.1.12), or documents (RFC 9336; and Microsoft's, which came first).
func documents(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	for _, u := range c.ExtKeyUsage {
		if u == x509.ExtKeyUsageAny || u == x509.ExtKeyUsageEmailProtection {
			return true
		}
	}
	for _, oid := range c.UnknownExtKeyUsage {
		if s := oid.String(); s == "1.3.6.1.5.5.7.3.36" || s == "1.3.6.1.4.1.311.10.3.12" {
			return true
		}
	}
	return false
}
