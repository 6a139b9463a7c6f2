package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// How a drive is attached.
const (
	BusNVMe   = "nvme"
	BusATA    = "ata"
	BusSCSI   = "scsi"
	BusUSB    = "usb"
	BusVirtio = "virtio"
	BusMMC    = "mmc"
	BusLoop   = "loop"
	BusFile   = "file"
	BusOther  = "other"
)

// Device is the device number of a whole device by its name.
func (h Host) Device(name string) (dev uint64, ok bool) {
	major, minor, ok := strings.Cut(ReadLine(filepath.Join(h.Sys, "block", name, "dev")), ":")
	a, errA := strconv.ParseUint(major, 10, 32)
	b, errB := strconv.ParseUint(minor, 10, 32)
	return number(uint32(a), uint32(b)), ok && errA == nil && errB == nil
}

// WholeMedia are the names of the block devices that are worth a row: not RAM
// disks, not the empty ones that some drivers make in advance, and not the hidden
// paths of NVMe multipath, which have no device node.
func (h Host) WholeMedia() (names []string, err error) {
	entries, err := os.ReadDir(filepath.Join(h.Sys, "block"))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		dir := filepath.Join(h.Sys, "block", e.Name())
		inAdvance := slices.ContainsFunc([]string{"loop", "nbd", "ram", "zram", "fd", "md", "dm-"}, func(p string) bool { return strings.HasPrefix(e.Name(), p) })
		ram := strings.HasPrefix(e.Name(), "ram") || strings.HasPrefix(e.Name(), "zram")
		hidden := ReadLine(filepath.Join(dir, "hidden")) == "1"
		if ram || hidden || inAdvance && ReadLine(filepath.Join(dir, "size")) == "0" {
			continue
		}
		names = append(names, e.Name())
	}
	slices.SortFunc(names, Natural)
	return names, nil
}

// Natural compares names as people do: sdb before sdaa, nvme2n1 before nvme10n1.
func Natural(a, b string) int {
	if stem(a) == stem(b) && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// stem is the driver's part of a name: "sd", "nvme", "loop".
func stem(name string) string {
	if strings.HasPrefix(name, "sd") || strings.HasPrefix(name, "vd") {
		return name[:2]
	}
	return strings.TrimRight(name, "0123456789np")
}

// Bus says how a block device is attached, by its place in the device tree.
func (n Node) Bus() string {
	name := filepath.Base(n.Disk)
	switch {
	case strings.HasPrefix(name, "nvme"):
		return BusNVMe
	case strings.HasPrefix(name, "mmcblk"):
		return BusMMC
	case strings.HasPrefix(name, "loop"):
		return BusLoop
	case strings.HasPrefix(name, "vd"):
		return BusVirtio
	case !strings.HasPrefix(name, "sd"):
		return BusOther
	}
	for _, part := range strings.Split(n.Disk, "/") {
		switch {
		case strings.HasPrefix(part, "usb"):
			return BusUSB
		case strings.HasPrefix(part, "ata") && len(part) > 3 && part[3] >= '0' && part[3] <= '9':
			return BusATA
		}
	}
	return BusSCSI
}

// Number reads a decimal attribute; 0 if it is not there.
func (n Node) Number(name, dir string) int64 {
	v, err := strconv.ParseInt(ReadLine(filepath.Join(dir, name)), 10, 64)
	if err != nil || v < 0 || v > 1<<54 {
		return 0
	}
	return v
}
