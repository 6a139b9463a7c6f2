package gpt

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// Device is a disk that can be written to.
type Device interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}

// Table is a whole table: its header's block, and its entries.
type Table struct {
	Header Header
	Array  []byte // of entries
	block  int64  // bytes
	at     int64  // of the header
}

// Bounds of what a table of a disk says, far beyond what one has.
const (
	MostBlocks   = 1 << 40
	mostEntries  = 1024
	largestEntry = 4096
)

// Read reads a table with its header in logical block lba, and is content only with a
// whole one.
func Read(disk io.ReaderAt, block int64, lba uint64) (t Table, err error) {
	t.block = block
	if t.Header, t.at, err = readHeader(disk, block, lba); err != nil {
		return t, err
	}
	if size := t.Header.Size(); size < HeaderBytes || int64(size) > block {
		return t, fmt.Errorf("the partition table's header has %d bytes", size)
	}
	if !t.Header.Intact() {
		return t, errors.New("the partition table's header is damaged")
	}
	t.Array = make([]byte, t.Header.Count()*t.Header.EntrySize())
	if _, err := disk.ReadAt(t.Array, t.arrayAt()); err != nil {
		return t, fmt.Errorf("read the partition table: %w", err)
	}
	if crc32.ChecksumIEEE(t.Array) != t.Header.EntriesSum() {
		return t, errors.New("the partition table's entries are damaged")
	}
	return t, nil
}

// readHeader reads a header's block, and sees that what it says of the entries is
// within bounds.
func readHeader(disk io.ReaderAt, block int64, lba uint64) (h Header, at int64, err error) {
	if block < 512 || block > 64<<10 || lba > MostBlocks {
		return nil, 0, fmt.Errorf("block %d of %d bytes: nothing that a partition table has", lba, block)
	}
	h, at = make([]byte, block), int64(lba)*block
	if _, err := disk.ReadAt(h, at); err != nil {
		return nil, 0, fmt.Errorf("read the partition table: %w", err)
	}
	switch {
	case !h.IsHeader():
		return nil, 0, errors.New("no GUID partition table")
	case h.Entries() > MostBlocks || h.EntrySize() < EntryBytes || h.EntrySize() > largestEntry || h.Count() > mostEntries:
		return nil, 0, errors.New("the partition table's header makes no sense")
	}
	return h, at, nil
}

// ReadEntry reads the entry of a partition, by its number from 1, from the primary
// table. The sums are not looked at: whoever asks knows what the entry must say.
func ReadEntry(disk io.ReaderAt, block int64, number int) (Entry, error) {
	h, _, err := readHeader(disk, block, 1)
	if err != nil {
		return nil, err
	}
	if number < 1 || int64(number) > int64(h.Count()) {
		return nil, fmt.Errorf("the partition table has no entry %d", number)
	}
	entry := make(Entry, EntryBytes)
	at := int64(h.Entries())*block + int64(number-1)*int64(h.EntrySize())
	if _, err := disk.ReadAt(entry, at); err != nil {
		return nil, fmt.Errorf("read the entry of partition %d: %w", number, err)
	}
	return entry, nil
}

func (t *Table) arrayAt() int64 { return int64(t.Header.Entries()) * t.block }

// GUIDs are that of the disk and those of all entries, to be changed in place.
func (t *Table) GUIDs() [][]byte {
	guids := [][]byte{t.Header.DiskGUID()}
	for each := range slices.Chunk(t.Array, int(t.Header.EntrySize())) {
		guids = append(guids, Entry(each).GUID())
	}
	return guids
}

// Write seals the table and writes it, at once where the entries follow the header.
func (t *Table) Write(disk Device) (err error) {
	t.Header.Seal(t.Array)
	if t.arrayAt() == t.at+t.block {
		_, err = disk.WriteAt(slices.Concat(t.Header, t.Array), t.at)
	} else {
		_, err = disk.WriteAt(t.Array, t.arrayAt())
		if err == nil {
			_, err = disk.WriteAt(t.Header, t.at)
		}
	}
	return errors.Join(err, disk.Sync())
}
