package main

import (
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

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
