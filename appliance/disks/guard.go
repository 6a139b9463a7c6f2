package disks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/stick"
)

// Guard sets the kernel's read-only flag of every disk once, when it appears:
// the stick's too, until it is known to be the stick. The flag stops every write
// through the block layer; pass-through commands it does not stop, and those
// package devices has an allow-list for.
type Guard struct {
	sys  Sysfs
	Set  func(disk string, on bool) error // a test has no disks
	say  func(words.Text)
	mu   sync.Mutex
	done map[string]chan struct{} // by appearance; closed when it is
}

// NewGuard guards the disks of sys, whose nodes are in dev.
func NewGuard(sys Sysfs, dev string, say func(words.Text)) *Guard {
	set := func(disk string, on bool) error { return SetReadOnly(filepath.Join(dev, disk), on) }
	return &Guard{sys: sys, Set: set, say: say, done: make(map[string]chan struct{})}
}

// guardLimit: opening a dead disk can take the kernel minutes, and the others
// must not wait for it.
const guardLimit = 10 * time.Second

// All guards the disks that were not guarded yet, and returns when they are. A
// disk that keeps the kernel waiting is guarded when it answers.
func (g *Guard) All() {
	var wg sync.WaitGroup
	for _, disk := range g.sys.WholeDisks() {
		wg.Go(func() { g.Sure(disk) })
	}
	ready := make(chan struct{})
	go func() { wg.Wait(); close(ready) }()
	select {
	case <-ready:
	case <-time.After(guardLimit):
		g.say(stick.NoAnswer)
	}
}

// Sure returns when a disk was guarded, by this call or an earlier one. It never
// is again while it is there: the stick can be made writable after that.
func (g *Guard) Sure(disk string) {
	appearance := g.sys.Appearance(disk)
	g.mu.Lock()
	done, begun := g.done[appearance]
	if !begun {
		done = make(chan struct{})
		g.done[appearance] = done
	}
	g.mu.Unlock()
	if begun {
		<-done
		return
	}
	g.one(disk)
	close(done)
}

func (g *Guard) one(disk string) {
	err := g.Set(disk, true)
	if err == nil || errors.Is(err, unix.ENOMEDIUM) || errors.Is(err, unix.ENXIO) {
		return // an empty card reader or CD drive has nothing to guard
	}
	g.say(stick.NotReadOnly.Say(disk, err))
}

// Watch guards what appears from now on. The kernel announces each device on a
// netlink socket (NETLINK_KOBJECT_UEVENT, group 1) in strings that end with NUL:
// "add@/devices/…/block/sda", "SUBSYSTEM=block", "DEVTYPE=disk", …
func (g *Guard) Watch(ctx context.Context) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1})
	}
	if err != nil {
		g.say(stick.NotAnnounced.Say(err))
		return
	}
	buf := make([]byte, 64<<10)
	for ctx.Err() == nil {
		n, err := unix.Read(fd, buf)
		// ENOBUFS: announcements were lost, so look in any case.
		if err == unix.ENOBUFS || err == nil && announcesDisk(buf[:n]) {
			g.All()
		} else if err != nil && err != unix.EINTR {
			g.say(stick.AnnouncedOver.Say(err))
			return
		}
	}
}

func announcesDisk(event []byte) bool {
	return bytes.Contains(event, []byte("\x00SUBSYSTEM=block\x00")) && bytes.Contains(event, []byte("\x00DEVTYPE=disk\x00"))
}

// SetReadOnly sets or clears the read-only flag of a disk or a partition and
// reads it back.
func SetReadOnly(device string, on bool) error {
	d, err := OpenBlockDevice(device)
	if err != nil {
		return err
	}
	defer d.Close()
	want := 0
	if on {
		want = 1
	}
	if err := unix.IoctlSetPointerInt(int(d), unix.BLKROSET, want); err != nil {
		return fmt.Errorf("set the read-only flag of %s to %d: %w", device, want, err)
	}
	is, err := unix.IoctlGetUint32(int(d), unix.BLKROGET)
	if err != nil || (is != 0) != on {
		return fmt.Errorf("the read-only flag of %s did not become %d (%v)", device, want, err)
	}
	return nil
}
