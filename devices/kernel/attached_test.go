package kernel_test

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/kernel/kerneltest"
)

func TestNatural(t *testing.T) {
	want := []string{"loop2", "loop10", "mmcblk0", "nvme0n1", "nvme0n2", "nvme2n1", "nvme10n1", "sda", "sdb", "sdz", "sdaa", "sdab", "sr0", "vda", "vdb"}
	got := slices.Clone(want)
	slices.Sort(got)
	if slices.SortFunc(got, kernel.Natural); !slices.Equal(got, want) {
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
	got, err := kerneltest.Machine(t, shelf).WholeMedia()
	if want := []string{"dm-0", "loop1", "nvme1n1", "sda", "sdb", "vda"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if _, err := kerneltest.Machine(t, "").WholeMedia(); err == nil {
		t.Error("no sysfs is no error")
	}
}

func TestBus(t *testing.T) {
	for disk, want := range map[string]string{
		"/sys/devices/pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0/block/sda":              kernel.BusATA,
		"/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb":  kernel.BusUSB,
		"/sys/devices/pci0000:00/0000:01:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0/block/sdc": kernel.BusSCSI,
		"/sys/devices/pci0000:00/0000:00:05.0/nvme/nvme0/nvme0n1":                                    kernel.BusNVMe,
		"/sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1":                                   kernel.BusNVMe,
		"/sys/devices/pci0000:00/0000:00:08.0/virtio5/block/vda":                                     kernel.BusVirtio,
		"/sys/devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0":                 kernel.BusMMC,
		"/sys/devices/virtual/block/loop3":                                                           kernel.BusLoop,
		"/sys/devices/virtual/block/dm-0":                                                            kernel.BusOther,
		"/sys/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/block/sr0":              kernel.BusOther,
		"/sys/devices/platform/atari-scsi/host0/target0:0:0/0:0:0:0/block/sdd":                       kernel.BusSCSI,
	} {
		if got := (kernel.Node{Dir: disk, Disk: disk}).Bus(); got != want {
			t.Errorf("%s: %s, want %s", disk, got, want)
		}
	}
}
