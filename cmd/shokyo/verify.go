package main

import (
	"crypto/x509"
	"errors"
	"flag"

	"shokyo.dev/shokyo/reports"
)

const verifyHelp = `usage: shokyo verify BUNDLE [--cert FILE]

Check a bundle: every file is there, none was added, none was changed in a
single bit, and the signature holds. With --cert the signature must be by that
certificate; without, the certificate that lies in the bundle is used, which
says that the bundle is whole but not whose it is.

  shokyo verify reports/sdb --cert lab.cert.pem

Exit status: 0 valid, 3 not valid, 1 could not look, 2 usage.

`

func verifyVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	certFile := fs.String("cert", "", "the lab's certificate, from a `FILE` you trust")
	v, status, err := p.verifyBundle(fs, verifyHelp, args, certFile)
	if v != nil {
		p.showVerified(v.bundle, v.Verified)
	}
	return status, err
}

// verifiedBundle is a valid bundle and where it lies.
type verifiedBundle struct {
	*reports.Verified
	bundle string
}

// verifyBundle reads the command line, which names one bundle, and checks it
// against the certificate in certFile, if one is named. It gives nil and the exit
// status when there is no valid bundle.
func (p *program) verifyBundle(fs *flag.FlagSet, help string, args []string, certFile *string) (*verifiedBundle, int, error) {
	bundles, err := p.parse(fs, help, args)
	if err != nil {
		return nil, exitUsage, err
	}
	if len(bundles) != 1 {
		return nil, exitUsage, usagef("name one BUNDLE")
	}
	var cert *x509.Certificate
	if *certFile != "" {
		if cert, err = reports.LoadCertificate(*certFile); err != nil {
			return nil, exitFailed, err
		}
	}
	v, err := reports.Verify(bundles[0], cert)
	var invalid *reports.InvalidError
	switch {
	case errors.As(err, &invalid):
		p.showInvalid(bundles[0], invalid)
		return nil, exitNotValid, nil
	case err != nil:
		return nil, exitFailed, err
	}
	return &verifiedBundle{v, bundles[0]}, exitOK, nil
}
