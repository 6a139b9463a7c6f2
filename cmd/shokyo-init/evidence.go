package main

import (
	"errors"
	"fmt"
	"path/filepath"
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
	id      func(partition) (string, error)
	// pluggable says whether a disk can be a stick at all.
	pluggable func(disk string) bool
	readOnly  func(device string, on bool) error
	mount     func(device, dir string) error
	unmount   func(dir string) error

	mu sync.Mutex
	at partition // what is mounted; the zero value is nothing

	last atomic.Pointer[freeRoom]
}

// freeRoom is what was found when last asked for.
type freeRoom struct {
	bytes int64
	err   error
}

func newStick(sys sysfs, dev, dir string, g *guard) *stick {
	s := &stick{sys: sys, dev: dev, dir: dir, guarded: g.sure, readOnly: setReadOnly, mount: mountEvidence}
	s.id, s.pluggable = s.readID, sys.pluggable
	s.unmount = func(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }
	return s
}

// Why there is no stick to write to. The text is what a person reads.
var (
	errNoStick   = errors.New("no EVIDENCE partition is there: plug in the stick with it, by USB or as an SD card")
	errTwoSticks = errors.New("there are several sticks with an EVIDENCE partition: unplug all but one")
	errFull      = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
	errProtected = errors.New("the EVIDENCE partition can not be written to: slide the lock of the stick open, or use another stick")
)

// find looks for the one partition with the name and the GUID, on what can be
// carried. A disk that only borrows the name is no stick, and neither is one in a
// drive bay that somebody once copied a stick to: that is a disk to examine.
func (s *stick) find() (partition, error) {
	var found []partition
	for _, p := range s.sys.namedPartitions(evidenceName) {
		if !s.pluggable(p.disk) {
			continue
		}
		s.guarded(p.disk) // before it is read; and not after it was made writable
		if id, err := s.id(p); err == nil && id == evidenceID {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return partition{}, errNoStick
	case 1:
		return found[0], nil
	}
	return partition{}, errTwoSticks
}

// seen says whether there is a stick, and leaves it alone.
func (s *stick) seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.find()
	return err == nil
}

func (s *stick) readID(p partition) (string, error) {
	disk, err := openBlockDevice(filepath.Join(s.dev, p.disk))
	if err != nil {
		return "", err
	}
	defer disk.close()
	return partitionID(disk, s.sys.number(p.disk, "queue/logical_block_size"), p.number)
}

// use makes sure that the evidence partition is mounted. The caller has locked. It
// looks every time: of two sticks the one that came first may be one to examine.
func (s *stick) use() error {
	p, err := s.find()
	if err == nil && p == s.at {
		return nil
	}
	s.letGo()
	if err != nil {
		return err
	}
	if err := s.makeWritable(p); err != nil {
		return err
	}
	if err := s.mount(filepath.Join(s.dev, p.name), s.dir); err != nil {
		return err
	}
	s.at = p
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
		return err
	}
	err := do(s.dir)
	if err == nil {
		return nil
	}
	there := s.sys.isThere(s.at)
	s.letGo()
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
