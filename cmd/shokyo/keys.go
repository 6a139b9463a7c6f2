package main

import (
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/exports"
	"shokyo.dev/shokyo/custody/life"
	"shokyo.dev/shokyo/custody/record"
	"shokyo.dev/shokyo/custody/volumes"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/sign/identity"
	said "shokyo.dev/shokyo/words/custody"
	"shokyo.dev/shokyo/words/terminal"
)

const keysHelp = `usage: shokyo keys fetch kmip://HOST --ca F --cert F --key F --out KEYS
       shokyo keys import FORMAT|MAPPING FILE... --out KEYS
       shokyo keys check KEYS... --volumes FILE
       shokyo keys formats [FORMAT]

What is known of the keys of an erased volume: whether each is gone for good. No
key is ever read, only what systems say of keys.

keys fetch asks a key server by KMIP, over TLS with a certificate of the client,
and seals what it says: states, dates, links, and who it is. It can ask only for
what is known of keys, and never for a key. Ask by --id: a key that is not found
is noted as that, which is less than destroyed.

  shokyo keys fetch kmip://kms.example --ca ca.pem --cert c.pem --key c.key \
      --id 5f0c1d7e --out k1

keys import reads what a key server, a cloud or a log wrote, and seals it with
the digest of each file. FORMAT is a system's name (keys formats lists them, and
prints one to make your own of), MAPPING a file of your own, *.toml. An export
that does not say when it was made needs --taken.

  shokyo keys import keycontrol keys.csv --out k1 --taken 2026-04-13T09:00:00Z
  shokyo keys import aws-cloudtrail trail.json.gz --out k2

keys check puts all keys of the volumes in FILE to the rules: destroyed, after
the last write and before the examination, in use before the first write, shared
with nobody who lives on, and no copy left (docs/keys.md). Where there are logs,
they are compared with the life that the key should have had.

  shokyo keys check k1 k2 --volumes volumes.toml --cert lab.cert.pem

Exit status: 0 every key is gone, and no log speaks against it; 3 a key or a
copy is there; 4 not known, or nobody known sealed the evidence (--cert).

`

// keysFlags are those of all that keys can do.
type keysFlags struct {
	identityFlags
	out, volumes, caseID, cert string
	expect                     []string
	options                    exports.Options
	fetch                      fetchFlags
}

func keysVerb(p *program, args []string) (int, error) {
	var f keysFlags
	operands, err := p.parse(f.set(p), keysHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) == 0 {
		return exitUsage, usagef("say what to do: keys fetch, keys import, keys check or keys formats")
	}
	switch rest := operands[1:]; operands[0] {
	case "fetch":
		return p.fetchKeys(&f, rest)
	case "import":
		return p.importKeys(&f, rest)
	case "check":
		return p.checkKeys(&f, rest)
	case "formats":
		return p.keyFormats(rest)
	}
	return exitUsage, usagef("%q: use keys fetch, keys import, keys check or keys formats", operands[0])
}

func (f *keysFlags) set(p *program) *flag.FlagSet {
	fs := flag.NewFlagSet("keys", flag.ContinueOnError)
	fs.StringVar(&f.out, "out", "", "fetch, import: the folder `KEYS` to make")
	fs.Func("ca", "fetch: `FILE` with the certificate of the authority that vouches for the server", given(&f.fetch.ca))
	fs.Func("key", "fetch: `FILE` with the key of the client's certificate, without a passphrase", given(&f.fetch.key))
	fs.Func("id", "fetch: a key, by its unique `ID` on the server; may be repeated (without --id and --name: all that the client may see)", also(&f.fetch.ids))
	fs.Func("name", "fetch: the keys that have this `NAME`; may be repeated", also(&f.fetch.names))
	fs.Func("server-name", "fetch: the `NAME` in the server's certificate, where it is reached by another (a tunnel)", given(&f.fetch.serverName))
	fs.Func("taken", "import: `TIME` at which the system wrote the export, as 2026-04-13T09:00:00+09:00", func(s string) (err error) {
		f.options.Said, err = time.Parse(time.RFC3339, s)
		if err != nil {
			err = errors.New("write the time as 2026-04-13T09:00:00+09:00")
		}
		return err
	})
	fs.Func("zone", "import: the `ZONE` of times that have none, as Asia/Tokyo", func(s string) (err error) {
		if f.options.Zone, err = time.LoadLocation(s); err != nil || s == "Local" || s == "" {
			err = errors.New("write a name such as Asia/Tokyo")
		}
		return err
	})
	fs.DurationVar(&f.options.Ahead, "clock-ahead", 0, "fetch, import: how much the system's clock was ahead, a `DURATION` as 90s; it is taken off (behind: -90s)")
	fs.Func("expect", "import: a key that has to be in the list, by its `ID`; if it is not, that is noted as not found; may be repeated", also(&f.expect))
	fs.Func("case", "the `ID` of the case: fetch and import note it, check takes only evidence that was read for it", given(&f.caseID))
	fs.StringVar(&f.volumes, "volumes", "", "check: `FILE` that states which keys protect which volumes, and when they were written to")
	fs.Func("cert", "check: only what the lab with this certificate `FILE` sealed (without it nobody answers for the evidence, and the status is 4); fetch: the client's certificate", given(&f.cert))
	fs.StringVar(&f.identityFlags.dir, "identity", "", "sign as the lab whose keygen `DIR` this is (default: a throw-away identity)")
	fs.StringVar(&f.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase of the lab key (or set "+exchange.PassphraseVariable+")")
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "JSON lines on standard output")
	return fs
}

// also puts a value behind those that a flag was given before.
func also(to *[]string) func(string) error {
	return func(s string) error {
		*to = append(*to, s)
		return nil
	}
}

// keyFormats lists the formats, or prints the mapping of one.
func (p *program) keyFormats(operands []string) (int, error) {
	if len(operands) == 0 {
		fmt.Fprintln(p.stdout, strings.Join(exports.Formats(), "\n"))
		return exitOK, nil
	}
	b, err := exports.Text(operands[0])
	if err != nil {
		return exitUsage, usagef("%v", err)
	}
	_, err = p.stdout.Write(b)
	return exitOK, err
}

func (p *program) importKeys(f *keysFlags, operands []string) (int, error) {
	switch {
	case len(operands) < 2:
		return exitUsage, usagef("name a format and the files: keys import FORMAT FILE...")
	case f.out == "":
		return exitUsage, usagef("say where the evidence goes: --out KEYS")
	case len(f.expect) > 0 && f.options.Said.IsZero():
		return exitUsage, usagef("--expect needs --taken: when was the key not in the list?")
	}
	m, err := loadMapping(operands[0])
	if err != nil {
		return exitUsage, usagef("%v", err)
	}
	r := f.record()
	for _, path := range operands[1:] {
		if err := p.importFile(f, r, operands[0], m, path); err != nil {
			return exitFailed, fmt.Errorf("%s: %w", path, err)
		}
	}
	r.Objects = append(r.Objects, notListed(f, r)...)
	if len(r.Objects)+len(r.Events) == 0 {
		return exitFailed, errors.New("nothing in it is a key or an event that the format knows: is it the right format?")
	}
	if err := p.seal(f, r); err != nil {
		return exitFailed, err
	}
	return exitOK, p.showImported(r, f.out)
}

// record begins one.
func (f *keysFlags) record() *record.Record {
	t := tool()
	return &record.Record{Schema: record.Kind, Case: f.caseID, Tool: t.Name + " " + t.Version, Made: time.Now().UTC().Truncate(time.Second)}
}

// seal writes a record to the folder of --out.
func (p *program) seal(f *keysFlags, r *record.Record) error {
	id, err := f.load(p)
	if err != nil {
		return err
	}
	undo, err := makeFolder(filepath.Dir(filepath.Clean(f.out)), 0o755)
	if err != nil {
		return err
	}
	defer undo()
	return record.Write(f.out, r, id)
}

func loadMapping(name string) (*exports.Mapping, error) {
	if !strings.HasSuffix(name, ".toml") {
		return exports.Known(name)
	}
	b, err := wholefile.Read(name, exports.MaxMapping)
	if err != nil {
		return nil, err
	}
	m, err := exports.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

func (p *program) importFile(f *keysFlags, r *record.Record, format string, m *exports.Mapping, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	o := f.options
	o.Source = len(r.Sources)
	read, err := exports.File(file, m, o)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(r.Sources, func(s record.Source) bool { return s.SHA256 == read.SHA256 }) {
		return errors.New("is the same as a file named before")
	}
	r.Sources = append(r.Sources, record.Source{Name: filepath.Base(path), Format: filepath.Base(format), SHA256: read.SHA256, Bytes: read.Bytes,
		Records: read.Records, Unread: read.Unread, Unmapped: read.Unmapped, Breaks: read.Breaks, Chained: read.Chained, ChainHead: read.ChainHead, ChainBreaks: read.ChainBreaks, Ahead: o.Ahead.Seconds()})
	r.Objects, r.Events = append(r.Objects, read.Objects...), append(r.Events, read.Events...)
	return nil
}

// notListed notes each key that had to be in the list and is not.
func notListed(f *keysFlags, r *record.Record) (out []custody.Object) {
	for _, id := range f.expect {
		if !slices.ContainsFunc(r.Objects, func(o custody.Object) bool { return custody.Same(o.ID, id) }) {
			out = append(out, custody.Object{ID: id, State: custody.Absent, Said: f.options.Said, Place: custody.Place{At: "not listed"}})
		}
	}
	return out
}

func (p *program) showImported(r *record.Record, dir string) error {
	fmt.Fprintln(p.stderr, terminal.MadeKeys.Say(len(r.Objects), len(r.Events), len(r.Sources), printable(dir)).EN)
	for _, s := range r.Sources {
		if s.Unread > 0 {
			fmt.Fprintln(p.stderr, "  "+terminal.UnreadLines.Say(printable(s.Name), s.Unread).EN)
		}
		for name, n := range s.Unmapped {
			fmt.Fprintln(p.stderr, "  "+terminal.UnmappedOperation.Say(printable(s.Name), printable(name), n).EN)
		}
	}
	if !p.asJSON {
		return nil
	}
	return p.printJSON(exchange.Keys{Keys: sayable(dir), Objects: len(r.Objects), Events: len(r.Events), Sources: len(r.Sources)})
}

func (p *program) checkKeys(f *keysFlags, dirs []string) (int, error) {
	switch {
	case len(dirs) == 0:
		return exitUsage, usagef("name the evidence: keys check KEYS...")
	case f.volumes == "":
		return exitUsage, usagef("say which keys protect which volumes: --volumes FILE")
	}
	b, err := wholefile.Read(f.volumes, volumes.MaxBytes)
	if err != nil {
		return exitFailed, err
	}
	list, err := volumes.Parse(b)
	if err != nil {
		return exitFailed, fmt.Errorf("%s: %w", f.volumes, err)
	}
	var trusted *x509.Certificate
	if f.cert != "" {
		if trusted, err = identity.LoadCertificate(f.cert); err != nil {
			return exitFailed, err
		}
	}
	all, err := openKeys(dirs, trusted, f.caseID)
	if err != nil {
		return exitFailed, err
	}
	l := &custody.Ledger{Objects: all.Objects, Events: all.Events, Volumes: list}
	status, err := p.showAnswers(l.Check(), all)
	if err != nil {
		return exitFailed, err
	}
	status = worse(status, p.showLives(all.Lives(list), all))
	if trusted == nil {
		fmt.Fprintln(p.stderr, terminal.SealerUnknown.EN)
		status = worse(status, exitInconclusive)
	}
	return status, nil
}

var lifeColors = map[life.Verdict]string{life.Consistent: "1;32", life.Insufficient: "1;33", life.Inconsistent: "1;31"}

// showLives says what the logs come to, and with what status that would end: logs never say that a key is there.
func (p *program) showLives(list []life.Answer, r *record.Record) int {
	s, status := p.style(), exitOK
	for i := range list {
		a := &list[i]
		fmt.Fprintf(p.stderr, "%s  %s\n", s.paint(lifeColors[a.Verdict], said.LifeVerdicts.Say(a.Verdict.String()).EN), terminal.LogsOf.Say(printable(a.Key), printable(a.Volume)).EN)
		p.showFindings(a.Findings, r)
		if a.Verdict != life.Consistent {
			status = exitInconclusive
		}
		if p.asJSON {
			p.printJSON(exchange.LogAnswer{Volume: a.Volume, Key: a.Key, Logs: a.Verdict.String(), Findings: findingLines(a.Findings, r)})
		}
	}
	return status
}

func (p *program) showFindings(list []custody.Finding, r *record.Record) {
	for _, f := range list {
		fmt.Fprintf(p.stderr, "  %s: %s\n", f.Code, f.Text.EN)
		for _, where := range places(f, r) {
			fmt.Fprintf(p.stderr, "    %s\n", p.style().dim(printable(where)))
		}
	}
}

// openKeys opens all, and refuses one that is named twice or was read for another case.
func openKeys(dirs []string, trusted *x509.Certificate, caseID string) (*record.Record, error) {
	asked := caseID != ""
	seals := map[string]string{}
	var list []*record.Record
	for _, dir := range dirs {
		o, err := record.Open(dir, trusted)
		if err != nil {
			return nil, err
		}
		switch {
		case o.Case == caseID, o.Case == "" && !asked:
		case caseID == "":
			caseID = o.Case
		default:
			return nil, fmt.Errorf("%s was read for the case %.80q, not for %.80q", dir, o.Case, caseID)
		}
		if first := seals[o.SHA256]; first != "" {
			return nil, fmt.Errorf("%s is the same evidence as %s", dir, first)
		}
		seals[o.SHA256] = dir
		list = append(list, o.Record)
	}
	return record.Join(list...), nil
}

// statusOfAnswers is the exit status of several keys: that a key is there is sure, whatever else is.
func statusOfAnswers(list []custody.Answer) int {
	status := exitOK
	for i := range list {
		switch a := &list[i]; {
		case a.Opens():
			return exitResidue
		case a.Result != custody.Complete:
			status = exitInconclusive
		}
	}
	if len(list) == 0 {
		return exitInconclusive
	}
	return status
}

var resultColors = map[custody.Result]string{custody.Complete: "1;32", custody.Gap: "1;33", custody.Contradiction: "1;31"}

func (p *program) showAnswers(list []custody.Answer, r *record.Record) (int, error) {
	s := p.style()
	for i := range list {
		a := &list[i]
		fmt.Fprintf(p.stderr, "%s  %s\n", s.paint(resultColors[a.Result], said.Results.Say(a.Result.String()).EN),
			terminal.KeyOf.Say(printable(a.Key), printable(a.Volume), said.States.Say(a.State.String())).EN)
		p.showFindings(a.Findings, r)
		if p.asJSON {
			if err := p.printJSON(answerLine(a, r)); err != nil {
				return exitFailed, err
			}
		}
	}
	if len(list) == 0 {
		fmt.Fprintln(p.stderr, terminal.NoVolumeErased.EN)
	}
	return statusOfAnswers(list), nil
}

// maxPlaces of a finding are shown.
const maxPlaces = 5

func places(f custody.Finding, r *record.Record) (out []string) {
	for _, x := range f.Places {
		if where := r.Where(x); where != "" && len(out) < maxPlaces {
			out = append(out, where)
		}
	}
	return out
}

func answerLine(a *custody.Answer, r *record.Record) exchange.KeyAnswer {
	return exchange.KeyAnswer{Volume: a.Volume, Key: a.Key, State: a.State.String(), Result: a.Result.String(), Opens: a.Opens(), Findings: findingLines(a.Findings, r)}
}

func findingLines(list []custody.Finding, r *record.Record) []exchange.KeyFinding {
	out := []exchange.KeyFinding{}
	for _, f := range list {
		out = append(out, exchange.KeyFinding{Code: f.Code, Text: f.Text.EN, TextJA: f.Text.JA, Places: places(f, r)})
	}
	return out
}
