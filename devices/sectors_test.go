package devices

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
)

// arrayDisk is a SCSI disk of an array: sectors of an odd size, some of them bad.
type arrayDisk struct {
	t       testing.TB
	content []byte
	bytes   int
	bad     map[int64][]byte // sense data by LBA
	errs    map[int64]error  // transport errors by LBA
	short   int              // bytes missing at the end of every transfer
	noise   []byte           // sense data that comes along with good data
	reads   int
}

func (d *arrayDisk) Do(command, data []byte) (int, []byte, error) {
	name, err := permitCDB(command)
	if err != nil || name != "read-16" {
		d.t.Fatalf("sent %s % x: %v", name, command, err)
	}
	d.reads++
	lba, n := int64(binary.BigEndian.Uint64(command[2:])), int64(binary.BigEndian.Uint32(command[10:]))
	if want := int(n) * d.bytes; len(data) != want || want > maxTransfer || want == 0 {
		d.t.Fatalf("READ (16) of %d sectors into %d bytes", n, len(data))
	}
	if (lba+n)*int64(d.bytes) > int64(len(d.content)) {
		d.t.Fatalf("READ (16) of %d sectors at %d is behind the end", n, lba)
	}
	for at := lba; at < lba+n; at++ {
		if err := d.errs[at]; err != nil {
			return 0, nil, err
		}
		if sense := d.bad[at]; sense != nil {
			clear(data) // a drive may have sent anything before
			return copy(data, d.content[lba*int64(d.bytes):at*int64(d.bytes)]), sense, nil
		}
	}
	return copy(data[:len(data)-d.short], d.content[lba*int64(d.bytes):]), d.noise, nil
}

// sense data as drives return them, of fixed and descriptor format.
func mediumError() []byte {
	return []byte{0xf0, 0, 3, 0, 0, 0, 9, 10, 0, 0, 0, 0, 0x11, 0x00, 0, 0, 0, 0}
}
func guardError() []byte { return []byte{0x72, 0x0b, 0x10, 0x01, 0, 0, 0, 0} }
func notReady() []byte   { return []byte{0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x00, 0, 0, 0, 0} }
func recoveredError() []byte {
	return []byte{0x70, 0, 1, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x18, 0x01, 0, 0, 0, 0}
}

// medium is the disk as Open makes it, without a file behind.
func (d *arrayDisk) medium() *Medium {
	s := &sectors{to: d, bytes: d.bytes, count: int64(len(d.content) / d.bytes), window: maxTransfer / d.bytes}
	return &Medium{path: "array", sectors: s, size: s.size(), facts: kernel.Facts{Kind: kernel.File, LogicalBlockBytes: d.bytes}}
}

func newArrayDisk(t testing.TB, sector, count int) *arrayDisk {
	return &arrayDisk{t: t, content: randomBytes(sector*count, byte(sector)), bytes: sector, bad: map[int64][]byte{}, errs: map[int64]error{}}
}

// TestSectorReads: any offset, any length.
func TestSectorReads(t *testing.T) {
	for _, sector := range []int{520, 524, 528, 4104, 4160, 4224} {
		d := newArrayDisk(t, sector, 1000)
		m := d.medium()
		if m.Alignment() != sector || m.Size() != int64(len(d.content)) {
			t.Errorf("alignment %d, size %d", m.Alignment(), m.Size())
		}
		checkReads(t, m, d.content)
	}
}

// TestBadSector: every read that does not touch the bad sector succeeds; one that
// does ends before it or says why; and halving finds exactly that sector.
func TestBadSector(t *testing.T) {
	const sector, bad = 520, 437
	for name, test := range map[string]struct {
		sense []byte
		err   error
		want  error
	}{
		"medium error":     {mediumError(), nil, unix.ENODATA},
		"protection error": {guardError(), nil, unix.EILSEQ},
		"not ready":        {notReady(), nil, unix.EIO},
		"no sense data":    {[]byte{1}, nil, unix.EIO},
		"deferred error":   {append([]byte{0x71}, recoveredError()[1:]...), nil, unix.EIO},
		"timed out":        {nil, fmt.Errorf("x: %w", unix.ETIMEDOUT), unix.ETIMEDOUT},
		"gone":             {nil, fmt.Errorf("x: %w", unix.ENXIO), unix.ENXIO},
	} {
		d := newArrayDisk(t, sector, 1000)
		d.bad[bad], d.errs[bad] = test.sense, test.err
		m := d.medium()
		rng := rand.New(rand.NewPCG(3, 4))
		for range 200 {
			off, n := rng.IntN(len(d.content)), 1+rng.IntN(40*sector)
			n = min(n, len(d.content)-off)
			p := make([]byte, n)
			got, err := m.ReadAt(p, int64(off))
			touched := off < (bad+1)*sector && off+n > bad*sector
			if !bytes.Equal(p[:got], d.content[off:off+got]) || got > 0 && off+got > bad*sector && touched {
				t.Fatalf("%s: %d bytes at %d: wrong data, or data of the bad sector", name, got, off)
			}
			if touched != errors.Is(err, test.want) || !touched && (err != nil || got != n) {
				t.Fatalf("%s: read of %d bytes at %d: %d, %v", name, n, off, got, err)
			}
		}
		if holes := halved(m, 0, 1000); len(holes) != 1 || holes[0] != bad {
			t.Errorf("%s: bad sectors %v, want %d", name, holes, bad)
		}
	}
}

// halved finds the bad sectors of a range, as an examination does.
func halved(m *Medium, from, to int) (bad []int) {
	unit := m.Alignment()
	if _, err := m.ReadAt(make([]byte, (to-from)*unit), int64(from*unit)); err == nil {
		return nil
	}
	if to-from == 1 {
		return []int{from}
	}
	middle := (from + to) / 2
	return append(halved(m, from, middle), halved(m, middle, to)...)
}

// TestRecoveredSector: data that a drive got with trouble are data.
func TestRecoveredSector(t *testing.T) {
	d := newArrayDisk(t, 528, 300)
	d.noise = recoveredError()
	checkReads(t, d.medium(), d.content)
	d.noise = append([]byte{0x71}, recoveredError()[1:]...) // deferred: this command was not carried out
	if n, err := d.medium().ReadAt(make([]byte, 528), 0); n != 0 || !errors.Is(err, unix.EIO) {
		t.Errorf("deferred: %d bytes, %v", n, err)
	}
}

// TestShortTransfers: what came in whole sectors counts, the rest is asked for
// again; nothing is made up, and it ends.
func TestShortTransfers(t *testing.T) {
	d := newArrayDisk(t, 520, 600)
	d.short = 100
	m := d.medium()
	p := make([]byte, 520*600)
	n, err := m.ReadAt(p, 0)
	if n != 599*520 || !errors.Is(err, unix.EIO) || !bytes.Equal(p[:n], d.content[:n]) { // the last sector never comes whole
		t.Errorf("%d bytes, %v", n, err)
	}
	if d.reads > 700 {
		t.Errorf("%d commands", d.reads)
	}
	if n, err := m.ReadAt(make([]byte, 520), 0); n != 0 || !errors.Is(err, unix.EIO) {
		t.Errorf("one sector: %d bytes, %v: part of a sector is none", n, err)
	}
	if n, err := m.ReadAt(make([]byte, 10), m.Size()); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
}

// TestNewSectors: only a drive that says so has such sectors.
func TestNewSectors(t *testing.T) {
	capacity := func(last uint64, bytes uint32) pages {
		p := make([]byte, 32)
		binary.BigEndian.PutUint64(p, last)
		binary.BigEndian.PutUint32(p[8:], bytes)
		short := append(binary.BigEndian.AppendUint32(nil, uint32(last)), p[8:12]...)
		return scsiPages(t, "sas-520").with(pages{"read-capacity-16": {data: p}, "read-capacity-10": {data: short}})
	}
	for name, test := range map[string]struct {
		pages pages
		bytes int
		count int64
	}{
		"520":               {capacity(999, 520), 520, 1000},
		"4224":              {capacity(999, 4224), 4224, 1000},
		"larger than 2 TiB": {capacity(1<<33, 528), 528, 1<<33 + 1},
		"512":               {capacity(999, 512), 0, 0},
		"4096":              {capacity(999, 4096), 0, 0},
		"256":               {capacity(999, 256), 0, 0},
		"8200":              {capacity(999, 8200), 0, 0},
		"zeros":             {capacity(0, 0), 0, 0},
		"too many":          {capacity(1<<50, 520), 0, 0},
		"wraps around":      {capacity(1<<64-1, 520), 0, 0},
		"says nothing":      {pages{}, 0, 0},
	} {
		s := newSectors(scsiDrive(t, test.pages))
		switch {
		case s == nil:
			if test.bytes != 0 {
				t.Errorf("%s: not recognised", name)
			}
		case s.bytes != test.bytes || s.count != test.count || s.window < 1 || s.window*s.bytes > maxTransfer || s.size() != test.count*int64(test.bytes):
			t.Errorf("%s: %+v", name, s)
		}
	}
	f := scsiDrive(t, nil)
	f.answer = timedOut
	if s := newSectors(newRecorder(kernel.BusSCSI, f, permitCDB)); s != nil || len(f.sent) > 2 {
		t.Errorf("a drive that hangs: %+v after %d commands", s, len(f.sent))
	}
}
