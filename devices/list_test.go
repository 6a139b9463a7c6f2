package devices

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
)

func TestNatural(t *testing.T) {
	want := []string{"loop2", "loop10", "mmcblk0", "nvme0n1", "nvme0n2", "nvme2n1", "nvme10n1", "sda", "sdb", "sdz", "sdaa", "sdab", "sr0", "vda", "vdb"}
	got := slices.Clone(want)
	slices.Sort(got)
	if slices.SortFunc(got, natural); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

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

// TestWholeMedia: an empty drive (a card reader) is a row, a loop device that
// was made in advance is not.
func TestWholeMedia(t *testing.T) {
	got, err := machine(t, shelf).wholeMedia()
	if want := []string{"dm-0", "loop1", "nvme1n1", "sda", "sdb", "vda"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if _, err := machine(t, "").wholeMedia(); err == nil {
		t.Error("no sysfs is no error")
	}
}

// TestShown: what the kernel knows is there also of a drive that can not be asked.
func TestShown(t *testing.T) {
	h := machine(t, shelf)
	d := h.describe("/dev/vda", unix.Mkdev(252, 0))
	checkStatements(t, d)
	says(t, d, "hidden: unknown, passes no commands", "rotation: unknown")
	if d.Bus != busVirtio || d.Serial != "VBLK" || d.SizeBytes != 1<<20 || d.LogicalBlockBytes != 512 || d.ReadOnlyFlag != answer.Yes || d.InUse != answer.Yes || !slices.Equal(d.Users, []string{"vda used as swap"}) {
		t.Errorf("%+v", d)
	}
	gone := h.describe("/dev/sdq", unix.Mkdev(65, 0))
	checkStatements(t, gone)
	if gone.Path != "/dev/sdq" || gone.InUse != answer.Unknown {
		t.Errorf("%+v", gone)
	}
}

// TestDescribeInTime: a drive that does not come back is listed with what the
// kernel knows, and says of the rest why it is not known.
func TestDescribeInTime(t *testing.T) {
	h := machine(t, shelf)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := h.describeInTime(ctx, "sda")
	checkStatements(t, d)
	if d.Path != "/dev/sda" || d.Bus != busATA || d.SizeBytes != 512_000 || d.Hidden.State != HiddenUnknown {
		t.Errorf("%+v", d)
	}
	d = h.describeInTime(t.Context(), "sdb")
	checkStatements(t, d)
	if d.Path != "/dev/sdb" || !strings.Contains(d.Hidden.Text, "went away") {
		t.Errorf("%+v", d)
	}
}

func TestBus(t *testing.T) {
	for disk, want := range map[string]string{
		"/sys/devices/pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0/block/sda":              busATA,
		"/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb":  busUSB,
		"/sys/devices/pci0000:00/0000:01:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0/block/sdc": busSCSI,
		"/sys/devices/pci0000:00/0000:00:05.0/nvme/nvme0/nvme0n1":                                    busNVMe,
		"/sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1":                                   busNVMe,
		"/sys/devices/pci0000:00/0000:00:08.0/virtio5/block/vda":                                     busVirtio,
		"/sys/devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0":                 busMMC,
		"/sys/devices/virtual/block/loop3":                                                           busLoop,
		"/sys/devices/virtual/block/dm-0":                                                            busOther,
		"/sys/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/block/sr0":              busOther,
		"/sys/devices/platform/atari-scsi/host0/target0:0:0/0:0:0:0/block/sdd":                       busSCSI,
	} {
		if got := (node{dir: disk, disk: disk}).bus(); got != want {
			t.Errorf("%s: %s, want %s", disk, got, want)
		}
	}
}

// TestDescribeFile: an image has no drive to ask.
func TestDescribeFile(t *testing.T) {
	path := t.TempDir() + "/image"
	write(t, path, make([]byte, 5000))
	d, err := Describe(path)
	if err != nil || d.Bus != busFile || d.SizeBytes != 5000 || len(d.Pages) != 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	checkStatements(t, d)
	if _, err := Describe(t.TempDir()); err == nil {
		t.Error("a folder is described")
	}
}
