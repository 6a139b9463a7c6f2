package sign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/envelope"
	"shokyo.dev/shokyo/reports/sign/pades"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words/report"
)

// Verified is what a valid bundle proves.
type Verified struct {
	Document          *reports.Document
	Verdict           string
	Signer            string // the name in the certificate; anybody can choose it
	CertificateSHA256 string
	ThrowAway         bool
	ReportSHA256      [32]byte  // of report.json
	Attestation       []byte    // attestation.json; nil: there is none. What it says was not looked at
	Trusted           bool      // signed by the certificate that the caller trusts
	Unlike            []string  // files that are not what this program renders from the document
	Signed            time.Time // of a PDF: by the signer's clock
	Timestamps        []Stamped // each holds; whose word they are was not asked
	Countersigned     []countersign.Signature
	Notes             []reports.Reason // what a reader should know; none of it makes the bundle invalid

	// What was checked, for who signs it again: read once.
	envelope []byte
	signer   *x509.Certificate
	paper    *pades.Signed // nil: there is none
	lies     place
}

// Certificate is the signer's.
func (v *Verified) Certificate() *x509.Certificate { return v.signer }

// Vouched notes that somebody whom the caller trusts vouches for the signer.
func (v *Verified) Vouched() {
	v.Trusted = true
	v.Notes = slices.DeleteFunc(v.Notes, func(r reports.Reason) bool { return r.Code == "untrusted" })
}

// place says in what a bundle was found.
type place uint8

const (
	_ place = iota
	inFolder
	inZIP
	inPDF
)

// Problem is one thing that is wrong with a bundle.
type Problem struct {
	File string // in the bundle; "" for the bundle as a whole
	Code string // "missing", "added", "changed", "envelope", "signature", "certificate", "contradiction", "signer", "revoked"
	Text string
}

func (p Problem) String() string {
	if p.File == "" {
		return p.Text
	}
	return p.File + ": " + p.Text
}

// InvalidError says everything that is wrong with a bundle.
type InvalidError struct {
	Dir      string
	Problems []Problem
}

func (e *InvalidError) Error() string {
	list := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		list[i] = p.String()
	}
	return e.Dir + " is not valid: " + strings.Join(list, "; ")
}

// Verify checks a bundle: a folder, a ZIP file of one, or report.pdf alone. Without trusted
// it says whether the bundle is as it was signed; with it, also whether that certificate's
// key signed. An [*InvalidError] means: not valid; any other error: it could not be checked.
func Verify(path string, trusted *x509.Certificate) (*Verified, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		b, err := wholefile.Read(path, maxOneFile)
		if err != nil {
			return nil, err
		}
		return VerifyFile(path, b, trusted)
	}
	if inside := bundlesIn(path); inside > 0 {
		return nil, fmt.Errorf("%s is no bundle but a folder of them (%d): name one", path, inside)
	}
	return (&check{folder: os.DirFS(path), lies: inFolder}).answer(path, (*check).run, trusted)
}

// VerifyFile is Verify for the bytes of a bundle that is one file, from wherever they come.
func VerifyFile(name string, b []byte, trusted *x509.Certificate) (*Verified, error) {
	run, err := oneFile(name, b)
	if err != nil {
		return nil, err
	}
	return (&check{}).answer(name, run, trusted)
}

// way is how a bundle is checked.
type way func(*check, *x509.Certificate) (*Verified, error)

func (c *check) answer(name string, run way, trusted *x509.Certificate) (*Verified, error) {
	v, err := run(c, trusted)
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	if len(c.problems) > 0 {
		return nil, &InvalidError{name, c.problems}
	}
	return v, nil
}

// IsBundle says whether a folder has any file of a bundle, valid or not.
func IsBundle(dir string) bool {
	for _, f := range files {
		if f.kind == certificate { // an identity's folder has it, too
			continue
		}
		if _, err := os.Lstat(filepath.Join(dir, f.name)); err == nil {
			return true
		}
	}
	return false
}

// bundlesIn counts the bundles in a folder that has nothing of one itself.
func bundlesIn(dir string) (n int) {
	for _, name := range []string{reportFile, envelopeFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return 0
		}
	}
	inside, _ := filepath.Glob(filepath.Join(dir, "*", reportFile))
	return len(inside)
}

// check collects what is wrong.
type check struct {
	folder   fs.FS
	lies     place             // of what a PDF has in it not all of a bundle is wanted
	fresh    bool              // the pages were rendered a moment ago: not again
	names    []string          // the regular files that may be looked at
	seen     map[string][]byte // what was read of them: what was checked is what is used
	problems []Problem
}

func (c *check) add(file, code, format string, args ...any) {
	c.problems = append(c.problems, Problem{file, code, fmt.Sprintf(format, args...)})
}

// list reads the names in the folder. Nothing but regular files with the
// names of a bundle is let in: no link (it could point at something that
// changes), no folder, nothing hidden, no name in other letters.
func (c *check) list() error {
	entries, err := fs.ReadDir(c.folder, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case fileOf(name) == nil, c.lies == inPDF && !fileOf(name).inPDF && name != identity.CertificateFile:
			c.add(reports.Clean(name), "added", "does not belong to the bundle%s", leftover(name))
		case !e.Type().IsRegular():
			c.add(name, "added", "is not a regular file (%s)", typeName(e.Type()))
		default:
			c.names = append(c.names, name)
		}
	}
	for _, f := range files {
		there := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == f.name })
		if !there && f.kind != attachment && f.kind < apart && (f.inPDF || c.lies != inPDF) { // those are missing if the envelope names them
			c.add(f.name, "missing", "is missing")
		}
	}
	return nil
}

// leftover says what to do with a file that an interrupted timestamp left in bundles once. It is no
// part of the bundle, and so the bundle is not valid with it.
func leftover(name string) string {
	if name == "."+PDFFile+".partial" {
		return ": a timestamp was interrupted and left it, delete it"
	}
	return ""
}

func typeName(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m.IsDir():
		return "a folder"
	}
	return "a device, pipe or socket"
}

// run checks everything, as far as what is there allows. It gives nil when the
// bundle is not valid.
func (c *check) run(trusted *x509.Certificate) (*Verified, error) {
	if err := c.list(); err != nil {
		return nil, err
	}
	e, s, err := c.envelope()
	if err != nil || e == nil {
		return nil, err
	}
	cert, err := c.certificate(e, trusted)
	if err != nil {
		return nil, err
	}
	c.signedApart(s)
	pins := c.pins(s)
	same, err := c.pinned(pins)
	if err != nil || cert == nil || len(c.problems) > 0 {
		return nil, err // what a changed bundle says is of no interest
	}
	d, err := reports.Decode(same[reportFile])
	if err != nil {
		c.add(reportFile, "contradiction", "%v", err)
		return nil, nil
	}
	c.agree(d, s, cert)
	v := verified(d, cert, trusted != nil)
	v.ReportSHA256, v.Attestation, v.Unlike = sha256.Sum256(same[reportFile]), same[AttestationFile], unlike(d, same)
	v.envelope, v.signer, v.lies = c.seen[envelopeFile], cert, c.lies
	if err := c.paper(v); err != nil {
		return nil, err
	}
	return v, c.whatCameLater(v)
}

func (c *check) envelope() (*envelope.Envelope, *statement, error) {
	b, ok, err := c.read(envelopeFile, envelope.MaxBytes)
	if err != nil || !ok {
		return nil, nil, err
	}
	e, s, err := openEnvelope(b)
	if err != nil {
		c.add(envelopeFile, "envelope", "%v", err)
		return nil, nil, nil
	}
	return e, s, nil
}

// certificate reads the certificate and checks the signature with it.
func (c *check) certificate(e *envelope.Envelope, trusted *x509.Certificate) (*x509.Certificate, error) {
	b, ok, err := c.read(identity.CertificateFile, identity.MaxBytes)
	if err != nil || !ok {
		return nil, err
	}
	cert, err := identity.ParseCertificate(b)
	if err != nil {
		c.add(identity.CertificateFile, "certificate", "%v", err)
		return nil, nil
	}
	if err := e.Check(cert); err != nil {
		c.add(envelopeFile, "signature", "%v", err)
		return nil, nil
	}
	if trusted != nil && !bytes.Equal(trusted.Raw, cert.Raw) {
		is, want := identity.FactsOf(cert), identity.FactsOf(trusted)
		c.add(identity.CertificateFile, "signer", "the bundle is signed by %q (certificate SHA-256 %s), not by the given certificate of %q (%s)",
			is.Name, is.CertificateSHA256, want.Name, want.CertificateSHA256)
	}
	return cert, nil
}

// pins are the files that the envelope names; nil when they are not those of a
// bundle. Whether an attachment belongs to it is the envelope's word.
func (c *check) pins(s *statement) []envelope.Pinned {
	pins := s.pins()
	left := pins
	for _, f := range files {
		switch pinned := len(left) > 0 && left[0].Name == f.name; {
		case f.kind >= pinning && !pinned:
		case f.kind == attachment && !pinned:
			if slices.Contains(c.names, f.name) {
				c.add(f.name, "added", "does not belong to the bundle")
			}
		case f.kind >= pinning || !pinned:
			c.add(envelopeFile, "contradiction", "does not pin exactly the files of a bundle")
			return nil
		case left[0].Bytes > f.most:
			c.add(envelopeFile, "contradiction", "pins %d bytes of %s, at most %d can be", left[0].Bytes, f.name, f.most)
			return nil
		default:
			if f.kind == attachment && !slices.Contains(c.names, f.name) {
				c.add(f.name, "missing", "is missing")
			}
			left = left[1:]
		}
	}
	if len(left) > 0 {
		c.add(envelopeFile, "contradiction", "does not pin exactly the files of a bundle")
		return nil
	}
	return pins
}

// pinned compares every file with what the envelope says of it and gives those back
// that are as signed, by name. The bytes that were compared are the bytes that are used.
func (c *check) pinned(pins []envelope.Pinned) (map[string][]byte, error) {
	same := make(map[string][]byte, len(pins))
	for _, p := range pins {
		b, ok, err := c.read(p.Name, p.Bytes)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if got := envelope.Pin(p.Name, b); got != p {
			c.add(p.Name, "changed", "SHA-256 is %s, signed was %s", got.SHA256, reports.Clean(p.SHA256))
		} else {
			same[p.Name] = b
		}
	}
	return same, nil
}

// read gives the bytes of a file that [check.list] has seen, which it reads once. ok is false when
// there is none, or when it is longer than limit, which is a problem of its own.
func (c *check) read(name string, limit int64) (b []byte, ok bool, err error) {
	if !slices.Contains(c.names, name) {
		return nil, false, nil
	}
	if b, ok := c.seen[name]; ok && int64(len(b)) <= limit {
		return b, true, nil
	}
	f, err := c.folder.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if info.Size() > limit {
		c.add(name, "changed", "has %d bytes, at most %d were expected", info.Size(), limit)
		return nil, false, nil
	}
	var buf bytes.Buffer
	buf.Grow(int(info.Size()) + bytes.MinRead)
	if _, err = buf.ReadFrom(io.LimitReader(f, info.Size()+1)); err != nil {
		return nil, false, err
	}
	if c.seen == nil {
		c.seen = map[string][]byte{}
	}
	c.seen[name] = buf.Bytes()
	return buf.Bytes(), true, nil
}

// unlike lists the rendered files that are not what this program renders from the
// document. The shokyo that made the bundle renders the very same bytes. Whoever
// has the signing key can sign others, though, and nothing but that key vouches
// for them: a TPM signs report.json alone.
func unlike(d *reports.Document, same map[string][]byte) (names []string) {
	for _, f := range files {
		if data, there := same[f.name]; there && f.kind == rendered && !bytes.Equal(f.render(d), data) {
			names = append(names, f.name)
		}
	}
	return names
}

// agree checks that the envelope, the certificate and the report say the same.
func (c *check) agree(d *reports.Document, s *statement, cert *x509.Certificate) {
	if d.Identity != identity.FactsOf(cert) {
		c.add(reportFile, "contradiction", "names another identity than the certificate")
	}
	for _, f := range files {
		if f.kind != attachment {
			continue
		}
		pinned := slices.ContainsFunc(s.Predicate.Files, func(p envelope.Pinned) bool { return p.Name == f.name })
		if pinned != f.promised(d) {
			c.add(reportFile, "contradiction", "says that its attestation is %q, and %s is there: %v", reports.Clean(d.Platform.Attestation.Kind), f.name, pinned)
		}
	}
	want := statement{Predicate: predicate{Report: s.Predicate.Report}}
	want.setSubject(d)
	p, w := &s.Predicate, &want.Predicate
	switch {
	case p.ID != d.ID, p.Verdict != d.Verdict, p.Claim != d.Claim, p.Tool != d.Tool,
		p.CertificateSHA256 != d.Identity.CertificateSHA256:
		c.add(envelopeFile, "contradiction", "the statement and the report differ in id, verdict, claim, tool or certificate")
	case s.Subject[0] != want.Subject[0], p.SubjectIs != w.SubjectIs, p.TreeLeafBytes != w.TreeLeafBytes:
		c.add(envelopeFile, "contradiction", "the statement and the report differ in what was examined")
	}
}

// verified says what a bundle without problems proves.
func verified(d *reports.Document, cert *x509.Certificate, trusted bool) *Verified {
	who := identity.FactsOf(cert)
	v := &Verified{
		Document: d, Verdict: d.Verdict, Signer: who.Name,
		CertificateSHA256: who.CertificateSHA256, ThrowAway: who.ThrowAway, Trusted: trusted,
	}
	if !trusted {
		v.Notes = append(v.Notes, note("untrusted"))
	}
	if v.ThrowAway {
		v.Notes = append(v.Notes, note("throw-away"))
	}
	// A wrong clock is no forgery: the time is the signer's word anyway.
	if t, err := time.Parse(time.RFC3339, d.Times.Finished); err != nil || t.Before(cert.NotBefore) || t.After(cert.NotAfter) {
		v.Notes = append(v.Notes, note("clock"))
	}
	return v
}

func note(code string) reports.Reason {
	t := report.NoteReasons.Say(code)
	return reports.Reason{Code: code, Text: t.EN, TextJA: t.JA}
}
