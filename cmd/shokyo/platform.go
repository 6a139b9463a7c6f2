package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/verdict"
)

// releaseFile is there in the bootable image and says which it is.
const releaseFile = "/etc/shokyo-release"

// platform is what a report can say of the system it is made on. A nil platform
// says nothing.
type platform struct {
	release string
	tpm     string         // the TPM that quotes; empty: none does
	why     verdict.Reason // none does
	must    bool           // a report without quote is none
	log     []byte         // the firmware's event log

	mu sync.Mutex // a software TPM takes one connection at a time
}

// attestFlag is auto, tpm, none, or tpm:PATH.
type attestFlag struct{ mode, path string }

func (f *attestFlag) register(fs *flag.FlagSet) {
	f.mode = "auto"
	fs.Func("attest", "`MODE` is auto (the default), tpm, none or tpm:DEVICE: have a TPM sign which system was booted; auto goes on without", func(s string) error {
		mode, path, named := strings.Cut(s, ":")
		if mode != "auto" && mode != "tpm" && mode != "none" || named && (mode != "tpm" || path == "") {
			return errors.New("use auto, tpm, none or tpm:DEVICE")
		}
		f.mode, f.path = mode, path
		return nil
	})
}

// platform finds out which TPM there is and whether it quotes, before hours are
// spent on an examination that needs it.
func (f *attestFlag) platform() (*platform, error) {
	p := &platform{must: f.mode == "tpm", release: release(releaseFile)}
	if f.mode == "none" {
		return p, nil
	}
	p.tpm = attest.Device
	if f.path != "" {
		p.tpm = f.path
	}
	// A log that can not be read (it is root's) is no reason to do without a quote.
	p.log, _ = attest.ReadEventLog(p.tpm)
	_, err := p.quote([32]byte{})
	switch {
	case err == nil:
		return p, nil
	case p.must:
		return nil, fmt.Errorf("%w; use --attest none to do without", err)
	}
	p.giveUp(err)
	return p, nil
}

// release is on one line.
func release(path string) string {
	b, err := wholefile.Read(path, 4096)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(b)), " ")
}

func (p *platform) giveUp(err error) { p.tpm, p.why = "", verdict.Unattested(err) }

func (p *platform) quote(nonce [32]byte) (*attest.Attestation, error) {
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

func (p *platform) attach(report [32]byte) ([]sign.Attachment, error) {
	a, err := p.quote(report)
	if err != nil {
		return nil, quoteError{err}
	}
	return []sign.Attachment{{Name: sign.AttestationFile, Data: a.Encode()}}, nil
}

// write builds and writes a bundle, with a quote if the machine gives one. When the
// TPM fails after all, the report says so instead, unless it must have one.
func (p *platform) write(bundle string, x *build.Examination, id sign.Identity) (*reports.Document, error) {
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
	without := platform{release: p.release}
	without.giveUp(failed)
	return without.write(bundle, x, id)
}
