// Package kernel reads what Linux shows of the media that are attached, in sysfs and
// procfs, without opening any of them: which there are and on which bus
// (attached.go), what is known of each and what was counted on it (sysfs.go), and who
// has it in use (users.go).
//
// Every part of it may be missing, and then it is unknown: nothing here is a guess.
package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"shokyo.dev/shokyo/devices/answer"
)

// Kind is what sort of medium a path names.
type Kind string

const (
	File        Kind = "file"
	BlockDevice Kind = "block-device"
)

// Facts is what the kernel knows of a medium. An empty string, a zero and
// Unknown all mean that it does not know: nothing here is a guess. Texts come
// from the drive: they are printable, and no more can be said of them.
type Facts struct {
	Path      string
	Kind      Kind
	SizeBytes int64
	Name      string // the kernel's name of a block device: "sdb", "nvme0n1p2"

	LogicalBlockBytes  int
	PhysicalBlockBytes int

	Model    string
	Serial   string
	Firmware string
	WWID     string // world-wide identifier: "naa.…", "eui.…", "nvme.…"

	Partition  answer.Answer // a partition of a drive, and not a whole one
	Rotational answer.Answer // what the queue says: virtual and USB disks often lie
	Removable  answer.Answer

	Claimed answer.Answer // no other program can claim it; Unknown for files
	InUseBy string        // who has it, if it could not be claimed

	ReadOnlyBefore answer.Answer // the kernel's read-only flag as it was found
	ReadOnlyFlag   answer.Answer // the same flag while the medium is open
}

// Host is where the kernel shows itself as files.
type Host struct{ Sys, Proc string }

// ThisHost is this machine; tests make others.
func ThisHost() Host { return Host{"/sys", "/proc"} }

// Node is the sysfs folder of a block device: a whole one, or a partition.
type Node struct {
	Dir  string // "/sys/devices/…/block/sdb/sdb1", links resolved
	Disk string // the folder of the whole device; dir itself if it is one
}

func (n Node) Base() string { return filepath.Base(n.Dir) }

func (h Host) Node(dev uint64) (Node, error) {
	major, minor := majorMinor(dev)
	link := filepath.Join(h.Sys, "dev/block", fmt.Sprintf("%d:%d", major, minor))
	dir, err := filepath.EvalSymlinks(link)
	if err != nil {
		return Node{}, err
	}
	n := Node{Dir: dir, Disk: dir}
	if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil {
		n.Disk = filepath.Dir(dir)
	}
	return n, nil
}

// Facts reads what sysfs says; every part of it may be missing.
func (h Host) Facts(dev uint64) Facts {
	n, err := h.Node(dev)
	if err != nil {
		return Facts{}
	}
	f := Facts{
		Name:       n.Base(),
		Model:      n.attribute("device/model"),
		Serial:     n.serial(),
		Firmware:   n.attribute("device/firmware_rev", "device/rev"),
		WWID:       n.attribute("wwid", "device/wwid"),
		Rotational: n.answer("queue/rotational"),
		Removable:  n.answer("removable"),
		Partition:  answer.No,
	}
	if n.Dir != n.Disk {
		f.Partition = answer.Yes
	}
	return f
}

// attribute is the first of the named attributes of the whole device that is there.
func (n Node) attribute(names ...string) string {
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(n.Disk, name))
		if err != nil {
			continue
		}
		if s := Printable(string(b)); s != "" {
			return s
		}
	}
	return ""
}

// serial: NVMe and MMC have an attribute, virtio another, and SCSI shows the
// Unit Serial Number page of its VPD (SPC-5 §7.7.18): 4 bytes of header, the
// length in the last two, then the serial.
func (n Node) serial() string {
	if s := n.attribute("device/serial", "serial"); s != "" {
		return s
	}
	page, err := os.ReadFile(filepath.Join(n.Disk, "device/vpd_pg80"))
	if err != nil || len(page) < 4 || page[1] != 0x80 {
		return ""
	}
	length := int(page[2])<<8 | int(page[3])
	return Printable(string(page[4:min(4+length, len(page))]))
}

func (n Node) answer(name string) answer.Answer { return n.AnswerIn(n.Disk, name) }

func (n Node) AnswerIn(dir, name string) answer.Answer {
	switch ReadLine(filepath.Join(dir, name)) {
	case "0":
		return answer.No
	case "1":
		return answer.Yes
	}
	return answer.Unknown
}

// Printable makes a text from the drive fit to be shown: no control
// characters, no spaces around it, at most 128 characters.
func Printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 128 {
		s = string(r[:128])
	}
	return s
}

// Counters is what the kernel counted on a block device since it appeared.
// Pass-through commands are not in it: nobody counts those.
type Counters struct {
	Writes           int64 // completed write requests
	WrittenSectors   int64 // of 512 bytes, whatever the logical block
	Discards         int64
	DiscardedSectors int64
}

// FewerThan: counters never go back. A partition's start anew, in the same
// epoch, when the partition table is read again.
func (c Counters) FewerThan(d Counters) bool {
	return c.Writes < d.Writes || c.WrittenSectors < d.WrittenSectors || c.Discards < d.Discards || c.DiscardedSectors < d.DiscardedSectors
}

// Counters reads the numbers of Documentation/block/stat.rst. Kernels before
// 4.18 have no discards; a short or strange line gives false.
func (h Host) Counters(dev uint64) (c Counters, ok bool) {
	n, err := h.Node(dev)
	if err != nil {
		return c, false
	}
	b, err := os.ReadFile(filepath.Join(n.Dir, "stat"))
	if err != nil {
		return c, false
	}
	fields := strings.Fields(string(b))
	for _, f := range []struct {
		at   int
		into *int64
	}{{4, &c.Writes}, {6, &c.WrittenSectors}, {11, &c.Discards}, {13, &c.DiscardedSectors}} {
		if f.at >= len(fields) {
			return c, f.at > 6
		}
		if *f.into, err = strconv.ParseInt(fields[f.at], 10, 64); err != nil {
			return c, false
		}
	}
	return c, true
}

// Epoch is the boot and the number of the disk in it, which the kernel counts up
// whenever a disk or the medium in it appears (Documentation/ABI/stable/sysfs-block,
// diskseq). A partition's is its disk's.
func (h Host) Epoch(dev uint64) string {
	n, err := h.Node(dev)
	if err != nil {
		return ""
	}
	boot := ReadLine(filepath.Join(h.Proc, "sys/kernel/random/boot_id"))
	seq := ReadLine(filepath.Join(n.Disk, "diskseq"))
	if boot == "" || seq == "" {
		return ""
	}
	return boot + ":" + seq
}
