package stick

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/stick/mark"
)

// A stick is set read-only like every disk before it is looked at, and only what
// is known to be it is made writable again.
func TestStickIsGuardedFirst(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE") // it only borrows the name
	b.Attach("sdb", 2, "SHOKYOBOOT", "EVIDENCE")
	b.Read = func(p disks.Partition) (mark.Mark, error) {
		if !slices.Contains(b.flags, p.Disk+" true") {
			t.Errorf("%s was read before it was guarded", p.Disk)
		}
		if p.Disk == "sda" {
			return mark.Mark{}, errors.New("no GUID partition table")
		}
		return mark.Mark{Number: "1"}, nil
	}
	if _, err := b.Free(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"sda true", "sdb true", "sdb1 true", "sdb false"}; !slices.Equal(b.flags, want) {
		t.Error(b.flags)
	}
	b.guard.All()
	b.guard.All()
	if len(b.flags) != 4 || b.mounts != 1 || b.Disk() != "sdb" {
		t.Error("the guard came back: ", b.flags)
	}
	// Another medium under the same name is another disk.
	b.Pull("sda")
	b.Attach("sda", 3)
	b.guard.All()
	if got := b.flags[4:]; !slices.Equal(got, []string{"sda true"}) {
		t.Error(got)
	}
}

// A disk in a drive bay to which a stick was once copied is one to examine: it is
// not made writable. Of two sticks neither is, also when one was first.
func TestNoStickToWriteTo(t *testing.T) {
	b := newRig(t)
	b.Pluggable = func(disk string) bool { return disk != "sda" }
	b.Attach("sda", 1, "EVIDENCE")
	if _, err := b.Free(); err != ErrNoStick || len(b.flags) > 0 {
		t.Error(err, b.flags)
	}
	b.Attach("sdb", 2, "EVIDENCE")
	if _, err := b.Free(); err != nil || b.Disk() != "sdb" {
		t.Error(err)
	}
	b.Attach("sdc", 3, "EVIDENCE")
	if _, err := b.Free(); err != ErrTwoSticks || b.Disk() != "" {
		t.Error(err)
	}
	if slices.Contains(b.flags, "sdc false") || slices.Contains(b.flags, "sda false") {
		t.Error(b.flags)
	}
	b.Pull("sdb")
	if _, err := b.Free(); err != nil || b.Disk() != "sdc" {
		t.Error(err)
	}
}

// Between looking for the stick and making it writable another disk can get its name:
// that one is guarded again.
func TestStickSwappedWhenMadeWritable(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "BOOT", "EVIDENCE")
	b.ReadOnly = func(device string, on bool) error {
		if !on {
			b.Attach("sda", 2)
		}
		return b.setFlag(filepath.Base(device), on)
	}
	if err := b.With(func(string) error { t.Error("it is used"); return nil }); err != ErrPulledOut || b.mounts > 0 {
		t.Error(err, b.mounts)
	}
	if last := b.flags[len(b.flags)-1]; last != "sda true" {
		t.Errorf("the flag of the other disk: %v", b.flags)
	}
}

// Nor is another disk given the stick's number.
func TestStickSwappedWhenNumbered(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "BOOT", "EVIDENCE")
	b.Dev = t.TempDir()
	write(t, filepath.Join(b.Dev, "sda"), "another disk")
	p := disks.Partition{Name: "sda2", Disk: "sda", Number: 2, Appearance: b.Sys.Appearance("sda")}
	b.Attach("sda", 2)
	if err := b.writeNumber(p, mark.NewNumber()); !errors.Is(err, ErrPulledOut) {
		t.Error(err)
	}
	if got := read(t, filepath.Join(b.Dev, "sda")); got != "another disk" {
		t.Errorf("%q", got)
	}
}

func TestStickStates(t *testing.T) {
	b := newRig(t)
	if _, err := b.Free(); err != ErrNoStick {
		t.Error(err)
	}
	b.Attach("sda", 1, "EVIDENCE")
	b.Attach("sdb", 2, "EVIDENCE")
	if _, err := b.Free(); err != ErrTwoSticks {
		t.Error(err)
	}
	b.Pull("sda")
	if free, err := b.Free(); err != nil || free <= 0 || b.at.Disk != "sdb" {
		t.Error(free, err)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{unix.ENOSPC, ErrFull.Error()}, {unix.EROFS, ErrProtected.Error()}, {unix.EIO, "input/output error"},
	} {
		before := b.mounts
		err := b.With(func(string) error { return fmt.Errorf("write: %w", c.err) })
		if !errors.Is(err, c.err) || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "write: "), c.want) {
			t.Error(err)
		}
		if _, err := b.Free(); err != nil || b.mounts != before+1 {
			t.Error("it was not mounted anew: ", err)
		}
	}
	err := b.With(func(string) error { b.Pull("sdb"); return unix.EIO })
	if err == nil || !strings.HasPrefix(err.Error(), "the stick was pulled") {
		t.Error(err)
	}
	b.Attach("sdc", 4, "EVIDENCE")
	b.Mount = func(string, string) error { return ErrProtected }
	if _, err := b.Free(); err != ErrProtected || b.Disk() != "sdc" {
		t.Error(err)
	}
	b.ReadOnly = func(_ string, on bool) error {
		if !on {
			return errors.New("the flag did not become 0")
		}
		return nil
	}
	if _, err := b.Free(); !errors.Is(err, ErrProtected) {
		t.Error(err)
	}
}

// A screen that asks for the free room does not wait for a report being saved.
func TestFreeWhileSaving(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE")
	if _, err := b.Free(); err != nil {
		t.Fatal(err)
	}
	err := b.With(func(string) error {
		free, err := b.Free()
		if free <= 0 {
			t.Error(free)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
