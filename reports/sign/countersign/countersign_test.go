package countersign

import (
	"bytes"
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
	want := Signature{agrees, now, "Second", second.Facts().CertificateSHA256}
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
