package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"
)

// authority makes certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newAuthority(t *testing.T, name string) authority {
	t.Helper()
	a := authority{&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}, newKey(t)}
	der, err := x509.CreateCertificate(rand.Reader, a.certificate, a.certificate, &a.key.PublicKey, a.key)
	if err == nil {
		a.certificate, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// certificate is one of a key, for the uses named.
func certificate(t *testing.T, by authority, of *ecdsa.PublicKey, uses []asn1.ObjectIdentifier) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(2), UnknownExtKeyUsage: uses, BasicConstraintsValid: true,
		NotBefore: by.certificate.NotBefore, NotAfter: by.certificate.NotAfter}
	der, err := x509.CreateCertificate(rand.Reader, c, by.certificate, of, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Only what a maker has made out for a TPM is an endorsement certificate; what he
// trusts his own certificates with is not.
func TestVerifyEndorsement(t *testing.T) {
	maker := newAuthority(t, "Maker")
	roots := x509.NewCertPool()
	roots.AddCert(maker.certificate)
	of := &newKey(t).PublicKey
	serverAuth := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	for _, c := range []struct {
		name string
		der  []byte
		want string // "": accepted
	}{
		{"an endorsement certificate", certificate(t, maker, of, []asn1.ObjectIdentifier{ekCertificate}), ""},
		{"one that does not say what it is for", certificate(t, maker, of, nil), ""},
		{"the maker's own", maker.certificate.Raw, "authority"},
		{"one for something else", certificate(t, maker, of, []asn1.ObjectIdentifier{serverAuth}), "something else"},
		{"of another maker", certificate(t, newAuthority(t, "Maker"), of, nil), "unknown authority"},
		{"none", nil, "no endorsement certificate"},
	} {
		issuer, err := VerifyEndorsement(&Attestation{EKCertificate: c.der}, roots, time.Now())
		if c.want == "" {
			if err != nil || issuer != "CN=Maker" {
				t.Errorf("%s: %q, %v", c.name, issuer, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v", c.name, issuer, err)
		}
	}
}
