package authority

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/tooltest"
)

var now = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// holder has a certificate and its key.
type holder struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

var serial int64

// issue makes a certificate by an authority, or by itself.
func issue(t testing.TB, name string, by *holder, change func(c *x509.Certificate)) *holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial++
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true}
	if change != nil {
		change(c)
	}
	parent, sign := c, key
	if by != nil {
		parent, sign = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), sign)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &holder{cert, key}
}

func ca(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

func pems(list ...*holder) (b []byte) {
	for _, h := range list {
		b = append(b, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.cert.Raw})...)
	}
	return b
}

func load(t testing.TB, list ...*holder) *Authorities {
	t.Helper()
	a, err := Parse(pems(list...))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestChain: who is vouched for, by whom, when, and for what.
func TestChain(t *testing.T) {
	root := issue(t, "Root", nil, ca)
	between := issue(t, "Between", root, ca)
	other := issue(t, "Root", nil, ca) // another of that name
	old := issue(t, "Old Root", nil, func(c *x509.Certificate) { ca(c); c.NotAfter = now.AddDate(0, -1, 0) })
	noAuthority := issue(t, "Lab as authority", root, nil)
	lab := issue(t, "Lab", between, nil)
	usage := func(u x509.KeyUsage, ext ...x509.ExtKeyUsage) *holder {
		return issue(t, "Lab", root, func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = u, ext })
	}
	oid := func(oid ...int) *holder {
		return issue(t, "Lab", root, func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oid} })
	}
	for _, c := range []struct {
		name    string
		trusted []*holder
		signer  *holder
		at      time.Time
		code    Code
		by      string
	}{
		{"through the one between", []*holder{root, between}, lab, now, "", "Root"},
		{"in any order", []*holder{between, root}, lab, now, "", "Root"},
		{"the one between is trusted for itself", []*holder{between}, lab, now, "", "Between"},
		{"the one between is missing", []*holder{root}, lab, now, Signer, ""},
		{"another root of that name", []*holder{other, between}, lab, now, Signer, ""},
		{"one of several roots", []*holder{other, root, between}, lab, now, "", "Root"},
		{"by itself", []*holder{root}, issue(t, "Lab", nil, nil), now, Signer, ""},
		{"by a laboratory", []*holder{root}, issue(t, "Lab", noAuthority, nil), now, Signer, ""},
		{"before it", []*holder{root, between}, lab, now.AddDate(-2, 0, 0), Certificate, ""},
		{"after it", []*holder{root, between}, lab, now.AddDate(2, 0, 0), Certificate, ""},
		{"the root had expired", []*holder{old}, issue(t, "Lab", old, nil), now, Signer, ""},
		{"before the root expired", []*holder{old}, issue(t, "Lab", old, nil), now.AddDate(0, -2, 0), "", "Old Root"},
		{"an authority itself", []*holder{root}, between, now, Certificate, ""},
		{"commitment", []*holder{root}, usage(x509.KeyUsageContentCommitment), now, "", "Root"},
		{"any usage", []*holder{root}, usage(0), now, "", "Root"},
		{"to agree on keys", []*holder{root}, usage(x509.KeyUsageKeyAgreement), now, Certificate, ""},
		{"mail", []*holder{root}, usage(x509.KeyUsageDigitalSignature, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageEmailProtection), now, "", "Root"},
		{"anything", []*holder{root}, usage(x509.KeyUsageDigitalSignature, x509.ExtKeyUsageAny), now, "", "Root"},
		{"a server", []*holder{root}, usage(x509.KeyUsageDigitalSignature, x509.ExtKeyUsageServerAuth), now, Certificate, ""},
		{"programs", []*holder{root}, usage(x509.KeyUsageDigitalSignature, x509.ExtKeyUsageCodeSigning), now, Certificate, ""},
		{"documents", []*holder{root}, oid(1, 3, 6, 1, 5, 5, 7, 3, 36), now, "", "Root"},
		{"documents, before RFC 9336", []*holder{root}, oid(1, 3, 6, 1, 4, 1, 311, 10, 3, 12), now, "", "Root"},
		{"who knows", []*holder{root}, oid(1, 2, 3), now, Certificate, ""},
	} {
		by, err := load(t, c.trusted...).Vouch(c.signer.cert, When{c.at, true})
		var refused *Refused
		switch {
		case c.code == "" && (err != nil || by != c.by):
			t.Errorf("%s: by %q, %v", c.name, by, err)
		case c.code != "" && (!errors.As(err, &refused) || refused.Code != c.code || by != ""):
			t.Errorf("%s: by %q, %v", c.name, by, err)
		}
	}
}

// TestFiles: what is no file of authorities.
func TestFiles(t *testing.T) {
	root, lab := issue(t, "Root", nil, ca), issue(t, "Lab", nil, nil)
	for says, b := range map[string][]byte{
		"no certificate of an authority": pems(lab), "certificate of an": nil, "of somebody else": pems(root, lab),
		"something else": append(pems(root), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"...), "else than certificates": append(pems(root), "more"...),
		"not a certificate": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{0x30, 0}}),
	} {
		if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	for _, b := range [][]byte{pems(lab), nil} {
		if _, err := Parse(b); !errors.Is(err, ErrNone) {
			t.Error(err)
		}
	}
	a := load(t, root)
	for says, b := range map[string][]byte{
		"no certificate revocation list": []byte("hello"), "does not hold one": pems(root), "hold one certificate revocation list": append(list(t, root, now), list(t, root, now)...),
	} {
		if err := a.AddList(b); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func list(t testing.TB, by *holder, at time.Time, entries ...x509.RevocationListEntry) []byte {
	return listWith(t, by, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 7), RevokedCertificateEntries: entries})
}

func listWith(t testing.TB, by *holder, l *x509.RevocationList) []byte {
	t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, l, by.cert, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

func entry(h *holder, at time.Time, extensions ...pkix.Extension) x509.RevocationListEntry {
	return x509.RevocationListEntry{SerialNumber: h.cert.SerialNumber, RevocationTime: at, ExtraExtensions: extensions}
}

// TestRevoked: a list says no to whom it names, yes to nobody else, and nothing of what it does not
// reach.
func TestRevoked(t *testing.T) {
	root := issue(t, "Root", nil, ca)
	between := issue(t, "Between", root, ca)
	imposter := issue(t, "Between", nil, ca)
	lab, other := issue(t, "Lab", between, nil), issue(t, "Other Lab", between, nil)
	since, err := asn1.MarshalWithParams(now.AddDate(0, 0, -9), "generalized")
	if err != nil {
		t.Fatal(err)
	}
	stolen := pkix.Extension{Id: oidInvalidityDate, Value: since}
	noDate := pkix.Extension{Id: oidInvalidityDate, Value: []byte{0x30, 0}}
	later, yesterday, tomorrow := now.AddDate(0, 0, 5), now.AddDate(0, 0, -1), now.AddDate(0, 0, 1)
	for _, c := range []struct {
		name   string
		lists  [][]byte
		proven bool
		says   string // empty: vouched for
		code   Code   // empty with says: could not be found out
	}{
		{"no list", nil, true, "", ""},
		{"a list of nobody", [][]byte{list(t, between, later)}, true, "", ""},
		{"of that very time", [][]byte{list(t, between, now)}, true, "", ""},
		{"another", [][]byte{list(t, between, later, entry(other, yesterday))}, true, "", ""},
		{"before", [][]byte{list(t, between, later, entry(lab, yesterday))}, true, "was revoked from 2026-03-31T09:00:00Z on, before", Revoked},
		{"before, and nobody says when it signed", [][]byte{list(t, between, later, entry(lab, yesterday))}, false, "is revoked", Revoked},
		{"at that time", [][]byte{list(t, between, later, entry(lab, now))}, true, "was revoked", Revoked},
		{"after", [][]byte{list(t, between, later, entry(lab, tomorrow))}, true, "", ""},
		{"after, and nobody says when it signed", [][]byte{list(t, between, later, entry(lab, tomorrow))}, false, "the signer's word alone", Revoked},
		{"after, but stolen before", [][]byte{list(t, between, later, entry(lab, tomorrow, stolen))}, true, "from 2026-03-23T09:00:00Z on", Revoked},
		{"stolen at no time", [][]byte{list(t, between, later, entry(lab, tomorrow, noDate))}, true, "a date that is none", ""},
		{"an older list", [][]byte{list(t, between, yesterday)}, true, "is not known", ""},
		{"an older list that has it", [][]byte{list(t, between, yesterday, entry(lab, now.AddDate(0, 0, -2)))}, true, "was revoked", Revoked},
		{"two lists", [][]byte{list(t, between, yesterday), list(t, between, later)}, true, "", ""},
		{"the root's list alone", [][]byte{list(t, root, later)}, true, "is not known", ""},
		{"the one between is revoked", [][]byte{list(t, between, later), list(t, root, later, entry(between, yesterday))}, true, `"Between" was revoked`, Revoked},
		{"by another of that name", [][]byte{list(t, imposter, later)}, true, "is not known", ""},
		{"by another of that name, it says so", [][]byte{list(t, imposter, later, entry(lab, yesterday))}, true, "is not known", ""},
	} {
		a := load(t, root, between)
		for _, b := range c.lists {
			if err := a.AddList(b); err != nil {
				t.Fatal(err)
			}
		}
		_, err := a.Vouch(lab.cert, When{now, c.proven})
		var refused *Refused
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) || errors.As(err, &refused) != (c.code != "") || refused != nil && refused.Code != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestListsOfAPart: a list that does not say all is not taken for one that does.
func TestListsOfAPart(t *testing.T) {
	root := issue(t, "Root", nil, ca)
	part := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0}}
	others := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: []byte{0x30, 0}}
	for says, l := range map[string]*x509.RevocationList{
		"a part":  {ExtraExtensions: []pkix.Extension{part}},
		"entries": {RevokedCertificateEntries: []x509.RevocationListEntry{entry(root, now, others)}},
	} {
		l.Number, l.ThisUpdate, l.NextUpdate = big.NewInt(1), now, now.AddDate(0, 0, 7)
		if err := load(t, root).AddList(listWith(t, root, l)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// TestOpenSSL: an authority as OpenSSL makes it, with a list in DER.
func TestOpenSSL(t *testing.T) {
	openssl := tooltest.Path(t, "openssl")
	dir := t.TempDir()
	config := `[ca]
default_ca = a
[a]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 9
default_crl_days = 9
policy = p
crlnumber = serial
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
[p]
commonName = supplied
[between]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[lab]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
`
	for name, text := range map[string]string{"config": config, "index": "", "serial": "1000\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(line string) {
		t.Helper()
		cmd := exec.Command(openssl, strings.Fields(line)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", line, err, out)
		}
	}
	run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout root.key -out root.pem -subj /CN=OpenSSL-Root -days 30")
	run("req -new -newkey rsa:2048 -nodes -keyout between.key -out between.csr -subj /CN=OpenSSL-Between")
	run("x509 -req -in between.csr -CA root.pem -CAkey root.key -CAcreateserial -out between.pem -days 20 -extfile config -extensions between")
	run("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout lab.key -out lab.csr -subj /CN=OpenSSL-Lab")
	run("ca -batch -notext -config config -cert between.pem -keyfile between.key -extensions lab -in lab.csr -out lab.pem")
	run("ca -config config -cert between.pem -keyfile between.key -gencrl -out before.crl")
	run("ca -config config -cert between.pem -keyfile between.key -revoke lab.pem -crl_reason keyCompromise")
	run("ca -config config -cert between.pem -keyfile between.key -gencrl -out after.pem")
	run("crl -in after.pem -outform DER -out after.crl")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	block, _ := pem.Decode(read("lab.pem"))
	lab, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	both := append(bytes.Clone(read("root.pem")), read("between.pem")...)
	for crl, says := range map[string]string{"": "", "before.crl": "", "after.crl": "is revoked"} {
		a, err := Parse(both)
		if err != nil {
			t.Fatal(err)
		}
		if crl != "" {
			if err := a.AddList(read(crl)); err != nil {
				t.Fatal(err)
			}
		}
		by, err := a.Vouch(lab, When{lab.NotBefore, false})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) || err == nil && by != "OpenSSL-Root" {
			t.Errorf("%s: %q, %v", crl, by, err)
		}
	}
}
