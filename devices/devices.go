// Package devices holds the only code that opens a medium.
//
// A medium is evidence, so it is opened in a fixed order:
//
//  1. what the path names is looked at first (stat): a directory, FIFO, socket
//     or character device is refused without being opened, because opening
//     alone can have effects (a FIFO blocks, a tape rewinds);
//  2. a block device is claimed with O_EXCL. The kernel refuses the claim while
//     anything else has one: a mounted file system, swap, LVM, RAID, dm-crypt,
//     on the device itself or on a partition of it. The claim is kept until
//     Close, so nothing of that kind can start during the examination either;
//  3. the kernel's read-only flag is set (BLKROSET) and read back;
//  4. only then is the medium opened for reading, O_RDONLY|O_DIRECT. O_DIRECT
//     reads the medium and not the page cache, gives errors for exactly the
//     sectors that have them, and leaves the machine's memory alone.
//
// The read-only flag stops write(2) and file systems. It does not stop
// pass-through commands (SG_IO, NVMe), which ask a drive what it says of itself
// ([Describe], [List]): those go through one file, passthrough.go, and each has
// to be on the allow-list of its bus (the function Permit of ata, nvme, scsi).
// Nothing on these lists moves data to a drive or changes anything in it.
//
// What the kernel counted as written before and after is part of the evidence:
// see [Medium.Check].
package devices

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/internal/aligned"
)

// Why a path was refused; test with errors.Is. A path that does not exist is
// fs.ErrNotExist, one that may not be read fs.ErrPermission.
var (
	ErrNotMedium = errors.New("not a medium")     // a directory, FIFO, socket or character device
	ErrEmpty     = errors.New("empty medium")     // nothing in it to examine
	ErrInUse     = errors.New("medium is in use") // mounted, or claimed by swap, LVM, RAID, dm-crypt, another program
)

// Refusal says in one sentence why a path is not examined and what to do.
type Refusal struct {
	Path string
	Text string // continues the path: "is a directory: give …"
	Err  error  // one of the errors above, or what the system said
}

func (r *Refusal) Error() string { return r.Path + " " + r.Text }
func (r *Refusal) Unwrap() error { return r.Err }

// Medium is an open medium, read-only. Its methods are safe for concurrent use.
type Medium struct {
	path    string
	file    *os.File
	conn    syscall.RawConn
	claim   *os.File // the O_EXCL descriptor of a block device; nil for files
	size    int64
	align   int      // of offsets, lengths and addresses when direct
	direct  bool     // O_DIRECT
	sectors *sectors // set for a drive that is read by commands
	facts   kernel.Facts
	before  written.State
	bounce  sync.Pool                                      // *[]byte, aligned, bounceBytes long
	system  func(fd int, p []byte, off int64) (int, error) // pread(2)
}

// bounceBytes is the longest piece of a read that has to be copied because the
// caller's buffer or range does not suit O_DIRECT.
const bounceBytes = 256 << 10

// Open opens a regular file or a block device for reading, by the steps of the
// package comment. The read-only flag of a block device stays set after Close:
// what has been examined stays as it was until a person decides otherwise
// (blockdev --setrw).
func Open(path string) (*Medium, error) { return open(path, false) }

// OpenInUse opens a medium even if something else has it in use; [Facts] says
// who. What is in use is neither claimed nor set read-only: that would break
// whatever uses it. Nothing else differs from [Open].
func OpenInUse(path string) (*Medium, error) { return open(path, true) }

func open(path string, inUse bool) (*Medium, error) {
	st, err := stat(path)
	if err != nil {
		return nil, refuseSystem(path, err)
	}
	if err := refuseKind(path, st.Mode); err != nil {
		return nil, err
	}
	m := &Medium{path: path, system: unix.Pread}
	if st.Mode&unix.S_IFMT == unix.S_IFBLK {
		err = m.openDevice(st, inUse)
	} else {
		err = m.openFile(st)
	}
	if err == nil {
		m.before, err = m.state()
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close gives the medium back. The kernel's read-only flag stays set.
func (m *Medium) Close() error {
	var errs []error
	for _, f := range []*os.File{m.file, m.claim} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// Size is the number of bytes the medium had when it was opened.
func (m *Medium) Size() int64 { return m.size }

// Alignment is the smallest unit worth reading: the logical block of a device,
// 512 for files. A failed read is halved down to this.
func (m *Medium) Alignment() int {
	if n := m.facts.LogicalBlockBytes; n > 0 {
		return n
	}
	return 512
}

// Facts is what is known of the medium without sending it a command.
func (m *Medium) Facts() kernel.Facts { return m.facts }

// OpenedAs says how the medium is read, in the words of open(2).
func (m *Medium) OpenedAs() string {
	switch {
	case m.sectors != nil:
		return "O_RDONLY, read by SCSI READ(16) commands"
	case m.direct:
		return "O_RDONLY|O_DIRECT"
	}
	return "O_RDONLY"
}

// ReadBy names the pass-through command that reads the medium; empty where the
// kernel's block layer does.
func (m *Medium) ReadBy() string {
	if m.sectors == nil {
		return ""
	}
	return kernel.BusSCSI + " read-16"
}

// ReadAt implements io.ReaderAt for any offset, length and buffer. It is
// fastest when all three are multiples of Alignment; then a read touches
// exactly the sectors asked for, so one bad sector hides no other.
// A medium that has shrunk answers io.EOF where its data ended; a drive that is
// not there any more answers ENODEV; what gives no bytes though it goes on,
// io.ErrNoProgress.
func (m *Medium) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read %s at %d: negative offset", m.path, off)
	}
	if off >= m.size {
		return 0, io.EOF
	}
	want := len(p)
	if left := m.size - off; int64(want) > left {
		p = p[:left]
	}
	for n < len(p) {
		k, err := m.readSome(p[n:], off+int64(n))
		n += k
		if err != nil {
			return n, fmt.Errorf("read %s at %d: %w", m.path, off+int64(n), err)
		}
		if k == 0 {
			if err := m.Alive(); err != nil {
				return n, fmt.Errorf("read %s at %d: %w", m.path, off+int64(n), err)
			}
			return n, m.ends(off + int64(n))
		}
	}
	if n < want {
		return n, io.EOF
	}
	return n, nil
}

// Stored says whether a file stores anything at off, and behind off the end of the
// stretch for which that holds: lseek(2), SEEK_DATA and SEEK_HOLE. File systems that
// know no holes say that all is data. Where the kernel gives no answer, and for
// devices, so does this.
func (m *Medium) Stored(off int64) (end int64, stored bool) {
	if m.facts.Kind != kernel.File {
		return m.size, true
	}
	data, err := m.seek(off, unix.SEEK_DATA)
	switch {
	case err == nil && data > off:
		return min(data, m.size), false
	case err == nil:
		if hole, err := m.seek(off, unix.SEEK_HOLE); err == nil && hole > off {
			return min(hole, m.size), true
		}
	case errors.Is(err, unix.ENXIO): // nothing behind off; or the file has ended before
		if size, err := sizeOf(m.file); err == nil && size >= m.size {
			return m.size, false
		}
	}
	return m.size, true
}

func (m *Medium) seek(off int64, whence int) (at int64, err error) {
	if ctlErr := m.conn.Control(func(fd uintptr) { at, err = unix.Seek(int(fd), off, whence) }); ctlErr != nil {
		return 0, ctlErr // closed
	}
	return at, err
}

// ends is the error where no bytes came. Only what is shorter now has ended: a read
// may be cut short anywhere, and the next one, from the aligned offset before that,
// again (FUSE, NFS). Taken for the end, it would cost all that lies behind it.
func (m *Medium) ends(at int64) error {
	if m.sectors == nil {
		if size, err := sizeOf(m.file); err != nil || at >= size {
			return io.EOF
		}
	}
	return fmt.Errorf("read %s at %d: no bytes came: %w", m.path, at, io.ErrNoProgress)
}

// readSome reads at least one byte of p, or none at the end of the medium.
func (m *Medium) readSome(p []byte, off int64) (int, error) {
	if m.sectors != nil {
		return m.sectors.read(p, off)
	}
	if !m.direct {
		return m.pread(p, off)
	}
	if whole := len(p) - len(p)%m.align; whole > 0 && off%int64(m.align) == 0 && aligned.To(p, m.align) {
		return m.pread(p[:whole], off)
	}
	return m.readBounced(p, off)
}

// readBounced reads the aligned range around the start of p into a buffer of
// our own and copies the part that was asked for.
func (m *Medium) readBounced(p []byte, off int64) (int, error) {
	buf, ok := m.bounce.Get().(*[]byte)
	if !ok {
		b := aligned.Bytes(bounceBytes, m.align)
		buf = &b
	}
	defer m.bounce.Put(buf)
	skip := int(off % int64(m.align))
	span := roundUp(min(skip+len(p), bounceBytes), m.align)
	n, err := m.pread((*buf)[:span], off-int64(skip))
	if n <= skip {
		return 0, err
	}
	return copy(p, (*buf)[skip:n]), err
}

// pread goes through the raw connection, not os.File.ReadAt, because that
// repeats a short read at the odd offset where it ended, which O_DIRECT refuses.
func (m *Medium) pread(p []byte, off int64) (n int, err error) {
	ctlErr := m.conn.Control(func(fd uintptr) {
		for {
			n, err = m.system(int(fd), p, off)
			if err != unix.EINTR {
				return
			}
		}
	})
	if ctlErr != nil {
		return 0, ctlErr // closed
	}
	return max(n, 0), err
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
