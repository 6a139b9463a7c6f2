// Package identity is who signs: an ECDSA P-256 key with its X.509 certificate, made by keygen
// or by an authority, kept in a folder under a passphrase or in a PKCS #12 file (RFC 7292),
// opened again, and refused with the reason. What is signed with one is the matter of
// packages envelope, sealed and sign; no private key leaves this room.
package identity

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign/token"
)

// Identity is who signs: an ECDSA P-256 key and its X.509 certificate. The
// zero Identity signs nothing.
type Identity struct {
	key  crypto.Signer // of an ECDSA P-256 key; in a file an *ecdsa.PrivateKey
	cert *x509.Certificate
}

// Of is the identity of a key that somebody else keeps, and its certificate.
func Of(key crypto.Signer, cert *x509.Certificate) (Identity, error) {
	public, ok := cert.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || public.Curve != elliptic.P256():
		return Identity{}, errNotP256
	case !public.Equal(key.Public()):
		return Identity{}, errors.New("the key and the certificate do not belong together")
	}
	return Identity{key, cert}, nil
}

// errNotP256: the certificate is for a key of a kind that shokyo does not sign with.
var errNotP256 = errors.New("the certificate is not for an ECDSA P-256 key")

// Names of the two files that [Identity.Save] writes.
const (
	KeyFile         = "lab.key.pem"
	CertificateFile = "lab.cert.pem"
	TokenFile       = "lab.pkcs11" // in the place of a key: the address of one in a hardware token
)

// throwAwayUnit marks a throw-away identity in its certificate, where nobody
// can take the mark off without making another certificate.
const throwAwayUnit = "throw-away identity: proves that the bundle is unchanged, not who made it"

// validYears is long because a report is read years later, and because the
// signing time is only claimed: the certificate's end protects nothing.
const validYears = 20

// Holder is whom an identity is made for.
type Holder struct {
	Name         string        // of the laboratory or the person
	Organization string        // "": none
	Country      string        // two letters (ISO 3166-1); "": none
	Years        int           // how long it is valid, at most [MaxYears]; 0: 20
	Key          crypto.Signer // nil: a new one; else one that is kept elsewhere, ECDSA P-256
}

// MaxYears an identity may be valid.
const MaxYears = 30

// New makes the identity of a laboratory or a person.
func New(h Holder, now time.Time) (Identity, error) {
	if err := checkName("the name", h.Name); err != nil {
		return Identity{}, err
	}
	subject := pkix.Name{CommonName: h.Name}
	if h.Organization != "" {
		if err := checkName("the organization", h.Organization); err != nil {
			return Identity{}, err
		}
		subject.Organization = []string{h.Organization}
	}
	if h.Country != "" {
		if len(h.Country) != 2 || strings.Trim(h.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return Identity{}, fmt.Errorf("the country %q of an identity is not two capital letters, as in JP", h.Country)
		}
		subject.Country = []string{h.Country}
	}
	if h.Years < 0 || h.Years > MaxYears {
		return Identity{}, fmt.Errorf("an identity is valid for 1 to %d years, not %d", MaxYears, h.Years)
	}
	return newIdentity(subject, now, cmp.Or(h.Years, validYears), h.Key)
}

// checkName: RFC 5280 appendix A.1, ub-common-name and ub-organization-name.
func checkName(what, name string) error {
	switch n := utf8.RuneCountInString(name); {
	case !utf8.ValidString(name):
		return fmt.Errorf("%s of an identity must be UTF-8", what)
	case n < 1 || n > 64:
		return fmt.Errorf("%s of an identity has 1 to 64 characters, not %d", what, n)
	}
	for _, c := range name {
		if !unicode.IsGraphic(c) {
			return fmt.Errorf("%s of an identity may not hold the character %U", what, c)
		}
	}
	return nil
}

// ThrowAway makes an identity that is used once, for want of a real one.
func ThrowAway(now time.Time) (Identity, error) {
	return newIdentity(pkix.Name{CommonName: "throw-away", OrganizationalUnit: []string{throwAwayUnit}}, now, validYears, nil)
}

func newIdentity(name pkix.Name, now time.Time, years int, key crypto.Signer) (Identity, error) {
	var err error
	if key == nil {
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return Identity{}, fmt.Errorf("make a signing key: %w", err)
		}
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Identity{}, fmt.Errorf("make a signing key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), // RFC 5280 4.1.2.2: positive
		Subject:      name,
		// A day earlier: examining machines have no agreed clock.
		NotBefore:             now.UTC().Add(-24 * time.Hour).Truncate(time.Second),
		NotAfter:              now.UTC().AddDate(years, 0, 0).Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		BasicConstraintsValid: true,
	}, &x509.Certificate{Subject: name}, key.Public(), key)
	if err != nil {
		return Identity{}, fmt.Errorf("make a certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return Identity{key, cert}, err
}

// Signer is the key, for what signs by a form of its own; nil for the zero Identity.
func (i Identity) Signer() crypto.Signer { return i.key }

// Certificate is nil for the zero Identity.
func (i Identity) Certificate() *x509.Certificate { return i.cert }

// Name is the name in the certificate.
func (i Identity) Name() string { return i.Facts().Name }

// IsThrowAway says whether the identity was made for one use.
func (i Identity) IsThrowAway() bool { return i.Facts().ThrowAway }

// Current says whether the certificate is valid at a time.
func (i Identity) Current(now time.Time) error {
	const day = "2 January 2006"
	switch {
	case now.Before(i.cert.NotBefore):
		return fmt.Errorf("the certificate of %q is not valid before %s, and this machine's clock says %s: set the clock, or use another identity", i.Name(), i.cert.NotBefore.Format(day), now.Format(day))
	case now.After(i.cert.NotAfter):
		return fmt.Errorf("the certificate of %q expired on %s: use another identity (shokyo keygen makes one)", i.Name(), i.cert.NotAfter.Format(day))
	}
	return nil
}

// Facts are what a report says of who signed.
func (i Identity) Facts() reports.IdentityFacts {
	if i.cert == nil {
		return reports.IdentityFacts{}
	}
	return FactsOf(i.cert)
}

// FactsOf are what a report says of whose certificate this is.
func FactsOf(c *x509.Certificate) reports.IdentityFacts {
	sum := sha256.Sum256(c.Raw)
	return reports.IdentityFacts{
		Name:              reports.Clean(c.Subject.CommonName),
		ThrowAway:         slices.Contains(c.Subject.OrganizationalUnit, throwAwayUnit),
		CertificateSHA256: hex.EncodeToString(sum[:]),
	}
}

// PEM is the certificate as it stands in files.
func (i Identity) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.cert.Raw})
}

// keyCipher is PBES2 (RFC 8018 section 6.2) with AES-256-CBC and scrypt
// (RFC 7914). N = 2^14 is what OpenSSL reads without being asked to allow more
// memory; p = 8 makes up for it (OWASP asks for p = 5 at this N).
func keyCipher() *pkcs8.Opts {
	return &pkcs8.Opts{
		Cipher:  pkcs8.AES256CBC,
		KDFOpts: pkcs8.ScryptOpts{SaltSize: 16, CostParameter: 1 << 14, BlockSize: 8, ParallelizationParameter: 8},
	}
}

// Save writes the key, encrypted, and the certificate into dir, which it makes
// if need be. Nothing that exists is overwritten.
func (i Identity) Save(dir string, passphrase []byte) error {
	key, ok := i.key.(*ecdsa.PrivateKey)
	if !ok {
		return errors.New("there is no identity to save")
	}
	if len(passphrase) == 0 {
		return errors.New("a signing key is only saved under a passphrase: give one")
	}
	der, err := pkcs8.MarshalPrivateKey(key, passphrase, keyCipher())
	if err != nil {
		return fmt.Errorf("encrypt the signing key: %w", err)
	}
	return i.save(dir, KeyFile, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}))
}

// save writes a key, or where it is, and the certificate: both or none.
func (i Identity) save(dir, name string, key []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	keyPath := filepath.Join(dir, name)
	if err := wholefile.Create(keyPath, key, 0o600); err != nil {
		return notOverwriting(err)
	}
	if err := wholefile.Create(filepath.Join(dir, CertificateFile), i.PEM(), 0o644); err != nil {
		os.Remove(keyPath) // half an identity is none
		return notOverwriting(err)
	}
	return wholefile.SyncDir(dir)
}

func notOverwriting(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: an identity is never overwritten, choose another folder", err)
	}
	return err
}

// Load reads what Save wrote, or the same made with OpenSSL; path can also be a
// PKCS #12 file (RFC 7292; .p12, .pfx), as certification authorities hand them out.
func Load(path string, passphrase []byte) (Identity, error) {
	if IsPKCS12(path) {
		return loadPKCS12(path, passphrase)
	}
	cert, err := LoadCertificate(filepath.Join(path, CertificateFile))
	if err != nil {
		return Identity{}, err
	}
	if _, err := os.Lstat(filepath.Join(path, TokenFile)); err == nil {
		return onToken(filepath.Join(path, TokenFile), cert, passphrase)
	}
	keyPath := filepath.Join(path, KeyFile)
	b, err := readPrivate(keyPath)
	if err != nil {
		return Identity{}, err
	}
	key, err := decryptKey(b, passphrase)
	if err != nil {
		return Identity{}, fmt.Errorf("%s: %w", keyPath, err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return Identity{}, fmt.Errorf("%s and %s in %s do not belong together: the certificate is for another key", KeyFile, CertificateFile, path)
	}
	return Identity{key, cert}, nil
}

// IsPKCS12 says whether path is a file, not the folder of an identity.
func IsPKCS12(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// There says why nothing can be an identity at path, whatever the passphrase is.
func There(path string) error {
	if IsPKCS12(path) {
		b, err := readSmall(path)
		if err == nil && !bytes.HasPrefix(b, []byte{0x30}) { // a SEQUENCE in DER
			err = fmt.Errorf("%s is no PKCS #12 file, and not the folder of an identity either", path)
		}
		return err
	}
	if _, err := LoadCertificate(filepath.Join(path, CertificateFile)); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(path, TokenFile)); err == nil {
		return nil
	}
	_, err := os.Stat(filepath.Join(path, KeyFile))
	return err
}

// onToken reads the address in a file that nobody else may write: it names a program.
func onToken(path string, cert *x509.Certificate, pin []byte) (Identity, error) {
	uri, err := readPrivate(path)
	if err != nil {
		return Identity{}, err
	}
	key, err := token.Open(strings.TrimSpace(string(uri)), pin)
	if err != nil {
		return Identity{}, err
	}
	return Of(key, cert)
}

// SaveOnToken writes the certificate, and the address of its key in a token, into dir, which it makes if
// need be. Nothing that exists is overwritten.
func (i Identity) SaveOnToken(dir, uri string) error {
	if _, here := i.key.(*token.Key); !here {
		return errors.New("the key is not in a token")
	}
	return i.save(dir, TokenFile, []byte(uri+"\n"))
}

func loadPKCS12(path string, passphrase []byte) (Identity, error) {
	b, err := readPrivate(path)
	if err != nil {
		return Identity{}, err
	}
	id, err := openPKCS12(b, passphrase)
	if err != nil {
		return Identity{}, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

// openPKCS12 is the fence around the module that reads it. The certificates of authorities
// in it are left out: who verifies has those that he trusts.
func openPKCS12(b, passphrase []byte) (id Identity, err error) {
	defer func() {
		if recover() != nil {
			id, err = Identity{}, errors.New("the PKCS #12 file is damaged")
		}
	}()
	key, cert, _, err := pkcs12.DecodeChain(b, string(passphrase))
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return Identity{}, errors.New("wrong passphrase")
	case err != nil:
		return Identity{}, fmt.Errorf("not a PKCS #12 file with one key and its certificate: %w", err)
	}
	k, ok := key.(*ecdsa.PrivateKey)
	switch {
	case !ok || k.Curve != elliptic.P256():
		return Identity{}, errors.New("not an ECDSA P-256 key")
	case !k.PublicKey.Equal(cert.PublicKey):
		return Identity{}, errors.New("the key and the certificate in it do not belong together")
	}
	return Identity{k, cert}, nil
}

// LoadCertificate reads a PEM file that holds one ECDSA P-256 certificate.
func LoadCertificate(path string) (*x509.Certificate, error) {
	b, err := readSmall(path)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	c, err := ParseCertificate(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// ParseCertificate reads what LoadCertificate reads, from bytes.
func ParseCertificate(b []byte) (*x509.Certificate, error) {
	block, rest := pem.Decode(b)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("holds no certificate in PEM form")
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("holds more than one certificate in PEM form")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("not a certificate: %w", err)
	}
	if k, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || k.Curve != elliptic.P256() {
		return nil, errNotP256
	}
	return c, nil
}

// readPrivate reads a key file, but only one that nobody else can read.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): run chmod 600 on it; on a FAT or exFAT stick mount with umask=077", path, info.Mode().Perm())
	}
	return readSmall(path)
}

// MaxBytes is more than any key or certificate has.
const MaxBytes = 1 << 20

func readSmall(path string) ([]byte, error) {
	b, err := wholefile.Read(path, MaxBytes)
	if errors.Is(err, wholefile.ErrTooLong) {
		err = fmt.Errorf("%s is too large to be a key or a certificate", path)
	}
	return b, err
}

// decryptKey opens an encrypted PKCS#8 key. The module behind it panics on
// ciphertext that is not a whole number of blocks, so it is fenced here.
func decryptKey(b, passphrase []byte) (key *ecdsa.PrivateKey, err error) {
	block, _ := pem.Decode(b)
	switch {
	case block == nil:
		return nil, errors.New("holds no key in PEM form")
	case block.Type == "PRIVATE KEY" || block.Type == "EC PRIVATE KEY":
		return nil, errors.New("the key is not encrypted: encrypt it with openssl pkcs8 -topk8 -v2 aes-256-cbc")
	case block.Type != "ENCRYPTED PRIVATE KEY":
		return nil, fmt.Errorf("holds %q, not an encrypted key", block.Type)
	case len(passphrase) == 0:
		return nil, errors.New("the key is encrypted: give its passphrase")
	}
	defer func() {
		if recover() != nil {
			key, err = nil, errors.New("the key file is damaged")
		}
	}()
	k, _, err := pkcs8.ParsePrivateKey(block.Bytes, passphrase)
	if err != nil && err.Error() == "pkcs8: incorrect password" {
		return nil, errors.New("wrong passphrase (or the key file is damaged)")
	}
	if err != nil {
		return nil, fmt.Errorf("the key file is damaged: %w", err)
	}
	key, ok := k.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("not an ECDSA P-256 key")
	}
	return key, nil
}

// Sign gives the ASN.1 signature over SHA-256. Without a source of randomness
// Go makes it by RFC 6979: the same document has the same signature.
func (i Identity) Sign(message []byte) ([]byte, error) {
	if i.key == nil {
		return nil, errors.New("there is no identity to sign with")
	}
	sum := sha256.Sum256(message)
	return i.key.Sign(nil, sum[:], crypto.SHA256)
}
