package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"shokyo.dev/shokyo/reports"
)

// An asset ledger is a CSV file (RFC 4180) whose first row names its columns. It
// comes out of a spreadsheet, in Japan often in Shift_JIS, and it is typed by
// people: what cannot be understood for certain is refused by line, because a row
// that is misread is a drive that nobody misses.

// What a ledger may be at most.
const (
	maxLedgerBytes = 16 << 20
	maxLedgerRows  = 1_000_000
)

// The names that a column may have, as columnName spells them. Of several that
// are there, the first in the list counts.
func serialNames() []string {
	return []string{"serial", "serialnumber", "serialno", "sn", "シリアル番号", "製造番号", "シリアル", "シリアルナンバー", "シリアルno", "製造no"}
}
func assetNames() []string {
	return []string{"asset", "assetnumber", "assetno", "assettag", "assetid", "資産番号", "管理番号", "備品番号"}
}
func modelNames() []string {
	return []string{"model", "modelnumber", "modelno", "型番", "型式", "モデル"}
}
func sizeNames() []string { return []string{"sizebytes", "size", "capacity", "容量"} }

// loadLedger reads a ledger; nil when there is none.
func loadLedger(path string) (*reports.Ledger, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxLedgerBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	if len(b) > maxLedgerBytes {
		return nil, fmt.Errorf("the ledger %s is larger than %s: leave out what is not needed", path, humanSize(maxLedgerBytes))
	}
	l, err := parseLedger(b)
	if err != nil {
		return nil, fmt.Errorf("the ledger %s: %w", path, err)
	}
	sum := sha256.Sum256(b)
	l.Name, l.SHA256 = filepath.Base(path), hex.EncodeToString(sum[:])
	return l, nil
}

// parseLedger reads the CSV.
func parseLedger(b []byte) (*reports.Ledger, error) {
	text, encoding, err := decodeText(b)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1 // checked below, with better words
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("is empty: its first row names the columns, one of them serial")
	}
	if err != nil {
		return nil, ledgerError(err)
	}
	columns, err := readHeader(header)
	if err != nil {
		return nil, err
	}
	l := &reports.Ledger{Encoding: encoding}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, ledgerError(err)
		}
		line, _ := r.FieldPos(0)
		if err := columns.add(l, line, record); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(l.Rows) == 0 {
		return nil, errors.New("has no row with a serial number: is it the right file?")
	}
	return l, nil
}

// decodeText finds the encoding by validity. Text in Shift_JIS is practically
// never valid UTF-8: its lead bytes would have to be followed by UTF-8's trail bytes.
func decodeText(b []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return "", "", errors.New(`is UTF-16: save it as "CSV UTF-8"`)
	case bytes.Contains(b, []byte("\x1b$")):
		return "", "", errors.New(`is ISO-2022-JP (JIS): save it as "CSV UTF-8"`)
	case utf8.Valid(b):
		text, encoding = strings.TrimPrefix(string(b), "\uFEFF"), "utf-8"
	default:
		decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return "", "", errors.New(`is neither UTF-8 nor Shift_JIS: save it as "CSV UTF-8"`)
		}
		text, encoding = string(decoded), "shift_jis"
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", fmt.Errorf("line %d: holds a zero byte: this is no CSV file", 1+strings.Count(text[:i], "\n"))
	}
	return text, encoding, nil
}

// ledgerError names the line of what encoding/csv does not take.
func ledgerError(err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fmt.Errorf("line %d: %w: put the cell into quotes, and double the quotes in it", at.Line, at.Err)
	}
	return err
}

// ledgerColumns are where things stand in a row; -1: nowhere.
type ledgerColumns struct {
	cells                      int
	serial, asset, model, size int
	unit                       string // of a size without one
}

func readHeader(header []string) (c ledgerColumns, err error) {
	names, units := make([]string, len(header)), make([]string, len(header))
	for i, cell := range header {
		names[i], units[i] = columnName(cell)
	}
	c = ledgerColumns{cells: len(header), asset: find(names, assetNames()), model: find(names, modelNames()), size: find(names, sizeNames())}
	if c.size >= 0 {
		c.unit = units[c.size]
		if names[c.size] == "sizebytes" {
			c.unit = "b"
		}
	}
	c.serial = find(names, serialNames())
	if c.serial < 0 && len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return c, errors.New("line 1: its cells are not separated by commas: save it as CSV with commas")
	}
	if c.serial < 0 {
		return c, fmt.Errorf("line 1: no column is named serial, serial number, シリアル番号 or 製造番号: name the column of the serial numbers so")
	}
	for i, name := range names {
		if i != c.serial && slices.Contains(serialNames(), name) {
			return c, fmt.Errorf("line 1: the columns %d and %d are both for serial numbers: rename the one that is not the drive's", c.serial+1, i+1)
		}
	}
	return c, nil
}

// find gives the column that has the first of the names that is there.
func find(columns, names []string) int {
	for _, name := range names {
		if i := slices.Index(columns, name); i >= 0 {
			return i
		}
	}
	return -1
}

// columnName spells a column's name without case, width, blanks and signs, and
// splits off a unit in brackets: "容量(GB)".
func columnName(cell string) (name, unit string) {
	s := strings.ToLower(norm.NFC.String(width.Fold.String(strings.TrimSpace(cell))))
	if head, tail, ok := strings.Cut(s, "("); ok {
		s, unit = head, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(tail), ")"))
	}
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t_-./#:", c) {
			return -1
		}
		return c
	}, s), unit
}

// damagedNumber is what a spreadsheet makes of a long serial number of digits, or
// of one like 12E45.
var damagedNumber = regexp.MustCompile(`^[0-9](\.[0-9]+)?E\+[0-9]+$`)

// add takes up one row.
func (c *ledgerColumns) add(l *reports.Ledger, line int, record []string) error {
	if len(record) > c.cells && strings.Join(record[c.cells:], "") != "" {
		return fmt.Errorf("has %d cells, the first row has %d: put cells with a comma in them into quotes", len(record), c.cells)
	}
	cell := func(i int) string {
		if i < 0 || i >= len(record) {
			return ""
		}
		return strings.TrimSpace(width.Fold.String(record[i]))
	}
	row := reports.LedgerRow{Line: line, Serial: cell(c.serial), Asset: cell(c.asset), Model: cell(c.model)}
	if row.Serial == "" {
		if strings.TrimSpace(strings.Join(record, "")) != "" {
			l.RowsWithoutSerialNumber++
		}
		return nil
	}
	if damagedNumber.MatchString(strings.ToUpper(row.Serial)) {
		return fmt.Errorf("the spreadsheet has turned the serial number into %s: format the column as text and enter it again", row.Serial)
	}
	if len(l.Rows) == maxLedgerRows {
		return fmt.Errorf("has more than %d rows: leave out what is not needed", maxLedgerRows)
	}
	row.MinBytes, row.MaxBytes = capacity(cell(c.size), c.unit)
	l.Rows = append(l.Rows, row)
	return nil
}

var capacityForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(bytes?|b|([kmgtp])(i?)b?)?$`)

// capacity gives the bytes that a capacity can mean. A number of bytes is exact. With a larger
// unit, makers count in powers of 1000 and spreadsheets often in powers of 1024,
// and both round: 5 % more or less is the same drive. Without any unit, or in words,
// it says nothing that could be compared: both are 0.
func capacity(text, unit string) (least, most int64) {
	s := strings.ToLower(strings.NewReplacer(",", "", " ", "").Replace(text))
	m := capacityForm.FindStringSubmatch(s)
	if m != nil && m[2] == "" {
		m = capacityForm.FindStringSubmatch(s + unit)
	}
	if m == nil || m[2] == "" {
		return 0, 0
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, 0
	}
	low, high := v, v
	if m[3] != "" {
		power := float64(1 + strings.Index("kmgtp", m[3]))
		low, high = v*math.Pow(1000, power)*0.95, v*math.Pow(1024, power)*1.05
		if m[4] == "i" {
			low = v * math.Pow(1024, power) * 0.95
		}
	}
	if high < 1 || high > math.MaxInt64/2 {
		return 0, 0
	}
	return int64(low), int64(math.Ceil(high))
}
