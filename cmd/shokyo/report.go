package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/render/paper"
	"shokyo.dev/shokyo/reports/sign"
)

const reportHelp = `usage: shokyo report BUNDLE --format html|pdf|json|dfxml|map|zip [--lang ja|en|ja,en] [--cert FILE]

Print the report again, from the signed document. A bundle that is not valid is
not printed. With --format pdf a copy for reading: the signed one is the bundle's
report.pdf, in Japanese and then English. With --format zip the bundle itself, in
one file that can be mailed and that shokyo verify takes.

  shokyo report reports/sdb --format html > sdb.html
  shokyo report reports/sdb --format pdf --lang ja > sdb.pdf
  shokyo report reports/sdb --format zip > sdb.zip

`

func reportVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	var format, language string
	fs.StringVar(&format, "format", "", "`FORMAT`: html (the default), pdf, json, dfxml, map (GNU ddrescue) or zip")
	fs.StringVar(&language, "lang", "", "`LANGUAGES` of a PDF: ja, en, or ja,en (the default), in this order")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "the same as --format json; what is wrong with the bundle comes as JSON, too")
	var t trust
	t.register(fs)
	bundles, err := p.parse(fs, reportHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if p.asJSON && format == "" {
		format = "json"
	}
	render, err := renderer(format, language)
	switch {
	case err != nil:
		return exitUsage, err
	case p.asJSON && format != "json":
		return exitUsage, usagef("--json stands for --format json: leave out one of them")
	case len(bundles) != 1:
		return exitUsage, usagef("name one BUNDLE")
	}
	defer context.AfterFunc(p.ctx, func() { os.Exit(exitInterrupted) })() // nothing is written, nothing has to be put in order
	k, err := t.load()
	if err != nil {
		return exitFailed, err
	}
	v, err := k.verify(bundles[0])
	if err != nil {
		return p.refuse(&checked{dir: bundles[0], err: err})
	}
	b, err := render(v)
	if err != nil {
		return exitFailed, err
	}
	if _, err := p.stdout.Write(b); err != nil {
		return exitFailed, fmt.Errorf("write the report: %w", err)
	}
	return exitOK, nil
}

// refuse says what is wrong with a bundle that is not printed.
func (p *program) refuse(c *checked) (int, error) {
	var invalid *sign.InvalidError
	if !errors.As(c.err, &invalid) {
		return exitFailed, c.err
	}
	p.people().showInvalid(c.dir, invalid)
	if p.asJSON {
		return exitNotValid, p.printJSON(c.line())
	}
	return exitNotValid, nil
}

func renderer(format, language string) (func(*verifiedBundle) ([]byte, error), error) {
	of := func(render func(*reports.Document) []byte) func(*verifiedBundle) ([]byte, error) {
		return func(b *verifiedBundle) ([]byte, error) { return render(b.Document), nil }
	}
	languages, ok := paper.Languages(cmp.Or(language, "ja,en"))
	switch {
	case !ok:
		return nil, usagef("--lang %q: use ja, en, or ja,en", language)
	case language != "" && format != "pdf":
		return nil, usagef("--lang is for --format pdf: leave it out, or ask for a PDF")
	}
	switch format {
	case "html", "":
		return of(render.HTML), nil
	case "pdf":
		return of(func(d *reports.Document) []byte {
			return paper.Render(d, []pdf.Attachment{paper.Attach("report.json", d.Encode())}, languages...)
		}), nil
	case "json":
		return of((*reports.Document).Encode), nil
	case "dfxml":
		return of(render.DFXML), nil
	case "map":
		return of(render.Map), nil
	case "zip":
		return func(b *verifiedBundle) ([]byte, error) { return sign.Zip(b.bundle) }, nil
	}
	return nil, usagef("--format %q: use html, pdf, json, dfxml, map or zip", format)
}
