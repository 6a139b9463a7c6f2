package main

import (
	"cmp"
	"crypto/x509"
	"encoding/hex"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/corpus/canary"
	"shokyo.dev/shokyo/corpus/sorted"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
)

const corpusHelp = `usage: shokyo corpus build DIR|FILE... --name NAME --out CORPUS
       shokyo corpus canary --out DIR

Before a medium is erased: note by which sectors its files are known, as hashes
from which no file can be read back. shokyo scan --corpus then says how much of
which file a medium still shows.

  shokyo corpus build /srv/records --name resident-records --out records
  shokyo scan /dev/sdb --corpus records --out reports

A DIR is read with all that is below it, a FILE byte for byte as it is: an image
of a disk too. CORPUS becomes a signed folder, and CORPUS.key beside it the key
that it is asked with: keep both, and apart. Whoever has both can try whether a
file that he guesses is in it.

Where real files must not be hashed, corpus canary makes files to store: a
register of invented residents in seventeen formats, small and large, in
DIR/files, and the corpus of them in DIR/corpus.

  shokyo corpus canary --out canaries
  shokyo scan /dev/sdb --corpus canaries/corpus --out reports

`

// corpusFlags are those of all that corpus can do.
type corpusFlags struct {
	identityFlags
	name, names, out string
	seed             string
	common           []string
	memory           int64
}

func corpusVerb(p *program, args []string) (int, error) {
	var f corpusFlags
	fs := flag.NewFlagSet("corpus", flag.ContinueOnError)
	fs.StringVar(&f.out, "out", "", "`CORPUS`: the folder to make")
	fs.StringVar(&f.name, "name", "", "the corpus's `NAME`, as it stands in reports")
	fs.StringVar(&f.names, "names", corpus.NamesHashed, "how files are called in the corpus and in reports: `WORD` is hashed or plain")
	fs.Func("common", "leave out the sectors that are in another `CORPUS`, of what many media have; may be repeated", func(s string) error {
		f.common = append(f.common, s)
		return nil
	})
	fs.StringVar(&f.seed, "seed", "", "canary: make those of an earlier canaries.json again, 64 `HEX` digits (the same version of shokyo gives the same files)")
	f.memory = corpus.DefaultMemory
	fs.Func("memory", "sort in so many `BYTES` (default: 256M)", func(s string) (err error) {
		if f.memory, err = parseSize(s); err == nil && f.memory < sorted.MinMemory {
			err = fmt.Errorf("too little to sort in: give %s or more", humanSize(sorted.MinMemory))
		}
		return err
	})
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "one JSON line on standard output")
	operands, err := p.parse(fs, corpusHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) == 0 {
		return exitUsage, usagef("say what to do: corpus build, or corpus canary")
	}
	f.name = cmp.Or(f.name, map[string]string{"canary": "canaries"}[operands[0]])
	switch verb, sources := operands[0], len(operands)-1; {
	case verb != "build" && verb != "canary":
		return exitUsage, usagef("%q: use corpus build or corpus canary", verb)
	case verb == "build" && sources == 0:
		return exitUsage, usagef("name the folders and files to make it of")
	case verb == "canary" && (sources > 0 || len(f.common) > 0):
		return exitUsage, usagef("canaries are made of nothing: leave out operands and --common")
	case verb == "build" && f.seed != "":
		return exitUsage, usagef("--seed is for corpus canary")
	case f.seed != "" && !isSeed(f.seed):
		return exitUsage, usagef("--seed: give the 64 hexadecimal digits of an earlier canaries.json")
	case f.name == "" || len(f.name) > 200:
		return exitUsage, usagef("--name NAME: a name of 1 to 200 bytes, as it is to stand in reports")
	case f.out == "":
		return exitUsage, usagef("say where the corpus goes: --out CORPUS")
	case f.names != corpus.NamesHashed && f.names != corpus.NamesPlain:
		return exitUsage, usagef("--names %s: use hashed or plain", f.names)
	}
	if operands[0] == "canary" {
		return p.makeCanaries(&f)
	}
	return p.buildCorpus(&f, operands[1:])
}

func isSeed(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32
}

func (p *program) makeCanaries(f *corpusFlags) (int, error) {
	id, err := f.load(p)
	if err != nil {
		return exitFailed, err
	}
	t := tool()
	l, d, err := canary.Make(p.ctx, f.out, f.name, cmp.Or(strings.ToLower(f.seed), canary.NewSeed()), t.Name+" "+t.Version, time.Now(), id)
	if err != nil {
		return exitFailed, err
	}
	var bytes int64
	for _, x := range l.Files {
		bytes += x.Bytes
	}
	fmt.Fprintf(p.stderr, "%s\n", terminal.MadeCanaries.Say(words.Grouped(int64(len(l.Files))), humanSize(bytes), printable(filepath.Join(f.out, canary.FilesFolder)), printable(filepath.Join(f.out, canary.ListFile))).EN)
	return exitOK, p.showCorpus(d, filepath.Join(f.out, canary.CorpusFolder))
}

func (p *program) buildCorpus(f *corpusFlags, sources []string) (int, error) {
	common, err := openCorpora(f.common, "")
	if err != nil {
		return exitFailed, err
	}
	defer closeCorpora(common)
	id, err := f.load(p)
	if err != nil {
		return exitFailed, err
	}
	undo, err := makeFolder(filepath.Dir(filepath.Clean(f.out)), 0o755)
	if err != nil {
		return exitFailed, err
	}
	defer undo()
	t := tool()
	m := &corpus.Making{Sources: sources, Name: f.name, Plain: f.names == corpus.NamesPlain, Common: common,
		Memory: f.memory, Tool: t.Name + " " + t.Version, Now: time.Now()}
	d, err := corpus.Build(p.ctx, m, f.out, id)
	if err != nil {
		return exitFailed, err
	}
	return exitOK, p.showCorpus(d, f.out)
}

// showCorpus says what was made, and what was left out of it.
func (p *program) showCorpus(d *corpus.Description, dir string) error {
	fmt.Fprintf(p.stderr, "%s\n  %s\n  %s\n", terminal.MadeCorpus.Say(d.Name, printable(dir), printable(corpus.KeyFile(dir))).EN,
		terminal.CorpusHolds.Say(words.Grouped(d.Probative), words.Grouped(d.Sectors), words.Grouped(d.Files), words.Grouped(d.Copies)).EN,
		terminal.CorpusLacks.Say(words.Grouped(d.Fill), words.Grouped(d.Poor), words.Grouped(d.Common), words.Grouped(d.Repeated), words.Grouped(d.Shared), words.Grouped(d.Skipped)).EN)
	if !p.asJSON {
		return nil
	}
	return p.printJSON(exchange.Corpus{Corpus: sayable(dir), Key: sayable(corpus.KeyFile(dir)), Name: d.Name, ID: d.ID, Files: d.Files,
		Copies: d.Copies, Skipped: d.Skipped, Bytes: d.Bytes, Sectors: d.Sectors, Probative: d.Probative, Shared: d.Shared})
}

// openCorpora opens all, or none.
func openCorpora(dirs []string, cert string) (list []*corpus.Corpus, err error) {
	var trusted *x509.Certificate
	if cert != "" {
		if trusted, err = identity.LoadCertificate(cert); err != nil {
			return nil, err
		}
	}
	if len(dirs) > reports.MaxCorpora {
		return nil, usagef("%d corpora: at most %d can be looked for at once", len(dirs), reports.MaxCorpora)
	}
	for _, dir := range dirs {
		c, err := corpus.Open(dir, trusted)
		if err != nil {
			closeCorpora(list)
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func closeCorpora(list []*corpus.Corpus) {
	for _, c := range list {
		c.Close()
	}
}
