package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const address = "pkcs11:token=lab;object=lab?module-path=/usr/lib/driver.so"

// program puts one into the PATH that answers so, whatever it is asked.
func program(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, Program), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
}

func says(t *testing.T, a Answer) string {
	t.Helper()
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return "cat >/dev/null; echo '" + string(b) + "'\n"
}

// TestAnswers: nothing that the program says is taken for a signature that is none.
func TestAnswers(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := x509.MarshalPKIXPublicKey(p384.Public())
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("x"))
	good, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	program(t, says(t, Answer{Public: public, Signature: good}))
	k, err := Open(address, []byte("1234"))
	if err != nil || !key.PublicKey.Equal(k.Public()) {
		t.Fatal(err)
	}
	if b, err := k.Sign(nil, digest[:], crypto.SHA256); err != nil || string(b) != string(good) {
		t.Error(err)
	}
	if _, err := k.Sign(nil, []byte("message"), crypto.SHA256); err == nil {
		t.Error("signed what is no digest")
	}
	if _, err := k.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil || !strings.Contains(err.Error(), "not by the key") {
		t.Errorf("a signature of something else: %v", err)
	}
	for want, script := range map[string]string{
		"wrong PIN": says(t, Answer{Error: "wrong PIN"}) + "exit 1", "not an ECDSA P-256 key": says(t, Answer{Public: other}), "no public key": says(t, Answer{}),
		"as another program does": "cat >/dev/null; echo hello", "exit status 7": "exit 7", "too long": "cat >/dev/null; yes | head -c 99999",
	} {
		program(t, script)
		if _, err := Open(address, nil); err == nil || !strings.Contains(err.Error(), want) && want != "too long" {
			t.Errorf("%s: %v", want, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(address, nil); err == nil || !strings.Contains(err.Error(), "neither beside shokyo nor in the PATH") {
		t.Errorf("without the program: %v", err)
	}
}

// TestPINIsNoArgument: the PIN goes where no list of processes shows it.
func TestPINIsNoArgument(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	program(t, "{ echo \"$#\"; env; } >"+out+"; cat >"+out+".in; exit 1")
	Open(address, []byte("s3cret"))
	seen, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(seen), "0\n") || strings.Contains(string(seen), "s3cret") {
		t.Errorf("%q, %v", seen, err)
	}
	if in, _ := os.ReadFile(out + ".in"); !strings.Contains(string(in), `"pin":"s3cret"`) {
		t.Errorf("%q", in)
	}
}

func TestParseURI(t *testing.T) {
	u, err := ParseURI("pkcs11:token=My%20Lab;serial=1;object=%E9%8D%B5;id=%01%ff;slot-id=7;type=private?module-path=/usr/lib/a%3Bb.so")
	if want := (URI{Module: "/usr/lib/a;b.so", Token: "My Lab", Serial: "1", Object: "鍵", ID: "\x01\xff", Slot: 7, HasSlot: true}); err != nil || u != want {
		t.Errorf("%+v, %v", u, err)
	}
	for _, s := range []string{"", "lab", "pkcs11:", "pkcs11:object=lab", "pkcs11:object=lab?module-path=driver.so", "pkcs11:token=x?module-path=/d.so",
		"pkcs11:object=lab?module-path=/d.so&pin-value=1234", "pkcs11:object=lab;pin-source=x?module-path=/d.so", "pkcs11:object=a;object=b?module-path=/d.so",
		"pkcs11:object=%zz?module-path=/d.so", "pkcs11:object=a;slot-id=x?module-path=/d.so", "pkcs11:object=a;type=cert?module-path=/d.so"} {
		if u, err := ParseURI(s); err == nil {
			t.Errorf("%q: %+v", s, u)
		}
	}
}

func FuzzParseURI(f *testing.F) {
	f.Add(address)
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := ParseURI(s); err == nil && (u.Module == "" || u.Object == "" && u.ID == "") {
			t.Errorf("%+v", u)
		}
	})
}
