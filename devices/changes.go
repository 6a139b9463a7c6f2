package devices

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Counters is what the kernel counted on a block device since it appeared.
// Pass-through commands are not in it: nobody counts those.
type Counters struct {
	Writes           int64 // completed write requests
	WrittenSectors   int64 // of 512 bytes, whatever the logical block
	Discards         int64
	DiscardedSectors int64
}

// State is what can be seen of a medium at one moment that a write would change.
type State struct {
	SizeBytes int64
	ModTime   time.Time // of files; zero for block devices
	Counters  Counters  // of block devices
	Counted   bool      // false: the kernel shows no counters
}

// Changes compares the medium before and after.
type Changes struct {
	Before, After State
	// Changed is Yes if the medium was written to, or grew or shrank, while it
	// was open; Unknown if nothing was there to compare.
	Changed Answer
	Text    string // one sentence, for people
}

// Check says whether the medium was changed since Open: by its write counters
// if it is a block device, by size and time of last change if it is a file.
// A partition's counters count what went through the partition only.
func (m *Medium) Check() (Changes, error) {
	after, err := m.state()
	if err != nil {
		return Changes{Before: m.before}, err
	}
	c := Changes{Before: m.before, After: after}
	c.Changed, c.Text = compare(m.facts.Kind, c.Before, c.After)
	return c, nil
}

func compare(kind Kind, before, after State) (Answer, string) {
	if before.SizeBytes != after.SizeBytes {
		return Yes, fmt.Sprintf("the size of the medium changed from %d to %d bytes while it was examined", before.SizeBytes, after.SizeBytes)
	}
	if kind == File {
		if !before.ModTime.Equal(after.ModTime) {
			return Yes, "the image file was written to while it was examined"
		}
		return No, "size and time of last change of the image file are the same before and after"
	}
	if !before.Counted || !after.Counted {
		return Unknown, "the kernel shows no write counters for this device"
	}
	if before.Counters != after.Counters {
		a, b := after.Counters, before.Counters
		return Yes, fmt.Sprintf("the kernel counted %d writes (%d sectors) and %d discards (%d sectors) while the medium was examined",
			a.Writes-b.Writes, a.WrittenSectors-b.WrittenSectors, a.Discards-b.Discards, a.DiscardedSectors-b.DiscardedSectors)
	}
	return No, "the kernel's write and discard counters are the same before and after"
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
	if m.facts.Kind == File {
		s.ModTime = time.Unix(st.Mtim.Unix())
		return s, nil
	}
	s.Counters, s.Counted = thisHost().counters(uint64(st.Rdev))
	return s, nil
}
