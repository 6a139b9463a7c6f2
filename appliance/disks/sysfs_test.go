package disks

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/sysfstest"
)

func TestWholeDisks(t *testing.T) {
	b := sysfstest.New(t, t.TempDir())
	sys := Sysfs(b.Dir)
	b.Attach("nvme0n1", 1, "a", "EVIDENCE")
	b.Attach("sda", 2, "EVIDENCE2", "xPARTNAME=EVIDENCE")
	b.Attach("loop0", 3, "EVIDENCE")
	b.Attach("dm-0", 4)
	b.Attach("nvme0c0n1", 5)
	b.Attribute("nvme0c0n1", "", "hidden", "1")
	if got := sys.WholeDisks(); !slices.Equal(got, []string{"nvme0n1", "sda"}) {
		t.Error(got)
	}
	got := sys.NamedPartitions("EVIDENCE")
	if want := []Partition{{"nvme0n12", "nvme0n1", 2, "nvme0n1 1"}}; !slices.Equal(got, want) {
		t.Error(got)
	}
	if got := sys.Partitions("sda"); !slices.Equal(got, []string{"sda1", "sda2"}) {
		t.Error(got)
	}
	if Sysfs("/not/there").WholeDisks() != nil || sys.Number("sda", "nothing") != 0 {
		t.Error("something was found where nothing is")
	}
}

// A disk on USB is coming from when the kernel has a host for it until that has a
// device; other hosts may stay without.
func TestUSBDiskComing(t *testing.T) {
	b := sysfstest.New(t, t.TempDir())
	sys := Sysfs(b.Dir)
	host := func(path, name string) string {
		dir := filepath.Join(b.Dir, "devices", path, name)
		b.Write(filepath.Join("devices", path, name, "scsi_host", name, "state"), "running\n")
		link := filepath.Join(b.Dir, "class/scsi_host", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), os.Symlink(filepath.Join(dir, "scsi_host", name), link)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	host("pci0000:00/0000:00:1f.2/ata1", "host0")
	if sys.USBDiskComing() {
		t.Error("an empty SATA port is taken for a USB disk")
	}
	stick := host("pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0", "host6")
	if !sys.USBDiskComing() {
		t.Error("a USB disk is not seen coming")
	}
	for _, c := range []struct {
		file, text string
		want       bool
	}{
		{"target6:0:0/uevent", "", true},
		{"target6:0:0/6:0:0:1/type", "5\n", false}, // a CD drive: nothing of it is a disk
		{"target6:0:0/6:0:0:0/type", "0\n", true},  // it is spinning up
		{"target6:0:0/6:0:0:0/block/sdb/size", "1\n", false},
	} {
		b.Write(filepath.Join(strings.TrimPrefix(stick, b.Dir), c.file), c.text)
		if got := sys.USBDiskComing(); got != c.want {
			t.Errorf("with %s: coming %v", c.file, got)
		}
	}
}

func TestPluggable(t *testing.T) {
	b := sysfstest.New(t, t.TempDir())
	sys := Sysfs(b.Dir)
	device := func(disk, path string) {
		dir := filepath.Join(b.Dir, "devices", path, "block", disk)
		b.Write(filepath.Join("devices", path, "block", disk, "diskseq"), "1\n")
		for _, link := range []string{"block", "class/block"} {
			if err := os.Symlink(dir, filepath.Join(b.Dir, link, disk)); err != nil {
				t.Fatal(err)
			}
		}
	}
	device("sda", "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0")
	device("sdb", "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0")
	for disk, want := range map[string]bool{"sda": false, "sdb": true, "not-there": false} {
		if got := sys.Pluggable(disk); got != want {
			t.Errorf("%s: %v", disk, got)
		}
	}
	for _, kind := range []string{"SD", "MMC"} { // a card, and what is soldered on
		b.Attribute("mmcblk"+kind, "", "device/type", kind)
		if got := sys.Pluggable("mmcblk" + kind); got != (kind == "SD") {
			t.Errorf("%s: %v", kind, got)
		}
	}
}
