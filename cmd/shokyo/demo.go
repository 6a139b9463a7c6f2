package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/internal/disktest/demo"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words/terminal"
)

const demoHelp = `usage: shokyo demo [--out DIR] [--depth deep|quick]
       shokyo demo --case [--out DIR]

Make two disks in DIR/disks: erased.img, whose partition is a LUKS2 volume with
its key slots destroyed, and control.img, the same documents never encrypted.
Examine both with the same settings and leave a signed bundle of each in DIR.

With --case a whole small trial: the files noted before, the disk of a tenant
whose key was destroyed, a control, the key server's list and log, what had to
survive, and the joint report on all of it. Each step is shown as the command
that it is.

Exit status: 0 when the erased disk ends no-residue and the control
residue-found.

`

// demoMark lies in the folder of a demo, so that the next demo may replace it.
const demoMark = ".shokyo-demo"

func demoVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	f := scanFlags{Settings: examine.Settings{Checkpoint: 10 * time.Second, Tool: tool()}}
	fs.StringVar(&f.out, "out", "shokyo-demo", "`DIR` for the disks and the bundles")
	f.registerDepth(fs)
	whole := fs.Bool("case", false, "a trial with keys, logs and a control, up to the joint report")
	fs.BoolVar(&f.quiet, "quiet", false, "print only errors")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "a JSON line per disk on standard output, as scan prints, and one on the demo")
	operands, err := p.parse(fs, demoHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) > 0 {
		return exitUsage, usagef("%q: demo takes no operand", operands[0])
	}
	if _, err := scan.ParseDepth(f.Depth); err != nil {
		return exitUsage, usagef("--depth: %w", err)
	}
	undo, err := clearDemo(f.out)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	if *whole {
		p.asJSON = false
		return (&trial{p, f.out, f.quiet, time.Now().UTC().Truncate(time.Second)}).run()
	}
	return p.demo(&f)
}

func (p *program) demo(f *scanFlags) (int, error) {
	tell := func(step string) {
		if !f.quiet {
			p.tell(step + " …\n")
		}
	}
	erased, control, err := demo.WriteDisks(filepath.Join(f.out, "disks"), 0, tell)
	if err != nil {
		return exitFailed, err
	}
	if f.Identity, err = identity.ThrowAway(time.Now()); err != nil {
		return exitFailed, err
	}
	docs := make([]*reports.Document, 2)
	for i, source := range []string{erased, control} {
		if docs[i], err = p.examineDisk(f, source); err != nil {
			return exitFailed, err
		}
	}
	if !f.quiet {
		p.showDemo(docs[0], docs[1], f.out)
	}
	return p.judgeDemo(docs[0], docs[1], f.out)
}

func (p *program) examineDisk(f *scanFlags, source string) (*reports.Document, error) {
	p.screen = p.openBoard(f.quiet, nil, source)
	defer func() { p.screen.close(); p.screen = nil }()
	t := &teller{p, p.screen.line(0), source, f.quiet}
	e := examine.New(&f.Settings, source, f.out, t)
	doc, err := e.Run(p.ctx)
	if err != nil {
		return nil, err
	}
	t.end(verdictWord(doc))
	if p.asJSON {
		err = p.printJSON(lineOf(source, e.Bundle(), doc))
	}
	return doc, err
}

// judgeDemo holds both verdicts against what is known of the disks. A test that
// cannot see the control says nothing about the erased disk.
func (p *program) judgeDemo(erased, control *reports.Document, out string) (int, error) {
	status, word, err := exitOK, "as-expected", error(nil)
	switch {
	case control.Verdict != verdict.ResidueFound.String():
		status, word, err = exitFailed, "void", fmt.Errorf("the test is void: the control was never erased, and yet its verdict is %s", control.Verdict)
	case erased.Verdict != verdict.NoResidue.String():
		status, word, err = statusOf(erased.Verdict), "unexpected", fmt.Errorf("the erased disk's verdict is %s, want %s", erased.Verdict, verdict.NoResidue)
	}
	if !p.asJSON {
		return status, err
	}
	l := exchange.Demo{Demo: word, Folder: sayable(out), ExitStatus: status}
	if err != nil {
		l.Error = errorText(err)
		p.showError("demo", err)
	}
	return status, p.printJSON(l)
}

// clearDemo removes what an earlier demo left in out, and nothing else. The function
// that it returns takes back what it made, if nothing came into it.
func clearDemo(out string) (undo func(), err error) {
	mark := filepath.Join(out, demoMark)
	entries, err := os.ReadDir(out)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("look into %s: %w", out, err)
	}
	if _, err := os.Stat(mark); err != nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s holds other things: give --out an empty or a new folder", out)
	}
	for _, name := range append([]string{"disks", "erased.img", "control.img", "erased.img.checkpoint", "control.img.checkpoint"}, demoCaseFiles...) {
		if err := os.RemoveAll(filepath.Join(out, name)); err != nil {
			return nil, fmt.Errorf("remove the earlier demo: %w", err)
		}
	}
	remove, err := makeFolder(filepath.Join(out, "disks"), 0o755)
	if err != nil {
		return nil, err
	}
	undo = func() {
		if os.Remove(filepath.Join(out, "disks")) == nil { // empty: nothing came of it
			os.Remove(mark)
		}
		remove()
	}
	if err := os.WriteFile(mark, []byte(terminal.DemoMark.EN+"\n"), 0o644); err != nil {
		undo()
		return nil, err
	}
	return undo, nil
}
