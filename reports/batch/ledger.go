package batch

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"shokyo.dev/shokyo/reports"
)

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
		row.Serial, row.Asset, row.Model = reports.Clean(row.Serial), reports.Clean(row.Asset), reports.Clean(row.Model)
		key := serialKey(row.Serial)
		if k.rows[key] == nil {
			k.serials = append(k.serials, ledgerSerial{key: key, row: &row})
		}
		k.rows[key] = append(k.rows[key], &row)
	}
	for _, d := range l.Doubts {
		d.Serial, d.Asset = reports.Clean(d.Serial), reports.Clean(d.Asset)
		k.doubts = append(k.doubts, d)
	}
	k.facts = &LedgerFacts{
		Name: reports.Clean(l.Name), SHA256: l.SHA256, Encoding: l.Encoding,
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
