package disks

import (
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// BlockDevice is a descriptor of a disk or partition that can not write.
type BlockDevice int

// OpenBlockDevice is where this program opens disks that are not known to be the
// stick. O_NONBLOCK leaves the tray of a CD drive alone.
func OpenBlockDevice(path string) (BlockDevice, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return -1, fmt.Errorf("open %s: %w", path, err)
	}
	return BlockDevice(fd), nil
}

func (d BlockDevice) ReadAt(p []byte, off int64) (n int, err error) {
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

func (d BlockDevice) Close() { unix.Close(int(d)) }
