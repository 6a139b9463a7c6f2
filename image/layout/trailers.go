package layout

import (
	"context"
	"encoding/binary"
	"slices"
	"sync/atomic"

	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// trailersSeen watches the trailers that come along with the data, of layouts that
// have one in every sector: there is no reading of data without them.
type trailersSeen struct {
	crc *[256]uint16
	odd atomic.Bool
}

// look judges the trailers of the whole units in buf, which lies at start.
func (s *trailersSeen) look(l Layout, start int64, buf []byte) {
	unit := int(l.unit())
	for number := start / l.unit(); len(buf) >= unit && !s.odd.Load(); number++ {
		if !plainTrailer(s.crc, number, buf[:l.DataBytes], buf[l.DataBytes:unit]) {
			s.odd.Store(true)
		}
		buf = buf[unit:]
	}
}

// plainTrailer says whether a trailer is a fill, or follows from its data and
// their place: T10 protection information of type 1. Its application tag, two
// bytes a sector, is anybody's.
func plainTrailer(crc *[256]uint16, unit int64, data, trailer []byte) bool {
	return filledWith(trailer, 0) || filledWith(trailer, 0xff) ||
		len(trailer) == 8 && binary.BigEndian.Uint32(trailer[4:]) == uint32(unit) && binary.BigEndian.Uint16(trailer) == crcT10(crc, data)
}

// Census says what the checksums of some units are. It is a sample: it tells
// which kind of checksum the medium has, not that there is nothing else.
type Census struct {
	Units  int // looked at: sectors of 520 bytes, groups of 9 or 64
	Unread int // of these
	Zeros  int
	Ones   int // all FFh
	// Guards are trailers of 8 bytes that are T10 protection information: the
	// guard is the CRC of the data (SBC-5, protection information model).
	Guards     int
	References int // of Guards, those with a reference tag as in type 1: the number of the sector
	Others     int
	Histogram  [256]int64 // how often each byte is in Others
}

// Text is one sentence.
func (c Census) Text() string {
	s := medium.Checksums.Say(c.Units, c.Zeros, c.Ones, c.Guards, c.References, c.Others)
	if c.Unread > 0 {
		s = s.Then(medium.ChecksumsUnread.Say(c.Unread))
	}
	return s.EN
}

// What a census looks at: the beginning, the end, and units evenly spaced.
const (
	censusEnds   = 1 << 20 // bytes
	censusSpaced = 1000
	censusUnread = 8
)

// Census samples the checksums, always the same ones of a medium. It ends early
// when several could not be read: each may have cost half a minute.
func (l *Laid) Census(ctx context.Context) (c Census, err error) {
	if l.layout.TrailerBytes == 0 {
		return c, nil
	}
	crc := t10Table()
	buf := make([]byte, l.layout.unit())
	for _, unit := range l.sample() {
		if c.Unread == censusUnread {
			break
		}
		if err := ctx.Err(); err != nil {
			return c, err
		}
		c.Units++
		data, trailer, err := l.readUnit(buf, unit)
		if err != nil {
			c.Unread++
			continue
		}
		c.count(crc, unit, data, trailer)
	}
	return c, nil
}

// sample lists units in order, each once.
func (l *Laid) sample() (list []int64) {
	ends := min(l.units, max(1, censusEnds/l.layout.unit()))
	for i := range ends {
		list = append(list, i, l.units-1-i)
	}
	for i := range int64(censusSpaced) {
		if l.units > 0 {
			list = append(list, l.units/censusSpaced*i+l.units%censusSpaced*i/censusSpaced)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// readUnit reads the trailer of a unit, and its data where they are needed to
// tell protection information: one sector.
func (l *Laid) readUnit(buf []byte, unit int64) (data, trailer []byte, err error) {
	at := unit * l.layout.unit()
	if l.layout.TrailerBytes < l.layout.SectorBytes {
		if err := source.ReadFull(l.src, buf, at); err != nil {
			return nil, nil, err
		}
		return buf[:l.layout.DataBytes], buf[l.layout.DataBytes:], nil
	}
	trailer = buf[:l.layout.TrailerBytes]
	return nil, trailer, source.ReadFull(l.src, trailer, at+int64(l.layout.DataBytes))
}

func (c *Census) count(crc *[256]uint16, unit int64, data, trailer []byte) {
	switch {
	case filledWith(trailer, 0):
		c.Zeros++
	case filledWith(trailer, 0xff):
		c.Ones++
	case len(trailer) == 8 && data != nil && binary.BigEndian.Uint16(trailer) == crcT10(crc, data):
		c.Guards++
		if binary.BigEndian.Uint32(trailer[4:]) == uint32(unit) {
			c.References++
		}
	default:
		c.Others++
		for _, b := range trailer {
			c.Histogram[b]++
		}
	}
}

func filledWith(b []byte, v byte) bool {
	for _, x := range b {
		if x != v {
			return false
		}
	}
	return true
}

// t10Table is for the CRC-16/T10-DIF: polynomial 8BB7h, nothing reflected,
// starting from 0.
func t10Table() *[256]uint16 {
	var table [256]uint16
	for i := range table {
		r := uint16(i) << 8
		for range 8 {
			carry := r >> 15
			r = r<<1 ^ carry*0x8bb7
		}
		table[i] = r
	}
	return &table
}

func crcT10(table *[256]uint16, b []byte) (r uint16) {
	for _, x := range b {
		r = r<<8 ^ table[byte(r>>8)^x]
	}
	return r
}
