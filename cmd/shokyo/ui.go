package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/reports"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/verdict"
)

// Everything a person sees on the terminal is written in this file and in
// progress.go.

func (p *program) usage(w io.Writer) {
	fmt.Fprint(w, `shokyo examines a medium whose encryption key was destroyed, read-only. It says
whether anything recoverable is left on it and how sure that is, and signs the
report.

usage: shokyo COMMAND …

`)
	for _, v := range verbs() {
		fmt.Fprintf(w, "  shokyo %s %s\n      %s\n", v.name, v.args, v.summary)
	}
	fmt.Fprint(w, `
Start with:  shokyo demo
Details:     shokyo help COMMAND

Exit status: 0 no residue (verify: valid), 1 could not run, 2 usage,
3 residue found (verify: not valid), 4 inconclusive, 130 interrupted
`)
}

// wrap breaks a text between words into lines of at most n characters.
func wrap(text string, n int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case used+1+len(word) > n:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

// version is set when a release is built: -ldflags "-X main.version=…".
var version = unversioned

const unversioned = "development"

// commit is for builds that the go command puts no commit into: -X main.commit=….
// It does not in a git worktree, nor where git is missing or distrusts the folder.
var commit string

func tool() reports.Tool {
	t := reports.Tool{Name: "shokyo", Version: version, Commit: commit, GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		t.Commit = cmp.Or(commitOf(info), commit)
	}
	return t
}

// commitOf is what the go command noted: the state of the clone that it built, or
// of a module that it downloaded the version, which often has 12 digits of it.
func commitOf(info *debug.BuildInfo) (commit string) {
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value + commit
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += modified
		}
	}
	if v := info.Main.Version; commit == "" && v != "" && v != "(devel)" {
		return v
	}
	return commit
}

// modified marks a program that was built from something else than its commit.
const modified = "-dirty"

// sameProgram says whether two tools are made of the same source, as far as their
// versions tell that.
func sameProgram(a, b reports.Tool) bool {
	a.OS, a.Arch = b.OS, b.Arch
	named := a.Commit != "" || a.Version != unversioned
	return a == b && named && !strings.HasSuffix(a.Commit, modified) && !strings.HasSuffix(a.Version, modified)
}

func versionLine() string {
	t := tool()
	return fmt.Sprintf("shokyo %s %s %s/%s commit %s", t.Version, t.GoVersion, t.OS, t.Arch,
		cmp.Or(t.Commit, "unknown (built outside a git clone, or without git)"))
}

// style colours text for a person on a terminal, and only there.
type style struct{ on bool }

func (p *program) style() style { return styleFor(p.stderr) }

func styleFor(f *os.File) style { return style{cursorMoves(f) && os.Getenv("NO_COLOR") == ""} }

func (s style) paint(code, text string) string {
	if !s.on || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string { return s.paint("1", text) }
func (s style) dim(text string) string  { return s.paint("2", text) }

// verdictWord is the outcome in the words a person needs, in its colour. A clean
// verdict that is not about the whole medium never stands alone.
func verdictWord(d *reports.Document) span {
	switch d.Verdict {
	case verdict.NoResidue.String():
		switch {
		case d.WholeMedium():
			return span{"1;32", "NO RESIDUE"}
		case d.Plan.Mode != "full":
			return span{"1;32", "NO RESIDUE IN SAMPLE"}
		}
		return span{"1;32", "NO RESIDUE IN REGIONS"}
	case verdict.ResidueFound.String():
		return span{"1;31", "RESIDUE FOUND"}
	}
	return span{"1;33", "INCONCLUSIVE"}
}

func (s style) verdict(d *reports.Document) string {
	w := verdictWord(d)
	return s.paint(w.color, w.text)
}

// showVerdict prints the answer for one medium: verdict, reasons, a map, where
// the report is.
func (p *program) showVerdict(d *reports.Document, bundle string) {
	s, w := p.style(), new(strings.Builder)
	fmt.Fprintf(w, "\n%s  %s  (%s)\n", s.verdict(d), s.bold(d.Medium.Path), humanSize(d.Medium.SizeBytes))
	fmt.Fprintf(w, "  about: %s\n", printable(d.Scope.Text))
	for _, r := range d.Reasons {
		fmt.Fprintf(w, "  %s: %s\n", r.Code, r.Text)
	}
	if d.Claim != verdict.ClaimNone.String() {
		fmt.Fprintf(w, "  claim: %s\n", claimWords(d))
	}
	fmt.Fprintf(w, "  [%s]\n  %s\n", s.mapLine(d.Map.Cells, 64), s.dim(mapLegend(d)))
	if d.Found.Text != "" {
		fmt.Fprintf(w, "  found: %s\n", printable(d.Found.Text))
	}
	if c := d.Cut("findings", len(d.Findings), len(d.Findings)); c.Left() {
		fmt.Fprintf(w, "  report.json lists %d of the %d findings, the first of each kind among them\n", c.Listed, c.Exist)
	}
	if d.Identity.ThrowAway {
		fmt.Fprintf(w, "  %s\n", s.dim("signed with a throw-away identity: the bundle proves that it is unchanged, not who made it (shokyo keygen)"))
	}
	if d.Medium.Kind == string(kernel.BlockDevice) {
		fmt.Fprintf(w, "  %s stays read-only until you say otherwise: blockdev --setrw %s\n", printable(d.Medium.Path), printable(d.Medium.Path))
	}
	fmt.Fprintf(w, "  report: %s\n", printable(outPath(bundle)))
	p.tell(w.String())
}

// claimWords is the claim with the amounts it rests on.
func claimWords(d *reports.Document) string {
	return fmt.Sprintf("%s (read back: ciphertext %s, fill %s)", d.Claim, humanSize(d.ClaimBytes.PhysicalCiphertext), humanSize(d.ClaimBytes.Logical))
}

// mapLine draws the medium in n characters; the worst class in a cell is shown.
func (s style) mapLine(cells []reports.Cell, n int) string {
	var b strings.Builder
	n = min(n, len(cells))
	for i := 0; i < n; {
		sign, first := mapSign(cells[i*len(cells)/n:(i+1)*len(cells)/n]), i
		for i < n && mapSign(cells[i*len(cells)/n:(i+1)*len(cells)/n]) == sign {
			i++
		}
		color := map[string]string{"#": "1;31", "!": "1;33", "?": "1;33", "=": "32", "m": "36", ".": "2"}[sign]
		b.WriteString(s.paint(color, strings.Repeat(sign, i-first)))
	}
	return b.String()
}

// mapSign stands for some cells of the map.
func mapSign(cells []reports.Cell) string {
	var sum reports.ClassBytes
	for _, c := range cells {
		sum.Residue += c.Residue
		sum.Unreadable += c.Unreadable
		sum.Metadata += c.Metadata
		sum.Ciphertext += c.Ciphertext
		sum.Fill += c.Fill + c.Pattern
	}
	switch {
	case sum.Residue > 0:
		return "#"
	case sum.Unreadable > 0:
		return "!"
	case sum.Ciphertext > 0:
		return "="
	case sum.Metadata > 0:
		return "m"
	case sum.Fill > 0:
		return "."
	}
	return "?"
}

func mapLegend(d *reports.Document) string {
	c := d.Statistics.Classes
	parts := []string{}
	add := func(sign, name string, n int64) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s %s", sign, name, humanSize(n)))
		}
	}
	add("#", "residue", c.Residue)
	add("!", "unreadable", c.Unreadable)
	add("=", "ciphertext", c.Ciphertext)
	add("m", "metadata", c.Metadata)
	add(".", "fill", c.Fill+c.Pattern)
	add("?", "unread", c.Unread)
	return strings.Join(parts, "   ")
}

// showDevices prints a block for each medium: the row that identifies it, then
// what it says of itself.
func (p *program) showDevices(drives []*statements.Drive) {
	s := p.out
	if len(drives) == 0 {
		fmt.Fprintln(p.stdout, "no media are attached")
	}
	for i, d := range drives {
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		fmt.Fprintf(p.stdout, "%s  %s  %s  %s  %s  serial %s\n", s.bold(printable(d.Path)), d.Bus, sizeWords(d.SizeBytes), sectorWords(d),
			orDash(d.Model), orDash(d.Serial))
		for _, line := range driveLines(d) {
			fmt.Fprintf(p.stdout, "    %-16s %s\n", line[0], printable(line[1]))
		}
	}
}

func driveLines(d *statements.Drive) [][2]string {
	inUse := d.InUse.String()
	if len(d.Users) > 0 {
		inUse += ": " + strings.Join(d.Users, ", ")
	}
	hidden := d.Hidden.State.String()
	if d.Hidden.Bytes > 0 {
		hidden += " " + humanSize(d.Hidden.Bytes)
	}
	return [][2]string{
		{"firmware", orDash(d.Firmware)},
		{"world-wide name", orDash(d.WorldWideName())},
		{"rotation", statementWords(d.Rotation)},
		{"removable", d.Removable.String()},
		{"read-only", d.ReadOnlyFlag.String()},
		{"in use", inUse},
		{"hidden capacity", hidden + ": " + d.Hidden.Text},
		{"sanitize", statementWords(d.Sanitize)},
		{"locks", statementWords(d.Security)},
		{"trimmed reads", statementWords(d.Deallocated)},
	}
}

func statementWords[S statements.AnyState](s statements.Statement[S]) string {
	return s.State.String() + ": " + s.Text
}

func orDash(s string) string { return cmp.Or(printable(s), "-") }

func sizeWords(n int64) string {
	if n == 0 {
		return "no medium, or sectors the kernel can not read"
	}
	return humanSize(n)
}

func sectorWords(d *statements.Drive) string {
	if d.LogicalBlockBytes == 0 {
		return "sectors unknown"
	}
	return fmt.Sprintf("sectors %d/%d", d.LogicalBlockBytes, d.PhysicalBlockBytes)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (p *program) showExaminedEarlier(bundle string) {
	p.tell(fmt.Sprintf("  examined earlier: this is the verdict of the bundle that is there; move %s away to examine it again\n", printable(bundle)))
}

func (p *program) showHowToGoOn() {
	p.tell("shokyo scan with the same flags and --resume goes on\n")
}

// maxShownExceptions fit on a screen; batch.json has the others.
const maxShownExceptions = 12

// inPart says how many clean verdicts are not about a whole medium.
func inPart(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of them in a sample or in regions only)", n)
}

// showBatch sums up: how many ended how, and what needs a person.
func (p *program) showBatch(b *batches.Batch, out string) {
	s, w := p.style(), new(strings.Builder)
	t := b.Totals
	fmt.Fprintf(w, "\n%s  %s: %d no residue%s, %d residue found, %d inconclusive, %d could not run\n",
		s.bold("BATCH"), counted(t.Sources, "source"), t.NoResidue, inPart(t.NoResidueInPart), t.ResidueFound, t.Inconclusive, t.CouldNotRun)
	if b.Ledger != nil {
		fmt.Fprintf(w, "  ledger %s: %d of %d serial numbers have a report\n", printable(b.Ledger.Name), t.LedgerSerials-t.LedgerNotExamined, t.LedgerSerials)
	}
	for i, x := range b.Exceptions {
		if i == maxShownExceptions {
			break
		}
		fmt.Fprintf(w, "  %s  %s: %s\n", s.paint("1;33", x.Code), printable(cmp.Or(x.Source, x.Serial)), printable(x.Text))
	}
	total := 0
	for _, c := range b.ExceptionCounts {
		total += c.Count
	}
	if total > maxShownExceptions {
		fmt.Fprintf(w, "  … %d of %d are shown; batch.json lists %d\n", maxShownExceptions, total, len(b.Exceptions))
	}
	fmt.Fprintf(w, "  summary: %s, %s\n", printable(filepath.Join(out, batches.File)), batches.CSV)
	p.tell(w.String())
}

// showError prints what went wrong; names in it may come from anywhere.
func (p *program) showError(what string, err error) {
	p.tell(fmt.Sprintf("shokyo %s: %s\n", what, printable(errorText(err))))
}

// printable replaces what could move a terminal's cursor, change its title, or
// begin a line of its own. The parts of a joined error are one line, too.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// maxShownReasons keeps the verdict on one screen; the report has all.
const maxShownReasons = 20

// showVerified prints what a valid bundle says: what the verdict is worth is part of it.
func (to reader) showVerified(c *checked) {
	v, d := c.bundle, c.bundle.Document
	word, _ := c.word()
	fmt.Fprintf(to, "%s  %s\n  verdict: %s, about %s\n", to.paint(word.color, word.text), printable(v.bundle), to.bold(v.Verdict), printable(scopeWords(d)))
	for _, r := range d.Reasons[:min(len(d.Reasons), maxShownReasons)] {
		fmt.Fprintf(to, "    %s: %s\n", printable(r.Code), printable(r.Text))
	}
	if more := len(d.Reasons) - maxShownReasons; more > 0 {
		fmt.Fprintf(to, "    … and %d more reasons, all in report.json\n", more)
	}
	if v.Verdict == verdict.NoResidue.String() {
		fmt.Fprintf(to, "  claim: %s\n", printable(claimWords(d)))
	}
	fmt.Fprintf(to, "  read: %s of %s\n  medium: %s\n  signed by: %s\n", humanSize(d.Coverage.ReadBytes), humanSize(d.Medium.SizeBytes), mediumWords(&d.Medium), printable(v.Signer))
	for _, n := range v.Notes {
		fmt.Fprintf(to, "  %s: %s\n", n.Code, n.Text)
	}
	if v.quote != nil {
		to.showQuote(v)
	}
}

// scopeWords is what a verdict is about, also of reports that have no words for it.
func scopeWords(d *reports.Document) string {
	return cmp.Or(d.Scope.Text, fmt.Sprintf("%s of %s", humanSize(d.Coverage.PlannedBytes), humanSize(d.Medium.SizeBytes)))
}

// mediumWords is how a medium is told from others: by what it says of itself, and
// where it was.
func mediumWords(m *reports.Medium) string {
	words := printable(m.Path)
	for _, w := range []struct{ what, value string }{{"", m.Model}, {"serial ", m.Serial}} {
		if w.value != "" {
			words += ", " + w.what + printable(w.value)
		}
	}
	return words
}

// showQuote prints what the TPM's word is worth.
func (to reader) showQuote(v *verifiedBundle) {
	q := v.quote
	made := "which one was booted is signed for this report by the attestation key"
	if q.Match == attest.ThisImage {
		made = fmt.Sprintf("made by exactly this image: %s (%s), command line not overridden", to.bold(printable(v.manifest.Image.Name)), printable(q.Set))
	}
	if v.key == nil {
		made += "; that holds if the key lies in a TPM, which --tpm-key would show"
	}
	fmt.Fprintf(to, "  system: %s\n  attestation key: %s\n  event log: %s\n", made, q.KeyName, q.Log)
	if v.key != nil {
		fmt.Fprintf(to, "  attestation key is known: %s\n", cmp.Or(v.key.Remark, "it is the one you named"))
	}
	if v.maker != "" {
		fmt.Fprintf(to, "  endorsement certificate: by %s; that it is of the TPM that signed is not shown\n", v.maker)
	}
	for _, n := range q.Notes {
		fmt.Fprintf(to, "  %s: %s\n", n.Code, n.Text)
	}
}

func (to reader) showInvalid(bundle string, invalid *sign.InvalidError) {
	fmt.Fprintf(to, "%s  %s\n", to.paint("1;31", "NOT VALID"), printable(bundle))
	for _, problem := range invalid.Problems {
		fmt.Fprintf(to, "  %s\n", printable(problem.String()))
	}
}

// showDemo is the demo's one screen.
func (p *program) showDemo(erased, control *reports.Document, out string) {
	s := p.style()
	fmt.Fprintf(p.stderr, "\n%s\n\n", s.bold("Two disks, the same documents, one examination each"))
	for _, d := range []struct {
		doc   *reports.Document
		title string
	}{{erased, "erased.img   LUKS2, its key slots destroyed"}, {control, "control.img  the same, never encrypted"}} {
		fmt.Fprintf(p.stderr, "  %s\n  %s\n  [%s]\n  %s\n", s.bold(d.title), s.verdict(d.doc), s.mapLine(d.doc.Map.Cells, 72), s.dim(mapLegend(d.doc)))
		if found := d.doc.Found.Text; found != "" {
			fmt.Fprintf(p.stderr, "  found: %s\n", strings.ReplaceAll(wrap(printable(found), 72), "\n", "\n    "))
		} else {
			fmt.Fprintf(p.stderr, "  claim: %s\n", claimWords(d.doc))
		}
		for _, r := range d.doc.Reasons {
			if verdict.Code(r.Code) == verdict.ReasonReadableLabel {
				fmt.Fprintf(p.stderr, "  %s: %s\n", r.Code, r.Text)
			}
		}
		for _, e := range d.doc.Explanations {
			fmt.Fprintf(p.stderr, "  explained at %d: %s\n", e.Offset, e.Text)
		}
		fmt.Fprintf(p.stderr, "  report: %s\n\n", outPath(filepath.Join(out, examine.BundleName(d.doc.Medium.Path))))
	}
	if erased.Verdict == verdict.NoResidue.String() && control.Verdict == verdict.ResidueFound.String() {
		fmt.Fprintf(p.stderr, "  The control was found, so the test can see; on the erased disk it saw nothing.\n  Check a bundle:  shokyo verify %s\n", filepath.Join(out, "erased.img"))
	}
}

// outPath is where a person finds the report of a bundle.
func outPath(bundle string) string { return filepath.Join(bundle, "report.html") }
