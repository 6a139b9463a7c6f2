package stick

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/stick/mark"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/wholefile"
)

// Which disk is the stick (docs/stick.md, "Which stick it is").

// candidate is a partition with the name and the GUID, on what can be carried.
type candidate struct {
	disks.Partition
	mark.Mark
}

// candidates are looked for anew each time. What was read of them is remembered, for
// as long as the kernel does not see another medium: a disk that is dying is not to
// be asked every second. One that gave nothing is asked again after a while.
func (s *Stick) candidates() (all []candidate) {
	for _, p := range s.Sys.NamedPartitions(mark.EvidenceName) {
		if !s.Pluggable(p.Disk) {
			continue
		}
		s.Guarded(p.Disk) // before it is read; and not after it was made writable
		m, known := s.marks[p.Appearance]
		if !known {
			if s.Now().Before(s.askAgain[p.Appearance]) {
				continue
			}
			var err error
			if m, err = s.Read(p); err != nil {
				s.askAgain[p.Appearance] = s.Now().Add(OnItsWay)
				continue
			}
			s.marks[p.Appearance] = m
		}
		all = append(all, candidate{p, m})
	}
	return all
}

// find looks for the stick. A disk that only borrows the name is none, and neither
// is one in a drive bay that somebody once copied a stick to: that is a disk to
// examine. So is every stick but the one that the computer was started from, where
// the boot loader says which that is, or else the one that was used first.
func (s *Stick) find() (candidate, error) {
	all := s.candidates()
	found := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return s.origin.Known() && !s.origin.Is(c.Mark) })
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return candidate{}, ErrTwoSticks
	case len(all) > 0:
		return candidate{}, fmt.Errorf("the disk %s is a stick of shokyo, but %w", all[0].Disk, core.ErrOtherStick)
	}
	return candidate{}, ErrNoStick
}

// ready finds the stick if it may be used: a while after it appeared, because a copy
// of it may appear a moment later, and not as long as it is examined as a disk.
func (s *Stick) ready() (candidate, error) {
	c, err := s.find()
	if err != nil || c.Appearance != s.alone {
		s.alone, s.since = c.Appearance, s.Now()
	}
	switch {
	case err != nil:
		return c, err
	case s.Busy(c.Disk):
		return c, ErrBusy
	case c.Partition != s.at && !s.settled():
		return c, ErrSettling
	}
	return c, nil
}

// settled says whether the one that may be the stick has been the only one for long
// enough. A slow disk that the kernel has seen and not looked into yet may be another.
func (s *Stick) settled() bool {
	alone := s.Now().Sub(s.since)
	return alone >= s.Settle && (alone >= OnItsWay || !s.Coming())
}

// Look notices a stick, and leaves it alone.
func (s *Stick) Look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready()
}

// StartedFrom says which stick the computer was started from. What an earlier start
// of this program has noted comes before what the boot loader said: the stick may
// have got its number since.
func (s *Stick) StartedFrom(o mark.Origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, err := wholefile.Read(s.State, 4<<10); err == nil && json.Unmarshal(b, &s.origin) == nil {
		return
	}
	s.origin = o
}

// become makes another stick the one that is written to, and notes it.
func (s *Stick) become(o mark.Origin) {
	s.origin = o
	if b, err := json.Marshal(o); err == nil {
		save.AtOnce(s.State, b) // without the note a failure of this program costs a plugging in
	}
}

// TakeOther takes the one other stick that is there for the stick, because somebody
// wants that.
func (s *Stick) TakeOther() (disk string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := s.find(); !errors.Is(err, core.ErrOtherStick) {
		return c.Disk, err
	}
	all := s.candidates()
	if len(all) != 1 {
		return "", ErrTwoSticks
	}
	if s.Busy(all[0].Disk) {
		return "", ErrBusy
	}
	s.become(mark.Origin{Number: all[0].Mark.Number})
	return all[0].Disk, nil
}

// own makes the stick the only one that is written to from now on. At its first use
// it gets a number, by which it is known whatever comes in between.
func (s *Stick) own(c *candidate) error {
	if c.Mark.Number != mark.NoNumber {
		if s.origin != (mark.Origin{Number: c.Mark.Number}) {
			s.become(mark.Origin{Number: c.Mark.Number})
		}
		return nil
	}
	next := s.origin
	next.Next = mark.NewNumber()
	s.become(next)
	failed := s.Number(c.Partition, next.Next)
	delete(s.marks, c.Appearance)
	now, err := s.Read(c.Partition)
	if err == nil && now.Number == next.Next {
		s.become(mark.Origin{Number: now.Number})
		c.Mark = now
	}
	switch {
	case errors.Is(failed, unix.EROFS), errors.Is(failed, unix.EACCES), errors.Is(failed, unix.EPERM):
		return core.Plain{Words: ErrProtected, Cause: failed}
	case failed != nil || err != nil:
		return fmt.Errorf("give the stick its number: %w", errors.Join(failed, err))
	case now.Number != next.Next:
		return errors.New("the stick forgets what is written to it: use another one")
	}
	return nil
}

func (s *Stick) readMark(p disks.Partition) (mark.Mark, error) {
	disk, err := disks.OpenBlockDevice(filepath.Join(s.Dev, p.Disk))
	if err != nil {
		return mark.Mark{}, err
	}
	defer disk.Close()
	return mark.Read(disk, s.blockSize(p), p.Number)
}

// writeNumber is for a stick that has no number yet, and was made writable.
func (s *Stick) writeNumber(p disks.Partition, number string) error {
	disk, err := openStick(filepath.Join(s.Dev, p.Disk))
	if err != nil {
		return err
	}
	if !s.Sys.IsThere(p) { // what was opened may be another disk, which has its name now
		return errors.Join(ErrPulledOut, disk.Close())
	}
	return errors.Join(mark.Write(disk, s.blockSize(p), number), disk.Close())
}

func (s *Stick) blockSize(p disks.Partition) int64 {
	return s.Sys.Number(p.Disk, "queue/logical_block_size")
}

// openStick opens the stick's disk to give it its number: the only place where this
// program opens a disk to write to it. What is on EVIDENCE is written through its
// file system.
func openStick(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR, 0) }
