// Package tsatest is a timestamp authority for tests: openssl ts answers, by keys that are
// made for the test.
package tsatest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Authority is one with a certificate by a root of its own.
type Authority struct {
	Root string // PEM file of who vouches for it
	dir  string
	one  sync.Mutex // openssl counts serial numbers in a file
}

// Policy is the one by which it answers, unless another that it knows is asked for.
const (
	Policy = "1.2.3.4.1"
	Other  = "1.2.3.4.5"
)

const config = `
oid_section = oids
[oids]
[tsa]
default_tsa = the_tsa
[the_tsa]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = ` + Policy + `
other_policies = ` + Other + `
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[plain]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
`

// New makes an authority; extension is "ext", or "plain" for one that may not timestamp.
func New(t testing.TB, extension string) *Authority {
	t.Helper()
	dir := t.TempDir()
	a := &Authority{Root: filepath.Join(dir, "root.pem"), dir: dir}
	a.write(t, "config", config)
	a.write(t, "serial", "01\n")
	a.openssl(t, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root of Time", "-days", "30")
	a.openssl(t, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Example Time")
	a.openssl(t, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "20", "-extfile", "config", "-extensions", extension)
	return a
}

func (a *Authority) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (a *Authority) openssl(t testing.TB, args ...string) {
	t.Helper()
	if out, err := a.run(args...); err != nil {
		t.Fatalf("openssl %q: %v\n%s", args, err, out)
	}
}

func (a *Authority) run(args ...string) ([]byte, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Dir = a.dir
	return cmd.CombinedOutput()
}

// Answer answers a request.
func (a *Authority) Answer(request []byte) ([]byte, error) {
	a.one.Lock()
	defer a.one.Unlock()
	if err := os.WriteFile(filepath.Join(a.dir, "q"), request, 0o600); err != nil {
		return nil, err
	}
	if out, err := a.run("ts", "-reply", "-config", "config", "-section", "the_tsa", "-queryfile", "q", "-out", "r"); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(filepath.Join(a.dir, "r"))
}

// Serve answers over HTTP, changed by lie if that is not nil.
func (a *Authority) Serve(t testing.TB, lie func(request []byte) []byte) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := io.ReadAll(r.Body)
		if lie != nil {
			q = lie(q)
		}
		answer, fails := a.Answer(q)
		if err != nil || fails != nil {
			http.Error(w, fmt.Sprint(err, fails), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		w.Write(answer)
	}))
	t.Cleanup(s.Close)
	return s.URL
}
