package envelope

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/reports/sign/identity"
)

// TestOpenSSL: a program that knows nothing of ours checks the signature over the bytes that
// DSSE prescribes.
func TestOpenSSL(t *testing.T) {
	openssl := tooltest.Path(t, "openssl")
	id := lab(t)
	dir := t.TempDir()
	cert := filepath.Join(dir, "cert")
	if err := os.WriteFile(cert, id.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Seal(map[string]string{"a": "b"}, id)
	if err != nil {
		t.Fatal(err)
	}
	var e dsse.Envelope
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	payload, _ := base64.StdEncoding.DecodeString(e.Payload)
	sig, _ := base64.StdEncoding.DecodeString(e.Signatures[0].Sig)
	// DSSE protocol v1.0.2, "Signature Definition", by hand.
	pae := fmt.Sprintf("DSSEv1 %d %s %d %s", len(e.PayloadType), e.PayloadType, len(payload), payload)
	files := map[string][]byte{"pae": []byte(pae), "sig": sig}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pub := filepath.Join(dir, "pub")
	run(t, openssl, "x509", "-in", cert, "-pubkey", "-noout", "-out", pub)
	run(t, openssl, "dgst", "-sha256", "-verify", pub, "-signature", filepath.Join(dir, "sig"), filepath.Join(dir, "pae"))

}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func lab(t testing.TB) identity.Identity {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: "Lab"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestStrictBase64(t *testing.T) {
	if b, err := StrictBase64("QUI="); err != nil || string(b) != "AB" {
		t.Errorf("%q, %v", b, err)
	}
	for _, s := range []string{"QUJ=", "QUI", "QU-_", "QU\nI=", "QUI=\n", " QUI=", "QUI=QUI="} {
		if b, err := StrictBase64(s); err == nil {
			t.Errorf("%q was taken for %q", s, b)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good, err := Seal(map[string]string{"a": "b"}, lab(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Decode(b)
		if err != nil {
			return
		}
		if !bytes.Equal(encode(e.dsse), b) {
			t.Fatalf("%q is accepted, but is not what would be written", b)
		}
	})
}

// TestOtherCurves: a key of another kind signs nothing, whatever its signature is.
func TestOtherCurves(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("x"))
	sig, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	v := verifier{&x509.Certificate{PublicKey: key.Public()}}
	if err := v.Verify(t.Context(), []byte("x"), sig); err == nil {
		t.Error("a P-384 key signed")
	}
}

// An envelope is by who signed it, of that statement, in that one spelling, or nothing at all.
func TestCheck(t *testing.T) {
	id, other := lab(t), lab(t)
	good, err := Seal(map[string]string{"a": "b"}, id)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Decode(good)
	if err != nil || string(e.Payload) != `{"a":"b"}` {
		t.Fatalf("%q, %v", e.Payload, err)
	}
	if err := e.Check(id.Certificate()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(e *dsse.Envelope){
		"another's key":               func(e *dsse.Envelope) { e.Signatures[0].Sig = sealedBy(t, other).Signatures[0].Sig },
		"another's key, by its id":    func(e *dsse.Envelope) { e.Signatures = sealedBy(t, other).Signatures },
		"no key id":                   func(e *dsse.Envelope) { e.Signatures[0].KeyID = "" },
		"another statement":           func(e *dsse.Envelope) { e.Payload = base64.StdEncoding.EncodeToString([]byte(`{"a":"c"}`)) },
		"a statement spelt otherwise": func(e *dsse.Envelope) { e.Payload = base64.StdEncoding.EncodeToString([]byte(`{"a": "b"}`)) },
		"no signature":                func(e *dsse.Envelope) { e.Signatures = nil },
		"two signatures":              func(e *dsse.Envelope) { e.Signatures = append(e.Signatures, e.Signatures[0]) },
		"another type":                func(e *dsse.Envelope) { e.PayloadType = "text/plain" },
	} {
		x := sealedBy(t, id)
		change(x)
		e, err := Decode(encode(x))
		if err == nil {
			err = e.Check(id.Certificate())
		}
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for name, b := range map[string][]byte{
		"a space more":       bytes.Replace(good, []byte(":"), []byte(": "), 1),
		"a line end less":    bytes.TrimSpace(good),
		"a field more":       bytes.Replace(good, []byte("{"), []byte(`{"x":1,`), 1),
		"a name in capitals": bytes.Replace(good, []byte(`"payload"`), []byte(`"PAYLOAD"`), 1),
	} {
		if _, err := Decode(b); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	// A statement in another spelling would be one that was never written, though its signature fits.
	for _, s := range []string{`{"a": "b"}`, `{"a":"b"} `, "{\"a\":\"b\"}\n"} {
		es, err := dsse.NewEnvelopeSigner(signer{id})
		if err != nil {
			t.Fatal(err)
		}
		x, err := es.SignPayload(t.Context(), PayloadType, []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(encode(x)); err == nil {
			t.Errorf("%q is taken for a statement", s)
		}
	}
}

// sealedBy is an envelope to be changed.
func sealedBy(t *testing.T, id identity.Identity) *dsse.Envelope {
	t.Helper()
	b, err := Seal(map[string]string{"a": "b"}, id)
	if err != nil {
		t.Fatal(err)
	}
	e := new(dsse.Envelope)
	if err := json.Unmarshal(b, e); err != nil {
		t.Fatal(err)
	}
	return e
}
