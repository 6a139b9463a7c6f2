package devices

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/internal/aligned"
)

// openReadOnly is the one function of the project that opens a medium
// (TestOneOpener sees to that). How says O_DIRECT or O_EXCL; it can not make
// the descriptor writable.
func openReadOnly(path string, how int) (*os.File, error) {
	how &= unix.O_DIRECT | unix.O_EXCL
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOCTTY|how, 0)
		switch err {
		case nil:
			return os.NewFile(uintptr(fd), path), nil
		case unix.EINTR:
		default:
			return nil, err
		}
	}
}

// openFile opens a regular file: O_DIRECT where its file system has it.
func (m *Medium) openFile(st *unix.Stat_t) error {
	f, err := openReadOnly(m.path, unix.O_DIRECT)
	m.direct = err == nil
	if errors.Is(err, unix.EINVAL) { // tmpfs before Linux 6.6, some FUSE
		f, err = openReadOnly(m.path, 0)
	}
	if err != nil {
		return refuseSystem(m.path, err)
	}
	if err := m.adopt(f, st); err != nil {
		return err
	}
	if m.size == 0 {
		return &Refusal{m.path, "is empty: there is nothing to examine", ErrEmpty}
	}
	m.facts = kernel.Facts{Path: m.path, Kind: kernel.File, SizeBytes: m.size}
	m.align = fileAlignment(f)
	return m.provideDirect()
}

// fileAlignment asks the file system what O_DIRECT wants. File systems that do
// not say get 4096, which suits all that Debian's kernel has.
func fileAlignment(f *os.File) int {
	const fallback = 4096
	var st unix.Statx_t
	err := unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_DIOALIGN, &st)
	if err != nil || st.Mask&unix.STATX_DIOALIGN == 0 || st.Dio_offset_align == 0 {
		return fallback
	}
	unit := int(max(st.Dio_offset_align, st.Dio_mem_align))
	if unit < 512 || unit > 64<<10 || unit&(unit-1) != 0 {
		return fallback
	}
	return unit
}

// provideDirect reads once, and goes on without O_DIRECT where a file system
// accepted the flag but not the read (FUSE, stacked file systems).
func (m *Medium) provideDirect() error {
	if !m.direct {
		return nil
	}
	_, err := m.pread(aligned.Bytes(m.align, m.align), 0)
	if errors.Is(err, unix.EINVAL) {
		return m.withoutDirect()
	}
	return nil // other read errors are the scan's business
}

// withoutDirect opens the file again, for reads through the page cache.
func (m *Medium) withoutDirect() error {
	var st unix.Stat_t
	if err := unix.Fstat(int(m.file.Fd()), &st); err != nil {
		return fmt.Errorf("stat %s: %w", m.path, err)
	}
	f, err := openReadOnly(m.path, 0)
	if err != nil {
		return refuseSystem(m.path, err)
	}
	m.file.Close()
	m.direct = false
	return m.adopt(f, &st)
}

// openDevice claims a block device, sets the read-only flag and opens it.
func (m *Medium) openDevice(st *unix.Stat_t, inUse bool) error {
	claim, claimed, err := claimDevice(m.path, inUse, openReadOnly)
	if err != nil {
		return refuseClaim(m.path, uint64(st.Rdev), err)
	}
	m.claim = claim
	if n, err := sizeOf(claim); (err != nil || n == 0) && !m.openSectors(claim) {
		return &Refusal{m.path, "holds no medium: its size is 0, and it is no drive with sectors of 520 bytes or the like", ErrEmpty}
	}
	fd := int(claim.Fd())
	before := readOnlyFlag(fd)
	if claimed {
		if err := setReadOnly(m.path, deviceFlag(fd), before); err != nil {
			return err
		}
	}
	if err := m.openData(st); err != nil {
		return err
	}
	m.facts.Claimed = answer.No
	if claimed {
		m.facts.Claimed = answer.Yes
	} else {
		m.facts.InUseBy = strings.Join(kernel.ThisHost().UsedBy(uint64(st.Rdev)), "; ")
	}
	m.facts.ReadOnlyBefore, m.facts.ReadOnlyFlag = before, readOnlyFlag(fd)
	return nil
}

// claimDevice opens a block device so that nobody else can have it as a whole (open(2), O_EXCL):
// a file system that is mounted, an array, another claim. One that is in use already is
// opened without, where that was asked for.
func claimDevice(path string, inUse bool, open func(path string, how int) (*os.File, error)) (f *os.File, claimed bool, err error) {
	f, err = open(path, unix.O_EXCL)
	if errors.Is(err, unix.EBUSY) && inUse {
		f, err = open(path, 0)
		return f, false, err
	}
	return f, err == nil, err
}

// openData opens a claimed block device for reading: through the block layer, or
// by commands where that can not take its sectors.
func (m *Medium) openData(st *unix.Stat_t) error {
	how := unix.O_DIRECT
	if m.sectors != nil {
		how = 0
	}
	f, err := openReadOnly(m.path, how)
	if err != nil {
		return refuseSystem(m.path, err)
	}
	if err := m.adopt(f, st); err != nil {
		return err
	}
	if m.sectors != nil {
		m.sectors.to, m.size = scsiGeneric{f}, m.sectors.size()
		m.describeDevice(st, m.sectors.bytes)
		return nil
	}
	fd := int(f.Fd())
	logical, err := unix.IoctlGetUint32(fd, unix.BLKSSZGET)
	if err != nil || logical < 512 || logical > 64<<10 || logical&(logical-1) != 0 {
		return fmt.Errorf("logical block of %s: %d bytes (%v)", m.path, logical, err)
	}
	m.direct, m.align = true, int(logical)
	m.describeDevice(st, int(logical))
	if physical, err := unix.IoctlGetUint32(fd, unix.BLKPBSZGET); err == nil {
		m.facts.PhysicalBlockBytes = int(physical)
	}
	return nil
}

func (m *Medium) describeDevice(st *unix.Stat_t, blockBytes int) {
	m.facts = kernel.ThisHost().Facts(uint64(st.Rdev))
	m.facts.Path, m.facts.Kind, m.facts.SizeBytes = m.path, kernel.BlockDevice, m.size
	m.facts.LogicalBlockBytes = blockBytes
}

// adopt takes an open file after a look that it is the one that was looked at
// before: the path may have come to name something else.
func (m *Medium) adopt(f *os.File, st *unix.Stat_t) (err error) {
	m.file = f
	var now unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &now); err != nil {
		return fmt.Errorf("stat %s: %w", m.path, err)
	}
	if now.Mode&unix.S_IFMT != st.Mode&unix.S_IFMT || now.Dev != st.Dev || now.Ino != st.Ino || now.Rdev != st.Rdev {
		return fmt.Errorf("%s was replaced while it was being opened: try again", m.path)
	}
	if m.conn, err = f.SyscallConn(); err != nil {
		return err
	}
	m.size, err = sizeOf(f)
	return err
}

// sizeOf seeks to the end, which gives bytes for files and block devices alike.
func sizeOf(f *os.File) (int64, error) {
	n, err := unix.Seek(int(f.Fd()), 0, unix.SEEK_END)
	if err != nil {
		return 0, fmt.Errorf("size of %s: %w", f.Name(), err)
	}
	return n, nil
}

func readOnlyFlag(fd int) answer.Answer {
	v, err := unix.IoctlGetUint32(fd, unix.BLKROGET)
	switch {
	case err != nil:
		return answer.Unknown
	case v == 0:
		return answer.No
	}
	return answer.Yes
}

// flag is the kernel's read-only flag of a block device.
type flag interface {
	get() answer.Answer
	set() error
}

// deviceFlag is that of an open one, by its descriptor.
type deviceFlag int

func (fd deviceFlag) get() answer.Answer { return readOnlyFlag(int(fd)) }
func (fd deviceFlag) set() error         { return unix.IoctlSetPointerInt(int(fd), unix.BLKROSET, 1) }

// setReadOnly sets the kernel's read-only flag and reads it back. A device that
// is read-only already (a write blocker, a CD) needs no permission for that.
func setReadOnly(path string, f flag, before answer.Answer) error {
	if before == answer.Yes {
		return nil
	}
	err := f.set()
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return &Refusal{path, "can not be protected from writing: setting the kernel's read-only flag needs root (CAP_SYS_ADMIN): run as root (sudo)", err}
	}
	if err != nil {
		return &Refusal{path, fmt.Sprintf("can not be protected from writing (BLKROSET: %v): attach it through a write blocker", err), err}
	}
	if f.get() != answer.Yes {
		return &Refusal{path, "does not keep the kernel's read-only flag: attach it through a write blocker", unix.EIO}
	}
	return nil
}

func stat(path string) (*unix.Stat_t, error) {
	var st unix.Stat_t
	for {
		if err := unix.Stat(path, &st); err != unix.EINTR {
			return &st, err
		}
	}
}

// refuseKind refuses what is neither a regular file nor a block device.
func refuseKind(path string, mode uint32) error {
	what := "something this program does not know"
	switch mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFBLK:
		return nil
	case unix.S_IFDIR:
		what = "a directory"
	case unix.S_IFIFO:
		what = "a FIFO (named pipe)"
	case unix.S_IFSOCK:
		what = "a socket"
	case unix.S_IFCHR:
		what = "a character device"
	}
	return &Refusal{path, "is " + what + ": give an image file or a block device", ErrNotMedium}
}

// refuseSystem turns what the system said into a sentence.
func refuseSystem(path string, err error) error {
	text := "can not be opened: " + err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = "does not exist"
	case errors.Is(err, unix.ENOTDIR):
		text, err = "does not exist (a part of the path is no directory)", fs.ErrNotExist
	case errors.Is(err, fs.ErrPermission):
		text = "may not be read by this user" + neededPermission(path) + ": run as root (sudo) or get read permission"
	case errors.Is(err, unix.ENOMEDIUM), errors.Is(err, unix.ENXIO):
		text, err = "holds no medium", ErrEmpty
	}
	return &Refusal{path, text, err}
}

// neededPermission says what stands in the way: the mode of the file, or a
// folder above it.
func neededPermission(path string) string {
	st, err := stat(path)
	if err != nil {
		return " (a folder above it is closed)"
	}
	return fmt.Sprintf(" (owner uid %d, group gid %d, mode %04o)", st.Uid, st.Gid, st.Mode&0o7777)
}

// refuseClaim explains why a block device could not be claimed.
func refuseClaim(path string, dev uint64, err error) error {
	if !errors.Is(err, unix.EBUSY) {
		return refuseSystem(path, err)
	}
	users := kernel.ThisHost().Users(dev)
	if len(users) == 0 {
		return &Refusal{path, "is in use by another program: end it (see lsof, dmsetup ls) and try again, or examine it as it is with --in-use", ErrInUse}
	}
	var who, todo []string
	for _, u := range users {
		who = append(who, u.What)
		if !slices.Contains(todo, u.Todo) {
			todo = append(todo, u.Todo)
		}
	}
	return &Refusal{path, fmt.Sprintf("is in use (%s): %s first, or examine it as it is with --in-use", strings.Join(who, ", "), strings.Join(todo, ", ")), ErrInUse}
}
