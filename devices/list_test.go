package devices

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/kernel/kerneltest"
	"shokyo.dev/shokyo/devices/statements"
)

const shelf = `
	sys/block/sda/dev = 8:0
	sys/block/sda/size = 1000
	sys/block/loop0/size = 0
	sys/block/loop1/size = 8
	sys/block/ram0/size = 8192
	sys/block/zram0/size = 8192
	sys/block/dm-0/size = 100
	sys/block/md127/size = 0
	sys/block/nvme1c1n1/size = 8192
	sys/block/nvme1c1n1/hidden = 1
	sys/block/nvme1n1/size = 8192
	sys/block/nvme1n1/hidden = 0
	sys/block/sdb/size = 0
	sys/block/vda/dev = 252:0
	sys/dev/block/252:0 -> sys/devices/pci0/virtio1/block/vda
	sys/devices/pci0/virtio1/block/vda/dev = 252:0
	sys/devices/pci0/virtio1/block/vda/size = 2048
	sys/devices/pci0/virtio1/block/vda/ro = 1
	sys/devices/pci0/virtio1/block/vda/serial = VBLK
	sys/devices/pci0/virtio1/block/vda/queue/logical_block_size = 512
	sys/dev/block/8:0 -> sys/devices/pci0/ata1/host0/target0/block/sda
	sys/devices/pci0/ata1/host0/target0/block/sda/dev = 8:0
	sys/devices/pci0/ata1/host0/target0/block/sda/size = 1000
	sys/devices/pci0/ata1/host0/target0/block/sda/sda1/partition = 1
	proc/swaps = Filename Type Size Used Priority|/dev/vda partition 1 0 -2
`

// TestShown: what the kernel knows is there also of a drive that can not be asked.
func TestShown(t *testing.T) {
	h := kerneltest.Machine(t, shelf)
	d := describe(h, "/dev/vda", unix.Mkdev(252, 0))
	checkStatements(t, d)
	says(t, d, "hidden: unknown, passes no commands", "rotation: unknown")
	if d.Bus != kernel.BusVirtio || d.Serial != "VBLK" || d.SizeBytes != 1<<20 || d.LogicalBlockBytes != 512 || d.ReadOnlyFlag != answer.Yes || d.InUse != answer.Yes || !slices.Equal(d.Users, []string{"vda used as swap"}) {
		t.Errorf("%+v", d)
	}
	gone := describe(h, "/dev/sdq", unix.Mkdev(65, 0))
	checkStatements(t, gone)
	if gone.Path != "/dev/sdq" || gone.InUse != answer.Unknown {
		t.Errorf("%+v", gone)
	}
}

// TestDescribeInTime: a drive that does not come back is listed with what the
// kernel knows, and says of the rest why it is not known.
func TestDescribeInTime(t *testing.T) {
	h := kerneltest.Machine(t, shelf)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := describeInTime(ctx, h, "sda")
	checkStatements(t, d)
	if d.Path != "/dev/sda" || d.Bus != kernel.BusATA || d.SizeBytes != 512_000 || d.Hidden.State != statements.HiddenUnknown {
		t.Errorf("%+v", d)
	}
	d = describeInTime(t.Context(), h, "sdb")
	checkStatements(t, d)
	if d.Path != "/dev/sdb" || !strings.Contains(d.Hidden.Text, "went away") {
		t.Errorf("%+v", d)
	}
}

// TestDescribeFile: an image has no drive to ask.
func TestDescribeFile(t *testing.T) {
	path := t.TempDir() + "/image"
	write(t, path, make([]byte, 5000))
	d, err := Describe(path)
	if err != nil || d.Bus != kernel.BusFile || d.SizeBytes != 5000 || len(d.Pages) != 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	checkStatements(t, d)
	if _, err := Describe(t.TempDir()); err == nil {
		t.Error("a folder is described")
	}
}
