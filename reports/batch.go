package reports

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// BatchSchema names the format of batch.json. Fields may be added under this
// name, never renamed or given another meaning.
const BatchSchema = "https://shokyo.dev/batch/v1"

// The files of a batch, beside the bundles it lists.
const (
	BatchFile = "batch.json"
	BatchCSV  = "batch.csv"
)

// Batch is batch.json: what came of several media examined in one call, held
// against an asset ledger if there is one. It is an index, not evidence: it is
// not signed. Every row pins its bundle by digest, and the bundle is the
// evidence; whoever relies on a row verifies that bundle.
type Batch struct {
	Schema          string           `json:"schema"`
	Note            string           `json:"note"`
	NoteJA          string           `json:"note_ja"`
	Started         string           `json:"started"` // the earliest examination, also of a call that --resume went on with
	Finished        string           `json:"finished"`
	Tool            Tool             `json:"tool"`
	Identity        IdentityFacts    `json:"identity"` // who signed in the last call
	Ledger          *LedgerFacts     `json:"ledger"`   // null: none was given
	Totals          BatchTotals      `json:"totals"`
	Rows            []BatchRow       `json:"rows"`             // in the order of the call
	ExceptionCounts []ExceptionCount `json:"exception_counts"` // of all, also those not listed
	Exceptions      []Exception      `json:"exceptions"`       // at most MaxExceptions

	unexamined []ledgerSerial // for the CSV
	inDoubt    []*LedgerDoubt // likewise
}

// MaxExceptions bounds the list in batch.json; batch.csv has a row for each
// serial number of the ledger.
const MaxExceptions = 10_000

// BatchTotals counts the rows, and the ledger's serial numbers.
type BatchTotals struct {
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

// BatchRow is one source. Model and serial number are what the medium said.
type BatchRow struct {
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
	Bundle          string   `json:"bundle"`     // the folder beside batch.json
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

// LedgerFacts says which ledger the batch was held against.
type LedgerFacts struct {
	Name              string `json:"name"`
	SHA256            string `json:"sha256"`
	Encoding          string `json:"encoding"` // "utf-8", "shift_jis", "utf-16"
	Rows              int    `json:"rows"`
	Serials           int    `json:"serials"`
	RowsWithoutSerial int    `json:"rows_without_serial"`
	RowsInDoubt       int    `json:"rows_in_doubt"` // whose serial number a spreadsheet may have changed
}

// Ledger is an asset ledger: what an organisation believes it has.
type Ledger struct {
	Name, SHA256, Encoding  string
	Rows                    []LedgerRow // those with a serial number
	RowsWithoutSerialNumber int
	Doubts                  []LedgerDoubt
}

// LedgerDoubt is a row whose serial number is not what it was: it is matched with
// no drive.
type LedgerDoubt struct {
	LedgerRow        // its serial number as it stands in the file
	Code      string // one of the Doubt constants
	Cell      string // "B7"
}

// What can be wrong with a serial number of a ledger: codes of exceptions.
const (
	DoubtNumber    = "ledger-serial-number"
	DoubtDate      = "ledger-serial-date"
	DoubtError     = "ledger-serial-error"
	DoubtTruth     = "ledger-serial-truth-value"
	DoubtInvisible = "ledger-serial-invisible"
)

// LedgerRow is one asset. Empty fields and a zero MaxBytes are not stated.
type LedgerRow struct {
	Line               int
	Serial             string
	Asset              string
	Model              string
	MinBytes, MaxBytes int64 // what the stated capacity can mean
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
func ExaminedRow(source, dir string, d *Document) (BatchRow, error) {
	r := BatchRow{
		Source: clean(source), Model: d.Medium.Model, Serial: d.Medium.Serial, WWN: d.Medium.Drive.WorldWideName(), SizeBytes: d.Medium.SizeBytes,
		Status: statusExamined, Verdict: d.Verdict, Reasons: []string{}, Claim: d.Claim,
		PlannedBytes: d.Coverage.PlannedBytes, ReadBytes: d.Coverage.ReadBytes,
		UnreadableBytes: d.Coverage.UnreadableBytes, ResidueBytes: d.Statistics.Classes.Residue,
		Scope: d.ScopeWord(), ScopeText: clean(d.Scope.Text),
		Bundle: clean(filepath.Base(dir)), started: d.Times.Started, kind: d.Medium.Kind, bus: busOf(&d.Medium),
	}
	for _, reason := range d.Reasons {
		r.Reasons = append(r.Reasons, reason.Code)
	}
	envelope, err := readSmall(filepath.Join(dir, envelopeFile))
	if err != nil {
		return r, err
	}
	_, s, err := openEnvelope(envelope)
	if err != nil {
		return r, fmt.Errorf("%s: %s: %w", dir, envelopeFile, err)
	}
	if s.Predicate.ID != d.ID {
		return r, fmt.Errorf("%s was replaced by another report while it was looked at", dir)
	}
	sum := sha256.Sum256(envelope)
	r.ReportSHA256, r.EnvelopeSHA256 = s.Predicate.Report.SHA256, hex.EncodeToString(sum[:])
	return r, nil
}

func busOf(m *Medium) string {
	if m.Drive == nil {
		return ""
	}
	return m.Drive.Bus
}

// FailedRow describes a source that was not examined. Of the medium only the
// path, and what is known besides, has to be filled in.
func FailedRow(m Medium, err error) BatchRow {
	m = cleanMedium(m)
	return BatchRow{
		Source: m.Path, Model: m.Model, Serial: m.Serial, WWN: m.Drive.WorldWideName(), SizeBytes: m.SizeBytes, kind: m.Kind, bus: busOf(&m),
		Status: statusCouldNotRun, Reasons: []string{}, Error: clean(err.Error()),
	}
}

// BatchRun is all that goes into a Batch.
type BatchRun struct {
	Started, Finished time.Time
	Tool              Tool
	Rows              []BatchRow
	Ledger            *Ledger // nil: none was given
}

// BuildBatch holds the rows against each other and against the ledger.
func BuildBatch(run *BatchRun, signer Identity) *Batch {
	b := &Batch{
		Schema: BatchSchema, Note: batchNote.EN, NoteJA: batchNote.JA,
		Started: stamp(run.Started), Finished: stamp(run.Finished), Tool: run.Tool, Identity: signer.facts(),
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

func (b *Batch) count(r *BatchRow) {
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
func (b *Batch) doubles(r *BatchRow) (sources []string) {
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
func (b *Batch) judge(r *BatchRow, sources []string) {
	switch {
	case r.Status != statusExamined:
		b.except(r, "could-not-run", exceptCouldNotRun(r.Error))
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
func (b *Batch) compare(r *BatchRow, book *book) {
	key := serialKey(r.Serial)
	examined := r.Status == statusExamined
	if key == "" && examined && (book != nil || r.kind != "file") {
		b.except(r, "no-serial", exceptNoSerial)
	}
	switch {
	case book == nil:
		r.Ledger = ledgerNone
	case key == "":
		r.Ledger = ledgerNoSerial
	case len(book.rows[key]) == 0:
		r.Ledger = ledgerNotListed
		if examined {
			b.except(r, "examined-not-in-ledger", exceptNotListed)
		}
	default:
		r.Ledger, r.Asset = ledgerListed, oneAsset(book.rows[key])
		b.compareAsset(r, book.rows[key])
	}
}

// compareAsset holds what the medium says against what the ledger says of it,
// where the ledger says one thing.
func (b *Batch) compareAsset(r *BatchRow, rows []*LedgerRow) {
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
		r := &BatchRow{Serial: s.row.Serial, Source: source}
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
	b.except(&BatchRow{Serial: d.Serial}, d.Code, exceptDoubt(d))
	if listed < len(b.Exceptions) {
		b.Exceptions[listed].Cell = d.Cell
	}
	b.inDoubt = append(b.inDoubt, d)
}

// except records an exception of a row.
func (b *Batch) except(r *BatchRow, code string, text bi) {
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

// book is a ledger by serial number.
type book struct {
	facts   *LedgerFacts
	serials []ledgerSerial // in the order of the ledger
	doubts  []LedgerDoubt
	rows    map[string][]*LedgerRow
}

type ledgerSerial struct {
	key        string
	row        *LedgerRow // the first that has it
	asset      string
	exceptions []string
}

func newBook(l *Ledger) *book {
	if l == nil {
		return nil
	}
	k := &book{rows: make(map[string][]*LedgerRow, len(l.Rows))}
	for i := range l.Rows {
		row := l.Rows[i]
		row.Serial, row.Asset, row.Model = clean(row.Serial), clean(row.Asset), clean(row.Model)
		key := serialKey(row.Serial)
		if k.rows[key] == nil {
			k.serials = append(k.serials, ledgerSerial{key: key, row: &row})
		}
		k.rows[key] = append(k.rows[key], &row)
	}
	for _, d := range l.Doubts {
		d.Serial, d.Asset = clean(d.Serial), clean(d.Asset)
		k.doubts = append(k.doubts, d)
	}
	k.facts = &LedgerFacts{
		Name: clean(l.Name), SHA256: l.SHA256, Encoding: l.Encoding,
		Rows: len(l.Rows) + len(l.Doubts) + l.RowsWithoutSerialNumber, Serials: len(k.serials),
		RowsWithoutSerial: l.RowsWithoutSerialNumber, RowsInDoubt: len(l.Doubts),
	}
	return k
}

// oneAsset is the asset number that all rows have, or nothing.
func oneAsset(rows []*LedgerRow) string {
	for _, r := range rows {
		if r.Asset != rows[0].Asset {
			return ""
		}
	}
	return rows[0].Asset
}

// serialKey is what must be equal for two serial numbers to be one: blanks at
// the ends, case and width do not count. Everything else does: two drives of one
// make often differ in their first or last characters only.
func serialKey(s string) string {
	return strings.ToUpper(strings.TrimSpace(width.Fold.String(s)))
}

// modelsDiffer: a ledger often has part of the model, or the maker before it.
func modelsDiffer(a, b string) bool {
	a, b = modelKey(a), modelKey(b)
	return a != "" && b != "" && !strings.Contains(a, b) && !strings.Contains(b, a)
}

func modelKey(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, serialKey(s))
}

// Encode gives batch.json, laid out like report.json.
func (b *Batch) Encode() []byte { return layout(compactJSON(b)) }

// batchColumns are the columns of batch.csv: a row's fields.
var batchColumns = [...]string{
	"source", "model", "serial", "wwn", "size_bytes", "status", "verdict", "reasons", "claim",
	"planned_bytes", "read_bytes", "unreadable_bytes", "residue_bytes",
	"bundle", "report_sha256", "envelope_sha256", "error", "ledger", "asset", "exceptions", "scope", "scope_text",
}

// WriteCSV writes batch.csv: RFC 4180, in UTF-8 with a byte order mark, without
// which Excel takes it for Shift_JIS in Japan. There is a row for each source,
// then one for each serial number of the ledger that no source had, then one for
// each row of the ledger that is in doubt.
func (b *Batch) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	c.Write(batchColumns[:])
	for i := range b.Rows {
		c.Write(b.Rows[i].cells())
	}
	for _, s := range b.unexamined {
		r := BatchRow{Serial: s.row.Serial, Status: statusNotExamined, Ledger: ledgerListed, Asset: s.asset, Exceptions: s.exceptions}
		c.Write(r.cells())
	}
	for _, d := range b.inDoubt {
		r := BatchRow{Serial: d.Serial, Status: statusInDoubt, Error: exceptDoubt(d).EN, Ledger: ledgerListed, Asset: d.Asset, Exceptions: []string{d.Code}}
		c.Write(r.cells())
	}
	c.Flush()
	return c.Error()
}

func (r *BatchRow) cells() []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	cells := []string{
		r.Source, r.Model, r.Serial, r.WWN, number(r.SizeBytes), r.Status, r.Verdict, strings.Join(r.Reasons, " "), r.Claim,
		number(r.PlannedBytes), number(r.ReadBytes), number(r.UnreadableBytes), number(r.ResidueBytes),
		r.Bundle, r.ReportSHA256, r.EnvelopeSHA256, r.Error, r.Ledger, r.Asset, strings.Join(r.Exceptions, " "), r.Scope, r.ScopeText,
	}
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return cells
}

// harmless keeps a spreadsheet from taking a cell for a formula (OWASP, "CSV
// Injection"): model and serial number are whatever a drive answers. Japanese
// Excel takes the full-width signs for formulas as well.
func harmless(cell string) string {
	if first := width.Fold.String(cell); first != "" && strings.ContainsRune("=+-@\t\r\n", rune(first[0])) {
		return "'" + cell
	}
	return cell
}

// WriteBatch writes batch.csv and batch.json into dir, each whole or not at all.
// What lies there under these names is replaced: whether it may be is for the
// caller to know. batch.json comes last: where it is, both are of one run.
func WriteBatch(dir string, b *Batch) error {
	var table bytes.Buffer
	if err := b.WriteCSV(&table); err != nil {
		return err
	}
	for _, f := range []bundleFile{{BatchCSV, table.Bytes()}, {BatchFile, b.Encode()}} {
		// Two runs may write here at the same time, and each its own.
		unfinished := filepath.Join(dir, "."+f.name+".partial-"+rand.Text()[:8])
		if err := wholefile.Replace(filepath.Join(dir, f.name), unfinished, f.data, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", filepath.Join(dir, f.name), advise(err))
		}
	}
	return nil
}

// The sentences of a batch.

var batchNote = bi{"This list is an index, not evidence: it is not signed. Each row names a signed bundle and pins it by SHA-256; verify the bundle before relying on the row.",
	"この一覧は索引であり、署名された証拠ではありません。各行は署名済みの報告書一式を SHA-256 で指し示しています。行の内容を用いる前に、その報告書一式を検証してください。"}

var exceptNoSerial = bi{"the medium was examined but told no serial number, so it cannot be matched with an asset",
	"検査した媒体がシリアル番号を示さなかったため、資産と照合できません。"}

var exceptNotListed = bi{"the medium was examined but its serial number is not in the ledger",
	"検査した媒体のシリアル番号が台帳にありません。"}

// exceptDoubt names the cell and the cure.
func exceptDoubt(d *LedgerDoubt) bi {
	what := map[string]bi{
		DoubtNumber:    {"is a number that a spreadsheet has rounded or reformatted", "は、表計算ソフトが数値に変換した値です(桁が丸められたか、書式が変わっています)"},
		DoubtDate:      {"is a date or a time", "は、日付または時刻です"},
		DoubtError:     {"is the error word of a spreadsheet or a database", "は、表計算ソフトまたはデータベースのエラー表示です"},
		DoubtTruth:     {"is a truth value", "は、真偽値です"},
		DoubtInvisible: {"holds invisible characters", "には、目に見えない文字が含まれています"},
	}[d.Code]
	return bi{fmt.Sprintf(`cell %s of the ledger (line %d), "%s", %s, so it was matched with no drive: format the column as text and type the serial number again, from the drive's label`, d.Cell, d.Line, d.Serial, what.EN),
		fmt.Sprintf("台帳のセル %s(%d 行目)の値「%s」%s。どの装置とも照合していません。列の書式を「文字列」にして、装置のラベルを見ながらシリアル番号を入力し直してください。", d.Cell, d.Line, d.Serial, what.JA)}
}

func exceptCouldNotRun(why string) bi {
	return bi{"the medium was not examined: " + why, "この媒体は検査できませんでした(理由は英語): " + why}
}

func exceptResidue(r *BatchRow) bi {
	n := grouped(r.ResidueBytes)
	return bi{fmt.Sprintf("residue was found (%s bytes; reasons: %s): the medium must not be treated as erased", n, strings.Join(r.Reasons, ", ")),
		fmt.Sprintf("残留データを検出しました(%s バイト、理由コード: %s)。消去済みとして扱ってはなりません。", n, strings.Join(r.Reasons, ", "))}
}

func exceptInconclusive(r *BatchRow) bi {
	codes := strings.Join(r.Reasons, ", ")
	return bi{fmt.Sprintf("the examination gives no answer (reasons: %s)", codes),
		fmt.Sprintf("検査では結論が得られませんでした(理由コード: %s)。", codes)}
}

func exceptTwoDrives(sources []string) bi {
	list := strings.Join(sources, ", ")
	return bi{"more than one medium of this batch has this serial number: " + list,
		"この一括検査の複数の媒体が同じシリアル番号を示しています: " + list}
}

func exceptTwoLines(rows []*LedgerRow) bi {
	lines := make([]string, min(len(rows), 10))
	for i := range lines {
		lines[i] = strconv.Itoa(rows[i].Line)
	}
	list := strings.Join(lines, ", ")
	more, moreJA := "", ""
	if n := len(rows) - len(lines); n > 0 {
		more, moreJA = fmt.Sprintf(" and %d more", n), fmt.Sprintf(" ほか %d 行", n)
	}
	return bi{fmt.Sprintf("the ledger has this serial number %d times, on the lines %s%s", len(rows), list, more),
		fmt.Sprintf("台帳に同じシリアル番号が %d 件あります(行: %s%s)。", len(rows), list, moreJA)}
}

func exceptNotExamined(rows []*LedgerRow) bi {
	asset, assetJA := "", ""
	if a := oneAsset(rows); a != "" {
		asset, assetJA = ", asset "+a, "、資産番号 "+a
	}
	return bi{fmt.Sprintf("the ledger lists this serial number (line %d%s), but this batch has no report of it", rows[0].Line, asset),
		fmt.Sprintf("台帳にある(%d 行目%s)シリアル番号ですが、この一括検査に報告書がありません。", rows[0].Line, assetJA)}
}

func exceptModel(l *LedgerRow, r *BatchRow) bi {
	return bi{fmt.Sprintf("the ledger (line %d) says model %q, the medium says %q", l.Line, l.Model, r.Model),
		fmt.Sprintf("台帳(%d 行目)の型番は「%s」ですが、媒体は「%s」を示しています。", l.Line, l.Model, r.Model)}
}

func exceptSize(l *LedgerRow, r *BatchRow) bi {
	size, least, most := grouped(r.SizeBytes), grouped(l.MinBytes), grouped(l.MaxBytes)
	if l.MinBytes == l.MaxBytes {
		return bi{fmt.Sprintf("the ledger (line %d) says %s bytes, the medium has %s", l.Line, least, size),
			fmt.Sprintf("台帳(%d 行目)の容量は %s バイトですが、媒体は %s バイトです。", l.Line, least, size)}
	}
	return bi{fmt.Sprintf("the capacity in the ledger (line %d) means %s to %s bytes, the medium has %s", l.Line, least, most, size),
		fmt.Sprintf("台帳(%d 行目)の容量は %s ~ %s バイトに相当しますが、媒体は %s バイトです。", l.Line, least, most, size)}
}
