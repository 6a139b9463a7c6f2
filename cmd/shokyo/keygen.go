package main

import (
	"flag"
	"fmt"
	"time"

	"shokyo.dev/shokyo/reports"
)

const keygenHelp = `usage: shokyo keygen --name NAME --out DIR
       shokyo keygen --check DIR

Make a lab's signing identity in DIR: lab.key.pem, an ECDSA P-256 key encrypted
with a passphrase, and lab.cert.pem, the certificate to give to those who
verify. An existing identity is never overwritten. With --check nothing is made:
it says whether the passphrase opens the key of an identity.

  shokyo keygen --name "Example Forensic Lab" --out identity
  shokyo keygen --check identity

`

func keygenVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("keygen", flag.ContinueOnError)
	name := fs.String("name", "", "the lab's `NAME`, as it stands in reports")
	out := fs.String("out", "", "`DIR` for the key and the certificate")
	file := fs.String("passphrase-file", "", "`FILE` with the passphrase (or set "+passphraseVariable+")")
	check := identityFlags{}
	fs.Func("check", "does the passphrase open the key in `DIR`?", given(&check.dir))
	operands, err := p.parse(fs, keygenHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if check.dir != "" {
		if len(operands) > 0 || *name != "" || *out != "" {
			return exitUsage, usagef("--check stands alone, or with --passphrase-file")
		}
		check.passphraseFile = *file
		if _, err := check.load(p); err != nil {
			return exitFailed, err
		}
		fmt.Fprintf(p.stderr, "the passphrase opens the key in %s\n", check.dir)
		return exitOK, nil
	}
	if len(operands) > 0 || *name == "" || *out == "" {
		return exitUsage, usagef("give --name and --out, and nothing else")
	}
	pass, err := p.newPassphrase(*file)
	if err != nil {
		return exitFailed, err
	}
	id, err := reports.NewIdentity(*name, time.Now())
	if err == nil {
		err = id.Save(*out, []byte(pass))
	}
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(p.stderr, "made the identity of %q in %s\n  lab.key.pem   keep it, and its passphrase: shokyo scan --identity %s\n  lab.cert.pem  give it to those who verify: shokyo verify --cert lab.cert.pem\n", *name, *out, *out)
	return exitOK, nil
}
