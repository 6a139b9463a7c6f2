// Package stick is the evidence partition of the stick that the computer was started
// from: the only thing that the appliance writes to. Which disk that is which.go decides,
// by what package mark reads; it is mounted and let go of here. What is put on it goes
// through package save.
package stick

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/stick/mark"
)

// Stick is the evidence partition: the only thing the appliance writes to. It may
// be pulled at any moment and may come back under another name, so whoever needs
// it asks for it anew.
type Stick struct {
	Sys    disks.Sysfs
	Dev    string        // where the device nodes are
	Dir    string        // where it gets mounted
	State  string        // a file in memory: the origin, for the next start should this one fail
	Settle time.Duration // how long it must have been the only one before it is written to
	Kernel

	mu       sync.Mutex
	at       disks.Partition      // what is mounted; the zero value is nothing
	origin   mark.Origin          // which stick it is
	marks    map[string]mark.Mark // of sticks that were seen, by appearance
	askAgain map[string]time.Time // when what gave no mark is read again
	alone    string               // the appearance of the one that may be it,
	since    time.Time            // and since when it is the only one

	last atomic.Pointer[freeRoom]
}

// Kernel is what the kernel does for the stick: tests have none to ask.
type Kernel struct {
	Guarded func(disk string) // returns when the disk was set read-only
	Read    func(disks.Partition) (mark.Mark, error)
	Number  func(p disks.Partition, number string) error // gives the stick its own
	// Pluggable says whether a disk can be a stick at all.
	Pluggable func(disk string) bool
	Busy      func(disk string) bool // it is being examined
	Coming    func() bool            // a USB disk is about to appear
	ReadOnly  func(device string, on bool) error
	Mount     func(device, dir string) error
	Unmount   func(dir string) error
	Now       func() time.Time
}

// freeRoom is what was found when last asked for.
type freeRoom struct {
	bytes int64
	err   error
}

// New is the stick among the disks of sys, whose nodes are in dev, to be mounted on dir.
func New(sys disks.Sysfs, dev, dir string, g *disks.Guard) *Stick {
	s := &Stick{Sys: sys, Dev: dev, Dir: dir, Settle: Alone, marks: make(map[string]mark.Mark), askAgain: make(map[string]time.Time)}
	s.Kernel = Kernel{
		Guarded: g.Sure, Read: s.readMark, Number: s.writeNumber, Pluggable: sys.Pluggable,
		Busy: func(string) bool { return false }, Coming: sys.USBDiskComing,
		ReadOnly: disks.SetReadOnly, Mount: mountEvidence,
		Unmount: func(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) },
		Now:     time.Now,
	}
	return s
}

const (
	// Alone is how long a second stick may take to appear after the first: then
	// neither was written to. One that is on its way, as can be seen, is waited for.
	Alone    = time.Second
	OnItsWay = 15 * time.Second
)

// Why there is no stick to write to. The text is what a person reads.
var (
	ErrNoStick   = errors.New("no EVIDENCE partition is there: plug in the stick with it, by USB or as an SD card")
	ErrSettling  = errors.New("a stick was plugged in just now: wait a moment")
	ErrTwoSticks = errors.New("there are several sticks with an EVIDENCE partition: leave only the one that this computer was started from")
	ErrBusy      = errors.New("the disk with the EVIDENCE partition is being examined: it is no stick until that is done")
	ErrPulledOut = errors.New("the stick was pulled: plug it in again")
	ErrFull      = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
	ErrProtected = errors.New("the EVIDENCE partition can not be written to: slide the lock of the stick open")
)

// Missing says whether waiting may help.
func Missing(err error) bool {
	return errors.Is(err, ErrNoStick) || errors.Is(err, core.ErrOtherStick) || errors.Is(err, ErrSettling)
}

// Clear unmounts what a start of this program has left mounted that failed: the
// stick is to be guarded and looked at like every disk.
func (s *Stick) Clear() {
	for machine.Mounted(s.Dir) && s.Unmount(s.Dir) == nil {
	}
}

// use makes sure that the evidence partition is mounted. The caller has locked. It
// looks every time: of two sticks the one that came first may be one to examine.
func (s *Stick) use() error {
	c, err := s.ready()
	if err == nil && c.Partition == s.at {
		return nil
	}
	before := s.at
	s.letGo()
	if err != nil {
		return err
	}
	if before.Name != "" && before.Disk != c.Disk && s.Sys.IsThere(before) {
		s.ReadOnly(filepath.Join(s.Dev, before.Disk), true) // it is a disk like others now
	}
	if err := s.makeWritable(c.Partition); err != nil {
		return err
	}
	if err := s.own(&c); err != nil {
		return err
	}
	if err := s.Mount(filepath.Join(s.Dev, c.Name), s.Dir); err != nil {
		return err
	}
	s.at = c.Partition
	return nil
}

// makeWritable takes the read-only flag from the stick's disk, which would hold
// for its partitions too, and gives it to the partitions besides the evidence.
func (s *Stick) makeWritable(p disks.Partition) error {
	for _, other := range s.Sys.Partitions(p.Disk) {
		if other == p.Name {
			continue
		}
		if err := s.ReadOnly(filepath.Join(s.Dev, other), true); err != nil {
			return err
		}
	}
	if err := s.ReadOnly(filepath.Join(s.Dev, p.Disk), false); err != nil { // the stick itself insists
		return core.Plain{Words: ErrProtected, Cause: err}
	}
	if !s.Sys.IsThere(p) { // and another disk has its name: it was that one's flag
		s.ReadOnly(filepath.Join(s.Dev, p.Disk), true)
		return ErrPulledOut
	}
	return nil
}

// letGo unmounts, also what is not there any more: the mount is taken out of
// sight at once, and ends when nobody uses it.
func (s *Stick) letGo() {
	if s.at.Name != "" {
		s.Unmount(s.Dir)
	}
	s.at = disks.Partition{}
}

// With calls do with the folder of the mounted partition. After an error it is
// mounted anew the next time: a file system that met one may refuse all writing.
func (s *Stick) With(do func(dir string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.use(); err != nil {
		return err
	}
	err := do(s.Dir)
	if err == nil {
		return nil
	}
	there := s.Sys.IsThere(s.at)
	s.letGo()
	switch {
	case !there:
		return core.Plain{Words: ErrPulledOut, Cause: err}
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EFBIG):
		return core.Plain{Words: ErrFull, Cause: err}
	case errors.Is(err, unix.EROFS):
		return core.Plain{Words: ErrProtected, Cause: err}
	}
	return err
}

// Free is the room that is left. A screen asks for it all the time, and is not
// to wait while a report is being saved: then the last answer has to do.
func (s *Stick) Free() (bytes int64, err error) {
	if last := s.last.Load(); last != nil && !s.mu.TryLock() {
		return last.bytes, last.err
	} else if last != nil {
		s.mu.Unlock()
	}
	err = s.With(func(dir string) (err error) {
		bytes, err = room(dir)
		return err
	})
	s.last.Store(&freeRoom{bytes, err})
	return bytes, err
}

func room(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("ask %s how much room it has: %w", dir, err)
	}
	if st.Flags&unix.ST_RDONLY != 0 {
		return 0, unix.EROFS
	}
	return int64(st.Bavail) * st.Bsize, nil
}

// Disk is the name of the disk that the stick is; "" if there is none.
func (s *Stick) Disk() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _ := s.find()
	return c.Disk
}

// Release writes out what is not written yet and unmounts, before the end.
func (s *Stick) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	unix.Sync()
	s.letGo()
}

// mountEvidence mounts a FAT or exFAT file system. Nothing on it is run. vfat
// needs to be told that names are UTF-8; exfat has it so by itself. Files of
// neither have permissions: the umask makes them look private, which shokyo
// insists on for a lab's key.
func mountEvidence(device, dir string) error {
	const flags = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME
	vfat := unix.Mount(device, dir, "vfat", flags, "utf8=1,shortname=mixed,umask=077")
	if vfat == nil {
		return nil
	}
	exfat := unix.Mount(device, dir, "exfat", flags, "umask=077")
	if exfat == nil {
		return nil
	}
	if errors.Is(vfat, unix.EROFS) || errors.Is(vfat, unix.EACCES) {
		return core.Plain{Words: ErrProtected, Cause: vfat}
	}
	return fmt.Errorf("the EVIDENCE partition can not be mounted (as FAT: %v; as exFAT: %v): format it anew as FAT32 or exFAT", vfat, exfat)
}
