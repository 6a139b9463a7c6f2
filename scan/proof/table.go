package proof

import "math/bits"

// Table is rows made ready to be asked at every sector of a medium: it has, for each
// place of a magic number, which rows a first byte leaves in question.
type Table struct {
	rows  []Row
	bytes []tableByte
}

type tableByte struct {
	at   int
	rows [256]uint64
}

// NewTable takes at most 64 rows (see Evidence.Strength).
func NewTable(rows []Row) *Table {
	if len(rows) > 64 {
		panic("proof: more than 64 rows in a table")
	}
	t := &Table{rows: rows}
	for i, r := range rows {
		t.at(r.At).rows[r.Magic[0]] |= 1 << i
	}
	return t
}

func (t *Table) at(at int) *tableByte {
	for i := range t.bytes {
		if t.bytes[i].at == at {
			return &t.bytes[i]
		}
	}
	t.bytes = append(t.bytes, tableByte{at: at})
	return &t.bytes[len(t.bytes)-1]
}

// Recognize tries the rows whose magic number is there, in their order.
func (t *Table) Recognize(p Place) (Structure, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-512 {
		return Structure{}, false
	}
	b := p.Sector()
	var left uint64
	for i := range t.bytes {
		left |= t.bytes[i].rows[b[t.bytes[i].at]]
	}
	for ; left != 0; left &= left - 1 {
		r := &t.rows[bits.TrailingZeros64(left)]
		if string(b[r.At:r.At+len(r.Magic)]) == r.Magic {
			if s, ok := r.Parse(p); ok {
				return s, true
			}
		}
	}
	return Structure{}, false
}
