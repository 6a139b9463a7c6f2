package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/guest/job"
)

// diskLimit is how long a disk may take to appear. USB storage waits a second
// by design (delay_use), and emulation is slow.
const diskLimit = 60 * time.Second

// awaitDisks waits until every expected disk is there. It looks again and again
// because nothing announces that a driver has found all it will find.
func (g *guest) awaitDisks() {
	for _, d := range g.job.Disks {
		s := job.Sighting{Disk: d.Name}
		if !d.Absent {
			s.Kernel = await(d)
		}
		if s.Kernel == "" && !d.Absent {
			g.problem("disk %s (serial %s) did not appear", d.Name, d.Serial)
		}
		g.report.Disks = append(g.report.Disks, s)
	}
	g.look(func(s *job.Sighting) *job.Attributes { return &s.Before })
}

// await returns the kernel's name of a disk, or "" when the limit is reached.
func await(d job.Disk) string {
	for end := time.Now().Add(diskLimit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if name := find(d); name != "" {
			return name
		}
	}
	return ""
}

// find returns the kernel's name of a disk, or "" if it is not there.
func find(d job.Disk) string { return nameOf(d, present()) }

// shown is a block device of the kernel.
type shown struct{ name, serial, namespace string }

// present lists the block devices. One without sectors is not ready yet, and a
// hidden one is a path to an NVMe namespace that shows itself elsewhere.
func present() (out []shown) {
	entries, _ := os.ReadDir("/sys/block")
	for _, e := range entries {
		dir := filepath.Join("/sys/block", e.Name())
		if attribute(dir, "hidden") != "1" && attribute(dir, "size") != "0" {
			out = append(out, shown{e.Name(), serial(dir), attribute(dir, "nsid")})
		}
	}
	return out
}

func nameOf(d job.Disk, all []shown) string {
	for _, s := range all {
		if s.serial == d.Serial && (d.Namespace == 0 || s.namespace == strconv.Itoa(d.Namespace)) {
			return s.name
		}
	}
	return ""
}

// serial looks for a serial number the way up from the disk: virtio has it at
// the disk, NVMe at the controller, USB at the USB device, and SCSI in the Unit
// Serial Number page (SPC-5 §7.7.18).
func serial(dir string) string {
	at, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	if s := attribute(at, "serial"); s != "" {
		return s
	}
	if at, err = filepath.EvalSymlinks(filepath.Join(at, "device")); err != nil {
		return ""
	}
	for ; strings.HasPrefix(at, "/sys/devices/"); at = filepath.Dir(at) {
		if s := attribute(at, "serial"); s != "" {
			return s
		}
		if page, err := os.ReadFile(filepath.Join(at, "vpd_pg80")); err == nil && len(page) > 4 && !onUSB(at) {
			return strings.TrimSpace(string(page[4:]))
		}
	}
	return ""
}

func onUSB(dir string) bool { return strings.Contains(dir, "/usb") }

func attribute(dir, name string) string {
	b, _ := os.ReadFile(filepath.Join(dir, name))
	return strings.TrimSpace(string(b))
}

// look notes the attributes of every disk. After the steps a disk may have come
// back under another name.
func (g *guest) look(where func(*job.Sighting) *job.Attributes) {
	all := present()
	for i, d := range g.job.Disks {
		s := &g.report.Disks[i]
		if name := nameOf(d, all); name != "" {
			s.Kernel = name
		}
		if s.Kernel == "" {
			continue
		}
		*where(s) = attributes(filepath.Join("/sys/block", s.Kernel))
	}
}

func attributes(dir string) job.Attributes {
	a := job.Attributes{
		Size: attribute(dir, "size"), LogicalBlock: attribute(dir, "queue/logical_block_size"),
		ReadOnly: attribute(dir, "ro"), Rotational: attribute(dir, "queue/rotational"),
	}
	if f := strings.Fields(attribute(dir, "stat")); len(f) > 6 {
		a.Writes = f[4] + " " + f[6]
	}
	return a
}

// expand replaces {disk} by the kernel's present name of the disk; a disk that
// is not there keeps its braces, which no path has.
func (g *guest) expand(s string, all []shown) string {
	for _, d := range g.job.Disks {
		if name := nameOf(d, all); name != "" {
			s = strings.ReplaceAll(s, "{"+d.Name+"}", name)
		}
	}
	return s
}

// diskVariables tell a program where the disks are: SHOKYO_DISK_name=/dev/sda.
func (g *guest) diskVariables(all []shown) (out []string) {
	for _, d := range g.job.Disks {
		if name := nameOf(d, all); name != "" {
			out = append(out, job.DiskVariable+d.Name+"=/dev/"+name)
		}
	}
	return out
}
