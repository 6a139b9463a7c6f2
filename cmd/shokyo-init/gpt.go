package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// evidenceName and evidenceID are what the image builder writes into the GPT.
const (
	evidenceName = "EVIDENCE"
	evidenceID   = "5d0f6a2e-0000-4000-8000-000000000003"
)

// partitionID reads the unique GUID of a partition from the GUID partition table
// of its disk. Debian's kernel 6.1 does not show it in sysfs.
//
// The header is in logical block 1: signature at byte 0, the block where the
// entries begin at 72, how many there are at 80, and the size of each at 84. The
// GUID is at byte 16 of an entry (UEFI 2.10, §5.3.2 table 5.5, §5.3.3 table 5.6).
func partitionID(disk io.ReaderAt, block int64, number int) (string, error) {
	if block < 512 || block > 64<<10 || number < 1 {
		return "", fmt.Errorf("partition %d in blocks of %d bytes: nothing that a GPT has", number, block)
	}
	header := make([]byte, 92)
	if _, err := disk.ReadAt(header, block); err != nil {
		return "", fmt.Errorf("read the partition table: %w", err)
	}
	if string(header[:8]) != "EFI PART" {
		return "", errors.New("no GUID partition table")
	}
	first := binary.LittleEndian.Uint64(header[72:])
	count, size := binary.LittleEndian.Uint32(header[80:]), binary.LittleEndian.Uint32(header[84:])
	if first > 1<<40 || size < 128 || size > 4096 || uint32(number) > min(count, 1024) {
		return "", fmt.Errorf("the partition table has no entry %d", number)
	}
	entry := make([]byte, 32)
	if _, err := disk.ReadAt(entry, int64(first)*block+int64(number-1)*int64(size)); err != nil {
		return "", fmt.Errorf("read the entry of partition %d: %w", number, err)
	}
	return guid(entry[16:]), nil
}

// guid writes a GUID as people do: its first three fields are little-endian
// (UEFI 2.10, appendix A).
func guid(b []byte) string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:16])
}

// blockDevice is a descriptor of a disk or partition that can not write.
type blockDevice int

// openBlockDevice is the only place of this program that opens one. O_NONBLOCK
// leaves the tray of a CD drive alone.
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
