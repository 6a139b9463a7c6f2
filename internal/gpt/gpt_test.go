package gpt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest/filesystems"
)

const disk = 1 << 20

// memory is a disk.
type memory struct {
	data   []byte
	writes []int64 // where
	fail   int     // the write that fails, from 1
}

func (m *memory) ReadAt(b []byte, off int64) (int, error) {
	return bytes.NewReader(m.data).ReadAt(b, off)
}

func (m *memory) WriteAt(b []byte, off int64) (int, error) {
	m.writes = append(m.writes, off)
	if len(m.writes) == m.fail {
		return 0, io.ErrShortWrite
	}
	return copy(m.data[off:], b), nil
}

func (m *memory) Sync() error { return nil }

// partitioned is a disk whose table somebody else made.
func partitioned() *memory {
	head, tail := filesystems.GPT(disk, []filesystems.Part{{Name: "a", Start: 64 << 10, Length: 64 << 10}, {Name: "b", Start: 256 << 10, Length: 4096}})
	data := make([]byte, disk)
	copy(data, head)
	copy(data[disk-len(tail):], tail)
	return &memory{data: data}
}

// resum makes the sums of the primary table fit.
func (m *memory) resum() {
	h := m.data[512:1024]
	le := binary.LittleEndian
	if at, n := le.Uint64(h[72:])*512, uint64(le.Uint32(h[80:])*le.Uint32(h[84:])); at < disk && n < disk-at {
		le.PutUint32(h[88:], crc32.ChecksumIEEE(m.data[at:at+n]))
	}
	le.PutUint32(h[16:], 0)
	le.PutUint32(h[16:], crc32.ChecksumIEEE(h[:min(512, le.Uint32(h[12:]))]))
}

func TestRead(t *testing.T) {
	m := partitioned()
	primary, err := Read(m, 512, 1)
	if err != nil || primary.Header.Alternate() != disk/512-1 || len(primary.Array) != 128*128 {
		t.Fatal(err)
	}
	backup, err := Read(m, 512, primary.Header.Alternate())
	if err != nil || !bytes.Equal(backup.Array, primary.Array) || !bytes.Equal(backup.Header.DiskGUID(), primary.Header.DiskGUID()) {
		t.Error(err)
	}
	for number, first := range map[int]uint64{1: 128, 2: 512, 3: 0} {
		if e, err := ReadEntry(m, 512, number); err != nil || e.First() != first || !bytes.Equal(e.GUID(), primary.GUIDs()[number]) {
			t.Errorf("entry %d: %v, %v", number, e, err)
		}
	}
}

// A table that is damaged anywhere, or that says what none says, is none.
func TestReadRefuses(t *testing.T) {
	le := binary.LittleEndian
	for _, c := range []struct {
		name   string
		change func(h, entries []byte)
		resum  bool
		want   string
	}{
		{"no signature", func(h, _ []byte) { h[0] = 'e' }, true, "no GUID partition table"},
		{"a bit of the header", func(h, _ []byte) { h[60] ^= 1 }, false, "header is damaged"},
		{"a bit of its sum", func(h, _ []byte) { h[16] ^= 1 }, false, "header is damaged"},
		{"a bit of the entries", func(_, e []byte) { e[100*128] ^= 1 }, false, "entries are damaged"},
		{"a short header", func(h, _ []byte) { h[12] = 91 }, true, "has 91 bytes"},
		{"a long header", func(h, _ []byte) { le.PutUint32(h[12:], 513) }, true, "has 513 bytes"},
		{"small entries", func(h, _ []byte) { le.PutUint32(h[84:], 127) }, true, "makes no sense"},
		{"no entries at all", func(h, _ []byte) { le.PutUint32(h[84:], 0) }, true, "makes no sense"},
		{"huge entries", func(h, _ []byte) { le.PutUint32(h[84:], 4097) }, true, "makes no sense"},
		{"many entries", func(h, _ []byte) { le.PutUint32(h[80:], 1025) }, true, "makes no sense"},
		{"entries far away", func(h, _ []byte) { le.PutUint64(h[72:], 1<<40+1) }, true, "makes no sense"},
		{"entries behind the end", func(h, _ []byte) { le.PutUint64(h[72:], 1<<40) }, true, "read the partition table"},
	} {
		m := partitioned()
		c.change(m.data[512:1024], m.data[1024:17408])
		if c.resum {
			m.resum()
		}
		if _, err := Read(m, 512, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, c := range []struct {
		block int64
		lba   uint64
	}{{511, 1}, {64<<10 + 1, 1}, {512, 1<<40 + 1}, {0, 1}, {-1, 1}} {
		if _, err := Read(partitioned(), c.block, c.lba); err == nil || !strings.Contains(err.Error(), "nothing that a partition table has") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, number := range []int{0, -1, 129} {
		if _, err := ReadEntry(partitioned(), 512, number); err == nil || !strings.Contains(err.Error(), "no entry") {
			t.Errorf("%d: %v", number, err)
		}
	}
	if _, err := ReadEntry(&memory{data: partitioned().data[:1500]}, 512, 60); err == nil {
		t.Error("an entry behind the end was read")
	}
}

// What was changed is sealed, and written where it was: the primary in one piece, the
// backup entries first, so that its header never stands before entries that do not fit.
func TestWrite(t *testing.T) {
	for _, lba := range []uint64{1, disk/512 - 1} {
		m := partitioned()
		table, err := Read(m, 512, lba)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range table.GUIDs() {
			g[5] ^= 0xff
		}
		if err := table.Write(m); err != nil {
			t.Fatal(err)
		}
		again, err := Read(m, 512, lba)
		if err != nil || !bytes.Equal(again.Array, table.Array) || !bytes.Equal(again.Header, table.Header) {
			t.Error(lba, err)
		}
		if lba == 1 && len(m.writes) != 1 || lba != 1 && (len(m.writes) != 2 || m.writes[0] > m.writes[1]) {
			t.Error(lba, m.writes)
		}
		m = partitioned()
		m.fail = 1
		if err := table.Write(m); !errors.Is(err, io.ErrShortWrite) {
			t.Error(lba, err)
		}
	}
}

func TestGUID(t *testing.T) {
	efi := []byte{0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b}
	if got := GUID(efi); got != "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" { // UEFI 2.10, table 5.7
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(partitioned().data[:20<<10], int64(512), uint64(1), 2)
	f.Add([]byte("EFI PART"), int64(4096), uint64(0), -1)
	f.Fuzz(func(t *testing.T, data []byte, block int64, lba uint64, number int) {
		m := &memory{data: data}
		if table, err := Read(m, block, lba); err == nil && len(table.GUIDs()) != int(table.Header.Count())+1 {
			t.Error(len(table.GUIDs()))
		}
		if e, err := ReadEntry(m, block, number); err == nil && len(e) != EntryBytes {
			t.Error(len(e))
		}
	})
}
