package main

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// tryWriting does what a program could do that does not care: it gets hold of a
// writable descriptor and then calls everything that leads to the medium. For
// each it prints a line, "written" or the name of the error. It touches the
// first 4096 bytes only.
func tryWriting(device string) error {
	direct, err := unix.Open(device, unix.O_RDWR|unix.O_DIRECT|unix.O_CLOEXEC, 0)
	if err != nil {
		fmt.Println("open-for-writing", outcome(err))
		return nil
	}
	defer unix.Close(direct)
	buffered, err := unix.Open(device, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(buffered)
	for _, a := range []struct {
		how string
		try func() error
	}{
		{"write-direct", func() error { return writeAligned(direct) }},
		{"write-buffered", func() error { return writeBuffered(buffered) }},
		{"zero-out", func() error { return span(direct, unix.BLKZEROOUT) }},
		{"discard", func() error { return span(direct, unix.BLKDISCARD) }},
		{"secure-discard", func() error { return span(direct, unix.BLKSECDISCARD) }},
		{"punch-hole", func() error {
			return unix.Fallocate(direct, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, scratched)
		}},
		{"map-shared", func() error { return writeMapped(buffered) }},
	} {
		fmt.Println(a.how, outcome(a.try()))
	}
	return nil
}

// scratched is how many bytes are written to, a whole block of every drive.
const scratched = 4096

func mark() []byte { return bytes.Repeat([]byte("WRITTEN "), scratched/8) }

func writeAligned(fd int) error {
	page, err := unix.Mmap(-1, 0, scratched, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return err
	}
	defer unix.Munmap(page)
	copy(page, mark())
	_, err = unix.Pwrite(fd, page, 0)
	return err
}

func writeBuffered(fd int) error {
	if _, err := unix.Pwrite(fd, mark(), 0); err != nil {
		return err
	}
	return unix.Fsync(fd)
}

// writeMapped writes without a write call: no read-only flag is asked when a
// page gets dirty, only when it is mapped.
func writeMapped(fd int) error {
	page, err := unix.Mmap(fd, 0, scratched, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	defer unix.Munmap(page)
	copy(page, mark())
	return unix.Msync(page, unix.MS_SYNC)
}

// span calls one of the ioctls that take a start and a length in bytes.
func span(fd int, request uintptr) error {
	bytes := [2]uint64{0, scratched}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(&bytes)))
	if errno != 0 {
		return errno
	}
	return nil
}

func outcome(err error) string {
	var errno unix.Errno
	switch {
	case err == nil:
		return "written"
	case errors.As(err, &errno):
		return unix.ErrnoName(errno)
	}
	return err.Error()
}
