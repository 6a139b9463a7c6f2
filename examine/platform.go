package examine

import (
	"errors"
	"fmt"
	"sync"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/verdict"
)

// Platform is what a report can say of the system it is made on. A nil platform
// says nothing.
type Platform struct {
	release string
	tpm     string         // the TPM that quotes; empty: none does
	why     verdict.Reason // none does
	must    bool           // a report without quote is none
	log     []byte         // the firmware's event log

	mu sync.Mutex // a software TPM takes one connection at a time
}

// Unattested is a system of which only the release is told: nothing was to say which it is.
func Unattested(release string) *Platform { return &Platform{release: release} }

// Attested finds out whether the TPM quotes, before hours are spent on an examination that
// needs it. If it does not, that is an error if it must, and the reports say why not else.
func Attested(release, tpm string, must bool) (*Platform, error) {
	p := &Platform{release: release, tpm: tpm, must: must}
	// A log that can not be read (it is root's) is no reason to do without a quote.
	p.log, _ = attest.ReadEventLog(p.tpm)
	switch _, err := p.quote([32]byte{}); {
	case err == nil:
	case must:
		return nil, err
	default:
		p.giveUp(err)
	}
	return p, nil
}

func (p *Platform) giveUp(err error) { p.tpm, p.why = "", verdict.Unattested(err) }

func (p *Platform) quote(nonce [32]byte) (*attest.Attestation, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tpm, err := attest.Open(p.tpm)
	if err != nil {
		return nil, fmt.Errorf("open the TPM: %w", err)
	}
	defer tpm.Close()
	return attest.Quote(tpm, nonce, attest.Evidence{EventLog: p.log})
}

// quoteError is a quote that was promised and did not come about.
type quoteError struct{ error }

func (e quoteError) Unwrap() error { return e.error }

func (p *Platform) attach(report [32]byte) ([]sign.Attachment, error) {
	a, err := p.quote(report)
	if err != nil {
		return nil, quoteError{err}
	}
	return []sign.Attachment{{Name: sign.AttestationFile, Data: a.Encode()}}, nil
}

// write builds and writes a bundle, with a quote if the machine gives one. When the
// TPM fails after all, the report says so instead, unless it must have one.
func (p *Platform) write(bundle string, x *build.Examination, id identity.Identity) (*reports.Document, error) {
	x.Attested = false
	attach := sign.Attach(nil)
	if p != nil {
		x.Release, x.WhyNot = p.release, p.why
		if p.tpm != "" {
			x.Attested, attach = true, p.attach
		}
	}
	doc := build.Document(x, id.Facts())
	err := sign.WriteBundle(bundle, doc, id, attach)
	var failed quoteError
	if !errors.As(err, &failed) || p.must {
		return doc, err
	}
	without := Platform{release: p.release}
	without.giveUp(failed)
	return without.write(bundle, x, id)
}
