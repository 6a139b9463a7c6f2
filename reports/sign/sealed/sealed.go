// Package sealed seals folders that are no report: files of any length, the certificate of
// whoever made them, and an envelope that pins all of them. What the files hold is their maker's
// business; here it is only made sure that they are what was sealed.
package sealed

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

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// File is the envelope of a sealed folder.
const File = "seal.dsse.json"

// statement is what is signed: an in-toto statement, like a report's.
type statement struct {
	Type          string             `json:"_type"`
	Subject       []envelope.Subject `json:"subject"` // the first file
	PredicateType string             `json:"predicateType"`
	Predicate     predicate          `json:"predicate"`
}

type predicate struct {
	Files             []envelope.Pinned `json:"files"` // all but the envelope
	CertificateSHA256 string            `json:"certificate_sha256"`
}

// Seal signs the files of a folder, in this order; what they are is said by the kind, an address
// that names their format. It adds the certificate and the envelope, neither of which may exist.
func Seal(i identity.Identity, dir, kind string, names ...string) error {
	if err := wholefile.Create(filepath.Join(dir, identity.CertificateFile), i.PEM(), 0o644); err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	var pins []envelope.Pinned
	for _, name := range append(slices.Clone(names), identity.CertificateFile) {
		p, err := pinFile(dir, name)
		if err != nil {
			return fmt.Errorf("seal %s: %w", dir, err)
		}
		pins = append(pins, p)
	}
	e, err := Sign(i, kind, pins)
	if err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	if err := wholefile.Create(filepath.Join(dir, File), e, 0o644); err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	return wholefile.SyncDir(dir)
}

// Write makes the folder dir, which must not exist, with one file in it, and seals that. Only its owner may read what is secret.
func Write(i identity.Identity, dir, kind, name string, b []byte, secret bool) (err error) {
	folder, file := os.FileMode(0o755), os.FileMode(0o644)
	if secret {
		folder, file = 0o700, 0o600
	}
	if err := os.Mkdir(dir, folder); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir) // it was made here
		}
	}()
	if err := wholefile.Create(filepath.Join(dir, name), b, file); err != nil {
		return err
	}
	return Seal(i, dir, kind, name)
}

// ReadFile reads the one file, of at most so many bytes, of a folder that was sealed as of a kind; with trusted, only by
// that certificate's key.
func ReadFile(dir, kind, name string, most int64, trusted *x509.Certificate) ([]byte, *Folder, error) {
	f, err := Open(dir, kind, trusted, name)
	if err != nil {
		return nil, nil, err
	}
	b, err := wholefile.Read(filepath.Join(dir, name), most)
	if err != nil {
		return nil, nil, err
	}
	return b, f, f.Check(name, b)
}

// Sign makes the envelope that pins files, the first of which is what it is about.
func Sign(i identity.Identity, kind string, pins []envelope.Pinned) ([]byte, error) {
	return envelope.Seal(&statement{
		Type: envelope.StatementType, Subject: []envelope.Subject{{Name: pins[0].Name, Digest: envelope.Digest{SHA256: pins[0].SHA256}}},
		PredicateType: kind, Predicate: predicate{Files: pins, CertificateSHA256: i.Facts().CertificateSHA256},
	}, i)
}

func pinFile(dir, name string) (envelope.Pinned, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return envelope.Pinned{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return envelope.Pinned{Name: name, SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n}, err
}

// Folder is what the envelope of a sealed folder says.
type Folder struct {
	Signer      reports.IdentityFacts
	Certificate *x509.Certificate // of the signer
	SHA256      string            // of the envelope: it names all that was sealed

	pins []envelope.Pinned
}

// Open reads the envelope of a folder that was sealed as of a kind, with exactly these files, and
// checks its signature; with trusted, also whether that certificate's key signed. Their bytes are
// checked by Folder.Check.
func Open(dir, kind string, trusted *x509.Certificate, names ...string) (*Folder, error) {
	b, err := wholefile.Read(filepath.Join(dir, File), envelope.MaxBytes)
	if err != nil {
		return nil, err
	}
	pem, err := wholefile.Read(filepath.Join(dir, identity.CertificateFile), identity.MaxBytes)
	if err != nil {
		return nil, err
	}
	out, err := Read(b, pem, kind, append(slices.Clone(names), identity.CertificateFile)...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", File, err)
	}
	if trusted != nil && !bytes.Equal(trusted.Raw, out.Certificate.Raw) {
		return nil, fmt.Errorf("it is signed by %q, not by the given certificate of %q", out.Signer.Name, identity.FactsOf(trusted).Name)
	}
	return out, nil
}

// Read reads an envelope of a kind that pins exactly these files, the last of which is the
// certificate of who signed, and checks the signature. Whose it is, is for the caller to ask.
func Read(b, pem []byte, kind string, names ...string) (*Folder, error) {
	e, s, err := open(b, kind)
	if err != nil {
		return nil, err
	}
	cert, err := identity.ParseCertificate(pem)
	if err != nil {
		return nil, fmt.Errorf("the certificate: %w", err)
	}
	if err := e.Check(cert); err != nil {
		return nil, err
	}
	if !slices.EqualFunc(s.Predicate.Files, names, func(p envelope.Pinned, name string) bool { return p.Name == name }) {
		return nil, errors.New("does not pin the files that belong to it")
	}
	sum := sha256.Sum256(b)
	out := &Folder{Signer: identity.FactsOf(cert), Certificate: cert, SHA256: hex.EncodeToString(sum[:]), pins: s.Predicate.Files}
	return out, out.Check(names[len(names)-1], pem)
}

func open(b []byte, kind string) (*envelope.Envelope, *statement, error) {
	e, s, err := openAny(b)
	if err == nil && s.PredicateType != kind {
		err = fmt.Errorf("payload: not a statement of the type %s", kind)
	}
	return e, s, err
}

func openAny(b []byte) (*envelope.Envelope, *statement, error) {
	e, err := envelope.Decode(b)
	if err != nil {
		return nil, nil, err
	}
	s := new(statement)
	if err := json.Unmarshal(e.Payload, s); err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	if s.Type != envelope.StatementType {
		return nil, nil, errors.New("payload: not a statement")
	}
	return e, s, nil
}

// Is says whether a folder has the envelope of a sealed one.
func Is(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, File))
	return err == nil && info.Mode().IsRegular()
}

// ErrChanged is what the error of a folder is that was looked at, and is not as it was sealed.
var ErrChanged = errors.New("is not as it was sealed")

// Whole checks a sealed folder of whatever kind: its signature, and every file that it pins. What the files say is
// not looked at.
func Whole(dir string) (f *Folder, kind string, err error) {
	b, err := wholefile.Read(filepath.Join(dir, File), envelope.MaxBytes)
	if err != nil {
		return nil, "", err
	}
	_, s, err := openAny(b)
	if err != nil {
		return nil, "", fmt.Errorf("%s %w: %w", File, ErrChanged, err)
	}
	var names []string
	for _, p := range s.Predicate.Files {
		if p.Name == "" || filepath.Base(p.Name) != p.Name || p.Name == File {
			return nil, "", fmt.Errorf("%s %w: it pins a file of another folder", File, ErrChanged)
		}
		names = append(names, p.Name)
	}
	if n := len(names); n == 0 || names[n-1] != identity.CertificateFile {
		return nil, "", fmt.Errorf("%s %w: it does not pin the certificate", File, ErrChanged)
	}
	pem, err := wholefile.Read(filepath.Join(dir, identity.CertificateFile), identity.MaxBytes)
	if err != nil {
		return nil, "", err
	}
	if f, err = Read(b, pem, s.PredicateType, names...); err != nil {
		return nil, "", fmt.Errorf("%s %w: %w", File, ErrChanged, err)
	}
	for _, p := range s.Predicate.Files {
		got, err := pinFile(dir, p.Name)
		if err != nil {
			return nil, "", err
		}
		if got != p {
			return nil, "", fmt.Errorf("%s %w", p.Name, ErrChanged)
		}
	}
	return f, s.PredicateType, nil
}

// Bytes is the length that a file had when it was sealed.
func (s *Folder) Bytes(name string) int64 {
	for _, p := range s.pins {
		if p.Name == name {
			return p.Bytes
		}
	}
	return 0
}

// Check says whether the bytes of a file are those that were sealed.
func (s *Folder) Check(name string, b []byte) error {
	i := slices.IndexFunc(s.pins, func(p envelope.Pinned) bool { return p.Name == name })
	if i < 0 {
		return errors.New("the seal does not pin " + name)
	}
	if envelope.Pin(name, b) != s.pins[i] {
		return fmt.Errorf("%s is not as it was sealed: it was damaged or changed", name)
	}
	return nil
}
