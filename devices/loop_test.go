package devices

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/internal/aligned"
	"shokyo.dev/shokyo/internal/tooltest"
)

// needLoop skips where the kernel or the user allows no loop devices: these
// tests are about real block devices.
func needLoop(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("loop devices need root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
}

// tool runs a program of Debian's that a test needs.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := command(t, name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("needs " + name)
	}
	return exec.Command(tooltest.Path(t, name), args...)
}

// loop attaches a file as a block device, and undoes it at the end.
//
// A loop device may have been anybody's before, and keeps the read-only flag
// and the partitions it was given: they are taken off. Partitions that can not
// be (somebody still has one open) make the device unfit: it is kept attached,
// so that losetup finds another one.
func loop(t *testing.T, content []byte, args ...string) (device, backing string) {
	t.Helper()
	needLoop(t)
	backing = filepath.Join(t.TempDir(), "backing.img")
	write(t, backing, content)
	for range 4 {
		device := attach(t, append(args, backing)...)
		if removePartitions(t, device) {
			return device, backing
		}
	}
	t.Fatal("four loop devices have partitions that can not be removed: see delpart")
	return "", ""
}

// attach is losetup, which finds a free device: also when others look for one at
// the same time, and with warnings to be left out of its answer.
func attach(t *testing.T, args ...string) (device string) {
	t.Helper()
	out, err := command(t, "losetup", append([]string{"-f", "--show"}, args...)...).Output()
	if err != nil {
		t.Fatalf("losetup %q: %v", args, err)
	}
	device = strings.TrimSpace(string(out))
	t.Cleanup(func() {
		tool(t, "blockdev", "--setrw", device)
		tool(t, "losetup", "-d", device)
	})
	tool(t, "blockdev", "--setrw", device)
	return device
}

// removePartitions says whether the device has none now.
func removePartitions(t *testing.T, device string) bool {
	t.Helper()
	ok := true
	parts, _ := filepath.Glob(filepath.Join("/sys/class/block", filepath.Base(device), "*", "partition"))
	for _, p := range parts {
		if out, err := command(t, "delpart", device, kernel.ReadLine(p)).CombinedOutput(); err != nil {
			t.Logf("delpart %s %s: %s", device, kernel.ReadLine(p), out)
			ok = false
		}
	}
	return ok
}

// partitioned attaches 32 MiB with partitions p1 and p2. The kernel is told of
// them (BLKPG) and need not be able to read a table.
func partitioned(t *testing.T) (device string) {
	t.Helper()
	device, _ = loop(t, make([]byte, 32<<20))
	t.Cleanup(func() { removePartitions(t, device) })
	for _, p := range [][]string{{"1", "2048", "20480"}, {"2", "24576", "8192"}} {
		tool(t, "addpart", append([]string{device}, p...)...)
	}
	return device
}

func TestBlockDevice(t *testing.T) {
	for _, sector := range []int{512, 4096} {
		content := randomBytes(4<<20, byte(sector>>8))
		device, backing := loop(t, content, "-b", map[int]string{512: "512", 4096: "4096"}[sector])
		before := sum(t, backing)
		m := mustOpen(t, device)
		if m.Size() != 4<<20 || m.Alignment() != sector {
			t.Errorf("size %d, alignment %d; want %d", m.Size(), m.Alignment(), sector)
		}
		f := m.Facts()
		if f.Path != device || f.Kind != kernel.BlockDevice || f.Name != filepath.Base(device) || f.LogicalBlockBytes != sector ||
			f.PhysicalBlockBytes < sector || f.Partition != answer.No || f.ReadOnlyBefore != answer.No || f.ReadOnlyFlag != answer.Yes || f.Serial != "" {
			t.Errorf("facts %+v", f)
		}
		checkReads(t, m, content)
		if c, err := m.Check(); err != nil || c.Changed != answer.No || !c.After.Counted {
			t.Errorf("%+v, %v", c, err)
		}
		m.Close()
		if sum(t, backing) != before {
			t.Error("the medium was changed")
		}
	}
}

// TestReadOnlyFlag: it is set while the medium is open and stays set.
func TestReadOnlyFlag(t *testing.T) {
	content := randomBytes(1<<20, 20)
	device, backing := loop(t, content)
	m := mustOpen(t, device)
	for _, state := range []string{"open", "closed"} {
		f, err := os.OpenFile(device, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if readOnlyFlag(int(f.Fd())) != answer.Yes {
			t.Errorf("%s: the flag is not set", state)
		}
		if _, err := f.WriteAt(make([]byte, 512), 0); !errors.Is(err, unix.EPERM) {
			t.Errorf("%s: writing gives %v", state, err)
		}
		f.Close()
		m.Close()
	}
	if b, _ := os.ReadFile(backing); !bytes.Equal(b, content) {
		t.Error("the medium was changed")
	}
	again := mustOpen(t, device)
	if f := again.Facts(); f.ReadOnlyBefore != answer.Yes || f.ReadOnlyFlag != answer.Yes {
		t.Errorf("opened again: %+v", f)
	}
}

// TestWrittenDevice: somebody takes the flag off and writes during the scan.
func TestWrittenDevice(t *testing.T) {
	device, _ := loop(t, randomBytes(1<<20, 21))
	m := mustOpen(t, device)
	tool(t, "blockdev", "--setrw", device)
	f, err := os.OpenFile(device, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 4096), 8192); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	c, err := m.Check()
	if err != nil || c.Changed != answer.Yes || c.After.Counters.WrittenSectors-c.Before.Counters.WrittenSectors != 8 ||
		!strings.Contains(c.Text, "(8 sectors)") {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestShrinkingDevice(t *testing.T) {
	device, backing := loop(t, randomBytes(1<<20, 22))
	m := mustOpen(t, device)
	if err := os.Truncate(backing, 512<<10); err != nil {
		t.Fatal(err)
	}
	tool(t, "losetup", "-c", device)
	p := aligned.Bytes(1<<20, 512)
	if n, err := m.ReadAt(p, 0); n > 512<<10 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if c, err := m.Check(); err != nil || c.Changed != answer.Yes {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestBusyDevice(t *testing.T) {
	device, _ := loop(t, make([]byte, 16<<20))
	tool(t, "mkfs.ext4", "-q", device)
	point := filepath.Join(t.TempDir(), "a b")
	if err := os.Mkdir(point, 0o700); err != nil {
		t.Fatal(err)
	}
	tool(t, "mount", "-o", "ro", device, point)
	_, err := Open(device)
	tool(t, "umount", point)
	want := device + " is in use (" + filepath.Base(device) + " mounted at " + point + "): unmount it first, or examine it as it is with --in-use"
	if !errors.Is(err, ErrInUse) || err.Error() != want {
		t.Errorf("mounted: %v\nwant %s", err, want)
	}
	if f := mustOpen(t, device).Facts(); f.ReadOnlyBefore != answer.No {
		t.Error("the read-only flag was set although the medium was refused")
	}
	if _, err := Open(device); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "by another program") {
		t.Errorf("open already: %v", err)
	}
}

// TestBusyPartition: one mounted partition keeps the whole device.
func TestBusyPartition(t *testing.T) {
	device := partitioned(t)
	part := device + "p1"
	tool(t, "mkfs.ext4", "-q", part)
	point := t.TempDir()
	tool(t, "mount", "-o", "ro", part, point)
	_, whole := Open(device)
	_, own := Open(part)
	other, otherErr := Open(device + "p2")
	tool(t, "umount", point)
	for _, err := range []error{whole, own} {
		if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), filepath.Base(part)+" mounted at "+point) {
			t.Errorf("mounted partition: %v", err)
		}
	}
	if otherErr != nil {
		t.Fatal("the partition beside: ", otherErr)
	}
	checkReads(t, other, make([]byte, 4<<20))
	if f := other.Facts(); f.Partition != answer.Yes || f.Name != filepath.Base(device)+"p2" || f.ReadOnlyFlag != answer.Yes || f.SizeBytes != 4<<20 {
		t.Errorf("facts of a partition: %+v", f)
	}
	other.Close()
	mustOpen(t, device)
}

func TestBusySwap(t *testing.T) {
	device, _ := loop(t, make([]byte, 16<<20))
	tool(t, "mkswap", device)
	tool(t, "swapon", device)
	_, err := Open(device)
	tool(t, "swapoff", device)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "used as swap): run swapoff first") {
		t.Errorf("swap: %v", err)
	}
}

// TestEmptyDevice: a drive without a medium has the size 0. So has a loop device
// of an empty file, which nobody else can attach meanwhile.
func TestEmptyDevice(t *testing.T) {
	device, _ := loop(t, nil)
	if _, err := Open(device); !errors.Is(err, ErrEmpty) || !strings.Contains(err.Error(), "holds no medium") {
		t.Errorf("a loop device of nothing: %v", err)
	}
	if got := tool(t, "blockdev", "--getro", device); got != "0" {
		t.Error("the read-only flag of a device without a medium was set")
	}
}

// TestSinceDevice: counters count within one attachment, whoever looks.
func TestSinceDevice(t *testing.T) {
	device := partitioned(t)
	whole, part := checkTwice(t, device), checkTwice(t, device+"p2")
	if whole.Epoch == "" || whole.Epoch != part.Epoch {
		t.Errorf("epoch %q, of its partition %q", whole.Epoch, part.Epoch)
	}
}

// checkTwice compares a device with what a first examination of it saved.
func checkTwice(t *testing.T, path string) written.State {
	t.Helper()
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := first.Check()
	first.Close()
	if err != nil || c.Changed != answer.No {
		t.Fatalf("%s: %+v, %v", path, c, err)
	}
	earlier := saved(t, c.After)
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if c, err := second.Since(earlier); err != nil || c.Changed != answer.No {
		t.Errorf("%s opened again: %+v, %v", path, c, err)
	}
	return earlier
}

// TestAttachedAnew: writes between two attachments are nowhere counted.
func TestAttachedAnew(t *testing.T) {
	first, _ := loop(t, make([]byte, 1<<20))
	second, _ := loop(t, make([]byte, 1<<20))
	c, err := mustOpen(t, first).Check()
	if err != nil {
		t.Fatal(err)
	}
	c, err = mustOpen(t, second).Since(saved(t, c.After))
	if err != nil || c.Changed != answer.Unknown || !strings.Contains(c.Text, "attached anew") {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestDeviceNeedsRoot: reading may be allowed where setting the flag is not.
func TestDeviceNeedsRoot(t *testing.T) {
	device, _ := loop(t, randomBytes(1<<20, 23))
	st, err := os.Stat(device)
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(device, st.Mode().Perm())
	if err := os.Chmod(device, 0o600); err != nil { // the node outlives the attachment, too
		t.Fatal(err)
	}
	if got := openAs(t, device); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "may not be read by this user") {
		t.Errorf("closed: %s", got)
	}
	if err := os.Chmod(device, 0o604); err != nil {
		t.Fatal(err)
	}
	if got := openAs(t, device); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "read-only flag needs root (CAP_SYS_ADMIN)") {
		t.Errorf("readable: %s", got)
	}
	tool(t, "blockdev", "--setro", device)
	if got := openAs(t, device); got != "permission false: <nil>" {
		t.Errorf("read-only already: %s", got)
	}
}
