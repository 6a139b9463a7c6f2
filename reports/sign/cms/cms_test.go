package cms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

func signed(t testing.TB) *Signature {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Lab"}, NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Sign(sha256.Sum256([]byte("report")), cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParse(t *testing.T) {
	s := signed(t)
	token := encode([]int{1, 2, 3}) // any DER: what a token says is no matter of this package
	for _, stamp := range [][]byte{nil, token} {
		s.Timestamp = stamp
		back, err := Parse(s.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if back.Digest != s.Digest || !bytes.Equal(back.Value, s.Value) || !bytes.Equal(back.Timestamp, stamp) || !back.Certificate.Equal(s.Certificate) {
			t.Errorf("%+v", back)
		}
		if err := back.Verify(); err != nil {
			t.Error(err)
		}
	}
}

// TestOneSpelling: whatever bit changes, it is another form or the signature fails.
func TestOneSpelling(t *testing.T) {
	s := signed(t)
	der := s.Encode()
	for at := range der {
		for bit := range 8 {
			changed := bytes.Clone(der)
			changed[at] ^= 1 << bit
			back, err := Parse(changed)
			if err == nil && back.Digest == s.Digest && back.Verify() == nil {
				t.Fatalf("bit %d of byte %d of %d can change", bit, at, len(der))
			}
		}
	}
	if _, err := Parse(append(bytes.Clone(der), 0)); err == nil {
		t.Error("a byte behind it is not noticed")
	}
}

func TestVerify(t *testing.T) {
	s := signed(t)
	other := signed(t)
	s.Certificate = other.Certificate
	if s.Verify() == nil {
		t.Error("verifies with another certificate")
	}
	s = signed(t)
	s.Digest[0]++
	if s.Verify() == nil {
		t.Error("verifies with another digest")
	}
}

func FuzzParse(f *testing.F) {
	s := signed(f)
	f.Add(s.Encode())
	s.Timestamp = encode([]int{1, 2, 3})
	f.Add(s.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		back, err := Parse(b)
		if err == nil && !bytes.Equal(back.Encode(), b) {
			t.Error("another spelling was read")
		}
	})
}
