package devices

import (
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// State is what can be seen of a medium at one moment that a write would change.
type State struct {
	SizeBytes int64
	ModTime   time.Time       // of files; zero for block devices
	Counters  kernel.Counters // of block devices
	Counted   bool            // false: the kernel shows no counters
	// Epoch identifies the attachment that the counters count, of block devices:
	// the kernel's boot and the disk's sequence number in it. Attached anew, or
	// after a restart, a drive has another, and its counters start from 0. Empty
	// if unknown (the kernel numbers disks since 5.15).
	Epoch string
}

// Changes compares the medium before and after.
type Changes struct {
	Before, After State
	// Changed is Yes if the medium was written to, or grew or shrank, while it
	// was open; Unknown if nothing was there to compare.
	Changed answer.Answer
	Text    string // one sentence, for people
	TextJA  string
}

// Check says whether the medium was changed since Open: by its write counters
// if it is a block device, by size and time of last change if it is a file.
// A partition's counters count what went through the partition only.
func (m *Medium) Check() (Changes, error) { return m.Since(m.before) }

// Since says whether the medium was changed since an earlier state of it, which
// may come from another process. That it is a state of the same medium is the
// caller's business.
func (m *Medium) Since(before State) (Changes, error) {
	after, err := m.state()
	if err != nil {
		return Changes{Before: before}, err
	}
	c := Changes{Before: before, After: after}
	changed, text := compare(m.facts.Kind, before, after)
	c.Changed, c.Text, c.TextJA = changed, text.EN, text.JA
	return c, nil
}

func compare(kind kernel.Kind, before, after State) (changed answer.Answer, text words.Text) {
	switch {
	case before.SizeBytes != after.SizeBytes:
		return answer.Yes, drive.SizeChanged.Say(before.SizeBytes, after.SizeBytes)
	case kind != kernel.File:
		return compareCounters(before, after)
	case !before.ModTime.Equal(after.ModTime): // a time that went through JSON has lost its location
		return answer.Yes, drive.FileWritten
	}
	return answer.No, drive.FileSame
}

func compareCounters(before, after State) (changed answer.Answer, text words.Text) {
	b, a := before.Counters, after.Counters
	switch {
	case !before.Counted || !after.Counted:
		return answer.Unknown, drive.NoCounters
	case before.Epoch == "" || after.Epoch == "":
		return answer.Unknown, drive.MaybeAnew
	case before.Epoch != after.Epoch || a.FewerThan(b):
		return answer.Unknown, drive.AttachedAnew
	case b != a:
		return answer.Yes, drive.Counted.Say(a.Writes-b.Writes, a.WrittenSectors-b.WrittenSectors, a.Discards-b.Discards, a.DiscardedSectors-b.DiscardedSectors)
	}
	return answer.No, drive.CountersSame
}

// state looks at the open descriptor, not at the path, which may have come to
// name another file.
func (m *Medium) state() (s State, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(m.file.Fd()), &st); err != nil {
		return s, fmt.Errorf("stat %s: %w", m.path, err)
	}
	if s.SizeBytes, err = sizeOf(m.file); err != nil {
		return s, err
	}
	if m.facts.Kind == kernel.File {
		s.ModTime = time.Unix(st.Mtim.Unix())
		return s, nil
	}
	if m.sectors != nil { // the kernel gives it no size
		s.SizeBytes = m.size
	}
	h := kernel.ThisHost()
	s.Counters, s.Counted = h.Counters(uint64(st.Rdev))
	s.Epoch = h.Epoch(uint64(st.Rdev))
	return s, nil
}

// Alive says why the medium is not there any more; nil if it is, or if that can
// not be told. A drive that was pulled gives the same errors as one with bad
// sectors at first, so the kernel is asked whether it still has it.
func (m *Medium) Alive() error {
	if m.facts.Kind == kernel.File {
		return nil
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(m.file.Fd()), &st); err != nil {
		return fmt.Errorf("stat %s: %w", m.path, err)
	}
	h := kernel.ThisHost()
	n, err := h.Node(uint64(st.Rdev))
	if err != nil {
		return fmt.Errorf("%s was detached: %w", m.path, unix.ENODEV)
	}
	// Linux sets the size of a drive that was removed to 0, and reads end there.
	if size, err := sizeOf(m.file); m.sectors == nil && (err != nil || size == 0) {
		return fmt.Errorf("%s was removed: %w", m.path, unix.ENODEV)
	}
	if state := kernel.ReadLine(filepath.Join(n.Disk, "device/state")); state == "offline" || state == "transport-offline" || state == "dead" || state == "deleting" {
		return fmt.Errorf("%s is %s: %w", m.path, state, unix.ENODEV)
	}
	if now := h.Epoch(uint64(st.Rdev)); m.before.Epoch != "" && now != m.before.Epoch {
		return fmt.Errorf("another drive is attached as %s: %w", m.path, unix.ENODEV)
	}
	return nil
}
