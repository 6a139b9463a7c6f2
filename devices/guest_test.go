package devices

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
)

// These tests need drives of every kind and a kernel that is theirs alone. They
// run in the virtual machine that internal/guest boots, which sets
// SHOKYO_GUEST and, for each disk, SHOKYO_DISK_name. Nothing here writes: what
// could is refused before it reaches the kernel. That the kernel itself refuses
// plain writes is tested by internal/guest, with a disk that nobody protects.

func inGuest(t *testing.T) {
	t.Helper()
	if os.Getenv("SHOKYO_GUEST") == "" {
		t.Skip("runs in the virtual machine of internal/guest's test")
	}
}

func guestDisk(t *testing.T, name string) string {
	t.Helper()
	path := os.Getenv("SHOKYO_DISK_" + name)
	if path == "" {
		t.Fatalf("the guest has no disk %s", name)
	}
	return path
}

// guestDrive is what a disk of the guest has to say of itself: internal/guest's
// drives_test.go makes them.
type guestDrive struct {
	name, bus, model, serial string
	block                    int
	readOnly                 bool // by a write blocker
	want                     []string
}

func guestDrives() []guestDrive {
	unasked := []string{"hidden: unknown, passes no commands", "sanitize: unknown, passes no commands", "security: unknown, passes no commands"}
	bridge := []string{"hidden: unknown, does not pass ATA commands", "sanitize: unknown, does not pass ATA commands", "security: unknown, does not pass ATA commands"}
	return []guestDrive{
		{"nvme", kernel.BusNVMe, "QEMU NVMe Ctrl", "NVME0001", 512, false, []string{"rotation: solid-state", "hidden: none", "sanitize: not-supported", "security: none", "deallocated: zeros"}},
		{"nvme4k", kernel.BusNVMe, "QEMU NVMe Ctrl", "NVME0001", 4096, false, []string{"rotation: solid-state", "hidden: none", "sanitize: not-supported", "security: none"}},
		{"multipath", kernel.BusNVMe, "QEMU NVMe Ctrl", "NVME0002", 512, false, []string{"hidden: hidden, namespace 2", "sanitize: not-supported", "security: none"}},
		{"ssd", kernel.BusATA, "SHOKYO SSD", "AHCI0001", 512, false, []string{"rotation: solid-state", "hidden: none", "sanitize: not-supported", "security: none"}},
		{"hdd", kernel.BusATA, "SHOKYO HDD", "AHCI0002", 512, false, []string{"rotation: rotating, 7200", "hidden: none", "sanitize: not-supported", "security: none"}},
		{"sas", kernel.BusSCSI, "SHOKYO SASDISK", "SCSI0001", 512, false, []string{"hidden: unknown, SCSI has no command", "sanitize: unknown, SCSI does not tell", "security: unknown"}},
		{"debug", kernel.BusSCSI, "Linux scsi_debug", "2000", 512, false, []string{"rotation: solid-state", "hidden: unknown", "deallocated: zeros"}},
		{"usb", kernel.BusUSB, "QEMU QEMU HARDDISK", "USB00001", 512, false, []string{"hidden: unknown, a removable USB medium", "sanitize: unknown, a removable USB medium"}},
		{"uas", kernel.BusUSB, "QEMU QEMU HARDDISK", "UAS00001", 512, true, bridge},
		{"virtio", kernel.BusVirtio, "", "VBLK0001", 512, false, unasked},
	}
}

func TestInGuestDescribe(t *testing.T) {
	inGuest(t)
	for _, g := range guestDrives() {
		t.Run(g.name, func(t *testing.T) {
			d, err := Describe(guestDisk(t, g.name))
			if err != nil {
				t.Fatal(err)
			}
			checkStatements(t, d)
			says(t, d, g.want...)
			if d.Bus != g.bus || d.Model != g.model || d.Serial != g.serial || d.LogicalBlockBytes != g.block || d.SizeBytes <= 0 || d.Kind != kernel.BlockDevice || d.Partition != answer.No {
				t.Errorf("%s: %+v", d.Bus, d.Facts)
			}
			if d.InUse != answer.No || len(d.Users) != 0 {
				t.Errorf("in use: %s by %q", d.InUse, d.Users)
			}
			if got := hasCommands(d.Bus); got != (len(d.Pages) > 0) {
				t.Errorf("%d commands on bus %s", len(d.Pages), d.Bus)
			}
			if g.name == "usb" && (d.Removable != answer.Yes || countATA(d.Pages) != 0) {
				t.Errorf("removable %s, %d ATA commands", d.Removable, countATA(d.Pages))
			}
		})
	}
}

// TestInGuestNames: world-wide names, as the drives were given them.
func TestInGuestNames(t *testing.T) {
	inGuest(t)
	for name, want := range map[string]string{"ssd": "5000c50012345601", "sas": "5000c50012345678", "nvme": "0025385b71b0c301"} {
		d, err := Describe(guestDisk(t, name))
		if err != nil || d.WWN != want && d.EUI64 != want {
			t.Errorf("%s: WWN %q, EUI-64 %q, %v; want %s", name, d.WWN, d.EUI64, err, want)
		}
	}
}

// TestInGuestList: every disk once, in the order people expect, and as Describe
// has it; hidden paths of NVMe multipath are no media.
func TestInGuestList(t *testing.T) {
	inGuest(t)
	list, err := List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, d := range list {
		paths = append(paths, d.Path)
		checkStatements(t, d)
		if st, err := os.Stat(d.Path); err != nil || st.Mode()&os.ModeDevice == 0 {
			t.Errorf("%s: %v", d.Path, err)
		}
	}
	for _, g := range guestDrives() {
		path := guestDisk(t, g.name)
		i := slices.Index(paths, path)
		if i < 0 {
			t.Errorf("%s (%s) is not listed", path, g.name)
			continue
		}
		says(t, list[i], g.want...)
	}
	if !slices.IsSortedFunc(paths, func(a, b string) int { return kernel.Natural(filepath.Base(a), filepath.Base(b)) }) {
		t.Errorf("order: %q", paths)
	}
}

// TestInGuestRefused: the transports that do reach the drive refuse everything
// that could harm it, and the kernel counts no write.
func TestInGuestRefused(t *testing.T) {
	inGuest(t)
	for _, name := range []string{"ssd", "hdd", "sas", "debug", "uas", "nvme", "multipath"} {
		path := guestDisk(t, name)
		f, err := openReadOnly(path, 0)
		if err != nil {
			t.Fatal(err)
		}
		var st unix.Stat_t
		if err := unix.Fstat(int(f.Fd()), &st); err != nil {
			t.Fatal(err)
		}
		before, _ := kernel.ThisHost().Counters(uint64(st.Rdev))
		var to transport = scsiGeneric{f}
		bus, alive, answer := kernel.BusSCSI, []byte{0x12, 0, 0, 0, 36, 0}, make([]byte, 36)
		if strings.HasPrefix(filepath.Base(path), "nvme") {
			to, bus, alive, answer = nvmeAdmin{f}, kernel.BusNVMe, make([]byte, 64), make([]byte, 4096)
			alive[0], alive[40] = 0x06, 0x01
		}
		if n, status, err := to.Do(alive, answer); n != len(answer) || status != nil || err != nil {
			t.Errorf("%s: the transport does not work: %d bytes, % x, %v", name, n, status, err)
		}
		for i, d := range dangerous(t) {
			if d.bus != bus || isATA(d.command) && i%31 != 0 { // there are thousands; TestDangerousCommands tries all
				continue
			}
			if _, _, err := to.Do(d.command, nil); !errors.Is(err, errRefused) {
				t.Fatalf("%s: %s: %v", name, d.name, err)
			}
		}
		after, counted := kernel.ThisHost().Counters(uint64(st.Rdev))
		if !counted || before != after {
			t.Errorf("%s: counters %+v before, %+v after", name, before, after)
		}
		f.Close()
	}
}

// TestInGuestOpen: claimed, read-only, alive, and read to the last block.
func TestInGuestOpen(t *testing.T) {
	inGuest(t)
	for _, g := range guestDrives() {
		t.Run(g.name, func(t *testing.T) {
			path := guestDisk(t, g.name)
			m := mustOpen(t, path)
			f := m.Facts()
			if f.Claimed != answer.Yes || f.ReadOnlyFlag != answer.Yes || f.InUseBy != "" || m.Alignment() != g.block || m.OpenedAs() != "O_RDONLY|O_DIRECT" || g.readOnly && f.ReadOnlyBefore != answer.Yes {
				t.Errorf("%+v, alignment %d, %s", f, m.Alignment(), m.OpenedAs())
			}
			if err := m.Alive(); err != nil {
				t.Error(err)
			}
			last := make([]byte, g.block)
			if n, err := m.ReadAt(last, m.Size()-int64(g.block)); g.name != "sas" && (n != g.block || err != nil) { // its last sector is bad
				t.Errorf("the last block: %d bytes, %v", n, err)
			}
			if c, err := m.Check(); err != nil || c.Changed != answer.No || !c.After.Counted {
				t.Errorf("%+v, %v", c, err)
			}
			heldByOther(t, path)
		})
	}
}

// heldByOther: while somebody has a claim, Open refuses, and OpenInUse reads
// without one and leaves the read-only flag as it is.
func heldByOther(t *testing.T, path string) {
	t.Helper()
	if _, err := Open(path); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "--in-use") {
		t.Errorf("a second claim: %v", err)
	}
	m, err := OpenInUse(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if f := m.Facts(); f.Claimed != answer.No || f.ReadOnlyFlag != f.ReadOnlyBefore {
		t.Errorf("opened in use: %+v", f)
	}
}

// TestInGuestInUse: a claim by somebody else keeps Open from touching anything.
func TestInGuestInUse(t *testing.T) {
	inGuest(t)
	path := guestDisk(t, "victim") // never examined: its flag must stay off
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if _, err := Open(path); !errors.Is(err, ErrInUse) {
		t.Errorf("claimed by another descriptor: %v", err)
	}
	m, err := OpenInUse(path)
	if err != nil {
		t.Fatal(err)
	}
	if f := m.Facts(); f.Claimed != answer.No || f.ReadOnlyBefore != answer.No || f.ReadOnlyFlag != answer.No {
		t.Errorf("%+v", f)
	}
	if p := make([]byte, 4096); !readsSame(m, fd, p) {
		t.Error("read otherwise than by the other descriptor")
	}
	m.Close()
	if readOnlyFlag(fd) != answer.No {
		t.Error("the read-only flag of a medium in use was set")
	}
}

func readsSame(m *Medium, fd int, p []byte) bool {
	other := make([]byte, len(p))
	if _, err := m.ReadAt(p, 0); err != nil {
		return false
	}
	n, err := unix.Pread(fd, other, 0)
	return err == nil && n == len(p) && bytes.Equal(p, other)
}
