package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

const demoHelp = `usage: shokyo demo [--out DIR]

Make two disks in DIR/disks: erased.img, whose partition is a LUKS2 volume with
its key slots destroyed, and control.img, the same documents never encrypted.
Examine both with the same settings and leave a signed bundle of each in DIR.

Exit status: 0 when the erased disk ends no-residue and the control
residue-found.

`

// demoMark lies in the folder of a demo, so that the next demo may replace it.
const demoMark = ".shokyo-demo"

func demoVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	out := fs.String("out", "shokyo-demo", "`DIR` for the disks and the bundles")
	quiet := fs.Bool("quiet", false, "print only errors")
	operands, err := p.parse(fs, demoHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) > 0 {
		return exitUsage, usagef("%q: demo takes no operand", operands[0])
	}
	if err := clearDemo(*out); err != nil {
		return exitFailed, err
	}
	tell := func(step string) {
		if !*quiet {
			p.tell(step + " …\n")
		}
	}
	erased, control, err := disktest.WriteDemoDisks(filepath.Join(*out, "disks"), 0, tell)
	if err != nil {
		return exitFailed, err
	}
	id, err := reports.ThrowAway(time.Now())
	if err != nil {
		return exitFailed, err
	}
	f := scanFlags{out: *out, quiet: *quiet, checkpoint: 10 * time.Second}
	docs := make([]*reports.Document, 2)
	for i, source := range []string{erased, control} {
		if docs[i], err = p.examineDisk(&f, source, id); err != nil {
			return exitFailed, err
		}
	}
	if !*quiet {
		p.showDemo(docs[0], docs[1], *out)
	}
	return p.judgeDemo(docs[0], docs[1])
}

func (p *program) examineDisk(f *scanFlags, source string, id reports.Identity) (*reports.Document, error) {
	p.screen = p.openBoard(f.quiet, nil, source)
	defer func() { p.screen.close(); p.screen = nil }()
	e := &examination{program: p, flags: f, source: source, identity: id, line: p.screen.line(0),
		bundle: filepath.Join(f.out, filepath.Base(source))}
	doc, err := e.run()
	if err == nil {
		e.line.end(verdictWord(doc))
	}
	return doc, err
}

// judgeDemo holds both verdicts against what is known of the disks. A test that
// cannot see the control says nothing about the erased disk.
func (p *program) judgeDemo(erased, control *reports.Document) (int, error) {
	switch {
	case control.Verdict != scan.ResidueFound.String():
		return exitFailed, fmt.Errorf("the test is void: the control was never erased, and yet its verdict is %s", control.Verdict)
	case erased.Verdict != scan.NoResidue.String():
		return statusOf(erased.Verdict), fmt.Errorf("the erased disk's verdict is %s, want %s", erased.Verdict, scan.NoResidue)
	}
	return exitOK, nil
}

// clearDemo removes what an earlier demo left in out, and nothing else.
func clearDemo(out string) error {
	mark := filepath.Join(out, demoMark)
	entries, err := os.ReadDir(out)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look into %s: %w", out, err)
	}
	if _, err := os.Stat(mark); err != nil && len(entries) > 0 {
		return fmt.Errorf("%s holds other things: give --out an empty or a new folder", out)
	}
	for _, name := range []string{"disks", "erased.img", "control.img", "erased.img.checkpoint", "control.img.checkpoint"} {
		if err := os.RemoveAll(filepath.Join(out, name)); err != nil {
			return fmt.Errorf("remove the earlier demo: %w", err)
		}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("make the demo's folder: %w", err)
	}
	return os.WriteFile(mark, []byte("shokyo demo replaces the contents of this folder\n"), 0o644)
}
