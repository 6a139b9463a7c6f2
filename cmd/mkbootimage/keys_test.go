package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pair makes a key and its certificate.
func pair(t *testing.T, args ...string) (key, certificate string) {
	t.Helper()
	dir := t.TempDir()
	key, certificate = filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")
	args = append([]string{"req", "-new", "-x509", "-subj", "/CN=test/", "-keyout", key, "-out", certificate}, args...)
	if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	return key, certificate
}

// Pairs that cannot sign are refused before anything is built, in one line that
// names the file.
func TestKeys(t *testing.T) {
	key, certificate := pair(t, "-newkey", "rsa:2048", "-nodes")
	other, _ := pair(t, "-newkey", "rsa:2048", "-nodes")
	secret, itsCertificate := pair(t, "-newkey", "rsa:2048", "-passout", "pass:secret")
	ecKey, ecCertificate := pair(t, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, key, certificate, want string }{
		{"good", key, certificate, ""},
		{"a key with a passphrase", secret, itsCertificate, ""},
		{"another's key", other, certificate, other + ": give the private key of " + certificate},
		{"no key", empty, certificate, empty + ": give the private key"},
		{"a certificate for a key", certificate, certificate, certificate + ": give the private key"},
		{"no certificate", key, empty, empty + ": there is no certificate"},
		{"a key for a certificate", key, key, key + ": there is no certificate"},
		{"not RSA", ecKey, ecCertificate, ecCertificate + ": it is for a key of the kind ECDSA"},
		{"no key file", empty + "x", certificate, "-key (SECUREBOOT_KEY): open " + empty + "x"},
		{"no certificate file", key, empty + "x", "-cert (SECUREBOOT_CERT): open " + empty + "x"},
	} {
		_, err := parse([]string{"-key", c.key, "-cert", c.certificate}, io.Discard)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
