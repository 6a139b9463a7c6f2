package countersign

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/envelope"
	"shokyo.dev/shokyo/reports/sign/identity"
)

var now = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func person(t testing.TB, name string) identity.Identity {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: name}, now)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestIsRefused: one of another report, in another role, or changed.
func TestIsRefused(t *testing.T) {
	first, second := person(t, "First"), person(t, "Second")
	e := []byte("an envelope")
	seal := func(what Said, named, by identity.Identity) []byte {
		b, err := envelope.Seal(newStatement(e, what, named, now), by)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	agrees := Said{Role: Concurrence}
	ok := seal(agrees, second, second)
	want := Signature{agrees, now, "Second", second.Facts().CertificateSHA256, keyOf(second.Certificate())}
	if got, err := Open(ok, e, first.Certificate(), Concurrence); err != nil || *got != want {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := Open(ok, []byte("another"), first.Certificate(), Concurrence); err == nil || !strings.Contains(err.Error(), "another report") {
		t.Errorf("of another report: %v", err)
	}
	for name, b := range map[string][]byte{
		"another role": seal(Said{Role: Validation, Decision: Approved}, second, second), "decides": seal(Said{Role: Concurrence, Decision: Approved}, second, second),
		"another key": seal(agrees, second, first), "the first": seal(agrees, first, first), "junk": []byte("{}\n"), "an envelope": e,
	} {
		if _, err := Open(b, e, first.Certificate(), Concurrence); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	for bit := 0; bit < 8*len(ok); bit += 61 {
		bad := bytes.Clone(ok)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := Open(bad, e, first.Certificate(), Concurrence); err == nil {
			t.Fatalf("bit %d changed: opened", bit)
		}
	}
}

// anew is somebody's key under another certificate.
func anew(t testing.TB, id identity.Identity, name pkix.Name) identity.Identity {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: name, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, id.Signer().Public(), id.Signer())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	out, err := identity.Of(id.Signer(), cert)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRules: what cannot be signed is not taken either, when another program signed it.
func TestRules(t *testing.T) {
	first, second := person(t, "First"), person(t, "Second")
	unknown, err := identity.ThrowAway(now)
	if err != nil {
		t.Fatal(err)
	}
	e := []byte("an envelope")
	for _, c := range []struct {
		what Said
		by   identity.Identity
		says string
	}{
		{Said{Role: Validation, Decision: Rejected}, second, "has a reason"},
		{Said{Role: Validation, Decision: Rejected, Reason: " \n"}, second, "has a reason"},
		{Said{Role: Validation, Decision: Rejected, Reason: "no control"}, second, ""},
		{Said{Role: Validation}, second, "approves or rejects"},
		{Said{Role: Concurrence, Decision: Approved}, second, "does neither"},
		{Said{Role: Concurrence, Reason: strings.Repeat("研", maxReason+1)}, second, "at most"},
		{Said{Role: Concurrence, Reason: strings.Repeat("研", maxReason)}, second, ""},
		{Said{Role: Concurrence}, unknown, "throw-away"},
		{Said{Role: Concurrence}, first, "another person's"},
		{Said{Role: Concurrence}, anew(t, first, pkix.Name{CommonName: "Somebody else"}), "under another certificate"},
	} {
		_, err := Make(e, first.Certificate(), c.what, c.by, now)
		b, err2 := envelope.Seal(newStatement(e, c.what, c.by, now), c.by)
		if err2 != nil {
			t.Fatal(err2)
		}
		_, read := Open(b, e, first.Certificate(), c.what.Role)
		for _, err := range []error{err, read} {
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v by %s: %v", c.what, c.by.Name(), err)
			}
		}
	}
	if _, err := Make(e, first.Certificate(), Said{Role: Concurrence}, identity.Identity{}, now); err == nil {
		t.Error("nobody signed")
	}
}

// TestBeside: each role once, and one key has one name.
func TestBeside(t *testing.T) {
	one, same, renamed := Signature{Said: Said{Role: Concurrence}, Key: [32]byte{1}}, Signature{Said: Said{Role: Validation}, Key: [32]byte{1}}, Signature{Said: Said{Role: Validation}, CertificateSHA256: "x", Key: [32]byte{1}}
	if err := one.Beside(&same); err != nil {
		t.Error(err)
	}
	for says, other := range map[string]*Signature{"already": &one, "under another certificate": &renamed} {
		if err := one.Beside(other); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
