package main

import (
	"encoding/binary"
	"fmt"
	"io"

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
