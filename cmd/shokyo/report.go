package main

import (
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
	"shokyo.dev/shokyo/words"
)

const reportHelp = `usage: shokyo report BUNDLE [--format FORMAT] [--lang ja|en|ja,en] [--cert FILE]

Print the report again, from the signed document. A bundle that is not valid is
not printed. With --format pdf a copy for reading: the signed one is the
bundle's report.pdf, in Japanese and then English. With --format zip the bundle
itself, in one file that can be mailed and that shokyo verify takes.

  shokyo report reports/sdb --format html --lang ja > sdb.html
  shokyo report reports/sdb --format pdf --lang ja > sdb.pdf
  shokyo report reports/sdb --format csv > regions.csv
  shokyo report reports/sdb --format zip > sdb.zip

`

func reportVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	var format, lang string
	fs.StringVar(&format, "format", "", "`FORMAT`: html (the default), pdf, json, csv (the regions), case (CASE/UCO in JSON-LD), dfxml, map (GNU ddrescue) or zip")
	fs.StringVar(&lang, "lang", "", "`LANGUAGES` of the page or PDF: ja, en, or both in an order, such as ja,en; without it, as in the bundle")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "the same as --format json; what is wrong with the bundle comes as JSON, too")
	var t trustFiles
	t.register(fs)
	bundles, err := p.parse(fs, reportHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if p.asJSON && format == "" {
		format = "json"
	}
	render, err := renderer(format, lang)
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

// renderers are the formats that have no languages.
var renderers = map[string]func(*reports.Document) []byte{
	"json": (*reports.Document).Encode, "csv": render.CSV, "case": render.CASE, "dfxml": render.DFXML, "map": render.Map,
}

// paged are those that have.
var paged = map[string]func(*reports.Document, words.Languages) []byte{"html": page, "": page, "pdf": printed}

// page has the languages of a bundle's where none are asked for, and printed likewise.
func page(d *reports.Document, l words.Languages) []byte {
	if l == nil {
		return render.HTML(d)
	}
	return render.HTMLIn(d, l)
}

func printed(d *reports.Document, l words.Languages) []byte {
	if l == nil {
		l = words.Languages{"ja", "en"}
	}
	return paper.Render(d, []pdf.Attachment{paper.Attach("report.json", d.Encode())}, l)
}

func renderer(format, lang string) (func(*verifiedBundle) ([]byte, error), error) {
	var languages words.Languages
	if lang != "" {
		var err error
		if languages, err = words.ParseLanguages(lang); err != nil {
			return nil, usagef("%w", err)
		}
	}
	if format == "zip" && lang == "" {
		return func(b *verifiedBundle) ([]byte, error) { return sign.Zip(b.bundle) }, nil
	}
	render, ok := renderers[format]
	if inPages := paged[format]; inPages != nil {
		render, ok = func(d *reports.Document) []byte { return inPages(d, languages) }, true
	} else if lang != "" && (ok || format == "zip") {
		return nil, usagef("--lang is of --format html and pdf: leave it out")
	}
	if !ok {
		return nil, usagef("--format %q: use html, pdf, json, csv, case, dfxml, map or zip", format)
	}
	return func(b *verifiedBundle) ([]byte, error) { return render(b.Document), nil }, nil
}
