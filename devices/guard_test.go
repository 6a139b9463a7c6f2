package devices

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
)

// oddFlag is the read-only flag of a device that may not do as it is told.
type oddFlag struct {
	kept answer.Answer // what it says afterwards
	err  error
	sets int
}

func (f *oddFlag) get() answer.Answer { return f.kept }
func (f *oddFlag) set() error         { f.sets++; return f.err }

// TestFlagIsReadBack: a medium is protected only when the kernel says so afterwards.
func TestFlagIsReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		flag   oddFlag
		before answer.Answer
		sets   int
		want   error
	}{
		"set and kept":          {oddFlag{kept: answer.Yes}, answer.No, 1, nil},
		"set, not known before": {oddFlag{kept: answer.Yes}, answer.Unknown, 1, nil},
		"set and not kept":      {oddFlag{kept: answer.No}, answer.No, 1, unix.EIO},
		"set and not told":      {oddFlag{kept: answer.Unknown}, answer.No, 1, unix.EIO},
		"no permission":         {oddFlag{kept: answer.No, err: unix.EACCES}, answer.No, 1, unix.EACCES},
		"not supported":         {oddFlag{kept: answer.No, err: unix.ENOTTY}, answer.No, 1, unix.ENOTTY},
		"a write blocker":       {oddFlag{kept: answer.Yes, err: unix.EACCES}, answer.Yes, 0, nil},
	} {
		err := setReadOnly("/dev/x", &c.flag, c.before)
		if !errors.Is(err, c.want) || c.want == nil && err != nil || c.flag.sets != c.sets {
			t.Errorf("%s: %v after %d attempts, want %v after %d", name, err, c.flag.sets, c.want, c.sets)
		}
		if refused := (*Refusal)(nil); c.want != nil && !errors.As(err, &refused) {
			t.Errorf("%s: %v is no refusal", name, err)
		}
	}
}

// TestSwappedMedium: what was looked at and what is open must be the same file.
func TestSwappedMedium(t *testing.T) {
	dir := t.TempDir()
	looked, other := filepath.Join(dir, "looked-at"), filepath.Join(dir, "other")
	write(t, looked, randomBytes(4096, 1))
	write(t, other, randomBytes(4096, 2))
	before, err := stat(looked)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path   string
		change func(*unix.Stat_t)
		same   bool
	}{
		"the same":       {looked, func(*unix.Stat_t) {}, true},
		"another file":   {other, func(*unix.Stat_t) {}, false},
		"another disk":   {looked, func(st *unix.Stat_t) { st.Dev++ }, false},
		"another device": {looked, func(st *unix.Stat_t) { st.Rdev++ }, false},
		"another kind":   {looked, func(st *unix.Stat_t) { st.Mode = st.Mode&^unix.S_IFMT | unix.S_IFBLK }, false},
	} {
		f, err := openReadOnly(c.path, 0)
		if err != nil {
			t.Fatal(err)
		}
		st := *before
		c.change(&st)
		m := &Medium{path: looked}
		if err := m.adopt(f, &st); (err == nil) != c.same {
			t.Errorf("%s: %v", name, err)
		}
		f.Close()
	}
}

// TestClaim: what somebody has for himself is refused, and what is examined is ours alone.
func TestClaim(t *testing.T) {
	device, _ := loop(t, randomBytes(1<<20, 3))
	alone := func() (int, error) { return unix.Open(device, unix.O_RDONLY|unix.O_EXCL|unix.O_CLOEXEC, 0) }
	fd, err := alone()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(device); !errors.Is(err, ErrInUse) {
		t.Errorf("taken by somebody: %v", err)
	}
	unix.Close(fd)
	mustOpen(t, device)
	if fd, err := alone(); !errors.Is(err, unix.EBUSY) {
		unix.Close(fd)
		t.Errorf("taken by us: %v", err)
	}
}
