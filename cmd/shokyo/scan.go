package main

import (
	"cmp"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/ledger"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
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
  shokyo scan /dev/sdb --retries 3 --patience 1h --out reports   a dying drive
  shokyo scan array.img --sector-layout 520 --out reports        an array disk
  shokyo scan /dev/sda2 --in-use --out reports                   a mounted one
  shokyo scan odd.img --format raw --out reports   it only looks like a file
  shokyo scan disk.001 --size 500107862016 --out reports   no part is missing

Several SOURCEs are examined at the same time. Then, or with --ledger, DIR also
gets batch.json and batch.csv: a row per source, and what needs a person.

Exit status: 0 no residue, 3 residue found, 4 inconclusive, 1 could not run,
2 usage, 130 interrupted (go on with --resume).

`

// scanFlags are the settings of an examination.
type scanFlags struct {
	planFlags
	identityFlags
	assignmentFlags
	attestFlag
	statedFlags
	out        string
	workers    int
	parallel   int
	ledger     string
	sha256     bool
	noDigest   bool
	resume     bool
	json       bool
	progress   bool // JSON lines of progress too
	quiet      bool
	inUse      bool
	layout     string
	retries    int
	patience   time.Duration
	checkpoint time.Duration
	several    bool // more than one source
}

func (f *scanFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.out, "out", "", "`DIR` for the bundles")
	fs.StringVar(&f.sample, "sample", "full", "how much is read: `MODE` is full, nist-800-88r1 or random:FRACTION")
	fs.StringVar(&f.seed, "seed", "", "choose the samples of an earlier report again: 64 `HEX` digits; if its plan names an algorithm that is not the newest, or none, write --sample random-1:FRACTION")
	fs.StringVar(&f.block, "block", "4096", "unit that gets a class, in `BYTES`: a power of two, 512 to 64K")
	fs.Func("region", "examine `NAME=START+LENGTH[,expect=erased|ciphertext|fill|any]`, or a partition by its name (p1, or its label); may be repeated (default: the whole medium)", func(s string) error {
		f.regions = append(f.regions, s)
		return nil
	})
	fs.StringVar(&f.scope, "scope", "medium", "what the verdict is about: `WORD` is medium, where every byte must be judged, or regions, those of --region and nothing besides")
	fs.BoolVar(&f.strictLabels, "strict-labels", false, "a name, label or tag that somebody chose and that can still be read, in a partition table for example, makes the verdict inconclusive")
	fs.IntVar(&f.workers, "workers", 0, fmt.Sprintf("examine `N` pages of a source at once (default: one per core, at most %d; of several sources, their share of the cores)", scan.MaxWorkers))
	fs.IntVar(&f.parallel, "parallel", 0, fmt.Sprintf("examine `N` sources at the same time (default: all, at most %d)", maxParallel))
	fs.StringVar(&f.ledger, "ledger", "", "asset ledger, a CSV `FILE` with a column of serial numbers: what is missing or not in it goes into batch.json")
	fs.BoolVar(&f.resume, "resume", false, "go on with what was interrupted, begin what was not begun, and say again what is done: the same call can be repeated until all is done")
	fs.DurationVar(&f.checkpoint, "checkpoint", 10*time.Second, "save a checkpoint every so often (`DURATION`)")
	fs.StringVar(&f.layout, "sector-layout", "", "checksums between the data, as array disks have: `NAME` is 520, 524, 528, 4104, 4160, 4224, 9th, 64th, 64th-512, or 512 for none (default: what the drive says)")
	fs.BoolVar(&f.inUse, "in-use", false, "examine a medium although something has it in use; it can not be called clean then")
	fs.IntVar(&f.retries, "retries", 1, "try a sector that can not be read `N` times more, at the end")
	fs.DurationVar(&f.patience, "patience", 10*time.Minute, "give up on a damaged 16 MiB after `DURATION`; 0: never")
	fs.BoolVar(&f.sha256, "sha256", false, "also one SHA-256 over the whole medium")
	fs.BoolVar(&f.noDigest, "no-digest", false, "no tree hash of the medium")
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	f.assignmentFlags.register(fs)
	f.attestFlag.register(fs)
	f.statedFlags.register(fs)
	fs.BoolVar(&f.json, "json", false, "one JSON line per source on standard output")
	fs.BoolVar(&f.progress, "progress-json", false, "with --json: also a line per source and second on how far it is")
	fs.BoolVar(&f.quiet, "quiet", false, "print only errors")
}

// check finds what is wrong with the call before anything is opened.
func (f *scanFlags) check(sources []string) error {
	switch {
	case len(sources) == 0:
		return usagef("name at least one SOURCE")
	case f.out == "":
		return usagef("say where the bundles go: --out DIR")
	case f.workers < 0 || f.workers > 1024:
		return usagef("--workers %d: use 1 to 1024, or leave it out", f.workers)
	case f.parallel < 0 || f.parallel > maxParallel:
		return usagef("--parallel %d: use 1 to %d, or leave it out", f.parallel, maxParallel)
	case f.progress && !f.json:
		return usagef("--progress-json adds lines to those of --json: give both")
	case f.sha256 && len(f.regions) > 0:
		return usagef("--sha256 is over the whole medium: leave out --region")
	case f.scope == scan.ScopeRegions.String() && len(f.regions) == 0:
		return usagef("--scope regions needs the regions: --region NAME=START+LENGTH, or a partition by its name")
	case f.retries < 0 || f.retries > 100:
		return usagef("--retries %d: use 0 to 100", f.retries)
	case f.layout != "" && !slices.ContainsFunc(layout.All(), func(l layout.Layout) bool { return l.Name == f.layout }):
		_, err := layout.Parse(f.layout)
		return usageError{err}
	case f.patience < 0:
		return usagef("--patience %v: use a duration such as 2m, or 0", f.patience)
	case f.checkpoint < 0:
		return usagef("--checkpoint %v: use a duration such as 10s", f.checkpoint)
	}
	if err := f.assignmentFlags.check(); err != nil {
		return err
	}
	if err := f.statedFlags.check(sources); err != nil {
		return err
	}
	plan, err := f.sampling()
	if err != nil {
		return err
	}
	if f.sha256 && plan.Mode != scan.Full {
		return usagef("--sha256 needs the whole medium: leave out --sample")
	}
	f.several = len(sources) > 1
	if k, n := f.share(len(sources), 1); k > 1 && k*n > maxTotalWorkers {
		return usagef("--workers %d for each of %d sources at once is too much: leave out --workers, or use --parallel %d", n, k, max(1, maxTotalWorkers/n))
	}
	if err := checkNames(sources, f.out, f.wantSummary()); err != nil {
		return err
	}
	return checkSame(sources)
}

// checkNames refuses sources that would share a bundle and sources that lie in
// the output folder, where a bundle could stand in their way.
func checkNames(sources []string, out string, summary bool) error {
	named := make(map[string]string)
	for _, s := range sources {
		name := bundleName(s)
		if summary && (name == batches.File || name == batches.CSV) {
			return usagef("%s has the name of the batch's summary: examine it alone", s)
		}
		if other, ok := named[name]; ok {
			return usagef("%s and %s have one name, and each would be DIR/%s: examine them into different folders", other, s, name)
		}
		named[name] = s
		inside, err := within(s, out)
		if err != nil {
			return err
		}
		if inside {
			return usagef("%s lies inside --out %s: evidence and what is written about it must not share a folder", s, out)
		}
	}
	return nil
}

// within says whether a path lies in dir, links resolved as far as they exist.
func within(path, dir string) (bool, error) {
	p, err := resolve(path)
	if err != nil {
		return false, err
	}
	d, err := resolve(dir)
	if err != nil {
		return false, err
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../"), nil
}

func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	dir, base := filepath.Split(filepath.Clean(abs))
	if dir == abs || base == "" {
		return abs, nil
	}
	parent, err := resolve(dir)
	return filepath.Join(parent, base), err
}

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
	if err := f.assignmentFlags.load(); err != nil {
		return exitFailed, err
	}
	assets, err := ledger.Load(f.ledger)
	if err != nil {
		return exitFailed, err
	}
	platform, err := f.attestFlag.platform()
	if err != nil {
		return exitFailed, err
	}
	undo, err := makeFolder(f.out, 0o755)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	b := &batch{program: p, flags: &f, sources: sources, ledger: assets, platform: platform}
	if f.identityFlags.dir != "" && b.hopeless() {
		return b.run() // nothing will be signed
	}
	if b.identity, err = f.identityFlags.load(p); err != nil {
		return exitFailed, err
	}
	return b.run()
}

// statusOf is the exit status of a verdict. Anything unknown is inconclusive.
func statusOf(outcome string) int {
	switch outcome {
	case verdict.NoResidue.String():
		return exitOK
	case verdict.ResidueFound.String():
		return exitResidue
	}
	return exitInconclusive
}

// worse gives the status that says the more: residue over could-not-run over
// inconclusive over none.
func worse(a, b int) int {
	rank := func(s int) int {
		switch s {
		case exitResidue:
			return 4
		case exitUsage:
			return 3
		case exitFailed:
			return 2
		case exitInconclusive:
			return 1
		}
		return 0
	}
	if cmp.Compare(rank(b), rank(a)) > 0 {
		return b
	}
	return a
}
