package token

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// URI names a key in a token: the part of RFC 7512 that does. What is empty may be anything.
type URI struct {
	Module        string // the driver, a path
	Token, Serial string // the token's label and serial number
	Object, ID    string // the key's label and CKA_ID
	Slot          uint
	HasSlot       bool
}

// attributes of a key's address that may stand in it (RFC 7512 section 2.3). A PIN may not: it would
// lie open in a file.
var attributes = map[string]func(u *URI, value string) error{
	"module-path": func(u *URI, v string) error { u.Module = v; return nil },
	"token":       func(u *URI, v string) error { u.Token = v; return nil },
	"serial":      func(u *URI, v string) error { u.Serial = v; return nil },
	"object":      func(u *URI, v string) error { u.Object = v; return nil },
	"id":          func(u *URI, v string) error { u.ID = v; return nil },
	"slot-id": func(u *URI, v string) error {
		n, err := strconv.ParseUint(v, 10, 32)
		u.Slot, u.HasSlot = uint(n), true
		return err
	},
	"type": func(u *URI, v string) error {
		if v != "private" {
			return fmt.Errorf("it is of the type %q, and a private key signs", v)
		}
		return nil
	},
}

// ParseURI reads the address of a key, as in pkcs11:token=lab;object=lab?module-path=/usr/lib/driver.so
func ParseURI(s string) (u URI, err error) {
	path, ok := strings.CutPrefix(s, "pkcs11:")
	if !ok {
		return u, fmt.Errorf("%.80q is no PKCS #11 address (RFC 7512), as in pkcs11:token=lab;object=lab?module-path=/usr/lib/driver.so", s)
	}
	path, query, _ := strings.Cut(path, "?")
	seen := map[string]bool{}
	for _, part := range append(strings.Split(path, ";"), strings.Split(query, "&")...) {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		set := attributes[name]
		if set == nil || seen[name] {
			return u, fmt.Errorf("a PKCS #11 address with %.40q in it, or twice, is not understood", name)
		}
		seen[name] = true
		value, err := url.PathUnescape(value)
		if err == nil {
			err = set(&u, value)
		}
		if err != nil {
			return u, fmt.Errorf("%.40q in a PKCS #11 address: %w", name, err)
		}
	}
	switch {
	case !filepath.IsAbs(u.Module):
		return u, fmt.Errorf("a PKCS #11 address needs the driver of the token, with its whole path: ?module-path=/usr/lib/driver.so")
	case u.Object == "" && u.ID == "":
		return u, fmt.Errorf("a PKCS #11 address needs the key's name: object=NAME or id=%%01")
	}
	return u, nil
}
