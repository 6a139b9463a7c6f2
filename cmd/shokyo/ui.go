package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// Everything a person sees on the terminal is written in this file.

func (p *program) usage(w io.Writer) {
	fmt.Fprint(w, `shokyo examines a medium whose encryption key was destroyed, read-only, and says
whether anything recoverable is left on it, how sure that is, and signs the report.

usage: shokyo COMMAND …

`)
	for _, v := range verbs() {
		fmt.Fprintf(w, "  %-7s %-42s %s\n", v.name, v.args, v.summary)
	}
	fmt.Fprint(w, `
Start with:  shokyo demo
Details:     shokyo COMMAND --help

Exit status: 0 no residue (verify: valid), 1 could not run, 2 usage,
3 residue found (verify: not valid), 4 inconclusive, 130 interrupted
`)
}

// version is set when a release is built: -ldflags "-X main.version=…".
var version = "development"

func tool() reports.Tool {
	t := reports.Tool{Name: "shokyo", Version: version, GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				t.Commit = s.Value
			}
		}
	}
	return t
}

func versionLine() string {
	t := tool()
	return strings.TrimSpace(fmt.Sprintf("shokyo %s %s %s/%s %s", t.Version, t.GoVersion, t.OS, t.Arch, t.Commit))
}

// style colours text for a person on a terminal, and only there.
type style struct{ on bool }

func (p *program) style() style {
	return style{term.IsTerminal(int(p.stderr.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (s style) paint(code, text string) string {
	if !s.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string { return s.paint("1", text) }
func (s style) dim(text string) string  { return s.paint("2", text) }

// verdict is the outcome in the words a person needs, in its colour.
func (s style) verdict(v string) string {
	switch v {
	case scan.NoResidue.String():
		return s.paint("1;32", "NO RESIDUE")
	case scan.ResidueFound.String():
		return s.paint("1;31", "RESIDUE FOUND")
	}
	return s.paint("1;33", "INCONCLUSIVE")
}

// showVerdict prints the answer for one medium: verdict, reasons, a map, where
// the report is.
func (p *program) showVerdict(d *reports.Document, bundle string) {
	s := p.style()
	fmt.Fprintf(p.stderr, "\n%s  %s  (%s)\n", s.verdict(d.Verdict), s.bold(d.Medium.Path), humanSize(d.Medium.SizeBytes))
	for _, r := range d.Reasons {
		fmt.Fprintf(p.stderr, "  %s: %s\n", r.Code, r.Text)
	}
	if d.Claim != scan.ClaimNone.String() {
		fmt.Fprintf(p.stderr, "  claim: %s\n", claimWords(d))
	}
	fmt.Fprintf(p.stderr, "  [%s]\n  %s\n", s.mapLine(d.Map.Cells, 64), s.dim(mapLegend(d)))
	for i, f := range d.FindingCount {
		if i == 5 {
			fmt.Fprintf(p.stderr, "  … and %d more kinds\n", len(d.FindingCount)-i)
			break
		}
		fmt.Fprintf(p.stderr, "  %s, %s: %d findings, %s\n", f.Detector, f.Kind, f.Count, humanSize(f.Bytes))
	}
	if d.Identity.ThrowAway {
		fmt.Fprintf(p.stderr, "  %s\n", s.dim("signed with a throw-away identity: the bundle proves that it is unchanged, not who made it (shokyo keygen)"))
	}
	if d.Medium.Kind == string(devices.BlockDevice) {
		fmt.Fprintf(p.stderr, "  %s stays read-only until you say otherwise: blockdev --setrw %s\n", printable(d.Medium.Path), printable(d.Medium.Path))
	}
	fmt.Fprintf(p.stderr, "  report: %s\n", printable(outPath(bundle)))
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

// Progress. A bar on a terminal, a line every few seconds elsewhere.
const (
	frame    = 200 * time.Millisecond
	lineEach = 5 * time.Second
)

// progress shows how far the engine is until the returned function is called.
func (e *examination) progress() (stop func()) {
	if e.flags.quiet {
		return func() {}
	}
	show, each, end := e.lines(), lineEach, func() {}
	if term.IsTerminal(int(e.stderr.Fd())) {
		before := e.engine.Status()
		bar := e.bar(before.PlannedBytes-before.ResumedBytes, e.shortName())
		show = func() {
			st := e.engine.Status()
			bar.Describe(e.shortName() + statusWords(st))
			bar.Set64(st.DoneBytes - st.ResumedBytes)
		}
		each, end = frame, func() { bar.Exit(); fmt.Fprintln(e.stderr) }
	}
	return every(each, show, end)
}

// shortName fits the source into a line of 80 columns.
func (e *examination) shortName() string {
	name := []rune(printable(filepath.Base(e.source)))
	if len(name) > 16 {
		name = append(name[:15], '…')
	}
	return string(name)
}

// statusWords are what a person must not miss while it runs.
func statusWords(st scan.Status) (s string) {
	if st.ResidueBytes > 0 {
		s += ", residue " + humanSize(st.ResidueBytes)
	}
	if st.UnreadableBytes > 0 {
		s += ", unreadable " + humanSize(st.UnreadableBytes)
	}
	return s
}

// every calls show again and again until the returned function is called; that
// returns after the last call.
func every(each time.Duration, show, end func()) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(each)
		defer t.Stop()
		for {
			select {
			case <-quit:
				show()
				end()
				return
			case <-t.C:
				show()
			}
		}
	}()
	return func() { close(quit); <-done }
}

func (e *examination) bar(total int64, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(e.stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionUseIECUnits(true), progressbar.OptionSetWidth(10),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(frame/2), progressbar.OptionShowElapsedTimeOnFinish())
}

// lines is progress for a log: how much, how fast, how long still.
func (e *examination) lines() func() {
	started := time.Now()
	return func() {
		st := e.engine.Status()
		rate := float64(st.DoneBytes-st.ResumedBytes) / max(time.Since(started).Seconds(), 1e-3)
		left := "unknown"
		if rate > 0 {
			left = time.Duration(float64(st.PlannedBytes-st.DoneBytes) / rate * 1e9).Round(time.Second).String()
		}
		fmt.Fprintf(e.stderr, "%s: %d%%, %s of %s, %s/s, %s left%s\n", printable(e.source),
			st.DoneBytes*100/max(st.PlannedBytes, 1), humanSize(st.DoneBytes), humanSize(st.PlannedBytes),
			humanSize(int64(rate)), left, statusWords(st))
	}
}

// decoding shows the first pass over a compressed image, which finds its size.
func (e *examination) decoding() func(done, total int64) {
	if e.flags.quiet || !term.IsTerminal(int(e.stderr.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int64) {
		if bar == nil {
			bar = e.bar(total, "measuring "+e.shortName())
		}
		bar.Set64(done)
		if done == total {
			bar.Exit()
			fmt.Fprintln(e.stderr)
		}
	}
}

func (e *examination) showInterrupted() {
	if e.unsaved != nil {
		fmt.Fprintf(e.stderr, "\ninterrupted, and the checkpoint could not be saved: %s\n", printable(e.unsaved.Error()))
		return
	}
	fmt.Fprintf(e.stderr, "\ninterrupted; %s of %s are done and kept in %s\n",
		humanSize(e.saved.AtByte), humanSize(e.engine.Status().PlannedBytes), printable(e.checkpointPath()))
	fmt.Fprintf(e.stderr, "shokyo scan with the same flags and --resume goes on; shokyo demo is simply run again\n")
}

// showError prints what went wrong; names in it may come from anywhere.
func (p *program) showError(what string, err error) {
	fmt.Fprintf(p.stderr, "shokyo %s: %s\n", what, printable(err.Error()))
}

// printable spells out what could move a terminal's cursor or change its title.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// showVerified prints what verify found, valid or not.
func (p *program) showVerified(bundle string, v *reports.Verified) {
	s := p.style()
	fmt.Fprintf(p.stderr, "%s  %s\n  verdict: %s\n  medium: %s\n  signed by: %s\n", s.paint("1;32", "VALID"), bundle, v.Verdict, v.Document.Medium.Path, v.Signer)
	for _, n := range v.Notes {
		fmt.Fprintf(p.stderr, "  %s: %s\n", n.Code, n.Text)
	}
}

func (p *program) showInvalid(bundle string, invalid *reports.InvalidError) {
	fmt.Fprintf(p.stderr, "%s  %s\n", p.style().paint("1;31", "NOT VALID"), bundle)
	for _, problem := range invalid.Problems {
		fmt.Fprintf(p.stderr, "  %s\n", problem)
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
		fmt.Fprintf(p.stderr, "  %s\n  %s\n  [%s]\n  %s\n", s.bold(d.title), s.verdict(d.doc.Verdict), s.mapLine(d.doc.Map.Cells, 72), s.dim(mapLegend(d.doc)))
		if len(d.doc.FindingCount) > 0 {
			fmt.Fprintf(p.stderr, "  found: %s\n", topKinds(d.doc, 6))
		} else {
			fmt.Fprintf(p.stderr, "  claim: %s\n", claimWords(d.doc))
		}
		for _, e := range d.doc.Explanations {
			fmt.Fprintf(p.stderr, "  explained at %d: %s\n", e.Offset, e.Text)
		}
		fmt.Fprintf(p.stderr, "  report: %s\n\n", outPath(filepath.Join(out, filepath.Base(d.doc.Medium.Path))))
	}
	if erased.Verdict == scan.NoResidue.String() && control.Verdict == scan.ResidueFound.String() {
		fmt.Fprintf(p.stderr, "  The control was found, so the test can see; on the erased disk it saw nothing.\n  Check a bundle:  shokyo verify %s\n", filepath.Join(out, "erased.img"))
	}
}

// topKinds names the kinds of findings that cover most bytes.
func topKinds(d *reports.Document, n int) string {
	counts := slices.Clone(d.FindingCount)
	slices.SortStableFunc(counts, func(a, b reports.FindingCount) int { return cmp.Compare(b.Bytes, a.Bytes) })
	var parts []string
	for _, c := range counts[:min(n, len(counts))] {
		parts = append(parts, fmt.Sprintf("%s (%s)", c.Kind, humanSize(c.Bytes)))
	}
	if more := len(counts) - n; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more kinds", more))
	}
	return strings.Join(parts, ", ")
}
