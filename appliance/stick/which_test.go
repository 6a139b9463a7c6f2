package stick

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/stick/mark"
)

// withSticks attaches "sda=1 sdb=2", in that order: the sticks of those numbers.
func withSticks(t *testing.T, o mark.Origin, sticks string) *rig {
	t.Helper()
	b := newRig(t)
	b.origin = o
	for i, word := range strings.Fields(sticks) {
		disk, number, _ := strings.Cut(word, "=")
		b.marks[disk] = mark.Mark{Number: number, Volume: "V" + number}
		b.Attach(disk, i, "EVIDENCE")
	}
	return b
}

// Only the stick that the computer was started from is written to, whichever other
// is there, and whether or not it is there itself.
func TestOtherSticks(t *testing.T) {
	for _, c := range []struct {
		origin  mark.Origin
		sticks  string
		want    string
		wantErr error
	}{
		{mark.Origin{Number: "1"}, "sda=1 sdb=2", "sda", nil},
		{mark.Origin{Number: "2"}, "sda=1 sdb=2", "sdb", nil},
		{mark.Origin{Number: "2"}, "sda=1 sdb=" + mark.NoNumber, "", core.ErrOtherStick},
		{mark.Origin{Number: mark.NoNumber}, "sda=1 sdb=" + mark.NoNumber, "sdb", nil},
		{mark.Origin{Number: mark.NoNumber, Next: "2"}, "sda=1 sdb=2", "sdb", nil},
		{mark.Origin{Number: "1"}, "sda=1 sdb=1", "", ErrTwoSticks}, // a copy
		{mark.Origin{Number: "1"}, "sda=2", "", core.ErrOtherStick},
		{mark.Origin{Number: "1"}, "", "", ErrNoStick},
		{mark.Origin{Volume: "V2"}, "sda=1 sdb=2", "sdb", nil},
		{mark.Origin{Volume: "V3"}, "sda=1 sdb=2", "", core.ErrOtherStick},
		{mark.Origin{}, "sda=1 sdb=2", "", ErrTwoSticks},
		{mark.Origin{}, "sda=1", "sda", nil},
	} {
		b := withSticks(t, c.origin, c.sticks)
		_, err := b.Free()
		if !errors.Is(err, c.wantErr) || b.Disk() != c.want {
			t.Errorf("%+v, %s: %q, %v", c.origin, c.sticks, b.Disk(), err)
		}
		b.wantWritable(c.want)
	}
}

// wantWritable: no other disk was ever made writable.
func (b *rig) wantWritable(disks ...string) {
	b.t.Helper()
	for _, flag := range b.flags {
		if disk, made := strings.CutSuffix(flag, " false"); made && !slices.Contains(disks, disk) {
			b.t.Errorf("%s was made writable", disk)
		}
	}
}

// A stick that is used for the first time gets its number before anything is written
// to it, and is the one from then on: beside other new sticks, when it was pulled,
// and after a failure of the program.
func TestFirstUse(t *testing.T) {
	for _, o := range []mark.Origin{{Number: mark.NoNumber}, {Volume: "V" + mark.NoNumber}, {}} {
		b := withSticks(t, o, "sda="+mark.NoNumber)
		b.Mount = func(string, string) error {
			if b.marks["sda"].Number == mark.NoNumber || !slices.Contains(b.flags, "sda false") {
				t.Error("it was mounted before it had a number")
			}
			return nil
		}
		if _, err := b.Free(); err != nil {
			t.Fatal(err)
		}
		again := newRigIn(t, b.dir)
		again.StartedFrom(o)
		again.marks = b.marks
		for _, b := range []*rig{b, again} {
			b.Attach("sdb", 2, "EVIDENCE")
			b.marks["sdb"] = mark.Mark{Number: mark.NoNumber, Volume: "V" + mark.NoNumber}
			if _, err := b.Free(); err != nil || b.Disk() != "sda" {
				t.Errorf("%+v: %v", o, err)
			}
			b.Pull("sda")
			if _, err := b.Free(); !errors.Is(err, core.ErrOtherStick) {
				t.Errorf("%+v: %v", o, err)
			}
			b.Attach("sda", 3, "EVIDENCE")
			b.wantWritable("sda")
		}
	}
}

// The number may be on the stick though writing it failed, or not be there though it
// did not; and the program may fail in between.
func TestFirstUseFails(t *testing.T) {
	for _, c := range []struct {
		err     error
		written bool
		want    error
	}{
		{nil, false, nil}, {io.ErrShortWrite, false, io.ErrShortWrite}, {unix.EIO, true, unix.EIO}, {unix.EROFS, false, ErrProtected},
	} {
		for i, o := range []mark.Origin{{Number: mark.NoNumber}, {Volume: "V" + mark.NoNumber}, {Number: mark.NoNumber}, {Volume: "V" + mark.NoNumber}} {
			b := withSticks(t, o, "sda="+mark.NoNumber)
			number := b.Number
			b.Number = func(p disks.Partition, n string) error {
				if c.written {
					number(p, n)
				}
				return c.err
			}
			if _, err := b.Free(); err == nil || !errors.Is(err, c.want) && c.want != nil || b.mounts != 0 {
				t.Errorf("%+v: %v", c, err)
			}
			b.Number = number
			if i > 1 {
				marks := b.marks
				b = newRigIn(t, b.dir)
				b.marks = marks
				b.StartedFrom(o)
			}
			if _, err := b.Free(); err != nil || b.Disk() != "sda" {
				t.Errorf("%+v: it is not the stick any more: %v", c, err)
			}
		}
	}
}

// Another stick takes the place of the one that is missed when somebody says so, and
// never by itself: whenever it was plugged in.
func TestAnotherStickInItsPlace(t *testing.T) {
	b := withSticks(t, mark.Origin{Number: "1"}, "sdb=2")
	if _, err := b.Free(); !errors.Is(err, core.ErrOtherStick) {
		t.Fatal(err)
	}
	b.Pull("sdb")
	b.Attach("sdb", 9, "EVIDENCE")
	if _, err := b.Free(); !errors.Is(err, core.ErrOtherStick) {
		t.Fatal(err)
	}
	b.marks["sdc"] = mark.Mark{Number: "3"}
	b.Attach("sdc", 2, "EVIDENCE")
	if err := b.takeOther(); !errors.Is(err, ErrTwoSticks) {
		t.Error(err)
	}
	b.Pull("sdb")
	b.examined = "sdc"
	if err := b.takeOther(); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	b.examined = ""
	b.wantWritable()
	if err := b.takeOther(); err != nil {
		t.Error(err)
	}
	if _, err := b.Free(); err != nil || b.Disk() != "sdc" {
		t.Fatal(err, b.Disk())
	}
	// The stick that was used until then is a disk again.
	b = withSticks(t, mark.Origin{Number: "1"}, "sda=1")
	if _, err := b.Free(); err != nil {
		t.Fatal(err)
	}
	b.Attach("sdc", 3, "EVIDENCE")
	b.marks["sdc"] = mark.Mark{Number: "3"}
	b.become(mark.Origin{Number: "3"})
	if _, err := b.Free(); err != nil || b.Disk() != "sdc" || !slices.Contains(b.flags[2:], "sda true") {
		t.Error(err, b.flags)
	}
	b.wantWritable("sda", "sdc")
	// After a failure of the program it still is. What it was started from is not.
	b = newRigIn(t, b.dir)
	b.marks["sdc"], b.marks["sda"] = mark.Mark{Number: "3"}, mark.Mark{Number: "1"}
	b.StartedFrom(mark.Origin{Number: "1"})
	b.Attach("sda", 4, "EVIDENCE")
	if _, err := b.Free(); err != nil || b.Disk() != "sdc" {
		t.Error(err, b.Disk())
	}
	if err := b.takeOther(); err != nil { // there is nothing to take: the stick is there
		t.Error(err)
	}
	b.wantWritable("sdc")
}

// A stick is left alone for a while after it appeared: a copy of it may come a moment
// later. So it is after each time.
func TestStickSettles(t *testing.T) {
	b := withSticks(t, mark.Origin{Number: "1"}, "sda=1")
	b.Settle = Alone
	b.marks["sdb"] = mark.Mark{Number: "1"}
	for _, c := range []struct {
		do   func()
		wait time.Duration
		want error
	}{
		{func() {}, 0, ErrSettling},
		{func() {}, Alone - 1, ErrSettling},
		{func() {}, 1, nil},
		{func() { b.Attach("sdb", 2, "EVIDENCE") }, 0, ErrTwoSticks},
		{func() { b.Pull("sda") }, time.Hour, ErrSettling},
		{func() {}, Alone, nil},
		{func() { b.Pull("sdb") }, 0, ErrNoStick},
		{func() { b.Attach("sdb", 5, "EVIDENCE"); b.coming = true }, Alone, ErrSettling},
		{func() {}, OnItsWay - 1, ErrSettling},
		{func() {}, 1, nil}, // it does not come
		{func() { b.Pull("sdb"); b.coming = false }, 0, ErrNoStick},
		{func() { b.Attach("sdb", 3, "EVIDENCE") }, 0, ErrSettling},
		{func() { b.examined = "sdb" }, time.Minute, ErrBusy},
		{func() { b.examined = "" }, 0, nil},
	} {
		c.do()
		b.waited += c.wait
		if _, err := b.Free(); !errors.Is(err, c.want) {
			t.Errorf("after %v: %v, want %v", b.waited, err, c.want)
		}
	}
}

// What was read of a stick is not read again: it may be a disk that is dying.
func TestMarkIsReadOnce(t *testing.T) {
	b := newRig(t)
	reads := 0
	b.Read = func(disks.Partition) (mark.Mark, error) {
		if reads++; reads == 1 {
			return mark.Mark{}, unix.EIO
		}
		return mark.Mark{Number: "1"}, nil
	}
	b.Attach("sda", 1, "EVIDENCE")
	for range 5 {
		b.Free()
	}
	if reads != 1 {
		t.Errorf("%d times", reads)
	}
	b.waited += OnItsWay
	for range 5 {
		b.Free()
	}
	if reads != 2 {
		t.Errorf("%d times", reads)
	}
}
