// Command mkbootimage builds the stick: a USB image that boots into
// shokyo-init, its manifest and its software bill of materials. What it does
// and why is in package bootimage; this command says what goes in.
//
// It needs the Go toolchain and the Debian packages that
// "scripts/install-test-tools image" installs, and runs best as "make image".
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"shokyo.dev/shokyo/bootimage/disk"
	"shokyo.dev/shokyo/internal/bytesize"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "mkbootimage:", err)
		os.Exit(1)
	}
}

// appliance is the package of the program that a stick starts.
const appliance = "./cmd/shokyo-init"

// tool is the package of the program that examines.
const tool = "./cmd/shokyo"

// options are the flags.
type options struct {
	source, out, cache string
	kernel             string
	release            string
	init               string // the package of the program that u-root's init starts
	evidence           disk.EvidenceFormat
	evidenceSize       int64
	time               time.Time
	key, certificate   string
	job                string // a file for the evidence partition
	jobText            []byte // what is in it
}

func run(args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	b := builder{options: o, stdout: stdout, steps: newSteps(stderr)}
	return b.build()
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("mkbootimage", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.source, "source", ".", "the `folder` with shokyo's go.mod")
	f.StringVar(&o.out, "out", "bin", "the `folder` for the image and what belongs to it")
	f.StringVar(&o.cache, "cache", "", "the `folder` for what need not be built again (default: that of -out)")
	f.StringVar(&o.kernel, "kernel", "", "the `folder` of an unpacked kernel package (default: that of scripts/install-test-tools)")
	f.StringVar(&o.release, "release", "development", "what the image calls itself: a `name`")
	f.StringVar(&o.init, "init", appliance, "the `package` of the program that is started")
	f.StringVar(&o.key, "key", "", "a `file` with the private key (PEM) to sign with for Secure Boot")
	f.StringVar(&o.certificate, "cert", "", "a `file` with the key's certificate (PEM)")
	f.StringVar(&o.job, "job", "", "a `file` to be job.toml on the evidence partition (fat32 only)")
	evidence := f.String("evidence", "fat32", "the `format` of the evidence partition: fat32, exfat")
	size := f.String("evidence-size", "128M", "the `size` of the evidence partition in whole mebibytes, as 128M or 4G; the units are K, M, G, T, KiB ..., KB ...")
	epoch := f.Int64("time", defaultTime(), "the time of all files, in `seconds` since 1970; also SOURCE_DATE_EPOCH")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is not wanted", f.Arg(0))
	}
	o.time = time.Unix(*epoch, 0).UTC()
	if year := o.time.Year(); year < 1980 || year > 2107 {
		return o, fmt.Errorf("-time is in %d: FAT knows 1980 to 2107", year)
	}
	return o, o.settle(*evidence, *size)
}

// settle parses and checks what flags leave open.
func (o *options) settle(evidence, size string) (err error) {
	if o.evidence, err = parseFormat(evidence); err != nil {
		return err
	}
	if o.evidenceSize, err = parseSize(size); err != nil {
		return err
	}
	if (o.key == "") != (o.certificate == "") {
		return errors.New("-key and -cert (SECUREBOOT_KEY and SECUREBOOT_CERT) go together")
	}
	if !regexp.MustCompile(`^[A-Za-z0-9._+~-]+$`).MatchString(o.release) {
		return fmt.Errorf("-release %q: want a name of letters, digits and . _ + ~ -", o.release)
	}
	for _, p := range []*string{&o.source, &o.out, &o.key, &o.certificate, &o.job} {
		if *p == "" {
			continue
		}
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	if o.cache == "" {
		o.cache = o.out
	}
	if o.cache, err = filepath.Abs(o.cache); err != nil {
		return err
	}
	return o.load()
}

// load reads the files that were given by options: what is wrong with them is to
// be known before anything is built.
func (o *options) load() (err error) {
	if o.key != "" {
		if err := checkKeys(o.key, o.certificate); err != nil {
			return err
		}
	}
	if o.job == "" {
		return nil
	}
	if o.evidence != disk.FAT32 {
		return errors.New("-job (JOB) needs -evidence fat32: with exfat, write the stick first and copy job.toml onto its partition EVIDENCE")
	}
	if o.jobText, err = os.ReadFile(o.job); err != nil {
		return fmt.Errorf("-job (JOB): %w", err)
	}
	return nil
}

func parseFormat(s string) (disk.EvidenceFormat, error) {
	switch s {
	case "fat32":
		return disk.FAT32, nil
	case "exfat":
		return disk.ExFAT, nil
	}
	return 0, fmt.Errorf("-evidence %q: want fat32 or exfat", s)
}

// parseSize takes what a partition can have.
func parseSize(s string) (int64, error) {
	n, err := bytesize.Parse(s)
	if err != nil || n < disk.SmallestEvidence || n > disk.LargestEvidence || n%(1<<20) != 0 {
		return 0, fmt.Errorf("-evidence-size (EVIDENCE_SIZE) %q: want whole mebibytes from %d to %d MiB, as 128M or 4G", s, disk.SmallestEvidence>>20, disk.LargestEvidence>>20)
	}
	return n, nil
}

// fixedTime is for those who do not say another: 2026-01-01. Nothing but the
// dates that a file manager shows depends on it.
const fixedTime = 1767225600

func defaultTime() int64 {
	if n, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return n
	}
	return fixedTime
}
