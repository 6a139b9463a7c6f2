package sign

import (
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/envelope"
	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/wholefile"
)

// Countersign adds a second person's signature to the bundle in dir, which must be valid.
// Nothing that the first has signed changes, and none is written over.
func Countersign(dir string, what countersign.Said, id identity.Identity, now time.Time) error {
	v, err := Verify(dir, nil)
	if err != nil {
		return err
	}
	e, err := wholefile.Read(filepath.Join(dir, envelopeFile), envelope.MaxBytes)
	if err != nil {
		return err
	}
	first, err := identity.LoadCertificate(filepath.Join(dir, identity.CertificateFile))
	if err != nil {
		return err
	}
	b, err := countersign.Make(e, first, what, id, now)
	if err != nil {
		return err
	}
	for _, s := range v.Countersigned {
		if s.Role == what.Role {
			return fmt.Errorf("%s has a %s already: none is written over", dir, what.Role)
		}
	}
	var c check
	if countersigned(what.Role)(&c, v, what.Role.File(), b, e, first); len(c.problems) > 0 {
		return errors.New(c.problems[0].Text)
	}
	if err := wholefile.Create(filepath.Join(dir, what.Role.File()), b, 0o644); err != nil {
		return err
	}
	return wholefile.SyncDir(dir)
}

// countersigned checks a countersignature in that role.
func countersigned(role countersign.Role) laterCheck {
	return func(c *check, v *Verified, name string, b, e []byte, first *x509.Certificate) {
		s, err := countersign.Open(b, e, first, role)
		for i := range v.Countersigned {
			if err == nil {
				err = s.Beside(&v.Countersigned[i])
			}
		}
		if err != nil {
			c.wrong(name, "countersignature", err)
			return
		}
		v.Countersigned = append(v.Countersigned, *s)
	}
}
