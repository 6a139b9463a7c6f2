// Package verifypage is a page that checks a report in a browser: a PDF, or the ZIP of a bundle, is dropped on it, and it
// says what shokyo verify says. The checks are reports/sign's, compiled to WebAssembly (cmd/shokyo-verify-page) and packed
// into one HTML file (page.go), which needs no server, no network and no other file. To say more, add a line here.
package verifypage

import (
	"errors"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/trust"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
	said "shokyo.dev/shokyo/words/verifypage"
)

// Status is what comes of a report, in the words of shokyo verify --json. The zero value knows nothing.
type Status uint8

const (
	NotChecked Status = iota
	Valid
	SignerUnknown
	NotValid
)

var (
	codes    = [...]string{"not-checked", "valid", "signer-unknown", "not-valid"}
	headings = [...]words.Text{terminal.NotChecked, terminal.Valid, terminal.SignerUnknown, terminal.NotValid}
	meanings = [...]words.Text{said.NotCheckedMeans, said.ValidMeans, said.SignerUnknownMeans, said.NotValidMeans}
)

// Line is something that the page says of a report.
type Line struct {
	Label words.Text
	Text  words.Text
}

// Answer is all that it says.
type Answer struct {
	Status  string // "valid", "signer-unknown", "not-valid", "not-checked"
	Heading words.Text
	Meaning words.Text
	Lines   []Line
	Page    string // the report as HTML, rendered from the document; empty unless it is whole
}

// Whom are those that the reader trusts, as bytes of files; empty: nobody.
type Whom struct {
	Signer []byte   // the laboratory's certificate, or those of authorities
	Lists  [][]byte // what the authorities revoked
	Stamps []byte   // certificates of authorities of time
}

func (w *Whom) trust() (t trust.Trust, err error) {
	if len(w.Signer) > 0 {
		err = t.Signer(w.Signer)
	}
	for _, b := range w.Lists {
		if err == nil {
			err = t.AddList(b)
		}
	}
	if err == nil && len(w.Stamps) > 0 {
		err = t.Stamps(w.Stamps)
	}
	return t, err
}

// Check checks a report by its bytes. Self is the program that asks: what it has rendered itself must be as it renders it.
func Check(name string, b []byte, whom Whom, self reports.Tool) *Answer {
	t, err := whom.trust()
	if err != nil {
		return answer(NotChecked, problem(err.Error()))
	}
	v, err := sign.VerifyFile(name, b, t.Laboratory())
	var by trust.Answer
	if err == nil {
		var problems []sign.Problem
		if by, problems, err = t.Check(v); len(problems) > 0 {
			err = &sign.InvalidError{Problems: problems}
		}
	}
	var invalid *sign.InvalidError
	switch {
	case errors.As(err, &invalid):
		var lines []Line
		for _, p := range invalid.Problems {
			lines = append(lines, problem(p.String()))
		}
		return answer(NotValid, lines...)
	case err != nil:
		return answer(NotChecked, problem(err.Error()))
	case len(v.Unlike) > 0 && maker.Same(v.Document.Tool, self):
		return answer(NotValid, Line{said.Problem, words.Alike(strings.Join(v.Unlike, ", ") + ": ").Then(terminal.Contradicts)})
	}
	status := SignerUnknown
	if v.Trusted {
		status = Valid
	}
	a := answer(status, whole(v, by)...)
	a.Page = string(render.HTML(v.Document))
	return a
}

func answer(s Status, lines ...Line) *Answer {
	return &Answer{Status: codes[s], Heading: headings[s], Meaning: meanings[s], Lines: lines}
}

func problem(text string) Line { return Line{said.Problem, words.Alike(reports.Clean(text))} }

// whole are the lines of a report that is as it was signed.
func whole(v *sign.Verified, by trust.Answer) []Line {
	d := v.Document
	signer := words.Alike(reports.Clean(v.Signer))
	if v.ThrowAway {
		signer = said.ThrowAway
	}
	lines := []Line{
		{said.Verdict, render.Print(d).Name},
		{said.About, words.Text{EN: d.Scope.Text, JA: d.Scope.TextJA}},
		{said.Medium, words.Alike(mediumOf(&d.Medium))},
		{said.Number, words.Alike(d.ID)},
		{said.Signer, signer},
		{said.Certificate, words.Alike(v.CertificateSHA256)},
	}
	if by.VouchedBy != "" {
		lines = append(lines, Line{said.Authority, words.Alike(reports.Clean(by.VouchedBy))})
	}
	if !v.Signed.IsZero() {
		lines = append(lines, Line{said.Signed, words.Alike(v.Signed.UTC().Format(time.RFC3339))})
	}
	lines = append(append(lines, stamps(v, by.StampsTrusted)...), seconds(v)...)
	if v.Attestation != nil {
		lines = append(lines, Line{said.Note, said.Attested})
	}
	if len(v.Unlike) > 0 {
		made := terminal.ToolVersion.Say(reports.Clean(strings.TrimSpace(d.Tool.Version + " " + d.Tool.Commit)))
		lines = append(lines, Line{said.Note, terminal.NotCompared.Say(strings.Join(v.Unlike, ", "), made)})
	}
	for _, n := range v.Notes {
		lines = append(lines, Line{said.Note, words.Text{EN: n.Text, JA: n.TextJA}})
	}
	return lines
}

func mediumOf(m *reports.Medium) string {
	var parts []string
	for _, s := range []string{m.Path, m.Model, m.Serial} {
		if s != "" {
			parts = append(parts, reports.Clean(s))
		}
	}
	return strings.Join(parts, ", ")
}

func stamps(v *sign.Verified, trusted bool) (lines []Line) {
	by := said.StampedBy
	if trusted {
		by = said.StampTrusted
	}
	for _, t := range v.Timestamps {
		lines = append(lines, Line{said.Timestamp, by.Say(t.Time.UTC().Format(time.RFC3339), reports.Clean(t.Authority.Subject.CommonName))})
	}
	if lines == nil {
		lines = []Line{{said.Timestamp, said.NoStamp}}
	}
	return lines
}

// seconds are the second signatures: by whom each is stands in a certificate that came with it.
func seconds(v *sign.Verified) (lines []Line) {
	for _, c := range v.Countersigned {
		name, when := reports.Clean(c.Name), c.Time.Format(time.RFC3339)
		if c.Role == countersign.Concurrence {
			lines = append(lines, Line{said.Second, terminal.Concurred.Say(name, c.CertificateSHA256, when)})
			continue
		}
		reason := ""
		if c.Reason != "" {
			reason = ": " + reports.Clean(c.Reason)
		}
		lines = append(lines, Line{said.Second, terminal.Validated.Say(terminal.Decisions.Say(c.Decision.String()), name, c.CertificateSHA256, when, reason)})
	}
	if lines != nil {
		lines = append(lines, Line{said.Note, terminal.NotTheirs})
	}
	return lines
}
