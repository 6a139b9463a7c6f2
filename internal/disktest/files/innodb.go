package files

import (
	"encoding/binary"
	"hash/crc32"
)

// Pages of a table as InnoDB keeps them (MySQL Internals, "InnoDB Page Structure", "InnoDB Record Structure"): a header and
// trailer with CRC-32C around compact records, linked in order. It is the leaf level of an index alone: no space
// header, no data dictionary, no page directory but of its two ends, so no server opens it; what it holds lies as it lies in one.
const (
	innodbPage    = 16384
	innodbFirst   = 120 // behind headers, infimum and supremum
	innodbIndex   = 0x45bf
	innodbTrailer = 8 + 4 // checksum and position in the log; a directory of two
)

func innodbPages(list []resident) (out []byte) {
	var page []byte
	rows := 0
	flush := func() {
		out = append(out, innodbFinish(page, len(out)/innodbPage, rows)...)
		page, rows = nil, 0
	}
	for _, p := range list {
		row := innodbRow(&p)
		if page != nil && len(page)+len(row) > innodbPage-innodbTrailer {
			flush()
		}
		if page == nil {
			page = make([]byte, innodbFirst, innodbPage)
		}
		page = append(page, row...)
		rows++
	}
	flush()
	return out
}

// innodbRow is a compact record: the lengths of its columns backwards, five bytes of header, the key, transaction
// and roll pointer, the columns.
func innodbRow(p *resident) (b []byte) {
	columns := []string{p.name, p.reading, p.born, p.address, p.phone, p.mail, p.note}
	for i := len(columns) - 1; i >= 0; i-- {
		b = append(b, byte(len(columns[i])&0x7f))
	}
	b = append(b, 0, 0, byte(p.id), byte(p.id>>8), 0)
	b = binary.BigEndian.AppendUint32(b, uint32(p.id)|1<<31)
	b = append(b, 0, 0, 0, byte(p.id>>16), byte(p.id>>8), byte(p.id), 0x80, 0, 0, 1, byte(p.id>>8), 1, 0x10)
	for _, c := range columns {
		b = append(b, c...)
	}
	return b
}

func innodbFinish(page []byte, number, rows int) []byte {
	be, end := binary.BigEndian, len(page)
	page = append(page, make([]byte, innodbPage-len(page))...)
	be.PutUint32(page[4:], uint32(number))
	be.PutUint32(page[8:], uint32(number-1)) // of the first: none, all bits one
	be.PutUint32(page[12:], uint32(number+1))
	be.PutUint64(page[16:], uint64(1000+number))
	be.PutUint16(page[24:], innodbIndex)
	be.PutUint32(page[34:], 77)
	be.PutUint16(page[38:], 2)
	be.PutUint16(page[40:], uint16(end))
	be.PutUint16(page[42:], uint16(rows+2)|1<<15)
	be.PutUint16(page[54:], uint16(rows))
	copy(page[94:], "\x01\x00\x02\x00\x1dinfimum\x00\x0b\x00\x00supremum")
	be.PutUint32(page[innodbPage-12:], 112<<16|99)
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Checksum(page[4:26], castagnoli) ^ crc32.Checksum(page[38:innodbPage-8], castagnoli)
	be.PutUint32(page, sum)
	be.PutUint32(page[innodbPage-8:], sum)
	be.PutUint32(page[innodbPage-4:], uint32(1000+number))
	return page
}
