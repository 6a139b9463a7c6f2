package main

import (
	"crypto/x509"
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/baseline/record"
	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/internal/bar"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
)

const baselineHelp = `usage: shokyo baseline SOURCE --expect-after changed|same --out BASELINE

Before a medium is erased: record blocks of it, chosen at random, as keyed
hashes from which nothing can be read back. After the erasure shokyo scan
--baseline says how many of them still read as they did (NIST SP 800-88r1
4.7.3).

  shokyo baseline /dev/sdb --expect-after changed --out sdb.baseline
  shokyo scan /dev/sdb --baseline sdb.baseline --out reports

What that means depends on who encrypts. Of a drive that encrypts by itself
every block has to read differently once its key is gone (changed): one that
does not is residue. Where a host or a key server encrypts, the ciphertext
stays as it is (same): unchanged blocks say that it is the same medium.

Take it while the medium holds its data; blocks of nothing but fill are left
out. BASELINE becomes a signed folder with the key of the hashes: whoever has
it can try whether a block that he guesses is on the medium.

`

type baselineFlags struct {
	identityFlags
	expect, out, caseID string
	blocks              int
	inUse               bool
}

func baselineVerb(p *program, args []string) (int, error) {
	var f baselineFlags
	fs := flag.NewFlagSet("baseline", flag.ContinueOnError)
	fs.StringVar(&f.expect, "expect-after", "", "what the erasure makes of the blocks: `WORD` is changed, where the drive encrypts by itself, or same, where a host or a key server does")
	fs.StringVar(&f.out, "out", "", "`BASELINE`: the folder to make")
	fs.IntVar(&f.blocks, "blocks", baseline.DefaultBlocks, fmt.Sprintf("record `N` blocks, %d to %d", baseline.MinBlocks, baseline.MaxBlocks))
	fs.StringVar(&f.caseID, "case", "", "the case's `ID`")
	fs.BoolVar(&f.inUse, "in-use", false, "record a medium although something has it in use: what is written meanwhile differs later")
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "one JSON line on standard output")
	sources, err := p.parse(fs, baselineHelp, args)
	switch {
	case err != nil:
		return exitUsage, err
	case len(sources) != 1:
		return exitUsage, usagef("name one SOURCE: a baseline is of one medium")
	case f.out == "":
		return exitUsage, usagef("say where the baseline goes: --out BASELINE")
	case f.expect != string(baseline.Changed) && f.expect != string(baseline.Same):
		return exitUsage, usagef("say who encrypts: --expect-after changed (the drive does) or --expect-after same (a host or a key server does)")
	case f.blocks < baseline.MinBlocks || f.blocks > baseline.MaxBlocks:
		return exitUsage, usagef("--blocks %d: use %d to %d", f.blocks, baseline.MinBlocks, baseline.MaxBlocks)
	}
	return p.recordBaseline(&f, sources[0])
}

func (p *program) recordBaseline(f *baselineFlags, source string) (int, error) {
	id, err := f.load(p)
	if err != nil {
		return exitFailed, err
	}
	undo, err := makeFolder(filepath.Dir(filepath.Clean(f.out)), 0o755)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	e := examine.New(&examine.Settings{Sources: []string{source}, InUse: f.inUse, Tool: tool()}, source, "", silent{})
	r, err := e.Record(p.ctx, &examine.Recording{Expect: baseline.Expect(f.expect), Blocks: f.blocks, Case: reports.Clean(f.caseID), Progress: p.recording()})
	if err != nil {
		return exitFailed, err
	}
	if err := record.Write(f.out, r, id); err != nil {
		return exitFailed, err
	}
	n := int64(len(r.Blocks))
	left := words.Percent(int64(math.Ceil(baseline.Left(n)*1e6)), 1e6)
	fmt.Fprintf(p.stderr, "%s\n  %s\n", terminal.MadeBaseline.Say(words.Grouped(n), printable(source), printable(f.out)).EN,
		terminal.BaselineShows.Say(left, words.Grouped(r.Fill), words.Grouped(r.Unreadable)).EN)
	if !p.asJSON {
		return exitOK, nil
	}
	return exitOK, p.printJSON(exchange.Baseline{Baseline: sayable(f.out), ID: r.ID, Expect: f.expect, Serial: r.Medium.Serial, Bytes: r.Medium.Bytes,
		Blocks: n, Fill: r.Fill, Unreadable: r.Unreadable})
}

// recording shows on a terminal how far it is; nil: there is none.
func (p *program) recording() func(read, most int) {
	if !term.IsTerminal(int(p.stderr.Fd())) {
		return nil
	}
	var next time.Time
	return func(read, most int) {
		if now := time.Now(); now.After(next) {
			next = now.Add(200 * time.Millisecond)
			fmt.Fprintf(p.stderr, "\r%s %s\r", bar.Text(int64(read), int64(most), 40), words.Grouped(int64(read)))
		}
	}
}

// silent is told how far an examination is that nobody watches.
type silent struct{ examine.Observer }

func (silent) Measuring(done, total int64) {}

// openBaseline opens the one that is named; nil: none is.
func openBaseline(dir, cert string) (*record.Opened, error) {
	if dir == "" {
		return nil, nil
	}
	var trusted *x509.Certificate
	if cert != "" {
		var err error
		if trusted, err = identity.LoadCertificate(cert); err != nil {
			return nil, err
		}
	}
	return record.Open(dir, trusted)
}
