package files

import (
	"encoding/binary"
	"slices"
)

// A SQLite database with one table, written as the file format page
// (sqlite.org/fileformat2.html) describes it: section 1.3 the header, 1.6 the
// b-tree pages, 2.1 the records.
const (
	sqlitePage   = 4096
	sqliteLeaf   = 0x0d
	sqliteInner  = 0x05
	sqliteSchema = "CREATE TABLE residents(id INTEGER PRIMARY KEY, name TEXT, reading TEXT, born TEXT, address TEXT, phone TEXT, mail TEXT, note TEXT)"
)

// A sqliteNode is a finished page and the largest key under it.
type sqliteNode struct {
	page uint32
	key  int
}

type sqliteWriter struct{ pages []byte }

func sqliteDatabase(list []resident) []byte {
	w := &sqliteWriter{make([]byte, sqlitePage)}
	level := w.leaves(list)
	for len(level) > 1 {
		level = w.inner(level)
	}
	schema := sqliteRecord(1, "table", "residents", "residents", int(level[0].page), sqliteSchema)
	w.fillPage(w.pages[:sqlitePage], 100, sqliteLeaf, 0, [][]byte{schema})
	w.header()
	return w.pages
}

// leaves writes the rows, which come sorted by id.
func (w *sqliteWriter) leaves(list []resident) (nodes []sqliteNode) {
	var cells [][]byte
	used, key := 0, 0
	flush := func() {
		nodes = append(nodes, sqliteNode{w.addPage(sqliteLeaf, 0, cells), key})
		cells, used = nil, 0
	}
	for _, p := range list {
		// The primary key is the rowid: its column holds NULL.
		c := sqliteRecord(p.id, nil, p.name, p.reading, p.born, p.address, p.phone, p.mail, p.note)
		if used+len(c)+2 > sqlitePage-8 {
			flush()
		}
		cells, used, key = append(cells, c), used+len(c)+2, p.id
	}
	flush()
	return nodes
}

// inner writes one level of pages over nodes.
func (w *sqliteWriter) inner(nodes []sqliteNode) (level []sqliteNode) {
	const fan = 300 // of at most 15 bytes each
	for group := range slices.Chunk(nodes, fan) {
		last := group[len(group)-1]
		var cells [][]byte
		for _, n := range group[:len(group)-1] {
			cells = append(cells, sqliteVarint(binary.BigEndian.AppendUint32(nil, n.page), n.key))
		}
		level = append(level, sqliteNode{w.addPage(sqliteInner, last.page, cells), last.key})
	}
	return level
}

// addPage returns the number of the page, counted from 1.
func (w *sqliteWriter) addPage(kind byte, right uint32, cells [][]byte) uint32 {
	page := make([]byte, sqlitePage)
	w.fillPage(page, 0, kind, right, cells)
	w.pages = append(w.pages, page...)
	return uint32(len(w.pages) / sqlitePage)
}

// fillPage lays the cells from the end of the page downwards, their offsets
// behind the page header at byte at.
func (w *sqliteWriter) fillPage(page []byte, at int, kind byte, right uint32, cells [][]byte) {
	be, h, pointer := binary.BigEndian, page[at:], 8
	h[0] = kind
	be.PutUint16(h[3:], uint16(len(cells)))
	if kind == sqliteInner {
		be.PutUint32(h[8:], right)
		pointer = 12
	}
	content := len(page)
	for i, c := range cells {
		content -= len(c)
		copy(page[content:], c)
		be.PutUint16(h[pointer+2*i:], uint16(content))
	}
	be.PutUint16(h[5:], uint16(content))
}

func (w *sqliteWriter) header() {
	h, be := w.pages, binary.BigEndian
	copy(h, "SQLite format 3\x00")
	be.PutUint16(h[16:], sqlitePage)
	copy(h[18:], []byte{1, 1, 0, 64, 32, 32}) // journal modes, reserved, payload fractions
	be.PutUint32(h[24:], 1)                   // change counter
	be.PutUint32(h[28:], uint32(len(h)/sqlitePage))
	be.PutUint32(h[40:], 1) // schema cookie
	be.PutUint32(h[44:], 4) // schema format
	be.PutUint32(h[56:], 1) // UTF-8
	be.PutUint32(h[92:], 1) // version valid for this change counter
	be.PutUint32(h[96:], 3040001)
}

// sqliteRecord is a table leaf cell: payload length, rowid, then header and
// values. Columns are nil, int (stored in 4 bytes) or string.
func sqliteRecord(rowid int, columns ...any) []byte {
	var types, values []byte
	for _, c := range columns {
		switch c := c.(type) {
		case nil:
			types = sqliteVarint(types, 0)
		case int:
			types, values = sqliteVarint(types, 4), binary.BigEndian.AppendUint32(values, uint32(c))
		case string:
			types, values = sqliteVarint(types, 13+2*len(c)), append(values, c...)
		}
	}
	header := append(sqliteVarint(nil, len(types)+1), types...) // shorter than 127: one length byte
	cell := sqliteVarint(sqliteVarint(nil, len(header)+len(values)), rowid)
	return append(append(cell, header...), values...)
}

// sqliteVarint appends n, seven bits a byte, most significant first.
func sqliteVarint(b []byte, n int) []byte {
	for shift := 28; shift > 0; shift -= 7 {
		if n>>shift != 0 {
			b = append(b, byte(n>>shift)|0x80)
		}
	}
	return append(b, byte(n)&0x7f)
}
