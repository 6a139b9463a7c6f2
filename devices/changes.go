package devices

import (
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/written"
)

// Check says whether the medium was changed since Open: by its write counters
// if it is a block device, by size and time of last change if it is a file.
// A partition's counters count what went through the partition only.
func (m *Medium) Check() (written.Changes, error) { return m.Since(m.before) }

// Since says whether the medium was changed since an earlier state of it, which
// may come from another process. That it is a state of the same medium is the
// caller's business.
func (m *Medium) Since(before written.State) (written.Changes, error) {
	after, err := m.state()
	if err != nil {
		return written.Changes{Before: before}, err
	}
	return written.Between(m.facts.Kind, before, after), nil
}

// state looks at the open descriptor, not at the path, which may have come to
// name another file.
func (m *Medium) state() (s written.State, err error) {
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
