package sign

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/pades"
	"shokyo.dev/shokyo/reports/sign/timestamp"
)

// A timestamp confirms that the signature was there at a time, by a clock that is not the
// signer's. It goes into the PDF, alone or of a bundle, of whose signature it is taken
// (PAdES B-T); the PDF has the envelope in it. A bundle without a PDF has it beside, of
// its envelope.

// Stamped is a timestamp that holds.
type Stamped struct {
	*timestamp.Token
	Of string // the file that it vouches for
}

// ToStamp is what of a bundle an authority is asked to confirm.
type ToStamp struct {
	Digest [32]byte
	path   string // the file that it goes into, or becomes
	pdf    *pades.Signed
	signer *x509.Certificate
}

// Stampable finds what a timestamp of a bundle is taken of, that was found valid at that path: a
// folder, or report.pdf alone. It must not have one.
func Stampable(path string, v *Verified) (*ToStamp, error) {
	switch {
	case len(v.Timestamps) > 0:
		return nil, fmt.Errorf("%s has a timestamp already, of %s", path, v.Timestamps[0].Time.Format(time.RFC3339))
	case v.lies != inFolder && v.lies != inPDF:
		return nil, fmt.Errorf("%s: only report.pdf and the folder of a bundle take a timestamp", path)
	case v.paper == nil:
		return &ToStamp{sha256.Sum256(v.envelope), filepath.Join(path, TimestampFile), nil, v.signer}, nil
	}
	pdf := path
	if v.lies == inFolder {
		pdf = filepath.Join(path, PDFFile)
	}
	return &ToStamp{sha256.Sum256(v.paper.Signature.Value), pdf, v.paper, v.signer}, nil
}

// Add puts the token where it belongs. Nothing that was signed changes. One that would make the bundle
// invalid is refused, for none can be taken out again.
func (s *ToStamp) Add(t *timestamp.Token) error {
	if _, err := contradicts(t, s.Digest, s.signer); err != nil {
		return err
	}
	if s.pdf == nil {
		return add(s.path, t.DER)
	}
	stamped, err := s.pdf.WithTimestamp(t.DER)
	if err != nil {
		return err
	}
	return replace(s.path, stamped.Bytes)
}

// laterCheck looks at a file that came later, and vouches for the envelope.
type laterCheck func(c *check, v *Verified, name string, b []byte)

// whatCameLater checks what vouches for the envelope.
func (c *check) whatCameLater(v *Verified) error {
	for i := range files {
		f := &files[i]
		if f.kind != later {
			continue
		}
		b, ok, err := c.read(f.name, f.most)
		if err != nil {
			return err
		}
		if ok {
			f.check(c, v, f.name, b)
		}
	}
	return nil
}

func (c *check) stampOfEnvelope(v *Verified, name string, b []byte) {
	c.stamp(v, name, b, sha256.Sum256(v.envelope), v.signer)
}

// stamp checks a token.
func (c *check) stamp(v *Verified, file string, der []byte, of [32]byte, signer *x509.Certificate) {
	t, err := timestamp.Open(der)
	if err != nil {
		c.wrong(file, "timestamp", err)
		return
	}
	if code, err := contradicts(t, of, signer); err != nil {
		c.wrong(file, code, err)
		return
	}
	v.Timestamps = append(v.Timestamps, Stamped{t, file})
}

// contradicts says why a token that holds does not fit, and the code of that problem: it is of something else, or
// the certificate of the signer was not valid at its time, which is no longer the signer's word alone.
func contradicts(t *timestamp.Token, of [32]byte, signer *x509.Certificate) (code string, err error) {
	at := t.Time.Format(time.RFC3339)
	switch {
	case t.Digest != of:
		return "timestamp", errors.New("the timestamp is of something else than this report")
	case t.Time.Before(signer.NotBefore):
		return "certificate", fmt.Errorf("the timestamp is of %s, and the signer's certificate was not valid yet: it is from %s on", at, signer.NotBefore.Format(time.RFC3339))
	case t.Time.After(signer.NotAfter):
		return "certificate", fmt.Errorf("the timestamp is of %s, and the signer's certificate had expired on %s", at, signer.NotAfter.Format(time.RFC3339))
	}
	return "", nil
}
