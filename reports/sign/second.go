package sign

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
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
	if _, err := Verify(dir, nil); err != nil {
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
	err = wholefile.Create(filepath.Join(dir, what.Role.File()), b, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s has a %s already: none is written over", dir, what.Role)
	}
	if err != nil {
		return err
	}
	return wholefile.SyncDir(dir)
}

// countersigned checks a countersignature in that role.
func countersigned(role countersign.Role) laterCheck {
	return func(c *check, v *Verified, name string, b, e []byte, first *x509.Certificate) {
		s, err := countersign.Open(b, e, first, role)
		if err != nil {
			c.wrong(name, "countersignature", err)
			return
		}
		v.Countersigned = append(v.Countersigned, *s)
	}
}
