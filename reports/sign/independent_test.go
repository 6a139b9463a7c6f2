package sign

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"
)

// independent is what scripts/verify-report says, which shares no line with this package, of
// each path: a line, which begins with VALID or NOT VALID.
func independent(t *testing.T, certificate string, paths []string) []string {
	t.Helper()
	args := []string{"../../scripts/verify-report"}
	if certificate != "" {
		args = append(args, "--cert", certificate)
	}
	out, err := exec.Command("/usr/bin/python3", append(args, paths...)...).CombinedOutput()
	var exit *exec.ExitError
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	known := func(status int) bool { return status == 3 || certificate == "" && status == 4 }
	if certificate == "" && err == nil || err != nil && !(errors.As(err, &exit) && known(exit.ExitCode())) || len(lines) != len(paths) {
		t.Fatalf("verify-report: %v\n%s", err, out)
	}
	return lines
}

// secondSignature is one as any program can write it, whatever it says.
func secondSignature(t *testing.T, e []byte, role, decision, reason string, by identity.Identity) []byte {
	t.Helper()
	type predicate struct {
		Role        string `json:"role"`
		Decision    string `json:"decision,omitempty"`
		Reason      string `json:"reason,omitempty"`
		Time        string `json:"time"`
		Certificate []byte `json:"certificate"`
	}
	b, err := envelope.Seal(struct {
		Type      string             `json:"_type"`
		Subject   []envelope.Subject `json:"subject"`
		Is        string             `json:"predicateType"`
		Predicate predicate          `json:"predicate"`
	}{envelope.StatementType, []envelope.Subject{{Name: envelopeFile, Digest: envelope.Digest{SHA256: envelope.Pin("", e).SHA256}}},
		"https://shokyo.dev/countersignature/v1", predicate{role, decision, reason, "2026-04-01T09:00:00Z", by.Certificate().Raw}}, by)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// renamed is somebody's key under another certificate.
func renamed(t *testing.T, id identity.Identity, name string) identity.Identity {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0)}
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

// TestIndependentReading: two implementations agree on what is valid, good and bad.
func TestIndependentReading(t *testing.T) {
	id, second := current(t, "Lab"), current(t, "Second")
	certs := t.TempDir()
	for name, i := range map[string]identity.Identity{"lab": id, "other": second} {
		if err := os.WriteFile(filepath.Join(certs, name), i.PEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := onDisk(t, id)
	if err := countersigns(dir, countersign.Said{Role: countersign.Concurrence}, second, time.Now()); err != nil {
		t.Fatal(err)
	}
	change := func(name string, change func(b []byte) []byte) func(dir string) {
		return func(dir string) {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(at int) func(b []byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	second2 := renamed(t, second, "Third")
	put := func(role countersign.Role, said, decision, reason string, by identity.Identity) func(dir string) {
		return func(dir string) {
			e, err := os.ReadFile(filepath.Join(dir, envelopeFile))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, role.File()), secondSignature(t, e, said, decision, reason, by), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	other := onDisk(t, second)
	type sample struct {
		name  string
		do    func(dir string)
		path  string // in the folder
		cert  string
		valid bool
	}
	samples := []sample{
		{"bundle", func(string) {}, "", "", true}, {"by the lab", func(string) {}, "", "lab", true}, {"not by another", func(string) {}, "", "other", false},
		{"PDF", func(string) {}, PDFFile, "lab", true}, {"PDF not by another", func(string) {}, PDFFile, "other", false},
		{"bytes behind the PDF", change(PDFFile, func(b []byte) []byte { return append(b, "more\n"...) }), PDFFile, "", false},
		{"a PDF cut", change(PDFFile, func(b []byte) []byte { return b[:len(b)-9] }), PDFFile, "", false},
		{"another page", change(PDFFile, func(b []byte) []byte { return bytes.Replace(b, []byte("/Helvetica"), []byte("/Helveticb"), 1) }), PDFFile, "", false},
		{"another attachment", change(PDFFile, func(b []byte) []byte { return bytes.Replace(b, []byte("<dfxml"), []byte("<DFXML"), 1) }), PDFFile, "", false},
		{"another PDF", func(dir string) {
			b, _ := os.ReadFile(filepath.Join(other, PDFFile))
			os.WriteFile(filepath.Join(dir, PDFFile), b, 0o600)
		}, "", "", false},
		{"a stranger", func(dir string) { os.WriteFile(filepath.Join(dir, "more.txt"), nil, 0o600) }, "", "", false},
		{"a second signature gone", func(dir string) { os.Remove(filepath.Join(dir, countersign.Concurrence.File())) }, "", "", true},
		{"approved", put(countersign.Validation, "validation", "approved", "", second), "", "", true},
		{"rejected", put(countersign.Validation, "validation", "rejected", "no control", second), "", "", true},
		{"rejected without a reason", put(countersign.Validation, "validation", "rejected", "", second), "", "", false},
		{"rejected for a blank", put(countersign.Validation, "validation", "rejected", " ", second), "", "", false},
		{"a long reason", put(countersign.Validation, "validation", "approved", strings.Repeat("研", 2001), second), "", "", false},
		{"a validation that does not decide", put(countersign.Validation, "validation", "", "", second), "", "", false},
		{"a concurrence that decides", put(countersign.Concurrence, "concurrence", "approved", "", second), "", "", false},
		{"a role that is not that of the file", put(countersign.Validation, "concurrence", "", "", second), "", "", false},
		{"a second person of no name", put(countersign.Validation, "validation", "approved", "", throwAway(t)), "", "", false},
		{"the first again", put(countersign.Validation, "validation", "approved", "", id), "", "", false},
		{"the first under another certificate", put(countersign.Validation, "validation", "approved", "", renamed(t, id, "Boss")), "", "", false},
		{"the second under another certificate", put(countersign.Validation, "validation", "approved", "", second2), "", "", false},
		{"a second signature of another report", func(dir string) {
			b := secondSignature(t, []byte("another"), "validation", "approved", "", second)
			os.WriteFile(filepath.Join(dir, countersign.Validation.File()), b, 0o600)
		}, "", "", false},
		{"a second signature changed", change(countersign.Concurrence.File(), flip(200)), "", "", false},
	}
	for _, f := range files[:9] { // up to the PDF
		samples = append(samples,
			sample{f.name + " changed", change(f.name, flip(200)), "", "", false},
			sample{f.name + " gone", func(dir string) { os.Remove(filepath.Join(dir, f.name)) }, "", "", false})
	}
	paths, ours := map[string][]string{}, map[string][]sample{}
	for _, s := range samples {
		copied := filepath.Join(t.TempDir(), "b")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		s.do(copied)
		path := filepath.Join(copied, s.path)
		paths[s.cert], ours[s.cert] = append(paths[s.cert], path), append(ours[s.cert], s)
		trusted := map[string]*x509.Certificate{"": nil, "lab": id.Certificate(), "other": second.Certificate()}[s.cert]
		if _, err := Verify(path, trusted); (err == nil) != s.valid {
			t.Errorf("%s: %v", s.name, err)
		}
	}
	for cert, list := range paths {
		file := ""
		if cert != "" {
			file = filepath.Join(certs, cert)
		}
		for i, line := range independent(t, file, list) {
			if s := ours[cert][i]; strings.HasPrefix(line, "VALID ") != s.valid || !s.valid && !strings.HasPrefix(line, "NOT VALID ") {
				t.Errorf("%s: %s", s.name, line)
			}
		}
	}
}

// TestIndependentReadingOfNothing: who looked at nothing, or does not know the signer, has not succeeded, and what was not looked into is
// named.
func TestIndependentReadingOfNothing(t *testing.T) {
	id := current(t, "Lab")
	dir := onDisk(t, id)
	cert := filepath.Join(dir, identity.CertificateFile)
	if err := os.WriteFile(filepath.Join(dir, TimestampFile), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, 2, "usage"}, {[]string{"--cert"}, 2, "usage"}, {[]string{"--cert", cert}, 2, "usage"}, {[]string{"--help"}, 2, "usage"},
		{[]string{"--cert", cert, dir}, 0, "(not checked: report.tst)"}, {[]string{dir}, 4, "(signer unknown"},
		{[]string{dir, dir + "x"}, 1, "NOT CHECKED"}, {[]string{"--cert", cert, cert, dir}, 3, "NOT VALID"},
	} {
		out, err := exec.Command("/usr/bin/python3", append([]string{"../../scripts/verify-report"}, c.args...)...).CombinedOutput()
		status := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			status = exit.ExitCode()
		}
		if status != c.status || !strings.Contains(string(out), c.says) {
			t.Errorf("%q: status %d, want %d; %s", c.args, status, c.status, out)
		}
	}
}
