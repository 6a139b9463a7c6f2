// Package batch is the document of several media examined in one call, held against an
// asset ledger: batch.json, batch.csv for a spreadsheet and batch.html to be read, under
// one signature, so that no row can be taken out or changed. It is an index of signed
// bundles and decides nothing: what a row says, its bundle says.
//
// This file has the document, signed.go what is written and read, page.go the page.
package batch

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	say "shokyo.dev/shokyo/words/batch"
)

// Schema names the format of batch.json. Fields may be added under this
// name, never renamed or given another meaning.
const Schema = "https://shokyo.dev/batch/v1"

// Batch is batch.json: what came of several media examined in one call, held
// against an asset ledger if there is one. Its signature says that these are all
// rows of the call. Every row pins its bundle by digest, and the bundle is the
// evidence; whoever relies on a row verifies that bundle.
type Batch struct {
	Schema          string                `json:"schema"`
	Note            string                `json:"note"`
	NoteJA          string                `json:"note_ja"`
	Started         string                `json:"started"` // the earliest examination, also of a call that --resume went on with
	Finished        string                `json:"finished"`
	FinishedLocal   string                `json:"finished_local"` // by the clock of the place
	Tool            reports.Tool          `json:"tool"`
	Identity        reports.IdentityFacts `json:"identity"` // who signed in the last call
	Ledger          *LedgerFacts          `json:"ledger"`   // null: none was given
	Totals          Totals                `json:"totals"`
	Rows            []Row                 `json:"rows"`             // in the order of the call
	ExceptionCounts []ExceptionCount      `json:"exception_counts"` // of all, also those not listed
	Exceptions      []Exception           `json:"exceptions"`       // at most MaxExceptions

	unexamined []ledgerSerial // for the CSV
	inDoubt    []*LedgerDoubt // likewise
}

// MaxExceptions bounds the list in batch.json; batch.csv has a row for each
// serial number of the ledger.
const MaxExceptions = 10_000

// Totals counts the rows, and the ledger's serial numbers.
type Totals struct {
	Sources           int `json:"sources"`
	Examined          int `json:"examined"`
	CouldNotRun       int `json:"could_not_run"`
	NoResidue         int `json:"no_residue"`
	ResidueFound      int `json:"residue_found"`
	Inconclusive      int `json:"inconclusive"`
	LedgerSerials     int `json:"ledger_serials"`
	LedgerNotExamined int `json:"ledger_not_examined"`
	NoResidueInPart   int `json:"no_residue_in_part"` // of NoResidue, where the verdict is about regions or a sample only
}

// Row is one source. Model and serial number are what the medium said.
type Row struct {
	Source          string   `json:"source"`
	Model           string   `json:"model"`
	Serial          string   `json:"serial"`
	WWN             string   `json:"wwn"`        // or the EUI-64, NGUID or WWID of drives that have none
	SizeBytes       int64    `json:"size_bytes"` // 0: not known
	Status          string   `json:"status"`     // "examined", "could-not-run"; in the CSV also "not-examined", "ledger-in-doubt"
	Verdict         string   `json:"verdict"`
	Reasons         []string `json:"reasons"` // codes
	Claim           string   `json:"claim"`
	PlannedBytes    int64    `json:"planned_bytes"`
	ReadBytes       int64    `json:"read_bytes"`
	UnreadableBytes int64    `json:"unreadable_bytes"`
	ResidueBytes    int64    `json:"residue_bytes"`
	Scope           string   `json:"scope"`      // what the verdict is about: "medium", "regions"; of a sample "… sample"
	ScopeText       string   `json:"scope_text"` // the same with names and amounts
	ScopeTextJA     string   `json:"scope_text_ja"`
	Bundle          string   `json:"bundle"` // the folder beside batch.json
	ReportSHA256    string   `json:"report_sha256"`
	EnvelopeSHA256  string   `json:"envelope_sha256"`
	Error           string   `json:"error"`
	Ledger          string   `json:"ledger"`     // "listed", "not-in-ledger", "no-serial", "no-ledger"
	Asset           string   `json:"asset"`      // the ledger's number; "" also where the ledger has two for one serial number
	Exceptions      []string `json:"exceptions"` // codes

	started string
	kind    string
	bus     string
}

// Exception is something a person has to look at.
type Exception struct {
	Code   string `json:"code"`
	Serial string `json:"serial"`
	Source string `json:"source"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
	Cell   string `json:"cell"` // of the ledger, as a spreadsheet names it: "B7"; "" where it is about no cell
}

// ExceptionCount counts the exceptions of one code.
type ExceptionCount struct {
	Code  string `json:"code"`
	Count int    `json:"count"`
}

// Status words of rows, for programs.
const (
	statusExamined    = "examined"
	statusCouldNotRun = "could-not-run"
	statusNotExamined = "not-examined"
	statusInDoubt     = "ledger-in-doubt"

	ledgerListed    = "listed"
	ledgerNotListed = "not-in-ledger"
	ledgerNoSerial  = "no-serial"
	ledgerNone      = "no-ledger"
)

// ExaminedRow describes the bundle of d, which lies in dir and has been verified.
func ExaminedRow(source, dir string, d *reports.Document) (Row, error) {
	r := Row{
		Source: reports.Clean(source), Model: d.Medium.Model, Serial: d.Medium.Serial, WWN: d.Medium.Drive.WorldWideName(), SizeBytes: d.Medium.SizeBytes,
		Status: statusExamined, Verdict: d.Verdict, Reasons: []string{}, Claim: d.Claim,
		PlannedBytes: d.Coverage.PlannedBytes, ReadBytes: d.Coverage.ReadBytes,
		UnreadableBytes: d.Coverage.UnreadableBytes, ResidueBytes: d.Statistics.Classes.Residue,
		Scope: d.ScopeWord(), ScopeText: reports.Clean(d.Scope.Text), ScopeTextJA: reports.Clean(d.Scope.TextJA),
		Bundle: reports.Clean(filepath.Base(dir)), started: d.Times.Started, kind: d.Medium.Kind, bus: busOf(&d.Medium),
	}
	for _, reason := range d.Reasons {
		r.Reasons = append(r.Reasons, reason.Code)
	}
	pins, err := sign.PinsOf(dir)
	if err != nil {
		return r, err
	}
	if pins.ID != d.ID {
		return r, fmt.Errorf("%s was replaced by another report while it was looked at", dir)
	}
	r.ReportSHA256, r.EnvelopeSHA256 = pins.ReportSHA256, pins.EnvelopeSHA256
	return r, nil
}

func busOf(m *reports.Medium) string {
	if m.Drive == nil {
		return ""
	}
	return m.Drive.Bus
}

// FailedRow describes a source that was not examined. Of the medium only the
// path, and what is known besides, has to be filled in.
func FailedRow(m reports.Medium, err error) Row {
	m = reports.CleanMedium(m)
	return Row{
		Source: m.Path, Model: m.Model, Serial: m.Serial, WWN: m.Drive.WorldWideName(), SizeBytes: m.SizeBytes, kind: m.Kind, bus: busOf(&m),
		Status: statusCouldNotRun, Reasons: []string{}, Error: reports.Clean(err.Error()),
	}
}

// Run is all that goes into a Batch.
type Run struct {
	Started, Finished time.Time
	Tool              reports.Tool
	Rows              []Row
	Ledger            *Ledger // nil: none was given
}

// Build holds the rows against each other and against the ledger.
func Build(run *Run, signer reports.IdentityFacts) *Batch {
	b := &Batch{
		Schema: Schema, Note: say.Note.EN, NoteJA: say.Note.JA,
		Started: reports.Stamp(run.Started), Finished: reports.Stamp(run.Finished), FinishedLocal: run.Finished.Format(time.RFC3339), Tool: run.Tool, Identity: signer,
		Rows: slices.Clone(run.Rows), ExceptionCounts: []ExceptionCount{}, Exceptions: []Exception{},
	}
	book := newBook(run.Ledger)
	attached := make(map[string][]string) // sources by serial number
	for i := range b.Rows {
		if key := serialKey(b.Rows[i].Serial); key != "" {
			attached[key] = append(attached[key], b.Rows[i].Source)
		}
	}
	examined := make(map[string]bool)
	for i := range b.Rows {
		r := &b.Rows[i]
		r.Exceptions = []string{}
		b.count(r)
		b.judge(r, b.doubles(r))
		b.compare(r, book)
		if r.Status == statusExamined {
			examined[serialKey(r.Serial)] = true
		}
	}
	if book != nil {
		b.Ledger = book.facts
		b.audit(book, examined, attached)
	}
	return b
}

func (b *Batch) count(r *Row) {
	t := &b.Totals
	t.Sources++
	if r.started != "" && r.started < b.Started { // RFC 3339 in UTC sorts by time
		b.Started = r.started
	}
	if r.Status != statusExamined {
		t.CouldNotRun++
		return
	}
	t.Examined++
	switch r.Verdict {
	case verdict.NoResidue.String():
		t.NoResidue++
		if r.Scope != scan.ScopeMedium.String() {
			t.NoResidueInPart++
		}
	case verdict.ResidueFound.String():
		t.ResidueFound++
	default:
		t.Inconclusive++
	}
}

// doubles are the sources of all rows with the serial number of r that can not be
// of one drive. The namespaces of an NVMe drive share its number.
func (b *Batch) doubles(r *Row) (sources []string) {
	for i := range b.Rows {
		o := &b.Rows[i]
		namespace := r.bus == "nvme" && o.bus == "nvme" && r.Model == o.Model && r.WWN != "" && o.WWN != "" && r.WWN != o.WWN
		if o == r || serialKey(r.Serial) != "" && serialKey(o.Serial) == serialKey(r.Serial) && !namespace {
			sources = append(sources, o.Source)
		}
	}
	return sources
}

// judge finds what makes a row an exception by itself or among the others.
func (b *Batch) judge(r *Row, sources []string) {
	switch {
	case r.Status != statusExamined:
		b.except(r, "could-not-run", say.CouldNotRun.Say(r.Error))
	case r.Verdict == verdict.ResidueFound.String():
		b.except(r, "residue-found", exceptResidue(r))
	case r.Verdict != verdict.NoResidue.String():
		b.except(r, "inconclusive", exceptInconclusive(r))
	}
	if len(sources) > 1 {
		b.except(r, "duplicate-serial", exceptTwoDrives(sources))
	}
}

// compare finds the row in the ledger. An image file without a serial number is
// as it should be where there is no ledger; a drive without one never is.
func (b *Batch) compare(r *Row, book *book) {
	key := serialKey(r.Serial)
	examined := r.Status == statusExamined
	if key == "" && examined && (book != nil || r.kind != "file") {
		b.except(r, "no-serial", say.NoSerial)
	}
	switch {
	case book == nil:
		r.Ledger = ledgerNone
	case key == "":
		r.Ledger = ledgerNoSerial
	case len(book.rows[key]) == 0:
		r.Ledger = ledgerNotListed
		if examined {
			b.except(r, "examined-not-in-ledger", say.NotListed)
		}
	default:
		r.Ledger, r.Asset = ledgerListed, oneAsset(book.rows[key])
		b.compareAsset(r, book.rows[key])
	}
}

// compareAsset holds what the medium says against what the ledger says of it,
// where the ledger says one thing.
func (b *Batch) compareAsset(r *Row, rows []*LedgerRow) {
	if len(rows) != 1 {
		return
	}
	l := rows[0]
	if modelsDiffer(l.Model, r.Model) {
		b.except(r, "model-mismatch", exceptModel(l, r))
	}
	if l.MaxBytes > 0 && r.SizeBytes > 0 && (r.SizeBytes < l.MinBytes || r.SizeBytes > l.MaxBytes) {
		b.except(r, "size-mismatch", exceptSize(l, r))
	}
}

// audit goes through the ledger: what is in it twice, and what has no report. A
// drive that was there but could not be examined has none either.
func (b *Batch) audit(book *book, examined map[string]bool, attached map[string][]string) {
	for _, s := range book.serials {
		rows, source := book.rows[s.key], ""
		if a := attached[s.key]; len(a) > 0 {
			source = a[0]
		}
		r := &Row{Serial: s.row.Serial, Source: source}
		if len(rows) > 1 {
			b.except(r, "duplicate-serial", exceptTwoLines(rows))
		}
		if !examined[s.key] {
			b.Totals.LedgerNotExamined++
			b.except(r, "in-ledger-not-examined", exceptNotExamined(rows))
		}
		if source == "" {
			s.asset, s.exceptions = oneAsset(rows), r.Exceptions
			b.unexamined = append(b.unexamined, s)
		}
	}
	b.Totals.LedgerSerials = len(book.serials)
	for i := range book.doubts {
		b.doubt(&book.doubts[i])
	}
}

// doubt is for a row of the ledger that is not to be relied on. Whether its drive was
// examined is not known: it stands apart from those that were not.
func (b *Batch) doubt(d *LedgerDoubt) {
	listed := len(b.Exceptions)
	b.except(&Row{Serial: d.Serial}, d.Code, exceptDoubt(d))
	if listed < len(b.Exceptions) {
		b.Exceptions[listed].Cell = d.Cell
	}
	b.inDoubt = append(b.inDoubt, d)
}

// except records an exception of a row.
func (b *Batch) except(r *Row, code string, text words.Text) {
	r.Exceptions = append(r.Exceptions, code)
	i := slices.IndexFunc(b.ExceptionCounts, func(c ExceptionCount) bool { return c.Code == code })
	if i < 0 {
		i = len(b.ExceptionCounts)
		b.ExceptionCounts = append(b.ExceptionCounts, ExceptionCount{Code: code})
	}
	b.ExceptionCounts[i].Count++
	if len(b.Exceptions) < MaxExceptions {
		b.Exceptions = append(b.Exceptions, Exception{Code: code, Serial: r.Serial, Source: r.Source, Text: text.EN, TextJA: text.JA})
	}
}

// Encode gives batch.json, laid out like report.json.
func (b *Batch) Encode() []byte { return canonical.Document(b) }
