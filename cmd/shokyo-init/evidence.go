package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// stick is the evidence partition: the only thing the appliance writes to. It may
// be pulled at any moment and may come back under another name, so whoever needs
// it asks for it anew.
type stick struct {
	sys sysfs
	dev string // where the device nodes are
	dir string // where it gets mounted

	// What the kernel does for it: tests have no kernel to ask.
	guarded func(disk string) // returns when the disk was set read-only
	read    func(partition) (mark, error)
	number  func(partition) error // gives the stick its own
	// pluggable says whether a disk can be a stick at all.
	pluggable func(disk string) bool
	readOnly  func(device string, on bool) error
	mount     func(device, dir string) error
	unmount   func(dir string) error

	mu      sync.Mutex
	at      partition // what is mounted; the zero value is nothing
	origin  origin    // the stick that the computer was started from
	awaited bool      // the time is over in which it may still be on its way
	missed  []string  // the disks that were there when it was first missed; nil: it never was

	last atomic.Pointer[freeRoom]
}

// freeRoom is what was found when last asked for.
type freeRoom struct {
	bytes int64
	err   error
}

func newStick(sys sysfs, dev, dir string, g *guard) *stick {
	s := &stick{sys: sys, dev: dev, dir: dir, guarded: g.sure, readOnly: setReadOnly, mount: mountEvidence}
	s.read, s.number, s.pluggable = s.readMark, s.numberStick, sys.pluggable
	s.unmount = func(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }
	return s
}

// Why there is no stick to write to. The text is what a person reads.
var (
	errNoStick    = errors.New("no EVIDENCE partition is there: plug in the stick with it, by USB or as an SD card")
	errOtherStick = errors.New("the stick that is plugged in is not the one this computer was started from: plug that one in, or pull this one out and plug it in again to use it instead")
	errTwoSticks  = errors.New("there are several sticks with an EVIDENCE partition: unplug all but one")
	errFull       = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
	errProtected  = errors.New("the EVIDENCE partition can not be written to: slide the lock of the stick open, or use another stick")
)

// missing says whether waiting may help.
func missing(err error) bool { return errors.Is(err, errNoStick) || errors.Is(err, errOtherStick) }

// candidate is a partition with the name and the GUID, on what can be carried.
type candidate struct {
	partition
	mark
}

// find looks for the stick. A disk that only borrows the name is none, and neither
// is one in a drive bay that somebody once copied a stick to: that is a disk to
// examine. So is every stick but the one that the computer was started from, where
// the boot loader says which that is; only when it was missed, another that is
// plugged in after that takes its place.
func (s *stick) find() (candidate, error) {
	var all []candidate
	for _, p := range s.sys.namedPartitions(evidenceName) {
		if !s.pluggable(p.disk) {
			continue
		}
		s.guarded(p.disk) // before it is read; and not after it was made writable
		if m, err := s.read(p); err == nil {
			all = append(all, candidate{p, m})
		}
	}
	found := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return s.origin.known() && !s.origin.is(c.mark) })
	if len(found) == 0 {
		found = slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return s.missed == nil || slices.Contains(s.missed, c.appearance) })
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return candidate{}, errTwoSticks
	case len(all) > 0:
		return candidate{}, errOtherStick
	}
	return candidate{}, errNoStick
}

// miss notes which disks are there when the stick is not, or can not be written to:
// from now on a person who plugs in another one means it.
func (s *stick) miss() {
	if !s.awaited || s.missed != nil {
		return
	}
	s.missed = []string{}
	for _, disk := range s.sys.wholeDisks() {
		s.missed = append(s.missed, s.sys.appearance(disk))
	}
}

// seen says whether there is a stick, and leaves it alone.
func (s *stick) seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.find()
	return err == nil
}

// startedFrom says which stick the computer was started from.
func (s *stick) startedFrom(o origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.origin = o
}

// clear unmounts what a start of this program has left mounted that failed: the
// stick is to be guarded and looked at like every disk.
func (s *stick) clear() {
	for mounted(s.dir) && s.unmount(s.dir) == nil {
	}
}

// haveWaited ends the time in which the stick may still be on its way.
func (s *stick) haveWaited() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited = true
}

func (s *stick) readMark(p partition) (mark, error) {
	disk, err := openBlockDevice(filepath.Join(s.dev, p.disk))
	if err != nil {
		return mark{}, err
	}
	defer disk.close()
	return readMark(disk, s.blockSize(p), p.number)
}

// numberStick is for a stick that has no number yet, and was made writable.
func (s *stick) numberStick(p partition) error {
	disk, err := openStick(filepath.Join(s.dev, p.disk))
	if err != nil {
		return err
	}
	return errors.Join(numberStick(disk, s.blockSize(p)), disk.Close())
}

func (s *stick) blockSize(p partition) int64 { return s.sys.number(p.disk, "queue/logical_block_size") }

// use makes sure that the evidence partition is mounted. The caller has locked. It
// looks every time: of two sticks the one that came first may be one to examine.
func (s *stick) use() error {
	c, err := s.find()
	if err == nil && c.partition == s.at {
		return nil
	}
	s.letGo()
	if err != nil {
		return err
	}
	if err := s.makeWritable(c.partition); err != nil {
		return err
	}
	if err := s.ownNumber(c); err != nil {
		return err
	}
	if err := s.mount(filepath.Join(s.dev, c.name), s.dir); err != nil {
		return err
	}
	s.at = c.partition
	if s.origin.is(c.mark) {
		s.missed = nil
	}
	return nil
}

// ownNumber gives a stick its number when it is used for the first time. What the
// boot loader said was said of the stick as it was before.
func (s *stick) ownNumber(c candidate) error {
	if c.mark.number != noNumber {
		return nil
	}
	if err := s.number(c.partition); err != nil {
		return fmt.Errorf("%w (%w)", errProtected, err)
	}
	now, err := s.read(c.partition)
	if err != nil {
		return err
	}
	if now.number == noNumber {
		return fmt.Errorf("%w (it forgets what is written to it)", errProtected)
	}
	if s.origin.number != "" && s.origin.is(c.mark) {
		s.origin.number = now.number
	} else if s.origin.is(c.mark) {
		s.origin.volume = now.volume
	}
	return nil
}

// makeWritable takes the read-only flag from the stick's disk, which would hold
// for its partitions too, and gives it to the partitions besides the evidence.
func (s *stick) makeWritable(p partition) error {
	for _, other := range s.sys.partitions(p.disk) {
		if other == p.name {
			continue
		}
		if err := s.readOnly(filepath.Join(s.dev, other), true); err != nil {
			return err
		}
	}
	if err := s.readOnly(filepath.Join(s.dev, p.disk), false); err != nil { // the stick itself insists
		return fmt.Errorf("%w (%w)", errProtected, err)
	}
	return nil
}

// letGo unmounts, also what is not there any more: the mount is taken out of
// sight at once, and ends when nobody uses it.
func (s *stick) letGo() {
	if s.at.name != "" {
		s.unmount(s.dir)
	}
	s.at = partition{}
}

// with calls do with the folder of the mounted partition. After an error it is
// mounted anew the next time: a file system that met one may refuse all writing.
func (s *stick) with(do func(dir string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.use(); err != nil {
		s.miss()
		return err
	}
	err := do(s.dir)
	if err == nil {
		return nil
	}
	there := s.sys.isThere(s.at)
	s.letGo()
	s.miss()
	switch {
	case !there:
		return fmt.Errorf("the stick was pulled: plug it in again (%w)", err)
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EFBIG):
		return fmt.Errorf("%w (%w)", errFull, err)
	case errors.Is(err, unix.EROFS):
		return fmt.Errorf("%w (%w)", errProtected, err)
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
	if s.use() != nil {
		return ""
	}
	return s.at.disk
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
		return fmt.Errorf("%w (%w)", errProtected, vfat)
	}
	return fmt.Errorf("the EVIDENCE partition can not be mounted (as FAT: %v; as exFAT: %v): format it anew as FAT32 or exFAT", vfat, exfat)
}
