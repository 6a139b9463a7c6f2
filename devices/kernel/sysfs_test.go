package kernel_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/kernel/kerneltest"
)

const bench = `
	sys/dev/block/8:16 -> sys/devices/ata1/block/sdb
	sys/dev/block/8:17 -> sys/devices/ata1/block/sdb/sdb1
	sys/dev/block/8:18 -> sys/devices/ata1/block/sdb/sdb2
	sys/dev/block/8:19 -> sys/devices/ata1/block/sdb/sdb3
	sys/dev/block/259:0 -> sys/devices/pci0/nvme/nvme0/nvme0n1
	sys/devices/ata1/block/sdb/dev = 8:16
	sys/devices/ata1/block/sdb/diskseq = 9
	sys/devices/ata1/block/sdb/queue/rotational = 1
	sys/devices/ata1/block/sdb/removable = 0
	sys/devices/ata1/block/sdb/stat =      300        0    40960      211       17        5     1234       90        0      200      301        3        0       64        0        9        1
	sys/devices/ata1/block/sdb/device/model =  ST4000NM0033-9ZM  
	sys/devices/ata1/block/sdb/device/rev = SN06
	sys/devices/ata1/block/sdb/device/wwid = naa.5000c500a1b2c3d4
	sys/devices/ata1/block/sdb/sdb1/dev = 8:17
	sys/devices/ata1/block/sdb/sdb1/partition = 1
	sys/devices/ata1/block/sdb/sdb1/stat = 1 2 3 4 5 6 7 8 9 10 11
	sys/devices/ata1/block/sdb/sdb1/holders/dm-0/dm/name = vg0-root
	sys/devices/ata1/block/sdb/sdb2/dev = 8:18
	sys/devices/ata1/block/sdb/sdb2/partition = 2
	sys/devices/ata1/block/sdb/sdb2/stat = 1 2 3 4 5
	sys/devices/ata1/block/sdb/sdb2/holders/md127/md/level = raid1
	sys/devices/ata1/block/sdb/sdb3/dev = 8:19
	sys/devices/ata1/block/sdb/sdb3/partition = 3
	sys/devices/ata1/block/sdb/sdb3/stat = 1 2 3 4 none 6 7 8 9 10 11 12 13 14
	sys/devices/ata1/block/sdb/sdb3/holders/bcache0/x = y
	sys/devices/pci0/nvme/nvme0/nvme0n1/dev = 259:0
	sys/devices/pci0/nvme/nvme0/nvme0n1/wwid = eui.0025385b91b0a1c2
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/model = Disk` + "\x1b[31m\u202e" + ` 9000
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/serial = S4EWNX0N123456
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/firmware_rev = 2B2QEXM7
	proc/sys/kernel/random/boot_id = 0f7d2a5c-1111
	proc/swaps = Filename Type Size Used Priority|/dev/sdb3 partition 1 0 -2|/swap/file file 1 0 -3
	proc/self/mountinfo = 22 1 8:18 / /mnt/with\040space rw - ext4 /dev/sdb2 rw|23 1 0:40 / /b rw,x shared:1 - btrfs /dev/sdb1 rw|24 1 8:1 / / rw - ext4 /dev/sda1 rw|damaged line - x
`

func TestFacts(t *testing.T) {
	h := kerneltest.Machine(t, bench)
	page := append([]byte{0, 0x80, 0, 20}, "            Z1Z0ABCD"...)
	if err := os.WriteFile(filepath.Join(h.Sys, "devices/ata1/block/sdb/device/vpd_pg80"), append(page, "rest"...), 0o600); err != nil {
		t.Fatal(err)
	}
	drive := kernel.Facts{Name: "sdb", Model: "ST4000NM0033-9ZM", Serial: "Z1Z0ABCD", Firmware: "SN06", WWID: "naa.5000c500a1b2c3d4",
		Partition: answer.No, Rotational: answer.Yes, Removable: answer.No}
	part := drive
	part.Name, part.Partition = "sdb1", answer.Yes
	for _, test := range []struct {
		dev  uint64
		want kernel.Facts
	}{
		{unix.Mkdev(8, 16), drive},
		{unix.Mkdev(8, 17), part},
		{unix.Mkdev(259, 0), kernel.Facts{Name: "nvme0n1", Model: "Disk[31m 9000", Serial: "S4EWNX0N123456", Firmware: "2B2QEXM7",
			WWID: "eui.0025385b91b0a1c2", Partition: answer.No}},
		{unix.Mkdev(1, 1), kernel.Facts{}},
	} {
		if got := h.Facts(test.dev); got != test.want {
			t.Errorf("facts %+v\nwant  %+v", got, test.want)
		}
	}
	for _, damaged := range []string{"", "\x00\x80\x00", "\x00\x83\x00\x04abcd", "\x00\x80\xff\xff"} {
		if err := os.WriteFile(filepath.Join(h.Sys, "devices/ata1/block/sdb/device/vpd_pg80"), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := h.Facts(unix.Mkdev(8, 16)).Serial; got != "" {
			t.Errorf("serial of page %q: %q", damaged, got)
		}
	}
}

func TestCounters(t *testing.T) {
	h := kerneltest.Machine(t, bench)
	for _, test := range []struct {
		minor uint32
		want  kernel.Counters
		ok    bool
	}{
		{16, kernel.Counters{Writes: 17, WrittenSectors: 1234, Discards: 3, DiscardedSectors: 64}, true},
		{17, kernel.Counters{Writes: 5, WrittenSectors: 7, Discards: 0, DiscardedSectors: 0}, true}, // a kernel before 4.18
		{18, kernel.Counters{}, false},
		{19, kernel.Counters{}, false},
		{20, kernel.Counters{}, false},
	} {
		c, ok := h.Counters(unix.Mkdev(8, test.minor))
		if ok != test.ok || ok && c != test.want {
			t.Errorf("8:%d: %+v, %v; want %+v, %v", test.minor, c, ok, test.want, test.ok)
		}
	}
}

func TestUsers(t *testing.T) {
	h := kerneltest.Machine(t, bench)
	root := kernel.User{What: "sdb1 mounted at /b", Todo: "unmount it"}
	lvm := kernel.User{What: "sdb1 held by dm-0 (vg0-root)", Todo: "close vg0-root (cryptsetup close, vgchange -an or dmsetup remove)"}
	space := kernel.User{What: "sdb2 mounted at /mnt/with space", Todo: "unmount it"}
	raid := kernel.User{What: "sdb2 held by md127 (raid1)", Todo: "run mdadm --stop /dev/md127"}
	swap := kernel.User{What: "sdb3 used as swap", Todo: "run swapoff"}
	bcache := kernel.User{What: "sdb3 held by bcache0", Todo: "stop bcache0"}
	for minor, want := range [][]kernel.User{16: {root, lvm, space, raid, swap, bcache}, 17: {root, lvm}, 18: {space, raid}, 19: {swap, bcache}} {
		if got := h.Users(unix.Mkdev(8, uint32(minor))); !slices.Equal(got, want) {
			t.Errorf("8:%d: %+v\nwant %+v", minor, got, want)
		}
	}
}

func TestEpoch(t *testing.T) {
	h := kerneltest.Machine(t, bench)
	for dev, want := range map[uint64]string{
		unix.Mkdev(8, 16):  "0f7d2a5c-1111:9",
		unix.Mkdev(8, 17):  "0f7d2a5c-1111:9", // a partition
		unix.Mkdev(259, 0): "",                // a kernel before 5.15
		unix.Mkdev(1, 1):   "",
	} {
		if got := h.Epoch(dev); got != want {
			t.Errorf("epoch of %d:%d: %q, want %q", unix.Major(dev), unix.Minor(dev), got, want)
		}
	}
	h.Proc = t.TempDir()
	if got := h.Epoch(unix.Mkdev(8, 16)); got != "" {
		t.Errorf("epoch without a boot id: %q", got)
	}
}
