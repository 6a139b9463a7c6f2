package sign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

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
	s, embedded, err := c.openPDF(b)
	if err != nil || s == nil {
		return nil, err
	}
	c.folder, c.lies = embedded, inPDF
	v, err := c.run(trusted)
	if err != nil || v == nil {
		return nil, err
	}
	c.onPaper(v, "", s, embedded)
	return v, nil
}

// openPDF checks the signature alone; nil: it does not hold, and why is a problem.
func (c *check) openPDF(b []byte) (*pades.Signed, unpacked, error) {
	s, err := pades.Open(b)
	var broken *pades.Broken
	if errors.As(err, &broken) {
		c.wrong("", faultCodes[broken.Fault], broken)
		return nil, nil, c.changedInside(broken)
	}
	if err != nil {
		return nil, nil, err
	}
	embedded, err := embeddedIn(s)
	if err != nil {
		c.wrong("", "envelope", err)
		return nil, nil, nil
	}
	return s, embedded, nil
}

// onPaper checks what a PDF says besides what is embedded in it: when it was signed, by whose
// clock, and the pages.
func (c *check) onPaper(v *Verified, file string, s *pades.Signed, embedded unpacked) {
	v.paper, v.Signed = s, s.Time
	if finished, err := time.Parse(time.RFC3339, v.Document.Times.Finished); err != nil || !finished.Truncate(time.Second).Equal(s.Time) {
		c.wrong(file, "contradiction", errors.New("the PDF says another time of its signature than the report in it"))
	}
	if token := s.Signature.Timestamp; token != nil {
		c.stamp(v, file, token, sha256.Sum256(s.Signature.Value), s.Signature.Certificate)
	}
	c.samePages(v, s, embedded)
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
	inside := check{folder: files, lies: inPDF}
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
		slices.Sort(v.Unlike)
	}
}

// signedApart says whether the PDF is there if and only if the envelope says so.
func (c *check) signedApart(s *statement) {
	there := slices.Contains(c.names, PDFFile)
	switch said := slices.Equal(s.Predicate.SignedApart, []string{PDFFile}); {
	case !said && len(s.Predicate.SignedApart) > 0:
		c.wrong(envelopeFile, "contradiction", fmt.Errorf("names other files that are signed apart than %s", PDFFile))
	case c.lies == inPDF: // it is what is looked into
	case said && !there:
		c.wrong(PDFFile, "missing", errors.New("is missing"))
	case !said && there:
		c.wrong(PDFFile, "added", errors.New("does not belong to the bundle"))
	}
}

// paper checks the PDF of a bundle: it holds for itself, is signed by the same key, and what is
// embedded in it is what lies beside it, which was checked.
func (c *check) paper(v *Verified) error {
	b, ok, err := c.read(PDFFile, fileOf(PDFFile).most)
	if err != nil || !ok {
		return err
	}
	inside := &check{fresh: c.fresh}
	s, embedded, err := inside.openPDF(b)
	if err != nil {
		return err
	}
	if s != nil && !c.beside(embedded, v.signer) {
		if err := c.another(inside, b); err != nil {
			return err
		}
	} else if s != nil {
		inside.onPaper(v, "", s, embedded)
	}
	for _, p := range inside.problems {
		c.add(PDFFile, p.Code, "%v", p)
	}
	return nil
}

// beside says whether a PDF was signed by the same certificate, and has the files in it that lie beside it.
func (c *check) beside(embedded unpacked, signer *x509.Certificate) bool {
	want := unpacked{identity.CertificateFile: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signer.Raw})}
	for _, f := range files {
		if b, ok := c.seen[f.name]; ok && f.inPDF {
			want[f.name] = b
		}
	}
	return maps.EqualFunc(want, embedded, bytes.Equal)
}

// another says what is wrong with a PDF that has other files in it than lie beside it: in itself, or
// that it is of another bundle.
func (c *check) another(inside *check, b []byte) error {
	if _, err := inside.pdf(b, nil); err != nil || len(inside.problems) > 0 {
		return err
	}
	c.wrong(PDFFile, "contradiction", errors.New("is of another bundle, or signed by another key"))
	return nil
}
