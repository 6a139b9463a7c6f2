package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"unicode/utf8"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// assignmentFlags are what a laboratory writes down of an examination. The tool
// takes it over as it is told.
type assignmentFlags struct {
	reports.Assignment
	job string // the file that asks for the examination
}

func (f *assignmentFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.Operator, "operator", "", "`NAME` of who examines, for the report")
	fs.StringVar(&f.Case, "case", "", "`ID` of the case")
	fs.StringVar(&f.Customer, "customer", "", "`NAME` of the customer")
	fs.StringVar(&f.Site, "site", "", "`PLACE` of the examination")
	fs.StringVar(&f.Note, "note", "", "a `TEXT` for the report")
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
func (f *assignmentFlags) load() error {
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
