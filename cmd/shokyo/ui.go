package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/reports/sign/countersign"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/reports"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
)

// Everything a person sees on the terminal is laid out in this file and in
// progress.go, and said in words/terminal; the help is in help.go.

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
var version = maker.Unversioned

// commit is for builds that the go command puts no commit into: -X main.commit=….
var commit string

func tool() reports.Tool { return maker.Self(version, commit) }

func versionLine() string {
	t := tool()
	return fmt.Sprintf("shokyo %s %s %s/%s commit %s", t.Version, t.GoVersion, t.OS, t.Arch,
		cmp.Or(t.Commit, terminal.UnknownCommit.EN))
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
			return span{"1;32", terminal.NoResidue.EN}
		case d.Plan.Mode != "full":
			return span{"1;32", terminal.NoResidueInSample.EN}
		}
		return span{"1;32", terminal.NoResidueInRegions.EN}
	case verdict.ResidueFound.String():
		return span{"1;31", terminal.ResidueFound.EN}
	}
	return span{"1;33", terminal.Inconclusive.EN}
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
	fmt.Fprintf(w, "  %s\n", terminal.About.Say(printable(d.Scope.Text)).EN)
	for _, r := range d.Reasons {
		fmt.Fprintf(w, "  %s: %s\n", r.Code, r.Text)
	}
	if d.Claim != verdict.ClaimNone.String() {
		fmt.Fprintf(w, "  %s\n", terminal.Claim.Say(claimWords(d)).EN)
	}
	fmt.Fprintf(w, "  [%s]\n  %s\n", s.mapLine(d.Map.Cells, 64), s.dim(mapLegend(d)))
	if d.Found.Text != "" {
		fmt.Fprintf(w, "  %s\n", terminal.Found.Say(printable(d.Found.Text)).EN)
	}
	if c := d.Cut("findings", len(d.Findings), len(d.Findings)); c.Left() {
		fmt.Fprintf(w, "  %s\n", terminal.Listed.Say(c.Listed, c.Exist).EN)
	}
	if d.Identity.ThrowAway {
		fmt.Fprintf(w, "  %s\n", s.dim(terminal.ThrowAway.EN))
	}
	if d.Medium.Kind == string(kernel.BlockDevice) {
		fmt.Fprintf(w, "  %s\n", terminal.StaysReadOnly.Say(printable(d.Medium.Path)).EN)
	}
	fmt.Fprintf(w, "  %s\n", terminal.Report.Say(printable(outPath(bundle))).EN)
	p.tell(w.String())
}

// claimWords is the claim with the amounts it rests on.
func claimWords(d *reports.Document) string {
	return terminal.ClaimRests.Say(d.Claim, humanSize(d.ClaimBytes.PhysicalCiphertext), humanSize(d.ClaimBytes.Logical)).EN
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
	add := func(sign, class string, n int64) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s %s", sign, terminal.Classes.Say(class).EN, humanSize(n)))
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
		fmt.Fprintln(p.stdout, terminal.NoMedia.EN)
	}
	for i, d := range drives {
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		fmt.Fprintf(p.stdout, "%s  %s  %s  %s  %s  %s\n", s.bold(printable(d.Path)), d.Bus, sizeWords(d.SizeBytes), sectorWords(d),
			orDash(d.Model), terminal.Serial.Say(orDash(d.Serial)).EN)
		for _, line := range driveLines(d) {
			fmt.Fprintf(p.stdout, "    %-16s %s\n", terminal.OfDrive.Say(line[0]).EN, printable(line[1]))
		}
	}
}

// driveLines are a code of terminal.OfDrive and what is said of it.
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
		return terminal.NoMedium.EN
	}
	return humanSize(n)
}

func sectorWords(d *statements.Drive) string {
	if d.LogicalBlockBytes == 0 {
		return terminal.SectorsUnknown.EN
	}
	return terminal.Sectors.Say(d.LogicalBlockBytes, d.PhysicalBlockBytes).EN
}

func sources(n int) words.Text {
	if n == 1 {
		return terminal.OneSource
	}
	return terminal.Sources.Say(n)
}

func (p *program) showExaminedEarlier(bundle string) {
	p.tell("  " + terminal.ExaminedEarlier.Say(printable(bundle)).EN + "\n")
}

func (p *program) showHowToGoOn() {
	p.tell(terminal.HowToGoOn.EN + "\n")
}

// maxShownExceptions fit on a screen; batch.json has the others.
const maxShownExceptions = 12

// inPart says how many clean verdicts are not about a whole medium.
func inPart(n int) words.Text {
	if n == 0 {
		return words.Text{}
	}
	return terminal.InPart.Say(n)
}

// showBatch sums up: how many ended how, and what needs a person.
func (p *program) showBatch(b *batches.Batch, out string) {
	s, w := p.style(), new(strings.Builder)
	t := b.Totals
	fmt.Fprintf(w, "\n%s  %s\n", s.bold(terminal.Batch.EN),
		terminal.Ended.Say(sources(t.Sources), t.NoResidue, inPart(t.NoResidueInPart), t.ResidueFound, t.Inconclusive, t.CouldNotRun).EN)
	if b.Ledger != nil {
		fmt.Fprintf(w, "  %s\n", terminal.Ledger.Say(printable(b.Ledger.Name), t.LedgerSerials-t.LedgerNotExamined, t.LedgerSerials).EN)
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
		fmt.Fprintf(w, "  %s\n", terminal.Exceptions.Say(maxShownExceptions, total, len(b.Exceptions)).EN)
	}
	fmt.Fprintf(w, "  %s\n", terminal.Summary.Say(printable(filepath.Join(out, batches.File)), batches.CSV).EN)
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
	fmt.Fprintf(to, "%s  %s\n  %s\n", to.paint(word.color, word.text), printable(v.bundle), terminal.VerdictAbout.Say(to.bold(v.Verdict), printable(scopeWords(d))).EN)
	for _, r := range d.Reasons[:min(len(d.Reasons), maxShownReasons)] {
		fmt.Fprintf(to, "    %s: %s\n", printable(r.Code), printable(r.Text))
	}
	if more := len(d.Reasons) - maxShownReasons; more > 0 {
		fmt.Fprintf(to, "    %s\n", terminal.MoreReasons.Say(more).EN)
	}
	if v.Verdict == verdict.NoResidue.String() {
		fmt.Fprintf(to, "  %s\n", terminal.Claim.Say(printable(claimWords(d))).EN)
	}
	fmt.Fprintf(to, "  %s\n  %s\n  %s\n", terminal.Read.Say(humanSize(d.Coverage.ReadBytes), humanSize(d.Medium.SizeBytes)).EN,
		terminal.Medium.Say(mediumWords(&d.Medium)).EN, terminal.SignedBy.Say(printable(v.Signer)).EN)
	if v.VouchedBy != "" {
		fmt.Fprintf(to, "  %s\n", terminal.VouchedBy.Say(printable(v.VouchedBy)).EN)
	}
	to.showLater(v)
	for _, n := range v.Notes {
		fmt.Fprintf(to, "  %s: %s\n", n.Code, n.Text)
	}
	if v.quote != nil {
		to.showQuote(v)
	}
}

// showLater prints what came after the signature: timestamps and second signatures.
func (to reader) showLater(v *verifiedBundle) {
	whose := terminal.TimestampUnknown
	if v.StampsTrusted {
		whose = terminal.TimestampTrusted
	}
	for _, t := range v.Timestamps {
		fmt.Fprintf(to, "  %s\n", terminal.Timestamp.Say(t.Time.Format(time.RFC3339), printable(t.Authority.Subject.CommonName), whose).EN)
	}
	for _, c := range v.Countersigned {
		fmt.Fprintf(to, "  %s\n", countersignedWords(&c))
	}
	if len(v.Countersigned) > 0 {
		fmt.Fprintf(to, "  %s\n", terminal.NotTheirs.EN)
	}
}

// showRejections is the part of it that nobody may miss, of many bundles either.
func (to reader) showRejections(v *verifiedBundle) {
	for _, c := range v.Countersigned {
		if c.Decision == countersign.Rejected {
			fmt.Fprintf(to, "  %s\n", countersignedWords(&c))
		}
	}
}

func countersignedWords(c *countersign.Signature) string {
	when := c.Time.Format(time.RFC3339)
	if c.Role == countersign.Concurrence {
		return terminal.Concurred.Say(printable(c.Name), c.CertificateSHA256, when).EN
	}
	reason := ""
	if c.Reason != "" {
		reason = ": " + printable(c.Reason)
	}
	return terminal.Validated.Say(terminal.Decisions.Say(c.Decision.String()), printable(c.Name), c.CertificateSHA256, when, reason).EN
}

// scopeWords is what a verdict is about, also of reports that have no words for it.
func scopeWords(d *reports.Document) string {
	return cmp.Or(d.Scope.Text, terminal.Part.Say(humanSize(d.Coverage.PlannedBytes), humanSize(d.Medium.SizeBytes)).EN)
}

// mediumWords is how a medium is told from others: by what it says of itself, and
// where it was.
func mediumWords(m *reports.Medium) string {
	out := printable(m.Path)
	if m.Model != "" {
		out += ", " + printable(m.Model)
	}
	if m.Serial != "" {
		out += ", " + terminal.Serial.Say(printable(m.Serial)).EN
	}
	return out
}

// showQuote prints what the TPM's word is worth.
func (to reader) showQuote(v *verifiedBundle) {
	q := v.quote
	made := terminal.BootedSigned
	if q.Match == attest.ThisImage {
		made = terminal.ThisImage.Say(to.bold(printable(v.manifest.Image.Name)), printable(q.Set))
	}
	if v.key == nil {
		made = made.Then(terminal.InTPM)
	}
	fmt.Fprintf(to, "  %s\n  %s\n  %s\n", terminal.System.Say(made).EN, terminal.AttestationKey.Say(q.KeyName).EN, terminal.EventLog.Say(q.Log).EN)
	if v.key != nil {
		fmt.Fprintf(to, "  %s\n", terminal.KeyKnown.Say(cmp.Or(v.key.Remark, terminal.KeyNamed.EN)).EN)
	}
	if v.maker != "" {
		fmt.Fprintf(to, "  %s\n", terminal.Endorsement.Say(v.maker).EN)
	}
	for _, n := range q.Notes {
		fmt.Fprintf(to, "  %s: %s\n", n.Code, n.Text)
	}
}

func (to reader) showInvalid(bundle string, invalid *sign.InvalidError) {
	fmt.Fprintf(to, "%s  %s\n", to.paint("1;31", terminal.NotValid.EN), printable(bundle))
	for _, problem := range invalid.Problems {
		fmt.Fprintf(to, "  %s\n", printable(problem.String()))
	}
}

// showDemo is the demo's one screen.
func (p *program) showDemo(erased, control *reports.Document, out string) {
	s := p.style()
	fmt.Fprintf(p.stderr, "\n%s\n\n", s.bold(terminal.TwoDisks.EN))
	for _, d := range []struct {
		doc   *reports.Document
		title string
	}{{erased, terminal.ErasedDisk.EN}, {control, terminal.ControlDisk.EN}} {
		fmt.Fprintf(p.stderr, "  %s\n  %s\n  [%s]\n  %s\n", s.bold(d.title), s.verdict(d.doc), s.mapLine(d.doc.Map.Cells, 72), s.dim(mapLegend(d.doc)))
		if found := d.doc.Found.Text; found != "" {
			fmt.Fprintf(p.stderr, "  %s\n", terminal.Found.Say(strings.ReplaceAll(wrap(printable(found), 72), "\n", "\n    ")).EN)
		} else {
			fmt.Fprintf(p.stderr, "  %s\n", terminal.Claim.Say(claimWords(d.doc)).EN)
		}
		for _, r := range d.doc.Reasons {
			if verdict.Code(r.Code) == verdict.ReasonReadableLabel {
				fmt.Fprintf(p.stderr, "  %s: %s\n", r.Code, r.Text)
			}
		}
		for _, e := range d.doc.Explanations {
			fmt.Fprintf(p.stderr, "  %s\n", terminal.Explained.Say(e.Offset, e.Text).EN)
		}
		fmt.Fprintf(p.stderr, "  %s\n\n", terminal.Report.Say(outPath(filepath.Join(out, examine.BundleName(d.doc.Medium.Path)))).EN)
	}
	if erased.Verdict == verdict.NoResidue.String() && control.Verdict == verdict.ResidueFound.String() {
		fmt.Fprintf(p.stderr, "  %s\n  %s\n", terminal.TestSees.EN, terminal.CheckBundle.Say(filepath.Join(out, "erased.img")).EN)
	}
}

// outPath is where a person finds the report of a bundle.
func outPath(bundle string) string { return filepath.Join(bundle, "report.html") }
