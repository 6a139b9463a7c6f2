// Package lab is the identity of the lab on the stick: the key that reports are signed
// with, encrypted, and its certificate. Shokyo makes and opens the key.
package lab

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/appliance/child"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/wholefile"
)

// Lab is where it is, and who is asked.
type Lab struct {
	Stick   *stick.Stick
	Program child.Program
	RunDir  string // in memory
}

// Dir is where the lab's identity is on the stick, as shokyo keygen makes it.
const (
	Dir         = "identity"
	certificate = "lab.cert.pem"
)

// Identity is the name in the certificate on the stick.
func (l Lab) Identity() (name string, exists bool) {
	var b []byte
	err := l.Stick.With(func(dir string) (err error) {
		b, err = wholefile.Read(filepath.Join(dir, Dir, certificate), 64<<10)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, wholefile.ErrTooLong) {
			return nil // nothing is wrong with the stick
		}
		return err
	})
	block, _ := pem.Decode(b)
	if err != nil || block == nil {
		return "", false
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", false
	}
	return cert.Subject.CommonName, true
}

// ErrNone: a report that the lab was to sign is not to be signed by nobody.
var ErrNone = errors.New("there is no lab identity on the stick: make one, or use a throw-away identity")

// CheckPassphrase has shokyo open the key, before hours are spent on what could not
// be signed in the end.
func (l Lab) CheckPassphrase(passphrase string) error {
	var refused error // while nothing is wrong with the stick
	err := l.Stick.With(func(dir string) error {
		identity := filepath.Join(dir, Dir)
		if _, err := os.Lstat(filepath.Join(identity, certificate)); errors.Is(err, os.ErrNotExist) {
			refused = ErrNone
			return nil
		}
		out, err := l.Program.Keygen(passphrase, "--check="+identity).CombinedOutput()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			refused = fmt.Errorf("the lab's key can not be used: %s", cmp.Or(strings.TrimPrefix(child.LastWords(out), "shokyo: "), exit.Error()))
			return nil
		}
		return err
	})
	return cmp.Or(err, refused)
}

// Make makes a key and a certificate in memory and saves them.
func (l Lab) Make(name, passphrase string) error {
	if err := job.CheckText("name", name); err != nil {
		return err
	}
	if _, exists := l.Identity(); exists {
		return errors.New("there is an identity on the stick already: it is never replaced")
	}
	made, err := os.MkdirTemp(l.RunDir, Dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	if out, err := l.Program.Keygen(passphrase, "--name", name, "--out", made).CombinedOutput(); err != nil {
		return fmt.Errorf("make the identity: %w: %s", err, child.LastWords(out))
	}
	return l.Stick.With(func(dir string) error { return save.Folder(made, dir, Dir) })
}
