package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/authority"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/words/terminal"
)

// checkSummary checks the summary of a batch: that it is as it was signed, by whom, and that the bundles
// that it lists lie beside it as they were. The bundles themselves are checked one by one.
func (k *trusted) checkSummary(path string) *checked {
	c := &checked{dir: path, listing: true}
	s, err := batch.Open(path, tool())
	switch {
	case errors.Is(err, batch.ErrNoSeal):
		c.summary = s
		return c.hold(path, nil)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		c.err = err
		return c
	case err != nil:
		c.err = &sign.InvalidError{Dir: path, Problems: []sign.Problem{{File: filepath.Base(path), Code: "summary", Text: err.Error()}}}
		return c
	}
	c.summary, c.signer = s, k.signer
	problems, err := k.whose(s)
	if err != nil {
		c.err = err
		return c
	}
	return c.hold(path, problems)
}

// hold holds a summary against the bundles beside it, and keeps what is wrong: what is not valid
// outweighs what could not be looked at.
func (c *checked) hold(path string, problems []sign.Problem) *checked {
	others, gone, err := bundlesListed(path, c.summary.Batch)
	c.err = err
	for _, at := range gone {
		c.err = errors.Join(c.err, notThere(at, path))
	}
	if problems = append(problems, others...); len(problems) > 0 {
		c.err = &sign.InvalidError{Dir: c.dir, Problems: problems}
	}
	return c
}

// whose says what is wrong with who signed a summary, where somebody in particular must have. When it was signed is
// its signer's word alone.
func (k *trusted) whose(s *batch.Signed) ([]sign.Problem, error) {
	refused := func(code, text string) []sign.Problem {
		return []sign.Problem{{File: batch.File, Code: code, Text: text}}
	}
	if lab := k.whom.Laboratory(); lab != nil && !lab.Equal(s.Certificate) {
		return refused("signer", terminal.NotBy.Say(s.Identity.Name, identity.FactsOf(lab).Name).EN), nil
	}
	at, err := time.Parse(time.RFC3339, s.Finished)
	if err != nil {
		return refused("summary", terminal.NoTime.EN), nil
	}
	_, no, err := k.whom.Vouch(s.Certificate, authority.When{Time: at})
	if no != nil {
		return refused(string(no.Code), no.Error()), nil
	}
	return nil, err
}

// bundlesListed looks for the bundles of a batch beside its summary. They are told by their envelopes:
// on a stick they have other names than the summary has.
func bundlesListed(path string, b *batch.Batch) (problems []sign.Problem, gone []string, err error) {
	dir := filepath.Dir(path)
	there := map[string]bool{}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range list {
		if at := filepath.Join(dir, e.Name()); sign.IsBundle(at) {
			if pins, err := sign.PinsOf(at); err == nil {
				there[pins.EnvelopeSHA256] = true
			}
		}
	}
	for i := range b.Rows {
		r := &b.Rows[i]
		at := filepath.Join(dir, filepath.Base(r.Bundle))
		switch {
		case r.Bundle == "" || there[r.EnvelopeSHA256]:
		case sign.IsBundle(at):
			problems = append(problems, sign.Problem{File: filepath.Base(at), Code: "another-report", Text: terminal.OtherReport.Say(filepath.Base(path)).EN})
		default:
			gone = append(gone, at)
		}
	}
	return problems, gone, nil
}

// showSummary prints what a summary that is as it was signed says.
func (to reader) showSummary(c *checked) {
	word, _ := c.word()
	b := c.summary
	fmt.Fprintf(to, "%s  %s\n", to.paint(word.color, word.text), printable(c.dir))
	t := b.Totals
	fmt.Fprintf(to, "  %s\n", terminal.Ended.Say(sources(t.Sources), t.NoResidue, inPart(t.NoResidueInPart), t.ResidueFound, t.Inconclusive, t.CouldNotRun).EN)
	if b.Certificate == nil {
		fmt.Fprintf(to, "  %s\n", terminal.NobodySigned.EN)
		return
	}
	fmt.Fprintf(to, "  %s\n", terminal.SignedBy.Say(printable(b.Identity.Name)).EN)
}

// summaryLine is what verify --json prints of a summary.
func (c *checked) summaryLine(l *exchange.Verification) {
	if c.summary.Certificate == nil {
		l.Notes = append(l.Notes, exchange.Reason{Code: "not-signed", Text: terminal.NobodySigned.EN, TextJA: terminal.NobodySigned.JA})
		return
	}
	given := c.signer == signerNamed
	l.CertificateSHA256, l.CertificateGiven = c.summary.Identity.CertificateSHA256, &given
}
