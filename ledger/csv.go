package ledger

import (
	"errors"
	"fmt"
	"strings"
)

// csvReader reads tables as spreadsheets write them: RFC 4180, and besides any
// separator, lines that end in CR, and cells as ="0123", which keep a spreadsheet
// from taking a number for one. encoding/csv knows none of these.
type csvReader struct {
	rest      string
	separator byte
	line      int // of the next row, counted as an editor counts
	row       int // of the next row, counted as a spreadsheet does: lines inside cells do not count
}

// csvRow is one row and where it stands.
type csvRow struct {
	cells     []string
	line, row int
}

func (r *csvRow) empty() bool { return strings.TrimSpace(strings.Join(r.cells, "")) == "" }

// csvError is a row that cannot be taken apart for certain.
type csvError struct {
	line int
	text string
}

func (e *csvError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

// newCSV reads the line sep=; by which Excel says what its separator is, and takes
// it for none of the rows, as Excel does.
func newCSV(text string) (r *csvReader, told bool) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	r = &csvReader{rest: text, separator: ',', line: 1, row: 1}
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.Trim(first, `"`) // as LibreOffice writes it
	if len(first) == len("sep=,") && strings.EqualFold(first[:4], "sep=") && first[4] < 0x80 && first[4] != '"' {
		r.rest, r.separator, r.line = rest, first[4], 2
		return r, true
	}
	return r, false
}

// next gives the next row, or nil at the end.
func (r *csvReader) next() (*csvRow, error) {
	if r.rest == "" {
		return nil, nil
	}
	out := &csvRow{line: r.line, row: r.row}
	r.row++
	for {
		cell, err := r.cell()
		if err != nil {
			return nil, err
		}
		out.cells = append(out.cells, cell)
		if r.rest == "" {
			return out, nil
		}
		end := r.rest[0] == '\n'
		r.rest = r.rest[1:]
		if end {
			r.line++
			return out, nil
		}
		if r.rest == "" { // a separator at the end of the file
			out.cells = append(out.cells, "")
			return out, nil
		}
	}
}

// cell takes one off; what follows it is a separator, the end of the line or of the file.
func (r *csvReader) cell() (string, error) {
	s := r.rest
	formula := strings.HasPrefix(s, `="`)
	if formula {
		s = s[1:]
	}
	if strings.HasPrefix(s, `"`) {
		return r.quoted(s[1:], formula)
	}
	end := strings.IndexAny(s, string([]byte{r.separator, '\n'}))
	if end < 0 {
		end = len(s)
	}
	if strings.Contains(s[:end], `"`) {
		return "", &csvError{r.line, "there is a quote in a cell without quotes around it: put the cell into quotes, and double the quotes in it"}
	}
	r.rest = s[end:]
	return s[:end], nil
}

// quoted takes a cell off whose first quote was taken already.
func (r *csvReader) quoted(s string, formula bool) (string, error) {
	var b strings.Builder
	start := r.line
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return "", &csvError{start, "a quote is opened and never closed: put the cell into quotes, and double the quotes in it"}
		}
		r.line += strings.Count(s[:i], "\n")
		b.WriteString(s[:i])
		s = s[i+1:]
		if !strings.HasPrefix(s, `"`) {
			break
		}
		b.WriteByte('"')
		s = s[1:]
	}
	if s != "" && s[0] != r.separator && s[0] != '\n' {
		return "", &csvError{r.line, "something follows the closing quote of a cell: put the cell into quotes, and double the quotes in it"}
	}
	r.rest = s
	return unwrapped(b.String(), formula), nil
}

// unwrapped takes ="…" off a cell that was quoted as a whole: "=""0123""".
func unwrapped(cell string, formula bool) string {
	inner, ok := strings.CutPrefix(cell, `="`)
	if formula || !ok || !strings.HasSuffix(inner, `"`) || strings.Contains(strings.TrimSuffix(inner, `"`), `"`) {
		return cell
	}
	return strings.TrimSuffix(inner, `"`)
}

// header finds the separator, where the file does not say it, and the first row
// that holds anything: whichever separator names the columns.
func (r *csvReader) header(told bool) (*csvRow, ledgerColumns, error) {
	separators := []byte{',', ';', '\t', '|'}
	if told {
		separators = []byte{r.separator}
	}
	var failed error // of the separator that finds the most cells
	most := -1
	for _, s := range separators {
		try := *r
		try.separator = s
		head, err := try.first()
		if err == nil && head == nil {
			return nil, ledgerColumns{}, errors.New("it is empty: its first row names the columns, one of them serial")
		}
		var c ledgerColumns
		if err == nil {
			c, err = readHeader(head)
		}
		if err == nil {
			*r, c.separator = try, s
			return head, c, nil
		}
		if c.cells > most {
			failed, most = err, c.cells
		}
	}
	return nil, ledgerColumns{}, failed
}

func (r *csvReader) first() (row *csvRow, err error) {
	for row, err = r.next(); err == nil && row != nil && row.empty(); {
		row, err = r.next()
	}
	return row, err
}

// cellName is a cell as a spreadsheet calls it: B7.
func cellName(column, row int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return fmt.Sprintf("%s%d", name, row)
}
