package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/words/terminal"
)

// reader is where an answer goes: to people on standard error, or, where the answer
// is what was asked for, to whoever reads standard output.
type reader struct {
	io.Writer
	style
}

func (p *program) people() reader { return reader{p.stderr, p.style()} }
func (p *program) answer() reader { return reader{p.stdout, p.out} }

// checked is what came of one bundle.
type checked struct {
	dir    string
	bundle *verifiedBundle // nil: it is not valid, or could not be looked at
	err    error           // a sign.InvalidError: not valid
	signer signer          // of a valid bundle

	listing bool          // it is the summary of a batch, and no bundle
	sealing bool          // it is a sealed folder, and no bundle
	summary *batch.Signed // nil: it is none, or not valid
	sealed  *sealedFolder // likewise
}

// signer is what is known of who signed a bundle that is whole. The zero value knows
// nothing: a certificate that came with the bundle anybody could have made.
type signer uint8

const (
	signerUnknown signer = iota
	signerNamed          // it is the one that --cert gives
	signerAny            // and --any-signer says that anybody will do
)

// status is what verify would end with, were this the only bundle.
func (c *checked) status() int {
	var invalid *sign.InvalidError
	switch {
	case errors.As(c.err, &invalid):
		return exitNotValid
	case c.err != nil:
		return exitFailed
	case c.signer == signerUnknown:
		return exitInconclusive
	}
	return exitOK
}

// word is the answer in a word, for people and for programs.
func (c *checked) word() (people span, program string) {
	switch c.status() {
	case exitOK:
		return span{"1;32", terminal.Valid.EN}, "valid"
	case exitNotValid:
		return span{"1;31", terminal.NotValid.EN}, "not-valid"
	case exitInconclusive:
		return span{"1;33", terminal.SignerUnknown.EN}, "signer-unknown"
	}
	return span{"1;33", terminal.NotChecked.EN}, "not-checked"
}

// line is what verify --json prints of it.
func (c *checked) line() exchange.Verification {
	l := exchange.Verification{Bundle: sayable(c.dir), ExitStatus: c.status(), Summary: c.listing}
	_, l.Status = c.word()
	var invalid *sign.InvalidError
	switch {
	case errors.As(c.err, &invalid):
		for _, x := range invalid.Problems {
			l.Problems = append(l.Problems, exchange.Problem(x))
		}
		return l
	case c.err != nil:
		l.Error = errorText(c.err)
		return l
	}
	switch {
	case c.summary != nil:
		c.summaryLine(&l)
		return l
	case c.sealed != nil:
		c.sealedLine(&l)
		return l
	}
	v := c.bundle
	report := lineOf(v.Document.Medium.Path, c.dir, v.Document)
	l.Result = &report
	for _, n := range v.Notes {
		l.Notes = append(l.Notes, exchange.Reason(n))
	}
	l.CertificateSHA256, l.CertificateGiven, l.ReportSHA256 = v.CertificateSHA256, &v.Trusted, fmt.Sprintf("%x", v.ReportSHA256)
	l.VouchedBy = sayable(v.VouchedBy)
	for _, t := range v.Timestamps {
		l.Timestamps = append(l.Timestamps, exchange.Timestamp{Time: t.Time.Format(time.RFC3339), Authority: t.Authority.Subject.CommonName, Trusted: v.StampsTrusted})
	}
	for _, c := range v.Countersigned {
		l.Countersigned = append(l.Countersigned, exchange.Countersignature{Role: c.Role.String(), Decision: c.Decision.String(), Reason: c.Reason,
			Time: c.Time.Format(time.RFC3339), Name: c.Name, CertificateSHA256: c.CertificateSHA256})
	}
	if q := v.quote; q != nil {
		l.System, l.AttestationKey, l.KeyKnown = v.system(), q.KeyName, v.key != nil
		for _, n := range q.Notes {
			l.Notes = append(l.Notes, exchange.Reason{Code: n.Code, Text: n.Text})
		}
	}
	return l
}

// verifySummary counts what came of several bundles.
type verifySummary struct{ exchange.Verifications }

// count counts bundles; the summary of a batch is none.
func (s *verifySummary) count(c *checked) {
	s.ExitStatus = worse(s.ExitStatus, c.status())
	if c.listing || c.sealing {
		return
	}
	s.Bundles++
	switch c.status() {
	case exitNotValid:
		s.NotValid++
	case exitFailed:
		s.NotChecked++
	case exitInconclusive:
		s.SignerUnknown++
	default:
		s.Valid++
	}
}

// show prints the line about one of several bundles, with all that is wrong.
func (c *checked) show(to reader) {
	if c.summary != nil && c.err == nil {
		to.showSummary(c)
		return
	}
	word, _ := c.word()
	said := ""
	if c.bundle != nil {
		said = "  " + verdictWord(c.bundle.Document).text + "  " + mediumWords(&c.bundle.Document.Medium)
	}
	if c.sealed != nil {
		said = "  " + c.sealed.words()
	}
	fmt.Fprintf(to, "%s  %s%s\n", to.paint(word.color, word.text), printable(c.dir), said)
	if c.bundle != nil {
		to.showRejections(c.bundle)
	}
	var invalid *sign.InvalidError
	switch {
	case errors.As(c.err, &invalid):
		for _, x := range invalid.Problems {
			fmt.Fprintf(to, "  %s\n", printable(x.String()))
		}
	case c.err != nil:
		fmt.Fprintf(to, "  %s\n", printable(errorText(c.err)))
	}
}

func (s *verifySummary) show(to reader) {
	var parts []string
	for _, x := range []struct {
		n    int
		code string
	}{{s.Valid, "valid"}, {s.SignerUnknown, "signer-unknown"}, {s.NotValid, "not-valid"}, {s.NotChecked, "not-checked"}} {
		if x.n > 0 {
			parts = append(parts, terminal.Counts.Say(x.code, x.n).EN)
		}
	}
	fmt.Fprintf(to, "%s  %s\n", to.bold(terminal.Verified.EN), terminal.Bundles.Say(s.Bundles, strings.Join(parts, ", ")).EN)
}
