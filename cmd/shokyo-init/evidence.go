package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/machine"
)

// stick is the evidence partition: the only thing the appliance writes to. It may
// be pulled at any moment and may come back under another name, so whoever needs
// it asks for it anew.
type stick struct {
	sys    disks.Sysfs
	dev    string        // where the device nodes are
	dir    string        // where it gets mounted
	state  string        // a file in memory: the origin, for the next start should this one fail
	settle time.Duration // how long it must have been the only one before it is written to

	// What the kernel does for it: tests have no kernel to ask.
	guarded func(disk string) // returns when the disk was set read-only
	read    func(disks.Partition) (mark, error)
	number  func(p disks.Partition, number string) error // gives the stick its own
	// pluggable says whether a disk can be a stick at all.
	pluggable func(disk string) bool
	busy      func(disk string) bool // it is being examined
	coming    func() bool            // a USB disk is about to appear
	readOnly  func(device string, on bool) error
	mount     func(device, dir string) error
	unmount   func(dir string) error
	now       func() time.Time

	mu       sync.Mutex
	at       disks.Partition      // what is mounted; the zero value is nothing
	origin   origin               // which stick it is
	marks    map[string]mark      // of sticks that were seen, by appearance
	askAgain map[string]time.Time // when what gave no mark is read again
	alone    string               // the appearance of the one that may be it,
	since    time.Time            // and since when it is the only one

	last atomic.Pointer[freeRoom]
}

// freeRoom is what was found when last asked for.
type freeRoom struct {
	bytes int64
	err   error
}

func newStick(sys disks.Sysfs, dev, dir string, g *disks.Guard) *stick {
	s := &stick{sys: sys, dev: dev, dir: dir, guarded: g.Sure, readOnly: disks.SetReadOnly, mount: mountEvidence,
		marks: make(map[string]mark), askAgain: make(map[string]time.Time), settle: stickAlone, now: time.Now}
	s.read, s.number, s.pluggable = s.readMark, s.writeNumber, sys.Pluggable
	s.unmount = func(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }
	s.busy, s.coming = func(string) bool { return false }, sys.USBDiskComing
	return s
}

// Why there is no stick to write to. The text is what a person reads.
var (
	errNoStick    = errors.New("no EVIDENCE partition is there: plug in the stick with it, by USB or as an SD card")
	errSettling   = errors.New("a stick was plugged in just now: wait a moment")
	errOtherStick = errors.New("not the one this computer was started from: plug that one in")
	errTwoSticks  = errors.New("there are several sticks with an EVIDENCE partition: leave only the one that this computer was started from")
	errBusy       = errors.New("the disk with the EVIDENCE partition is being examined: it is no stick until that is done")
	errPulledOut  = errors.New("the stick was pulled: plug it in again")
	errFull       = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
	errProtected  = errors.New("the EVIDENCE partition can not be written to: slide the lock of the stick open")
)

// stickError says in plain words what is the matter, and for the log what happened.
type stickError struct{ words, cause error }

func (e stickError) Error() string   { return fmt.Sprintf("%v (%v)", e.words, e.cause) }
func (e stickError) Unwrap() []error { return []error{e.words, e.cause} }

// plainWords are what fits on a screen.
func plainWords(err error) string {
	var e stickError
	if errors.As(err, &e) {
		return e.words.Error()
	}
	return err.Error()
}

// missing says whether waiting may help.
func missing(err error) bool {
	return errors.Is(err, errNoStick) || errors.Is(err, errOtherStick) || errors.Is(err, errSettling)
}

// clear unmounts what a start of this program has left mounted that failed: the
// stick is to be guarded and looked at like every disk.
func (s *stick) clear() {
	for machine.Mounted(s.dir) && s.unmount(s.dir) == nil {
	}
}

// use makes sure that the evidence partition is mounted. The caller has locked. It
// looks every time: of two sticks the one that came first may be one to examine.
func (s *stick) use() error {
	c, err := s.ready()
	if err == nil && c.Partition == s.at {
		return nil
	}
	before := s.at
	s.letGo()
	if err != nil {
		return err
	}
	if before.Name != "" && before.Disk != c.Disk && s.sys.IsThere(before) {
		s.readOnly(filepath.Join(s.dev, before.Disk), true) // it is a disk like others now
	}
	if err := s.makeWritable(c.Partition); err != nil {
		return err
	}
	if err := s.own(&c); err != nil {
		return err
	}
	if err := s.mount(filepath.Join(s.dev, c.Name), s.dir); err != nil {
		return err
	}
	s.at = c.Partition
	return nil
}

// makeWritable takes the read-only flag from the stick's disk, which would hold
// for its partitions too, and gives it to the partitions besides the evidence.
func (s *stick) makeWritable(p disks.Partition) error {
	for _, other := range s.sys.Partitions(p.Disk) {
		if other == p.Name {
			continue
		}
		if err := s.readOnly(filepath.Join(s.dev, other), true); err != nil {
			return err
		}
	}
	if err := s.readOnly(filepath.Join(s.dev, p.Disk), false); err != nil { // the stick itself insists
		return stickError{errProtected, err}
	}
	if !s.sys.IsThere(p) { // and another disk has its name: it was that one's flag
		s.readOnly(filepath.Join(s.dev, p.Disk), true)
		return errPulledOut
	}
	return nil
}

// letGo unmounts, also what is not there any more: the mount is taken out of
// sight at once, and ends when nobody uses it.
func (s *stick) letGo() {
	if s.at.Name != "" {
		s.unmount(s.dir)
	}
	s.at = disks.Partition{}
}

// with calls do with the folder of the mounted partition. After an error it is
// mounted anew the next time: a file system that met one may refuse all writing.
func (s *stick) with(do func(dir string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.use(); err != nil {
		return err
	}
	err := do(s.dir)
	if err == nil {
		return nil
	}
	there := s.sys.IsThere(s.at)
	s.letGo()
	switch {
	case !there:
		return stickError{errPulledOut, err}
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EFBIG):
		return stickError{errFull, err}
	case errors.Is(err, unix.EROFS):
		return stickError{errProtected, err}
	}
	return err
}

// free is the room that is left. A screen asks for it all the time, and is not
// to wait while a report is being saved: then the last answer has to do.
func (s *stick) free() (bytes int64, err error) {
	if last := s.last.Load(); last != nil && !s.mu.TryLock() {
		return last.bytes, last.err
	} else if last != nil {
		s.mu.Unlock()
	}
	err = s.with(func(dir string) (err error) {
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

// disk is the name of the disk that the stick is; "" if there is none.
func (s *stick) disk() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _ := s.find()
	return c.Disk
}

// release writes out what is not written yet and unmounts, before the end.
func (s *stick) release() {
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
		return stickError{errProtected, vfat}
	}
	return fmt.Errorf("the EVIDENCE partition can not be mounted (as FAT: %v; as exFAT: %v): format it anew as FAT32 or exFAT", vfat, exfat)
}
