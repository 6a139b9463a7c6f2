package main

import (
	"crypto/x509"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/cases/checklists"
	"shokyo.dev/shokyo/cases/folder"
	"shokyo.dev/shokyo/cases/report"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports/sign/identity"
	said "shokyo.dev/shokyo/words/cases"
	"shokyo.dev/shokyo/words/terminal"
)

const caseHelp = `usage: shokyo case init DIR --id ID --template TEMPLATE --signer FILE
       shokyo case add DIR KIND PATH... [--role ROLE]
       shokyo case check DIR
       shokyo case report DIR --out REPORT
       shokyo case verify REPORT... --cert FILE
       shokyo case checklist [NAME]

Join reports of media, evidence of keys and checklists into one answer: erased,
not-erased, void (the test did not see what it had to see on the control) or
insufficient (docs/cases.md).

TEMPLATE says what the case asks for: returned-disk, self-encrypting-drive,
encrypted-volume, encrypted-database or trial. KIND is bundle (with --role
target, control or survivor), keys, checklist, survivor-before, survivor-
after, certificate, photograph or document. What is added is copied, and its
digest noted; what is not as it was added, belongs to another case, or is
signed by another than a --signer, is refused by name. Without signers nobody
vouches for the evidence, and the answer is insufficient. Checklists to begin
with: case checklist.

  shokyo case init trial --id 2026-042 --template trial --signer lab.cert.pem
  shokyo case add trial bundle reports/sdb --role target
  shokyo case add trial keys k1 k2
  shokyo case check trial
  shokyo case report trial --identity lab --out joint

Exit status: 0 erased (verify: valid); 3 not erased (verify: not valid); 4 void
or insufficient.

`

// caseFlags are those of all that case can do.
type caseFlags struct {
	identityFlags
	id, template, role, out, cert string
	signers                       []string
	anySigner                     bool
}

func caseVerb(p *program, args []string) (int, error) {
	var f caseFlags
	fs := flag.NewFlagSet("case", flag.ContinueOnError)
	fs.StringVar(&f.id, "id", "", "init: the case's `ID`")
	fs.StringVar(&f.template, "template", "", "init: the `TEMPLATE` that says what is asked for")
	fs.Func("signer", "init: evidence by the laboratory with this certificate `FILE` is taken; may be repeated", func(path string) error {
		c, err := identity.LoadCertificate(path)
		if err == nil {
			f.signers = append(f.signers, identity.FactsOf(c).CertificateSHA256)
		}
		return err
	})
	fs.StringVar(&f.role, "role", "", "add: the `ROLE` of a medium: target, control or survivor")
	fs.StringVar(&f.out, "out", "", "report: the folder `REPORT` to make")
	fs.Func("cert", "verify: signed by the lab with this certificate `FILE`", given(&f.cert))
	fs.BoolVar(&f.anySigner, "any-signer", false, "verify: whoever signed will do")
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "JSON lines on standard output")
	operands, err := p.parse(fs, caseHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) > 0 && operands[0] == "checklist" {
		return p.checklist(operands[1:])
	}
	if len(operands) < 2 {
		return exitUsage, usagef("say what to do with which folder: case init DIR, add, check, report or verify")
	}
	do, dir, rest := operands[0], operands[1], operands[2:]
	switch {
	case do == "add" && len(rest) >= 2:
		return p.addToCase(&f, dir, rest[0], rest[1:])
	case do == "add":
		return exitUsage, usagef("say what to add: case add DIR KIND PATH...")
	case do == "verify":
		return p.verifyCases(&f, operands[1:])
	case len(rest) > 0:
		return exitUsage, usagef("%q: case %s takes one folder", rest[0], do)
	case do == "init":
		return p.initCase(&f, dir)
	case do == "check":
		return p.checkCase(dir)
	case do == "report":
		return p.reportCase(&f, dir)
	}
	return exitUsage, usagef("%q: use case init, add, check, report or verify", do)
}

// checklist prints a list to be filled in, or which there are.
func (p *program) checklist(names []string) (int, error) {
	switch len(names) {
	case 0:
		for _, name := range checklists.Names() {
			en, ja := checklists.Title(name)
			fmt.Fprintf(p.stdout, "%s\n  %s\n  %s\n", name, en, ja)
		}
		return exitOK, nil
	case 1:
		b, err := checklists.Text(names[0])
		if err != nil {
			return exitUsage, usagef("%w", err)
		}
		_, err = p.stdout.Write(b)
		return exitOK, err
	}
	return exitUsage, usagef("case checklist takes one name")
}

func (p *program) initCase(f *caseFlags, dir string) (int, error) {
	if f.id == "" || f.template == "" {
		return exitUsage, usagef("give --id and --template")
	}
	if err := folder.Init(dir, f.id, f.template, f.signers...); err != nil {
		return exitFailed, fmt.Errorf("make the case %s: %w", dir, err)
	}
	fmt.Fprintln(p.stderr, terminal.MadeCase.Say(printable(f.id), printable(filepath.Join(dir, folder.File))).EN)
	return exitOK, nil
}

func (p *program) addToCase(f *caseFlags, dir, kind string, paths []string) (int, error) {
	c, err := folder.Open(dir)
	if err != nil {
		return exitFailed, err
	}
	for _, path := range paths {
		e, err := c.Add(path, kind, f.role, time.Now())
		if err != nil {
			return exitFailed, fmt.Errorf("add %s: %w", path, err)
		}
		fmt.Fprintln(p.stderr, terminal.AddedToCase.Say(e.ID, printable(path), e.SHA256).EN)
	}
	return exitOK, nil
}

// decideCase gathers and decides.
func decideCase(dir string, now time.Time) (*folder.Case, *folder.Gathered, *cases.Decision, error) {
	c, err := folder.Open(dir)
	if err != nil {
		return nil, nil, nil, err
	}
	g := c.Gather(now)
	d := cases.Decide(&g.Input)
	return c, g, &d, nil
}

func (p *program) checkCase(dir string) (int, error) {
	c, g, d, err := decideCase(dir, time.Now())
	if err != nil {
		return exitFailed, err
	}
	p.showCase(g, d)
	return statusOfCase(d.Outcome), p.caseLine(c, d, "")
}

func (p *program) reportCase(f *caseFlags, dir string) (int, error) {
	if f.out == "" {
		return exitUsage, usagef("say where the report goes: --out REPORT")
	}
	id, err := f.load(p)
	if err != nil {
		return exitFailed, err
	}
	now := time.Now()
	c, g, d, err := decideCase(dir, now)
	if err != nil {
		return exitFailed, err
	}
	undo, err := makeFolder(filepath.Dir(filepath.Clean(f.out)), 0o755)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	if err := report.Write(f.out, report.Build(c, g, d, tool(), id.Facts(), now), id); err != nil {
		return exitFailed, err
	}
	p.showCase(g, d)
	fmt.Fprintln(p.stderr, terminal.Report.Say(printable(filepath.Join(f.out, report.Page))).EN)
	return statusOfCase(d.Outcome), p.caseLine(c, d, f.out)
}

func statusOfCase(o cases.Outcome) int {
	switch o {
	case cases.Erased:
		return exitOK
	case cases.NotErased:
		return exitResidue
	}
	return exitInconclusive
}

var outcomeColors = map[cases.Outcome]string{cases.Erased: "1;32", cases.NotErased: "1;31", cases.Void: "1;33", cases.Insufficient: "1;33"}

func (p *program) showCase(g *folder.Gathered, d *cases.Decision) {
	s := p.style()
	fmt.Fprintf(p.stderr, "%s  %s\n", s.paint(outcomeColors[d.Outcome], strings.ToUpper(said.Outcomes.Say(d.Outcome.String()).EN)), said.Meanings.Say(d.Outcome.String()).EN)
	for _, j := range d.Lines {
		if !j.Required && j.Result == cases.Open {
			continue
		}
		fmt.Fprintf(p.stderr, "  %s: %s\n", j.Line, s.bold(said.Results.Say(j.Result.String()).EN))
		for _, r := range j.Reasons {
			fmt.Fprintf(p.stderr, "    %s\n", printable(r.Text.EN))
		}
	}
	for _, x := range g.Problems {
		fmt.Fprintf(p.stderr, "  %s %s: %s\n", printable(x.Evidence), x.Code, printable(x.Text.EN))
	}
}

func (p *program) caseLine(c *folder.Case, d *cases.Decision, out string) error {
	if !p.asJSON {
		return nil
	}
	line := exchange.Case{Case: c.Head.ID, Outcome: d.Outcome.String(), Report: sayable(out), Lines: map[string]string{}, ExitStatus: statusOfCase(d.Outcome)}
	for _, j := range d.Lines {
		line.Lines[string(j.Line)] = j.Result.String()
	}
	return p.printJSON(line)
}

// verifyCases checks joint reports: each is as it was sealed, and with --cert, by whom.
func (p *program) verifyCases(f *caseFlags, dirs []string) (int, error) {
	var trusted *x509.Certificate
	if f.cert != "" {
		c, err := identity.LoadCertificate(f.cert)
		if err != nil {
			return exitFailed, err
		}
		trusted = c
	}
	invalid, unknown := false, false
	for _, dir := range dirs {
		o, err := report.Open(dir, trusted)
		if err != nil {
			invalid = true
			fmt.Fprintf(p.stderr, "%s  %s: %s\n", terminal.NotValid.EN, printable(dir), printable(errorText(err)))
			continue
		}
		word := terminal.Valid.EN
		if trusted == nil && !f.anySigner {
			word, unknown = terminal.SignerUnknown.EN, true
		}
		fmt.Fprintf(p.stderr, "%s  %s: %s (%s)\n", word, printable(dir), said.Outcomes.Say(o.Outcome).EN, printable(o.Signer.Name))
	}
	switch {
	case invalid:
		return exitNotValid, nil
	case unknown:
		return exitInconclusive, nil
	}
	return exitOK, nil
}
