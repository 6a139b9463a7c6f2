package main

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"shokyo.dev/shokyo/cases/report"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/authority"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
	said "shokyo.dev/shokyo/words/cases"
	"shokyo.dev/shokyo/words/terminal"
)

// sealedFolder is one that is no report of a medium, and is as it was sealed.
type sealedFolder struct {
	*sealed.Folder
	kind    string // "case", "corpus", "baseline", "keys"; or the address of a kind that is not known
	outcome string // of a joint report
}

// checkSealed checks a sealed folder: every file, the signature, and who signed. Of a joint report also that its page is the
// document's, and what it says.
func (k *trusted) checkSealed(dir string) *checked {
	c := &checked{dir: dir, sealing: true}
	refused := func(file, code, text string) *checked {
		c.err = &sign.InvalidError{Dir: dir, Problems: []sign.Problem{{File: file, Code: code, Text: text}}}
		return c
	}
	f, kind, err := sealed.Whole(dir)
	switch {
	case errors.Is(err, sealed.ErrChanged):
		return refused(sealed.File, "seal", err.Error())
	case err != nil:
		c.err = fmt.Errorf("%s: %w", dir, err)
		return c
	}
	out := &sealedFolder{Folder: f, kind: strings.TrimSuffix(strings.TrimPrefix(kind, "https://shokyo.dev/"), "/"+path.Base(kind))}
	if kind == report.Kind {
		joint, err := report.Open(dir, nil)
		if err != nil {
			return refused(report.File, "seal", err.Error())
		}
		out.kind, out.outcome = "case", joint.Outcome
	}
	if lab := k.whom.Laboratory(); lab != nil && !lab.Equal(f.Certificate) {
		return refused(identity.CertificateFile, "signer", terminal.NotBy.Say(f.Signer.Name, identity.FactsOf(lab).Name).EN)
	}
	_, no, err := k.whom.Vouch(f.Certificate, authority.When{Time: time.Now()}) // nothing says when it was sealed
	if no != nil {
		return refused(identity.CertificateFile, string(no.Code), no.Error())
	}
	c.err, c.sealed, c.signer = err, out, k.signer
	return c
}

// words are what it is, and what it says.
func (s *sealedFolder) words() string {
	if s.outcome != "" {
		return printable(s.kind) + ": " + said.Outcomes.Say(s.outcome).EN
	}
	return printable(s.kind)
}

// showSealed prints what is to be said of one.
func (to reader) showSealed(c *checked) {
	word, _ := c.word()
	fmt.Fprintf(to, "%s  %s\n  %s\n", to.paint(word.color, word.text), printable(c.dir), terminal.SealedAs.Say(c.sealed.words()).EN)
	fmt.Fprintf(to, "  %s\n", terminal.SignedBy.Say(printable(c.sealed.Signer.Name)).EN)
}

// sealedLine is what verify --json prints of one.
func (c *checked) sealedLine(l *exchange.Verification) {
	given := c.signer == signerNamed
	l.Sealed, l.Outcome, l.CertificateSHA256, l.CertificateGiven = sayable(c.sealed.kind), c.sealed.outcome, c.sealed.Signer.CertificateSHA256, &given
}
