package batch

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// columns are the columns of batch.csv: a row's fields.
var columns = [...]string{
	"source", "model", "serial", "wwn", "size_bytes", "status", "verdict", "reasons", "claim",
	"planned_bytes", "read_bytes", "unreadable_bytes", "residue_bytes",
	"bundle", "report_sha256", "envelope_sha256", "error", "ledger", "asset", "exceptions", "scope", "scope_text", "scope_text_ja",
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
	c.Write(columns[:])
	for i := range b.Rows {
		c.Write(b.Rows[i].cells())
	}
	for _, s := range b.unexamined {
		r := Row{Serial: s.row.Serial, Status: statusNotExamined, Ledger: ledgerListed, Asset: s.asset, Exceptions: s.exceptions}
		c.Write(r.cells())
	}
	for _, d := range b.inDoubt {
		r := Row{Serial: d.Serial, Status: statusInDoubt, Error: exceptDoubt(d).EN, Ledger: ledgerListed, Asset: d.Asset, Exceptions: []string{d.Code}}
		c.Write(r.cells())
	}
	c.Flush()
	return c.Error()
}

func (r *Row) cells() []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	cells := []string{
		r.Source, r.Model, r.Serial, r.WWN, number(r.SizeBytes), r.Status, r.Verdict, strings.Join(r.Reasons, " "), r.Claim,
		number(r.PlannedBytes), number(r.ReadBytes), number(r.UnreadableBytes), number(r.ResidueBytes),
		r.Bundle, r.ReportSHA256, r.EnvelopeSHA256, r.Error, r.Ledger, r.Asset, strings.Join(r.Exceptions, " "), r.Scope, r.ScopeText, r.ScopeTextJA,
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
