package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// stick is the evidence partition: the only thing the appliance writes to. It may
// be pulled at any moment and may come back under another name, so whoever needs
// it asks for it anew.
type stick struct {
	sys    sysfs
	dev    string        // where the device nodes are
	dir    string        // where it gets mounted
	state  string        // a file in memory: the origin, for the next start should this one fail
	settle time.Duration // how long it must have been the only one before it is written to

	// What the kernel does for it: tests have no kernel to ask.
	guarded func(disk string) // returns when the disk was set read-only
	read    func(partition) (mark, error)
	number  func(p partition, number string) error // gives the stick its own
	// pluggable says whether a disk can be a stick at all.
	pluggable func(disk string) bool
	busy      func(disk string) bool // it is being examined
	readOnly  func(device string, on bool) error
	mount     func(device, dir string) error
	unmount   func(dir string) error
	now       func() time.Time

	mu     sync.Mutex
	at     partition       // what is mounted; the zero value is nothing
	origin origin          // which stick it is
	marks  map[string]mark // of sticks that were seen, by appearance
	alone  string          // the appearance of the one that may be it,
	since  time.Time       // and since when it is the only one

	last atomic.Pointer[freeRoom]
}

// freeRoom is what was found when last asked for.
type freeRoom struct {
	bytes int64
	err   error
}

func newStick(sys sysfs, dev, dir string, g *guard) *stick {
	s := &stick{sys: sys, dev: dev, dir: dir, guarded: g.sure, readOnly: setReadOnly, mount: mountEvidence,
		marks: make(map[string]mark), settle: stickAlone, now: time.Now}
	s.read, s.number, s.pluggable = s.readMark, s.writeNumber, sys.pluggable
	s.unmount = func(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }
	s.busy = func(string) bool { return false }
	return s
}

// Why there is no stick to write to. The text is what a person reads.
var (
	errNoStick    = errors.New("no EVIDENCE partition is there: plug in the stick with it, by USB or as an SD card")
	errSettling   = errors.New("a stick was plugged in just now: wait a moment")
	errOtherStick = errors.New("not the one this computer was started from: plug that one in")
	errTwoSticks  = errors.New("there are several sticks with an EVIDENCE partition: leave only the one that this computer was started from")
	errBusy       = errors.New("the disk with the EVIDENCE partition is being examined: it is no stick until that is done")
	errFull       = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
	errProtected  = errors.New("the EVIDENCE partition can not be written to: slide the lock of the stick open")
)

// missing says whether waiting may help.
func missing(err error) bool {
	return errors.Is(err, errNoStick) || errors.Is(err, errOtherStick) || errors.Is(err, errSettling)
}

// candidate is a partition with the name and the GUID, on what can be carried.
type candidate struct {
	partition
	mark
}

// candidates are looked for anew each time. What was read of them is remembered, for
// as long as the kernel does not see another medium: a disk that is dying is not to
// be asked every second.
func (s *stick) candidates() (all []candidate) {
	for _, p := range s.sys.namedPartitions(evidenceName) {
		if !s.pluggable(p.disk) {
			continue
		}
		s.guarded(p.disk) // before it is read; and not after it was made writable
		m, known := s.marks[p.appearance]
		if !known {
			var err error
			if m, err = s.read(p); err != nil {
				continue
			}
			s.marks[p.appearance] = m
		}
		all = append(all, candidate{p, m})
	}
	return all
}

// find looks for the stick. A disk that only borrows the name is none, and neither
// is one in a drive bay that somebody once copied a stick to: that is a disk to
// examine. So is every stick but the one that the computer was started from, where
// the boot loader says which that is, or else the one that was used first.
func (s *stick) find() (candidate, error) {
	all := s.candidates()
	found := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return s.origin.known() && !s.origin.is(c.mark) })
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return candidate{}, errTwoSticks
	case len(all) > 0:
		return candidate{}, fmt.Errorf("the disk %s is a stick of shokyo, but %w", all[0].disk, errOtherStick)
	}
	return candidate{}, errNoStick
}

// ready finds the stick if it may be used: a while after it appeared, because a copy
// of it may appear a moment later, and not as long as it is examined as a disk.
func (s *stick) ready() (candidate, error) {
	c, err := s.find()
	if err != nil || c.appearance != s.alone {
		s.alone, s.since = c.appearance, s.now()
	}
	switch {
	case err != nil:
		return c, err
	case s.busy(c.disk):
		return c, errBusy
	case c.partition != s.at && s.now().Sub(s.since) < s.settle:
		return c, errSettling
	}
	return c, nil
}

// look notices a stick, and leaves it alone.
func (s *stick) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready()
}

// startedFrom says which stick the computer was started from. What an earlier start
// of this program has noted comes before what the boot loader said: the stick may
// have got its number since.
func (s *stick) startedFrom(o origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, err := readSmall(s.state, 4<<10); err == nil && json.Unmarshal(b, &s.origin) == nil {
		return
	}
	s.origin = o
}

// become makes another stick the one that is written to, and notes it.
func (s *stick) become(o origin) {
	s.origin = o
	if b, err := json.Marshal(o); err == nil {
		writeAtOnce(s.state, b) // without the note a failure of this program costs a plugging in
	}
}

// takeOther takes the one other stick that is there for the stick, because somebody
// wants that.
func (s *stick) takeOther() (disk string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := s.find(); !errors.Is(err, errOtherStick) {
		return c.disk, err
	}
	all := s.candidates()
	if len(all) != 1 {
		return "", errTwoSticks
	}
	if s.busy(all[0].disk) {
		return "", errBusy
	}
	s.become(origin{Number: all[0].mark.number})
	return all[0].disk, nil
}

// clear unmounts what a start of this program has left mounted that failed: the
// stick is to be guarded and looked at like every disk.
func (s *stick) clear() {
	for mounted(s.dir) && s.unmount(s.dir) == nil {
	}
}

func (s *stick) readMark(p partition) (mark, error) {
	disk, err := openBlockDevice(filepath.Join(s.dev, p.disk))
	if err != nil {
		return mark{}, err
	}
	defer disk.close()
	return readMark(disk, s.blockSize(p), p.number)
}

// writeNumber is for a stick that has no number yet, and was made writable.
func (s *stick) writeNumber(p partition, number string) error {
	disk, err := openStick(filepath.Join(s.dev, p.disk))
	if err != nil {
		return err
	}
	return errors.Join(numberStick(disk, s.blockSize(p), number), disk.Close())
}

func (s *stick) blockSize(p partition) int64 { return s.sys.number(p.disk, "queue/logical_block_size") }

// use makes sure that the evidence partition is mounted. The caller has locked. It
// looks every time: of two sticks the one that came first may be one to examine.
func (s *stick) use() error {
	c, err := s.ready()
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
	if err := s.own(&c); err != nil {
		return err
	}
	if err := s.mount(filepath.Join(s.dev, c.name), s.dir); err != nil {
		return err
	}
	s.at = c.partition
	return nil
}

// own makes the stick the only one that is written to from now on. At its first use
// it gets a number, by which it is known whatever comes in between.
func (s *stick) own(c *candidate) error {
	if c.mark.number != noNumber {
		if s.origin != (origin{Number: c.mark.number}) {
			s.become(origin{Number: c.mark.number})
		}
		return nil
	}
	next := s.origin
	next.Next = newNumber()
	s.become(next)
	failed := s.number(c.partition, next.Next)
	delete(s.marks, c.appearance)
	now, err := s.read(c.partition)
	if err == nil && now.number == next.Next {
		s.become(origin{Number: now.number})
		c.mark = now
	}
	switch {
	case errors.Is(failed, unix.EROFS), errors.Is(failed, unix.EACCES), errors.Is(failed, unix.EPERM):
		return fmt.Errorf("%w (%w)", errProtected, failed)
	case failed != nil || err != nil:
		return fmt.Errorf("give the stick its number: %w", errors.Join(failed, err))
	case now.number != next.Next:
		return errors.New("the stick forgets what is written to it: use another one")
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
	c, _ := s.find()
	return c.disk
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
