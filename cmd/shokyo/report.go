package main

import (
	"errors"
	"flag"
	"fmt"

	"shokyo.dev/shokyo/reports"
)

const reportHelp = `usage: shokyo report BUNDLE --format html|json|dfxml|map [--cert FILE]

Print the report again, from the signed document. A bundle that is not valid is
not printed.

  shokyo report reports/sdb --format html > sdb.html

`

func reportVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	render := reports.RenderHTML
	fs.Func("format", "`FORMAT`: html (the default), json, dfxml or map (GNU ddrescue)", func(name string) (err error) {
		render, err = renderer(name)
		return err
	})
	var t trust
	t.register(fs)
	v, status, err := p.verifyBundle(fs, reportHelp, args, &t)
	if v == nil {
		return status, err
	}
	if _, err := p.stdout.Write(render(v.Document)); err != nil {
		return exitFailed, fmt.Errorf("write the report: %w", err)
	}
	return exitOK, nil
}

func renderer(format string) (func(*reports.Document) []byte, error) {
	switch format {
	case "html":
		return reports.RenderHTML, nil
	case "json":
		return (*reports.Document).Encode, nil
	case "dfxml":
		return reports.RenderDFXML, nil
	case "map":
		return reports.RenderMap, nil
	}
	return nil, errors.New("use html, json, dfxml or map")
}
