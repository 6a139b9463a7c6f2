package sign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// A sealed folder is evidence that is no report: files of any length, the certificate of whoever
// made them, and an envelope that pins all of them. What the files hold is their maker's business;
// here it is only made sure that they are what was sealed.

// SealFile is the envelope of a sealed folder.
const SealFile = "seal.dsse.json"

// sealStatement is what is signed: an in-toto statement, like a report's.
type sealStatement struct {
	Type          string        `json:"_type"`
	Subject       []subject     `json:"subject"` // the first file
	PredicateType string        `json:"predicateType"`
	Predicate     sealPredicate `json:"predicate"`
}

type sealPredicate struct {
	Files             []pinnedFile `json:"files"` // all but the envelope
	CertificateSHA256 string       `json:"certificate_sha256"`
}

// Seal signs the files of a folder, in this order; what they are is said by the kind, an address
// that names their format. It adds the certificate and the envelope, neither of which may exist.
func (i Identity) Seal(dir, kind string, names ...string) error {
	if err := wholefile.Create(filepath.Join(dir, CertificateFile), i.certPEM(), 0o644); err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	s := &sealStatement{Type: statementType, PredicateType: kind, Predicate: sealPredicate{CertificateSHA256: i.Facts().CertificateSHA256}}
	for _, name := range append(slices.Clone(names), CertificateFile) {
		p, err := pinFile(dir, name)
		if err != nil {
			return fmt.Errorf("seal %s: %w", dir, err)
		}
		s.Predicate.Files = append(s.Predicate.Files, p)
	}
	s.Subject = []subject{{names[0], subjectDigest{SHA256: s.Predicate.Files[0].SHA256}}}
	e, err := sealEnvelope(s, i)
	if err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	if err := wholefile.Create(filepath.Join(dir, SealFile), e, 0o644); err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	return wholefile.SyncDir(dir)
}

func pinFile(dir, name string) (pinnedFile, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return pinnedFile{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return pinnedFile{name, hex.EncodeToString(h.Sum(nil)), n}, err
}

// Sealed is what the envelope of a sealed folder says.
type Sealed struct {
	Signer reports.IdentityFacts
	SHA256 string // of the envelope: it names all that was sealed

	pins []pinnedFile
}

// OpenSeal reads the envelope of a folder that was sealed as of a kind, with exactly these files, and
// checks its signature; with trusted, also whether that certificate's key signed. Their bytes are
// checked by Sealed.Check.
func OpenSeal(dir, kind string, trusted *x509.Certificate, names ...string) (*Sealed, error) {
	b, err := wholefile.Read(filepath.Join(dir, SealFile), maxEnvelope)
	if err != nil {
		return nil, err
	}
	e, s, err := openSealStatement(b, kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", SealFile, err)
	}
	pem, err := wholefile.Read(filepath.Join(dir, CertificateFile), maxSmall)
	if err != nil {
		return nil, err
	}
	cert, err := parseCertificate(pem)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", CertificateFile, err)
	}
	if err := checkSignature(e, cert); err != nil {
		return nil, fmt.Errorf("%s: %w", SealFile, err)
	}
	if trusted != nil && !bytes.Equal(trusted.Raw, cert.Raw) {
		return nil, fmt.Errorf("it is signed by %q, not by the given certificate of %q", certFacts(cert).Name, certFacts(trusted).Name)
	}
	if !slices.EqualFunc(s.Predicate.Files, append(slices.Clone(names), CertificateFile), func(p pinnedFile, name string) bool { return p.Name == name }) {
		return nil, fmt.Errorf("%s: does not pin the files that belong to it", SealFile)
	}
	sum := sha256.Sum256(b)
	out := &Sealed{Signer: certFacts(cert), SHA256: hex.EncodeToString(sum[:]), pins: s.Predicate.Files}
	return out, out.Check(CertificateFile, pem)
}

func openSealStatement(b []byte, kind string) (*dsse.Envelope, *sealStatement, error) {
	e, payload, err := decodeEnvelope(b)
	if err != nil {
		return nil, nil, err
	}
	s := new(sealStatement)
	if err := json.Unmarshal(payload, s); err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	if s.Type != statementType || s.PredicateType != kind {
		return nil, nil, fmt.Errorf("payload: not a statement of the type %s", kind)
	}
	return e, s, nil
}

// Bytes is the length that a file had when it was sealed.
func (s *Sealed) Bytes(name string) int64 {
	for _, p := range s.pins {
		if p.Name == name {
			return p.Bytes
		}
	}
	return 0
}

// Check says whether the bytes of a file are those that were sealed.
func (s *Sealed) Check(name string, b []byte) error {
	i := slices.IndexFunc(s.pins, func(p pinnedFile) bool { return p.Name == name })
	if i < 0 {
		return errors.New("the seal does not pin " + name)
	}
	if pin(name, b) != s.pins[i] {
		return fmt.Errorf("%s is not as it was sealed: it was damaged or changed", name)
	}
	return nil
}
