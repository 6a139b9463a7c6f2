package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/tsatest"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/timestamp"
)

// issue makes a certificate by an authority, or by itself, and its key.
func issue(t *testing.T, name string, authority *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: now.AddDate(-50, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true}
	if authority == nil {
		c.IsCA, c.KeyUsage, authority, by = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, authority, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return c, key
}

func inPEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// bundle is a small report that the laboratory signed.
func bundle(t *testing.T, id identity.Identity) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := sign.WriteBundle(dir, build.Document(reporttest.Small(), id.Facts()), id, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func stamp(t *testing.T, a *tsatest.Authority, dir string) {
	t.Helper()
	must := func(err error) {
		if t.Helper(); err != nil {
			t.Fatal(err)
		}
	}
	v, err := sign.Verify(dir, nil)
	must(err)
	to, err := sign.Stampable(dir, v)
	must(err)
	request, err := timestamp.NewRequest(to.Digest, nil)
	must(err)
	q, err := request.Encode()
	must(err)
	r, err := a.Answer(q)
	must(err)
	token, err := request.Accept(r)
	must(err)
	must(to.Add(token))
}

// A report is trusted where those whom the reader named stand behind it, and nowhere else.
func TestCheck(t *testing.T) {
	root, rootKey := issue(t, "Example Root", nil, nil)
	other, _ := issue(t, "Example Root", nil, nil)
	cert, key := issue(t, "Example Lab", root, rootKey)
	lab, err := identity.Of(key, cert)
	if err != nil {
		t.Fatal(err)
	}
	tsa, stranger := tsatest.New(t, "ext"), tsatest.New(t, "ext")
	read := func(path string) []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain, stamped := bundle(t, lab), bundle(t, lab)
	stamp(t, tsa, stamped)
	for name, c := range map[string]struct {
		dir            string
		signer, stamps []byte
		trusted        bool
		by, problems   string // the problems' codes
	}{
		"nobody":                          {dir: stamped},
		"the laboratory":                  {dir: plain, signer: inPEM(cert), trusted: true},
		"its authority":                   {dir: plain, signer: inPEM(root), trusted: true, by: "Example Root"},
		"another authority of that name":  {dir: plain, signer: inPEM(other), problems: "signer"},
		"time, and there is no timestamp": {dir: plain, signer: inPEM(cert), stamps: read(tsa.Root), problems: "not-timestamped", trusted: true},
		"time, by its authority":          {dir: stamped, signer: inPEM(root), stamps: read(tsa.Root), trusted: true, by: "Example Root"},
		"time, by another authority":      {dir: stamped, signer: inPEM(cert), stamps: read(stranger.Root), problems: "timestamp", trusted: true},
		"both by others":                  {dir: stamped, signer: inPEM(other), stamps: read(stranger.Root), problems: "timestamp signer"},
	} {
		var who Trust
		if c.signer != nil {
			if err := who.Signer(c.signer); err != nil {
				t.Fatal(name, err)
			}
		}
		if c.stamps != nil {
			if err := who.Stamps(c.stamps); err != nil {
				t.Fatal(name, err)
			}
		}
		v, err := sign.Verify(c.dir, who.Laboratory())
		if err != nil {
			t.Fatal(name, err)
		}
		a, problems, err := who.Check(v)
		var codes []string
		for _, p := range problems {
			codes = append(codes, p.Code)
		}
		wantStamps := c.stamps != nil && c.problems == ""
		if err != nil || v.Trusted != c.trusted || a.VouchedBy != c.by || a.StampsTrusted != wantStamps || strings.Join(codes, " ") != c.problems {
			t.Errorf("%s: %+v, trusted %v, %q, %v", name, a, v.Trusted, codes, err)
		}
	}
}

// What cannot be whom somebody meant is refused.
func TestFiles(t *testing.T) {
	root, rootKey := issue(t, "Example Root", nil, nil)
	cert, _ := issue(t, "Example Lab", root, rootKey)
	for name, take := range map[string]func(*Trust) error{
		"no certificate":                    func(w *Trust) error { return w.Signer([]byte("x")) },
		"a laboratory and its authority":    func(w *Trust) error { return w.Signer(append(inPEM(cert), inPEM(root)...)) },
		"no certificates of time":           func(w *Trust) error { return w.Stamps([]byte("x")) },
		"what is no list, of the authority": func(w *Trust) error { return errors.Join(w.Signer(inPEM(root)), w.AddList([]byte("x"))) },
	} {
		if take(new(Trust)) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	var lab Trust
	if err := lab.Signer(inPEM(cert)); err != nil {
		t.Fatal(err)
	}
	if err := lab.AddList(nil); !errors.Is(err, ErrNoAuthority) {
		t.Errorf("a list of a laboratory: %v", err)
	}
}
