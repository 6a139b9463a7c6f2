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

// command finds the program also where only root looks for it.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("needs " + name)
	}
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		path := filepath.Join(dir, name)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return exec.Command(path, args...)
		}
	}
	t.Fatalf("%s is not installed: make test installs it", name)
	return nil
}

// loop attaches a file as a block device, and undoes it at the end.
func loop(t *testing.T, content []byte, args ...string) (device, backing string) {
	t.Helper()
	needLoop(t)
	backing = filepath.Join(t.TempDir(), "backing.img")
	write(t, backing, content)
	device = tool(t, "losetup", append([]string{"-f", "--show"}, append(args, backing)...)...)
	writable := func() { tool(t, "blockdev", "--setrw", device) } // the flag outlives the attachment
	writable()
	t.Cleanup(func() {
		writable()
		tool(t, "losetup", "-d", device)
	})
	return device, backing
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
		if f.Path != device || f.Kind != BlockDevice || f.Name != filepath.Base(device) || f.LogicalBlockBytes != sector ||
			f.PhysicalBlockBytes < sector || f.Partition != No || f.ReadOnlyBefore != No || f.ReadOnlyFlag != Yes || f.Serial != "" {
			t.Errorf("facts %+v", f)
		}
		checkReads(t, m, content)
		if c, err := m.Check(); err != nil || c.Changed != No || !c.After.Counted {
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
		if readOnlyFlag(int(f.Fd())) != Yes {
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
	if f := again.Facts(); f.ReadOnlyBefore != Yes || f.ReadOnlyFlag != Yes {
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
	if err != nil || c.Changed != Yes || c.After.Counters.WrittenSectors-c.Before.Counters.WrittenSectors != 8 ||
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
	p := alignedBytes(1<<20, 512)
	if n, err := m.ReadAt(p, 0); n > 512<<10 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if c, err := m.Check(); err != nil || c.Changed != Yes {
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
	want := device + " is in use (" + filepath.Base(device) + " mounted at " + point + "): unmount it first"
	if !errors.Is(err, ErrInUse) || err.Error() != want {
		t.Errorf("mounted: %v\nwant %s", err, want)
	}
	if f := mustOpen(t, device).Facts(); f.ReadOnlyBefore != No {
		t.Error("the read-only flag was set although the medium was refused")
	}
	if _, err := Open(device); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "by another program") {
		t.Errorf("open already: %v", err)
	}
}

// TestBusyPartition: one mounted partition keeps the whole device. The kernel
// is told of the partitions (BLKPG) and need not be able to read a table.
func TestBusyPartition(t *testing.T) {
	device, _ := loop(t, make([]byte, 32<<20))
	for _, p := range [][]string{{"1", "2048", "20480"}, {"2", "24576", "8192"}} {
		tool(t, "addpart", append([]string{device}, p...)...)
		t.Cleanup(func() { tool(t, "delpart", device, p[0]) })
	}
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
	if f := other.Facts(); f.Partition != Yes || f.Name != filepath.Base(device)+"p2" || f.ReadOnlyFlag != Yes || f.SizeBytes != 4<<20 {
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

func TestEmptyDevice(t *testing.T) {
	needLoop(t)
	free := tool(t, "losetup", "-f")
	if _, err := Open(free); !errors.Is(err, ErrEmpty) || !strings.Contains(err.Error(), "holds no medium") {
		t.Errorf("a loop device without a file: %v", err)
	}
	if got := tool(t, "blockdev", "--getro", free); got != "0" {
		t.Error("the read-only flag of a device without a medium was set")
	}
}

// TestDeviceNeedsRoot: reading may be allowed where setting the flag is not.
func TestDeviceNeedsRoot(t *testing.T) {
	device, _ := loop(t, randomBytes(1<<20, 23))
	if got := openAs(t, device); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "may not be read by this user") {
		t.Errorf("closed: %s", got)
	}
	if err := os.Chmod(device, 0o604); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(device, 0o600)
	if got := openAs(t, device); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "read-only flag needs root (CAP_SYS_ADMIN)") {
		t.Errorf("readable: %s", got)
	}
	tool(t, "blockdev", "--setro", device)
	if got := openAs(t, device); got != "permission false: <nil>" {
		t.Errorf("read-only already: %s", got)
	}
}
