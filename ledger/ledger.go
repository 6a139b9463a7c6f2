// Package ledger reads asset ledgers: what drives a customer says that there are, to be
// compared with those that were examined (package reports/batch does that).
//
// An asset ledger is a CSV file whose first row names its columns. It comes out of
// a spreadsheet, in Japan often in Shift_JIS, and it is typed by people: what cannot
// be taken apart for certain is refused by line (csv.go), and a serial number that
// a spreadsheet may have changed is an exception (doubt.go), because a row that is
// misread is a drive that nobody misses. Another name for a column joins the lists at
// the top of ledger.go; another thing that spreadsheets do to numbers, doubt.go.
package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/wholefile"
	batches "shokyo.dev/shokyo/reports/batch"
)

// What a ledger may be at most.
const (
	maxBytes = 16 << 20
	maxRows  = 1_000_000
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

// Load reads a ledger; nil when there is none.
func Load(path string) (*batches.Ledger, error) {
	if path == "" {
		return nil, nil
	}
	b, err := wholefile.Read(path, maxBytes)
	switch {
	case errors.Is(err, wholefile.ErrTooLong):
		return nil, fmt.Errorf("the ledger %s is larger than %s: leave out what is not needed", path, bytesize.Format(maxBytes))
	case err != nil:
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	l, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("the ledger %s: %w", path, err)
	}
	sum := sha256.Sum256(b)
	l.Name, l.SHA256 = filepath.Base(path), hex.EncodeToString(sum[:])
	return l, nil
}

// parse reads the CSV.
func parse(b []byte) (*batches.Ledger, error) {
	text, encoding, err := decodeText(b)
	if err != nil {
		return nil, err
	}
	r, told := newCSV(text)
	_, columns, err := r.header(told)
	if err != nil {
		return nil, err
	}
	l := &batches.Ledger{Encoding: encoding}
	for {
		row, err := r.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		if err := columns.add(l, row); err != nil {
			return nil, fmt.Errorf("line %d: %w", row.line, err)
		}
	}
	if len(l.Rows)+len(l.Doubts) == 0 {
		return nil, errors.New("has no row with a serial number: is it the right file?")
	}
	return l, nil
}

// decodeText finds the encoding by validity. Text in Shift_JIS is practically
// never valid UTF-8: its lead bytes would have to be followed by UTF-8's trail bytes.
func decodeText(b []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		text, encoding = decodeUTF16(b), "utf-16"
		if strings.ContainsRune(text, utf8.RuneError) {
			return "", "", errors.New(`is not whole UTF-16: save it as "CSV UTF-8"`)
		}
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

// decodeUTF16 reads what Excel calls "Unicode text": with a byte order mark, and
// tabs between the cells (RFC 2781). What is no text in it becomes U+FFFD.
func decodeUTF16(b []byte) string {
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 0xfe {
		order = binary.BigEndian
	}
	units := make([]uint16, 0, len(b)/2)
	for b = b[2:]; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	text := string(utf16.Decode(units))
	if len(b) > 0 {
		text += string(utf8.RuneError)
	}
	return text
}

// ledgerColumns are where things stand in a row; -1: nowhere.
type ledgerColumns struct {
	cells                      int
	separator                  byte
	serial, asset, model, size int
	unit                       string // of a size without one
}

func readHeader(row *csvRow) (c ledgerColumns, err error) {
	header := row.cells
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
	if c.serial < 0 {
		return c, fmt.Errorf("line %d: no column is named serial, serial number, シリアル番号 or 製造番号: name the column of the serial numbers so", row.line)
	}
	for i, name := range names {
		if i != c.serial && slices.Contains(serialNames(), name) {
			return c, fmt.Errorf("line %d: the columns %d and %d are both for serial numbers: rename the one that is not the drive's", row.line, c.serial+1, i+1)
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
	s := strings.ToLower(norm.NFC.String(width.Fold.String(strings.TrimSpace(strings.Map(visible, cell)))))
	if head, tail, ok := strings.Cut(s, "("); ok {
		s, unit = head, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(tail), ")"))
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || strings.ContainsRune("_-./#:", c) {
			return -1
		}
		return c
	}, s), unit
}

// visible leaves out what nobody sees in the name of a column.
func visible(c rune) rune {
	if c != '\t' && hiddenIn(string(c)) && !unicode.IsSpace(c) {
		return -1
	}
	return c
}

// add takes up one row.
func (c *ledgerColumns) add(l *batches.Ledger, row *csvRow) error {
	raw := func(i int) string {
		if i < 0 || i >= len(row.cells) {
			return ""
		}
		return trimBlanks(row.cells[i])
	}
	if len(l.Rows)+len(l.Doubts) == maxRows {
		return fmt.Errorf("has more than %d rows: leave out what is not needed", maxRows)
	}
	serial := raw(c.serial)
	code := doubtOf(serial)
	if torn := serial + "," + raw(c.serial+1); code == "" && exponent.MatchString(plain(torn)) {
		serial, code = torn, batches.DoubtNumber // 1,23457E+11 without quotes
	} else if len(row.cells) > c.cells && strings.Join(row.cells[c.cells:], "") != "" {
		return fmt.Errorf("has %d cells, the first row has %d: put cells with a %s in them into quotes", len(row.cells), c.cells, separatorName(c.separator))
	}
	out := batches.LedgerRow{Line: row.line, Serial: foldCell(serial), Asset: foldCell(raw(c.asset)), Model: foldCell(raw(c.model))}
	switch {
	case code != "":
		out.Serial = serial
		l.Doubts = append(l.Doubts, batches.LedgerDoubt{LedgerRow: out, Code: code, Cell: cellName(c.serial, row.row)})
		return nil
	case out.Serial == "":
		if !row.empty() {
			l.RowsWithoutSerialNumber++
		}
		return nil
	}
	out.MinBytes, out.MaxBytes = capacity(foldCell(raw(c.size)), c.unit)
	l.Rows = append(l.Rows, out)
	return nil
}

func separatorName(c byte) string {
	switch c {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	}
	return strconv.QuoteRune(rune(c))
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
