package main

import (
	"flag"
	"fmt"
	"slices"
	"time"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/examine/plan"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/ledger"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/scan"
)

const scanHelp = `usage: shokyo scan [flags] SOURCE... --out DIR

Examine each SOURCE, read-only, and leave a signed bundle in DIR/NAME/.
A SOURCE is a raw image, a split image (name any part: x.001), a .gz or .zst
image, or a block device.

  shokyo scan /dev/sdb --out reports
  shokyo scan disk.img.zst --sample random:0.05 --out reports
  shokyo scan disk.img --region p1 --scope regions --out reports
  shokyo scan /dev/sdb --out reports --resume
  shokyo scan /dev/sdb /dev/sdc /dev/nvme0n1 --ledger assets.csv --out reports
  shokyo scan /dev/sdb --case-file case.toml --out reports   for whom
  shokyo scan /dev/sdb --retries 3 --patience 1h --out reports   a dying drive
  shokyo scan array.img --sector-layout 520 --out reports        an array disk
  shokyo scan /dev/sda2 --in-use --out reports                   a mounted one
  shokyo scan odd.img --format raw --out reports   it only looks like a file
  shokyo scan /dev/sdb --corpus records --out reports   known files, if any
  shokyo scan disk.001 --size 500107862016 --out reports   no part is missing

Several SOURCEs are examined at the same time. Then, or with --ledger, DIR also
gets a signed summary, batch.html, batch.json and batch.csv: a row per source,
and what needs a person.

Exit status: 0 no residue, 3 residue found, 4 inconclusive, 1 could not run,
2 usage, 130 interrupted (go on with --resume).

`

// scanFlags are the settings of an examination, and what is printed of it.
type scanFlags struct {
	examine.Settings
	identityFlags
	assignmentFlags
	attestFlag
	format   string
	bundle   string
	out      string
	parallel int
	corpora  []string
	baseline string // folder
	recorder string // certificate of who recorded it
	signer   string // certificate of who made them
	ledger   string
	json     bool
	progress bool // JSON lines of progress too
	quiet    bool
}

// formatAuto: what a file is, is found out by its name and content.
const formatAuto = "auto"

// What a bundle is: a folder, or that and one file.
const (
	bundleFolder = "folder"
	bundleZIP    = "zip"
)

func (f *scanFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.out, "out", "", "`DIR` for the bundles")
	fs.StringVar(&f.Sample, "sample", "full", "how much is read: `MODE` is full, nist-800-88r1 or random:FRACTION")
	fs.StringVar(&f.Seed, "seed", "", "choose the samples of an earlier report again: 64 `HEX` digits; if its plan names an algorithm that is not the newest, or none, write --sample random-1:FRACTION")
	fs.StringVar(&f.Block, "block", "4096", "unit that gets a class, in `BYTES`: a power of two, 512 to 64K")
	fs.Func("region", "examine `NAME=START+LENGTH[,expect=erased|ciphertext|fill|any]`, or a partition by its name (p1, or its label); may be repeated (default: the whole medium)", func(s string) error {
		f.Regions = append(f.Regions, s)
		return nil
	})
	fs.StringVar(&f.Scope, "scope", "medium", "what the verdict is about: `WORD` is medium, where every byte must be judged, or regions, those of --region and nothing besides")
	f.registerDepth(fs)
	fs.Func("corpus", "look for the files in `CORPUS`, made by shokyo corpus build, and report how much of them the medium still shows; may be repeated", func(s string) error {
		f.corpora = append(f.corpora, s)
		return nil
	})
	fs.Func("corpus-cert", "each --corpus must be signed by the owner of this certificate `FILE` (default: anyone)", given(&f.signer))
	fs.Func("baseline", "hold the medium against `BASELINE`, made by shokyo baseline before the erasure: blocks that had to change and did not are residue", given(&f.baseline))
	fs.Func("baseline-cert", "the --baseline must be signed by the owner of this certificate `FILE` (default: anyone)", given(&f.recorder))
	fs.BoolVar(&f.StrictLabels, "strict-labels", false, "a name, label or tag that somebody chose and that can still be read, in a partition table for example, makes the verdict inconclusive")
	fs.IntVar(&f.Workers, "workers", 0, fmt.Sprintf("examine `N` pages of a source at once (default: one per core, at most %d; of several sources, their share of the cores)", scan.MaxWorkers))
	fs.IntVar(&f.parallel, "parallel", 0, fmt.Sprintf("examine `N` sources at the same time (default: all, at most %d)", batch.MaxParallel))
	fs.StringVar(&f.ledger, "ledger", "", "asset ledger, a CSV `FILE` with a column of serial numbers: what is missing or not in it goes into batch.json")
	fs.BoolVar(&f.Resume, "resume", false, "go on with what was interrupted, begin what was not begun, and say again what is done: the same call can be repeated until all is done")
	fs.DurationVar(&f.Checkpoint, "checkpoint", 10*time.Second, "save a checkpoint every so often (`DURATION`)")
	fs.StringVar(&f.Layout, "sector-layout", "", "checksums between the data, as array disks have: `NAME` is 520, 524, 528, 4104, 4160, 4224, 9th, 64th, 64th-512, or 512 for none (default: what the drive says)")
	fs.BoolVar(&f.InUse, "in-use", false, "examine a medium although something has it in use; it can not be called clean then")
	fs.IntVar(&f.Retries, "retries", 1, "try a sector that can not be read `N` times more, at the end")
	fs.DurationVar(&f.Patience, "patience", 10*time.Minute, "give up on a damaged 16 MiB after `DURATION`; 0: never")
	fs.BoolVar(&f.SHA256, "sha256", false, "also one SHA-256 over the whole medium")
	fs.BoolVar(&f.NoDigest, "no-digest", false, "no tree hash of the medium")
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is, or PKCS #12 file (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	f.assignmentFlags.register(fs)
	f.attestFlag.register(fs)
	fs.StringVar(&f.format, "format", formatAuto, "what a file is: `WORD` is auto, found out by name and content (virtual disks and E01 are examined as what the machine saw), or raw, a medium byte for byte although it looks like a compressed or encrypted file, a container or one part of a split image")
	fs.Func("backing", "a `FILE` that a virtual disk rests on (qcow2, or a parent of VDI, VHD, VHDX, VMDK); repeated for each layer, the nearest first. No file that a container names is opened without", func(s string) error {
		f.Backing = append(f.Backing, s)
		return given(new(string))(s)
	})
	fs.StringVar(&f.bundle, "bundle", bundleFolder, "`WORD` is folder, or zip for a ZIP of each bundle beside its folder as well: one file that can be mailed, and that verify takes")
	fs.Func("size", "how many `BYTES` the medium has (4096, 64K, 2048s): a shorter one is not whole, and a split image whose parts are all full ones is", func(s string) (err error) {
		if f.Size, err = parseSize(s); err == nil && f.Size == 0 {
			err = fmt.Errorf("a medium of 0 bytes is none")
		}
		return err
	})
	fs.BoolVar(&f.json, "json", false, "one JSON line per source on standard output")
	fs.BoolVar(&f.progress, "progress-json", false, "with --json: also a line per source and second on how far it is")
	fs.BoolVar(&f.quiet, "quiet", false, "print only errors")
}

// registerDepth is for scan and demo.
func (f *scanFlags) registerDepth(fs *flag.FlagSet) {
	fs.StringVar(&f.Depth, "depth", scan.Deep.String(), "how hard it is looked: `WORD` is deep, where every detector looks at every byte, or quick, where those that take long look only where a first look leaves doubt: it notices less")
}

// check finds what is wrong with the call before anything is opened.
func (f *scanFlags) check(sources []string) error {
	switch {
	case len(sources) == 0:
		return usagef("name at least one SOURCE")
	case f.out == "":
		return usagef("say where the bundles go: --out DIR")
	case f.Workers < 0 || f.Workers > 1024:
		return usagef("--workers %d: use 1 to 1024, or leave it out", f.Workers)
	case f.parallel < 0 || f.parallel > batch.MaxParallel:
		return usagef("--parallel %d: use 1 to %d, or leave it out", f.parallel, batch.MaxParallel)
	case f.progress && !f.json:
		return usagef("--progress-json adds lines to those of --json: give both")
	case f.SHA256 && len(f.Regions) > 0:
		return usagef("--sha256 is over the whole medium: leave out --region")
	case f.Scope == scan.ScopeRegions.String() && len(f.Regions) == 0:
		return usagef("--scope regions needs the regions: --region NAME=START+LENGTH, or a partition by its name")
	case f.Retries < 0 || f.Retries > 100:
		return usagef("--retries %d: use 0 to 100", f.Retries)
	case f.Layout != "" && !slices.ContainsFunc(layout.All(), func(l layout.Layout) bool { return l.Name == f.Layout }):
		_, err := layout.Parse(f.Layout)
		return plan.Usage(err)
	case len(f.Backing) > 0 && len(sources) > 1:
		return usagef("--backing is of one virtual disk: examine it alone")
	case f.recorder != "" && f.baseline == "":
		return usagef("--baseline-cert is about a baseline: give --baseline too")
	case f.baseline != "" && len(sources) > 1:
		return usagef("--baseline is of one medium: examine it alone")
	case f.baseline != "" && len(f.Regions) > 0:
		return usagef("--baseline is of the whole medium: leave out --region")
	case f.signer != "" && len(f.corpora) == 0:
		return usagef("--corpus-cert is about a corpus: give --corpus too")
	case f.Patience < 0:
		return usagef("--patience %v: use a duration such as 2m, or 0", f.Patience)
	case f.Checkpoint < 0:
		return usagef("--checkpoint %v: use a duration such as 10s", f.Checkpoint)
	}
	if err := f.assignmentFlags.check(); err != nil {
		return err
	}
	if f.format != formatAuto && f.format != examine.FormatRaw {
		return usagef("--format %s: use auto or raw", f.format)
	}
	if f.bundle != bundleFolder && f.bundle != bundleZIP {
		return usagef("--bundle %s: use folder or zip", f.bundle)
	}
	plan, err := f.Sampling()
	if err != nil {
		return err
	}
	if _, err := scan.ParseDepth(f.Depth); err != nil {
		return usagef("--depth: %w", err)
	}
	if f.SHA256 && plan.Mode != scan.Full {
		return usagef("--sha256 needs the whole medium: leave out --sample")
	}
	if k, n := batch.Share(len(sources), 1, f.parallel, f.Workers); k > 1 && k*n > batch.MaxTotalWorkers {
		return usagef("--workers %d for each of %d sources at once is too much: leave out --workers, or use --parallel %d", n, k, max(1, batch.MaxTotalWorkers/n))
	}
	return batch.CheckSources(sources, f.out, f.wantSummary(sources))
}

// wantSummary: one source alone has its report, and that says it all.
func (f *scanFlags) wantSummary(sources []string) bool { return len(sources) > 1 || f.ledger != "" }

func scanVerb(p *program, args []string) (int, error) {
	var f scanFlags
	fs := flag.NewFlagSet("scan", flag.ContinueOnError)
	f.register(fs)
	sources, err := p.parse(fs, scanHelp, args)
	if err != nil {
		return exitUsage, err
	}
	p.asJSON = f.json
	if err := f.check(sources); err != nil {
		return exitUsage, err
	}
	if err := f.assignmentFlags.load(len(sources)); err != nil {
		return exitFailed, err
	}
	assets, err := ledger.Load(f.ledger)
	if err != nil {
		return exitFailed, err
	}
	if f.Corpora, err = openCorpora(f.corpora, f.signer); err != nil {
		return exitFailed, err
	}
	defer closeCorpora(f.Corpora)
	f.CorpusCert = f.signer != ""
	if f.Baseline, err = openBaseline(f.baseline, f.recorder); err != nil {
		return exitFailed, err
	}
	f.BaselineCert = f.recorder != ""
	if f.Platform, err = f.attestFlag.platform(); err != nil {
		return exitFailed, err
	}
	undo, err := makeFolder(f.out, 0o755)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	c := &call{program: p, flags: &f, batch: f.batch(sources, assets)}
	if f.identityFlags.dir != "" && c.batch.Hopeless(p.ctx) {
		return c.run() // nothing will be signed
	}
	if c.batch.Settings.Identity, err = f.identityFlags.load(p); err != nil {
		return exitFailed, err
	}
	return c.run()
}

// batch is what is asked for, for package batch.
func (f *scanFlags) batch(sources []string, assets *batches.Ledger) *batch.Batch {
	b := &batch.Batch{Settings: f.Settings, Out: f.out, Parallel: f.parallel, Summary: f.wantSummary(sources), Ledger: assets}
	b.Settings.Sources, b.Settings.Assignment, b.Settings.Tool = sources, f.assignmentFlags.Assignment, tool()
	b.Settings.Case = f.order
	if f.format == examine.FormatRaw {
		b.Settings.Format = f.format
	}
	return b
}
