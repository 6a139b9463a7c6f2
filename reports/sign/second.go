package sign

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/identity"
)

// Countersignable says why what was found valid in dir cannot be signed by a second person in a role;
// nobody has to be asked for a passphrase then.
func Countersignable(dir string, v *Verified, what countersign.Said) error {
	if v.lies != inFolder {
		return fmt.Errorf("%s is a bundle in one file: a second person signs the folder, from which the file can be made again (shokyo report --format zip)", dir)
	}
	for _, s := range v.Countersigned {
		if s.Role == what.Role {
			return fmt.Errorf("%s has a %s already: none is written over", dir, what.Role)
		}
	}
	return what.Check()
}

// Countersign adds a second person's signature to the bundle in dir, of what was found valid.
// Nothing that the first has signed changes, and none is written over.
func Countersign(dir string, v *Verified, what countersign.Said, id identity.Identity, now time.Time) error {
	if err := Countersignable(dir, v, what); err != nil {
		return err
	}
	b, err := countersign.Make(v.envelope, v.signer, what, id, now)
	if err != nil {
		return err
	}
	with, c := *v, check{}
	if countersigned(what.Role)(&c, &with, what.Role.File(), b); len(c.problems) > 0 {
		return errors.New(c.problems[0].Text)
	}
	return add(filepath.Join(dir, what.Role.File()), b)
}

// countersigned checks a countersignature in that role.
func countersigned(role countersign.Role) laterCheck {
	return func(c *check, v *Verified, name string, b []byte) {
		s, err := countersign.Open(b, v.envelope, v.signer, role)
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
