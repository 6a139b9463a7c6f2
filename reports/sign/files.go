// Package sign makes evidence of a document: a bundle, signed, that can be checked.
//
// One direction only: [WriteBundle] encodes a document, renders it, signs all of it and
// puts it on disk, whole or not at all; [Verify] checks such a folder. Which files there
// are, where each comes from and what is wanted of it is one table, [files]: writer,
// envelope and verifier go by it. To add a file, add its row.
//
// What is signed. report.json is the document. report.dsse.json is a DSSE
// envelope (github.com/secure-systems-lab/dsse, protocol v1.0.2) around an
// in-toto Statement v1. Its subject is the medium; its predicate pins every
// other file of the bundle by length and SHA-256, the certificate too. The
// envelope cannot pin itself, so it has exactly one accepted spelling: what is
// decoded is encoded again and must give the same bytes. Hence no bit of any
// file can change, and no file can go or come, without [Verify] saying so.
//
// What else can be in it. attestation.json, if the machine had a TPM that says
// what was booted. It is made for the digest of report.json, so after it, and
// pinned like the others. What it says is no matter of this package.
//
// What is not proven. A signature says who vouches for the document and that
// it was not changed; it says nothing about the time (a clock can be wrong; a
// timestamp is added later) nor that the signer was honest. A throw-away
// identity proves only that the bundle is as it was written.
package sign

import (
	"slices"

	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/render"
	pages "shokyo.dev/shokyo/reports/render/paper"
	"shokyo.dev/shokyo/reports/render/shapes"
	"shokyo.dev/shokyo/reports/sign/strictpdf"
	"shokyo.dev/shokyo/reports/sign/timestamp"
	"shokyo.dev/shokyo/words"
)

// kind says where the bytes of a file come from, and so what the verifier wants of it.
//
// All kinds but the envelope and the PDF are pinned by it, and what a bundle holds besides is refused:
// a file without a row, and an attachment without a pin. What comes later can not be pinned by
// what was signed before; it vouches for the envelope, or for the signature of the PDF, and
// changes neither. That one was taken away again nobody can see: what a countersignature or a
// timestamp is worth, it is worth to who has it.
type kind int

const (
	_           kind = iota
	document         // the report: one spelling, and it does not contradict itself
	rendered         // made from the report; what this program renders otherwise is listed in [Verified.Unlike]
	attachment       // made by the caller for the report; there if and only if the report promises it
	certificate      // of whoever signed
	pinning          // the envelope: pins all others, and has one spelling since it cannot pin itself
	apart            // report.pdf: has the envelope in it, so the envelope cannot pin it; signed for itself
	later            // may come later, and vouches for the envelope
)

// file is a row of the table of a bundle's files.
type file struct {
	name     string
	kind     kind
	most     int64                          // bytes
	render   func(*reports.Document) []byte // of what is rendered
	promised func(*reports.Document) bool   // of an attachment
	inPDF    bool                           // is embedded in report.pdf
	check    laterCheck                     // of what comes later
}

// renderPDF makes the pages of report.pdf, Japanese and then English, not signed yet, with the files embedded in
// it. The same input gives the same bytes. Tests of what is not about pages have short ones.
var renderPDF = func(d *reports.Document, files []Attachment) []byte {
	var along []pdf.Attachment
	for _, f := range files {
		along = append(along, pages.Attach(f.Name, f.Data))
	}
	return pages.Render(d, along, words.Languages{"ja", "en"})
}

// Names that others need.
const (
	reportFile   = "report.json"
	envelopeFile = "report.dsse.json"

	// AttestationFile is made by the caller (package attest).
	AttestationFile = "attestation.json"

	// PDFFile is the report on paper, which can be checked alone.
	PDFFile = "report.pdf"

	// TimestampFile is an RFC 3161 token of the envelope, where there is no PDF to put it in.
	TimestampFile = "report.tst"
)

const (
	maxAttestation = 2 << 20
	maxPinned      = 64 << 20 // several times a report with every list at its bound
)

// files are all that can be in a bundle, in the order in which the envelope pins them:
// the report first, the others by name, and the envelope itself.
var files = []file{
	{name: reportFile, kind: document, most: maxPinned, inPDF: true},
	{name: AttestationFile, kind: attachment, most: maxAttestation, promised: attested, inPDF: true},
	{name: "findings.dfxml", kind: rendered, most: maxPinned, render: render.DFXML, inPDF: true},
	{name: identity.CertificateFile, kind: certificate, most: identity.MaxBytes},
	{name: "map.png", kind: rendered, most: maxPinned, render: shapes.PNG},
	{name: "regions.map", kind: rendered, most: maxPinned, render: render.Map, inPDF: true},
	{name: "report.html", kind: rendered, most: maxPinned, render: render.HTML},
	{name: envelopeFile, kind: pinning, most: envelope.MaxBytes, inPDF: true},
	{name: PDFFile, kind: apart, most: strictpdf.MaxBytes},
	{name: TimestampFile, kind: later, most: timestamp.MaxToken, check: (*check).stampOfEnvelope},
	{name: countersign.Concurrence.File(), kind: later, most: envelope.MaxBytes, check: countersigned(countersign.Concurrence)},
	{name: countersign.Validation.File(), kind: later, most: envelope.MaxBytes, check: countersigned(countersign.Validation)},
}

func attested(d *reports.Document) bool {
	return d.Platform.Attestation.Kind == reports.AttestedTPM2
}

// fileOf is the row of a name; nil: a bundle has no such file.
func fileOf(name string) *file {
	if i := slices.IndexFunc(files, func(f file) bool { return f.name == name }); i >= 0 {
		return &files[i]
	}
	return nil
}
