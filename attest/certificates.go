package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/boot"
)

// certified checks the AK's certificates, if there are any: the first must be of
// the AK, each next one of the issuer before it. It gives the name of the last issuer,
// whose own certificate nobody has checked.
func (a *Attestation) certified(key *attestationKey) (issuer string, err error) {
	var chain []*x509.Certificate
	for i, der := range a.AKCertificates {
		c, err := parseCertificate(der)
		if err != nil {
			return "", fmt.Errorf("certificate %d of the attestation key: %w", i, err)
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return "", nil
	}
	if of, ok := chain[0].PublicKey.(*ecdsa.PublicKey); !ok || !of.Equal(key.key) {
		return "", errors.New("the certificate that is to be the attestation key's is of another key")
	}
	for i, c := range chain[:len(chain)-1] {
		if err := c.CheckSignatureFrom(chain[i+1]); err != nil {
			return "", fmt.Errorf("certificate %d of the attestation key is not signed by the next: %w", i, err)
		}
	}
	return nameOf(chain[len(chain)-1].Issuer.String()), nil
}

// VerifyEndorsement checks the endorsement certificate against the manufacturers'
// certificates in roots, as of the time at, and gives the manufacturer's name. That
// says that such a TPM exists, and not that it made the quote (package comment).
func VerifyEndorsement(a *Attestation, roots *x509.CertPool, at time.Time) (issuer string, err error) {
	if len(a.EKCertificate) == 0 {
		return "", errors.New("there is no endorsement certificate")
	}
	c, err := parseCertificate(a.EKCertificate)
	if err != nil {
		return "", fmt.Errorf("the endorsement certificate: %w", err)
	}
	if err := endorses(c); err != nil {
		return "", fmt.Errorf("the endorsement certificate: %w", err)
	}
	// TCG EK Credential Profile, 3.2.9: the alternative name holds a directory name
	// with maker, model and version, and is critical when the subject is empty. Go
	// knows no such names, and would refuse the certificate.
	c.UnhandledCriticalExtensions = slices.DeleteFunc(c.UnhandledCriticalExtensions, asn1.ObjectIdentifier{2, 5, 29, 17}.Equal)
	_, err = c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return "", fmt.Errorf("the endorsement certificate: %w", err)
	}
	return nameOf(c.Issuer.String()), nil
}

// ekCertificate is tcg-kp-EKCertificate (TCG EK Credential Profile, 3.2.16).
var ekCertificate = asn1.ObjectIdentifier{2, 23, 133, 8, 1}

// endorses: a maker's own certificate is no TPM's, and neither is one that is for
// something else. Old endorsement certificates do not say what they are for.
func endorses(c *x509.Certificate) error {
	uses := len(c.ExtKeyUsage) + len(c.UnknownExtKeyUsage)
	switch {
	case c.IsCA:
		return errors.New("it is that of an authority, and not of a TPM")
	case uses > 0 && !slices.ContainsFunc(c.UnknownExtKeyUsage, ekCertificate.Equal):
		return errors.New("it is for something else (extended key usage)")
	}
	return nil
}

// parseCertificate reads one certificate. Some NV indices are longer than it, and
// filled up behind it (TCG EK Credential Profile, 2.2.1.4).
func parseCertificate(b []byte) (*x509.Certificate, error) {
	if len(b) > maxCertificate {
		return nil, fmt.Errorf("%d bytes, at most %d are read", len(b), maxCertificate)
	}
	b, err := trimCertificate(b)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(b)
}

// trimCertificate cuts off what is behind the outermost sequence.
func trimCertificate(b []byte) ([]byte, error) {
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(b, &outer)
	if err != nil {
		return nil, fmt.Errorf("it is no certificate: %w", err)
	}
	if len(bytes.Trim(rest, "\x00\xFF")) > 0 {
		return nil, errors.New("something else lies behind it")
	}
	return b[:len(b)-len(rest)], nil
}

func endorsementName(der []byte) words.Text {
	c, err := parseCertificate(der)
	if err != nil {
		return boot.CertificateUnreadable
	}
	return boot.IssuedBy.Say(nameOf(c.Issuer.String()))
}

// nameOf makes a name out of a certificate safe to print.
func nameOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '\uFFFD'
	}, s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}
