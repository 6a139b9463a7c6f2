package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// partitionEntry reads the entry of a partition from the GUID partition table of
// its disk: 128 bytes, with the unique GUID at 16 and the first block at 32 (UEFI
// 2.10, §5.3.3 table 5.6). Debian's kernel 6.1 does not show the GUID in sysfs.
func partitionEntry(disk io.ReaderAt, block int64, number int) ([]byte, error) {
	header, _, err := readHeader(disk, block, 1)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if number < 1 || int64(number) > int64(le.Uint32(header[gptEntryCount:])) {
		return nil, fmt.Errorf("the partition table has no entry %d", number)
	}
	entry := make([]byte, 128)
	at := int64(le.Uint64(header[gptEntries:]))*block + int64(number-1)*int64(le.Uint32(header[gptEntrySize:]))
	if _, err := disk.ReadAt(entry, at); err != nil {
		return nil, fmt.Errorf("read the entry of partition %d: %w", number, err)
	}
	return entry, nil
}

// guid writes a GUID as people do: its first three fields are little-endian
// (UEFI 2.10, appendix A).
func guid(b []byte) string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:16])
}

// guidTable is a GUID partition table: its header's block, and its entries.
type guidTable struct {
	block   int64 // bytes
	at      int64 // of the header
	header  []byte
	entries []byte
}

// Fields of the header (UEFI 2.10, §5.3.2, table 5.5).
const (
	gptHeaderSize   = 12
	gptHeaderCRC    = 16
	gptAlternate    = 32
	gptDiskGUID     = 56
	gptEntries      = 72
	gptEntryCount   = 80
	gptEntrySize    = 84
	gptEntriesCRC   = 88
	gptSmallest     = 92
	gptMostBlocks   = 1 << 40
	gptMostEntries  = 1024
	gptLargestEntry = 4096
)

// readTable reads a table with its header in logical block lba, and is content only
// with a whole one.
func readTable(disk io.ReaderAt, block int64, lba uint64) (t guidTable, err error) {
	t.block = block
	if t.header, t.at, err = readHeader(disk, block, lba); err != nil {
		return t, err
	}
	le := binary.LittleEndian
	if size := le.Uint32(t.header[gptHeaderSize:]); size < gptSmallest || int64(size) > block {
		return t, fmt.Errorf("the partition table's header has %d bytes", size)
	}
	if t.headerSum() != le.Uint32(t.header[gptHeaderCRC:]) {
		return t, errors.New("the partition table's header is damaged")
	}
	t.entries = make([]byte, le.Uint32(t.header[gptEntryCount:])*le.Uint32(t.header[gptEntrySize:]))
	if _, err := disk.ReadAt(t.entries, t.entriesAt()); err != nil {
		return t, fmt.Errorf("read the partition table: %w", err)
	}
	if crc32.ChecksumIEEE(t.entries) != le.Uint32(t.header[gptEntriesCRC:]) {
		return t, errors.New("the partition table's entries are damaged")
	}
	return t, nil
}

// readHeader reads a header's block, and sees that what it says of the entries is
// within bounds.
func readHeader(disk io.ReaderAt, block int64, lba uint64) (header []byte, at int64, err error) {
	if block < 512 || block > 64<<10 || lba > gptMostBlocks {
		return nil, 0, fmt.Errorf("block %d of %d bytes: nothing that a partition table has", lba, block)
	}
	header, at = make([]byte, block), int64(lba)*block
	if _, err := disk.ReadAt(header, at); err != nil {
		return nil, 0, fmt.Errorf("read the partition table: %w", err)
	}
	le := binary.LittleEndian
	switch size := le.Uint32(header[gptEntrySize:]); {
	case string(header[:8]) != "EFI PART":
		return nil, 0, errors.New("no GUID partition table")
	case le.Uint64(header[gptEntries:]) > gptMostBlocks || size < 128 || size > gptLargestEntry || le.Uint32(header[gptEntryCount:]) > gptMostEntries:
		return nil, 0, errors.New("the partition table's header makes no sense")
	}
	return header, at, nil
}

func (t *guidTable) alternate() uint64 { return binary.LittleEndian.Uint64(t.header[gptAlternate:]) }

func (t *guidTable) entriesAt() int64 {
	return int64(binary.LittleEndian.Uint64(t.header[gptEntries:])) * t.block
}

// headerSum is computed with the field itself zero (§5.3.2).
func (t *guidTable) headerSum() uint32 {
	h := bytes.Clone(t.header[:binary.LittleEndian.Uint32(t.header[gptHeaderSize:])])
	clear(h[gptHeaderCRC : gptHeaderCRC+4])
	return crc32.ChecksumIEEE(h)
}

// setNumber puts the number into each GUID that is shokyo's: it keeps its first
// four bytes and its last.
func (t *guidTable) setNumber(number []byte) {
	le := binary.LittleEndian
	size := int(le.Uint32(t.header[gptEntrySize:]))
	guids := [][]byte{t.header[gptDiskGUID:]}
	for i := 0; i+size <= len(t.entries); i += size {
		guids = append(guids, t.entries[i+16:])
	}
	for _, g := range guids {
		if strings.HasPrefix(guid(g), guidOfShokyo) {
			copy(g[4:15], number)
		}
	}
	le.PutUint32(t.header[gptEntriesCRC:], crc32.ChecksumIEEE(t.entries))
	le.PutUint32(t.header[gptHeaderCRC:], t.headerSum())
}

// write writes header and entries, at once where one follows the other.
func (t *guidTable) write(disk device) (err error) {
	if t.entriesAt() == t.at+t.block {
		_, err = disk.WriteAt(slices.Concat(t.header, t.entries), t.at)
	} else {
		_, err = disk.WriteAt(t.entries, t.entriesAt())
		if err == nil {
			_, err = disk.WriteAt(t.header, t.at)
		}
	}
	if err := errors.Join(err, disk.Sync()); err != nil {
		return fmt.Errorf("write the stick's partition table: %w", err)
	}
	return nil
}

// blockDevice is a descriptor of a disk or partition that can not write.
type blockDevice int

// openBlockDevice is where this program opens disks that are not known to be the
// stick. O_NONBLOCK leaves the tray of a CD drive alone.
func openBlockDevice(path string) (blockDevice, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return -1, fmt.Errorf("open %s: %w", path, err)
	}
	return blockDevice(fd), nil
}

func (d blockDevice) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		k, err := unix.Pread(int(d), p[n:], off+int64(n))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return n, err
		case k == 0:
			return n, io.ErrUnexpectedEOF
		default:
			n += k
		}
	}
	return n, nil
}

func (d blockDevice) close() { unix.Close(int(d)) }

// device is a disk that can be written to.
type device interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}
