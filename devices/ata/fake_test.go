package ata

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/ata/taskfile"
)

// fakeDrive answers as an ATA drive behind a SCSI translator would. It decodes
// the command block by itself, not with the code under test, and panics on what
// Permit refuses.
type fakeDrive struct {
	identify []byte
	native   uint64 // last addresses; 0: aborts
	ama      uint64
	dco      []byte
	smart    []byte
	limits   []byte
	logs     map[[2]byte][]byte // log, page

	exceeded   bool
	count      uint16 // sanitize status
	progress   uint16
	sanitizeAt byte // error reason; 0: no error

	translator translator
	asked      []string
}

// translator is how the bridge or controller in between behaves.
type translator struct {
	refuse16, refuse12 bool // INVALID COMMAND OPERATION CODE
	noRegisters        bool
	zeroRegisters      bool
	fixed              bool // fixed format sense data
	short              int  // bytes that go missing from each page
	err                error
}

// taskFile is a decoded command block.
type taskFile struct {
	command, device byte
	feature, count  uint16
	lba             uint64
	extended        bool
	in, registers   bool
}

func decode(c []byte) taskFile {
	f := taskFile{extended: c[1]&1 != 0, in: c[2]&8 != 0, registers: c[2]&0x20 != 0}
	if c[0] == 0xa1 {
		f.feature, f.count, f.device, f.command = uint16(c[3]), uint16(c[4]), c[8], c[9]
		f.lba = uint64(c[5]) | uint64(c[6])<<8 | uint64(c[7])<<16
		return f
	}
	f.feature, f.count = binary.BigEndian.Uint16(c[3:]), binary.BigEndian.Uint16(c[5:])
	f.device, f.command = c[13], c[14]
	f.lba = uint64(c[8]) | uint64(c[10])<<8 | uint64(c[12])<<16 | uint64(c[7])<<24 | uint64(c[9])<<32 | uint64(c[11])<<40
	return f
}

func (d *fakeDrive) Do(command, data []byte) (int, []byte, error) {
	name, err := taskfile.Permit(command)
	if err != nil {
		panic(err)
	}
	d.asked = append(d.asked, name)
	if d.translator.err != nil {
		return 0, nil, d.translator.err
	}
	if command[0] == 0x85 && d.translator.refuse16 || command[0] == 0xa1 && d.translator.refuse12 {
		return 0, []byte{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0}, nil
	}
	f := decode(command)
	if f.in {
		page := d.page(f)
		if page == nil {
			return 0, d.sense(taskfile.Registers{Status: 0x51, Error: 0x04, Device: 0x40}, f.extended), nil
		}
		return copy(data, page[:max(0, len(page)-d.translator.short)]), nil, nil
	}
	if len(data) != 0 || !f.registers {
		panic("a command without data was given a buffer, or does not ask for registers")
	}
	return 0, d.sense(d.registers(f), f.extended), nil
}

func (d *fakeDrive) page(f taskFile) []byte {
	switch f.command {
	case 0xec:
		return d.identify
	case 0xb1:
		return d.dco
	case 0xb0:
		if f.feature == 0xd0 {
			return d.smart
		}
		return d.limits
	case 0x2f:
		return d.logs[[2]byte{byte(f.lba), byte(f.lba >> 8)}]
	case 0x5c:
		if f.feature == 0 {
			return append([]byte{0, 0, 0, 0, 0, 0, 0, 2, 0, 1}, make([]byte, 502)...)
		}
		return append([]byte{0, 0, 0, 0x2c}, make([]byte, 508)...)
	}
	panic(fmt.Sprintf("no page for command %02Xh", f.command))
}

func (d *fakeDrive) registers(f taskFile) taskfile.Registers {
	r := taskfile.Registers{Status: 0x50, Device: 0x40}
	address := func(last uint64) {
		r.LBA = last
		if last == 0 {
			r.Status, r.Error = 0x51, 0x04
		}
	}
	switch f.command {
	case 0xe5:
		r.Count = 0xff
	case 0x27:
		address(d.native)
	case 0xf8:
		address(min(d.native, 0x0fffffff))
		r.Device |= byte(r.LBA >> 24)
		r.LBA &= 0xffffff
	case 0x78:
		address(d.ama)
	case 0xb0:
		r.LBA = 0xc24f00
		if d.exceeded {
			r.LBA = 0x2cf400
		}
	case 0xb4:
		r.Count, r.LBA = d.count<<8, uint64(d.progress)
		if d.sanitizeAt != 0 {
			r = taskfile.Registers{Status: 0x51, Error: 0x04, Device: 0x40, LBA: uint64(d.sanitizeAt)}
		}
	default:
		panic(fmt.Sprintf("no registers for command %02Xh", f.command))
	}
	return r
}

// sense puts registers into sense data as the translator does.
func (d *fakeDrive) sense(r taskfile.Registers, extended bool) []byte {
	key, asc, ascq := byte(1), byte(0), byte(0x1d)
	if r.Status&1 != 0 {
		key, asc, ascq = 0x0b, 0, 0
	}
	switch {
	case d.translator.noRegisters && key == 1:
		return nil
	case d.translator.noRegisters:
		return []byte{0x72, key, asc, ascq, 0, 0, 0, 0}
	case d.translator.zeroRegisters:
		r = taskfile.Registers{}
	}
	if d.translator.fixed {
		return fixedFormat(r, key, asc, ascq, extended)
	}
	return descriptorFormat(r, key, asc, ascq, extended)
}

func descriptorFormat(r taskfile.Registers, key, asc, ascq byte, extended bool) []byte {
	b := []byte{0x72, key, asc, ascq, 0, 0, 0, 14, 0x09, 12, 0, r.Error, 0, byte(r.Count),
		0, byte(r.LBA), 0, byte(r.LBA >> 8), 0, byte(r.LBA >> 16), r.Device, r.Status}
	if extended {
		b[10] = 1
		b[12], b[14], b[16], b[18] = byte(r.Count>>8), byte(r.LBA>>24), byte(r.LBA>>32), byte(r.LBA>>40)
	}
	return b
}

func fixedFormat(r taskfile.Registers, key, asc, ascq byte, extended bool) []byte {
	b := []byte{0xf0, 0, key, r.Error, r.Status, r.Device, byte(r.Count), 10,
		0, byte(r.LBA), byte(r.LBA >> 8), byte(r.LBA >> 16), asc, ascq, 0, 0, 0, 0}
	if extended {
		b[8] |= 0x80
	}
	if r.Count>>8 != 0 {
		b[8] |= 0x40
	}
	if r.LBA>>24 != 0 {
		b[8] |= 0x20
	}
	return b
}

var errTimeout = errors.New("timed out")

// words16 is a page in words, little-endian, sealed with the checksum of word 255.
type words16 map[int]uint16

func (w words16) bare() []byte {
	page := make([]byte, 512)
	for n, v := range w {
		binary.LittleEndian.PutUint16(page[2*n:], v)
	}
	return page
}

func (w words16) sealed() []byte {
	page := w.bare()
	page[510] = 0xa5
	page[511] = -sum(page)
	return page
}

// with is a copy with other words.
func (w words16) with(more words16) words16 {
	c := words16{}
	for n, v := range w {
		c[n] = v
	}
	for n, v := range more {
		c[n] = v
	}
	return c
}

// text puts a text into words, the first character in the high byte.
func (w words16) text(n, count int, s string) words16 {
	c := w.with(nil)
	s = fmt.Sprintf("%-*s", 2*count, s)
	for i := range count {
		c[n+i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return c
}

// number puts a number into words, lowest first.
func (w words16) number(n, count int, v uint64) words16 {
	c := w.with(nil)
	for i := range count {
		c[n+i] = uint16(v >> (16 * i))
	}
	return c
}

const (
	tib1    = 1 << 31 // sectors of 512 bytes
	gib1    = 1 << 21
	tib1Max = tib1 - 1
)

// plainHDD is a 1 TiB disk after ACS-3 that has every feature asked for, and
// hides nothing.
func plainHDD() words16 {
	return words16{
		0: 0x0040, 48: 0x4000, 49: 0x2f00, 53: 0x0006, 59: 0x5000, 80: 0x07f0,
		82: 0x0403, 83: 0x4c00, 84: 0x4020, 85: 0x0403, 86: 0x8c00, 87: 0x4120,
		106: 0x6003, 119: 0x4100, 120: 0x4100, 128: 0x0029, 206: 0x0001, 217: 7200, 222: 0x107f,
		108: 0x5000, 109: 0xc500, 110: 0x1234, 111: 0x5678,
	}.number(60, 2, 0x0fffffff).number(100, 4, tib1).
		text(10, 10, "ZA0TEST1").text(23, 4, "SC60").text(27, 20, "SHOKYO SPEC HDD")
}

// plainSSD is a disk after ACS-4 whose blocks read as zeros after TRIM.
func plainSSD() words16 {
	return plainHDD().with(words16{
		48: 0x4001, 59: 0xf000, 69: 0x4030, 80: 0x0ff0, 106: 0x4000, 169: 0x0001, 217: 0x0001,
		82: 0x0003, 83: 0x4400, 85: 0x0003, 86: 0x8400,
	}).text(27, 20, "SHOKYO SPEC SSD")
}

func newDrive(identify words16) *fakeDrive {
	return &fakeDrive{
		identify: identify.sealed(),
		native:   tib1Max, ama: tib1Max,
		dco:    words16{0: 2}.number(3, 4, tib1Max).sealed(),
		smart:  smartPage(smartEntry{5, 0x33, 100, 100, 8}, smartEntry{9, 0x32, 60, 60, 35123}, smartEntry{241, 0x32, 100, 100, 0xabcdef012345}),
		limits: smartPage(smartEntry{id: 5, flags: 36}, smartEntry{id: 9}),
		count:  0x80, progress: 0xffff,
		logs: map[[2]byte][]byte{
			{0x00, 0}: words16{0: 1, 4: 8, 0x30: 9}.bare(),
			{0x04, 0}: pageList(0, 0, 1, 3, 4, 6, 7),
			{0x04, 1}: statistics(1, 0xc0<<56|77, 0xc0<<56|35123, 0xc0<<56|0x123456789abc, 0x80<<56|5),
			{0x04, 3}: statistics(3, 0xc0<<56|35000, 0, 0, 0xc0<<56|8),
			{0x04, 4}: statistics(4, 0xc0<<56|2),
			{0x04, 6}: statistics(6, 0xc0<<56, 0xc0<<56, 0xc0<<56|3),
			{0x04, 7}: statistics(7, 0xe0<<56|101),
			{0x30, 0}: pageList(0, 0, 1, 2),
			{0x30, 2}: statistics(2, 1<<63|tib1),
		},
	}
}

type smartEntry struct {
	id           byte
	flags        uint16
	value, worst byte
	raw          uint64
}

func smartPage(entries ...smartEntry) []byte {
	page := make([]byte, 512)
	page[0] = 0x10
	for n, e := range entries {
		p := page[2+12*n:]
		p[0], p[1], p[2], p[3], p[4] = e.id, byte(e.flags), byte(e.flags>>8), e.value, e.worst
		for i := range 6 {
			p[5+i] = byte(e.raw >> (8 * i))
		}
	}
	page[511] = -sum(page)
	return page
}

func statistics(number byte, quads ...uint64) []byte {
	page := make([]byte, 512)
	page[0], page[2] = 1, number
	for n, q := range quads {
		binary.LittleEndian.PutUint64(page[8+8*n:], q)
	}
	return page
}

func pageList(number byte, pages ...byte) []byte {
	page := make([]byte, 512)
	page[0], page[2], page[8] = 1, number, byte(len(pages))
	copy(page[9:], pages)
	return page
}

// collect runs Collect twice and wants the same commands in the same order.
func collect(t *testing.T, d *fakeDrive) *Drive {
	t.Helper()
	d.asked = nil
	Collect(d)
	first := fmt.Sprint(d.asked)
	d.asked = nil
	got := Collect(d)
	if second := fmt.Sprint(d.asked); first != second {
		t.Errorf("asked %s, then %s", first, second)
	}
	return got
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
