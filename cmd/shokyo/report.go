package main

import (
	"errors"
	"flag"
	"fmt"

	"shokyo.dev/shokyo/reports"
)

const reportHelp = `usage: shokyo report BUNDLE --format html|json|dfxml|map

Print the report again, from the signed document. A bundle that is not valid is
not printed.

  shokyo report reports/sdb --format html > sdb.html

`

func reportVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	format := fs.String("format", "html", "html, json, dfxml or map (GNU ddrescue)")
	bundles, err := p.parse(fs, reportHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(bundles) != 1 {
		return exitUsage, usagef("name one BUNDLE")
	}
	render, ok := map[string]func(*reports.Document) []byte{
		"html": reports.RenderHTML, "map": reports.RenderMap, "dfxml": reports.RenderDFXML,
		"json": (*reports.Document).Encode,
	}[*format]
	if !ok {
		return exitUsage, usagef("--format %s: use html, json, dfxml or map", *format)
	}
	v, err := reports.Verify(bundles[0], nil)
	var invalid *reports.InvalidError
	if errors.As(err, &invalid) {
		p.showInvalid(bundles[0], invalid)
		return exitResidue, nil
	}
	if err != nil {
		return exitFailed, err
	}
	if _, err := p.stdout.Write(render(v.Document)); err != nil {
		return exitFailed, fmt.Errorf("write the report: %w", err)
	}
	return exitOK, nil
}
