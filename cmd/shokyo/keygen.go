package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/token"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/terminal"
)

const keygenHelp = `usage: shokyo keygen --name NAME --out DIR [--organization NAME] [--country JP]
       shokyo keygen --name NAME --out DIR --token URI
       shokyo keygen --check DIR

Make a lab's signing identity in DIR: lab.key.pem, an ECDSA P-256 key encrypted
with a passphrase, and lab.cert.pem, the certificate to give to those who
verify. An existing identity is never overwritten. With --check nothing is made:
it says whether the passphrase opens the key of an identity.

  shokyo keygen --name "Example Forensic Lab" --out identity
  shokyo keygen --name "Example Lab" --country JP --years 5 --out identity
  shokyo keygen --check identity

An identity that a certification authority gave you, a PKCS #12 file with an
ECDSA P-256 key, can stand wherever the DIR of an identity is asked for.

With --token the key is one that a hardware token keeps, an ECDSA P-256 key that
is in it already (RFC 7512), and the passphrase is the token's PIN. DIR gets
the certificate, and lab.pkcs11 with that URI; a certificate by an authority can
take the place of the one that is made. The program shokyo-pkcs11 talks to the
token.

  shokyo keygen --name "Example Lab" --out identity \
    --token "pkcs11:token=lab;object=lab?module-path=/usr/lib/driver.so"

`

func keygenVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("keygen", flag.ContinueOnError)
	var holder identity.Holder
	fs.StringVar(&holder.Name, "name", "", "the lab's `NAME`, as it stands in reports")
	fs.StringVar(&holder.Organization, "organization", "", "the `NAME` of the organization that the lab is part of")
	fs.StringVar(&holder.Country, "country", "", "where that is, in two capital `LETTERS`: JP")
	fs.IntVar(&holder.Years, "years", 20, fmt.Sprintf("how many `YEARS` the certificate is valid, at most %d", identity.MaxYears))
	out := fs.String("out", "", "`DIR` for the key and the certificate")
	uri := ""
	fs.Func("token", "the key is in a hardware token, at this PKCS #11 `URI`", given(&uri))
	file := fs.String("passphrase-file", "", "`FILE` with the passphrase (or set "+exchange.PassphraseVariable+")")
	check := identityFlags{}
	fs.Func("check", "does the passphrase open the key in `DIR`?", given(&check.dir))
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "one JSON line on standard output")
	operands, err := p.parse(fs, keygenHelp, args)
	if err != nil {
		return exitUsage, err
	}
	switch {
	case check.dir != "":
		if len(operands) > 0 || holder.Name != "" || *out != "" || uri != "" {
			return exitUsage, usagef("--check stands alone, or with --passphrase-file")
		}
		check.passphraseFile = *file
		return p.checkIdentity(&check)
	case len(operands) > 0 || holder.Name == "" || *out == "":
		return exitUsage, usagef("give --name and --out, and nothing else")
	}
	return p.makeIdentity(holder, *out, *file, uri)
}

func (p *program) printIdentity(id identity.Identity, dir string, made bool) (int, error) {
	if !p.asJSON {
		return exitOK, nil
	}
	key, cert := filepath.Join(dir, identity.KeyFile), filepath.Join(dir, identity.CertificateFile)
	if identity.IsPKCS12(dir) { // one file has both
		key, cert = dir, dir
	}
	if _, err := os.Stat(filepath.Join(dir, identity.TokenFile)); err == nil {
		key = filepath.Join(dir, identity.TokenFile)
	}
	return exitOK, p.printJSON(exchange.Identity{Name: id.Name(), Folder: sayable(dir), Key: sayable(key),
		Certificate: sayable(cert), CertificateSHA256: id.Facts().CertificateSHA256, Made: made})
}

func (p *program) checkIdentity(f *identityFlags) (int, error) {
	id, err := f.load(p)
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintln(p.stderr, terminal.KeyOpens.Say(printable(f.dir)).EN)
	return p.printIdentity(id, f.dir, false)
}

// makeIdentity asks for the passphrase when everything else is as it should be.
func (p *program) makeIdentity(holder identity.Holder, out, passphraseFile, uri string) (int, error) {
	id, err := identity.New(holder, time.Now()) // in a token it is made again, when the PIN is known
	if err != nil {
		return exitFailed, err
	}
	for _, file := range []string{identity.KeyFile, identity.TokenFile, identity.CertificateFile} {
		if _, err := os.Lstat(filepath.Join(out, file)); err == nil {
			return exitFailed, fmt.Errorf("%s is there already: an identity is never overwritten, choose another folder", filepath.Join(out, file))
		}
	}
	undo, err := makeFolder(out, 0o700)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	if err := unix.Access(out, unix.W_OK|unix.X_OK); err != nil {
		return exitFailed, fmt.Errorf("write to %s: %w", out, err)
	}
	if uri != "" {
		id, err = p.onToken(holder, out, passphraseFile, uri)
	} else {
		err = p.saveNew(id, out, passphraseFile)
	}
	if err != nil {
		return exitFailed, err
	}
	keep := terminal.KeepKey
	if uri != "" {
		keep = terminal.KeepToken
	}
	fmt.Fprintf(p.stderr, "%s\n  %s\n  %s\n", terminal.MadeIdentity.Say(holder.Name, printable(out)).EN, keep.Say(printable(out)).EN, terminal.GiveCert.EN)
	return p.printIdentity(id, out, true)
}

func (p *program) saveNew(id identity.Identity, out, passphraseFile string) error {
	pass, err := p.newPassphrase(passphraseFile)
	if err != nil {
		return err
	}
	return id.Save(out, []byte(pass))
}

// onToken makes the identity of a key that is in a token.
func (p *program) onToken(holder identity.Holder, out, passphraseFile, uri string) (id identity.Identity, err error) {
	pin, err := p.passphrase(passphraseFile, terminal.PassphraseOf.Say(uri).EN)
	if err != nil {
		return id, err
	}
	key, err := token.Open(uri, []byte(pin))
	if err != nil {
		return id, err
	}
	holder.Key = key
	if id, err = identity.New(holder, time.Now()); err != nil {
		return id, err
	}
	return id, id.SaveOnToken(out, uri)
}
