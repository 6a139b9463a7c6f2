// Package kmiptest has key servers on loopback for tests, which speak KMIP over TLS with certificates on
// both sides: PyKMIP, as Debian has it, which forgets a key that was destroyed ([PyKMIP]); one that
// keeps what it knew of it, made of the library github.com/ovh/kmip-go ([New]); and one that sends
// whatever a test wants ([Liar]).
package kmiptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ovh/kmip-go"
	"github.com/ovh/kmip-go/kmipclient"
)

// Authority is who vouches for servers and clients.
type Authority struct {
	Dir  string // with ca.pem, and NAME.pem and NAME.key of each certificate
	t    testing.TB
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// NewAuthority makes one, with the certificates "server", for 127.0.0.1, and "client".
func NewAuthority(t testing.TB) *Authority {
	a := &Authority{Dir: t.TempDir(), t: t, key: newKey(t)}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert = ca
	der := a.sign(ca, a.key)
	a.cert, _ = x509.ParseCertificate(der)
	a.Issue("server", x509.ExtKeyUsageServerAuth, time.Hour)
	a.Issue("client", x509.ExtKeyUsageClientAuth, time.Hour)
	a.write("ca.pem", "CERTIFICATE", der)
	return a
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (a *Authority) sign(c *x509.Certificate, k crypto.Signer) []byte {
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, k.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

func (a *Authority) write(name, kind string, der []byte) {
	if err := os.WriteFile(filepath.Join(a.Dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// Issue makes a certificate that holds from two hours ago, for 127.0.0.1 and localhost.
func (a *Authority) Issue(name string, use x509.ExtKeyUsage, holds time.Duration) {
	a.issue(name, newKey(a.t), use, holds)
}

// RSA makes one like it with an RSA key, which old cipher suites need.
func (a *Authority) RSA(name string, use x509.ExtKeyUsage) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		a.t.Fatal(err)
	}
	a.issue(name, k, use, time.Hour)
}

func (a *Authority) issue(name string, k crypto.Signer, use x509.ExtKeyUsage, holds time.Duration) {
	now := time.Now()
	a.write(name+".pem", "CERTIFICATE", a.sign(&x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "example " + name},
		NotBefore: now.Add(-2 * time.Hour), NotAfter: now.Add(holds), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{use}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}, k))
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".key", "PRIVATE KEY", der)
}

// Pair is a certificate with its key.
func (a *Authority) Pair(name string) tls.Certificate {
	c, err := tls.LoadX509KeyPair(filepath.Join(a.Dir, name+".pem"), filepath.Join(a.Dir, name+".key"))
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// Pool has the authority.
func (a *Authority) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// Listen opens a port of a server; with suites, one that has TLS 1.2 and these.
func (a *Authority) Listen(suites ...uint16) net.Listener {
	c := &tls.Config{Certificates: []tls.Certificate{a.Pair("server")}, ClientCAs: a.Pool(), ClientAuth: tls.RequireAndVerifyClientCert, CipherSuites: suites}
	if suites != nil {
		c.MaxVersion = tls.VersionTLS12
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", c)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { l.Close() })
	return l
}

// Do has an administrator do something to a key: create (by its name), activate, revoke, destroy or archive it. It gives the key's id.
func (a *Authority) Do(address, what, key string) (id string, err error) {
	c := a.Admin(address)
	switch what {
	case "create":
		made, err := c.Create().AES(256, kmip.CryptographicUsageEncrypt|kmip.CryptographicUsageDecrypt).WithName(key).Exec()
		if err != nil {
			return "", err
		}
		return made.UniqueIdentifier, nil
	case "activate":
		_, err = c.Activate(key).Exec()
	case "revoke":
		_, err = c.Revoke(key).WithRevocationReasonCode(kmip.RevocationReasonCodeCessationOfOperation).Exec()
	case "destroy":
		_, err = c.Destroy(key).Exec()
	case "archive":
		_, err = c.Archive(key).Exec()
	default:
		err = fmt.Errorf("%q is nothing that can be done to a key", what)
	}
	return key, err
}

// Admin is a client that may do everything: the one who has the keys made and destroyed.
func (a *Authority) Admin(address string) *kmipclient.Client {
	c, err := kmipclient.Dial(address, kmipclient.WithTlsConfig(&tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{a.Pair("client")}}))
	if err != nil {
		a.t.Fatalf("dial %s: %v", address, err)
	}
	a.t.Cleanup(func() { c.Close() })
	return c
}
