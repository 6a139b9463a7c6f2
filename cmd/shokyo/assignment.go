package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"unicode/utf8"

	"shokyo.dev/shokyo/casefile"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// assignmentFlags are what a laboratory writes down of an examination. The tool
// takes it over as it is told.
type assignmentFlags struct {
	reports.Assignment
	job      string // the file that asks for the examination
	caseFile string
	order    *casefile.Case // what the case file says; nil: there is none
}

func (f *assignmentFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.Operator, "operator", "", "`NAME` of who examines, for the report")
	fs.StringVar(&f.Case, "case", "", "`ID` of the case")
	fs.StringVar(&f.Customer, "customer", "", "`NAME` of the customer")
	fs.StringVar(&f.Site, "site", "", "`PLACE` of the examination")
	fs.StringVar(&f.Note, "note", "", "a `TEXT` for the report")
	fs.Func("case-file", "`FILE` (TOML) with laboratory, customer, order, item, erasure and people, for the report: docs/case-file.md", given(&f.caseFile))
	fs.StringVar(&f.job, "job", "", "`FILE` that asks for the examination; its SHA-256 goes into the report")
}

// check refuses what the report would shorten.
func (f *assignmentFlags) check() error {
	const most = 1000
	for _, x := range []struct{ name, value string }{{"operator", f.Operator}, {"case", f.Case}, {"customer", f.Customer}, {"site", f.Site}, {"note", f.Note}} {
		if utf8.RuneCountInString(x.value) > most {
			return usagef("--%s: use at most %d characters", x.name, most)
		}
	}
	return nil
}

// maxJob is more than any job file has.
const maxJob = 1 << 20

// load reads what the flags name.
func (f *assignmentFlags) load(sources int) error {
	if err := f.loadCase(sources); err != nil {
		return err
	}
	if f.job == "" {
		return nil
	}
	b, err := wholefile.Read(f.job, maxJob)
	if err != nil {
		return fmt.Errorf("read the job: %w", err)
	}
	sum := sha256.Sum256(b)
	f.JobSHA256 = hex.EncodeToString(sum[:])
	return nil
}

// loadCase reads the case file. What a flag says besides may not differ.
func (f *assignmentFlags) loadCase(sources int) error {
	if f.caseFile == "" {
		return nil
	}
	c, err := casefile.Load(f.caseFile)
	if err != nil {
		return err
	}
	if err := c.Fits(sources); err != nil {
		return fmt.Errorf("%s: %w", f.caseFile, err)
	}
	for _, x := range []struct {
		name string
		flag *string
		file string
	}{
		{"operator", &f.Operator, c.Assignment.Operator}, {"case", &f.Case, c.Assignment.Case}, {"customer", &f.Customer, c.Assignment.Customer},
		{"site", &f.Site, c.Assignment.Site}, {"note", &f.Note, c.Assignment.Note},
	} {
		if *x.flag != "" && x.file != "" && *x.flag != x.file {
			return fmt.Errorf("--%s says %q and %s says %q: leave out one of them", x.name, *x.flag, f.caseFile, x.file)
		}
		*x.flag = cmp.Or(*x.flag, x.file)
	}
	f.order = c
	return nil
}
