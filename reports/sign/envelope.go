package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
)

// What the envelope says of itself: in-toto Attestation Framework v1,
// "Envelope" and "Statement".
const (
	payloadType   = "application/vnd.in-toto+json"
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "https://shokyo.dev/examination/v1"
)

// statement is what is signed.
type statement struct {
	Type          string    `json:"_type"`
	Subject       []subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     predicate `json:"predicate"`
}

// subject is the medium. Its tree digest is no digest that in-toto knows, so
// its name says what it is and what it was taken over.
type subject struct {
	Name   string        `json:"name"`
	Digest subjectDigest `json:"digest"`
}

type subjectDigest struct {
	SHA256       string `json:"sha256,omitempty"`
	Tree         string `json:"rfc6962-sha256-tree-of-medium,omitempty"`
	ExaminedTree string `json:"rfc6962-sha256-tree-of-examined-bytes,omitempty"`
}

type predicate struct {
	ID                string       `json:"id"`
	SubjectIs         string       `json:"subject_is"` // "medium", or "report" when no digest of the medium was taken
	TreeLeafBytes     int64        `json:"tree_leaf_bytes,omitempty"`
	Verdict           string       `json:"verdict"`
	Claim             string       `json:"claim"`
	Report            pinnedFile   `json:"report"`
	Files             []pinnedFile `json:"files"` // all others but the envelope, by name
	CertificateSHA256 string       `json:"certificate_sha256"`
	Tool              reports.Tool `json:"tool"`
	SignedApart       []string     `json:"signed_apart,omitempty"` // files that have this envelope in them, so cannot be pinned; signed by the same key
}

// pinnedFile is a file of the bundle that may not change.
type pinnedFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// pins are all files that the statement names.
func (s *statement) pins() []pinnedFile {
	return append([]pinnedFile{s.Predicate.Report}, s.Predicate.Files...)
}

func pin(name string, b []byte) pinnedFile {
	sum := sha256.Sum256(b)
	return pinnedFile{name, hex.EncodeToString(sum[:]), int64(len(b))}
}

// newStatement describes the document d and the files that are pinned; the first is
// report.json.
func newStatement(d *reports.Document, list []bundleFile) *statement {
	p := predicate{
		ID: d.ID, Verdict: d.Verdict, Claim: d.Claim, Report: pin(list[0].name, list[0].data),
		CertificateSHA256: d.Identity.CertificateSHA256, Tool: d.Tool,
	}
	for _, f := range list[1:] {
		p.Files = append(p.Files, pin(f.name, f.data))
	}
	s := &statement{Type: statementType, PredicateType: predicateType, Predicate: p}
	s.setSubject(d)
	return s
}

// setSubject names the medium by its digests; when none was taken, in-toto
// still wants a subject, and the report is the only thing that has one.
func (s *statement) setSubject(d *reports.Document) {
	var digest subjectDigest
	digest.SHA256 = d.Digests.SHA256
	if t := d.Digests.SHA256Tree; t != nil {
		s.Predicate.TreeLeafBytes = t.LeafBytes
		if t.Covers == "medium" {
			digest.Tree = t.Root
		} else {
			digest.ExaminedTree = t.Root
		}
	}
	s.Predicate.SubjectIs = "medium"
	s.Subject = []subject{{d.Medium.Path, digest}}
	if digest == (subjectDigest{}) {
		s.Predicate.SubjectIs = "report"
		s.Subject = []subject{{reportFile, subjectDigest{SHA256: s.Predicate.Report.SHA256}}}
	}
}

// signer and verifier fit an Identity and a certificate to the dsse module.
// That module is lenient (either base64 alphabet, extra signatures skipped):
// openEnvelope is strict before it lets it look.
type signer struct{ Identity }

func (s signer) KeyID() (string, error) { return s.Facts().CertificateSHA256, nil }
func (s signer) Sign(_ context.Context, message []byte) ([]byte, error) {
	return s.sign(message)
}

type verifier struct{ cert *x509.Certificate }

func (v verifier) KeyID() (string, error)   { return certFacts(v.cert).CertificateSHA256, nil }
func (v verifier) Public() crypto.PublicKey { return v.cert.PublicKey }
func (v verifier) Verify(_ context.Context, message, sig []byte) error {
	sum := sha256.Sum256(message)
	key, ok := v.cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || !ecdsa.VerifyASN1(key, sum[:], sig) {
		return errors.New("the signature does not fit")
	}
	return nil
}

// sealEnvelope signs a statement: the bytes of an envelope.
func sealEnvelope(s any, id Identity) ([]byte, error) {
	es, err := dsse.NewEnvelopeSigner(signer{id})
	if err != nil {
		return nil, err
	}
	e, err := es.SignPayload(context.Background(), payloadType, canonical.Compact(s))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return encodeEnvelope(e), nil
}

func encodeEnvelope(e *dsse.Envelope) []byte { return append(canonical.Compact(e), '\n') }

// openEnvelope decodes the envelope of a report. The signature is not checked yet.
func openEnvelope(b []byte) (*dsse.Envelope, *statement, error) {
	e, payload, err := decodeEnvelope(b)
	if err != nil {
		return nil, nil, err
	}
	s, err := openStatement(payload)
	return e, s, err
}

// decodeEnvelope decodes an envelope and refuses every spelling but the one that
// sealEnvelope writes.
func decodeEnvelope(b []byte) (*dsse.Envelope, []byte, error) {
	if _, err := canonical.OneLine(b, canonical.Any); err != nil {
		return nil, nil, err
	}
	e := new(dsse.Envelope)
	if err := json.Unmarshal(b, e); err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(encodeEnvelope(e), b) {
		return nil, nil, errors.New("not in canonical form (layout, order or unknown fields)")
	}
	if e.PayloadType != payloadType {
		return nil, nil, fmt.Errorf("payload type %q is not %q", e.PayloadType, payloadType)
	}
	if len(e.Signatures) != 1 {
		return nil, nil, fmt.Errorf("%d signatures, one is wanted", len(e.Signatures))
	}
	if _, err := strictBase64(e.Signatures[0].Sig); err != nil {
		return nil, nil, fmt.Errorf("signature: %w", err)
	}
	payload, err := strictBase64(e.Payload)
	if err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	line, err := canonical.OneLine(payload, canonical.Any)
	if err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	if !bytes.Equal(line, payload) {
		return nil, nil, errors.New("payload: not in canonical form")
	}
	return e, payload, nil
}

func openStatement(payload []byte) (*statement, error) {
	s := new(statement)
	if err := json.Unmarshal(payload, s); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if s.Type != statementType || s.PredicateType != predicateType || len(s.Subject) != 1 {
		return nil, fmt.Errorf("payload: not a statement of the type %s about one subject", predicateType)
	}
	return s, nil
}

// strictBase64 takes the standard alphabet with padding, no line ends and no
// stray bits in the last character.
func strictBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err == nil && base64.StdEncoding.EncodeToString(b) != s {
		err = errors.New("base64 with line ends")
	}
	return b, err
}

// checkSignature says whether cert's key signed the envelope.
func checkSignature(e *dsse.Envelope, cert *x509.Certificate) error {
	v := verifier{cert}
	// The module takes an empty key id for "any key": then somebody could empty it.
	if id, _ := v.KeyID(); e.Signatures[0].KeyID != id {
		return errors.New("the key id is not the digest of the certificate in the bundle")
	}
	ev, err := dsse.NewEnvelopeVerifier(v)
	if err != nil {
		return err
	}
	if _, err := ev.Verify(context.Background(), e); err != nil {
		return errors.New("the signature does not fit the certificate in the bundle")
	}
	return nil
}

// Pins are the digests by which an index names a bundle.
type Pins struct {
	ID             string // of the report
	ReportSHA256   string
	EnvelopeSHA256 string
}

// PinsOf reads them from the envelope of a bundle that has been verified.
func PinsOf(dir string) (Pins, error) {
	b, err := readSmall(filepath.Join(dir, envelopeFile))
	if err != nil {
		return Pins{}, err
	}
	_, s, err := openEnvelope(b)
	if err != nil {
		return Pins{}, fmt.Errorf("%s: %s: %w", dir, envelopeFile, err)
	}
	sum := sha256.Sum256(b)
	return Pins{s.Predicate.ID, s.Predicate.Report.SHA256, hex.EncodeToString(sum[:])}, nil
}
