package sign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign/pades"
)

// report.pdf can be mailed alone: what the bundle says is embedded in it, and the same key
// signs both. It is checked like a bundle: the embedded files are the folder, and the
// certificate of the signature is the one in it.

// signedPDF renders the document with the files of the bundle, the envelope among them,
// and signs it. The time is the document's, so that the same bundle has the same PDF.
func signedPDF(d *reports.Document, list []bundleFile, id identity.Identity) ([]byte, error) {
	var embedded []Attachment
	for _, f := range list {
		if fileOf(f.name).inPDF {
			embedded = append(embedded, Attachment{f.name, f.data})
		}
	}
	plain := renderPDF(d, embedded)
	when, err := time.Parse(time.RFC3339, d.Times.Finished)
	if err != nil {
		return nil, fmt.Errorf("sign %s: the report has no time: %w", PDFFile, err)
	}
	s, err := pades.Sign(plain, id.Certificate(), id.Signer(), when)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", PDFFile, err)
	}
	return s.Bytes, nil
}

// faultCodes are the codes of [Problem] for what was done to a signed PDF.
var faultCodes = map[pades.Fault]string{
	pades.NoPDF: "changed", pades.Unsigned: "signature", pades.Appended: "changed", pades.Revised: "revised", pades.Several: "revised",
	pades.Partial: "changed", pades.Changed: "changed", pades.Rewritten: "revised", pades.Foreign: "envelope", pades.Forged: "signature",
}

// wrong is add for what is an error already.
func (c *check) wrong(file, code string, err error) { c.add(file, code, "%v", err) }

// pdf checks a signed report.pdf alone, and all that is embedded in it.
func (c *check) pdf(b []byte, trusted *x509.Certificate) (*Verified, error) {
	s, err := pades.Open(b)
	var broken *pades.Broken
	if errors.As(err, &broken) {
		c.wrong("", faultCodes[broken.Fault], broken)
		return nil, c.changedInside(broken)
	}
	if err != nil {
		return nil, err
	}
	embedded, err := embeddedIn(s)
	if err != nil {
		c.wrong("", "envelope", err)
		return nil, nil
	}
	c.folder, c.embedded = embedded, true
	v, err := c.run(trusted)
	if err != nil || v == nil {
		return nil, err
	}
	v.Signed = s.Time
	if finished, err := time.Parse(time.RFC3339, v.Document.Times.Finished); err != nil || !finished.Truncate(time.Second).Equal(s.Time) {
		c.wrong("", "contradiction", errors.New("the PDF says another time of its signature than the report in it"))
	}
	if token := s.Signature.Timestamp; token != nil {
		c.stamp(v, "", token, sha256.Sum256(s.Signature.Value), s.Signature.Certificate)
	}
	c.samePages(v, s, embedded)
	return v, nil
}

// embeddedIn makes a folder of what a PDF has in it, and of the certificate that signed it.
func embeddedIn(s *pades.Signed) (unpacked, error) {
	list, err := s.File.Attachments()
	if err != nil {
		return nil, err
	}
	files := unpacked{identity.CertificateFile: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Signature.Certificate.Raw})}
	for _, a := range list {
		if _, twice := files[a.Name]; twice {
			return nil, fmt.Errorf("%.80q is embedded in the PDF, and should not, or not twice", a.Name)
		}
		files[a.Name] = a.Data
	}
	return files, nil
}

// changedInside says of a PDF whose signature does not hold which of its embedded files
// are not what the envelope in it pins: the words only, it is refused in any case.
func (c *check) changedInside(broken *pades.Broken) error {
	if broken.Fault != pades.Changed || broken.File == nil {
		return nil
	}
	list, err := broken.File.Attachments()
	if err != nil {
		return nil
	}
	files := unpacked{}
	for _, a := range list {
		files[a.Name] = a.Data
	}
	inside := check{folder: files, embedded: true}
	if _, err := inside.run(nil); err != nil {
		return err
	}
	c.problems = append(c.problems, slices.DeleteFunc(inside.problems, func(p Problem) bool { return p.Code == "missing" })...)
	return nil
}

// samePages renders the pages again.
func (c *check) samePages(v *Verified, s *pades.Signed, embedded unpacked) {
	if c.fresh {
		return
	}
	var along []Attachment
	for _, f := range files {
		if data, ok := embedded[f.name]; ok && f.inPDF {
			along = append(along, Attachment{f.name, data})
		}
	}
	if !bytes.Equal(renderPDF(v.Document, along), s.File.Bytes) {
		v.Unlike = append(v.Unlike, PDFFile)
	}
}

// signedApart says whether the PDF is there if and only if the envelope says so.
func (c *check) signedApart(s *statement) {
	there := slices.Contains(c.names, PDFFile)
	switch said := slices.Equal(s.Predicate.SignedApart, []string{PDFFile}); {
	case !said && len(s.Predicate.SignedApart) > 0:
		c.wrong(envelopeFile, "contradiction", fmt.Errorf("names other files that are signed apart than %s", PDFFile))
	case c.embedded: // it is what is looked into
	case said && !there:
		c.wrong(PDFFile, "missing", errors.New("is missing"))
	case !said && there:
		c.wrong(PDFFile, "added", errors.New("does not belong to the bundle"))
	}
}

// paper checks the PDF of a bundle: it holds for itself, is signed by the same key, and has
// the same envelope in it.
func (c *check) paper(v *Verified, cert *x509.Certificate) error {
	b, ok, err := c.read(PDFFile, fileOf(PDFFile).most)
	if err != nil || !ok {
		return err
	}
	inside := &check{fresh: c.fresh}
	alone, err := inside.pdf(b, nil)
	if err != nil {
		return err
	}
	for _, p := range inside.problems {
		c.add(PDFFile, p.Code, "%v", p)
	}
	if alone == nil || len(inside.problems) > 0 {
		return nil
	}
	outside, _, err := c.read(envelopeFile, envelope.MaxBytes)
	if err != nil {
		return err
	}
	if !bytes.Equal(inside.folder.(unpacked)[envelopeFile], outside) || alone.CertificateSHA256 != identity.FactsOf(cert).CertificateSHA256 {
		c.wrong(PDFFile, "contradiction", errors.New("is of another bundle, or signed by another key"))
	}
	v.Unlike, v.Signed, v.Timestamps = append(v.Unlike, alone.Unlike...), alone.Signed, alone.Timestamps
	slices.Sort(v.Unlike)
	v.Unlike = slices.Compact(v.Unlike)
	return nil
}
