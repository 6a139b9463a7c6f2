// Package disks is what is attached, as the kernel sees it (sysfs.go), and the guard that
// sets the kernel's read-only flag of every disk when it appears (guard.go). What the
// disks say of themselves shokyo asks them (package child).
package disks

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Sysfs is the kernel's own view of the block devices (kernel:
// Documentation/ABI/stable/sysfs-block), by the folder it is mounted on.
type Sysfs string

// WholeDisks are the names of the disks: not their partitions, and not what the
// kernel makes of memory and files.
func (s Sysfs) WholeDisks() (names []string) {
	entries, _ := os.ReadDir(filepath.Join(string(s), "block"))
	for _, e := range entries {
		if !Virtual(e.Name()) && s.Attribute(e.Name(), "hidden") != "1" {
			names = append(names, e.Name())
		}
	}
	return names
}

// Virtual tells by a name that no medium is behind a block device.
func Virtual(name string) bool {
	return slices.ContainsFunc([]string{"loop", "ram", "zram", "nbd", "dm-", "md"}, func(p string) bool {
		return strings.HasPrefix(name, p)
	})
}

// Attribute is a file of a block device, disk or partition; "" if there is none.
func (s Sysfs) Attribute(name, file string) string {
	b, _ := os.ReadFile(filepath.Join(string(s), "class/block", name, file))
	return strings.TrimSpace(string(b))
}

// Number is such a file with a number in it; 0 if there is none.
func (s Sysfs) Number(name, file string) int64 {
	n, _ := strconv.ParseInt(s.Attribute(name, file), 10, 64)
	return n
}

// Appearance tells a disk from another that has the same name later: the kernel
// numbers whatever medium appears (diskseq, since Linux 5.15).
func (s Sysfs) Appearance(disk string) string { return disk + " " + s.Attribute(disk, "diskseq") }

// Partition is a block device that is part of a disk.
type Partition struct {
	Name, Disk string
	Number     int // in the partition table, from 1
	Appearance string
}

// NamedPartitions are the partitions that have that name in their disk's GPT.
// The kernel has read it when the disk appeared: nothing is read here.
func (s Sysfs) NamedPartitions(name string) (found []Partition) {
	for _, disk := range s.WholeDisks() {
		for _, part := range s.Partitions(disk) {
			lines := strings.Split(s.Attribute(part, "uevent"), "\n")
			if slices.Contains(lines, "PARTNAME="+name) {
				found = append(found, Partition{part, disk, int(s.Number(part, "partition")), s.Appearance(disk)})
			}
		}
	}
	return found
}

// Partitions lie as folders in the folder of their disk.
func (s Sysfs) Partitions(disk string) (names []string) {
	entries, _ := os.ReadDir(filepath.Join(string(s), "block", disk))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), disk) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Pluggable says whether a disk is attached by USB, or is an SD card: what somebody
// carries. The path of a device in sysfs goes through what it is attached to.
func (s Sysfs) Pluggable(disk string) bool {
	path, err := filepath.EvalSymlinks(filepath.Join(string(s), "block", disk))
	return err == nil && strings.Contains(path, "/usb") || s.Attribute(disk, "device/type") == "SD" // mmc: "MMC" is soldered on
}

// USBDiskComing says whether a disk is attached by USB that the kernel has not looked
// into yet: it gives each a second (usb-storage.delay_use), and a disk may take ten to
// turn. Until then there is a SCSI host in whose folder nothing is, or a disk in it
// (type 0) that has no block device.
func (s Sysfs) USBDiskComing() bool {
	hosts, _ := filepath.Glob(filepath.Join(string(s), "class/scsi_host/host*"))
	return slices.ContainsFunc(hosts, func(host string) bool {
		path, err := filepath.EvalSymlinks(host) // .../usb2/2-1/2-1:1.0/host6/scsi_host/host6
		if err != nil || !strings.Contains(path, "/usb") {
			return false
		}
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(path)), "target*", "*:*:*:*"))
		return len(found) == 0 || slices.ContainsFunc(found, comingUnit)
	})
}

// comingUnit says whether a SCSI device is a disk that has no block device yet.
func comingUnit(unit string) bool {
	kind, _ := os.ReadFile(filepath.Join(unit, "type"))
	blocks, _ := filepath.Glob(filepath.Join(unit, "block", "*"))
	return strings.TrimSpace(string(kind)) == "0" && len(blocks) == 0
}

// IsThere says whether a partition still belongs to the disk it was found on.
func (s Sysfs) IsThere(p Partition) bool {
	return s.Attribute(p.Name, "partition") != "" && s.Appearance(p.Disk) == p.Appearance
}
