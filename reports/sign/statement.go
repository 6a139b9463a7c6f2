package sign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign/envelope"
)

// predicateType is that of an examination.
const predicateType = "https://shokyo.dev/examination/v1"

// statement is what is signed.
type statement struct {
	Type          string             `json:"_type"`
	Subject       []envelope.Subject `json:"subject"`
	PredicateType string             `json:"predicateType"`
	Predicate     predicate          `json:"predicate"`
}

type predicate struct {
	ID                string            `json:"id"`
	SubjectIs         string            `json:"subject_is"` // "medium", or "report" when no digest of the medium was taken
	TreeLeafBytes     int64             `json:"tree_leaf_bytes,omitempty"`
	Verdict           string            `json:"verdict"`
	Claim             string            `json:"claim"`
	Report            envelope.Pinned   `json:"report"`
	Files             []envelope.Pinned `json:"files"` // all others but the envelope, by name
	CertificateSHA256 string            `json:"certificate_sha256"`
	Tool              reports.Tool      `json:"tool"`
	SignedApart       []string          `json:"signed_apart,omitempty"` // files that have this envelope in them, so cannot be pinned; signed by the same key
}

// pins are all files that the statement names.
func (s *statement) pins() []envelope.Pinned {
	return append([]envelope.Pinned{s.Predicate.Report}, s.Predicate.Files...)
}

// newStatement describes the document d and the files that are pinned; the first is
// report.json.
func newStatement(d *reports.Document, list []bundleFile) *statement {
	p := predicate{
		ID: d.ID, Verdict: d.Verdict, Claim: d.Claim, Report: envelope.Pin(list[0].name, list[0].data),
		CertificateSHA256: d.Identity.CertificateSHA256, Tool: d.Tool,
	}
	for _, f := range list[1:] {
		p.Files = append(p.Files, envelope.Pin(f.name, f.data))
	}
	s := &statement{Type: envelope.StatementType, PredicateType: predicateType, Predicate: p}
	s.setSubject(d)
	return s
}

// setSubject names the medium by its digests; when none was taken, in-toto
// still wants a subject, and the report is the only thing that has one.
func (s *statement) setSubject(d *reports.Document) {
	var digest envelope.Digest
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
	s.Subject = []envelope.Subject{{Name: d.Medium.Path, Digest: digest}}
	if digest == (envelope.Digest{}) {
		s.Predicate.SubjectIs = "report"
		s.Subject = []envelope.Subject{{Name: reportFile, Digest: envelope.Digest{SHA256: s.Predicate.Report.SHA256}}}
	}
}

// openEnvelope decodes the envelope of a report. The signature is not checked yet.
func openEnvelope(b []byte) (*envelope.Envelope, *statement, error) {
	e, err := envelope.Decode(b)
	if err != nil {
		return nil, nil, err
	}
	s, err := openStatement(e.Payload)
	return e, s, err
}

func openStatement(payload []byte) (*statement, error) {
	s := new(statement)
	if err := json.Unmarshal(payload, s); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if s.Type != envelope.StatementType || s.PredicateType != predicateType || len(s.Subject) != 1 {
		return nil, fmt.Errorf("payload: not a statement of the type %s about one subject", predicateType)
	}
	return s, nil
}

// Pins are the digests by which an index names a bundle.
type Pins struct {
	ID             string // of the report
	ReportSHA256   string
	EnvelopeSHA256 string
}

// PinsOf reads them from the envelope of a bundle that has been verified.
func PinsOf(dir string) (Pins, error) {
	b, err := wholefile.Read(filepath.Join(dir, envelopeFile), envelope.MaxBytes)
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
