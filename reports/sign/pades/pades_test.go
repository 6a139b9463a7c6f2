package pades

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/pdftest"
	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

type identity struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newIdentity(t testing.TB) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "消去試験所"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(20, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{key, cert}
}

func sample() []byte {
	return pdftest.Make([]string{"one", "two", "three"}, []strictpdf.Attachment{{Name: "report.json", Data: []byte(`{"verdict": "no-residue"}`)}})
}

func sign(t testing.TB, file []byte) *Signed {
	t.Helper()
	id := newIdentity(t)
	s, err := Sign(file, id.cert, id.key, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func TestSignedFileOpens(t *testing.T) {
	s := sign(t, sample())
	back, err := Open(s.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !back.Time.Equal(now) || !bytes.Equal(back.File.Bytes, sample()) || !back.Signature.Certificate.Equal(s.Signature.Certificate) {
		t.Errorf("got %v, %d bytes", back.Time, len(back.File.Bytes))
	}
	list, err := back.File.Attachments()
	if err != nil || len(list) != 1 || list[0].Name != "report.json" || string(list[0].Data) != `{"verdict": "no-residue"}` {
		t.Errorf("attachments %q, %v", list, err)
	}
}

// TestSameSignature: what is signed twice by one key has the same bytes.
func TestSameSignature(t *testing.T) {
	id := newIdentity(t)
	a, err := Sign(sample(), id.cert, id.key, now)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Sign(sample(), id.cert, id.key, now.Add(300*time.Millisecond))
	if err != nil || !bytes.Equal(a.Bytes, b.Bytes) {
		t.Errorf("differs, %v", err)
	}
}

// TestOthersAccept: what others say of the signature, and of the file.
func TestOthersAccept(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, b []byte) {
		if err := os.WriteFile(path(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := sign(t, sample())
	write("signed.pdf", s.Bytes)
	out, err := exec.Command("pdfsig", "-nocert", path("signed.pdf")).CombinedOutput()
	if err != nil {
		t.Fatalf("pdfsig: %v\n%s", err, out)
	}
	for _, want := range []string{"Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "Mar 01 2026 12:00:00", "Hash Algorithm: SHA-256"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("pdfsig does not say %q:\n%s", want, out)
		}
	}
	if out := run(t, "qpdf", "--check", path("signed.pdf")); strings.Contains(out, "WARNING") {
		t.Errorf("qpdf: %s", out)
	}
	u, err := newUpdate(s.File, now)
	if err != nil {
		t.Fatal(err)
	}
	write("content", append(bytes.Clone(u.bytes[:u.from]), u.bytes[u.to:]...))
	write("signature.der", s.Signature.Encode())
	write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Signature.Certificate.Raw}))
	verify := []string{"cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", path("signature.der"), "-content", path("content"), "-CAfile", path("cert.pem"),
		"-partial_chain", "-purpose", "any", "-out", os.DevNull, "-attime", fmt.Sprint(now.Unix())}
	if out := run(t, "openssl", verify...); !strings.Contains(out, "CAdES Verification successful") {
		t.Errorf("openssl: %s", out)
	}
	printed := run(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path("signature.der"))
	if strings.Contains(printed, "signingTime") || !strings.Contains(printed, "id-smime-aa-signingCertificateV2") {
		t.Errorf("attributes: %s", printed)
	}
}

// TestNoBitCanChange: every single bit of a signed file counts. The bits are drawn, but all
// of those that no signature covers are tried; with SHOKYO_TAMPER all of the file.
func TestNoBitCanChange(t *testing.T) {
	s := sign(t, sample())
	u, err := newUpdate(s.File, now)
	if err != nil {
		t.Fatal(err)
	}
	all := os.Getenv("SHOKYO_TAMPER") != ""
	end := u.from + 1 + 2*len(s.Signature.Encode()) + 64
	tried := 0
	for at := range s.Bytes {
		covered := at < u.from || at >= end
		if covered && !all && mathrand.IntN(100) != 0 {
			continue
		}
		for bit := range 8 {
			if !covered && !all && (at+bit)%8 != 0 {
				continue
			}
			tried++
			changed := bytes.Clone(s.Bytes)
			changed[at] ^= 1 << bit
			var broken *Broken
			if _, err := Open(changed); !errors.As(err, &broken) || broken.Fault == 0 {
				t.Fatalf("bit %d of byte %d of %d: %v", bit, at, len(changed), err)
			}
		}
	}
	if tried < 2000 {
		t.Errorf("only %d bits were tried", tried)
	}
	t.Logf("%d bits of %d", tried, 8*len(s.Bytes))
}

// TestFaultsAreNamed: what was done to a signed file is said in its name.
func TestFaultsAreNamed(t *testing.T) {
	s := sign(t, sample())
	b := s.Bytes
	dir := t.TempDir()
	path := filepath.Join(dir, "signed.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		bytes []byte
		want  Fault
		says  string
	}{
		{"no PDF", []byte("hello"), NoPDF, "not a PDF"},
		{"not signed", sample(), Unsigned, "no signature"},
		{"a byte more", append(bytes.Clone(b), '\n'), Appended, "1 bytes stand behind"},
		{"shadow attack", revised(b), Revised, "revised after it was signed"},
		{"signed once more", signedAgain(t, b), Several, "2 signatures"},
		{"cut", b[:len(b)-1], Partial, "the end of the PDF is missing"},
		{"another text", bytes.Replace(b, []byte("(two)"), []byte("(2nd)"), 1), Changed, "not those that were signed"},
		{"another attachment", bytes.Replace(b, []byte("no-residue"), []byte("residue!!!"), 1), Changed, "not those that were signed"},
		{"a page removed", without(t, path), Rewritten, "written anew"},
		{"a wider hole", bytes.Replace(b, []byte("/ByteRange[0 0"), []byte("/ByteRange[1 0"), 1), Partial, "leaves out more"},
		{"another time", bytes.Replace(b, []byte("M(D:2026"), []byte("M(D:2025"), 1), Changed, "not those that were signed"},
		{"another signature", swapped(t, b), Changed, "not those that were signed"},
	} {
		var broken *Broken
		_, err := Open(c.bytes)
		if !errors.As(err, &broken) || broken.Fault != c.want || !strings.Contains(broken.Error(), c.says) {
			t.Errorf("%s: %+v", c.name, err)
		}
	}
}

// revised appends a revision in which page two says something else.
func revised(b []byte) []byte {
	out := bytes.Clone(b)
	object := bytes.Index(b, []byte("7 0 obj"))
	at := len(out)
	out = append(out, bytes.Replace(b[object:object+bytes.Index(b[object:], []byte("endobj\n"))+7], []byte("two"), []byte("TWO"), 1)...)
	xref := len(out)
	return fmt.Appendf(out, "xref\n7 1\n%010d 00000 n \ntrailer\n<</Size 14/Root 1 0 R/Prev 1>>\nstartxref\n%d\n%%%%EOF\n", at, xref)
}

// signedAgain has a second signature over everything, the first among it.
func signedAgain(t *testing.T, b []byte) []byte {
	second := bytes.Index(b, []byte("/ByteRange["))
	more := fmt.Appendf(nil, "9 0 obj\n<</Type/Sig/ByteRange[0 %d %d 99999]/Contents <00>>>\nendobj\nstartxref\n1\n%%%%EOF\n", second, second+20)
	out := append(bytes.Clone(b), more...)
	return bytes.Replace(out, fmt.Appendf(nil, "%d 99999]", second+20), fmt.Appendf(nil, "%d %05d]", second+20, len(out)-second-20), 1)
}

// without lets another program take page two out.
func without(t *testing.T, path string) []byte {
	run(t, "qpdf", "--empty", "--pages", path, "1,3", "--", path+".less")
	b, err := os.ReadFile(path + ".less")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// swapped has the signature of another file by another identity.
func swapped(t *testing.T, b []byte) []byte {
	other := sign(t, pdftest.Make([]string{"other", "two"}, nil)).Bytes
	from, to := bytes.LastIndex(b, []byte("/Contents <")), bytes.LastIndex(other, []byte("/Contents <"))
	out := bytes.Clone(b)
	copy(out[from:], other[to:to+len("/Contents <")+2*room])
	return out
}

// TestNotSigned: what could hide something is not signed.
func TestNotSigned(t *testing.T) {
	id := newIdentity(t)
	plain := string(sample())
	for name, file := range map[string]string{
		"signed already":      string(sign(t, sample()).Bytes),
		"bytes at the end":    plain + "x",
		"script":              strings.Replace(plain, "/Type /Catalog", "/AA<</K 1>>   ", 1),
		"hidden object":       strings.Replace(plain, "Helvetica>>\nendobj", "H>>\nendobj\n1 0 o", 1),
		"two keys":            strings.Replace(plain, "/Subtype /Type1", "/Type    /Type1", 1),
		"key in another way":  strings.Replace(plain, "/Type1", "/#54y1", 1),
		"a page that is none": strings.Replace(plain, "/Type /Page /", "/Type /Pagf /", 3),
	} {
		if _, err := Sign([]byte(file), id.cert, id.key, now); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	s := sign(f, sample())
	f.Add(s.Bytes)
	f.Add(sample())
	f.Add(revised(s.Bytes))
	f.Fuzz(func(t *testing.T, b []byte) {
		back, err := Open(b)
		if err == nil && !bytes.Equal(back.Bytes, b) {
			t.Error("another file was opened")
		}
	})
}
